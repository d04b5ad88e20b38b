"""Bands and presumptions of both editions of the merger guidelines."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import hhi_points, merger_band, merger_change, presumed_harmful
from psephos.errors import DataError

often = settings(max_examples=40, deadline=None)
amount = st.one_of(st.integers(1, 9), st.integers(1, 10**40))


@pytest.mark.parametrize(("points", "in_2010", "in_2023"), [
    (1000, "unconcentrated", "unconcentrated"),
    (1001, "unconcentrated", "moderately concentrated"),
    (1500, "unconcentrated", "moderately concentrated"),
    (1800, "moderately concentrated", "moderately concentrated"),
    (Fraction(18001, 10), "moderately concentrated", "highly concentrated"),
    (2500, "moderately concentrated", "highly concentrated"),
    (2501, "highly concentrated", "highly concentrated"),
    (10_000, "highly concentrated", "highly concentrated"),
])  # fmt: skip
def test_both_editions_have_their_bands(points: int | Fraction, in_2010: str, in_2023: str) -> None:
    assert (merger_band(points, 2010), merger_band(points, 2023)) == (in_2010, in_2023)


@pytest.mark.parametrize(("points", "year"), [(0, 2023), (10_001, 2023), (-1, 2010), (5, 1992)])
def test_points_that_are_none_and_unknown_editions_are_refused(points: int, year: int) -> None:
    with pytest.raises(DataError):
        merger_band(points, year)


@often
@given(amounts=st.lists(amount, min_size=2, max_size=12), data=st.data())
def test_a_merger_adds_what_it_adds(amounts: list[int], data: st.DataObject) -> None:
    first, second, *others = data.draw(st.permutations(amounts))
    before, after = hhi_points(amounts), hhi_points([first + second, *others])
    assert merger_change(amounts, first, second) == after - before  # type: ignore[operator]


def test_a_merger_is_presumed_harmful_by_one_edition_and_not_by_the_other() -> None:
    """30, 30, 20, 20 % are 2,600 points; two of 20 % add 800. 12 and 12 % of ten add 288."""
    assert presumed_harmful([30, 30, 20, 20], 20, 20, 2010) is True
    held = [12, 12, 12, 12, 12, 10, 10, 10, 10]
    assert presumed_harmful(held, 12, 12, 2010) is False
    assert presumed_harmful(held, 12, 12, 2023) is False
    # 31 % together, in a market of 1,060 points
    wide = [27, 4] + [3] * 23
    assert presumed_harmful(wide, 27, 4, 2023) is True
    assert presumed_harmful(wide, 27, 4, 2010) is False
    assert presumed_harmful([], 1, 1, 2023) is None
    with pytest.raises(DataError, match=r"nobody \(else\) holds 20"):
        presumed_harmful([30, 20], 20, 20, 2023)
