"""The ledger's entries about proofs: which files prove what of which sealed table.

    entry  = kind 02, what it supersedes, reason: as every entry (psephos.batch.history)
             length of the header (2), batch header or derived header, with its second root
             number of proofs (1), each: combination (32), hash of the file (32), its length (4)

`combination` is the hash of the list of statement ids (docs/method/prover-format.md, section 7):
what was proven. The file's hash is BLAKE2s-256 of its bytes. Whether the file convinces is not the
ledger's matter: it says that the house stands by it, and since when. Standard library only.
"""

from dataclasses import dataclass
from hashlib import blake2s

from psephos.batch.derived import MAGIC as DERIVED_MAGIC
from psephos.batch.derived import DerivedHeader
from psephos.batch.header import BatchHeader

PROVEN = "proven"
MOST = 255
"""Most proofs of one table."""

Subject = BatchHeader | DerivedHeader


@dataclass(frozen=True, slots=True)
class ProofFile:
    """A proof by the hash of its bytes, and which statements it is of."""

    combination: bytes
    hash: bytes
    bytes: int

    @property
    def name(self) -> str:
        """How the file is called in a folder of proofs."""
        return f"{self.hash.hex()}.proof"


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry: a sealed table with its second root, and the proofs about it."""

    header: Subject
    proofs: tuple[ProofFile, ...]
    supersedes: int | None = None
    reason: str = ""

    @property
    def kind(self) -> str:
        return PROVEN

    def tail(self) -> bytes:
        """The bytes behind the header."""
        each = [p.combination + p.hash + p.bytes.to_bytes(4, "big") for p in self.proofs]
        if not 1 <= len(each) <= MOST:
            raise ValueError(f"{len(each)} proofs of one table")
        return bytes((len(each),)) + b"".join(each)


def proof_file(data: bytes, combination: bytes) -> ProofFile:
    """The name of a proof's bytes."""
    return ProofFile(combination, blake2s(data).digest(), len(data))


def subject(data: bytes) -> Subject:
    """A header of either kind; VerificationFailed if it is none."""
    if data[:8] == DERIVED_MAGIC:
        return DerivedHeader.from_bytes(data)
    return BatchHeader.from_bytes(data)


def proofs(data: bytes) -> tuple[ProofFile, ...]:
    """What stands behind the header; IndexError unless every byte has its place."""
    count = data[0]
    if not count or len(data) != 1 + 68 * count:
        raise IndexError("cut off")
    parts = [data[at : at + 68] for at in range(1, len(data), 68)]
    return tuple(ProofFile(p[:32], p[32:64], int.from_bytes(p[64:], "big")) for p in parts)
