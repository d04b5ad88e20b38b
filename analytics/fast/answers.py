"""Everything a page of concentration shows, of millions of holders, with one sort.

Whole numbers of 64 or 128 bits give the exact rational values of `analytics`; floats give the
same formulas rounded. Logarithms are floats in any case.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import fsum, inf
from operator import lshift, mul
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.diversity import log_ratio
from analytics.fast import kernels, quads
from analytics.fast.limbs import Limbs, joined, rows_of
from analytics.fast.logarithms import CHUNK
from analytics.fast.result import (
    Measured,
    at_ranks,
    entropies_of,
    exact_of,
    of_sums,
)
from analytics.fast.rounded import of_floats
from analytics.measure import population
from analytics.threshold import ONE_HALF, ONE_THIRD, TWO_THIRDS, Threshold
from psephos.errors import DataError

THIRDS_AND_HALF = (ONE_THIRD, ONE_HALF, TWO_THIRDS)
RANKS = (1, 3, 5, 10)
FIRST = 1 << 10
"""Amounts that tell of most lists that they are not in order."""


def measured(
    amounts: Sequence[int] | npt.NDArray[Any] | Limbs,
    *,
    ranks: Sequence[int] = RANKS,
    thresholds: Iterable[Threshold] = THIRDS_AND_HALF,
) -> Measured | None:
    """The measures of amounts in any order; `None` when nobody holds anything.

    An array of 64-bit integers, `Limbs`, or Python integers of any size: exact. An array of
    floats: rounded, to about thirteen digits; the fewest holders are those by rounded sums.
    Negative amounts, NaN and infinities raise `DataError` with their place.
    """
    wanted = tuple(sorted(set(ranks))), tuple(sorted(thresholds, key=lambda t: (t.share, t.strict)))
    if wanted[0] and wanted[0][0] < 1:
        raise DataError(f"the largest {wanted[0][0]} are nobody: a rank is at least 1")
    if isinstance(amounts, Limbs):
        return _of_limbs(amounts, *wanted)
    if not isinstance(amounts, np.ndarray):
        return _of_python(amounts, *wanted)
    if amounts.ndim != 1 or amounts.dtype.kind not in "iuf":
        raise DataError(f"amounts are {amounts.dtype} of shape {amounts.shape}: give one column")
    return _of_array(amounts, *wanted)


def _of_array(amounts: npt.NDArray[Any], ranks: Any, thresholds: Any) -> Measured | None:
    ordered, falling = _ordered(amounts)
    _refuse(amounts, ordered)
    ascending = ordered[::-1] if falling else ordered
    zeros = int(np.searchsorted(ascending, 0, side="right"))
    held = ordered[: len(ordered) - zeros] if falling else ordered[zeros:]
    if not len(held):
        return None
    if amounts.dtype.kind == "f":
        rising = np.ascontiguousarray(ascending[zeros:], np.float64)
        return of_floats(rising, ranks, thresholds)
    if held.dtype == np.int64:
        return _of_words(held.view(np.uint64), falling, ranks, thresholds)  # none is negative
    return _of_words(held.astype(np.uint64, copy=False), falling, ranks, thresholds)


def _ordered(amounts: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], bool]:
    """(the amounts in order, whether they fall); those in order already stay as they are."""
    lying = np.ascontiguousarray(amounts)
    for falling in (True, False):
        if kernels.in_order(lying[:FIRST], falling) and kernels.in_order(lying, falling):
            return lying, falling
    return np.sort(lying), False


def _refuse(amounts: npt.NDArray[Any], ordered: npt.NDArray[Any]) -> None:
    """NaN and infinity are sorted last, what is negative first: two looks are enough."""
    if all(0 <= end < inf for end in (*ordered[:1].tolist(), *ordered[-1:].tolist())):
        return
    place = int(np.argmax(~((amounts >= 0) & np.isfinite(amounts))))
    what = "negative" if amounts[place] < 0 else "no number"
    raise DataError(
        f"amount {place} is {what}: {amounts[place]}",
        hint="amounts are finite and not below zero; where one is not known, leave no hole",
    )


def _of_words(x: npt.NDArray[np.uint64], falling: bool, ranks: Any, thresholds: Any) -> Measured:
    n = len(x)
    if n >= kernels.MANY:
        raise DataError(f"{n} amounts are more than {kernels.MANY - 1}, which are added up at once")
    parts = zip(kernels.narrow_sums(x), kernels.MOVED, strict=True)
    squares, ranked, total = (sum(map(lshift, map(int, part), by)) for part, by in parts)
    limit, ascending = np.uint64(total // n), x[::-1] if falling else x
    above = n - int(np.searchsorted(ascending, limit, side="right"))
    at = at_ranks(ranks, above, x)
    walked = kernels.walk(x, x[:0], falling, rows_of(_limits(total, thresholds), 2), at)
    most = int(ascending[-1])
    entropies = entropies_of([x], total, most, falling)
    ranked = (n + 1) * total - ranked if falling else ranked
    return exact_of(n, total, squares, ranked, at, walked, above, thresholds, ranks, entropies)


def _of_limbs(amounts: Limbs, ranks: Any, thresholds: Any) -> Measured | None:
    x = amounts.ascending().positive()
    n = len(x)
    if not n:
        return None
    if not x.high[-1]:
        return _of_words(x.low, False, ranks, thresholds)
    low, high, over = kernels.wide_total(x.low, x.high)
    if over:
        return _of_integers([x[i] for i in range(n)], ranks, thresholds)
    total = joined((low, high))
    squares, ranked = map(joined, kernels.wide_sums(x.low, x.high))
    above = int(kernels.wide_above(x.low, x.high, *rows_of([total // n], 2)[0]))
    at = at_ranks(ranks, above, x)
    walked = kernels.walk(x.low, x.high, False, rows_of(_limits(total, thresholds), 2), at)
    parts = range(0, n, CHUNK)
    chunks = (x.high[i : i + CHUNK] * 2.0**64 + x.low[i : i + CHUNK] for i in parts)
    entropies = entropies_of(chunks, total, x[-1])
    return exact_of(n, total, squares, ranked, at, walked, above, thresholds, ranks, entropies)


def _of_python(amounts: Sequence[int], ranks: Any, thresholds: Any) -> Measured | None:
    """Python integers: in one word, in limbs, in four words each if they fit, or as such."""
    if bool in set(map(type, amounts)):
        return _of_integers(amounts, ranks, thresholds)  # which names the first
    try:
        return _of_array(np.frombuffer(array("q", amounts), np.int64), ranks, thresholds)
    except (OverflowError, TypeError):  # 2^63 and more, or no integer: what it is, is found below
        limbs = Limbs.of_integers(amounts)
    if limbs is not None:
        return _of_limbs(limbs, ranks, thresholds)
    words = quads.words_of(amounts)
    if words is None or int(words[:, 3].max()) >> 63:  # too wide, negative, or no integer
        return _of_integers(amounts, ranks, thresholds)
    rows = quads.ascending(words)
    rows = rows[len(rows) - int(np.count_nonzero(rows.any(axis=1))) :]
    n = len(rows)
    squares, ranked, total = map(joined, quads.sums(rows))
    above = int(quads.above(rows, rows_of([total // n], 5)[0]))
    at = at_ranks(ranks, above, rows)
    walked = quads.walk(rows, rows_of(_limits(total, thresholds), 5), at)
    scales = 2.0 ** (64 * np.arange(4))
    chunks = ((rows[i : i + CHUNK] * scales).sum(axis=1) for i in range(0, n, CHUNK))
    entropies = entropies_of(chunks, total, joined(rows[-1]))
    return exact_of(n, total, squares, ranked, at, walked, above, thresholds, ranks, entropies)


def _of_integers(amounts: Sequence[int], ranks: Any, thresholds: Any) -> Measured | None:
    """Python integers of any size: the same, without limbs."""
    held = population(amounts)
    if not held:
        return None
    n, total = len(held), sum(held)
    squares = sum(map(mul, held, held))
    from_largest = sum(map(mul, held, range(1, n + 1)))
    above = _above(held, total // n)
    logs = [log_ratio(x, total) for x in held]
    shares = fsum(-x / total * ln for x, ln in zip(held, logs, strict=True))
    entropies = max(shares, 0.0), fsum(logs)
    at = at_ranks(ranks, above, held).tolist()
    limits = _limits(total, thresholds)
    walked: dict[Threshold, int] = {}
    sums: dict[int, int] = {}
    for k, part in enumerate(accumulate(held), start=1):
        while len(walked) < len(limits) and part > limits[len(walked)]:
            walked[thresholds[len(walked)]] = k
        if k == at[len(sums)]:
            sums[k] = part
            if len(sums) == len(at):
                break
    if len(walked) < len(limits):
        walked |= _walk_on(held, at[-1], sums[at[-1]], limits, thresholds, len(walked))
    ranked = (n + 1) * total - from_largest
    return of_sums(n, total, squares, ranked, sums, above, walked, ranks, entropies)


def _walk_on(
    held: Sequence[int],
    start: int,
    part: int,
    limits: Sequence[int],
    thresholds: Sequence[Threshold],
    known: int,
) -> dict[Threshold, int]:
    """How many exceed the limits that the largest `start`, with `part` together, do not."""
    found: dict[Threshold, int] = {}
    sums = accumulate(held[start:], initial=part)
    k = start
    part = next(sums)
    for limit, threshold in zip(limits[known:], thresholds[known:], strict=True):
        while part <= limit:
            part, k = next(sums), k + 1
        found[threshold] = k
    return found


def _above(held: Sequence[int], limit: int) -> int:
    """How many of falling amounts are above a limit."""
    left, right = 0, len(held)
    while left < right:
        middle = (left + right) // 2
        left, right = (middle + 1, right) if held[middle] > limit else (left, middle)
    return left


def _limits(total: int, thresholds: Sequence[Threshold]) -> list[int]:
    """What the sum of a coalition must exceed, as whole numbers: ⌊τ·T⌋, or one less of ⌈τ·T⌉."""
    limits = []
    for threshold in thresholds:
        numerator, denominator = threshold.share.numerator, threshold.share.denominator
        strict = numerator * total // denominator
        limits.append(strict if threshold.strict else -(-numerator * total // denominator) - 1)
    return limits
