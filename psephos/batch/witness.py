"""A witness of one row of a sealed table: that it is there, or that nothing is at its place.

    file   = "PSEPHOSW" (8), version 01 (1), kind (1), id of the batch header (32), rows
    kind   01  inclusion: one row, which is in the table
           02  absence of a place: the rows before and after it, one row at either end of the
               table, none in an empty table; then the place: block (8), transaction (4), log (4)
    row    = length (2), row bytes (psephos.batch.rowbytes), inclusion (psephos.batch.tree)

Numbers are big-endian. Inclusion rests on the header's row root and BLAKE2s alone. Absence also
rests on the table's order: rows ascend by (block, transaction, log), which whoever recomputes the
root from the rows has checked. Standard library only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from psephos.batch.header import BatchHeader
from psephos.batch.tree import SIZE, Inclusion, climb, include, leaf
from psephos.errors import VerificationFailed

MAGIC = b"PSEPHOSW\1"
INCLUSION, ABSENCE = 1, 2
LIMIT = 1 << 17
"""Longest witness read, in bytes: a row has at most 65,535."""

Place = tuple[int, int, int]
"""Block, transaction in the block, log in the block: what rows are ordered by."""

KEY = 8 + 32 + 4 + 4
"""Bytes of a row that hold its place: block_number, block_hash, transaction_index, log_index."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Rows with their inclusion in the table of `header`; `place` is what is absent, or None."""

    header: bytes
    rows: tuple[tuple[bytes, Inclusion], ...]
    place: Place | None = None

    def to_bytes(self) -> bytes:
        kind = INCLUSION if self.place is None else ABSENCE
        parts = [MAGIC, bytes((kind,)), self.header]
        for row, inclusion in self.rows:
            parts += [len(row).to_bytes(2, "big"), row, inclusion.to_bytes()]
        if self.place is not None:
            parts += [
                n.to_bytes(size, "big") for n, size in zip(self.place, (8, 4, 4), strict=True)
            ]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Strict: VerificationFailed unless this is the one encoding of a possible witness."""
        if len(data) > LIMIT or data[:9] != MAGIC or len(data) < 42:
            raise VerificationFailed("these bytes are no witness of a row, version 1")
        kind, header, end = data[9], data[10:42], len(data)
        if kind not in (INCLUSION, ABSENCE):
            raise VerificationFailed(f"a witness of kind {kind} is not known")
        end -= 16 if kind == ABSENCE else 0
        rows, position = [], 42
        while position < end:
            row, inclusion, position = _row(data[:end], position)
            rows.append((row, inclusion))
        if kind == INCLUSION:
            place = None
            if len(rows) != 1:
                raise VerificationFailed(f"a witness of inclusion with {len(rows)} rows")
        else:
            if end < 42 or len(rows) > 2:
                raise VerificationFailed("a witness of absence is cut off, or has too many rows")
            parts = data[end : end + 8], data[end + 8 : end + 12], data[end + 12 :]
            first, second, third = (int.from_bytes(part, "big") for part in parts)
            place = first, second, third
        return cls(header, tuple(rows), place)


def _row(data: bytes, position: int) -> tuple[bytes, Inclusion, int]:
    start = position + 2
    split = start + int.from_bytes(data[position:start], "big")
    count = data[split + 16 : split + 17]
    end = split + 17 + SIZE * (count[0] if count else 0)
    if not count or end > len(data):
        raise VerificationFailed("a witness is cut off inside a row")
    return data[start:split], Inclusion.from_bytes(data[split:end]), end


def place_of(row: bytes) -> Place:
    """Where a row stands; VerificationFailed if it is too short to say."""
    if len(row) < KEY:
        raise VerificationFailed(f"a row of {len(row)} bytes has no place")
    parts = row[:8], row[40:44], row[44:48]
    block, transaction, log = (int.from_bytes(part, "big") for part in parts)
    return block, transaction, log


def included(header: BatchHeader, rows: Sequence[bytes], index: int) -> Witness:
    """The witness that row `index` is in the table of `header`, from all of its rows."""
    return Witness(header.id, (_told(rows, [leaf(row) for row in rows], index),))


def absent(header: BatchHeader, rows: Sequence[bytes], place: Place) -> Witness:
    """The witness that no row stands at `place`; ValueError if one does."""
    after = next((i for i, row in enumerate(rows) if place_of(row) >= place), len(rows))
    if after < len(rows) and place_of(rows[after]) == place:
        raise ValueError(f"row {after} stands at {place}")
    leaves = [leaf(row) for row in rows]
    beside = [i for i in (after - 1, after) if 0 <= i < len(rows)]
    return Witness(header.id, tuple(_told(rows, leaves, i) for i in beside), place)


def _told(rows: Sequence[bytes], leaves: Sequence[bytes], index: int) -> tuple[bytes, Inclusion]:
    return rows[index], include(leaves, index)


def verify_witness(witness: Witness, header: BatchHeader) -> str:
    """What a witness shows of the table of `header`, in words; VerificationFailed if nothing."""
    if witness.header != header.id:
        raise VerificationFailed("the witness is about the table of another header")
    for row, inclusion in witness.rows:
        if inclusion.count != header.rows:
            raise VerificationFailed(
                f"a witness in a table of {inclusion.count} rows, the header has {header.rows}"
            )
        start = leaf(row)
        if climb(start, inclusion.index, header.rows, inclusion.neighbours) != header.row_root:
            raise VerificationFailed(f"row {inclusion.index} does not lead to the row root")
    if witness.place is None:
        return f"row {witness.rows[0][1].index} of {header.rows} is in the table"
    _between(witness, header.rows)
    return f"no row of {header.rows} stands at block, transaction, log {witness.place}"


def _between(witness: Witness, rows: int) -> None:
    """That the rows told are neighbours, and that the place lies strictly between them."""
    indices = [inclusion.index for _, inclusion in witness.rows]
    possible: list[list[int]] = (
        [[], [0], [rows - 1], [indices[0], indices[0] + 1]] if indices else [[]]
    )
    if indices not in possible or (not indices) != (rows == 0):
        raise VerificationFailed(f"rows {indices} of {rows} leave room for another between them")
    places = [place_of(row) for row, _ in witness.rows]
    told = witness.place
    assert told is not None
    if len(places) == 2 and not places[0] < told < places[1]:
        raise VerificationFailed("the place does not lie between the two rows")
    if len(places) == 1:
        before_first, after_last = indices[0] == 0, indices[0] == rows - 1
        if not (before_first and told < places[0]) and not (after_last and told > places[0]):
            raise VerificationFailed("the place lies not outside of the first or last row")
