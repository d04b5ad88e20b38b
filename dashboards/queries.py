"""What pages ask of a release, remembered by release id and arguments.

A release never changes, so an answer about one is right for ever. The few releases that were asked
for last stay open in each process; one that is forgotten is closed when nobody uses it any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from analytics import Value
from dashboards.remember import Memory
from psephos.errors import CommandError, NotCollected, TableError
from psephos.results import reading
from psephos.results.entities import Entities, entities
from psephos.results.figures import Figure, figure, of_positions, of_proposal
from psephos.results.flips import Flip, flip_set
from psephos.results.grants import Account, accounts
from psephos.results.history import Point, histories
from psephos.results.positions import SOURCES, Positions, positions, supply
from psephos.results.power import delegations
from psephos.results.proposals import Proposal, proposals
from psephos.results.rules import State, rules
from psephos.results.text import number
from psephos.results.votes import votes
from psephos.store import release as releases
from psephos.store.reader import Release

OPEN = 4
SHORT = 2000
RECENT = 10
MONTH = 30 * 24 * 3600
HISTORY = ("nakamoto_one_half", "nakamoto_one_third", "hhi", "effective_number", "gini")


class Ballot(NamedTuple):
    """A vote as it was cast; the reason is the chain's own text."""

    voter: bytes
    support: str
    weight: int
    reason: str
    block: int


@dataclass(frozen=True, slots=True)
class Pin:
    """A release, by folder and whole id: what every answer is remembered by."""

    folder: Path
    id: str

    @property
    def release(self) -> Release:
        return opened(self.folder, self.id)


class Kept(Release):
    """An open release that remembers short answers: the same question has the same answer."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._answers: Memory[pl.DataFrame] = Memory(256)

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> pl.DataFrame:
        key = f"{query} {params!r}"
        found = self._answers.get(key)
        if found is None:
            found = super().sql(query, params)
            if found.height <= SHORT:
                self._answers.set(key, found)
        return found


@lru_cache(maxsize=OPEN)
def opened(folder: Path, id: str) -> Kept:
    """An open release; one thread, since the pages of many readers are made side by side."""
    return Kept.open(folder, id, threads=1)  # type: ignore[return-value]


def pin(folder: Path, prefix: str = "") -> Pin:
    """The release whose id begins so; none given: the current one."""
    return Pin(folder, releases.find(folder, prefix or None))


@dataclass(frozen=True, slots=True)
class View:
    """What a page is made of: a release, a block of it, and how holders are counted."""

    pin: Pin
    block: int
    owners: bool

    @property
    def release(self) -> Release:
        return self.pin.release

    @property
    def entities(self) -> Entities | None:
        return labels(self.release.chain.id) if self.owners else None


def view(pinned: Pin, block: str, by: str) -> View:
    """The view of an address; `NotCollected` for a block that the release does not have."""
    release = pinned.release
    asked = int(block) if block else release.final
    if asked > release.head:
        raise NotCollected(
            f"block {number(asked)} is after this release, which ends at block "
            f"{number(release.head)}",
            hint="ask for an earlier block",
        )
    first = min((entry.first for entry in release.datasets.values()), default=0)
    if asked < first:
        raise NotCollected(
            f"block {number(asked)} is before the first that was collected, {number(first)}",
            hint="ask for a later block",
        )
    return View(pinned, asked, by == "owner")


@lru_cache(maxsize=8)
def labels(chain: int) -> Entities:
    """The declared owners of a chain's addresses."""
    return entities(chain)


def dataset_of(of: View, kind: str, name: str) -> str:
    """The dataset asked for, or the first that has this kind; `TableError` if there is none."""
    there = reading.datasets(of.release, *SOURCES[kind])
    if name and name not in there:
        raise CommandError("there is no such dataset on this page", hint=", ".join(there))
    if not there:
        raise TableError("this release has no such positions", hint="collect a dataset of them")
    return name or there[0]


def first_of(of: View, kind: str) -> str | None:
    """The first dataset that has this kind of position, or None."""
    there = reading.datasets(of.release, *SOURCES[kind])
    return there[0] if there else None


@lru_cache(maxsize=48)
def held(of: View, kind: str, name: str, key: bytes | None = None) -> Positions:
    """Positions at the view's block."""
    owners = None if kind == "vote" else of.entities
    return positions(of.release, kind, dataset=name, block=of.block, key=key, entities=owners)


@lru_cache(maxsize=256)
def measured(of: View, measure: str, kind: str, name: str, key: bytes | None = None) -> Figure:
    """A measure of positions; `key` names the proposal of votes cast."""
    positions_ = held(of, kind, name, key)
    return of_positions(of.release, measure, positions_, of.entities)


@lru_cache(maxsize=64)
def whole(of: View, name: str) -> int | None:
    """Total supply of a token."""
    return supply(of.release, name, of.block)


@lru_cache(maxsize=64)
def founding(pinned: Pin, block: int, name: str) -> tuple[tuple[bytes, bytes], ...]:
    """(delegator, delegate) of the foundation's declared addresses, as of a block.

    An edge weighs the delegator's balance, as ERC20Votes counts it; so a token without balances
    has none.
    """
    release = pinned.release
    foundation = labels(release.chain.id).with_role("foundation", block=block)
    entry = reading.dataset(release, name)
    if not foundation or "erc20" not in entry.sources or reading.backfill(entry, block):
        return ()
    listed = ", ".join(f"'{address.hex()}'" for address in sorted(foundation))
    query = f"""
        SELECT delegator, arg_max(to_delegate, (block_number, transaction_index, log_index))
        FROM "{name}_delegate_changed"
        WHERE block_number <= ? AND lower(hex(delegator)) IN ({listed}) GROUP BY delegator"""
    return tuple((who, to) for who, to in reading.rows(release, query, (block,)) if any(to))


@lru_cache(maxsize=32)
def from_foundation(of: View, name: str) -> dict[bytes, int]:
    """Of each delegate's power, how much is delegated by the foundation's declared addresses.

    Keyed by holder as `held(of, "power", name)` names them; empty where none is declared.
    """
    known = labels(of.release.chain.id)
    edges = founding(of.pin, of.block, name)
    if not edges:
        return {}
    amounts: dict[bytes | str, int] = {}
    own = held(View(of.pin, of.block, False), "balance", name)
    balances = dict(zip(own.holders, own.amounts, strict=True))
    for delegator, delegate in edges:
        owner = known.of(delegate, of.block) if of.owners else None
        whose = owner.name if owner else delegate
        amounts[whose] = amounts.get(whose, 0) + balances.get(delegator, 0)
    power = held(of, "power", name)
    pairs = zip(power.holders, power.owners, strict=True)
    found = {holder: amounts.get(owner or holder, 0) for holder, owner in pairs}
    return {holder: amount for holder, amount in found.items() if amount}


@lru_cache(maxsize=32)
def delegators(of: View, name: str) -> dict[bytes, int]:
    """How many addresses that hold something delegate to each delegate."""
    if reading.backfill(reading.dataset(of.release, name), of.block):
        return {}
    edges = delegations(of.release, dataset=name, block=of.block).filter(pl.col("amount") > 0)
    return dict(edges.group_by("delegate").len().sort("delegate").rows())


@lru_cache(maxsize=32)
def attendance(of: View, name: str) -> tuple[dict[bytes, int], int]:
    """In how many of the last votes that are over each address took part, and how many those are.

    Of the governors that count the voting power of dataset `name`.
    """
    over = [
        one
        for one in every_proposal(of.pin, of.block)
        if one.state is not None
        and one.state not in (State.PENDING, State.ACTIVE, State.CANCELED)
        and rules(of.release, one.dataset).token == name
    ][:RECENT]
    found: dict[bytes, int] = {}
    for one in over:
        for voter in {ballot.voter for ballot in ballots(of, one.dataset, one.id)}:
            found[voter] = found.get(voter, 0) + 1
    return found, len(over)


@lru_cache(maxsize=16)
def grants_of(of: View, name: str) -> list[Account] | None:
    """What each beneficiary was promised, has vested and has taken; None where undefined."""
    return accounts(of.release, name, of.block)


@lru_cache(maxsize=16)
def walked(pinned: Pin, kind: str, name: str) -> dict[str, list[Point]]:
    """Measures over the whole life of a release, at the same blocks whoever asks."""
    return histories(pinned.release, HISTORY, kind, dataset=name, points=120)


def history(of: View, measure: str, kind: str, name: str) -> list[Point]:
    """A measure up to the view's block, which is the last point."""
    earlier = [point for point in walked(of.pin, kind, name)[measure] if point[0] < of.block]
    by_address = View(of.pin, of.block, False)
    now = measured(by_address, measure, kind, name).value
    return [*earlier, (of.block, when(of.pin, of.block), now)]


def former(points: Sequence[Point], seconds: int = MONTH) -> Value:
    """The value so many seconds before the last point; None if it was not defined then."""
    last = points[-1][1] if points else None
    if last is None:
        return None
    before = [value for _, time, value in points if time is not None and time <= last - seconds]
    return before[-1] if before else None


@lru_cache(maxsize=1024)
def when(pinned: Pin, block: int) -> int | None:
    """Seconds since 1970 of a block."""
    return reading.timestamp(pinned.release, block)


@lru_cache(maxsize=32)
def every_proposal(pinned: Pin, block: int) -> tuple[Proposal, ...]:
    """Every proposal created up to a block, newest first."""
    return tuple(proposals(pinned.release, block))


def proposal(of: View, name: str, id: bytes) -> Proposal:
    """One proposal; `CommandError` if it was not created up to the block."""
    for one in every_proposal(of.pin, of.block):
        if (one.dataset, one.id) == (name, id):
            return one
    raise CommandError(
        f"there is no such proposal up to block {number(of.block)}",
        hint="the page Votes lists those there are",
    )


@lru_cache(maxsize=64)
def of_vote(of: View, measure: str, name: str, id: bytes) -> Figure:
    """A figure of one proposal."""
    return of_proposal(of.release, measure, proposal(of, name, id))


def token_of(of: View, governor: str) -> str | None:
    """The dataset whose voting power a governor counts."""
    return rules(of.release, governor).token


def unit_of(of: View, governor: str) -> tuple[int, str]:
    """Decimals and symbol of the power a governor counts."""
    entry = reading.dataset(of.release, token_of(of, governor) or governor)
    return entry.decimals, entry.symbol


@lru_cache(maxsize=64)
def flipped(of: View, name: str, id: bytes) -> Flip | None:
    """Who could flip a proposal."""
    return flip_set(of.release, proposal(of, name, id))


@lru_cache(maxsize=16)
def recomputed(of: View, measure: str, kind: str, name: str, key: bytes | None) -> Figure:
    """A figure whose positions were computed from event rows here and compared with the published.

    `VerificationFailed` if they are others. A figure of a proposal is computed from rows anyway.
    """
    if kind == "proposal":
        return of_vote(of, measure, name, key or b"")
    return figure(
        of.release, measure, kind, dataset=name, block=of.block, key=key, entities=of.entities,
        recompute=True,
    )  # fmt: skip


@lru_cache(maxsize=16)
def row_counts(pinned: Pin, tables: tuple[str, ...], block: int) -> dict[str, int]:
    """How many rows of each table a figure at a block is computed from."""
    count = 'SELECT count(*) FROM "{}" WHERE block_number <= ?'
    there = [table for table in tables if reading.has(pinned.release, table)]
    return {
        table: int(reading.rows(pinned.release, count.format(table), (block,))[0][0])
        for table in there
    }


@lru_cache(maxsize=16)
def ballots(of: View, name: str, id: bytes) -> tuple[Ballot, ...]:
    """Each vote on a proposal, heaviest first."""
    found = votes(of.release, id, of.block, dataset=name)
    columns = found.select("voter", "support", "weight", "reason", "block_number")
    return tuple(
        Ballot(voter, support, int(weight), reason, block)
        for voter, support, weight, reason, block in columns.rows()
    )


def share(part: int, of: int | None) -> Fraction | None:
    """A part of a whole; None where there is none."""
    return Fraction(part, of) if of else None


def utc(time: int | None) -> str:
    """`14 Nov 2026, 09:30 UTC`."""
    if time is None:
        return "at a time that is not known"
    return datetime.fromtimestamp(time, UTC).strftime("%d %b %Y, %H:%M UTC").lstrip("0")
