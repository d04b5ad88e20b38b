"""Reads bytes strictly: nothing beyond the end, no number out of range, nothing left over."""

from struct import unpack_from

from psephos.stark.verify.field import Element, P
from psephos.stark.verify.hash import SIZE
from psephos.stark.verify.refused import Refused


class Reader:
    """A position in bytes that never moves back; what is wrong is refused as "encoding"."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data = data
        self.name = name
        self.at = 0

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        end = self.at + size
        if end > len(self.data):
            raise Refused("encoding", f"{self.name} is cut off at byte {len(self.data)}")
        found = self.data[self.at : end]
        self.at = end
        return found

    def number(self, size: int) -> int:
        """A number of `size` bytes, the least significant first."""
        return int.from_bytes(self.take(size), "little")

    def name_of(self) -> str:
        """A name or label: its length, then 1 to 100 printable ASCII characters."""
        size = self.number(1)
        found = self.take(size)
        if not 1 <= size <= 100 or not all(0x20 <= byte <= 0x7E for byte in found):
            raise Refused("encoding", f"{self.name} has a name that is none at byte {self.at}")
        return found.decode("ascii")

    def elements(self, count: int) -> tuple[int, ...]:
        """`count` field elements of 8 bytes, each below p."""
        start = self.at
        self.take(8 * count)
        found: tuple[int, ...] = unpack_from(f"<{count}Q", self.data, start)
        if count and max(found) >= P:
            raise Refused("encoding", f"{self.name} has a number of p or more near byte {start}")
        return found

    def extension(self, count: int, d: int) -> list[Element]:
        """`count` elements of F, each of d field elements."""
        flat = self.elements(count * d)
        return [flat[i : i + d] for i in range(0, count * d, d)]

    def digests(self, count: int) -> list[bytes]:
        """`count` digests of a Merkle tree."""
        found = self.take(SIZE * count)
        return [found[i : i + SIZE] for i in range(0, len(found), SIZE)]

    def end(self) -> None:
        """Nothing may be left over."""
        if left := len(self.data) - self.at:
            raise Refused("encoding", f"{self.name} has {left} bytes left over")
