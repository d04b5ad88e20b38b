"""A series computed by its changes is the series computed anew each day."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import ONE_HALF, ONE_THIRD, TWO_THIRDS, coalition, gini, hhi, top_share
from analytics.day import measured
from analytics.fast import Limbs
from analytics.fast.daily import Daily
from psephos.errors import DataError

often = settings(max_examples=60, deadline=None)
amount = st.one_of(st.integers(0, 3), st.integers(0, 2**96), st.integers(2**80, 2**80 + 2))
days = st.lists(st.dictionaries(st.integers(0, 11), amount, max_size=12), max_size=6)


def limbs(amounts: list[int]) -> Limbs:
    found = Limbs.of_integers(amounts)
    assert found is not None
    return found


def change(series: Daily, changes: dict[int, int]) -> None:
    series.change(np.array(list(changes), np.int64), limbs(list(changes.values())))


@often
@given(start=st.lists(amount, min_size=12, max_size=12), days=days)
def test_a_day_by_its_changes_is_the_day_computed_anew(
    start: list[int], days: list[dict[int, int]]
) -> None:
    held, series = list(start), Daily(limbs(start))
    for changes in [{}, *days]:
        change(series, changes)
        for place, x in changes.items():
            held[place] = x
        assert [series.amount(place) for place in range(12)] == held
        found = series.measured()
        if not any(held):
            assert found is None
            continue
        assert found is not None
        assert (found.n, found.total) == (sum(x > 0 for x in held), sum(held))
        assert found.gini == gini(held)
        assert found.hhi == hhi(held)
        assert found.top == {k: top_share(held, k) for k in (1, 3, 5, 10)}
        assert found.nakamoto == {t: coalition(held, t) for t in (ONE_THIRD, ONE_HALF, TWO_THIRDS)}


def test_what_was_given_is_not_changed() -> None:
    given_ = limbs([3, 2, 1])
    series = Daily(given_)
    change(series, {0: 9})
    assert [given_[i] for i in range(3)] == [3, 2, 1]


def test_a_series_grows_by_holders_of_nothing() -> None:
    series = Daily(limbs([3, 2, 1]))
    before = series.measured()
    assert series.grow(2) == 3
    assert series.measured() == before
    change(series, {4: 7, 0: 0})
    found = series.measured()
    assert found is not None
    assert (found.n, found.total, found.gini) == (3, 10, gini([7, 2, 1]))
    assert Daily(limbs([])).grow(1) == 0
    with pytest.raises(DataError, match="-1 more holders"):
        series.grow(-1)


@pytest.mark.parametrize(("places", "amounts", "says"), [
    ([0, 3], [1, 1], "place 3: there are places 0 to 2"), ([-1], [1], "place -1"),
    ([1, 0, 1], [1, 2, 3], "place 1 is there twice"), ([0], [1, 2], "2 amounts for 1 places"),
    ([0, 1, 2], [2**127 - 1] * 3, "2\\^128 or more"),
])  # fmt: skip
def test_a_wrong_day_is_named_and_changes_nothing(
    places: list[int], amounts: list[int], says: str
) -> None:
    series = Daily(limbs([3, 2, 1]))
    before = series.measured()
    with pytest.raises(DataError, match=says):
        series.change(np.array(places), limbs(amounts))
    assert series.measured() == before
    assert [series.amount(i) for i in range(3)] == [3, 2, 1]


def test_a_total_beyond_128_bits_is_refused_from_the_start() -> None:
    with pytest.raises(DataError, match=r"2\^128 or more"):
        Daily(limbs([2**127 - 1] * 3))


@often
@given(amounts=st.lists(amount, max_size=20))
def test_a_day_measured_anew_is_the_day_by_its_changes(amounts: list[int]) -> None:
    assert measured(amounts) == Daily(limbs(amounts)).measured()
