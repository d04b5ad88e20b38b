"""The header of a derived sealed table, version 1: what a function makes of sealed batches.

A proof is always over a sealed table. Positions at a batch's end, and the votes of a closed
proposal, are no table that the chain emitted, but follow from sealed ones by a function that
anybody runs again. The header says which: its name and version, the dataset, and the batch headers
that it was derived from, as the root of the mountain range (psephos.batch.mountain) over their ids
in order of (day, table), from the dataset's first day to `day`. The rows are a roll
(psephos.batch.roll). The layout is `FIELDS` below and docs/method/header.md. Its id is
BLAKE2s-256 with person "psephosD". Standard library only.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import blake2s
from typing import Self

from psephos.batch.header import date_of
from psephos.batch.layout import Fields, read, write

MAGIC = b"PSEPHOSD"
VERSION = 1
PERSON = b"psephosD"
WHAT = "a derived header"

VOTES = "vote"
"""The function whose rows are votes cast on the proposal `subject`, with what each chose."""

Key = tuple[str, str, int, bytes]
"""Dataset, function, day, subject (empty where there is none)."""


@dataclass(frozen=True, slots=True)
class DerivedHeader:
    """One derived table at the end of `block`, which ends the batch of `day`.

    `function` is the kind of positions; its `function_version` changes when other rows follow
    from the same batches. `subject` is the proposal whose votes these are.
    """

    chain_id: int
    genesis: bytes | None
    dataset_id: bytes
    dataset: str
    function: str
    function_version: int
    subject: bytes | None
    day: int
    block: int
    sources: int
    source_root: bytes
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
    def table(self) -> str:
        """How the table is called beside those of batches."""
        return self.function

    @property
    def key(self) -> Key:
        """What a later header of the same key corrects."""
        return self.dataset, self.function, self.day, self.subject or b""

    def to_bytes(self) -> bytes:
        return MAGIC + bytes((VERSION,)) + write(FIELDS, self, WHAT)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Strict: VerificationFailed unless this is the one encoding of a possible header."""
        return cls(**read(FIELDS, data, MAGIC, VERSION, WHAT))  # type: ignore[arg-type]


FIELDS: Fields = (
    ("chain_id", 32),
    ("genesis", "hash?"),
    ("dataset_id", "hash"),
    ("dataset", "name"),
    ("function", "name"),
    ("function_version", 1),
    ("subject", "hash?"),
    ("day", 4),
    ("block", 8),
    ("sources", 8),
    ("source_root", "hash"),
    ("rows", 8),
    ("row_root", "hash"),
    ("prover_root", "hash?"),
)
