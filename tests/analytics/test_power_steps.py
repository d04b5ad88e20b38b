"""The loops in whole arrays are the compiled ones; nobody loads a compiler for a few voters."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import power_passes, power_rounded, power_steps
from analytics.games import Game
from tests.conftest import ROOT

often = settings(max_examples=60, deadline=None)
weights = st.lists(st.integers(1, 40), min_size=1, max_size=12)


@often
@given(some=weights, t=st.sampled_from([0.5, 0.25, 0.01]), part=st.integers(1, 9))
def test_both_loops_have_the_same_chances_and_swings(some: list[int], t: float, part: int) -> None:
    limit, low, high = sum(some) + 2, 0, 1
    quota = max(1, sum(some) * part // 10)
    here, there = np.zeros(limit), np.zeros(limit)
    here[0] = 1.0
    for weight in some:
        coins = np.array([1.0 - t, t])
        other = np.zeros(limit)
        spans = [
            loops.spread(here, low, high, weight, coins, 0, out)
            for loops, out in ((power_steps, there), (power_passes, other))
        ]
        assert spans[0] == spans[1]
        low, high = spans[0]
        assert there[low:high] == pytest.approx(other[low:high], rel=1e-12)
        here, there = there.copy(), np.zeros(limit)
        cut = [loops.trimmed(here, low, high, 1e-9) for loops in (power_steps, power_passes)]
        assert cut[0] == cut[1]
    for weight in some:
        found = [
            loops.swing(here, low, high, quota, weight, t) for loops in (power_steps, power_passes)
        ]
        assert found[0] == pytest.approx(found[1], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("empty", [0, 3])
def test_sums_that_were_all_dropped_have_no_swing(empty: int) -> None:
    for loops in (power_steps, power_passes):
        assert loops.swing(np.zeros(9), empty, empty, 7, 2, 0.25) == 0.0


@pytest.mark.parametrize("weight", [1, 20])
def test_two_thirds_of_thousands_of_equals_share_the_index_equally(weight: int) -> None:
    """Between what everybody and what nobody agrees with, sums below the quota have no chance."""
    of = Game((weight,) * 2_000, 2_000 * weight * 2 // 3 + 1)
    found = power_rounded.shapley_rounded(of, 2_000 * weight)
    assert found.values == pytest.approx(np.full(2_000, 1 / 2_000), abs=1e-9)


def test_indices_are_the_same_by_either_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(7)
    some = tuple(sorted((int(x * 10**20) for x in draw.pareto(1.1, 230) + 1), reverse=True))
    of = Game(some, sum(some) * 2 // 3 + 1)
    steps = [power_rounded.banzhaf_rounded(of), power_rounded.shapley_rounded(of, 20_000)]
    monkeypatch.setattr(power_rounded, "STEPPED", 0)
    passes = [power_rounded.banzhaf_rounded(of), power_rounded.shapley_rounded(of, 20_000)]
    for one, other in zip(steps, passes, strict=True):
        assert one.values == pytest.approx(other.values, rel=1e-9)


def test_a_few_hundred_voters_load_no_compiler() -> None:
    code = (
        "import sys\n"
        "from analytics.games import Game\n"
        "from analytics.power_rounded import banzhaf_rounded, shapley_rounded\n"
        "of = Game(tuple(range(300, 0, -1)), 30_000)\n"
        "banzhaf_rounded(of), shapley_rounded(of, 5_000)\n"
        "print([name for name in ('numba', 'llvmlite') if name in sys.modules])\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout == "[]\n"
