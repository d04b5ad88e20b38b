"""Where published tools answer otherwise, and why ours does not: each with the tool's own number.

The numbers were seen by running the packages named (versions of 2024 to 2026, Python 3.11). None
is a dependency: what they say is written down, what is right is derived beside it.
"""

from fractions import Fraction
from math import log

import pytest

from analytics import (
    Threshold,
    coalition,
    gini,
    gini_unbiased,
    hoover,
    nakamoto_one_half,
    nakamoto_one_third,
    nakamoto_two_thirds,
    pielou,
    tau,
    theil,
)

A_NEW_SOUND = [3, 2, 1]


def by_floats(held: list[int], share: float) -> int:
    """The fewest as the Edinburgh index counts them: shares summed as floats, until ≥ `share`."""
    total, part = sum(held), 0.0
    for size, amount in enumerate(sorted(held, reverse=True), start=1):
        part += amount / total
        if part >= share:
            return size
    raise AssertionError("never reached")


@pytest.mark.parametrize(("equal", "theirs", "at_least", "more"), [
    (10, 5, 5, 6), (12, 7, 6, 7), (14, 8, 7, 8), (20, 11, 10, 11),
])  # fmt: skip
def test_summed_floats_miss_exactly_half(equal: int, theirs: int, at_least: int, more: int) -> None:
    """Edinburgh Decentralisation Index, compute_tau: ≥ by its code, > by its documentation."""
    held = [1] * equal
    assert by_floats(held, 0.5) == theirs
    assert tau(held, Fraction(1, 2)) == at_least
    assert nakamoto_one_half(held) == more


def test_at_least_half_is_not_more_than_half() -> None:
    """Its tests assert 1 for [3, 2, 1]; "more than 50 %" is 2."""
    assert tau(A_NEW_SOUND, "1/2") == by_floats(A_NEW_SOUND, 0.5) == 1
    assert nakamoto_one_half(A_NEW_SOUND) == 2


def test_decimals_are_not_thirds() -> None:
    """0.66 for two thirds and 0.33 for one: other questions, with other answers."""
    held = [34, 33, 33]
    assert (tau(held, "0.66"), tau(held, "2/3")) == (2, 2)
    held = [660, *[1] * 340]
    assert (tau(held, "0.66"), tau(held, "2/3"), nakamoto_two_thirds(held)) == (1, 8, 8)
    held = [330, *[1] * 670]
    assert (tau(held, "0.33"), tau(held, "1/3"), nakamoto_one_third(held)) == (1, 5, 5)


def test_half_of_ten_octillion_and_one_is_lost_in_a_double() -> None:
    """numpy: 2. Exact: 1."""
    held = [5 * 10**27 + 1, 3 * 10**27, 2 * 10**27 - 1]
    total = float(sum(held))
    assert float(held[0]) <= total / 2
    assert nakamoto_one_half(held) == 1


def test_a_share_without_a_sign_is_not_a_rule() -> None:
    """DAO dashboards count until `> 0.51`: 51 % is not a majority's limit."""
    held = [505, 495]
    assert coalition(held, Threshold.parse(">0.51")) == 2
    assert nakamoto_one_half(held) == 1


def test_gini_is_not_multiplied_by_what_small_samples_lack() -> None:
    """IneqPy 0.4.1: 0.3333; scikit-bio's default ("rectangles"): 0.0; pygini: 0.22222222111."""
    assert gini(A_NEW_SOUND) == Fraction(2, 9)
    assert gini_unbiased(A_NEW_SOUND) == Fraction(1, 3)


def test_hoover_of_three_to_one_is_a_sixth() -> None:
    """IneqPy 0.4.1: 1.0."""
    assert hoover(A_NEW_SOUND) == Fraction(1, 6)


def test_zeros_are_counted_or_not_but_never_in_half_of_a_formula() -> None:
    """[432, 0, 0, 0]: concentrationMetrics and IneqPy drop zeros in Theil and keep them in Gini.

    Here they are left out of both, and counted in both where that is declared.
    """
    held = [432, 0, 0, 0]
    assert (gini(held), theil(held)) == (0, 0)
    assert gini(held, empty=3) == Fraction(3, 4)
    assert theil(held, empty=3) == pytest.approx(log(4), rel=1e-15)


def test_equal_holders_have_no_inequality_at_all() -> None:
    """The running 1 − … of the Edinburgh index leaves 3.5e-17 to 1e-10."""
    assert gini([7] * 10) == 0
    assert theil([7] * 10) == 0


def test_one_holder_is_neither_even_nor_uneven() -> None:
    """scikit-bio 0.7.4: 1.0; Edinburgh: 0."""
    assert pielou([42]) is None


def test_nobody_is_undefined() -> None:
    """Edinburgh tokenomics: gini([]) = 1, hhi([]) = 0, mpr([]) an IndexError."""
    assert gini([]) is None
    assert theil([0, 0]) is None
