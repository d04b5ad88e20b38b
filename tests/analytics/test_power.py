"""Weighted games: known indices, the laws that every index obeys, and bad games.

The table is of published games (EEC 1958, UN Security Council, …) worked out by enumeration of
all coalitions and by exact counting; `power_index_vectors.json` beside the checkout has it, too.
"""

import csv
import json
from fractions import Fraction
from itertools import combinations, pairwise
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.coalitions import (
    dictator,
    heaviest_dummy,
    minimal_winning,
    minimum_blocking,
    minimum_winning,
    veto_players,
)
from analytics.games import Game, dual, game, quota_of, rounded
from analytics.participation import flip_set
from analytics.power import banzhaf, cost, power
from analytics.power_rounded import (
    banzhaf_rounded,
    integral,
    normalised,
    polynomial,
    shapley_rounded,
)
from analytics.threshold import Threshold
from psephos.errors import DataError

COUNCIL = (7,) * 5 + (1,) * 10
TABLE = [
    ((4, 3, 2, 1), 6, (5, 3, 3, 1), "5/12 1/4 1/4 1/12", "5/12 1/4 1/4 1/12"),
    ((50, 49, 1), 51, (3, 1, 1), "3/5 1/5 1/5", "2/3 1/6 1/6"),
    ((2, 1, 1), 2, (3, 1, 1), "3/5 1/5 1/5", "2/3 1/6 1/6"),
    ((5, 4, 3), 4, (2, 2, 0), "1/2 1/2 0", "1/2 1/2 0"),
    ((9, 9, 7, 3, 1, 1), 16, (16, 16, 16, 0, 0, 0), "1/3 1/3 1/3 0 0 0", "1/3 1/3 1/3 0 0 0"),
    (
        (4, 4, 4, 2, 2, 1), 12, (10, 10, 10, 6, 6, 0),
        "5/21 5/21 5/21 1/7 1/7 0", "7/30 7/30 7/30 3/20 3/20 0",
    ),
    (
        (12, 9, 7, 3, 1, 1), 17, (18, 14, 14, 2, 2, 2),
        "9/26 7/26 7/26 1/26 1/26 1/26", "11/30 4/15 4/15 1/30 1/30 1/30",
    ),
    (
        COUNCIL, 39, (848,) * 5 + (84,) * 10,
        " ".join(["106/635"] * 5 + ["21/1270"] * 10),
        " ".join(["421/2145"] * 5 + ["4/2145"] * 10),
    ),
    ((10, 9, 8, 7, 0, 1), 12, (12, 12, 12, 12, 0, 0), "1/4 1/4 1/4 1/4 0 0", "1/4 1/4 1/4 1/4 0 0"),
    ((3, 2, 1), 6, (1, 1, 1), "1/3 1/3 1/3", "1/3 1/3 1/3"),
    ((5, 1, 1), 5, (4, 0, 0), "1 0 0", "1 0 0"),
]  # fmt: skip

GAMES = (
    st.lists(st.integers(0, 9), min_size=1, max_size=7)
    .filter(any)
    .flatmap(lambda weights: st.builds(Game, st.just(tuple(weights)), st.integers(1, sum(weights))))
)


def fractions(text: str) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, text.split()))


def by_hand(of: Game) -> tuple[list[int], list[Fraction]]:
    """Swings and Shapley-Shubik from all coalitions, one by one."""
    n = len(of)
    swings, shapley = [0] * n, [Fraction(0)] * n
    for voter in range(n):
        others = [other for other in range(n) if other != voter]
        for size in range(n):
            for coalition in combinations(others, size):
                if of.wins((*coalition, voter)) and not of.wins(coalition):
                    swings[voter] += 1
                    shapley[voter] += Fraction(
                        factorial(size) * factorial(n - size - 1), factorial(n)
                    )
    return swings, shapley


@pytest.mark.parametrize(("weights", "quota", "swings", "shares", "shapley"), TABLE)
def test_published_games_exactly(weights, quota, swings, shares, shapley) -> None:
    found = power(Game(weights, quota))
    assert found.swings == swings
    assert found.normalised == fractions(shares)
    assert found.shapley == fractions(shapley)


def test_every_game_of_the_vectors_exactly(real_data: Path) -> None:
    vectors = json.loads((real_data / "decentralization" / "power_index_vectors.json").read_text())
    listed = [one for one in vectors.values() if isinstance(one["weights"], list)]
    assert len(listed) == 11
    for one in listed:
        found = power(Game(tuple(one["weights"]), one["quota"]))
        assert list(found.swings) == one["swings"]
        assert found.banzhaf == tuple(map(Fraction, one["banzhaf_abs"]))
        assert found.normalised == tuple(map(Fraction, one["banzhaf_norm"]))
        assert found.shapley == tuple(map(Fraction, one["shapley_shubik"]))
        assert found.act == Fraction(one["coleman_act"])


def test_seventy_equal_voters_overflow_nothing() -> None:
    """64-bit counts give 0.00128 here: C(69, 35) / 2^69 = 0.0950…"""
    of = Game((1,) * 70, 36)
    exactly = Fraction(factorial(69), factorial(35) * factorial(34) * 2**69)
    assert set(power(of).banzhaf) == {exactly}
    assert set(power(of).shapley) == {Fraction(1, 70)}
    assert banzhaf_rounded(of).values == pytest.approx(float(exactly), rel=1e-12)


@given(GAMES)
@settings(max_examples=60)
def test_the_exact_indices_are_those_of_all_coalitions_one_by_one(of: Game) -> None:
    swings, shapley = by_hand(of)
    found = power(of)
    assert list(found.swings) == swings
    assert list(found.shapley) == shapley
    winning = sum(
        of.wins([i for i in range(len(of)) if bits >> i & 1]) for bits in range(2 ** len(of))
    )
    assert found.winning == winning
    assert banzhaf(of) == (found.swings, winning)
    assert found.act == Fraction(winning, 2 ** len(of))
    losing = 2 ** len(of) - winning
    for voter, swing in enumerate(swings):
        assert found.prevent[voter] * winning == swing
        assert found.initiate[voter] * losing == swing  # type: ignore[operator]


@given(GAMES, st.integers(1, 10**30))
@settings(max_examples=60)
def test_indices_add_up_are_fair_and_know_no_unit(of: Game, unit: int) -> None:
    found = power(of)
    assert sum(found.shapley) == 1
    assert sum(found.normalised) == 1
    order = sorted(range(len(of)), key=lambda voter: of.weights[voter])
    for lighter, heavier in pairwise(order):
        assert found.swings[lighter] <= found.swings[heavier]
        assert found.shapley[lighter] <= found.shapley[heavier]
        if of.weights[lighter] == of.weights[heavier]:
            assert found.shapley[lighter] == found.shapley[heavier]
    scaled = Game(tuple(unit * weight for weight in of.weights), unit * of.quota)
    assert power(scaled) == found
    mirrored = power(dual(of))
    assert (mirrored.swings, mirrored.shapley) == (found.swings, found.shapley)
    turned = Game(of.weights[::-1], of.quota)
    assert power(turned).shapley == found.shapley[::-1]


@given(GAMES)
@settings(max_examples=60)
def test_who_changes_no_outcome_has_exactly_no_power(of: Game) -> None:
    exactly, roughly = power(of), (banzhaf_rounded(of).values, shapley_rounded(of).values)
    heaviest = heaviest_dummy(of)
    for voter, weight in enumerate(of.weights):
        assert (exactly.swings[voter] == 0) == (weight <= heaviest)
        for values in roughly:
            assert (values[voter] == 0.0) == (exactly.swings[voter] == 0)


@given(GAMES)
@settings(max_examples=60)
def test_the_fast_twin_agrees_with_the_truth(of: Game) -> None:
    truth, fast, slow = power(of), banzhaf_rounded(of), shapley_rounded(of)
    assert fast.values == pytest.approx([float(x) for x in truth.banzhaf], rel=1e-12, abs=1e-15)
    assert normalised(fast) == pytest.approx([float(x) for x in truth.normalised], rel=1e-12)
    assert slow.values == pytest.approx([float(x) for x in truth.shapley], rel=1e-12, abs=1e-13)
    assert fast.resolution == slow.resolution == 0.0
    assert slow.error < 1e-11


@pytest.mark.parametrize("share", [Fraction(1, 2), Fraction(2, 3), Fraction(1, 25)])
def test_the_fast_twin_agrees_with_the_truth_of_two_hundred_voters(share: Fraction) -> None:
    """A long tail, a whale, and quotas of half, two thirds and a twenty-fifth."""
    weights = tuple(4000 // rank for rank in range(1, 201))
    of = game(weights, Threshold(share))
    swings, _ = banzhaf(of)
    fast = banzhaf_rounded(of).values
    for voter in range(0, 200, 7):
        assert fast[voter] == pytest.approx(float(Fraction(swings[voter], 2**199)), rel=1e-10)
    of = game(weights[:60], Threshold(share))
    assert shapley_rounded(of).values == pytest.approx(
        [float(x) for x in power(of).shapley], abs=1e-12
    )


def test_rounding_stays_within_its_published_bound() -> None:
    weights = tuple(10**18 * 4000 // rank + 7919 * rank for rank in range(1, 13))
    of = game(weights, Threshold(Fraction(1, 2)))
    truth = power(of)
    for total in (50, 500, 5000):
        fast, slow = banzhaf_rounded(of, total), shapley_rounded(of, total)
        assert fast.total == slow.total == total
        for index, exactly in ((fast, truth.banzhaf), (slow, truth.shapley)):
            moved = max(abs(a - float(b)) for a, b in zip(index.values, exactly, strict=True))
            assert moved <= index.resolution + 1e-12
            assert 0 < index.resolution <= 1


@given(GAMES, st.integers(1, 60))
@settings(max_examples=60)
def test_rounded_weights_add_up_and_are_off_by_less_than_one(of: Game, total: int) -> None:
    found = rounded(of, total)
    if of.total <= total:
        assert found.game == of
        return
    errors = [
        Fraction(small) - Fraction(weight * total, of.total)
        for small, weight in zip(found.game.weights, of.weights, strict=True)
    ]
    assert found.game.total == total
    assert all(abs(error) < 1 for error in errors)
    assert sum(errors) == 0
    assert found.square == sum(error * error for error in errors)
    assert 0 <= found.slack < 1


@given(GAMES)
@settings(max_examples=60)
def test_the_coalitions_are_minimal_and_no_smaller_one_would_do(of: Game) -> None:
    n = len(of)
    every = [c for size in range(n + 1) for c in combinations(range(n), size)]
    winning = [set(c) for c in every if of.wins(c)]
    blocking = [set(c) for c in every if not of.wins(set(range(n)) - set(c))]
    first, stop = minimum_winning(of), minimum_blocking(of)
    assert of.wins(first)
    assert len(first) == min(map(len, winning))
    assert set(stop) in blocking
    assert len(stop) == min(map(len, blocking))
    assert set(veto_players(of)) == set.intersection(*winning)
    alone = [v for v in range(n) if of.wins([v]) and not of.wins(set(range(n)) - {v})]
    assert dictator(of) == (alone[0] if alone else None)
    minimal = sorted(tuple(sorted(c)) for c in minimal_winning(of))
    assert minimal == sorted(
        tuple(sorted(c)) for c in winning if all(not of.wins(c - {v}) for v in c)
    )


def test_weighing_as_much_as_the_quota_is_no_dictatorship() -> None:
    of = Game((2, 1, 1), 2)
    assert dictator(of) is None
    assert veto_players(of) == ()
    assert dictator(Game((5, 1, 1), 5)) == 0


@pytest.mark.parametrize(
    ("text", "whole", "quota"),
    [(">1/2", 10, 6), (">=1/2", 10, 5), (">2/3", 9, 7), (">=2/3", 10, 7), (">0.51", 100, 52),
     (">=1", 7, 7), (">0", 7, 1)],
)  # fmt: skip
def test_a_threshold_becomes_the_least_whole_amount_that_meets_it(text, whole, quota) -> None:
    threshold = Threshold.parse(text)
    assert quota_of(threshold, whole) == quota
    assert threshold.met(quota, whole)
    assert not threshold.met(quota - 1, whole)


def test_one_wei_decides_among_amounts_no_float_can_hold() -> None:
    whole = 10**28
    of = game((whole // 2 + 1, 3 * 10**27, whole // 2 - 1 - 3 * 10**27), Threshold.parse(">1/2"))
    assert power(of).shapley == (1, 0, 0)
    of = game((whole // 2, 3 * 10**27, whole // 2 - 3 * 10**27), Threshold.parse(">1/2"))
    assert power(of).shapley == (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6))


@pytest.mark.parametrize(
    ("weights", "quota", "total", "words"),
    [
        ((3, 2, 1), 7, None, "a quota of 7 is not within 1 and the sum of the weights, 6"),
        ((3, 2, 1), 0, None, "a quota of 0"),
        ((), 1, None, "a quota of 1"),
        ((0, 0), 1, None, "the sum of the weights, 0"),
        ((3, -2, 1), 1, None, "voter 2 has a negative weight: -2"),
        ((3, 2, 1), 4, 7, "the weights add up to 6, not to the 7"),
    ],
)
def test_a_game_that_is_none_names_the_value_and_its_place(weights, quota, total, words) -> None:
    with pytest.raises(DataError) as caught:
        game(weights, quota, total=total)
    assert words in caught.value.message


def test_floats_are_no_weights() -> None:
    with pytest.raises(DataError, match="the weight of voter 1 is no whole number"):
        game((0.5, 0.5), 1)  # type: ignore[arg-type]


def test_the_cost_of_exact_indices_is_known_beforehand() -> None:
    assert cost(Game(COUNCIL, 39)) <= 14 * 17
    assert cost(Game(tuple(range(1, 5001)), 6_000_000)) > 10**9


def test_the_two_integrals_agree_and_so_does_a_larger_game() -> None:
    """Both rules of quadrature on ∫ tᵏ dt = 1/(k+1), and 240 equal voters, each with 1/240."""

    def at(t: float) -> np.ndarray:
        return np.array([t**k for k in range(40)])

    def settled(before: np.ndarray, now: np.ndarray) -> float:
        return float(abs(now - before).max())

    truth = [1 / (k + 1) for k in range(40)]
    assert polynomial(at, 40, settled)[0] == pytest.approx(truth, rel=1e-12)
    assert integral(at, 0.0, 1.0, settled)[0] == pytest.approx(truth, rel=1e-12)
    equal = shapley_rounded(Game((7,) * 240, 7 * 121))
    assert equal.values == pytest.approx(1 / 240, rel=1e-9)
    whale = game((240, *([1] * 240)), Threshold.parse(">1/2"))
    found = shapley_rounded(whale)
    # the whale decides when 1 to 240 of the 240 others came before it: 240 of 241 places
    assert found.values[0] == pytest.approx(240 / 241, rel=1e-9)


def test_the_delegates_of_compound_as_published_figures_have_them(real_data: Path) -> None:
    """325 delegates with more than 1 COMP: shares of 4.87, 4.49, 3.13 % are 5.00, 4.58, 3.15 % of
    the swings under a majority, and 3.30, 3.24, 2.82 % at the quorum of 400,000 COMP."""
    file = real_data / "governance" / "dao_compound_delegates_voting_power.csv"
    with file.open(encoding="utf-8") as lines:
        listed = [Fraction(row["voting_power"]) for row in csv.DictReader(lines)]
    weights = sorted((int(power * 10**18) for power in listed if power > 1), reverse=True)
    assert len(weights) == 325
    for quota, told in (
        (Threshold.parse(">1/2"), [5.00, 4.58, 3.15]),
        (400_000 * 10**18, [3.30, 3.24, 2.82]),
    ):
        shares = normalised(banzhaf_rounded(game(weights, quota), 2_074_348))
        assert shares is not None
        assert [round(100 * float(share), 2) for share in shares[:3]] == told


def test_the_margin_of_compounds_proposal_289() -> None:
    """682,191 for and 633,636 against: more than 24,277.5 votes had to change sides."""
    assert flip_set([24_278, *[1] * 657_913], 633_636) == 1
    assert flip_set([24_277, *[1] * 657_914], 633_636) == 2
