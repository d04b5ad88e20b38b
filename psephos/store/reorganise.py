"""A reorganisation of the index: what lies behind the fork moves into tables apart.

One transaction. Nothing but `psephos status` and a curious reader looks at `abandoned_*` and
`reorganisation`; figures, batches and releases never do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import duckdb
import pyarrow as pa

from psephos.store.cursors import hash_at, unseal, write_spans
from psephos.store.registry import event_tables
from psephos.store.spans import Cursor, Span, without

FOREVER = 2**63


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """A fork that was followed: the last common block, the head that was left, and how deep."""

    id: int
    fork: Cursor
    head: Cursor
    depth: int
    reason: str


def abandon(
    db: duckdb.DuckDBPyConnection,
    fork: Cursor,
    reason: str,
    replaced_by: Mapping[int, bytes],
    before: Mapping[str, Sequence[Span]],
) -> Reorganisation | None:
    """Move rows and blocks after `fork` into `abandoned_*`; None if there are none.

    `replaced_by` holds the hashes that took the places, as far as they are known, `before` the
    spans of every dataset. Runs inside the caller's transaction.
    """
    top = db.execute(
        "SELECT number, hash FROM block WHERE number > ? ORDER BY number DESC LIMIT 1",
        [fork.number],
    ).fetchall()
    if not top:
        return None
    head = Cursor(top[0][0], bytes(top[0][1]))
    number = db.execute("SELECT coalesce(max(id), 0) + 1 FROM reorganisation").fetchall()[0][0]
    done = Reorganisation(number, fork, head, head.number - fork.number, reason)
    db.execute(
        "INSERT INTO reorganisation VALUES (?, ?, ?, ?, ?, ?, ?, now() AT TIME ZONE 'UTC')",
        [number, *fork, *head, done.depth, reason],
    )
    left = {
        name: without(spans, fork.number + 1, FOREVER, partial(hash_at, db))
        for name, spans in before.items()
    }
    write_spans(db, before, left)
    unseal(db, list(before), fork.number + 1)
    db.execute("DELETE FROM sample WHERE last > ?", [fork.number])
    for table in _reaching(db, event_tables(db), fork.number):
        _move(db, table, number, fork.number)
    _move_blocks(db, number, fork.number, replaced_by)
    return done


def _reaching(db: duckdb.DuckDBPyConnection, names: Sequence[str], after: int) -> list[str]:
    """The tables that have rows of later blocks: few, and each costs two statements."""
    if not names:
        return []
    sql = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (FROM \"{name}\" WHERE block_number > {after:d})"
        for name in names
    )
    return sorted(name for (name,) in db.execute(sql).fetchall())


def _move(db: duckdb.DuckDBPyConnection, name: str, number: int, after: int) -> None:
    db.execute(
        f'INSERT INTO "abandoned_{name}" SELECT ?::UBIGINT, * FROM "{name}" WHERE block_number > ?',
        [number, after],
    )
    db.execute(f'DELETE FROM "{name}" WHERE block_number > ?', [after])


def _move_blocks(
    db: duckdb.DuckDBPyConnection, number: int, after: int, replaced_by: Mapping[int, bytes]
) -> None:
    known = pa.table(
        {
            "number": pa.array(list(replaced_by), pa.uint64()),
            "hash": pa.array(list(replaced_by.values()), pa.binary()),
        }
    )
    db.register("replacement", known)
    db.execute(
        "INSERT INTO abandoned_block SELECT ?::UBIGINT, block.*, replacement.hash FROM block"
        " LEFT JOIN replacement USING (number) WHERE block.number > ?",
        [number, after],
    )
    db.unregister("replacement")
    db.execute("DELETE FROM block WHERE number > ?", [after])
