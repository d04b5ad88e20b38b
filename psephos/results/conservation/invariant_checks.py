"""Invariants run on an index: what breaks them, named row by row, and whose dataset stops."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from psephos.chain.dataset import Dataset
from psephos.errors import VerificationFailed
from psephos.evidence.check import Check
from psephos.results.conservation.invariants import INVARIANTS, Invariant
from psephos.store.index import Index

SHOWN = 5
"""So many rows are named; how many there are is said."""


@dataclass(frozen=True, slots=True)
class Held:
    """An invariant of a dataset: the rows that break it (block, transaction, log, what), or none.

    count: how many break it, of which the first are in `rows`
    """

    invariant: Invariant
    dataset: str
    first: int
    last: int
    count: int
    rows: tuple[tuple[int, int, int, str], ...]

    @property
    def check(self) -> Check:
        """As the other checks of a house are told."""
        name = f"{self.invariant.name} {self.dataset}"
        return Check(name, "failed" if self.count else "passed", self.words)

    @property
    def words(self) -> str:
        """What is broken and where; or what held, and over which blocks."""
        blocks = f"blocks {self.first} to {self.last}"
        if not self.count:
            return f"{self.invariant.words}, in {blocks}"
        rows = "; ".join(
            f"block {b}, transaction {t}, log {n}: {what}" for b, t, n, what in self.rows
        )
        more = f"; and {self.count - len(self.rows)} more" if self.count > len(self.rows) else ""
        return f"not so that {self.invariant.words}: {rows}{more}"


def invariants(
    index: Index, datasets: Sequence[Dataset], since: Mapping[str, int] | None = None
) -> list[Held]:
    """Every invariant of every dataset whose blocks are all there, up to its last sealed one.

    since: the first block that is looked at, by dataset, and only these datasets; none: all of
    every dataset. A dataset that is stopped already is left out.
    """
    stopped = index.quarantined()
    found = []
    for dataset in datasets:
        last = index.sealed_to(dataset.name)
        first = dataset.first if since is None else since.get(dataset.name)
        if (
            last is None
            or first is None
            or dataset.name in stopped
            or not _whole(index, dataset, last)
        ):
            continue
        for one in INVARIANTS:
            for query, upto in _asked(
                index, one, dataset, datasets, max(first, dataset.first), last
            ):
                found.append(_held(index, one, dataset, max(first, dataset.first), upto, query))
    return found


def guard(
    index: Index, datasets: Sequence[Dataset], since: Mapping[str, int] | None = None
) -> list[Held]:
    """Run the invariants, and stop each dataset that breaks one; the others go on."""
    found = invariants(index, datasets, since)
    for one in found:
        if one.count and one.dataset not in index.quarantined():
            index.quarantine(one.dataset, VerificationFailed(f"invariant: {one.words}"))
    return found


def _held(
    index: Index, one: Invariant, dataset: Dataset, first: int, last: int, query: str
) -> Held:
    order = "ORDER BY 1, 2, 3"
    ((count,),) = index.query(f"SELECT count(*) FROM ({query})")
    rows = index.query(f"SELECT * FROM ({query}) {order} LIMIT {SHOWN}") if count else []
    named = tuple((int(b), int(t), int(n), str(what)) for b, t, n, what in rows)
    return Held(one, dataset.name, first, last, int(count), named)


def _asked(
    index: Index,
    one: Invariant,
    dataset: Dataset,
    datasets: Iterable[Dataset],
    first: int,
    last: int,
) -> Iterator[tuple[str, int]]:
    """The SELECT of a dataset, and its last block; one a second dataset where one is needed."""
    if not set(one.sources) & set(dataset.sources) or not _has(dataset, one.tables):
        return
    if not one.other:
        yield one.broken.format(name=dataset.name, first=first, last=last), last
        return
    for other in datasets:
        if one.other not in other.sources or not _has(other, one.others):
            continue
        upto = min(last, index.sealed_to(other.name) or -1)
        start = max(first, other.first) if one.later else first
        if upto < start or start < other.first or not _whole(index, other, upto):
            continue
        yield one.broken.format(name=dataset.name, other=other.name, first=start, last=upto), upto


def _has(dataset: Dataset, tables: Iterable[str]) -> bool:
    return set(tables) <= dataset.tables().keys()


def _whole(index: Index, dataset: Dataset, last: int) -> bool:
    return last >= dataset.first and not index.gaps(dataset.name, dataset.first, last)
