"""A power law in the tail of counts: blocks, votes, delegations, of which there are whole ones.

Where `analytics.tail` takes amounts for real numbers, this takes them one by one: with few distinct
values the real law is too steep. Source: A. Clauset, C. R. Shalizi, M. E. J. Newman, Power-Law
Distributions in Empirical Data, SIAM Review 51, 2009: §3.1 (the estimate), §3.3 (where the tail
begins), §4.1 (the test), appendix D (draws).

Hurwitz's ζ(α, q) = Σ_{k≥q} k^−α is summed by Euler and Maclaurin, here always over q^−α: no power
of a large count underflows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np

from analytics.arguments import brief
from analytics.draws import times, uniform
from analytics.measure import population
from analytics.tail import LEAST, Fit, Floats, PowerLaw, worse
from analytics.whole import positive
from psephos.errors import DataError

STARTS = 1000
"""The most values at which a tail is tried to begin, evenly by rank."""

GREATEST = 2**50
"""Counts above this and their neighbours are no whole numbers to a double; they are as good as
real numbers long before."""

TABLE = 1000
"""So many counts are drawn by their own chances; beyond, by the law of real numbers, rounded."""

BERNOULLI = (1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000)
"""B₂ⱼ / (2j)!, j = 1, 2, …"""


def power_law_counts(
    counts: Iterable[int],
    begins: int | None = None,
    *,
    resamples: int = 0,
    seed: int | None = None,
) -> PowerLaw | None:
    """The α at which −ζ′(α, x_min) / ζ(α, x_min) is the mean of ln x over the tail x ≥ x_min.

    The most likely power law of whole numbers, p(x) = x^−α / ζ(α, x_min). `begins` declares x_min;
    else it is the count at which tail and fit are nearest, tried at no more than 1,000 of them and
    with at least 10 holders. With `resamples` and a `seed` the fit is tested as `power_law` is. Its
    standard error is 1 / √(n Var ln x). Undefined for fewer than two in the tail (ten holders,
    where its beginning is searched), or if all of them have the same. Counts above 2⁵⁰ raise
    `DataError`: they are amounts.
    """
    if times(resamples) and seed is None:
        raise DataError("resamples are drawn from a seed: name one, so that others draw the same")
    held = population(counts)
    if begins is not None:
        positive(begins, "where the tail begins")
    for count in (*held[:1], *([] if begins is None else [begins])):
        if count > GREATEST:
            raise DataError(f"{brief(count)[:40]} is no count", hint="of amounts take power_law")
    given = np.array(held[::-1], float)
    start = None if begins is None else float(begins)
    found = _fitted(given, start)
    if found is None:
        return None
    alpha, at, n, distance = found
    p = None
    if resamples and seed is not None:
        law = _Law(alpha, at)
        p = worse(given, found, resamples, uniform(seed), law.drawn, lambda x: _fitted(x, start))
    step = 1e-3 * (alpha - 1)
    spread = (_Law(alpha - step, at).mean - _Law(alpha + step, at).mean) / (2 * step)
    return PowerLaw(
        alpha=alpha,
        error=1 / sqrt(n * spread),
        begins=int(at),
        n=n,
        of=len(held),
        distance=distance,
        p=p,
        resamples=resamples,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class _Law:
    """p(x) ∝ x^−α for whole x ≥ `begins`; α > 1."""

    alpha: float
    begins: float

    @property
    def first(self) -> int:
        """How many terms are summed one by one, until the rest is smooth, or is nothing."""
        smooth, nothing = 20 + self.alpha - self.begins, 60 + 60 * self.begins / self.alpha
        return ceil(max(min(smooth, nothing), 0.0))

    @property
    def mean(self) -> float:
        """The mean of ln(x / begins)."""
        logs = self._logs(self.begins + np.arange(float(self.first)))
        terms, far = np.exp(-self.alpha * logs), np.array([self.begins + self.first])
        weighted = float((logs * terms).sum() + self._logs_from(far)[0])
        return weighted / float(terms.sum() + self._from(far)[0])

    def at_least(self, counts: Floats) -> Floats:
        """P(X ≥ x) of each of some whole numbers x ≥ begins."""
        far = self.begins + self.first
        terms = np.exp(-self.alpha * self._logs(self.begins + np.arange(float(self.first))))
        rest = float(self._from(np.array([far]))[0])
        sums = np.append(np.cumsum(terms[::-1])[::-1] + rest, rest)
        places = np.minimum(counts - self.begins, self.first).astype(int)
        tails = np.where(counts < far, sums[places], self._from(np.maximum(counts, far)))
        return np.asarray(tails / sums[0], float)

    def _logs(self, counts: Floats) -> Floats:
        """ln(x / begins), of neighbours of a large count, too."""
        return np.asarray(np.log1p((counts - self.begins) / self.begins), float)

    def _from(self, at: Floats) -> Floats:
        """Σ_{k ≥ at} (k / begins)^−α."""
        ends = np.exp(-self.alpha * self._logs(at))
        total, factor = at / (self.alpha - 1) + 0.5, self.alpha / at
        for j, part in enumerate(BERNOULLI):
            total = total + part * factor
            factor = factor * (self.alpha + 2 * j + 1) * (self.alpha + 2 * j + 2) / at**2
        return np.asarray(ends * total, float)

    def _logs_from(self, at: Floats) -> Floats:
        """Σ_{k ≥ at} ln(k / begins) (k / begins)^−α: minus the derivative of `_from` by α."""
        logs, past = self._logs(at), self.alpha - 1
        ends = np.exp(-self.alpha * logs)
        total, factor = at * (logs / past + 1 / past**2) + logs / 2, self.alpha / at
        less = 1 / self.alpha
        for j, part in enumerate(BERNOULLI):
            total = total + part * factor * (logs - less)
            one, two = self.alpha + 2 * j + 1, self.alpha + 2 * j + 2
            factor, less = factor * one * two / at**2, less + 1 / one + 1 / two
        return np.asarray(ends * total, float)

    def drawn(self, uniforms: Floats) -> Floats:
        """Counts by numbers in [0, 1): the greatest x with P(X ≥ x) ≥ 1 − u.

        Beyond the table x − ½ is of the law of real numbers, whose chances differ by α / (24 x²).
        """
        table = self.at_least(self.begins + np.arange(TABLE + 1.0))
        left = 1 - uniforms
        within = self.begins + np.searchsorted(-table, -left, side="right") - 1
        with np.errstate(over="ignore", divide="ignore"):
            ratio = np.minimum(left / table[-1], 1.0)
            beyond = (self.begins + TABLE - 0.5) * ratio ** (-1 / (self.alpha - 1)) + 0.5
        found = np.where(left < table[-1], np.floor(beyond), within)
        return np.asarray(np.minimum(found, GREATEST), float)


def exponent(mean: float, begins: float) -> float:
    """The α at which the mean of ln(x / begins) is `mean` > 0: that mean falls with α.

    1 / mean is nearly a line in α, so its secants find it; the sides of the root are kept.
    """
    low = 1 + 0.5 / (mean + log(begins / (begins - 0.5)))
    while _Law(low, begins).mean <= mean:
        low = (1 + low) / 2
    high = 2 * low - 1
    while _Law(high, begins).mean >= mean:
        low, high = high, 2 * high - 1
    below, above = (1 / _Law(end, begins).mean - 1 / mean for end in (low, high))
    for _ in range(200):
        alpha = high - above * (high - low) / (above - below)
        here = 1 / _Law(alpha, begins).mean - 1 / mean
        if here * above > 0:
            high, above, below = alpha, here, below / 2
        else:
            low, below, above = alpha, here, above / 2
        if not here or high - low <= 4e-16 * high or abs(here) * mean < 1e-15:
            return alpha
    return alpha


def _fitted(counts: Floats, begins: float | None) -> Fit | None:
    """The best fit to ascending counts, from a given one on or from the nearest."""
    values, found = np.unique(counts, return_counts=True)
    sizes = found.astype(float)
    tails = np.cumsum(sizes[::-1])[::-1]
    if begins is not None:
        k = int(np.searchsorted(values, begins))
        return None if k == len(values) else _at(values[k:], sizes[k:], begins)
    if len(counts) < LEAST:
        return None
    starts = np.flatnonzero(tails >= LEAST)
    if len(starts) > STARTS:
        starts = starts[np.linspace(0, len(starts) - 1, STARTS).round().astype(int)]
    fits = [_at(values[k:], sizes[k:], float(values[k])) for k in starts.tolist()]
    return min((fit for fit in fits if fit is not None), key=lambda fit: fit[3], default=None)


def _at(values: Floats, sizes: Floats, begins: float) -> Fit | None:
    """The fit to counts of `values`, so many of each."""
    if len(values) < 2:
        return None
    n = round(float(sizes.sum()))
    mean = float((sizes * np.log1p((values - begins) / begins)).sum()) / n
    alpha = exponent(mean, begins)
    law = _Law(alpha, begins)
    reached = np.cumsum(sizes) / n
    before = np.append(0.0, reached[:-1])
    at_end = np.abs(reached - (1 - law.at_least(values + 1)))
    just_before = np.abs(before - (1 - law.at_least(values)))
    return alpha, begins, n, float(max(at_end.max(), just_before.max()))
