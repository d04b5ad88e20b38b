"""Stakes weighted by time, sliding windows, breaks of a series, and the tail's power law."""

from fractions import Fraction
from math import isclose, log, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import ALL, gini, hhi, theil
from analytics.draws import uniform
from analytics.tail import power_law
from analytics.windows import Window, breaks, over_lengths, sliding, time_weighted
from psephos.errors import DataError

often = settings(max_examples=40, deadline=None)


# --- weighted by time ------------------------------------------------------------------------


def test_a_stake_counts_for_the_blocks_it_was_there() -> None:
    """One has 10 all the time; the other 30 for the last of three blocks, before them 9."""
    steps = {"a": [(0, 10)], "b": [(0, 9), (5, 0), (12, 30)]}
    found = time_weighted(steps, 10, 12, known=[(0, 6), (7, 12)])
    assert (found.blocks, found.amounts) == (3, {"a": 30, "b": 30})
    assert hhi(found.amounts.values()) == Fraction(1, 2)


@often
@given(
    steps=st.dictionaries(
        st.integers(0, 4), st.dictionaries(st.integers(0, 30), st.integers(0, 50), min_size=1)
    ),
    first=st.integers(0, 30),
    length=st.integers(1, 20),
)
def test_time_weighted_stakes_are_sums_over_single_blocks(
    steps: dict[int, dict[int, int]], first: int, length: int
) -> None:
    rising = {who: sorted(own.items()) for who, own in steps.items()}
    last = first + length - 1
    found = time_weighted(rising, first, last, known=[(0, 60)])  # type: ignore[arg-type]
    for who, own in rising.items():
        alone = sum(
            next((amount for begin, amount in reversed(own) if begin <= block), 0)
            for block in range(first, last + 1)
        )
        assert found.amounts[who] == alone


@pytest.mark.parametrize(("known", "missing"), [
    ([], 0), ([(0, 4), (6, 20)], 5), ([(0, 9)], 10), ([(3, 20)], 0), ([(0, 4), (2, 8)], 9),
])  # fmt: skip
def test_a_gap_is_an_error_that_names_its_first_block(
    known: list[tuple[int, int]], missing: int
) -> None:
    with pytest.raises(DataError, match=f"block {missing} is not known"):
        time_weighted({"a": [(0, 1)]}, 5, 12, known)


def test_steps_that_do_not_rise_or_fall_below_zero_are_refused() -> None:
    with pytest.raises(DataError, match="steps of 'a' do not rise"):
        time_weighted({"a": [(3, 1), (3, 2)]}, 3, 5, [(0, 9)])
    with pytest.raises(DataError, match="negative"):
        time_weighted({"a": [(3, -1)]}, 3, 5, [(0, 9)])
    with pytest.raises(DataError, match="there is none"):
        time_weighted({}, 5, 4, [(0, 9)])


# --- sliding ---------------------------------------------------------------------------------


day = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 5))


@often
@given(
    days=st.lists(day, max_size=12),
    length=st.integers(1, 4),
    step=st.integers(1, 6),
    rule=st.sampled_from(["active", "neighbours", "ever"]),
)
def test_a_window_that_slides_is_the_window_added_up(
    days: list[dict[str, int]], length: int, step: int, rule: str
) -> None:
    def who(some: list[dict[str, int]]) -> set[str]:
        return {name for one in some for name, amount in one.items() if amount}

    expected = []
    for first in range(0, len(days) - length + 1, step):
        inside = days[first : first + length]
        sums = {name: sum(one.get(name, 0) for one in inside) for name in who(inside)}
        around = days[max(first - length, 0) : first + 2 * length]
        counted = {"active": who(inside), "neighbours": who(around), "ever": who(days)}[rule]
        expected.append(Window(first, first + length - 1, sums, len(counted) - len(sums)))  # type: ignore[arg-type]
    assert list(sliding(days, length, rule=rule, step=step)) == expected  # type: ignore[arg-type]


def test_the_population_rule_moves_inequality_and_nothing_else() -> None:
    days = [{"a": 3, "c": 1}, {"a": 2, "b": 1}, {"a": 1}]
    alone, around = (list(sliding(days, 1, rule=rule))[1] for rule in ("active", "neighbours"))  # type: ignore[arg-type]
    assert alone.amounts == around.amounts == {"a": 2, "b": 1}
    assert (alone.empty, around.empty) == (0, 1)
    held = list(alone.amounts.values())
    assert gini(held, empty=1) > gini(held)  # type: ignore[operator]
    assert isclose(theil(held, empty=1), theil(held) + log(3 / 2))  # type: ignore[arg-type, operator]


def test_sensitivity_to_the_length_of_a_window_is_a_table() -> None:
    days = [{"a": 9}, {"b": 1}, {"a": 1, "b": 1}]
    assert over_lengths(days, [1, 2, 3, 4], ALL["hhi"]) == {  # type: ignore[arg-type]
        1: Fraction(1, 2), 2: Fraction(5, 9), 3: Fraction(104, 144), 4: None
    }  # fmt: skip


def test_a_day_that_is_not_known_and_windows_of_nothing_are_refused() -> None:
    with pytest.raises(DataError, match="day 1 is not known"):
        list(sliding([{}, None], 1, rule="active"))
    with pytest.raises(DataError, match="the length of a window is 0"):
        list(sliding([{}], 0, rule="active"))
    with pytest.raises(DataError, match="negative"):
        list(sliding([{"a": -1}], 1, rule="active"))
    assert list(sliding([{}], 2, rule="active")) == []


# --- breaks ----------------------------------------------------------------------------------


def test_a_series_breaks_where_its_level_changes() -> None:
    noise = uniform(5)(180).tolist()
    level = [0.0] * 60 + [3.0] * 60 + [-2.0] * 60
    found = breaks([a + b for a, b in zip(noise, level, strict=True)])
    assert [one.at for one in found] == [60, 120]
    assert all(one.p < 0.001 for one in found)
    assert breaks(noise) == ()


@often
@given(values=st.lists(st.integers(-5, 5), min_size=2, max_size=30))
def test_pettitts_statistic_is_the_sum_of_signs(values: list[int]) -> None:
    """U_t over all pairs before and after t; ranks are only the fast way."""
    from analytics.windows import _pettitt

    size = len(values)
    sums = [
        abs(sum((a > b) - (a < b) for a in values[:t] for b in values[t:])) for t in range(1, size)
    ]
    assert _pettitt(values, 1)[1] == max(sums)


def test_a_series_that_never_changes_or_is_short_does_not_break() -> None:
    assert breaks([]) == ()
    assert breaks([1.0]) == ()
    assert breaks([7.0] * 100) == ()
    assert breaks([0.0] * 5 + [9.0] * 5, least=10) == ()
    with pytest.raises(DataError, match="value 1 is no number"):
        breaks([1.0, nan])


# --- the tail --------------------------------------------------------------------------------


def pareto(alpha: float, count: int, seed: int, scale: float = 1e6) -> list[int]:
    draws = uniform(seed)(count)
    return [int(x) for x in scale * (1 - draws) ** (-1 / (alpha - 1))]


def test_a_true_power_law_is_found_and_not_refused() -> None:
    found = power_law(pareto(2.5, 3000, 1), resamples=40, seed=1)
    assert found is not None
    assert abs(found.alpha - 2.5) < 3 * found.error
    assert found.p is not None
    assert found.p >= 0.1
    assert found == power_law(pareto(2.5, 3000, 1), resamples=40, seed=1)


def test_what_is_no_power_law_is_refused() -> None:
    """Uniform amounts: the whole of them is no tail."""
    held = [int(x) for x in 1e6 * (1 + uniform(2)(600))]
    found = power_law(held, min(held), resamples=40, seed=1)
    assert found is not None
    assert found.p == 0


def test_a_tail_begins_where_the_power_law_begins() -> None:
    body = [int(x) for x in 1e6 * uniform(3)(2000)]
    found = power_law([*body, *pareto(2.2, 2000, 4)])
    assert found is not None
    assert found.p is None
    assert 5e5 < found.begins < 3e6
    assert abs(found.alpha - 2.2) < 0.2


def test_the_exponent_is_hills_estimator() -> None:
    """1 + 3 / (ln 1 + ln 2 + ln 4) for 1, 2, 4 from 1 on; any unit gives the same."""
    found = power_law([4, 2, 1], 1)
    assert found is not None
    assert isclose(found.alpha, 1 + 3 / log(8))
    assert (found.begins, found.n, found.of) == (1, 3, 3)
    large = power_law([4 * 10**400, 2 * 10**400, 10**400], 10**400)
    assert large is not None
    assert isclose(large.alpha, found.alpha, rel_tol=1e-9)


@often
@given(held=st.lists(st.integers(1, 10**30), min_size=12, max_size=40))
def test_a_fit_is_within_its_domain(held: list[int]) -> None:
    found = power_law(held)
    if found is None:
        assert len(set(sorted(held)[-10:])) == 1 or len(set(held)) == 1
        return
    assert found.alpha > 1
    assert 0 <= found.distance <= 1
    assert found.n == sum(x >= found.begins for x in held)
    assert found.begins in held


def test_a_tail_of_one_or_of_equals_is_undefined() -> None:
    assert power_law([]) is None
    assert power_law([5] * 20) is None
    assert power_law([5, 3], 4) is None
    assert power_law([3, 2, 1]) is None
    with pytest.raises(DataError, match="name one"):
        power_law([3, 2, 1], resamples=5)
    with pytest.raises(DataError, match="where the tail begins is 0"):
        power_law([3, 2, 1], 0)


def test_draws_do_not_depend_on_how_many_are_asked_for_at_once() -> None:
    one, two = uniform(9), uniform(9)
    assert np.array_equal(np.concatenate([one(3), one(4)]), two(7))
