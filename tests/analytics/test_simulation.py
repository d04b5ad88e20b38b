"""Simulations: books that balance on every path, seeds that decide, closed forms where they are."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.bands import apr_of, bands, drift, paths, ratio_of, real_yield_of, shocks
from analytics.simulation import Plan, Rates, State, path
from psephos.errors import DataError

UNIT = 10**18
START = State(supply=10**10 * UNIT, stake=10**9 * UNIT, locked=2 * 10**9 * UNIT, fees=10**6 * UNIT)
STILL = Rates(c=0)


def plan(rates: Rates, steps: int = 12, start: State = START, unlock: int = 0) -> Plan:
    return Plan(start, 12, (unlock,) * steps, (rates,) * steps)


part = st.fractions(0, 1, max_denominator=1000)
drifts = st.fractions(Fraction(-1, 2), Fraction(1, 2), max_denominator=1000)
rates = st.builds(
    Rates, c=st.integers(0, 500), cap=st.none() | st.integers(0, 10**25), btc=part, restake=part,
    unlock_stake=part, growth=drifts, spread=part, grants=st.integers(0, 10**27), burn=part,
    fee_growth=drifts, fee_spread=part,
)  # fmt: skip


@given(rates, st.integers(0, 10**6), st.integers(0, 10**26))
@settings(max_examples=25)
def test_the_books_balance_on_every_path(assumed: Rates, seed: int, unlock: int) -> None:
    start = replace(START, treasury=10**9 * UNIT)
    of = plan(assumed, 6, start, unlock)
    for one in paths(of, seed, 3):
        minted = burned = unlocked = granted = 0
        for now in one:
            minted, burned = minted + now.minted, burned + now.burned
            unlocked, granted = unlocked + now.unlocked, granted + now.granted
            assert now.supply == start.supply + minted - burned
            assert now.locked == start.locked - unlocked
            assert now.treasury == start.treasury - granted
            assert 0 <= now.stake <= now.circulating
            assert now.fees >= 0
            assert now.rewards <= now.minted


def test_the_same_seed_gives_the_same_bands_and_another_gives_others() -> None:
    of = plan(replace(STILL, spread=Fraction(1, 50), c=400))
    quantity = {"stake": lambda state: state.stake, "apr": lambda state: apr_of(state, 12)}
    asked = (quantity, (Fraction(1, 20), Fraction(19, 20)))
    assert bands(of, 7, 50, *asked) == bands(of, 7, 50, *asked)
    assert bands(of, 7, 50, *asked) != bands(of, 8, 50, *asked)
    few, many = list(paths(of, 7, 3)), list(paths(of, 7, 9))
    assert many[:3] == few


def test_a_constant_stake_mints_by_the_closed_form() -> None:
    """supply' = k √supply with a constant stake: √supply grows by about k / 2 a year."""
    found = path(plan(replace(STILL, c=400), steps=120))
    root = sqrt(START.supply) + 0.04 * sqrt(START.stake) / 2 * 10
    assert found[-1].supply == pytest.approx(root**2, rel=5e-5)
    assert found[-1].stake == START.stake


def test_a_constant_ratio_grows_as_compound_interest() -> None:
    """All staked and all rewards staked again: supply = stake = start · (1 + c / 12)^n."""
    start = State(supply=10**10 * UNIT, stake=10**10 * UNIT, locked=0)
    found = path(plan(Rates(c=400, restake=Fraction(1)), 24, start))
    for n, now in enumerate(found, 1):
        exact = start.supply * (1 + Fraction(4, 100) / 12) ** n
        assert abs(now.supply - exact) < 3 * n
        assert now.stake == now.supply


def test_the_mean_of_all_sequences_of_shocks_is_the_expected_path() -> None:
    """stake grows by 1 % with a spread of 2 %: over all ± sequences the mean is (1.01)^n."""
    of = plan(replace(STILL, growth=Fraction(1, 100), spread=Fraction(2, 100)), 6)
    every = [path(of, [(2 * z, 0) for z in signs]) for signs in product((-1, 1), repeat=6)]
    expected = path(of)
    for n in range(6):
        mean = Fraction(sum(one[n].stake for one in every), len(every))
        assert abs(mean - START.stake * Fraction(101, 100) ** (n + 1)) < 10 * (n + 1)
        assert abs(mean - expected[n].stake) < 10 * (n + 1)


def test_the_mean_of_many_paths_is_near_the_closed_form_and_its_spread_as_declared() -> None:
    """Within four standard errors: stake_n = stake · Π (1 + g + s z), z independent."""
    growth, spread, n, runs = Fraction(1, 200), Fraction(1, 100), 10, 1000
    of = plan(replace(STILL, growth=growth, spread=spread), n)
    found = bands(of, 11, runs, {"stake": lambda state: state.stake}, (Fraction(1, 2),))["stake"]
    mean = float(START.stake * (1 + growth) ** n)
    deviation = mean * sqrt((1 + float(spread / (1 + growth)) ** 2) ** n - 1)
    assert found[-1].mean is not None
    assert abs(float(found[-1].mean) - mean) < 4 * deviation / sqrt(runs)
    assert abs(found[-1].quantiles[0] - mean) < 0.2 * deviation


def test_shocks_have_mean_zero_and_variance_one() -> None:
    drawn = [z for pair in shocks(3)(20_000) for z in pair]
    assert abs(sum(drawn) / len(drawn)) < 0.05
    assert abs(sum(z * z for z in drawn) / len(drawn) / 4 - 1) < 0.03
    assert len(shocks(3)(5)) == 5
    assert shocks(3)(5) == shocks(3)(7)[:5]


def test_unlocks_grants_and_a_cap_do_what_they_say() -> None:
    start = State(supply=100, stake=10, locked=50, treasury=5)
    assumed = Rates(c=10_000, cap=3, btc=Fraction(1, 4), restake=Fraction(1), grants=3,
                    unlock_stake=Fraction(1, 2))  # fmt: skip
    one, two = path(Plan(start, 1, (10, 40), (assumed, assumed)))
    assert (one.minted, one.rewards, one.supply, one.locked, one.treasury) == (3, 3, 103, 40, 2)
    assert one.stake == 10 + 3 + 5
    assert (two.locked, two.granted, two.treasury) == (0, 2, 0)
    assert (apr_of(one, 1), ratio_of(one)) == (0.3, 18 / 103)
    assert real_yield_of(one, 1) == pytest.approx(1.3 / 1.03 - 1)


def test_a_quantile_is_a_value_that_some_path_has() -> None:
    of = plan(replace(STILL, spread=Fraction(1, 10)), 3)
    found = bands(
        of, 5, 7, {"stake": lambda s: s.stake}, (Fraction(0), Fraction(1, 2), Fraction(1))
    )
    last = sorted(one[-1].stake for one in paths(of, 5, 7))
    assert found["stake"][-1].quantiles == (last[0], last[3], last[6])
    assert found["stake"][-1].mean == Fraction(sum(last), 7)
    undefined = bands(plan(STILL, 1, replace(START, stake=0)), 5, 7,
                      {"apr": lambda s: apr_of(s, 12)}, (Fraction(1),))  # fmt: skip
    assert (undefined["apr"][0].mean, undefined["apr"][0].count) == (None, 0)


def test_drift_is_the_mean_and_spread_of_what_was() -> None:
    found = drift([100, 110, 121, 121])
    assert found is not None
    assert found.growth == Fraction("0.066666667")
    assert float(found.spread) == pytest.approx(0.0577350269)
    assert drift([100, 110]) is None
    assert drift([0, 0, 5, 0]) is None
    exact = drift([4, 8, 16])
    assert exact is not None
    assert (exact.growth, exact.spread, exact.count) == (1, 0, 2)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: Rates(c=-1), "c is negative: -1"),
        (lambda: Rates(c=1, btc=Fraction(5, 4)), "btc is no share of a whole: 5/4"),
        (lambda: Rates(c=1, spread=Fraction(-1, 4)), "spread is negative: -1/4"),
        (lambda: Rates(c=1, growth=float("nan")), "growth is no exact number: 'nan'"),
        (lambda: Plan(START, 0, (), ()), "steps of a year is 0"),
        (lambda: Plan(START, 12, (1,), ()), "1 steps unlock, 0 have rates"),
        (lambda: plan(STILL, 3, START, 10**27), "3000000000000000000000000000 unlocks, more"),
        (lambda: plan(STILL, 1, replace(START, stake=START.supply)), "neither locked nor in"),
        (lambda: plan(STILL, 1, replace(START, locked=2 * START.supply)), "more than the supply"),
        (lambda: list(paths(plan(STILL), -1, 1)), "seed is negative: -1"),
        (lambda: list(paths(plan(STILL), 1, 0)), "runs is 0"),
        (lambda: drift([1, -2]), "value 1 is negative: -2"),
    ],
)
def test_what_cannot_be_is_named(ask, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(DataError) as caught:
        ask()
    assert says in caught.value.message
