"""What a proof opens: leaves of its trees at places that only the finished transcript names."""

from dataclasses import dataclass

from psephos.stark.verify.hash import digest, leaf
from psephos.stark.verify.merkle import open_at, route
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.refused import Refused
from psephos.stark.verify.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Tree:
    """A committed tree: its root, and how many field elements a leaf has."""

    name: str
    root: bytes
    width: int


def work(reader: Reader, said: Transcript, bits: int) -> None:
    """The nonce: its hash with the state begins with `bits` zero bits; then it is absorbed."""
    nonce = reader.take(8)
    first = int.from_bytes(digest(b"pstark-G", said.state + nonce)[:8], "little")
    if first & ((1 << bits) - 1):
        raise Refused("grinding", f"the nonce does not show {bits} bits of work")
    said.absorb("nonce", nonce)


def opened(
    reader: Reader, trees: list[Tree], positions: list[int], m: int
) -> list[tuple[int, ...]]:
    """What stands in all trees at each position, after it led to their roots."""
    rows: list[tuple[int, ...]] = [()] * len(positions)
    way = route(1 << m, positions)
    for tree in trees:
        if tree.width:
            size, start = 8 * tree.width, reader.at
            values = [reader.elements(tree.width) for _ in positions]
            ends = range(start + size, reader.at + size, size)
            digests = [leaf(reader.data[end - size : end]) for end in ends]
            open_at(reader, tree.root, way, digests)
            rows = [row + value for row, value in zip(rows, values, strict=True)]
    return rows
