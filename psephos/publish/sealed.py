"""Which days of the configured datasets are sealed, as the ledger says it.

A release asks only the entries the ledger got since the release before; what was sealed until
then is in that release's manifest. The block range of a day is in the headers of its batches.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from psephos.batch.history import Entry
from psephos.batch.ledger import Ledger
from psephos.errors import LedgerBroken
from psephos.store import piece
from psephos.store.manifest import Manifest

Range = tuple[int, int]
"""First and last block."""


@dataclass(frozen=True, slots=True)
class SealedDays:
    """Sealed days with their blocks, oldest first, and those that are new or were corrected."""

    blocks: Mapping[int, Range]
    fresh: frozenset[int]

    def ranges(self, first: int, last: int) -> list[Range]:
        """The blocks of the sealed days between two, as few ranges as possible."""
        return joined(self.blocks[day] for day in range(first, last + 1) if day in self.blocks)

    def rest(self) -> list[Range]:
        """The blocks of no sealed day."""
        start, found = 0, []
        for first, last in joined(self.blocks.values()):
            if first > start:
                found.append((start, first - 1))
            start = last + 1
        return [*found, (start, 2**63 - 1)]


def union(datasets: Iterable[SealedDays]) -> SealedDays:
    """The days of any dataset: those of the blocks all of them stand on."""
    found: dict[int, Range] = {}
    fresh: set[int] = set()
    for days in datasets:
        fresh |= days.fresh
        for day, (first, last) in days.blocks.items():
            low, high = found.get(day, (first, last))
            found[day] = (min(low, first), max(high, last))
    return SealedDays(dict(sorted(found.items())), frozenset(fresh))


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in order, those that touch or overlap made one."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def sealed_days(
    ledger: Ledger, previous: Manifest | None, tables: Mapping[str, Sequence[str]]
) -> dict[str, SealedDays]:
    """The sealed days of each dataset, given the names of its tables.

    Raises LedgerBroken if the ledger is not the one the release before stands on, grown.
    """
    start = previous.ledger.entries if previous else 0
    if previous and (
        ledger.size < start or "0x" + ledger.root(start).hex() != previous.ledger.root
    ):
        raise LedgerBroken(
            f"the ledger does not begin with the {start:,} entries the current release stands on",
            hint="restore ledger.bin and ledger.head from the newest release, or from a copy",
        )
    fresh: dict[str, set[int]] = {name: set() for name in tables}
    for _, entry in ledger.history.sealed(start):
        if entry.header.dataset in fresh and not _same_rows(ledger, entry):
            fresh[entry.header.dataset].add(entry.header.day)
    known = previous.datasets if previous else {}
    for name in tables:
        if name not in known:  # Its days may have been sealed before the release before.
            fresh[name] = {day for dataset, _, day in ledger.latest if dataset == name}
    return {
        name: SealedDays(
            {
                day: _blocks(ledger, name, tables[name], day)
                for day in sorted(
                    days | (piece.days(known[name].sealed) if name in known else set())
                )
            },
            frozenset(days),
        )
        for name, days in fresh.items()
    }


def _same_rows(ledger: Ledger, entry: Entry) -> bool:
    """Whether an entry says nothing new of rows and blocks: it contests, or adds a prover's root.

    A day whose blocks became others is new even where its rows are the same, or none: the
    blocks themselves are published too.
    """
    if entry.supersedes is None:
        return False
    before = ledger.at(entry.supersedes).header
    return replace(before, prover_root=entry.header.prover_root) == entry.header


def _blocks(ledger: Ledger, name: str, tables: Sequence[str], day: int) -> Range:
    held = (ledger.latest.get((name, table, day)) for table in tables)
    header = ledger.at(next(index for index in held if index is not None)).header
    return header.first, header.last
