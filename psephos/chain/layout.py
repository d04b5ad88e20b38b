"""How a node writes a log: which digits stand where in its text, read by a strict pattern.

Logs of one layout are read together by `psephos.chain.sheet`.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]

FIXED = {"address": 40, "blockHash": 64, "transactionHash": 64}
LONGEST = {"blockNumber": 16, "transactionIndex": 8, "logIndex": 8}

READ = (*FIXED, *LONGEST, "data")

OWN = ("data", "logIndex")
"""Fields that differ from log to log."""

_HEX = rb'"0x([0-9a-fA-F]*)"'
_TOPICS = rb'\[((?:"0x[0-9a-fA-F]{64}"(?:,"0x[0-9a-fA-F]{64}"){0,3})?)\]'
_MEMBER = re.compile(rb'"(\w{1,40})":(?:' + _HEX + rb"|" + _TOPICS + rb"|(false|null))([,}])")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the digits stand in the text of a log.

    `mask` is 255 at every byte that is no digit and 0 at digits; `text & mask` is `plain`. Both
    are padded with zeros to words of 8 bytes, by which rows are compared. `fields` has the span
    of each field's digits (also of those nobody reads), `topics` the first digit of each topic.
    `common` is 255 also at the digits that a log often repeats from the one before it: all but
    those of `OWN` and of topics after the first.
    """

    mask: NDArray[np.uint64]
    plain: NDArray[np.uint64]
    common: NDArray[np.uint64]
    fields: dict[str, Span]
    topics: tuple[int, ...]


def layout(text: bytes) -> Layout | None:
    """The layout of a log; None where only the exact reader may judge its text."""
    fields: dict[str, Span] = {}
    topics: list[int] | None = None
    names = set()
    position, last = 1, b","
    while last == b"," and (member := _MEMBER.match(text, position)):
        name, position, last = member[1].decode(), member.end(), member[5]
        if name in names or (name == "topics") != (member[3] is not None):
            return None
        names.add(name)
        if member[2] is not None:
            fields[name] = member.span(2)
        elif member[3] is not None:
            topics = list(range(member.start(3) + 3, member.end(3), 69))
    if position != len(text) or last != b"}" or topics is None or not _complete(fields):
        return None
    mask = np.zeros(-(-len(text) // 8) * 8, np.uint8)
    mask[: len(text)] = 255
    common, plain = mask.copy(), mask.copy()
    first_digits = [(first, first + 64) for first in topics]
    for first, end in [*fields.values(), *first_digits]:
        mask[first:end] = 0
    for first, end in [*(fields[name] for name in OWN), *first_digits[1:]]:
        common[first:end] = 0
    plain[: len(text)] = np.frombuffer(text, np.uint8) & mask[: len(text)]
    words = [array.view(np.uint64) for array in (mask, plain, common)]
    return Layout(words[0], words[1], words[2], fields, tuple(topics))


def _complete(fields: dict[str, Span]) -> bool:
    """Every field is there with a length it may have, and `removed` is no text."""
    sizes = {name: end - first for name, (first, end) in fields.items()}
    return (
        all(sizes.get(name) == size for name, size in FIXED.items())
        and all(1 <= sizes.get(name, 0) <= most for name, most in LONGEST.items())
        and sizes.get("data", 1) % 2 == 0
        and "removed" not in fields
        and all(size <= 16 for name, size in sizes.items() if name not in READ)
    )
