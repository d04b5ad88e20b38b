"""Amounts of up to 255 bits as four arrays of 64: sorted and summed by compiled code.

Python's own integers are exact at any size, but each costs an object and each sum a new one; a
million of 255 bits are read into words once instead. Of fewer than 2^30 holders no sum overflows:
Σ x² is below 2^540 in nine words, Σ i·x below 2^315 in five.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.fast.wide import add_quad_product, add_quad_square, compiled

Words = npt.NDArray[np.uint64]
ZERO = np.uint64(0)
ONE = np.uint64(1)


def words_of(amounts: Sequence[int]) -> Words | None:
    """A row of four words an amount, the least significant first; `None` if one does not fit.

    Neither fit 2^255 and more, nor what is no integer. Negative amounts are a high word with its
    highest bit set, as in two's complement.
    """
    try:
        joined = b"".join([amount.to_bytes(32, "little", signed=True) for amount in amounts])
    except (OverflowError, AttributeError, TypeError):
        return None
    return np.frombuffer(joined, dtype="<u8").reshape(-1, 4)


def ascending(words: Words) -> Words:
    """The same rows, the smallest amount first.

    As floats nearly all are told apart; where that leaves any in disorder, all words are compared.
    """
    rough = words[:, 3] * 2.0**192 + words[:, 2] * 2.0**128 + words[:, 1] * 2.0**64 + words[:, 0]
    rows = np.ascontiguousarray(words[np.argsort(rough)])
    if in_order(rows):
        return rows
    return np.ascontiguousarray(rows[np.lexsort(tuple(rows[:, i] for i in range(4)))])


@compiled
def in_order(rows: Any) -> Any:
    """Whether rows ascend."""
    for i in range(1, len(rows)):
        for j in range(3, -1, -1):
            if rows[i, j] != rows[i - 1, j]:
                if rows[i, j] < rows[i - 1, j]:
                    return False
                break
    return True


@compiled
def sums(rows: Any) -> Any:
    """(Σ x² in nine words, Σ i·x in five, Σ x in five), i from 1."""
    squares = (ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)
    ranked = (ZERO, ZERO, ZERO, ZERO, ZERO)
    total = (ZERO, ZERO, ZERO, ZERO, ZERO)
    rank = ZERO
    for i in range(len(rows)):
        rank += ONE
        a, b, c, d = rows[i, 0], rows[i, 1], rows[i, 2], rows[i, 3]
        squares = add_quad_square(squares, a, b, c, d)
        ranked = add_quad_product(ranked, rank, a, b, c, d)
        total = add_quad_product(total, ONE, a, b, c, d)
    return squares, ranked, total


@compiled
def above(rows: Any, limit: Any) -> Any:
    """How many of ascending rows are above a limit of five words."""
    count = 0
    for i in range(len(rows) - 1, -1, -1):
        more = False
        for j in range(3, -1, -1):
            if rows[i, j] != limit[j]:
                more = rows[i, j] > limit[j]
                break
        if not more:
            break
        count += 1
    return count


@compiled
def walk(rows: Any, limits: Any, ranks: Any) -> Any:
    """From the largest down: how many until their sum exceeds each limit, and sums at ranks."""
    n = len(rows)
    sizes = np.full(len(limits), n + 1, np.int64)
    found = np.zeros((len(ranks), 5), np.uint64)
    part = (ZERO, ZERO, ZERO, ZERO, ZERO)
    limit, rank = 0, 0
    for k in range(1, n + 1):
        i = n - k
        part = add_quad_product(part, ONE, rows[i, 0], rows[i, 1], rows[i, 2], rows[i, 3])
        while limit < len(sizes):
            more = False
            for j in range(4, -1, -1):
                if part[j] != limits[limit, j]:
                    more = part[j] > limits[limit, j]
                    break
            if not more:
                break
            sizes[limit] = k
            limit += 1
        while rank < len(ranks) and ranks[rank] == k:
            for j in range(5):
                found[rank, j] = part[j]
            rank += 1
        if limit == len(sizes) and rank == len(ranks):
            break
    return sizes, found
