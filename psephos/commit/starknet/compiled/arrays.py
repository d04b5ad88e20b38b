"""Felts between Python and compiled code: an array (n, 4) of uint64, the lowest limb first."""

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from psephos.commit.starknet.felt import PRIME, check_felts
from psephos.errors import MalformedAnswer

Limbs = npt.NDArray[np.uint64]
Starts = npt.NDArray[np.int64]

# Called by map with positions only, which the checker's idea of them does not allow.
_TO_BYTES: Any = int.to_bytes
_FROM_BYTES: Any = int.from_bytes
_TOP = np.uint64(PRIME >> 192)


def packed(values: Sequence[int]) -> Limbs:
    """The array of felts; MalformedAnswer if one of them is no felt."""
    if not set(map(type, values)) <= {int}:
        check_felts(*values)
    try:
        limbs = wide(*values)
    except OverflowError as error:
        raise MalformedAnswer("a number is no felt: negative, or of more than 256 bits") from error
    # Numbers that reach the highest limb of PRIME are few, so they are looked at one by one.
    for i in np.flatnonzero(limbs[:, 3] >= _TOP):
        check_felts(values[int(i)])
    return limbs


def packed_lists(lists: Sequence[Sequence[int]]) -> tuple[Limbs, Starts]:
    """Lists of felts one after another, and where each begins; the last entry is the end."""
    starts = np.zeros(len(lists) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, lists), np.int64, len(lists)), out=starts[1:])
    return packed(list(chain.from_iterable(lists))), starts


def wide(*numbers: int) -> Limbs:
    """Numbers below 2^256 as limbs, whatever they are modulo PRIME."""
    data = b"".join(map(_TO_BYTES, numbers, repeat(32), repeat("little")))
    return np.frombuffer(data, "<u8").reshape(-1, 4)


def unpacked(limbs: Limbs) -> list[int]:
    """The ints of an array of felts."""
    # As text of 32 bytes numpy leaves out zeros at the end, which are the highest here.
    texts = np.ascontiguousarray(limbs, "<u8").view("S32").ravel().tolist()
    return list(map(_FROM_BYTES, texts, repeat("little")))
