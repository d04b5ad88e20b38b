"""Everything a page of concentration shows, of millions of holders, with one sort.

Whole numbers of 64 or 128 bits give the exact rational values of `analytics`; floats give the
same formulas rounded. Logarithms are floats in any case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import fsum, inf, log, nextafter
from operator import mul
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.diversity import log_ratio
from analytics.fast import kernels, quads
from analytics.fast.limbs import Limbs, halves, joined
from analytics.measure import population
from analytics.threshold import ONE_HALF, ONE_THIRD, TWO_THIRDS, Threshold
from psephos.errors import DataError

Number = Fraction | float
THIRDS_AND_HALF = (ONE_THIRD, ONE_HALF, TWO_THIRDS)
RANKS = (1, 3, 5, 10)
CHUNK = 1 << 13
"""Amounts a turn for logarithms: few enough to stay near the core, and to start no threads."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of a population of n > 0; rational ones are fractions if `exact`.

    `top` is the share of the k largest by k; `nakamoto` the fewest holders by threshold.
    """

    n: int
    total: int | float
    exact: bool
    gini: Number
    hhi: Number
    hoover: Number
    hall_tideman: Number
    shannon: float
    theil: float
    theil_l: float
    top: dict[int, Number]
    nakamoto: dict[Threshold, int]


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
    ascending = np.sort(amounts)
    _refuse(amounts, ascending)
    ascending = ascending[np.searchsorted(ascending, 0, side="right") :]
    if not len(ascending):
        return None
    if amounts.dtype.kind == "f":
        return _of_floats(ascending.astype(np.float64, copy=False), *wanted)
    return _of_words(ascending.astype(np.uint64, copy=False), *wanted)


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
    total = joined(kernels.narrow_total(x))
    squares, ranked = map(joined, kernels.narrow_sums(x))
    above = len(x) - int(np.searchsorted(x, np.uint64(total // len(x)), side="right"))
    sizes, sums = kernels.narrow_walk(x, *halves(_limits(total, thresholds)), _at(ranks, above, x))
    entropies = _entropies((x[i : i + CHUNK] for i in range(0, len(x), CHUNK)), total, int(x[-1]))
    held = dict(zip(_at(ranks, above, x).tolist(), map(joined, sums), strict=True))
    walked = dict(zip(thresholds, map(int, sizes), strict=True))
    return _exact(len(x), total, squares, ranked, held, above, walked, ranks, entropies)


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
    at = _at(ranks, above, x)
    sizes, sums = kernels.wide_walk(x.low, x.high, *halves(_limits(total, thresholds)), at)
    chunks = (
        x.high[i : i + CHUNK] * 2.0**64 + x.low[i : i + CHUNK] for i in range(0, len(x), CHUNK)
    )
    entropies = _entropies(chunks, total, x[-1])
    held = dict(zip(at.tolist(), map(joined, sums), strict=True))
    walked = dict(zip(thresholds, map(int, sizes), strict=True))
    return _exact(len(x), total, squares, ranked, held, above, walked, ranks, entropies)


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
    at = _at(ranks, above, rows)
    sizes, sums = quads.walk(rows, quads.split(_limits(total, thresholds)), at)
    scales = 2.0 ** (64 * np.arange(4))
    chunks = ((rows[i : i + CHUNK] * scales).sum(axis=1) for i in range(0, n, CHUNK))
    entropies = _entropies(chunks, total, joined(rows[-1]))
    held = dict(zip(at.tolist(), map(joined, sums), strict=True))
    walked = dict(zip(thresholds, map(int, sizes), strict=True))
    return _exact(n, total, squares, ranked, held, above, walked, ranks, entropies)


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
    at = _at(ranks, above, held).tolist()
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
    return _exact(n, total, squares, ranked, sums, above, walked, ranks, entropies)


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


def _at(ranks: Sequence[int], above: int, x: Any) -> npt.NDArray[np.int64]:
    """The ranks whose sums are needed, rising: those asked for, and that of Hoover's index."""
    return np.unique(np.array([*(min(k, len(x)) for k in ranks), above or len(x)], np.int64))


def _limits(total: int, thresholds: Sequence[Threshold]) -> list[int]:
    """What the sum of a coalition must exceed, as whole numbers: ⌊τ·T⌋, or one less of ⌈τ·T⌉."""
    limits = []
    for threshold in thresholds:
        numerator, denominator = threshold.share.numerator, threshold.share.denominator
        strict = numerator * total // denominator
        limits.append(strict if threshold.strict else -(-numerator * total // denominator) - 1)
    return limits


def _entropies(
    chunks: Iterable[Any], total: int | float, largest: int | float
) -> tuple[float, float]:
    """(Σ −p ln p, Σ ln p) with p = x / T.

    No term is negative, so nothing cancels; the largest share may be near one, and its logarithm
    is taken from the exact difference.
    """
    spread, logs, scale = 0.0, 0.0, 1.0 / total
    for chunk in chunks:
        p = np.multiply(chunk, scale)
        ln = np.log(p)
        spread -= float(np.dot(p, ln))
        logs += float(ln.sum())
    if isinstance(total, int) and isinstance(largest, int) and 2 * largest > total:
        rough = float(largest) * scale
        spread += rough * float(np.log(rough)) - largest / total * log_ratio(largest, total)
    return max(spread, 0.0), logs


def _exact(
    n: int,
    total: int,
    squares: int,
    ranked: int,
    held: dict[int, int],
    above: int,
    walked: dict[Threshold, int],
    ranks: Sequence[int],
    entropies: tuple[float, float],
) -> Measured:
    """The measures from their sums: `ranked` is Σ i·x from the smallest, `held` sums by rank."""
    spread, logs = entropies
    return Measured(
        n=n,
        total=total,
        exact=True,
        gini=Fraction(2 * ranked - (n + 1) * total, n * total),
        hhi=Fraction(squares, total**2),
        hoover=Fraction(n * held[above] - above * total, n * total) if above else Fraction(0),
        hall_tideman=Fraction(total, 2 * ((n + 1) * total - ranked) - total),
        shannon=spread / log(2),
        theil=max(log(n) - spread, 0.0),
        theil_l=max(-logs / n - log(n), 0.0),
        top={k: Fraction(held[min(k, n)], total) for k in ranks},
        nakamoto=walked,
    )


def _of_floats(x: npt.NDArray[np.float64], ranks: Any, thresholds: Any) -> Measured:
    n, total = len(x), float(x.sum())
    squares, ranked, uneven = kernels.rounded_sums(x)
    above = n - int(np.searchsorted(x, total / n, side="right"))
    limits = np.array(
        [at if t.strict else nextafter(at, -inf) for t in thresholds for at in [t.share * total]]
    )
    at = _at(ranks, above, x)
    sizes, sums = kernels.rounded_walk(x, limits, at)
    spread, logs = _entropies((x[i : i + CHUNK] for i in range(0, n, CHUNK)), total, float(x[-1]))
    held = dict(zip(at.tolist(), map(float, sums), strict=True))
    return Measured(
        n=n,
        total=total,
        exact=False,
        gini=uneven / (n * total),
        hhi=squares / total**2,
        hoover=max((held[above] - above * (total / n)) / total, 0.0) if above else 0.0,
        hall_tideman=total / (2 * ranked - total),
        shannon=spread / log(2),
        theil=max(log(n) - spread, 0.0),
        theil_l=max(-logs / n - log(n), 0.0),
        top={k: held[min(k, n)] / total for k in ranks},
        nakamoto=dict(zip(thresholds, map(int, sizes), strict=True)),
    )
