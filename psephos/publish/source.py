"""Rows of the index as sources of a publication: by sealed days, and what is not sealed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from psephos.publish.sealed import Range, SealedDays
from psephos.store.database import explained
from psephos.store.index import Index
from psephos.store.segment import GROUP
from psephos.store.shape import BLOCK, KEY


@dataclass(frozen=True, slots=True)
class IndexRows:
    """A table of the index; `order` are the columns that decide the order, the block's first.

    Most tables of a governor are empty: `filled` is asked once, instead of every piece.
    """

    index: Index
    table: str
    schema: pa.Schema
    order: tuple[str, ...]
    sealed: SealedDays
    filled: bool

    def days(self, first: int, last: int) -> Iterable[pa.RecordBatch]:
        return self._between(self.sealed.ranges(first, last))

    def unsealed(self) -> Iterable[pa.RecordBatch]:
        return self._between(self.sealed.rest())

    def _between(self, ranges: Iterable[Range]) -> Iterator[pa.RecordBatch]:
        if not self.filled:
            return
        names = ", ".join(f'"{name}"' for name in self.schema.names)
        sql = (
            f'SELECT {names} FROM "{self.table}" WHERE {self.order[0]} BETWEEN ? AND ? '
            f"ORDER BY {', '.join(self.order)}"
        )
        for first, last in ranges:
            with explained(self.index.path), self.index.connection.cursor() as cursor:
                yield from cursor.sql(sql, params=[first, last]).to_arrow_reader(GROUP)


def blocks(index: Index, sealed: SealedDays) -> IndexRows:
    """The headers of all blocks that were read."""
    return IndexRows(index, "block", BLOCK, ("number",), sealed, True)


def events(
    index: Index, dataset: str, table: str, schema: pa.Schema, sealed: SealedDays
) -> IndexRows:
    """The rows of a dataset's table."""
    name = f"{dataset}_{table}"
    ((count,),) = index.query(f'SELECT count(*) FROM "{name}"')
    return IndexRows(index, name, schema, KEY, sealed, count > 0)
