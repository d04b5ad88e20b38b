"""What a ledger says: its entries and their bytes, checked as a whole, without touching a file.

    file   = "psephos ledger 1" (16 bytes), then records
    record = length of the entry (4 bytes, big-endian), entry
    entry  = kind (1): 00 sealed, 01 contested, 02 proven
             00, or 01 and the index of the entry it supersedes (8)
             length of the reason (2), reason (UTF-8)
             length of the header (2), batch header; of a proven table either kind of header,
             then its proofs (psephos.batch.proven)

Laws, checked whenever a ledger is read: the first entry of a dataset, table and day supersedes
nothing and has no reason; each later one supersedes the latest and says why; a contested entry
repeats the header it contests. Proven entries follow the same laws among themselves, have a
prover's root, and repeat a batch's header that holds. The leaf of the mountain range is the hash of
the entry's bytes. Standard library only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from psephos.batch import mountain, proven
from psephos.batch.header import BatchHeader
from psephos.batch.proven import PROVEN, Proven
from psephos.batch.tree import Inclusion
from psephos.errors import LedgerBroken, VerificationFailed

MAGIC = b"psephos ledger 1"
SEALED, CONTESTED = "sealed", "contested"
KINDS = (SEALED, CONTESTED, PROVEN)
REASON = 1000
"""Longest reason, in bytes."""

Key = tuple[str, str, int]
"""Dataset, table, day."""

ProvenKey = tuple[str, str, int] | tuple[str, str, int, bytes]
"""The same, or that of a derived table."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a header, and which entry it supersedes and why (None and "" at first)."""

    header: BatchHeader
    supersedes: int | None = None
    reason: str = ""
    kind: str = SEALED

    def to_bytes(self) -> bytes:
        return _encoded(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """An entry about a batch; LedgerBroken unless this is the one encoding of one."""
        found = read_entry(data)
        if not isinstance(found, cls):
            raise LedgerBroken("an entry of the ledger is about proofs")
        return found


def _encoded(entry: "Entry | Proven") -> bytes:
    told = entry.supersedes
    before = b"\0" if told is None else b"\1" + told.to_bytes(8, "big")
    reason, header = entry.reason.encode(), entry.header.to_bytes()
    if len(reason) > REASON:
        raise ValueError(f"a reason of {len(reason)} bytes, at most {REASON} are allowed")
    kind = bytes((KINDS.index(entry.kind),))
    tail = entry.tail() if isinstance(entry, Proven) else b""
    return kind + before + _counted(reason) + _counted(header) + tail


def read_entry(data: bytes) -> "Entry | Proven":
    """Strict: LedgerBroken unless this is the one encoding of a possible entry."""
    try:
        kind, position = KINDS[data[0]], (2, 10)[data[1]]
        supersedes = int.from_bytes(data[2:10], "big") if position == 10 else None
        text, position = _part(data, position)
        header, position = _part(data, position)
        reason = text.decode()
        if len(text) > REASON:
            raise IndexError("too long")
        if kind == PROVEN:
            files = proven.proofs(data[position:])
            return Proven(proven.subject(header), files, supersedes, reason)
        if position != len(data):
            raise IndexError("too long")
        return Entry(BatchHeader.from_bytes(header), supersedes, reason, kind)
    except (IndexError, UnicodeDecodeError, VerificationFailed) as error:
        raise LedgerBroken(f"an entry of the ledger cannot be read: {error}") from error


def _counted(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def _part(data: bytes, position: int) -> tuple[bytes, int]:
    end = position + 2 + int.from_bytes(data[position : position + 2], "big")
    if end > len(data):
        raise IndexError("cut off")
    return data[position + 2 : end], end


@dataclass(slots=True)
class History:
    """The entries of a ledger in order; grows only at its end.

    `latest` names the entry that holds for a dataset, table and day, `proven` the one about proofs
    of a sealed table; `ends` is where each entry's record ends in the file, so that a prefix of the
    file is a ledger too.
    """

    entries: list[Entry | Proven] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    latest: dict[Key, int] = field(default_factory=dict)
    proven: dict[ProvenKey, int] = field(default_factory=dict)
    peaks: list[bytes] = field(default_factory=list)

    @classmethod
    def read(cls, content: bytes) -> Self:
        """A ledger from its file's bytes; LedgerBroken if a byte is out of place."""
        history = cls()
        for data in records(content):
            history._append(read_entry(data), data)
        return history

    @property
    def size(self) -> int:
        return len(self.entries)

    def at(self, index: int) -> Entry:
        """An entry about a batch; LedgerBroken if the one at this index is about proofs."""
        entry = self.entries[index]
        if isinstance(entry, Proven):
            raise LedgerBroken(f"entry {index} is about proofs")
        return entry

    def sealed(self, start: int = 0) -> Iterator[tuple[int, Entry]]:
        """The entries about batches from `start` on, each with its index."""
        for index in range(start, self.size):
            entry = self.entries[index]
            if isinstance(entry, Entry):
                yield index, entry

    def proofs(self) -> Iterator[Proven]:
        """The entries about proofs that hold, oldest first: of batches, whose header holds."""
        for index in sorted(self.proven.values()):
            entry = self.entries[index]
            if isinstance(entry, Proven) and self._holds(entry):
                yield entry

    def _holds(self, entry: Proven) -> bool:
        """Whether the header of a batch holds; of a derived table its sources have to say."""
        if not isinstance(entry.header, BatchHeader):
            return True
        held = self.at(self.latest[entry.header.key])
        return held.header == entry.header and held.kind == SEALED

    def add(self, entry: Entry | Proven) -> int:
        """Append an entry and return its index; LedgerBroken if it breaks a law."""
        return self._append(entry, _encoded(entry))

    def _append(self, entry: Entry | Proven, data: bytes) -> int:
        self._check(entry)
        index = len(self.entries)
        leaf, end = mountain.leaf(data), self.length() + 4 + len(data)
        mountain.grow(self.peaks, index, leaf)
        self.entries.append(entry)
        self.leaves.append(leaf)
        self.ends.append(end)
        if isinstance(entry, Proven):
            self.proven[entry.header.key] = index
        else:
            self.latest[entry.header.key] = index
        return index

    def _check(self, entry: Entry | Proven) -> None:
        if isinstance(entry, Proven):
            self._check_proven(entry)
            return
        held = self.latest.get(entry.header.key)
        if held is None and entry.supersedes is None and not entry.reason and entry.kind == SEALED:
            return
        self._check_supersedes(entry, held)
        if entry.kind == CONTESTED and (held is None or entry.header != self.at(held).header):
            raise LedgerBroken(f"entry {self.size} contests a header that was not sealed")

    def _check_proven(self, entry: Proven) -> None:
        self._check_supersedes(entry, self.proven.get(entry.header.key))
        if entry.header.prover_root is None:
            raise LedgerBroken(f"entry {self.size} is about proofs of a table without their root")
        if isinstance(entry.header, BatchHeader):
            held = self.latest.get(entry.header.key)
            if held is None or self.at(held).header != entry.header:
                raise LedgerBroken(f"entry {self.size} is about a batch that was not sealed so")

    def _check_supersedes(self, entry: Entry | Proven, held: int | None) -> None:
        what = f"entry {self.size} ({'/'.join(map(str, entry.header.key))})"
        if entry.supersedes != held:
            raise LedgerBroken(f"{what} supersedes {entry.supersedes}, but {held} holds")
        if (held is None) != (entry.reason == ""):
            raise LedgerBroken(f"{what} must give a reason exactly if it supersedes another")

    def length(self, size: int | None = None) -> int:
        """How many bytes of the file hold the first `size` entries (all, if None)."""
        size = self.size if size is None else size
        return self.ends[size - 1] if size else len(MAGIC)

    def root(self, size: int | None = None) -> bytes:
        """The root of the mountain range over the first `size` entries (all, if None)."""
        if size is None or size == self.size:
            return mountain.sealed_root(self.size, mountain.bag(self.peaks))
        return mountain.root(self.leaves[:size])

    def inclusion(self, index: int, size: int | None = None) -> Inclusion:
        """The proof that entry `index` is among the first `size`."""
        return mountain.include(self.leaves[:size], index)

    def consistency(self, old: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that the first `size` entries begin with the first `old`."""
        return mountain.consistency(self.leaves[:size], old)


def records(content: bytes) -> Iterator[bytes]:
    """The entries' bytes in a ledger file; LedgerBroken if it does not end with an entry."""
    if content[: len(MAGIC)] != MAGIC:
        raise LedgerBroken("this file does not begin as a ledger does")
    position = len(MAGIC)
    while position < len(content):
        end = position + 4 + int.from_bytes(content[position : position + 4], "big")
        if end > len(content) or position + 4 > len(content):
            raise LedgerBroken(f"the ledger is cut off inside the record at byte {position}")
        yield content[position + 4 : end]
        position = end


def record(entry: Entry | Proven) -> bytes:
    """An entry as it stands in the file."""
    data = _encoded(entry)
    return len(data).to_bytes(4, "big") + data
