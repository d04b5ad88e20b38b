"""Proposals as of a block: their state by the governor's own rules, outcome, quorum and turnout.

Everything is told by events up to the block and by the token's past votes at the snapshot; an
anvil test holds it equal to the contract's own answers. `Canceled` by the timelock is noticed by
the operation that was scheduled in the transaction that queued the proposal.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics.participation import Turnout, quorum_reach, turnouts
from psephos.results import reading
from psephos.results.rules import GOVERNORS, Facts, Rules, State, Tally, rules, state
from psephos.results.snapshots import Snapshot, snapshots
from psephos.results.text import title
from psephos.results.timelocks import Operation, operations
from psephos.results.votes import tallies, weights

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
    created = reading.rows(
        release,
        "SELECT proposal_id, proposer, vote_start, vote_end, description, block_number, targets "
        f'FROM "{name}_proposal_created" WHERE block_number <= ? '
        "ORDER BY block_number, transaction_index, log_index",
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
        self.tallies = tallies(release, by.governor, block)
        self.weights = weights(release, by.governor, block)
        self.canceled = self._last("proposal_canceled", "true")
        self.executed = self._last("proposal_executed", "true")
        self.extended = self._last("proposal_extended", "extended_deadline")
        self.queued = self._last("proposal_queued", "eta")
        self.operations: dict[bytes, Operation] = operations(release, by, block)

    def draft(self, row: tuple[Any, ...]) -> Proposal:
        """A proposal without what stood at its snapshot."""
        id, proposer, start, end, description, created, targets = row
        snapshot, deadline = int.from_bytes(start, "big"), int.from_bytes(end, "big")
        tally = self.tallies.get(id, Tally())
        eta = self.queued.get(id)
        return Proposal(
            id,
            self.by.governor,
            self.block,
            title(description),
            description,
            proposer,
            created,
            snapshot,
            max(deadline, self.extended.get(id, 0)),
            id in self.extended,
            self.by.by_time,
            self._snapshot_block(snapshot),
            None,
            tally,
            tally.counted(self.by),
            None,
            None,
            Turnout(None, None, None),
            None,
            None if eta is None else int.from_bytes(eta, "big"),
            True,
            reading.backfill(self.entry, self.block, created),
            tuple(targets),
        )

    def decided(self, draft: Proposal, at: Snapshot | None) -> Proposal:
        """The proposal with quorum, state and turnout."""
        if draft.undefined:
            return draft
        quorum = None if at is None else at.quorum
        now = self._state(draft, quorum)
        final = self.block <= self.release.final
        return replace(
            draft,
            state=now,
            quorum=quorum,
            quorum_reached=None if quorum is None else draft.counted >= quorum,
            turnout=self._turnout(draft, at),
            at_snapshot=at,
            provisional=now is None or now.open or not final,
            undefined=None if now is not None else self._why(at),
        )

    def _state(self, draft: Proposal, quorum: int | None) -> State | None:
        operation = self.operations.get(draft.id, Operation())
        facts = Facts(
            draft.snapshot,
            draft.deadline,
            canceled=draft.id in self.canceled or operation.cancelled,
            executed=draft.id in self.executed or operation.done,
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

    def _turnout(self, draft: Proposal, at: Snapshot | None) -> Turnout:
        if at is None:
            return Turnout(None, None, None)
        cast = self.weights.get(draft.id, [])
        return turnouts(cast, supply=at.supply, delegated=at.delegated, delegates=at.delegates)

    def _snapshot_block(self, snapshot: int) -> int | None:
        """The block whose end is the snapshot, if it is over."""
        if not self.by.by_time:
            return snapshot if snapshot < self.block else None
        if self.time is None or snapshot >= self.time:
            return None
        return reading.block_at(self.release, snapshot)

    def _last(self, table: str, column: str) -> dict[bytes, Any]:
        """The newest value of a column by proposal; nothing where the source has no such event."""
        name = f"{self.by.governor}_{table}"
        if not reading.has(self.release, name):
            return {}
        query = (
            f"SELECT proposal_id, arg_max({column}, (block_number, transaction_index, log_index)) "
            f'FROM "{name}" WHERE block_number <= ? GROUP BY proposal_id'
        )
        return dict(reading.rows(self.release, query, (self.block,)))
