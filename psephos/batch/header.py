"""The batch header, version 1: what is sealed about one table of one dataset on one day.

The layout is `FIELDS` below and docs/method/header.md. A header has one encoding only, so its
id, BLAKE2s-256 with person "psephosH" over its bytes, names it everywhere: in the ledger, in
releases, in proofs. The prover's root may be empty; giving one later makes another header, whose
ledger entry supersedes the first with the reason "root added". Standard library only.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2s
from typing import Self

from psephos.batch.layout import Fields, read, write
from psephos.errors import VerificationFailed

MAGIC = b"PSEPHOSB"
VERSION = 1
PERSON = b"psephosH"
WHAT = "a batch header"

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
        return MAGIC + bytes((VERSION,)) + write(FIELDS, self, WHAT)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Strict: VerificationFailed unless this is the one encoding of a possible header."""
        values = read(FIELDS, data, MAGIC, VERSION, WHAT)
        header = cls(**values)  # type: ignore[arg-type]
        if header.last < header.first:
            raise VerificationFailed("a batch header ends before it begins")
        return header


FIELDS: Fields = (
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
