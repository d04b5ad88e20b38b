"""Compiled passes over sorted amounts: sums that are exact, and the walk from the largest down.

Amounts ascend, in one array of 64 bits or in two (the low and the high half of 128 bits). Sums
come back as limbs, which Python joins to one integer.
"""

from typing import Any

import numpy as np

from analytics.fast.wide import add_wide_product, add_wide_square, compiled

ZERO = np.uint64(0)
ONE = np.uint64(1)
BITS = np.uint64(32)
HALF = np.uint64(2**32 - 1)
MANY = 2**32
"""Amounts of which `narrow_sums` could pass a word: it takes fewer."""
MOVED = (0, 32, 33, 65, 64, 96), (0, 32, 32, 64), (0, 32)
"""By how many bits the parts of `narrow_sums` are moved before they are added up."""


@compiled
def in_order(x: Any, falling: Any) -> Any:
    """Whether no amount is above the one before it, or none below; no NaN is either."""
    found, after, before = True, x[1:], x[:-1]
    for i in range(len(after)):
        found &= after[i] <= before[i] if falling else after[i] >= before[i]
    return found


@compiled
def narrow_sums(x: Any) -> Any:
    """(Σ x² in six parts, Σ i·x in four, i from 1, Σ x in two) of 64-bit amounts, below 2^32 many.

    With x = high · 2^32 + low every product is one of 32 bits by 32, which a compiler takes several
    of at once; their halves are below 2^32 and are added up apart, so no sum passes 2^64. What each
    part counts is in `MOVED`.
    """
    a = b = c = d = e = f = ZERO
    g = h = i = j = ZERO
    lows = highs = ZERO
    for place in range(len(x)):
        rank = np.uint64(place + 1) & HALF
        low, high = x[place] & HALF, x[place] >> BITS
        product = low * low
        a, b = a + (product & HALF), b + (product >> BITS)
        product = low * high
        c, d = c + (product & HALF), d + (product >> BITS)
        product = high * high
        e, f = e + (product & HALF), f + (product >> BITS)
        product = rank * low
        g, h = g + (product & HALF), h + (product >> BITS)
        product = rank * high
        i, j = i + (product & HALF), j + (product >> BITS)
        lows, highs = lows + low, highs + high
    return (a, b, c, d, e, f), (g, h, i, j), (lows, highs)


@compiled
def wide_total(low: Any, high: Any) -> Any:
    """(Σ x in two limbs, whether it overflowed) of 128-bit amounts."""
    lows, highs, over = ZERO, ZERO, False
    for i in range(len(low)):
        a, b = low[i], high[i]
        lows += a
        if lows < a:
            b += ONE
            over |= b == ZERO
        highs += b
        over |= highs < b
    return lows, highs, over


@compiled
def wide_sums(low: Any, high: Any) -> Any:
    """(Σ x² in four limbs, Σ i·x in three), i from 1, of 128-bit amounts."""
    squares, ranked = (ZERO, ZERO, ZERO, ZERO), (ZERO, ZERO, ZERO)
    rank = ZERO
    for i in range(len(low)):
        rank += ONE
        squares = add_wide_square(squares, low[i], high[i])
        ranked = add_wide_product(ranked, rank, low[i], high[i])
    return squares, ranked


@compiled
def wide_ranked(low: Any, high: Any) -> Any:
    """Σ i·x in three limbs, i from 1, of 128-bit amounts."""
    ranked, rank = (ZERO, ZERO, ZERO), ZERO
    for i in range(len(low)):
        rank += ONE
        ranked = add_wide_product(ranked, rank, low[i], high[i])
    return ranked


@compiled
def walk(x_low: Any, x_high: Any, falling: Any, limits: Any, ranks: Any) -> Any:
    """From the largest down: how many until their sum exceeds each limit, and sums at ranks.

    `limits` (rows of a low and a high half) rise, `ranks` (numbers of holders) rise; those that
    are never reached stay n + 1. Of 64-bit amounts `x_high` is empty; the total is below 2^128.
    """
    n, low, high = len(x_low), ZERO, ZERO
    sizes = np.full(len(limits), n + 1, np.int64)
    sums = np.zeros((len(ranks), 2), np.uint64)
    limit, rank = 0, 0
    for k in range(1, n + 1):
        at = k - 1 if falling else n - k
        value = x_low[at]
        low += value
        if len(x_high):
            high += x_high[at]
        if low < value:
            high += ONE
        while limit < len(sizes) and (
            high > limits[limit, 1] or (high == limits[limit, 1] and low > limits[limit, 0])
        ):
            sizes[limit] = k
            limit += 1
        while rank < len(ranks) and ranks[rank] == k:
            sums[rank, 0], sums[rank, 1] = low, high
            rank += 1
        if limit == len(sizes) and rank == len(ranks):
            break
    return sizes, sums


@compiled
def sort_runs(top: Any, rest: Any) -> None:
    """Sort `rest` within each run of equal `top`, in place: the order of the pairs."""
    start, n = 0, len(top)
    for end in range(1, n + 1):
        if end == n or top[end] != top[start]:
            if end - start > 1:
                rest[start:end].sort()
            start = end


@compiled
def wide_above(low: Any, high: Any, low_limit: Any, high_limit: Any) -> Any:
    """How many of ascending 128-bit amounts are above a limit."""
    left, right = 0, len(low)
    while left < right:
        middle = (left + right) // 2
        a, b = low[middle], high[middle]
        if b > high_limit or (b == high_limit and a > low_limit):
            right = middle
        else:
            left = middle + 1
    return len(low) - left


@compiled
def rounded_sums(x: Any) -> Any:
    """(Σ x², Σ i·x from the largest, Σ |x_i − x_j| over pairs) of ascending floats.

    Added in blocks, so that rounding grows with their number and not with that of the holders.
    Every term is positive: equal amounts have no difference at all, and nothing cancels.
    """
    n = len(x)
    squares, ranked, uneven = 0.0, 0.0, 0.0
    for start in range(0, n, 4096):
        a, b, c = 0.0, 0.0, 0.0
        for i in range(start, min(start + 4096, n)):
            value = x[i]
            a += value * value
            b += value * (n - i)
            if 2 * i < n:
                c += (x[n - 1 - i] - value) * (n - 1 - 2 * i)
        squares += a
        ranked += b
        uneven += c
    return squares, ranked, uneven


@compiled
def rounded_walk(x: Any, limits: Any, ranks: Any) -> Any:
    """As `walk`, of ascending floats: sums are rounded, by blocks."""
    n, done, block = len(x), 0.0, 0.0
    sizes = np.full(len(limits), n + 1, np.int64)
    sums = np.zeros(len(ranks))
    limit, rank = 0, 0
    for k in range(1, n + 1):
        block += x[n - k]
        while limit < len(sizes) and done + block > limits[limit]:
            sizes[limit] = k
            limit += 1
        while rank < len(ranks) and ranks[rank] == k:
            sums[rank] = done + block
            rank += 1
        if limit == len(sizes) and rank == len(ranks):
            break
        if k % 4096 == 0:
            done, block = done + block, 0.0
    return sizes, sums
