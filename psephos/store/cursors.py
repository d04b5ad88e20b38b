"""Spans and blocks as the database holds them: read and written inside the caller's transaction."""

from collections.abc import Mapping, Sequence

import duckdb

from psephos.errors import IndexBroken
from psephos.store.spans import Cursor, Span


def spans_of(db: duckdb.DuckDBPyConnection) -> dict[str, tuple[Span, ...]]:
    """The ranges of blocks that were read of each dataset, in order."""
    found = db.execute(
        "SELECT dataset, first, last, last_hash, level FROM span ORDER BY dataset, first"
    ).fetchall()
    spans: dict[str, tuple[Span, ...]] = {}
    for dataset, first, last, hash_, level in found:
        spans[dataset] = (*spans.get(dataset, ()), Span(first, last, bytes(hash_), level))
    return spans


def write_spans(
    db: duckdb.DuckDBPyConnection,
    before: Mapping[str, Sequence[Span]],
    after: Mapping[str, Sequence[Span]],
) -> None:
    """Put the spans of each dataset in place of what was known of it."""
    changed = [name for name, spans in after.items() if tuple(spans) != tuple(before[name])]
    gone = [name for name in changed if before[name]]
    if gone:
        db.execute("DELETE FROM span WHERE list_contains(?, dataset)", [gone])
    rows = [(name, *span) for name in changed for span in after[name]]
    if rows:
        places = ", ".join(["(?, ?, ?, ?, ?)"] * len(rows))
        db.execute(f"INSERT INTO span VALUES {places}", [part for row in rows for part in row])


def unseal(db: duckdb.DuckDBPyConnection, datasets: Sequence[str], first: int) -> None:
    """Rows from block `first` on changed: batches that hold them must be compared again."""
    sql = "UPDATE sealed_to SET last = least(last, ?) WHERE list_contains(?, dataset)"
    db.execute(sql, [first - 1, list(datasets)])


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
