"""Spans and blocks as the database holds them: read and written inside the caller's transaction."""

from collections.abc import Sequence

import duckdb

from psephos.errors import IndexBroken
from psephos.store.spans import Cursor, Span


def spans_of(db: duckdb.DuckDBPyConnection, dataset: str) -> tuple[Span, ...]:
    """The ranges of blocks that were read of a dataset, in order."""
    found = db.execute(
        "SELECT first, last, last_hash, level FROM span WHERE dataset = ? ORDER BY first",
        [dataset],
    ).fetchall()
    return tuple(Span(first, last, bytes(hash_), level) for first, last, hash_, level in found)


def write_spans(db: duckdb.DuckDBPyConnection, dataset: str, spans: Sequence[Span]) -> None:
    """Put `spans` in place of what was known."""
    db.execute("DELETE FROM span WHERE dataset = ?", [dataset])
    for span in spans:
        db.execute("INSERT INTO span VALUES (?, ?, ?, ?, ?)", [dataset, *span])


def unseal(db: duckdb.DuckDBPyConnection, dataset: str, first: int) -> None:
    """Rows from block `first` on changed: batches that hold them must be compared again."""
    db.execute("UPDATE sealed_to SET last = least(last, ?) WHERE dataset = ?", [first - 1, dataset])


def hashes(db: duckdb.DuckDBPyConnection, first: int, last: int) -> dict[int, bytes]:
    """Hashes of the stored blocks from `first` to `last`, by number."""
    found = db.execute(
        "SELECT number, hash FROM block WHERE number BETWEEN ? AND ?", [first, last]
    ).fetchall()
    return {number: bytes(hash_) for number, hash_ in found}


def hash_at(db: duckdb.DuckDBPyConnection, number: int) -> bytes:
    """The hash of a block that must be stored: one inside a span."""
    found = hashes(db, number, number)
    if number not in found:
        raise IndexBroken(f"the index has no block {number}, which lies inside a span")
    return found[number]


def ends(db: duckdb.DuckDBPyConnection, after: int, head: int) -> list[Cursor]:
    """The last block of every run of stored blocks above `after`, cut at `head`; ascending."""
    found = db.execute(
        "SELECT number, hash FROM block WHERE number >= ? AND number <= ?"
        " QUALIFY lead(number, 1, 0) OVER (ORDER BY number) <> number + 1 ORDER BY number",
        [after + 1, max(head, 0)],
    ).fetchall()
    return [Cursor(number, bytes(hash_)) for number, hash_ in found]
