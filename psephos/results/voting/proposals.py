"""Proposals as of a block: their state by the governor's own rules, outcome, quorum and turnout.

Everything is told by events up to the block and by the token's past votes at the snapshot; an
anvil test holds it equal to the contract's own answers. `Canceled` by the timelock is noticed by
the operation that was scheduled in the transaction that queued the proposal.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.participation import Turnout, quorum_reach, turnouts
from psephos.results import reading
from psephos.results.shown.text import title
from psephos.results.voting.rules import GOVERNORS, SPACE, Facts, Rules, State, Tally, rules, state
from psephos.results.voting.snapshots import Snapshot, snapshots
from psephos.results.voting.timelocks import Operation, operations
from psephos.results.voting.votes import Cast, votes_cast

if TYPE_CHECKING:
    from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as of `block`. Amounts are in the token's smallest unit.

    id             32 bytes; `number` is the same as the contract writes it
    description    the chain's own text; `title` is safe to show
    snapshot, deadline   in the governor's clock: blocks, or seconds if `by_time`
    snapshot_block the block whose voting power counts; None while it lies ahead
    state          None where it cannot be told, with the reason in `undefined`
    quorum         what is needed, None before the snapshot or if it is not known
    counted        the votes that count towards it
    turnout        shares of supply, delegated power and delegates at the snapshot
    provisional    it may change: open, or told by blocks that are not final
    baseless       why nobody knows what could have been cast: then turnout is undefined
    """

    id: bytes
    dataset: str
    block: int
    title: str
    description: str
    proposer: bytes
    created: int
    snapshot: int
    deadline: int
    extended: bool
    by_time: bool
    snapshot_block: int | None
    state: State | None
    tally: Tally
    counted: int
    quorum: int | None
    quorum_reached: bool | None
    turnout: Turnout
    at_snapshot: Snapshot | None
    eta: int | None
    provisional: bool
    undefined: str | None = None
    targets: tuple[bytes, ...] = ()
    baseless: str | None = None

    @property
    def number(self) -> int:
        """The id as the governor writes it."""
        return int.from_bytes(self.id, "big")

    @property
    def quorum_reach(self) -> Fraction | None:
        """Counted votes over the quorum; None without a quorum."""
        return None if self.quorum is None else quorum_reach(self.counted, self.quorum)

    @property
    def passing(self) -> bool | None:
        """Whether it passes, or would if voting ended now; None if the quorum is not known."""
        if self.at_snapshot is None or self.quorum is None:
            return None
        return bool(self.quorum_reached) and self.tally.for_ > self.tally.against


def proposals(
    release: "Release", block: int | None = None, *, dataset: str | None = None
) -> list[Proposal]:
    """Every proposal created up to a block (none: the newest final one), newest first.

    dataset: one governor; left out, all of the release. Blocks not read between a proposal's
    creation and the block asked for leave it undefined, with the reason.
    """
    block = reading.the_block(release, block)
    names = reading.datasets(release, *GOVERNORS) if dataset is None else (dataset,)
    found = [proposal for name in names for proposal in _of(release, name, block)]
    return sorted(found, key=lambda proposal: -proposal.created)


def proposal(
    release: "Release", id: bytes, block: int | None = None, *, dataset: str | None = None
) -> Proposal | None:
    """One proposal as of a block; None if it had not been created yet."""
    found = proposals(release, block, dataset=dataset)
    return next((one for one in found if one.id == id), None)


def _of(release: "Release", name: str, block: int) -> list[Proposal]:
    """The proposals of one governor, oldest first."""
    by = rules(release, name)
    space = SPACE in reading.dataset(release, name).sources
    created = reading.rows(
        release,
        f'SELECT {IN_A_SPACE if space else CREATED} FROM "{name}_proposal_created" '
        "WHERE block_number <= ? ORDER BY block_number, transaction_index, log_index",
        (block,),
    )
    if not created:
        return []
    told = _Told(release, by, block)
    drafts = [told.draft(row) for row in created]
    blocks = {one.snapshot_block for one in drafts} - {None}
    at = snapshots(release, by, [b for b in blocks if b is not None])
    return [told.decided(one, at.get(one.snapshot_block or -1)) for one in drafts]


class _Told:
    """What a governor's other events say up to a block, by proposal, each read once."""

    def __init__(self, release: "Release", by: Rules, block: int) -> None:
        self.release, self.by, self.block = release, by, block
        self.time = reading.timestamp(release, block)
        self.entry = reading.dataset(release, by.governor)
        self.cast = votes_cast(release, by.governor, block)
        self.said = self._said()
        self.operations: dict[bytes, Operation] = operations(release, by, block)
        self.strategies = _strategies(release, by.governor, block)

    def draft(self, row: tuple[Any, ...]) -> Proposal:
        """A proposal without what stood at its snapshot."""
        id, proposer, start, end, description, created, targets = row
        snapshot, deadline = (
            one if isinstance(one, int) else int.from_bytes(one, "big") for one in (start, end)
        )
        cast = self.cast.get(id, Cast())
        said = self.said.get(id, {})
        return Proposal(
            id,
            self.by.governor,
            self.block,
            title(description),
            description,
            proposer,
            created,
            snapshot,
            max(deadline, said.get("extended", 0)),
            "extended" in said,
            self.by.by_time,
            self._snapshot_block(snapshot),
            None,
            cast.tally,
            cast.tally.counted(self.by),
            None,
            None,
            Turnout(None, None, None),
            None,
            said.get("queued"),
            True,
            cast.why or reading.backfill(self.entry, self.block, created),
            tuple(targets),
        )

    def decided(self, draft: Proposal, at: Snapshot | None) -> Proposal:
        """The proposal with quorum, state and turnout."""
        if draft.undefined:
            return draft
        quorum = None if at is None else at.quorum
        now = self._state(draft, quorum)
        final = self.block <= self.release.final
        baseless = self._baseless(draft, at)
        return replace(
            draft,
            baseless=baseless,
            state=now,
            quorum=quorum,
            quorum_reached=None if quorum is None else draft.counted >= quorum,
            turnout=Turnout(None, None, None) if baseless else self._turnout(draft, at),
            at_snapshot=at,
            provisional=now is None or now.open or not final,
            undefined=None if now is not None else self._why(at),
        )

    def _state(self, draft: Proposal, quorum: int | None) -> State | None:
        operation = self.operations.get(draft.id, Operation())
        said = self.said.get(draft.id, {})
        early = int(self.by.half_open)
        facts = Facts(
            draft.snapshot - early,
            draft.deadline - early,
            canceled=bool({"canceled", "cancelled"} & said.keys()) or operation.cancelled,
            executed="executed" in said or operation.done,
            eta=draft.eta,
        )
        if self.by.by_time and self.time is None:
            return None
        clock = self.time if self.by.by_time else self.block
        return state(facts, draft.tally, quorum, self.by, clock=clock or 0, time=self.time or 0)

    def _why(self, at: Snapshot | None) -> str:
        """Why the state is not known."""
        if self.by.by_time and self.time is None:
            return f"the time of block {self.block} is not known"
        if self.by.quorum is None and at is not None and at.supply is None:
            token = self.by.token
            why = None
            if token is not None:
                why = reading.backfill(reading.dataset(self.release, token), at.block)
            return f"the supply at its snapshot is not known: {why or 'no token is linked'}"
        return "its quorum is not known: neither told by events nor declared"

    def _baseless(self, draft: Proposal, at: Snapshot | None) -> str | None:
        """Why the linked token is not all that a space counts; None where it may be."""
        if draft.id not in self.strategies or at is None:
            return None
        if (many := self.strategies[draft.id]) > 1:
            return f"{many} voting strategies count, and one token is linked"
        cast = self.cast.get(draft.id, Cast()).weights
        bases = ((sum(cast), at.delegated), (sum(1 for one in cast if one), at.delegates))
        if any(base is not None and some > base for some, base in bases):
            return "its voting strategy counts more than the linked token's delegated power"
        return None

    def _turnout(self, draft: Proposal, at: Snapshot | None) -> Turnout:
        if at is None:
            return Turnout(None, None, None)
        cast = self.cast.get(draft.id, Cast()).weights
        return turnouts(cast, supply=at.supply, delegated=at.delegated, delegates=at.delegates)

    def _snapshot_block(self, snapshot: int) -> int | None:
        """The block whose end is the snapshot, if it is over."""
        if not self.by.by_time:
            return snapshot if snapshot < self.block else None
        if self.time is None or snapshot >= self.time:
            return None
        return reading.block_at(self.release, snapshot)

    def _said(self) -> dict[bytes, dict[str, int]]:
        """The newest value of each event by proposal: deadline, seconds, or just that it was."""
        tables = [t for t in SAID if reading.has(self.release, f"{self.by.governor}_proposal_{t}")]
        query = " UNION ALL ".join(
            f"SELECT proposal_id, '{table}' AS what, {SAID[table]}, block_number, log_index, "
            f'transaction_index FROM "{self.by.governor}_proposal_{table}"'
            for table in tables
        )
        newest = "(block_number, transaction_index, log_index)"
        found = reading.rows(
            self.release,
            f"SELECT proposal_id, what, arg_max(number, {newest}), arg_max(word, {newest}) "
            f"FROM ({query}) WHERE block_number <= ? GROUP BY proposal_id, what",
            (self.block,),
        )
        said: dict[bytes, dict[str, int]] = defaultdict(dict)
        for id, what, number, word in found:
            said[id][what] = int(number or 0) if word is None else int.from_bytes(word, "big")
        return said


CREATED = "proposal_id, proposer, vote_start, vote_end, description, block_number, targets"


def _strategies(release: "Release", name: str, block: int) -> dict[bytes, int]:
    """How many voting strategies a space's proposals count, each a bit; empty of a governor."""
    if SPACE not in reading.dataset(release, name).sources:
        return {}
    query = (
        f'SELECT proposal_id, active_voting_strategies FROM "{name}_proposal_created" '
        "WHERE block_number <= ?"
    )
    found = reading.rows(release, query, (block,))
    return {id: int.from_bytes(bits, "big").bit_count() for id, bits in found if bits is not None}


IN_A_SPACE = (
    "proposal_id, author, start_timestamp, max_end_timestamp, metadata_uri, block_number, "
    "[]::BLOB[]"
)
"""Columns of a creation: a governor's, and a space's, whose description is where the text lies."""

SAID = {
    "canceled": "NULL::UBIGINT AS number, NULL::BLOB AS word",
    "cancelled": "NULL::UBIGINT AS number, NULL::BLOB AS word",
    "executed": "NULL::UBIGINT AS number, NULL::BLOB AS word",
    "extended": "extended_deadline AS number, NULL::BLOB AS word",
    "queued": "NULL::UBIGINT AS number, eta AS word",
}
"""The events after a proposal's creation, and what each says: a number, a word, or nothing."""
