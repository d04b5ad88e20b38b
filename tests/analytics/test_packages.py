"""Where published tools answer otherwise, and why ours does not: each with the tool's own number.

The numbers were seen by running the packages named (versions of 2024 to 2026, Python 3.11). None
of those of measures is a dependency: what they say is written down, or their rule in one line, and
what is right is derived beside it.
"""

import warnings
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from math import log, log2

import duckdb
import polars as pl
import pytest

from analytics import (
    Threshold,
    coalition,
    gini,
    gini_unbiased,
    hill,
    hoover,
    nakamoto_one_half,
    nakamoto_one_third,
    nakamoto_two_thirds,
    pielou,
    renyi,
    tau,
    theil,
    top_share,
)
from psephos.errors import DataError

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


def fewest(held: list[int], enough: Callable[[int], bool]) -> int:
    """How many, in the order given, until it is enough."""
    return next(n for n, part in enumerate(accumulate(held), start=1) if enough(part))


def test_six_rules_of_one_tool_give_six_coefficients() -> None:
    """xenowits/nakomoto-coefficient-calculator@7558b01: by chain, "the" coefficient is the fewest
    with 33.00 % (a float, ≥), more than 0.33, ⌊T/3⌋, ⌊33 T/100⌋, 50 % or 67 % of the stake. Each is
    a threshold that can be said; none is more than a third."""
    held, whole = [1] * 3000, 3000
    theirs = {
        "calc_nakamoto_coefficient.go": by_floats(held, 0.33),
        "calc_nakamoto_coefficient_big_nums.go": fewest(held, lambda part: part > 0.33 * whole),
        "utils.go": fewest(held, lambda part: part >= whole // 3),
        "avalanche.go": fewest(held, lambda part: part >= whole * 33 // 100),
        "mina.go": fewest(held, lambda part: 2 * part >= whole),
        "nano.go": fewest(held, lambda part: 100 * part >= 67 * whole),
    }
    assert list(theirs.values()) == [990, 991, 1000, 990, 1500, 2010]
    said = [">=33/100", ">33/100", ">=1/3", ">=33/100", ">=1/2", ">=67/100"]
    assert [coalition(held, Threshold.parse(one)) for one in said] == list(theirs.values())
    assert nakamoto_one_third(held) == 1001
    assert by_floats(held, 0.67) == 2011  # and summed as floats, 67 % is one more than it is


def test_a_coalition_is_of_the_largest_in_whatever_order_they_come() -> None:
    """The same tool's utils.go does not sort: three small ones before the large, and 4 for 1."""
    held = [1, 1, 1, 5, 5]
    assert fewest(held, lambda part: part >= 13 // 3) == 4
    assert nakamoto_one_third(held) == tau(held, "1/3") == 1


def test_a_third_rounded_down_is_less_than_a_third() -> None:
    """⌊101/3⌋ = 33 of 101 equal validators are no third of them."""
    held = [1] * 101
    assert fewest(held, lambda part: part >= 101 // 3) == 33
    assert tau(held, "1/3") == nakamoto_one_third(held) == 34


def test_order_zero_counts_who_holds_something() -> None:
    """Edinburgh's entropy of order 0 counts holders of nothing, since 0⁰ = 1: 2 bits for one."""
    held = [432, 0, 0, 0]
    assert log2(sum((x / 432) ** 0 for x in held)) == 2
    assert (renyi(held, 0), hill(held, 0)) == (0, 1)


def test_a_negative_amount_is_no_holder_to_be_shifted() -> None:
    """Edinburgh lifts all by the least: [11, 2, −1] becomes [12, 3, 0], and its Gini 0.53333."""
    assert gini([12, 3], empty=1) == Fraction(8, 15)
    with pytest.raises(DataError, match="amount 2 is negative: -1"):
        gini([11, 2, -1])


def test_a_sum_beyond_128_bits_is_a_sum() -> None:
    """polars 2.1 wraps to −2¹²⁷ and says nothing; DuckDB refuses. Ours has no last bit."""
    held = [2**126, 2**126, 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrapped = pl.DataFrame({"x": pl.Series(held, dtype=pl.Int128)}).select(pl.col("x").sum())
    assert wrapped.item() == -(2**127) + 1
    with pytest.raises(duckdb.OutOfRangeException):
        duckdb.sql(f"SELECT sum(x) FROM (VALUES ({held[0]}::HUGEINT), ({held[1]})) t(x)").fetchall()
    assert nakamoto_one_half(held) == 2
    assert top_share(held, 1) == Fraction(2**126, 2**127 + 1)


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
