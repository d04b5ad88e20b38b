"""The batch headers of finished days, computed from the rows in the index."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa

from psephos.batch import tree
from psephos.batch.days import Day
from psephos.batch.header import BatchHeader
from psephos.batch.leaves import leaves
from psephos.batch.rowbytes import check_order, schema_hash
from psephos.store.index import Index

AT_ONCE = 200_000
"""Rows of a table read by one query, if a day does not have more: bounds memory."""

Chain = tuple[int, bytes | None]
"""Chain id and genesis hash, None if it was never declared."""


class DatasetLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def id(self) -> bytes: ...
    @property
    def first(self) -> int: ...
    def tables(self) -> dict[str, pa.Schema]: ...


def chain_of(index: Index) -> Chain:
    """What the index is about."""
    chain_id, genesis = index.query("SELECT chain_id, genesis FROM identity")[0]
    return int(chain_id), None if genesis is None else bytes(genesis)


def batch_headers(
    index: Index, dataset: DatasetLike, days: Sequence[Day], at_once: int = AT_ONCE
) -> Iterator[BatchHeader]:
    """The header of every table for each of these days (in order), table by table."""
    chain = chain_of(index)
    for table, schema in dataset.tables().items():
        for some in _together(index, f"{dataset.name}_{table}", days, at_once):
            yield from _of_table(index, chain, dataset, table, schema, some)


def _together(index: Index, name: str, days: Sequence[Day], at_once: int) -> Iterator[list[Day]]:
    """Days in order, as many at a time as have `at_once` rows, but at least one."""
    sql = f'SELECT count(*) FROM "{name}" WHERE block_number BETWEEN ? AND ?'
    rows = index.query(sql, [days[0].first, days[-1].last])[0][0]
    if rows <= at_once or len(days) == 1:
        yield list(days)
        return
    middle = len(days) // 2
    yield from _together(index, name, days[:middle], at_once)
    yield from _together(index, name, days[middle:], at_once)


def _of_table(
    index: Index,
    chain: Chain,
    dataset: DatasetLike,
    table: str,
    schema: pa.Schema,
    days: Sequence[Day],
) -> Iterator[BatchHeader]:
    """The header of one table for each day, its rows read by one query."""
    rows = index.rows(dataset.name, table, days[0].first, days[-1].last)
    check_order(rows)
    hashes, blocks = leaves(rows, schema), rows.column("block_number").to_numpy()
    schema_id = schema_hash(schema)
    for day in days:
        a, b = np.searchsorted(blocks, [day.first, day.last + 1])
        yield BatchHeader(
            chain_id=chain[0],
            genesis=chain[1],
            dataset_id=dataset.id,
            dataset=dataset.name,
            table=table,
            schema=schema_id,
            day=day.day,
            first=day.first,
            last=day.last,
            parent=day.parent,
            last_hash=day.last_hash,
            rows=int(b - a),
            row_root=tree.root(hashes[a:b]),
        )
