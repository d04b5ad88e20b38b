"""The tree over the rows of a sealed table: its root, and the proof that a row is under it.

    leaf(row)   = BLAKE2s-256(row bytes,    person "psephosL")
    node(l, r)  = BLAKE2s-256(l ‖ r,        person "psephosN")
    empty       = BLAKE2s-256("",           person "psephosZ")
    root(n)     = root over the largest power of two below n, joined by `node` with the root
                  over the rest                                    (the shape of RFC 9162, 2.1)

`person` is BLAKE2's own personalisation: a leaf can never pass for a node, nor a tree of one
kind for another. The root does not say how many leaves it has; the batch header does, and a
proof is checked with that count. Standard library only: anybody can check a row with this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Self

from psephos.errors import VerificationFailed

SIZE = 32
LEAF, NODE, EMPTY_TREE = b"psephosL", b"psephosN", b"psephosZ"

EMPTY = blake2s(person=EMPTY_TREE).digest()
"""The root of a table without rows."""


def leaf(row: bytes) -> bytes:
    """The leaf of one row's canonical bytes."""
    return blake2s(row, person=LEAF).digest()


def root(leaves: Sequence[bytes], person: bytes = NODE) -> bytes:
    """The root over leaves in order; EMPTY where there are none.

    Level by level; a last node without a neighbour moves up as it is, which gives the same
    shape as splitting at the largest power of two.
    """
    if not leaves:
        return EMPTY
    level = list(leaves)
    while len(level) > 1:
        level = _above(level, person)
    return level[0]


def _above(level: Sequence[bytes], person: bytes) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    above = [blake2s(left + right, person=person).digest() for left, right in pairs]
    return [*above, level[-1]] if len(level) % 2 else above


def path(leaves: Sequence[bytes], index: int, person: bytes = NODE) -> tuple[bytes, ...]:
    """The neighbours that lead from leaf `index` to the root, lowest first."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    found, level = [], list(leaves)
    while len(level) > 1:
        if index ^ 1 < len(level):
            found.append(level[index ^ 1])
        index >>= 1
        level = _above(level, person)
    return tuple(found)


def climb(
    start: bytes, index: int, count: int, neighbours: Sequence[bytes], person: bytes = NODE
) -> bytes:
    """The root that leaf `start` at `index` of `count` has with these neighbours.

    The number of neighbours follows from index and count, so a proof can be neither cut nor
    padded: VerificationFailed for any other number or size.
    """
    if not 0 <= index < count or len(start) != SIZE:
        raise VerificationFailed(f"no leaf {index} in a tree of {count}")
    node, rest, width = start, list(neighbours), count
    if any(len(neighbour) != SIZE for neighbour in rest):
        raise VerificationFailed("a neighbour in an inclusion proof has not 32 bytes")
    while width > 1:
        if index ^ 1 < width:
            if not rest:
                raise VerificationFailed("an inclusion proof is too short")
            other = rest.pop(0)
            pair = other + node if index & 1 else node + other
            node = blake2s(pair, person=person).digest()
        index, width = index >> 1, (width + 1) >> 1
    if rest:
        raise VerificationFailed("an inclusion proof is too long")
    return node


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That something is leaf `index` of `count`: the neighbours on its way to the root.

    Bytes: index and count (8 each, big-endian), number of neighbours (1), then 32 each.
    """

    index: int
    count: int
    neighbours: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        start = self.index.to_bytes(8, "big") + self.count.to_bytes(8, "big")
        return start + bytes((len(self.neighbours),)) + b"".join(self.neighbours)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Strict: VerificationFailed unless every byte has its place."""
        if len(data) < 17 or len(data) != 17 + SIZE * data[16]:
            raise VerificationFailed(f"an inclusion proof of {len(data)} bytes cannot be")
        parts = tuple(data[i : i + SIZE] for i in range(17, len(data), SIZE))
        return cls(int.from_bytes(data[:8], "big"), int.from_bytes(data[8:16], "big"), parts)


def include(leaves: Sequence[bytes], index: int) -> Inclusion:
    """The proof that row `index` is among `leaves`."""
    return Inclusion(index, len(leaves), path(leaves, index))


def verify_row(row: bytes, proof: Inclusion, row_root: bytes, rows: int) -> None:
    """That `row` (canonical bytes) is row `proof.index` of a table with this root and count.

    Root and count are the batch header's; VerificationFailed if the row is not proven. There
    is no proof of absence: nothing follows from a proof that fails.
    """
    if proof.count != rows:
        raise VerificationFailed(f"a proof in a table of {proof.count} rows, the header has {rows}")
    if climb(leaf(row), proof.index, rows, proof.neighbours) != row_root:
        raise VerificationFailed(f"row {proof.index} does not lead to the header's row root")
