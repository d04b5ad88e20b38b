"""What statements about an order share: pieces of numbers, their differences, sorting.

A number is limbs of 16 bits; three limbs are a piece of 48 bits, so that an equation between
pieces, one difference and a borrow is about integers below 2^50 and holds as it stands.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from psephos.stark.air import Symbol
from psephos.stark.ntt import Array

Order = NDArray[np.intp]
Pieces = tuple[tuple[int, ...], ...]

PIECE = 1 << 48
WEIGHT_PIECES: Pieces = ((0, 1, 2), (3, 4, 5), (6, 7))
ID_PIECES: Pieces = (*((i, i + 1, i + 2) for i in range(0, 15, 3)), (15,))


def packed(limbs: Sequence[Symbol], piece: Sequence[int]) -> Symbol:
    """Σ limb·2^(16·place)."""
    total = limbs[piece[0]]
    for place, k in enumerate(piece[1:], 1):
        total = total + limbs[k] * (1 << 16 * place)
    return total


def pieces(limbs: Sequence[Array], which: Pieces) -> list[Array]:
    """The same of columns."""
    found = []
    for piece in which:
        total = np.zeros_like(limbs[0])
        for place, k in enumerate(piece):
            total |= limbs[k] << np.uint64(16 * place)
        found.append(total)
    return found


def gaps(
    more: Sequence[Array], less: Sequence[Array], which: Pieces, *, besides: int = 0
) -> tuple[list[Array], list[Array]]:
    """more - less - besides as limbs of 16 bits, and the borrows between pieces."""
    found, borrows = [], []
    borrow = np.full(len(more[0]), besides, np.int64)
    for j, piece in enumerate(which):
        gap = more[j].astype(np.int64) - less[j].astype(np.int64) - borrow
        borrow = (gap < 0).astype(np.int64)
        gap += borrow << 48
        found += [((gap >> (16 * place)) & 0xFFFF).astype(np.uint64) for place in range(len(piece))]
        if j + 1 < len(which):
            borrows.append(borrow.astype(np.uint64))
    return found, borrows


def by_weight(limbs: Sequence[Array]) -> Order:
    """Row numbers by rising weight; those of the same weight in one order, always the same."""
    return np.lexsort([_word(limbs[at : at + 4]) for at in range(0, len(limbs), 4)])


def _word(limbs: Sequence[Array]) -> Array:
    word = np.zeros_like(limbs[0])
    for k, limb in enumerate(limbs):
        word |= limb << np.uint64(16 * k)
    return word
