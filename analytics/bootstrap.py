"""How sure a figure of a sample is: resampled events, and the range of a coefficient.

Blocks by proposer and votes by voter are samples: another month of the same system would give
others. Balances and stakes are a census, and no sampling makes an interval for them; theirs are
over hypotheses (`analytics.intervals`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist, fmean

import numpy as np

from analytics.arguments import double, listed
from analytics.draws import resampled, times, uniform
from analytics.measure import Value, population
from analytics.whole import rate
from psephos.errors import DataError

Statistic = Callable[[list[int]], Value]
EVENTS = 10**8
FEW = 200
"""Events up to which every chance is a whole number over one power."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of a sample, with what resampling says of it.

    `low` to `high` are the quantiles of the resampled values; `corrected` the same corrected for
    bias and skewness (BCa), `None` where that is not possible (all resamples on one side).
    `bias` is their mean minus the value, `error` their standard deviation. `undefined` resamples
    had no value and are in none of these.
    """

    value: float
    low: float
    high: float
    corrected: tuple[float, float] | None
    bias: float
    error: float
    resamples: int
    undefined: int
    confidence: Fraction
    seed: int


def bootstrap(
    counts: Iterable[int],
    statistic: Statistic,
    *,
    seed: int,
    resamples: int = 2000,
    confidence: Fraction = Fraction(19, 20),
) -> Interval | None:
    """Draw the events anew, with replacement, `resamples` times, and measure each time.

    `counts` are events by entity (blocks, votes: whole numbers, in an order that is part of the
    seed's meaning); who has none cannot be drawn, so Gini and entropy are biased downward in
    small samples, and `bias` says by how much. Deterministic by `seed`. Undefined without
    events, or where the statistic is; one that answers with NaN, an infinity or no number raises
    `DataError` with the place of the resample. Source: B. Efron, Better Bootstrap Confidence
    Intervals, Journal of the ASA 82, 1987.
    """
    given = listed(counts, "the counts")
    population(given)
    if not callable(statistic):
        raise DataError(f"the statistic is {str(statistic)[:40]!r}: it must be a function")
    given = [int(x) for x in given]
    if times(resamples) < 2 or not 0 < rate(confidence, "the confidence") < 1:
        raise DataError(f"{resamples} resamples at confidence {confidence}: not an interval")
    total = _events(given)
    value = _told(statistic(given), "the events") if total else None
    if value is None:
        return None
    draw, held = uniform(seed), np.array(given, np.int64)
    drawn = [
        _told(statistic(resampled(held, draw).tolist()), f"resample {place}")
        for place in range(resamples)
    ]
    found = sorted(one for one in drawn if one is not None)
    if len(found) < 2:
        return None
    tail, mean = float(1 - confidence) / 2, fmean(found)
    return Interval(
        value=value,
        low=_quantile(found, tail),
        high=_quantile(found, 1 - tail),
        corrected=_corrected(given, statistic, value, found, tail),
        bias=mean - value,
        error=sqrt(sum((one - mean) ** 2 for one in found) / (len(found) - 1)),
        resamples=resamples,
        undefined=resamples - len(found),
        confidence=confidence,
        seed=seed,
    )


def _told(value: Value, of: str) -> float | None:
    """What a statistic answered, if it is a number; `None` where it has no value."""
    return None if value is None else double(value, f"the statistic of {of}")


def _quantile(ordered: list[float], share: float) -> float:
    """An order statistic: a value that was seen, never one between two."""
    return ordered[min(max(round(share * (len(ordered) - 1)), 0), len(ordered) - 1)]


def _corrected(
    counts: list[int], statistic: Statistic, value: float, found: list[float], tail: float
) -> tuple[float, float] | None:
    """BCa: shifted by the share of resamples below the value, stretched by the jackknife's skew."""
    below = sum(one < value for one in found) + sum(one == value for one in found) / 2
    if not 0 < below < len(found):
        return None
    left_out = [
        (x, _told(statistic([*counts[:i], x - 1, *counts[i + 1 :]]), f"the events but one of {i}"))
        for i, x in enumerate(counts)
        if x
    ]
    known = [(weight, one) for weight, one in left_out if one is not None]
    whole = sum(weight for weight, _ in known)
    if not whole:
        return None
    mean = sum(weight * one for weight, one in known) / whole
    square = sum(weight * (mean - one) ** 2 for weight, one in known)
    cube = sum(weight * (mean - one) ** 3 for weight, one in known)
    skew = cube / (6 * square**1.5) if square > 0 else 0.0
    normal = NormalDist()
    shift = normal.inv_cdf(below / len(found))

    def at(share: float) -> float:
        z = shift + normal.inv_cdf(share)
        return _quantile(found, normal.cdf(shift + z / (1 - skew * z)))

    return at(tail), at(1 - tail)


def nakamoto_range(
    counts: Iterable[int],
    share: Fraction = Fraction(1, 2),
    significance: Fraction = Fraction(1, 20),
) -> tuple[int, int] | None:
    """The coefficients that a sample of blocks does not rule out, the least and the greatest.

    All C for which neither one-sided binomial test rejects, at `significance`, that the C largest
    have exactly `share` of the blocks in the long run; where every C is rejected, the first that
    has significantly more, twice. Exact: the tails are sums of whole numbers, or between two such
    sums that decide alike. More than 10⁸ blocks are amounts, and raise `DataError`. Undefined
    without blocks. Source: nc-statistical-confidence (Edinburgh); arXiv 2403.13736.
    """
    for name, given in (("share", share), ("significance", significance)):
        if not 0 < rate(given, f"the {name}") < 1:
            raise DataError(
                f"a share of {share} at significance {significance}: both are in (0, 1)"
            )
    held = population(counts)
    if not held:
        return None
    total = _events(held)
    least = _tail(total, share, significance)
    most = total - _tail(total, 1 - share, significance)
    low, high, part = 0, 0, 0
    for size, amount in enumerate(held, start=1):
        part += amount
        if not low and part >= least:
            low = size
        if part <= most:
            high = size
    return low, max(low, high)


def _events(counts: Sequence[int]) -> int:
    """How many there are, if they are few enough to be a sample."""
    total = sum(counts)
    if total > EVENTS:
        raise DataError(
            f"{total} events are no sample to draw anew: at most {EVENTS}",
            hint="amounts of tokens are a census; see analytics.intervals",
        )
    return total


def _tail(events: int, share: Fraction, significance: Fraction) -> int:
    """The least k with P(X ≤ k) ≥ `significance`, X binomial; in whole numbers throughout.

    Each term is at most `slack` too low, together; a sum that this could turn is a tie, which
    whole numbers of any length decide for few events.
    """
    if events <= FEW:
        terms, first, slack = _terms(events, share, share.denominator**events), 0, 0
    else:
        terms, first, slack = _near(events, share)
    a, b = significance.numerator, significance.denominator
    whole, part = sum(terms), 0
    for k, term in enumerate(terms, start=first):
        if slack and (part + slack) * b >= a * whole:
            raise DataError(
                f"less than {k} of {events} have a chance too near to {significance} to tell",
                hint="take another significance",
            )
        part += term
        if part * b >= a * (whole + slack):
            return k
    return first + len(terms)


def _terms(events: int, share: Fraction, whole: int) -> list[int]:
    """The chances of 0 … `events`, times `whole`, a multiple of the denominator's power."""
    hit, miss = share.numerator, share.denominator - share.numerator
    found = [whole * miss**events // share.denominator**events]
    for k in range(events):
        found.append(found[-1] * (events - k) * hit // ((k + 1) * miss))
    return found


def _near(events: int, share: Fraction) -> tuple[list[int], int, int]:
    """Chances around the most likely number, each over that number's own, in 2⁻²⁵⁶, rounded down;
    the first number that has one; and what all that were rounded may lack together."""
    hit, miss = share.numerator, share.denominator - share.numerator
    most = (events + 1) * hit // (hit + miss)
    below, above, one = [], [], 1 << 256
    k, term = most, one
    while k and (term := term * k * miss // ((events - k + 1) * hit)):
        below.append(term)
        k -= 1
    k, term = most, one
    while k < events and (term := term * (events - k) * hit // ((k + 1) * miss)):
        above.append(term)
        k += 1
    terms = [*below[::-1], one, *above]
    return terms, most - len(below), (events + 1) * (len(terms) + 1)
