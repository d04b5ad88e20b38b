"""Coalitions, thresholds, shares and curves."""

from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import (
    ONE_HALF,
    Threshold,
    coalition,
    concentration_curve,
    gini,
    lorenz,
    nakamoto_one_half,
    nakamoto_one_third,
    nakamoto_two_thirds,
    top_share,
)
from psephos.errors import CommandError, DataError

often = settings(max_examples=40, deadline=None)
amounts_of_some = st.lists(st.integers(1, 10**30), min_size=1, max_size=30)
shares = st.fractions(0, 1, max_denominator=10**6)
thresholds = st.one_of(
    shares.filter(lambda share: share < 1).map(Threshold),
    shares.filter(lambda share: share > 0).map(lambda share: Threshold(share, strict=False)),
)


@pytest.mark.parametrize(("equal", "third", "half", "two_thirds"), [
    (1, 1, 1, 1), (2, 1, 2, 2), (3, 2, 2, 3), (10, 4, 6, 7), (12, 5, 7, 9), (14, 5, 8, 10),
    (20, 7, 11, 14),
])  # fmt: skip
def test_exactly_the_share_is_not_more_than_the_share(
    equal: int, third: int, half: int, two_thirds: int
) -> None:
    """Equal holders: ⌊n/3⌋+1, ⌊n/2⌋+1, ⌊2n/3⌋+1. ≥ with summed floats gives 7 of 12."""
    held = [10**27] * equal
    assert nakamoto_one_third(held) == third
    assert nakamoto_one_half(held) == half
    assert nakamoto_two_thirds(held) == two_thirds
    assert coalition(held, Threshold.parse(">=1/2")) == -(-equal // 2)


def test_one_unit_of_ten_octillion_decides() -> None:
    """Half of 10²⁸ and one: a double rounds it away and answers 2."""
    assert nakamoto_one_half([5 * 10**27 + 1, 3 * 10**27, 2 * 10**27 - 1]) == 1
    assert nakamoto_one_half([5 * 10**27, 3 * 10**27, 2 * 10**27]) == 2


@often
@given(held=st.lists(st.integers(1, 50), min_size=1, max_size=8), threshold=thresholds)
def test_no_smaller_set_of_holders_meets_the_threshold(
    held: list[int], threshold: Threshold
) -> None:
    """Against all subsets."""
    whole = sum(held)
    fewest = next(
        (k for k in range(1, len(held) + 1) for some in combinations(held, k)
         if threshold.met(sum(some), whole)), None,
    )  # fmt: skip
    assert coalition(held, threshold) == fewest


@often
@given(held=amounts_of_some, threshold=thresholds)
def test_holders_of_something_always_have_a_coalition(
    held: list[int], threshold: Threshold
) -> None:
    size = coalition(held, threshold)
    assert size is not None
    assert 1 <= size <= len(held)


@often
@given(held=amounts_of_some, one=shares, other=shares)
def test_a_higher_threshold_never_needs_fewer(
    held: list[int], one: Fraction, other: Fraction
) -> None:
    low, high = sorted((one, other))
    if high < 1:
        lower, upper = coalition(held, Threshold(low)), coalition(held, Threshold(high))
        assert lower is not None
        assert upper is not None
        assert lower <= upper


@pytest.mark.parametrize(("text", "share", "strict"), [
    (">1/2", Fraction(1, 2), True), (">=2/3", Fraction(2, 3), False),
    ("≥ 2/3", Fraction(2, 3), False),
    (" > 51 / 100 ", Fraction(51, 100), True), (">0.51", Fraction(51, 100), True),
    (">0", Fraction(0), True), (">=1", Fraction(1), False), (">0.1", Fraction(1, 10), True),
])  # fmt: skip
def test_a_threshold_is_read_exactly(text: str, share: Fraction, strict: bool) -> None:
    assert Threshold.parse(text) == Threshold(share, strict)


@often
@given(threshold=thresholds)
def test_a_threshold_reads_what_it_writes(threshold: Threshold) -> None:
    assert Threshold.parse(str(threshold)) == threshold


@pytest.mark.parametrize("text", [
    "", "1/2", "0.5", "50%", ">50%", "> half", ">1/0", ">-1/2", ">1", ">=0", ">3/2", ">=1.01",
    ">1e-1", ">1/2/3", ">0.5/2", ">½", "<1/2", "=1/2", ">>1/2", ">1/2\n>1/3", ">1_0/2_0", ">٣/٤",
    ">" + "9" * 5000,
])  # fmt: skip
def test_what_is_no_threshold_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CommandError) as refused:
        Threshold.parse(text)
    assert refused.value.hint
    assert "\n" not in refused.value.message
    assert len(refused.value.message) < 200


@often
@given(held=amounts_of_some)
def test_the_curve_is_the_shares_of_the_largest(held: list[int]) -> None:
    points = concentration_curve(held)
    assert points[0] == (0, 0)
    assert points[-1] == (len(held), 1)
    assert all(share == top_share(held, k) for k, share in points[1:])


@often
@given(held=amounts_of_some)
def test_gini_is_twice_the_area_over_the_lorenz_curve(held: list[int]) -> None:
    points = lorenz(held)
    area = sum((x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in pairwise(points))
    assert gini(held) == 1 - 2 * area


@often
@given(held=amounts_of_some)
def test_a_lorenz_curve_rises_below_the_diagonal(held: list[int]) -> None:
    points = lorenz(held)
    assert points[0] == (0, 0)
    assert points[-1] == (1, 1)
    assert all(y <= x for x, y in points)


def test_wanted_points_are_the_points_of_the_whole_curve() -> None:
    held = [7, 5, 5, 2, 1]
    assert concentration_curve(held, at=(0, 2, 5, 99)) == ((0, 0), (2, Fraction(3, 5)), (5, 1))
    assert lorenz(held, at=(5, 1)) == ((1, 1), (Fraction(1, 5), Fraction(1, 20)))


def test_without_holders_there_is_no_curve_and_no_share() -> None:
    assert concentration_curve([0, 0]) == ()
    assert lorenz([]) == ()
    assert top_share([], 3) is None
    assert coalition([], ONE_HALF) is None


def test_the_largest_zero_are_nobody() -> None:
    with pytest.raises(DataError, match="at least 1"):
        top_share([1], 0)
