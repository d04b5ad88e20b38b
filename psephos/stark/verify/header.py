"""Whether a proof is about the table of a batch header: docs/method/header.md, read on its own."""

from dataclasses import dataclass
from hashlib import blake2s

from psephos.stark.verify.accept import Verified
from psephos.stark.verify.refused import Refused

HEADER_MAGIC = b"PSEPHOSB\1"
DERIVED_MAGIC = b"PSEPHOSD\1"
HEADER_LIMIT = 1024
HEADER_BLOWUP = 2
"""log₂ of the blowup that a header's low-degree root is made with."""

HEADER_ROWS = 16
"""log₂ of the fewest rows that it is made with."""

LAST_DAY = 2_932_896
"""9999-12-31, counted from 1970-01-01."""

NAMES = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_")


@dataclass(frozen=True, slots=True)
class Header:
    """What of a batch header, or of a derived table's, concerns a proof.

    `table` of a derived one is the function that made it; numbers are big-endian.
    """

    id: bytes
    dataset: str
    table: str
    day: int
    rows: int
    row_root: bytes
    prover_root: bytes | None


def read_header(data: bytes) -> Header:
    """Refused as "header" unless these are the bytes of a header of version 1, of either kind."""
    if data[:9] == DERIVED_MAGIC and len(data) <= HEADER_LIMIT:
        return _derived(data)
    if data[:9] != HEADER_MAGIC or len(data) > HEADER_LIMIT:
        raise Refused("header", "these bytes are no batch header of version 1")
    at = _skip_hash(data, 9 + 32) + 32
    dataset, at = _name(data, at)
    table, at = _name(data, at)
    day, first, last = data[at + 32 : at + 36], data[at + 36 : at + 44], data[at + 44 : at + 52]
    at += 52 + 32 + 32
    rows, row_root, at = data[at : at + 8], data[at + 8 : at + 40], at + 40
    root = _root(data, at, row_root)
    if last < first:
        raise Refused("header", "a batch header ends before it begins")
    id_ = blake2s(data, person=b"psephosH").digest()
    return Header(id_, dataset, table, _day(day), int.from_bytes(rows, "big"), row_root, root)


def _derived(data: bytes) -> Header:
    at = _skip_hash(data, 9 + 32) + 32
    dataset, at = _name(data, at)
    function, at = _name(data, at)
    at = _skip_hash(data, at + 1)
    day, at = data[at : at + 4], at + 4 + 8 + 8 + 32
    rows, row_root, at = data[at : at + 8], data[at + 8 : at + 40], at + 40
    root = _root(data, at, row_root)
    id_ = blake2s(data, person=b"psephosD").digest()
    return Header(id_, dataset, function, _day(day), int.from_bytes(rows, "big"), row_root, root)


def _day(data: bytes) -> int:
    day = int.from_bytes(data, "big")
    if day > LAST_DAY:
        raise Refused("header", f"day {day} of a header has no date")
    return day


def _root(data: bytes, at: int, row_root: bytes) -> bytes | None:
    """The low-degree root, with which a header ends."""
    end = _skip_hash(data, at)
    if end != len(data) or len(row_root) != 32:
        raise Refused("header", "a header is cut off, or has bytes left over")
    return data[at + 1 : end] or None


def _skip_hash(data: bytes, at: int) -> int:
    """Where a hash that may be absent ends."""
    tag = data[at : at + 1]
    if tag not in (b"\0", b"\1"):
        raise Refused("header", "a hash of a batch header is neither there nor absent")
    return at + 1 + 32 * tag[0]


def _name(data: bytes, at: int) -> tuple[str, int]:
    size = (data[at : at + 1] or b"\0")[0]
    found = data[at + 1 : at + 1 + size]
    if not 1 <= len(found) == size <= 100 or not NAMES.issuperset(found) or not found[:1].isalpha():
        raise Refused("header", "a name in a batch header is none")
    return found.decode("ascii"), at + 1 + size


def check_header(verified: Verified, header: Header) -> str:
    """What ties the proof to the header, in words; Refused as "header" if it is of another table.

    The header says that row root and low-degree root are of the same rows. That they are is known
    to whoever recomputes them, and to nobody else.
    """
    claim = verified.claim
    roots = [root for _, root in claim.tables]
    if header.row_root not in roots:
        raise Refused("header", "the proof names another row root than the header")
    tables = [table for table, root in enumerate(roots) if root == header.row_root]
    same = [t for t in tables if verified.low_degree_roots[t] == header.prover_root]
    table = (same or tables)[0]
    count = verified.counts(table)
    if count is not None and count != header.rows:
        raise Refused("header", f"the proof is of {count} rows, the header of {header.rows}")
    if claim.log_rows > max(HEADER_ROWS, (header.rows - 1).bit_length()):
        return "the proof's tables have more rows than the header's root: compare with the rows"
    if claim.preset.blowup != HEADER_BLOWUP:
        return "the preset commits to more points than the header's root: compare with the rows"
    if header.prover_root is None:
        return "the header has no low-degree root: compare with the rows"
    if verified.low_degree_roots[table] != header.prover_root:
        raise Refused("header", "the proof is of another low-degree root than the header's")
    return f"the low-degree root of {header.dataset}/{header.table} is the proof's"
