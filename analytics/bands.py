"""Many paths of a plan, drawn from a seed, and what lies between them.

Shocks are made of raw bits, so the same seed gives the same bands on every machine and in every
version of numpy.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt

import numpy as np

from analytics.arguments import brief, listed, table
from analytics.draws import MOST
from analytics.simulation import Plan, State, path
from analytics.whole import positive, share, whole
from psephos.errors import DataError


def shocks(seed: int) -> Callable[[int], list[tuple[int, int]]]:
    """A function that draws the shocks of the next path of so many steps, from a seed.

    Each is 2 z = (ones among 16 raw bits) − 8. More paths continue those of fewer.
    """
    bits = np.random.PCG64(whole(seed, "seed"))

    def draw(steps: int) -> list[tuple[int, int]]:
        words = [int(word) for word in np.atleast_1d(bits.random_raw(-(-steps // 2)))]
        parts = [(word >> place) & 0xFFFF for word in words for place in (0, 16, 32, 48)]
        halves = [part.bit_count() - 8 for part in parts]
        return list(zip(halves[::2], halves[1::2], strict=True))[:steps]

    return draw


def paths(plan: Plan, seed: int, runs: int) -> Iterator[list[State]]:
    """`runs` paths with shocks drawn from a seed."""
    draw = shocks(seed)
    if positive(runs, "runs") > MOST:
        raise DataError(f"runs are {brief(runs)[:40]}: at most {MOST:,} are drawn")
    for _ in range(runs):
        yield path(plan, draw(len(plan.rates)))


def apr_of(state: State, year: int) -> float | None:
    """Rewards of the step, over a year, for each unit that earned them."""
    return state.rewards * year / state.paid_on if state.paid_on else None


def real_yield_of(state: State, year: int) -> float | None:
    """(1 + APR) / (1 + M) − 1 of the step, M what it minted over a year for each unit there was."""
    nominal = apr_of(state, year)
    before = state.supply - state.minted + state.burned
    if nominal is None or not before:
        return None
    return (1 + nominal) / (1 + state.minted * year / before) - 1


def ratio_of(state: State) -> float | None:
    """Stake / supply."""
    return state.stake / state.supply if state.supply else None


Quantity = Callable[[State], int | float | None]


@dataclass(frozen=True, slots=True)
class Band:
    """A quantity after one step: without shocks, the mean of all paths, and quantiles of them.

    `quantiles` are values that some path has. `count` is the number of paths where the quantity is
    defined; with none, all others are None or empty.
    """

    expected: int | float | None
    mean: Fraction | float | None
    quantiles: tuple[int | float, ...]
    count: int


def bands(
    plan: Plan,
    seed: int,
    runs: int,
    quantities: dict[str, Quantity],
    quantiles: Sequence[Fraction],
) -> dict[str, list[Band]]:
    """Bands of each quantity after each step, over `runs` paths of a seed.

    A quantile q of n values is the ⌈q n⌉th smallest (the smallest for q = 0). The same seed gives
    the same bands, bit for bit. Means of integers are exact.
    """
    for place, q in enumerate(listed(quantiles, "the quantiles")):
        share(q, f"quantile {place}")
    for name, one in table(quantities, "the quantities").items():
        if not callable(one):
            raise DataError(f"quantity {name!r} is {brief(one)[:40]!r}: it must be a function")
    expected = path(plan)
    seen: dict[str, list[list[int | float]]] = {n: [[] for _ in plan.rates] for n in quantities}
    for one in paths(plan, seed, runs):
        for name, quantity in quantities.items():
            for values, state in zip(seen[name], one, strict=True):
                if (value := quantity(state)) is not None:
                    values.append(value)
    return {
        name: [
            _band(quantity(state), sorted(values), quantiles)
            for state, values in zip(expected, seen[name], strict=True)
        ]
        for name, quantity in quantities.items()
    }


def _band(
    expected: int | float | None, values: list[int | float], quantiles: Sequence[Fraction]
) -> Band:
    n = len(values)
    if not n:
        return Band(expected, None, (), 0)
    exact = all(isinstance(value, int) for value in values)
    mean = Fraction(sum(values), n) if exact else sum(values) / n  # type: ignore[arg-type]
    places = (max(-(-q.numerator * n // q.denominator), 1) - 1 for q in quantiles)
    return Band(expected, mean, tuple(values[place] for place in places), n)


@dataclass(frozen=True, slots=True)
class Drift:
    """Mean relative change from one value to the next and its spread (root of the variance)."""

    growth: Fraction
    spread: Fraction
    count: int


def drift(values: Sequence[int]) -> Drift | None:
    """Growth and spread of a series of amounts, for `Rates`: from what was, to what is assumed.

    r_t = x_{t+1} / x_t − 1; growth is their mean, spread the root of the unbiased variance, both
    to nine decimals. Pairs that begin with 0 are left out; undefined for fewer than two. That the
    past goes on is an assumption, not a result.
    """
    amounts = [
        whole(value, f"value {place}") for place, value in enumerate(listed(values, "the series"))
    ]
    changes = [Fraction(b, a) - 1 for a, b in pairwise(amounts) if a]
    n = len(changes)
    if n < 2:
        return None
    mean = sum(changes, Fraction(0)) / n
    variance = sum(((one - mean) ** 2 for one in changes), Fraction(0)) / (n - 1)
    growth = Fraction(round(mean * 10**9), 10**9)
    return Drift(growth, Fraction(isqrt(int(variance * 10**18)), 10**9), n)
