"""The batch header, version 1: what is sealed about one table of one dataset on one day.

The layout is `FIELDS` below and docs/method/header.md. A header has one encoding only, so its
id, BLAKE2s-256 with person "psephosH" over its bytes, names it everywhere: in the ledger, in
releases, in proofs. The prover's root may be empty; giving one later makes another header, whose
ledger entry supersedes the first with the reason "root added". Standard library only.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2s
from typing import Self

from psephos.errors import VerificationFailed

MAGIC = b"PSEPHOSB"
VERSION = 1
PERSON = b"psephosH"
NAME = re.compile(rb"[a-z][a-z0-9_]{0,99}")
LIMIT = 1024
"""Longest header read, in bytes; the longest there can be has 527."""

SECONDS = 86400


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """One sealed table of one batch: blocks `first` to `last` of one UTC day.

    `parent` is the hash of the block before `first`, `last_hash` that of `last`: the headers in
    between are a closed chain. `rows` may be 0: absence counts. All hashes have 32 bytes.
    """

    chain_id: int
    genesis: bytes | None
    dataset_id: bytes
    dataset: str
    table: str
    schema: bytes
    day: int
    first: int
    last: int
    parent: bytes
    last_hash: bytes
    rows: int
    row_root: bytes
    prover_root: bytes | None = None

    @property
    def id(self) -> bytes:
        """BLAKE2s-256 of the header's bytes."""
        return blake2s(self.to_bytes(), person=PERSON).digest()

    @property
    def date(self) -> date:
        return date_of(self.day)

    @property
    def key(self) -> tuple[str, str, int]:
        """Dataset, table and day: what a later header of the same key corrects."""
        return self.dataset, self.table, self.day

    def to_bytes(self) -> bytes:
        parts = [MAGIC, bytes((VERSION,))]
        for name, kind in FIELDS:
            parts.append(_write(name, kind, getattr(self, name)))
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Strict: VerificationFailed unless this is the one encoding of a possible header."""
        if len(data) > LIMIT or data[:8] != MAGIC:
            raise VerificationFailed("these bytes are no batch header")
        if data[8:9] != bytes((VERSION,)):
            raise VerificationFailed(f"a batch header of version {data[8:9].hex() or '?'}, not 1")
        values, position = {}, 9
        for name, kind in FIELDS:
            values[name], position = _read(data, position, name, kind)
        header = cls(**values)  # type: ignore[arg-type]
        if position != len(data) or header.last < header.first:
            raise VerificationFailed("a batch header has bytes left over or ends before it begins")
        return header


# A number of bytes: a hash of that size if 32, else an unsigned big-endian integer.
FIELDS: tuple[tuple[str, int | str], ...] = (
    ("chain_id", 32),
    ("genesis", "hash?"),
    ("dataset_id", "hash"),
    ("dataset", "name"),
    ("table", "name"),
    ("schema", "hash"),
    ("day", 4),
    ("first", 8),
    ("last", 8),
    ("parent", "hash"),
    ("last_hash", "hash"),
    ("rows", 8),
    ("row_root", "hash"),
    ("prover_root", "hash?"),
)


def _write(name: str, kind: int | str, value: object) -> bytes:
    match kind, value:
        case int(), int():
            return value.to_bytes(kind, "big")
        case "hash?", None:
            return b"\0"
        case "hash?", bytes() if len(value) == 32:
            return b"\1" + value
        case "hash", bytes() if len(value) == 32:
            return value
        case "name", str() if NAME.fullmatch(value.encode()):
            return bytes((len(value),)) + value.encode()
    raise ValueError(f"{name} of a batch header cannot be {value!r}")


def _read(data: bytes, position: int, name: str, kind: int | str) -> tuple[object, int]:
    if kind == "hash?":
        tag = data[position : position + 1]
        if tag == b"\0":
            return None, position + 1
        if tag != b"\1":
            raise VerificationFailed(f"{name} of a batch header is neither there nor absent")
        position, kind = position + 1, "hash"
    size = {"hash": 32}.get(kind) if isinstance(kind, str) else kind
    if size is None:
        size = (data[position : position + 1] or b"\0")[0]
        position += 1
    value = data[position : position + size]
    if len(value) != size or (kind == "name" and not NAME.fullmatch(value)):
        raise VerificationFailed(f"{name} of a batch header is cut off or not allowed")
    end = position + size
    if kind == "name":
        return value.decode("ascii"), end
    return (int.from_bytes(value, "big") if isinstance(kind, int) else value), end


def day_of(timestamp: int) -> int:
    """The UTC day of a block's timestamp, counted from 1970-01-01."""
    return timestamp // SECONDS


def date_of(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)


def day_named(text: str) -> int:
    """`2024-02-20` as a day; ValueError if it is none."""
    moment = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    if moment.date().isoformat() != text:
        raise ValueError(f"{text!r} is not written like 2024-02-20")
    return day_of(int(moment.timestamp()))
