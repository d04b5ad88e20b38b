"""Everything a page of concentration shows, of millions of holders, with one sort.

Whole numbers of 64 or 128 bits give the exact rational values of `analytics`; floats give the
same formulas rounded. Logarithms are floats in any case.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import fsum
from operator import mul
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.diversity import log_ratio
from analytics.fast import kernels, quads
from analytics.fast.limbs import Limbs, halves, joined
from analytics.fast.result import CHUNK, Measured, at_ranks, entropies_of, exact_of
from analytics.fast.rounded import of_floats
from analytics.measure import population
from analytics.threshold import ONE_HALF, ONE_THIRD, TWO_THIRDS, Threshold
from psephos.errors import DataError

THIRDS_AND_HALF = (ONE_THIRD, ONE_HALF, TWO_THIRDS)
RANKS = (1, 3, 5, 10)
TURN = 1 << 13
"""Amounts looked at in a turn; the first one tells of most lists that they are not in order."""


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
    ascending = _ascending(amounts)
    _refuse(amounts, ascending)
    ascending = ascending[np.searchsorted(ascending, 0, side="right") :]
    if not len(ascending):
        return None
    if amounts.dtype.kind == "f":
        return of_floats(ascending.astype(np.float64, copy=False), *wanted)
    if ascending.dtype == np.int64:
        return _of_words(ascending.view(np.uint64), *wanted)  # none is negative
    return _of_words(ascending.astype(np.uint64, copy=False), *wanted)


def _ascending(amounts: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The amounts sorted; those that rise or fall already are not sorted again."""
    for in_order, turned in ((np.greater_equal, 1), (np.less_equal, -1)):
        parts = (amounts[i : i + TURN + 1] for i in range(0, max(len(amounts) - 1, 1), TURN))
        if all(bool(in_order(part[1:], part[:-1]).all()) for part in parts):  # no NaN is
            return np.ascontiguousarray(amounts[::turned])
    return np.sort(amounts)


def _refuse(amounts: npt.NDArray[Any], ascending: npt.NDArray[Any]) -> None:
    """NaN and infinity are sorted last, what is negative first: two looks are enough."""
    if not len(ascending) or (ascending[0] >= 0 and np.isfinite(ascending[-1])):
        return
    place = int(np.argmax(~((amounts >= 0) & np.isfinite(amounts))))
    what = "negative" if amounts[place] < 0 else "no number"
    raise DataError(
        f"amount {place} is {what}: {amounts[place]}",
        hint="amounts are finite and not below zero; where one is not known, leave no hole",
    )


def _of_words(x: npt.NDArray[np.uint64], ranks: Any, thresholds: Any) -> Measured:
    squares, ranked, total = map(joined, kernels.narrow_sums(x))
    above = len(x) - int(np.searchsorted(x, np.uint64(total // len(x)), side="right"))
    sizes, sums = kernels.narrow_walk(
        x, *halves(_limits(total, thresholds)), at_ranks(ranks, above, x)
    )
    most = int(x[-1])
    signed = x if most >> 63 else x.view(np.int64)  # which becomes floats in half the time
    entropies = entropies_of((signed[i : i + CHUNK] for i in range(0, len(x), CHUNK)), total, most)
    held = dict(zip(at_ranks(ranks, above, x).tolist(), map(joined, sums), strict=True))
    walked = dict(zip(thresholds, map(int, sizes), strict=True))
    return exact_of(len(x), total, squares, ranked, held, above, walked, ranks, entropies)


def _of_limbs(amounts: Limbs, ranks: Any, thresholds: Any) -> Measured | None:
    x = amounts.ascending().positive()
    if not len(x):
        return None
    if not x.high[-1]:
        return _of_words(x.low, ranks, thresholds)
    low, high, over = kernels.wide_total(x.low, x.high)
    if over:
        return _of_integers([x[i] for i in range(len(x))], ranks, thresholds)
    total = joined((low, high))
    squares, ranked = map(joined, kernels.wide_sums(x.low, x.high))
    limit = halves([total // len(x)])
    above = int(kernels.wide_above(x.low, x.high, limit[0][0], limit[1][0]))
    at = at_ranks(ranks, above, x)
    sizes, sums = kernels.wide_walk(x.low, x.high, *halves(_limits(total, thresholds)), at)
    chunks = (
        x.high[i : i + CHUNK] * 2.0**64 + x.low[i : i + CHUNK] for i in range(0, len(x), CHUNK)
    )
    entropies = entropies_of(chunks, total, x[-1])
    held = dict(zip(at.tolist(), map(joined, sums), strict=True))
    walked = dict(zip(thresholds, map(int, sizes), strict=True))
    return exact_of(len(x), total, squares, ranked, held, above, walked, ranks, entropies)


def _of_python(amounts: Sequence[int], ranks: Any, thresholds: Any) -> Measured | None:
    """Python integers: as limbs if they are short, as four words each if they fit, or as such."""
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
    above = int(quads.above(rows, quads.split([total // n])[0]))
    at = at_ranks(ranks, above, rows)
    sizes, sums = quads.walk(rows, quads.split(_limits(total, thresholds)), at)
    scales = 2.0 ** (64 * np.arange(4))
    chunks = ((rows[i : i + CHUNK] * scales).sum(axis=1) for i in range(0, n, CHUNK))
    entropies = entropies_of(chunks, total, joined(rows[-1]))
    held = dict(zip(at.tolist(), map(joined, sums), strict=True))
    walked = dict(zip(thresholds, map(int, sizes), strict=True))
    return exact_of(n, total, squares, ranked, held, above, walked, ranks, entropies)


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
    return exact_of(n, total, squares, ranked, sums, above, walked, ranks, entropies)


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
