"""Every leaf of a JSON document, and what a liar would write in its place."""

import copy
import random
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]


def leaves(document: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """(path, value) of every value that is no object and no list."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, (*path, key))
    elif isinstance(document, list):
        for i, value in enumerate(document):
            yield from leaves(value, (*path, i))
    else:
        yield path, document


def at(document: Any, path: Path) -> Any:
    for key in path:
        document = document[key]
    return document


def changed(document: Any, path: Path, value: Any) -> Any:
    """A copy of the document with another value at a path."""
    found = copy.deepcopy(document)
    at(found, path[:-1])[path[-1]] = value
    return found


def flipped(text: str, bit: int) -> str:
    """`0x…` with one bit of its bytes changed."""
    data = bytearray.fromhex(text[2:])
    data[bit // 8] ^= 1 << bit % 8
    return "0x" + data.hex()


def lies(text: str, seed: int = 0, *, every: bool = False) -> Iterator[str]:
    """Other values of the same shape: one bit flipped (each of them if `every`), or one more."""
    if not text.startswith("0x"):
        yield str(int(text) + 1)
        return
    bits = 4 * (len(text) - 2)
    if every:
        yield from (flipped(text, bit) for bit in range(bits))
    elif bits:
        yield flipped(text, random.Random(f"{seed}{text}").randrange(bits))
    else:
        yield "0x00"


HOSTILE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    float("inf"),
    "",
    "0x",
    "0x0",
    "0xzz",
    "-1",
    "+1",
    " 1",
    "01",
    "1_0",
    "1e3",
    "９",
    "\ud800",
    "\0",
    "9" * 5000,
    "0x" + "f" * 100_000,
    10**5000,
    [],
    {},
    [[[[[[]]]]]],
    {"": {"": {"": {}}}},
    [None] * 10_000,
    {str(i): i for i in range(1000)},
)
"""Values of every wrong kind and size that strict JSON can hold."""
