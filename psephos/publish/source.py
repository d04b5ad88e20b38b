"""Rows of the index as sources of a publication: by sealed days, and what is not sealed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from psephos.publish.sealed import Range, SealedDays
from psephos.store.database import explained
from psephos.store.index import Index
from psephos.store.segment import GROUP
from psephos.store.shape import BLOCK, KEY

SMALL = 32_768  # rows: twenty megabytes of headers, and most tables have far fewer


@dataclass(frozen=True, slots=True)
class IndexRows:
    """A table of the index; `order` are the columns that decide the order, the block's first.

    A table of no more than `SMALL` rows is read once, as `small`, instead of piece by piece.
    """

    index: Index
    table: str
    schema: pa.Schema
    order: tuple[str, ...]
    sealed: SealedDays
    small: pa.Table | None

    def days(self, first: int, last: int) -> Iterable[pa.RecordBatch]:
        return self._between(self.sealed.ranges(first, last))

    def unsealed(self) -> Iterable[pa.RecordBatch]:
        return self._between(self.sealed.rest())

    def _between(self, ranges: Iterable[Range]) -> Iterator[pa.RecordBatch]:
        for first, last in ranges:
            yield from self._read(first, last) if self.small is None else self._cut(first, last)

    def _read(self, first: int, last: int) -> Iterator[pa.RecordBatch]:
        with explained(self.index.path), self.index.connection.cursor() as cursor:
            query = cursor.sql(_select(self.table, self.schema, self.order), params=[first, last])
            yield from query.to_arrow_reader(GROUP)

    def _cut(self, first: int, last: int) -> list[pa.RecordBatch]:
        assert self.small is not None
        number = self.small.column(self.order[0]).to_numpy()
        start, stop = np.searchsorted(number, [first, last + 1])
        batches: list[pa.RecordBatch] = self.small.slice(start, stop - start).to_batches()
        return batches


def blocks(index: Index, sealed: SealedDays) -> IndexRows:
    """The headers of all blocks that were read."""
    return _rows(index, "block", BLOCK, ("number",), sealed)


def events(
    index: Index, dataset: str, table: str, schema: pa.Schema, sealed: SealedDays
) -> IndexRows:
    """The rows of a dataset's table."""
    return _rows(index, f"{dataset}_{table}", schema, KEY, sealed)


def _rows(
    index: Index, table: str, schema: pa.Schema, order: tuple[str, ...], sealed: SealedDays
) -> IndexRows:
    ((count,),) = index.query(f'SELECT count(*) FROM "{table}"')
    small = None
    if not count:
        small = schema.empty_table()
    elif count <= SMALL:
        small = index.arrow(_select(table, schema, order), [0, 2**63 - 1])
    return IndexRows(index, table, schema, order, sealed, small)


def _select(table: str, schema: pa.Schema, order: tuple[str, ...]) -> str:
    """Rows of a range of blocks, in their order."""
    names = ", ".join(f'"{name}"' for name in schema.names)
    return (
        f'SELECT {names} FROM "{table}" WHERE {order[0]} BETWEEN ? AND ? '
        f"ORDER BY {', '.join(order)}"
    )
