"""One piece into the index: what is checked before, and what one transaction writes.

No row twice, without the price of a unique index (docs/decisions/0030): a piece's rows ascend
strictly in (block, transaction, log) and lie in its blocks under its hashes; a block has one hash
in the index; and a dataset's rows of a range are replaced, never added to, when it is read again.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from psephos.errors import NodeContradiction
from psephos.store.cursors import hash_at, unseal, write_spans
from psephos.store.shape import KEY, PieceLike, blocks_of
from psephos.store.spans import Span, with_span


def check_links(db: duckdb.DuckDBPyConnection, piece: PieceLike) -> dict[int, bytes]:
    """The piece is a chain of its own, and fits the stored blocks in and around it: their hashes
    by number.

    Raises NodeContradiction where a stored hash differs: the chain was reorganised, or the
    node is on another branch; the caller looks for the fork.
    """
    headers = piece.headers
    if [h.number for h in headers] != list(range(piece.first, piece.last + 1)):
        raise ValueError(f"piece {piece.first}-{piece.last} does not have its blocks")
    for before, header in pairwise(headers):
        if header.parent != before.hash:
            raise NodeContradiction(f"block {header.number} does not follow block {before.number}")
    found = db.execute(
        "SELECT number, hash, parent FROM block WHERE number BETWEEN ? AND ?",
        [max(piece.first - 1, 0), piece.last + 1],
    ).fetchall()
    known = {number: bytes(hash_) for number, hash_, _ in found}
    for header in headers:
        _agree(header.number, known.get(header.number), header.hash)
    _agree(piece.first - 1, known.get(piece.first - 1), headers[0].parent)
    for number, _, parent in found:
        if number == piece.last + 1:
            _agree(piece.last, bytes(parent), headers[-1].hash)
    return known


def _agree(number: int, ours: bytes | None, theirs: bytes) -> None:
    if ours is not None and ours != theirs:
        raise NodeContradiction(
            f"block {number} is 0x{ours.hex()} in the index and 0x{theirs.hex()} at the node"
        )


def add_rows(
    db: duckdb.DuckDBPyConnection, piece: PieceLike, before: Mapping[str, Sequence[Span]]
) -> dict[str, tuple[Span, ...]]:
    """Store the rows of the piece and how far each dataset is now read, which is returned; what
    was read before of these blocks is replaced. `before` are the spans of each dataset."""
    again = [name for name in piece.tables if _overlap(before[name], piece)]
    if again:
        unseal(db, again, piece.first)
    for name, tables in piece.tables.items():
        for table, rows in tables.items():
            full = f"{name}_{table}"
            check_rows(full, rows, piece)
            if name in again:
                db.execute(
                    f'DELETE FROM "{full}" WHERE block_number BETWEEN ? AND ?',
                    [piece.first, piece.last],
                )
            if len(rows):
                insert(db, full, rows)
    note_samples(db, again, piece)
    new = Span(piece.first, piece.last, piece.headers[-1].hash, piece.level)
    after = {
        name: with_span(before[name], new, lambda number: hash_at(db, number))
        for name in piece.tables
    }
    write_spans(db, before, after)
    return after


def _overlap(spans: Sequence[Span], piece: PieceLike) -> bool:
    return any(span.first <= piece.last and span.last >= piece.first for span in spans)


def note_samples(db: duckdb.DuckDBPyConnection, again: Sequence[str], piece: PieceLike) -> None:
    """What a sample of the piece showed, in place of what was known of blocks that datasets read
    `again`."""
    if again:
        db.execute(
            "DELETE FROM sample WHERE list_contains(?, dataset) AND first <= ? AND last >= ?",
            [list(again), piece.last, piece.first],
        )
    if (found := piece.sample) is None:
        return
    seed = found.seed
    for name in piece.tables:
        told = [name, piece.first, piece.last, found.drawn, found.clean, seed.number, seed.hash]
        db.execute(
            "INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, now() AT TIME ZONE 'UTC')", told
        )


def add_blocks(db: duckdb.DuckDBPyConnection, piece: PieceLike, known: Collection[int]) -> None:
    """Store the blocks that are not `known` yet: another dataset may have brought some."""
    fresh = [h for h in piece.headers if h.number not in known]
    if fresh:
        insert(db, "block", blocks_of(fresh))


def check_rows(name: str, table: pa.Table, piece: PieceLike) -> None:
    """Rows ascend strictly in their key, lie in the piece's blocks and carry their hashes.

    Raises NodeContradiction: such rows would be twice, or of a block of another branch.
    """
    if not len(table):
        return
    block, transaction, log = (table.column(key).to_numpy() for key in KEY)
    if int(block.min()) < piece.first or int(block.max()) > piece.last:
        raise NodeContradiction(f"{name} has rows outside blocks {piece.first}-{piece.last}")
    later = _later(block, transaction, log)
    if not later.all():
        at = int(block[1:][~later][0])
        raise NodeContradiction(f"{name} has rows of block {at} twice or out of order")
    expected = np.frombuffer(b"".join(h.hash for h in piece.headers), np.uint8).reshape(-1, 32)
    wrong = (_fixed(table.column("block_hash")) != expected[block - np.uint64(piece.first)]).any(1)
    if wrong.any():
        raise NodeContradiction(
            f"{name} has rows of another block {int(block[wrong][0])} than the header's"
        )


def _later(
    block: NDArray[np.uint64], transaction: NDArray[np.uint32], log: NDArray[np.uint32]
) -> NDArray[np.bool_]:
    """Whether each row comes after the one before it."""
    same = block[1:] == block[:-1]
    within = (transaction[1:] > transaction[:-1]) | (
        (transaction[1:] == transaction[:-1]) & (log[1:] > log[:-1])
    )
    later: NDArray[np.bool_] = (block[1:] > block[:-1]) | (same & within)
    return later


def _fixed(column: pa.ChunkedArray) -> NDArray[np.uint8]:
    """A column of 32 bytes as an array (n, 32), without copying."""
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0)
    bytes_ = np.frombuffer(array.buffers()[1], np.uint8)
    return bytes_[32 * array.offset : 32 * (array.offset + len(array))].reshape(-1, 32)


def insert(db: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Append Arrow rows; `executemany` is a thousand times slower, and a view over them, for a few
    rows, costs a third more."""
    db.from_arrow(table).insert_into(name)
