"""The transcript of a proof: docs/method/prover-format.md, section 4."""

from collections.abc import Iterator
from hashlib import blake2s

from psephos.stark.field import Element, P

PERSON = b"pstark-T"


def _hash(data: bytes) -> bytes:
    return blake2s(data, person=PERSON).digest()


def named(label: str) -> bytes:
    """A label as it is written everywhere: its length in one byte, then ASCII."""
    data = label.encode("ascii")
    if not 1 <= len(data) <= 100:
        raise ValueError(f"a label of {len(data)} bytes")
    return bytes((len(data),)) + data


class Transcript:
    """Absorbs what was sent, and gives the challenges that follow from all of it."""

    def __init__(self) -> None:
        self.state = _hash(b"\0psephos stark proof 1")

    def absorb(self, label: str, data: bytes) -> None:
        size = len(data).to_bytes(8, "little")
        self.state = _hash(b"\1" + self.state + named(label) + size + data)

    def words(self, label: str) -> Iterator[int]:
        """An endless stream of 64-bit words; drawing changes the state."""
        key = _hash(b"\2" + self.state + named(label))
        self.state = _hash(b"\4" + self.state + named(label))
        return _stream(key)

    def elements(self, label: str, count: int, degree: int) -> list[Element]:
        """So many elements of the extension."""
        numbers = (word for word in self.words(label) if word < P)
        return [tuple(next(numbers) for _ in range(degree)) for _ in range(count)]

    def point(self, label: str, degree: int) -> Element:
        """The first element of the stream that is not in the base field."""
        numbers = (word for word in self.words(label) if word < P)
        while True:
            found = tuple(next(numbers) for _ in range(degree))
            if any(found[1:]):
                return found

    def positions(self, label: str, count: int, size: int) -> list[int]:
        """`count` different numbers below `size`, a power of two; sorted."""
        found: set[int] = set()
        words = self.words(label)
        while len(found) < count:
            found.add(next(words) % size)
        return sorted(found)


def _stream(key: bytes) -> Iterator[int]:
    block = 0
    while True:
        data = _hash(b"\3" + key + block.to_bytes(8, "little"))
        for i in range(0, 32, 8):
            yield int.from_bytes(data[i : i + 8], "little")
        block += 1
