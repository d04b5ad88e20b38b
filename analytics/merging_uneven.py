"""Inequality if unknown holders are somebody else: between which values, over all such worlds.

Gini, Theil and their kin may rise or fall when two holders become one, since fewer are counted. But
among worlds with the same number of mergers equally many are counted, and there more concentration
is more inequality: the world where the largest unknown holders are the largest holder (that of
`analytics.intervals.merged_worst`) is the most unequal of them. So the most unequal world of all is
one of these, one for each number of mergers, and that end is exact.

The least unequal is not: to make equal groups of holders is the partition problem, which is hard.
There a bound stands. Every one of these measures is a function of n and of a sum over the holders
that mergers move one way (Σ p², Σ p ln p, Σ i p₍ᵢ₎, Σ max(p − 1/n, 0), Σ √p, …), so the sum of
those who did not merge, with the n of those who did, is beyond all worlds. It is near where the
smallest hold next to nothing, as they do on a chain: then merging them is leaving them out.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import expm1, fsum, log

from analytics.arguments import of_kind
from analytics.concentration import hhi
from analytics.diversity import log_ratio, shannon
from analytics.inequality import gini
from analytics.intervals import Range, merged_worst
from analytics.measure import Amounts, Measure, Value, population
from analytics.welfare import atkinson, theil
from analytics.whole import whole
from psephos.errors import DataError

Number = int | Fraction | float


@dataclass(frozen=True, slots=True)
class Between:
    """No world is below `low` or above `high`; `reached` are two values that some worlds have.

    The concentrated end is in both. The other end of `reached` is of worlds where the smallest
    merge, and the true one lies between it and the bound.
    """

    low: Value
    high: Value
    reached: Range


def merging_uneven(
    measure: Measure,
    known: Iterable[int],
    unknown: Iterable[int],
    merges: int,
    *,
    with_known: bool = True,
) -> Between | None:
    """A measure of inequality if up to `merges` times an unknown holder is somebody else.

    As `merging`, for the measures that it refuses: a merge makes two holders one, at least one of
    them unknown, and no two `known` ones ever become one. The concentrated end is exact,
    max θ(worst of j mergers) over j ≤ merges; the other is a bound below which no world lies, by n
    of those who are left and the sums of those who were there. Undefined where a world leaves the
    measure undefined (no holders; one, where two are needed). A measure that has a range of its
    own by `merging` raises `DataError`.
    """
    of_kind(measure, Measure, "the measure")
    if measure.name not in BOUNDS:
        raise DataError(
            f"{measure.name} is no measure of inequality that has a bound here",
            hint="`merging` has the range of hhi, shares of the largest, entropies, coalitions",
        )
    sure, unsure = population(known), population(unknown)
    merged_worst(sure, unsure, whole(merges, "merges"), with_known=with_known)  # asks the options
    alone = not (with_known and sure)
    most = min(merges, max(len(unsure) - alone, 0))
    worst = [
        measure.of(merged_worst(sure, unsure, j, with_known=with_known)[1]) for j in range(most + 1)
    ]
    mild = [measure.of(held) for held in _mildest(sure, unsure, most, with_known)]
    held = population([*sure, *unsure])
    if any(value is None for value in (*worst, *mild)):
        return None
    bounds = [BOUNDS[measure.name](held, len(held) - j, j) for j in range(1, most + 1)]
    return _ends(measure, _numbers(worst), _numbers(mild), bounds)


def _numbers(values: Iterable[Value]) -> list[Number]:
    return [value for value in values if value is not None]


def _ends(
    measure: Measure, worst: list[Number], mild: list[Number], bounds: list[Number]
) -> Between:
    if measure.direction == "high":
        low, high = max(min([worst[0], *bounds]), 0), max(worst)
        return Between(low, high, Range(min(mild), high))
    low, high = min(worst), min(max([worst[0], *bounds]), 1)
    return Between(low, high, Range(low, max(mild)))


def _mildest(sure: Amounts, unsure: Amounts, most: int, with_known: bool) -> Iterator[Amounts]:
    """Nobody merged; then, one after the other, the two smallest who may."""
    named, others = list(sure), list(unsure)
    heapify(named)
    heapify(others)
    yield population([*named, *others])
    for _ in range(most):
        first = heappop(others)
        if with_known and named and (not others or named[0] <= others[0]):
            heappush(named, first + heappop(named))
        else:
            heappush(others, first + heappop(others))
        yield population([*named, *others])


def _gini(held: Amounts, n: int, merged: int) -> Number:
    """1 − G = (2 Σ i p₍ᵢ₎ − 1) / n, largest first."""
    even = 1 - Fraction(gini(held) or 0)
    return 1 - even * Fraction(len(held), n)


def _hoover(held: Amounts, n: int, merged: int) -> Number:
    """Σ max(p − 1/n, 0)."""
    total = sum(held)
    return Fraction(sum(n * x - total for x in held if n * x > total), n * total)


def _squares(held: Amounts, n: int) -> Fraction:
    """n Σ p²."""
    return Fraction(hhi(held) or 0) * n


def _theil_l(held: Amounts, n: int, merged: int) -> Number:
    """−(1/n) Σ ln(n p): each merger leaves out one, and doubles another at most."""
    total = sum(held)
    return -(fsum(log_ratio(n * x, total) for x in held[:n]) + merged * log(2)) / n


def _atkinson_2(held: Amounts, n: int, merged: int) -> Number:
    """1 − n² / Σ (1/p): a merger touches two at most, and the others are as they were."""
    total = sum(held)
    left = fsum(total / x for x in held[: max(n - merged, 0)])
    return 1 - n * n / left if left else 0


BOUNDS: dict[str, Callable[[Amounts, int, int], Number]] = {
    "gini": _gini,
    "gini_unbiased": lambda held, n, merged: _gini(held, n, merged) * Fraction(n, n - 1),
    "hoover": _hoover,
    "theil": lambda held, n, merged: (theil(held) or 0) + log_ratio(n, len(held)),
    "theil_l": _theil_l,
    "ge_2": lambda held, n, merged: (_squares(held, n) - 1) / 2,
    "hhi_normalised": lambda held, n, merged: (_squares(held, n) - 1) / (n - 1),
    "atkinson_half": lambda held, n, merged: (
        1 - (1 - float(atkinson(held, Fraction(1, 2)) or 0)) * len(held) / n
    ),
    "atkinson_1": lambda held, n, merged: -expm1(-_theil_l(held, n, merged)),
    "atkinson_2": _atkinson_2,
    "pielou": lambda held, n, merged: float(shannon(held) or 0) * log(2) / log(n),
}
"""By measure: no world of so many mergers, which leave n, is less unequal than this."""
