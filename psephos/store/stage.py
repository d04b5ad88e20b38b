"""A table's files for the next release: what is there is used, what is new is written.

Cost: rows of fresh days are written once, and a piece that has become complete is put together
from the files it replaces (psephos.store.piece). Nothing else is read, however long the history.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal, Protocol

import pyarrow as pa

from psephos.store import piece, segment
from psephos.store.manifest import Sealed, Table
from psephos.store.release import Publication


class Source(Protocol):
    """Where a table's rows come from, in the order they are published in."""

    @property
    def schema(self) -> pa.Schema: ...

    def days(self, first: int, last: int) -> Iterable[pa.RecordBatch]:
        """Rows of the days `first` to `last`, all of which are sealed."""
        ...

    def unsealed(self) -> Iterable[pa.RecordBatch]:
        """Rows of all blocks that lie in no sealed day."""
        ...


@dataclass(frozen=True, slots=True)
class Days:
    """The sealed days of a table, and those among them whose rows are new or corrected."""

    sealed: frozenset[int]
    fresh: frozenset[int]


Role = Literal["rows", "changes", "checkpoints"]


@dataclass(frozen=True, slots=True)
class Label:
    """What a table is: see `psephos.store.manifest.Table`."""

    role: Role = "rows"
    dataset: str = ""
    kind: str = ""


def stage(
    publication: Publication, previous: Table | None, source: Source, days: Days, label: Label
) -> Table:
    """The table as the next release names it; its new segments are written."""
    columns = segment.columns(source.schema)
    if previous is None or previous.columns != columns:
        previous, days = None, Days(days.sealed, days.sealed)
    spoilt = lost(publication, previous)
    known = {
        (old.first, old.last): old
        for old in (previous.pieces if previous else ())
        if old.first not in spoilt
    }
    days = Days(days.sealed, days.fresh | (days.sealed & spoilt))
    pieces = tuple(_pieces(publication, source, days, known))
    unsealed = publication.segment(source.schema, source.unsealed())
    return Table(label.role, label.dataset, label.kind, columns, pieces, unsealed)


def lost(publication: Publication, table: Table | None) -> frozenset[int]:
    """The days of files that are gone or have another length: they are written again."""
    folder = publication.folder / "segments"
    return frozenset(
        day
        for old in (table.pieces if table else ())
        if segment.fault(folder / old.segment.file, old.segment, whole=False)
        for day in range(old.first, old.last + 1)
    )


def _pieces(
    publication: Publication, source: Source, days: Days, known: dict[piece.Run, Sealed]
) -> Iterator[Sealed]:
    start = min(days.sealed, default=0)
    for first, last in piece.cut(max(days.sealed, default=-1)):
        if last < start:
            continue
        parts = piece.parts((first, last), days.sealed, days.fresh, known)
        if len(parts) == 1 and parts[0].known:
            old = known[(parts[0].first, parts[0].last)]
            yield Sealed(first, last, old.hash, old.rows, old.bytes)
        elif parts:
            rows = chain.from_iterable(_rows(publication, source, part, known) for part in parts)
            if made := publication.segment(source.schema, rows):
                yield Sealed(first, last, made.hash, made.rows, made.bytes)


def _rows(
    publication: Publication, source: Source, part: piece.Part, known: dict[piece.Run, Sealed]
) -> Iterable[pa.RecordBatch]:
    if part.known:
        old = known[(part.first, part.last)]
        return segment.read(publication.folder / "segments", old.segment)
    return source.days(part.first, part.last)
