"""Turnout, quorum and who could have decided otherwise."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import (
    PARTICIPATION,
    Turnout,
    flip_set,
    quorum_reach,
    quorum_robustness,
    turnout,
    turnouts,
)
from psephos.errors import DataError

often = settings(max_examples=40, deadline=None)
few = st.lists(st.integers(1, 60), max_size=8)


def test_three_bases_tell_three_stories() -> None:
    """A tenth of the supply, two thirds of what was delegated, two heads of a hundred."""
    assert turnouts([60, 0, 40], supply=1000, delegated=150, delegates=100) == Turnout(
        supply=Fraction(1, 10), delegated=Fraction(2, 3), heads=Fraction(1, 50)
    )


def test_a_base_that_is_empty_or_unknown_leaves_turnout_undefined() -> None:
    assert turnout(0, 0) is None
    assert turnouts([], supply=0, delegated=None, delegates=0) == Turnout(None, None, None)


def test_nobody_voting_is_a_turnout_of_zero() -> None:
    assert turnout(0, 7) == 0


@pytest.mark.parametrize(("cast", "base"), [(8, 7), (1, 0), (-1, 7), (1, -7)])
def test_an_impossible_turnout_is_an_error(cast: int, base: int) -> None:
    with pytest.raises(DataError):
        turnout(cast, base)


def test_a_quorum_that_is_just_met_is_reached() -> None:
    assert quorum_reach(400_000, 400_000) == 1
    assert quorum_reach(399_999, 400_000) == Fraction(399_999, 400_000)
    assert quorum_reach(5, 0) is None


@often
@given(weights=few, quorum=st.integers(1, 500))
def test_no_smaller_absence_fails_the_quorum(weights: list[int], quorum: int) -> None:
    """Against all subsets of absentees."""
    fewest = next(
        k for k in range(len(weights) + 1) for gone in combinations(weights, k)
        if sum(weights) - sum(gone) < quorum
    )  # fmt: skip
    assert quorum_robustness(weights, quorum) == fewest


def test_without_a_quorum_no_absence_can_fail_it() -> None:
    assert quorum_robustness([1, 2], 0) is None


def test_a_quorum_that_failed_needs_no_absence() -> None:
    assert quorum_robustness([], 1) == 0
    assert quorum_robustness([3], 4) == 0


@often
@given(winners=st.lists(st.integers(1, 60), min_size=1, max_size=8), data=st.data())
@pytest.mark.parametrize("tie_flips", [False, True])
def test_no_smaller_set_of_winners_turns_the_majority(
    tie_flips: bool, winners: list[int], data: st.DataObject
) -> None:
    """Against all subsets who change sides."""
    losing = data.draw(st.integers(0, sum(winners)))

    def turned(side: tuple[int, ...]) -> bool:
        lead = (sum(winners) - sum(side)) - (losing + sum(side))
        return lead <= 0 if tie_flips else lead < 0

    fewest = next(
        k for k in range(1, len(winners) + 1) if any(map(turned, combinations(winners, k)))
    )
    assert flip_set(winners, losing, tie_flips=tie_flips) == fewest


def test_compound_289_turns_with_24278_votes() -> None:
    """Published: 682,191 for and 633,636 against, so half the lead is 24,277.5 votes."""
    assert flip_set([24_278] + [1] * (682_191 - 24_278), 633_636) == 1
    assert flip_set([24_277] + [1] * (682_191 - 24_277), 633_636) == 2


def test_a_tie_turns_only_where_the_rule_says_so() -> None:
    assert flip_set([2, 2], 0, tie_flips=True) == 1
    assert flip_set([2, 2], 0) == 2


def test_nobody_on_the_winning_side_leaves_nobody_to_turn() -> None:
    assert flip_set([], 0) is None


@pytest.mark.parametrize(("winners", "losing"), [([1], 2), ([1], -1), ([-1], 0)])
def test_winners_with_less_are_an_error(winners: list[int], losing: int) -> None:
    with pytest.raises(DataError):
        flip_set(winners, losing)


@pytest.mark.parametrize("negative", [(quorum_reach, -1, 5), (quorum_reach, 1, -5)])
def test_a_negative_quorum_is_an_error(negative: tuple[object, int, int]) -> None:
    function, counted, quorum = negative
    with pytest.raises(DataError):
        function(counted, quorum)  # type: ignore[operator]
    with pytest.raises(DataError):
        quorum_robustness([1], -5)


@pytest.mark.parametrize("name", PARTICIPATION)
def test_a_measure_of_a_vote_says_what_it_is(name: str) -> None:
    entry = PARTICIPATION[name]
    assert entry.of.__name__ == name
    assert all((entry.title, entry.formula, entry.domain, entry.unit, entry.reference))
    assert "ndefined" in entry.definition
