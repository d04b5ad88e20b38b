"""What power indices of thousands of voters cost, and how far they are from the truth.

    python -m tests.benchmarks.bench_power

prints one JSON line. Weights are seeded: a Pareto tail (α = 1.1, with 18 decimals), a mild one
(α = 2), log-normal and uniform ones, and equal ones; the quota is more than half, and more than
two thirds. Counted are CPU seconds of one call after the loops were compiled; `compile` is what
that costs the first time. The truth is counted in whole numbers: Banzhaf of 1,000 voters of a
total of 10⁵ by Python's integers, and Shapley-Shubik of 120 voters.
"""

import json
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from analytics.games import Game, game, rounded
from analytics.power import banzhaf, power
from analytics.power_rounded import Indices, banzhaf_rounded, shapley_rounded
from analytics.threshold import ONE_HALF, TWO_THIRDS
from tests.benchmarks.cost import cpu, peak_mb

VOTERS = 5_000
SEED = 20240910


def weights(name: str, voters: int) -> tuple[int, ...]:
    """Seeded weights in units of 10⁻¹⁸."""
    chance = random.Random(SEED)
    draw: dict[str, Callable[[], float]] = {
        "pareto 1.1": lambda: chance.paretovariate(1.1),
        "pareto 2": lambda: chance.paretovariate(2.0),
        "lognormal": lambda: chance.lognormvariate(0, 2),
        "uniform": lambda: chance.uniform(0, 1),
        "equal": lambda: 1.0,
    }
    return tuple(int(draw[name]() * 10**18) for _ in range(voters))


def spent(work: Callable[[], Indices]) -> tuple[float, Indices]:
    before = cpu()
    found = work()
    return round(cpu() - before, 2), found


def games() -> dict[str, Game]:
    names = ("pareto 1.1", "pareto 2", "lognormal", "uniform", "equal")
    shares = {"1/2": ONE_HALF, "2/3": TWO_THIRDS}
    return {
        f"{name} > {text}": game(weights(name, VOTERS), share)
        for name in names
        for text, share in shares.items()
    }


def banzhaf_error() -> float:
    """The largest relative error against exact integers."""
    of = rounded(game(weights("pareto 1.1", 1_000), ONE_HALF), 100_000).game
    swings, _ = banzhaf(of)
    fast = banzhaf_rounded(of, 100_000).values
    truth = {w: float(Fraction(s, 2**999)) for w, s in zip(of.weights, swings, strict=True) if s}
    pairs = zip(of.weights, fast, strict=True)
    return max(abs(value / truth[w] - 1) for w, value in pairs if w in truth)


def shapley_error() -> float:
    """The largest absolute error against exact fractions."""
    of = rounded(game(weights("pareto 1.1", 120), ONE_HALF), 2_000).game
    fast = shapley_rounded(of, 2_000).values
    return max(abs(a - float(b)) for a, b in zip(fast, power(of).shapley, strict=True))


def main() -> dict[str, Any]:
    small = Game((3, 2, 2, 1), 5)
    compiled, _ = spent(lambda: banzhaf_rounded(small))
    costs: dict[str, Any] = {"banzhaf": {}, "shapley": {}}
    worst, resolution = 0.0, {"banzhaf": 0.0, "shapley": 0.0}
    for name, of in games().items():
        costs["banzhaf"][name], fast = spent(lambda of=of: banzhaf_rounded(of, 1_000_000))
        costs["shapley"][name], slow = spent(lambda of=of: shapley_rounded(of, 100_000))
        worst = max(worst, slow.error)
        resolution["banzhaf"] = max(resolution["banzhaf"], fast.resolution)
        resolution["shapley"] = max(resolution["shapley"], slow.resolution)
    return {
        "benchmark": "power",
        "voters": VOTERS,
        "compile_cpu": compiled,
        "banzhaf_cpu_at_1e6": costs["banzhaf"],
        "shapley_cpu_at_1e5": costs["shapley"],
        "banzhaf_most": max(costs["banzhaf"].values()),
        "shapley_most": max(costs["shapley"].values()),
        "shapley_error": worst,
        "resolution": {name: round(bound, 5) for name, bound in resolution.items()},
        "banzhaf_relative_error_against_integers": banzhaf_error(),
        "shapley_error_against_fractions": shapley_error(),
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(main()))
