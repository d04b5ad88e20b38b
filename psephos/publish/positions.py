"""Positions of a release: every change, and now and then everybody's position.

A change is a row: from this event on the holder has this amount. A checkpoint is what all have
at the end of a day; one is written as soon as the changes since the last are as many as that one
has holders. So what is read for a position at any block is a checkpoint and as many changes, and
all checkpoints together have at most twice as many rows as there are changes.

Both are tables of days like any other (psephos.store.stage): a release computes the days that
are new, from what was held before them. If an earlier day was corrected, everything after it is
computed again, because positions add up.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from psephos.results.changes import position_changes
from psephos.store.manifest import Table
from psephos.store.reader import Release
from psephos.store.release import Publication
from psephos.store.stage import Days, Label, Role, lost, stage

ROLES: tuple[Role, ...] = ("changes", "checkpoints")
MANY = 2**62  # after every day and every block
LEAST = 256  # rows: below that a checkpoint saves nothing
CHANGES = pa.schema(
    [
        pa.field("key", pa.binary()),
        pa.field("holder", pa.binary(), nullable=False),
        pa.field("block_number", pa.uint64(), nullable=False),
        pa.field("transaction_index", pa.uint32(), nullable=False),
        pa.field("log_index", pa.uint32(), nullable=False),
        pa.field("amount", pa.decimal128(38, 0), nullable=False),
    ]
)
CHECKPOINTS = pa.schema(
    [
        pa.field("block_number", pa.uint64(), nullable=False),
        pa.field("key", pa.binary()),
        pa.field("holder", pa.binary(), nullable=False),
        pa.field("amount", pa.decimal128(38, 0), nullable=False),
    ]
)
HELD = pa.schema([CHECKPOINTS.field(name) for name in ("key", "holder", "amount")])


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose positions: a kind of a dataset whose rows have no gap up to block `upto`.

    `ends` is the last block of each of its sealed days, oldest first.
    """

    kind: str
    dataset: str
    upto: int
    ends: Mapping[int, int]

    def table(self, role: Role) -> str:
        """Name of the table in the manifest."""
        return f"{role}_{self.kind}_{self.dataset}"

    def end_before(self, day: int) -> int:
        """The last block of the sealed days before a day; -1 if there is none."""
        days = list(self.ends)
        place = bisect_left(days, day)
        return self.ends[days[place - 1]] if place else -1


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that were computed already, as a source: those of a day are found by block number."""

    schema: pa.Schema
    rows: pa.Table
    subject: Subject

    def days(self, first: int, last: int) -> Iterable[pa.RecordBatch]:
        return self._between(self.subject.end_before(first), self.subject.end_before(last + 1))

    def unsealed(self) -> Iterable[pa.RecordBatch]:
        return self._between(self.subject.end_before(MANY), MANY)

    def _between(self, after: int, upto: int) -> list[pa.RecordBatch]:
        number = self.rows.column("block_number")
        inside = pc.and_(pc.greater(number, after), pc.less_equal(number, upto))
        batches: list[pa.RecordBatch] = self.rows.filter(inside).to_batches()
        return batches


def known_positions(publication: Publication) -> dict[str, Table]:
    """The position tables of the release before whose files of sealed days are all there."""
    previous = publication.previous.tables if publication.previous else {}
    return {
        name: replace(table, unsealed=None)
        for name, table in previous.items()
        if table.role != "rows" and not lost(publication, table)
    }


def stage_positions(
    publication: Publication, staged: Release, subject: Subject, fresh: Set[int]
) -> dict[str, Table]:
    """The tables of changes and checkpoints of one kind of one dataset, by name.

    `staged` has the rows to be published and `known_positions`; `fresh` are the sealed days whose
    rows changed since. Raises `AmountTooLarge` and `Quarantined` as
    `position_changes` does.
    """
    names = {role: subject.table(role) for role in ROLES}
    previous = publication.previous.tables if publication.previous else {}
    known = all(name in staged.manifest.tables for name in names.values())
    start = min(fresh, default=MANY) if known else 0
    days = Days(frozenset(subject.ends), frozenset(day for day in subject.ends if day >= start))
    after = subject.end_before(start)
    with staged.cursor() as con:
        before = held(con, subject, after) if known else HELD.empty_table()
        changes = _changes(con, subject, after, before)
        checkpoints = _checkpoints(con, subject, changes, before, after)
    rows = {"changes": Rows(CHANGES, changes, subject)}
    rows["checkpoints"] = Rows(CHECKPOINTS, checkpoints, subject)
    return {
        name: stage(
            publication, previous.get(name), rows[role], days,
            Label(role, subject.dataset, subject.kind),
        )
        for role, name in names.items()
    }  # fmt: skip


def held(con: duckdb.DuckDBPyConnection, subject: Subject, block: int) -> pa.Table:
    """(key, holder, amount) of everybody with more than nothing at the end of a block."""
    return con.sql(
        """
        WITH base AS (
            SELECT max(block_number) AS block FROM checkpoint
            WHERE kind = $kind AND dataset = $dataset AND block_number <= $block
        ), told AS (
            SELECT key, holder, block_number, 0 AS transaction_index, 0 AS log_index, amount
            FROM checkpoint, base
            WHERE kind = $kind AND dataset = $dataset AND block_number = base.block
            UNION ALL
            SELECT key, holder, block_number, transaction_index, log_index, amount
            FROM position, base
            WHERE kind = $kind AND dataset = $dataset
              AND block_number > coalesce(base.block, -1) AND block_number <= $block
        )
        SELECT key, holder, arg_max(amount, (block_number, transaction_index, log_index)) AS amount
        FROM told GROUP BY key, holder HAVING amount > 0 ORDER BY key, holder""",
        params={"kind": subject.kind, "dataset": subject.dataset, "block": block},
    ).to_arrow_table()


def _changes(
    con: duckdb.DuckDBPyConnection, subject: Subject, after: int, before: pa.Table
) -> pa.Table:
    found = position_changes(con, subject.dataset, subject.kind, after, subject.upto, before)
    return found.select(CHANGES.names).cast(CHANGES)


def _checkpoints(
    con: duckdb.DuckDBPyConnection,
    subject: Subject,
    changes: pa.Table,
    before: pa.Table,
    after: int,
) -> pa.Table:
    """The checkpoints that become due at the ends of days."""
    size, since = _last_checkpoint(con, subject, after)
    made = [CHECKPOINTS.empty_table()]
    number = changes.column("block_number").to_numpy()
    start = 0
    for end in (end for end in subject.ends.values() if end > after):
        stop = int(np.searchsorted(number, end, "right"))
        if since + stop - start >= max(size, LEAST):
            before = _after(con, before, changes.slice(start, stop - start))
            block = pa.array([end] * len(before), pa.uint64())
            made.append(before.add_column(0, CHECKPOINTS.field(0), block).cast(CHECKPOINTS))
            size, since, start = len(before), 0, stop
    return pa.concat_tables(made)


def _last_checkpoint(
    con: duckdb.DuckDBPyConnection, subject: Subject, block: int
) -> tuple[int, int]:
    """Rows of the last checkpoint up to a block, and number of changes since."""
    query = """
        WITH base AS (
            SELECT max(block_number) AS block FROM checkpoint
            WHERE kind = $kind AND dataset = $dataset AND block_number <= $block
        )
        SELECT (SELECT count(*) FROM checkpoint, base WHERE kind = $kind AND dataset = $dataset
                AND block_number = base.block),
               (SELECT count(*) FROM position, base WHERE kind = $kind AND dataset = $dataset
                AND block_number > coalesce(base.block, -1) AND block_number <= $block)"""
    params = {"kind": subject.kind, "dataset": subject.dataset, "block": block}
    ((rows, changes),) = con.execute(query, params).fetchall()
    return rows, changes


def _after(con: duckdb.DuckDBPyConnection, before: pa.Table, changes: pa.Table) -> pa.Table:
    """What is held when `changes` came after `before`."""
    con.register("before", before)
    con.register("later", changes)
    try:
        return con.sql(
            """
            WITH told AS (
                SELECT key, holder, 0::UBIGINT AS b, 0::UINTEGER AS t, 0::UINTEGER AS l, amount
                FROM before
                UNION ALL
                SELECT key, holder, block_number + 1, transaction_index, log_index, amount
                FROM later
            )
            SELECT key, holder, arg_max(amount, (b, t, l)) AS amount FROM told
            GROUP BY key, holder HAVING amount > 0 ORDER BY key, holder"""
        ).to_arrow_table()
    finally:
        con.unregister("before")
        con.unregister("later")
