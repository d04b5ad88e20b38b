"""Strict reading of the JSON of a block: an object of an answer, and where it stands in it.

Every reader returns a value of the one right kind or raises MalformedAnswer with the full name
of the key (`transactions[3].resource_bounds.l1_gas.max_amount`). Keys that nobody asks for are
not read: what they say is no part of a block. Nothing here recurses into what it reads.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from psephos.commit.starknet.felt import PRIME, felt
from psephos.errors import MalformedAnswer

Read = TypeVar("Read")

_FELT = re.compile(r"0x[0-9a-fA-F]{1,64}+")
_FELTS = re.compile(r"(?:0x[0-9a-fA-F]{1,64}+,)*+")
_BARE = re.compile(r"[0-9a-fA-F]{64}")
MAX_NUMBER = 2**64 - 1


@dataclass(slots=True)
class Part:
    """A JSON object `entries` that stands at `where` in the answer: `place` is that name, or the
    part above it, the key, and the index in a list (-1: none). Only errors spell it out."""

    entries: Mapping[str, Any]
    place: "str | tuple[Part, str, int]"

    @property
    def where(self) -> str:
        if isinstance(self.place, str):
            return self.place
        above, key, i = self.place
        return above._name(key) if i < 0 else f"{above._name(key)}[{i}]"

    def has(self, *keys: str) -> bool:
        """Whether all of the keys are there; null counts as absent."""
        return None not in map(self.entries.get, keys)

    def felt(self, key: str) -> int:
        """A felt, `0x…`."""
        value = self.entries.get(key)
        if isinstance(value, str) and _FELT.fullmatch(value):
            number = int(value, 16)
            if number < PRIME:
                return number
        return read_felt(self._value(key), self._name(key))

    def felts(self, key: str) -> tuple[int, ...]:
        """A list of felts."""
        values = self._list(key)
        if not values:
            return ()
        found = _matched(values)
        if found is not None:
            return found
        name = self._name(key)
        return tuple(read_felt(value, f"{name}[{i}]") for i, value in enumerate(values))

    def table(self, key: str, name: str, value: str) -> dict[int, int]:
        """A list of objects of two felts as a mapping; MalformedAnswer for a name told twice."""
        entries = self._list(key)
        try:
            names = _matched([entry[name] for entry in entries])
            values = _matched([entry[value] for entry in entries])
        except (KeyError, TypeError, IndexError):
            names = values = None
        if names is None or values is None:
            parts = list(self.parts(key))
            names = tuple(part.felt(name) for part in parts)
            values = tuple(part.felt(value) for part in parts)
        found = dict(zip(names, values, strict=True))
        if len(found) < len(names):
            return mapping_of(zip(names, values, strict=True), self._name(key))
        return found

    def small(self, key: str, bits: int) -> int:
        """A felt of at most `bits` bits."""
        number = self.felt(key)
        if number >> bits:
            raise MalformedAnswer(f"{self._name(key)} has more than {bits} bits: {number:#x}")
        return number

    def number(self, key: str) -> int:
        """A JSON number from 0 to 2^64 - 1."""
        value = self._value(key)
        if type(value) is not int or not 0 <= value <= MAX_NUMBER:
            raise MalformedAnswer(f"{self._name(key)} is no number from 0 to 2^64 - 1")
        return value

    def count(self, key: str) -> int:
        """A JSON number below 2^32: three of them are packed in one felt."""
        number = self.number(key)
        if number >> 32:
            raise MalformedAnswer(f"{self._name(key)} is no count: {number}")
        return number

    def text(self, key: str) -> str:
        """A JSON string."""
        value = self._value(key)
        if not isinstance(value, str):
            raise MalformedAnswer(f"{self._name(key)} is no text")
        return value

    def root(self, key: str) -> int:
        """A state root: old feeder files write it as 64 digits without `0x`."""
        value = self._value(key)
        bare = isinstance(value, str) and _BARE.fullmatch(value)
        return read_felt(f"0x{value}" if bare else value, self._name(key))

    def one_of(self, key: str, meanings: Mapping[Any, Read]) -> Read:
        """What a word of a fixed list means."""
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, str | int) or value not in meanings:
            raise MalformedAnswer(f"{self._name(key)} is none of {', '.join(map(str, meanings))}")
        return meanings[value]

    def part(self, key: str) -> "Part":
        """A JSON object."""
        return as_part(self._value(key), (self, key, -1))

    def parts(self, key: str) -> "Iterator[Part]":
        """A list of JSON objects."""
        return (as_part(value, (self, key, i)) for i, value in enumerate(self._list(key)))

    def maybe(self, read: "Callable[[str], Read]", key: str) -> Read | None:
        """What `read` reads under the key; None where it is absent."""
        return read(key) if self.has(key) else None

    def _list(self, key: str) -> list[Any]:
        value = self._value(key)
        if not isinstance(value, list):
            raise MalformedAnswer(f"{self._name(key)} is no JSON list")
        return value

    def _value(self, key: str) -> Any:
        value = self.entries.get(key)
        if value is None:
            raise MalformedAnswer(f"{self._name(key)} is missing")
        return value

    def _name(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key


def as_part(value: Any, place: "str | tuple[Part, str, int]") -> Part:
    """The object at a place; MalformedAnswer if it is none."""
    part = Part(value, place)
    if not isinstance(value, dict):
        raise MalformedAnswer(f"{part.where or 'the answer'} is no JSON object")
    return part


def read_felt(value: object, name: str) -> int:
    """A felt from `0x` and 1 to 64 digits. What is longer or no text is not even shown."""
    if not isinstance(value, str):
        raise MalformedAnswer(f"{name} is no felt but a {type(value).__name__}")
    if len(value) > 66:
        raise MalformedAnswer(f"{name} is no felt: {len(value)} characters")
    return felt(value, name)


def _matched(values: list[Any]) -> tuple[int, ...] | None:
    """All of them as felts, matched at once; None if one is none, which is then looked for."""
    try:
        if _FELTS.fullmatch(",".join((*values, ""))):
            numbers = tuple([int(value, 16) for value in values])
            if not numbers or max(numbers) < PRIME:
                return numbers
    except (TypeError, ValueError):
        pass
    return None


def mapping_of(pairs: Iterable[tuple[int, Read]], where: str) -> dict[int, Read]:
    """A mapping from pairs whose keys all differ: x twice has no one meaning."""
    found: dict[int, Read] = {}
    for key, value in pairs:
        if key in found:
            raise MalformedAnswer(f"{where} names {key:#x} twice")
        found[key] = value
    return found
