"""Texts of a node's JSON as arrays: hex strings of fixed or any length, and quantities."""

import binascii
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psephos.commit.fields import quantity
from psephos.errors import MalformedAnswer

Texts = Sequence[str]


def fixed(texts: Texts, size: int) -> NDArray[np.uint8]:
    """Hex strings of `size` bytes each as an array (n, size)."""
    text = "".join(texts)
    width = 2 + 2 * size
    if len(text) != width * len(texts) or not text.isascii():
        raise MalformedAnswer(f"a field of a log does not have {size} bytes")
    digits = np.frombuffer(text.encode(), np.uint8).reshape(-1, width)
    if not (digits[:, :2] == (0x30, 0x78)).all():
        raise MalformedAnswer("a field of a log does not begin with 0x")
    return unhex(digits[:, 2:]).reshape(-1, size)


def unhex(digits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The bytes that hex digits (as ASCII codes, in order) write."""
    try:
        return np.frombuffer(binascii.unhexlify(np.ascontiguousarray(digits).data), np.uint8)
    except binascii.Error:
        raise MalformedAnswer("a field of a log holds something that is no hex digit") from None


def joined(texts: Texts) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Hex strings of any length as one run of bytes and its offsets (n + 1,)."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts)) - 2
    if not all(text.startswith("0x") for text in texts) or (sizes & 1).any():
        raise MalformedAnswer("the data of a log are no hex bytes")
    digits = "".join(text[2:] for text in texts).encode()
    if len(digits) != sizes.sum():
        raise MalformedAnswer("the data of a log are no hex bytes")
    return unhex(np.frombuffer(digits, np.uint8)), starts(sizes // 2)


def starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Offsets (n + 1,) of n pieces laid one after another."""
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


class _Quantities(dict[str, int]):
    """Each distinct quantity is read once: block numbers and indexes repeat."""

    def __missing__(self, text: str) -> int:
        value = self[text] = quantity(text, "a quantity of a log")
        return value


def quantities(texts: Texts, kind: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    """Hex quantities as an array of `kind`."""
    known = _Quantities()
    try:
        return np.fromiter(map(known.__getitem__, texts), kind, len(texts))
    except OverflowError:
        raise MalformedAnswer("a quantity of a log is too large") from None
