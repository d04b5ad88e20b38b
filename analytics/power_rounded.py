"""Power indices of thousands of voters: exact for the rounded game up to float precision.

Every voter agrees with chance t. Then Banzhaf's raw index is the chance of a swing at t = ½, and
Shapley and Shubik's is ∫₀¹ Pr_t(i swings) dt (G. Owen 1972). The distribution of the sum is built
voter by voter, equal weights at once; one voter's factor is divided out by alternating sums of its
tail, in O(q/w) blocks; for t > ½ the dual game is counted with 1 − t, so no error grows. The
integral is Gauss and Legendre's for few voters, where it is exact; for more it is Clenshaw and
Curtis's, over the part of [0, 1] where a swing is possible at all (Hoeffding 1963), with twice as
many points until neither the indices nor their sum move.

Rounding can move an index. `resolution` bounds it: a coalition's outcome differs only if its
rounded sum lies in a band around the quota, or if its errors add up to more than half the band,
which Hoeffding's inequality bounds for every t.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, exp, lgamma, log, sqrt
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from analytics import power_steps
from analytics.coalitions import heaviest_dummy
from analytics.games import Game, Rounded, distinct, rounded
from psephos.errors import DataError

Floats = NDArray[np.float64]

TOLERANCE = 1e-11
"""How far two rounds of the integral may differ; the last one is much closer than that."""

MOST_POINTS = 4096
FEW = 200
"""Voters up to whom the integral is exact with half as many points: a polynomial in t."""

STEPPED = 700
"""Distinct weights up to which the loops go in whole arrays, in some seconds at most."""

NEGLIGIBLE = 1e-22
"""A chance of a sum that no index of ours can notice: a million of them are 10⁻¹⁶."""

EPSILON = 2.0**-52
TINIEST = 1e-290
"""What is smaller is slow to add, and is nothing."""


@dataclass(frozen=True, slots=True)
class Indices:
    """An index of each voter, in the game's order, of the game rounded to `total`.

    error:       numerical: what the computation itself may be off by at most (Banzhaf), or was in
                 its last step (Shapley-Shubik)
    resolution:  bound on what the rounding of the weights moved any voter's index; 0 if nothing
                 was rounded. It is a guarantee, not an estimate: the true effect is far smaller
    """

    values: Floats
    total: int
    error: float
    resolution: float


@dataclass(frozen=True, slots=True)
class Sums:
    """The chances of the sums below some limit when everybody agrees with chance t ≤ ½.

    compiled: whether so many weights are asked about that compiled loops are worth their memory
    """

    chances: Floats
    low: int
    high: int
    t: float
    compiled: bool = False

    def swing(self, quota: int, weight: int) -> float:
        """The chance that one voter of this weight turns a sum from below the quota to it."""
        swing = loops(self.compiled).swing
        return float(swing(self.chances, self.low, self.high, quota, weight, self.t))

    def between(self, low: int, high: int) -> float:
        """The chance of a sum in low … high − 1."""
        first, last = max(low, self.low), min(high, self.high)
        return float(self.chances[first:last].sum()) if first < last else 0.0


def loops(compiled: bool) -> ModuleType:
    """The loops in whole arrays, or compiled: numba and LLVM are 100 MB, too much for a few."""
    if not compiled:
        return power_steps
    from analytics import power_passes

    return power_passes


def sums(groups: Sequence[tuple[int, int]], limit: int, t: float, negligible: float) -> Sums:
    """The sums below `limit` of (weight, voters) groups, lightest first; chances below
    `negligible` at either end are dropped."""
    compiled = len(groups) > STEPPED
    spread, trimmed = loops(compiled).spread, loops(compiled).trimmed
    here, there = np.zeros(limit), np.zeros(limit)
    here[0] = 1.0
    low, high = 0, 1
    for weight, voters in groups:
        coins, heads = tosses(voters, t, negligible)
        low, high = spread(here, low, high, weight, coins, heads, there)
        if low >= high:
            return Sums(here, 0, 0, t, compiled)
        here, there = there, here
        low, high = trimmed(here, low, high, negligible)
        if low >= high:
            return Sums(here, 0, 0, t, compiled)
    return Sums(here, low, high, t, compiled)


def tosses(voters: int, t: float, negligible: float) -> tuple[Floats, int]:
    """The chances of so many heads of a coin, and the first number of heads they are of."""
    heads = np.arange(voters + 1)
    if voters == 1:
        return np.array([1.0 - t, t]), 0
    logs = np.array([-lgamma(k + 1) - lgamma(voters - k + 1) for k in range(voters + 1)])
    chances = np.exp(lgamma(voters + 1) + logs + heads * log(t) + (voters - heads) * log(1.0 - t))
    kept = np.flatnonzero(chances > negligible)
    return chances[kept[0] : kept[-1] + 1].copy(), int(kept[0])


def banzhaf_rounded(of: Game, total: int = 1_000_000) -> Indices:
    """The raw Banzhaf index of every voter of the game rounded to `total`.

    Relative error of each value below 1e-9 (docs/benchmarks.md); 0 where it is below 1e-280.
    """
    by = rounded(of, total)
    groups = distinct(by.game.weights)
    quota = min(by.game.quota, by.game.total - by.game.quota + 1)
    bands = bands_of(by)
    limit = _limit(quota, bands)
    found = sums(groups, limit, 0.5, TINIEST)
    values = {weight: max(found.swing(quota, weight), 0.0) for weight, _ in groups}
    error = limit * EPSILON * found.between(0, limit)
    return Indices(_listed(by.game, values), by.game.total, error, _moved(found, quota, bands))


def normalised(indices: Indices) -> Floats | None:
    """Shares of the sum of all; None where all are too small for a float."""
    whole = float(indices.values.sum())
    return indices.values / whole if whole > 0 else None


def shapley_rounded(of: Game, total: int = 100_000) -> Indices:
    """The Shapley-Shubik index of every voter of the game rounded to `total`.

    `error` is what the sum of all is off 1 by, or the last change of an index, if that is more.
    """
    by = rounded(of, total)
    groups = distinct(by.game.weights)
    bands = bands_of(by)
    many = np.array([voters for _, voters in groups], dtype=np.float64)

    def at(t: float) -> Floats:
        quota, chance = by.game.quota, t
        if t > 0.5:
            quota, chance = by.game.total - quota + 1, 1.0 - t
        found = sums(groups, _limit(quota, bands), chance, NEGLIGIBLE)
        swings = [found.swing(quota, weight) for weight, _ in groups]
        return np.array([*swings, _moved(found, quota, bands)])

    def settled(before: Floats, now: Floats) -> float:
        return max(float(abs(now - before)[:-1].max()), abs(float(many @ now[:-1]) - 1.0))

    voters = int(many.sum())
    if voters <= FEW:
        found, error = polynomial(at, voters, settled)
    else:
        found, error = integral(at, *possible(by.game), settled)
    values = {weight: max(found[n], 0.0) for n, (weight, _) in enumerate(groups)}
    return Indices(_listed(by.game, values), by.game.total, error, min(1.0, float(found[-1])))


def possible(of: Game) -> tuple[float, float]:
    """The t between which a swing has a chance of more than e⁻⁴⁶ = 10⁻²⁰ (Hoeffding 1963)."""
    heaviest = max(of.weights)
    reach = sqrt(23.0 * sum(weight * weight for weight in of.weights))
    low = (of.quota - heaviest - reach) / of.total
    high = (of.quota + heaviest + reach) / of.total
    return max(low, 0.0), min(high, 1.0)


def integral(
    at: Callable[[float], Floats],
    low: float,
    high: float,
    settled: Callable[[Floats, Floats], float],
) -> tuple[Floats, float]:
    """∫ at(t) dt by Clenshaw and Curtis, with 16, 32, … points until `settled` is small.

    The points of a round are the even ones of the next, so none is computed twice.
    """
    known: dict[float, Floats] = {}

    def value(angle: float) -> Floats:
        if angle not in known:
            t = low + (high - low) * (1.0 + np.cos(np.pi * angle)) / 2.0
            # the ends themselves: their limits, as log 0 has none
            known[angle] = at(min(max(float(t), 1e-300), 1.0 - 2**-53))
        return known[angle]

    points, before = 16, None
    while True:
        weights = clenshaw_curtis(points)
        rows = np.array([value(j / points) for j in range(points + 1)])
        now = (high - low) / 2.0 * (weights @ rows)
        if before is not None and (error := settled(before, now)) <= TOLERANCE:
            return now, error
        if points >= MOST_POINTS:
            raise DataError(
                f"an index did not settle with {points} points", hint="round to a smaller total"
            )
        before, points = now, 2 * points


def polynomial(
    at: Callable[[float], Floats], voters: int, settled: Callable[[Floats, Floats], float]
) -> tuple[Floats, float]:
    """∫ at(t) dt over [0, 1] by Gauss and Legendre: exact for chances of so many voters.

    They are polynomials of degree voters − 1, so ⌈voters / 2⌉ points are enough.
    """
    points, weights = np.polynomial.legendre.leggauss(voters // 2 + 1)
    rows = np.array([at((1.0 + float(x)) / 2.0) for x in points])
    found = weights / 2.0 @ rows
    return found, settled(found, found)


def clenshaw_curtis(points: int) -> Floats:
    """Weights of f(cos πj/N), j = 0 … N, for ∫ f over [−1, 1]; N even."""
    half = np.arange(1, points // 2 + 1)
    angles = np.pi * np.arange(points + 1) / points
    parts = np.where(half == points // 2, 1.0, 2.0) / (4.0 * half * half - 1.0)
    weights = 2.0 / points * (1.0 - np.cos(2.0 * np.outer(angles, half)) @ parts)
    weights[0] /= 2.0
    weights[-1] /= 2.0
    found: Floats = weights
    return found


def _listed(of: Game, values: dict[int, float]) -> Floats:
    """The values by voter; exactly 0 for whom nothing depends on."""
    nothing = heaviest_dummy(of)
    return np.array([values[w] if w > nothing else 0.0 for w in of.weights])


def _limit(quota: int, bands: Sequence[tuple[int, float]]) -> int:
    return quota + max((half for half, _ in bands), default=0) + 1


def bands_of(by: Rounded) -> list[tuple[int, float]]:
    """Bands around the quota: half the width, and the chance of errors beyond it, twice.

    Pr(|Σ errors| > x) ≤ 2 exp(−2 x² / Σ e²) for every t. One voter's own error and the rounding of
    the quota widen a band by less than 1 each. Each band gives a bound; the least of them holds.
    """
    if not by.square:
        return []
    square = max(float(by.square), 1e-300)  # a greater one widens the bands: they still hold
    halves = [sqrt(square * log(4.0 / beyond) / 2.0) for beyond in (1e-4, 1e-7, 1e-12)]
    return [(ceil(half) + 2, 4.0 * exp(-2.0 * half * half / square)) for half in halves]


def _moved(found: Sums, quota: int, bands: Sequence[tuple[int, float]]) -> float:
    """Bound on how far rounding moved any index at this t: 0 if nothing was rounded.

    Pr(S∖i in the band) + Pr(S∖i + i in the band) ≤ Pr(S in the band) / min(t, 1 − t).
    """
    bounds = [
        found.between(quota - half, quota + half + 1) / found.t + beyond for half, beyond in bands
    ]
    return min([1.0, *bounds]) if bounds else 0.0
