"""The transcript: every random choice is a hash of all that was said before, with its label."""

from collections.abc import Iterator
from struct import unpack

from psephos.stark.verify.field import Element, P
from psephos.stark.verify.hash import digest

PERSON = b"pstark-T"


class Transcript:
    """A state of 32 bytes, changed by everything that is absorbed, and by every drawing."""

    def __init__(self) -> None:
        self.state = digest(PERSON, b"\0psephos stark proof 1")

    def absorb(self, label: str, data: bytes) -> None:
        """Take in a message: label and length stand before it, so none can pass for two."""
        size = len(data).to_bytes(8, "little")
        self.state = digest(PERSON, b"\1" + self.state + _label(label) + size + data)

    def words(self, label: str) -> Iterator[int]:
        """A stream of numbers below 2^64 that depends on all before; the state moves on."""
        key = digest(PERSON, b"\2" + self.state + _label(label))
        self.state = digest(PERSON, b"\4" + self.state + _label(label))
        return _stream(key)

    def elements(self, label: str, d: int) -> Iterator[Element]:
        """A stream of elements of F, by rejection: every element is as likely as any other."""
        base = (word for word in self.words(label) if word < P)
        while True:
            yield tuple([next(base) for _ in range(d)])

    def positions(self, label: str, n: int, count: int) -> list[int]:
        """`count` different numbers below n, a power of two, in ascending order."""
        found: set[int] = set()
        for word in self.words(label):
            found.add(word % n)
            if len(found) == count:
                break
        return sorted(found)


def _stream(key: bytes) -> Iterator[int]:
    block = 0
    while True:
        yield from unpack("<4Q", digest(PERSON, b"\3" + key + block.to_bytes(8, "little")))
        block += 1


def _label(label: str) -> bytes:
    return bytes((len(label),)) + label.encode("ascii")
