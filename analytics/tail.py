"""A power law in the tail: its exponent, where it begins, and whether it fits at all.

Source: A. Clauset, C. R. Shalizi, M. E. J. Newman, Power-Law Distributions in Empirical Data, SIAM
Review 51, 2009. Most tails that look straight on paper are not power laws; so the fit comes with
its distance, and with the share of true power laws that fit worse.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.draws import Uniform, times, uniform
from analytics.measure import population
from analytics.whole import positive
from psephos.errors import DataError

Floats = npt.NDArray[np.float64]
CANDIDATES = 200
"""The most values at which a tail is tried to begin, evenly by rank."""

LEAST = 10
"""The fewest holders of a tail whose beginning is searched."""


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """p(x) ∝ x^−α for x ≥ `begins`: the fit to the `n` largest of `of` holders.

    `error` is the standard error of α, `distance` that of Kolmogorov and Smirnov. `p` is the share
    of `resamples` synthetic populations that fit worse: below 0.1 the power law is refused.
    `None` where it was not asked for.
    """

    alpha: float
    error: float
    begins: int
    n: int
    of: int
    distance: float
    p: float | None
    resamples: int
    seed: int | None


def power_law(
    amounts: Iterable[int],
    begins: int | None = None,
    *,
    resamples: int = 0,
    seed: int | None = None,
) -> PowerLaw | None:
    """α = 1 + n / Σ ln(x / x_min) over the tail x ≥ x_min (Hill's estimator).

    Amounts of many digits are as good as continuous; counts of a few blocks are not, and give an
    α that is too great: those are `power_law_counts`. `begins` declares x_min; else it is the value
    at which tail and fit are nearest, tried at no more than 200 of the values and with at least 10
    holders. With `resamples` and a `seed` the fit is tested: each synthetic population draws its
    tail from the fit and the rest from what is there, and is fitted anew. Undefined for fewer than
    two in the tail (ten holders, where its beginning is searched), or if all of them hold the same.
    """
    if times(resamples) and seed is None:
        raise DataError("resamples are drawn from a seed: name one, so that others draw the same")
    held = population(amounts)
    if begins is not None:
        positive(begins, "where the tail begins")
    logs = np.array([log(x) for x in reversed(held)])
    start = None if begins is None else log(begins)
    found = _fitted(logs, start)
    if found is None:
        return None
    alpha, at, n, distance = found

    def tail(drawn: Floats) -> Floats:
        return at - np.log1p(-drawn) / (alpha - 1)

    p = None
    if resamples and seed is not None:
        p = worse(logs, found, resamples, uniform(seed), tail, lambda made: _fitted(made, start))
    return PowerLaw(
        alpha=alpha,
        error=(alpha - 1) / sqrt(n),
        begins=held[n - 1] if begins is None else begins,
        n=n,
        of=len(held),
        distance=distance,
        p=p,
        resamples=resamples,
        seed=seed,
    )


Fit = tuple[float, float, int, float]
"""(α, where it begins in the values that are fitted, n of the tail, distance)."""


def _fitted(logs: Floats, begins: float | None) -> Fit | None:
    """The best fit to ascending logarithms, at a given beginning or at the nearest."""
    if begins is not None:
        return _at(logs, begins)
    if len(logs) < LEAST:
        return None
    starts = np.unique(logs[: len(logs) - LEAST + 1])
    if len(starts) > CANDIDATES:
        starts = starts[np.linspace(0, len(starts) - 1, CANDIDATES).round().astype(int)]
    fits = [fit for start in starts.tolist() if (fit := _at(logs, start)) is not None]
    return min(fits, key=lambda fit: fit[3], default=None)


def _at(logs: Floats, start: float) -> Fit | None:
    tail: Any = logs[np.searchsorted(logs, start - 1e-12) :] - start
    n, total = len(tail), float(np.maximum(tail, 0).sum())
    if n < 2 or tail[0] == tail[-1] or total <= 0:
        return None
    rate = n / total
    fit = -np.expm1(-rate * tail)
    steps = np.arange(n + 1) / n
    distance = max(float((steps[1:] - fit).max()), float((fit - steps[:-1]).max()))
    return 1 + rate, start, n, distance


def worse(
    values: Floats,
    found: Fit,
    resamples: int,
    draw: Uniform,
    tail: Callable[[Floats], Floats],
    again: Callable[[Floats], Fit | None],
) -> float:
    """The share of synthetic populations whose own best fit is farther than ours.

    Of ascending values: each is one of the `tail` that the fit draws with the chance that it was,
    and else one of those below it, as they are; `again` fits what was made.
    """
    _, _, n, distance = found
    body, size, count = values[: len(values) - n], len(values), 0
    for _ in range(resamples):
        picked = draw(size)
        above = tail(draw(size))
        rest = body[np.floor(draw(size) * len(body)).astype(int)] if len(body) else above
        fit = again(np.sort(np.where(picked < n / size, above, rest)))
        count += fit is None or fit[3] >= distance
    return count / resamples
