"""Intervals over who is who: no world is outside them, and their ends are worlds."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import (
    ALL,
    ONE_HALF,
    ONE_THIRD,
    TWO_THIRDS,
    Threshold,
    coalition,
    gini,
    hhi,
    top_share,
)
from analytics.intervals import (
    OF_WHO_IS_COUNTED,
    Range,
    merged_worst,
    merging,
    over_labels,
    over_populations,
    over_ranks,
    over_thresholds,
    pooled_coalition,
    pooled_gini,
    pooled_hhi,
    pooled_split,
    pooled_top_share,
)
from analytics.merging_uneven import BOUNDS, merging_uneven
from psephos.errors import DataError

often = settings(max_examples=40, deadline=None)
few = st.lists(st.integers(1, 9), max_size=4)
thresholds = st.sampled_from([ONE_THIRD, ONE_HALF, TWO_THIRDS, Threshold.parse(">=1/2")])


# --- merging ---------------------------------------------------------------------------------


def worlds(
    known: list[int], unknown: list[int], merges: int, with_known: bool
) -> Iterator[list[int]]:
    """Every population that up to `merges` mergers with an unknown holder can lead to."""

    def place(left: list[int], blocks: list[tuple[int, bool]], merged: int) -> Iterator[list[int]]:
        if not left:
            yield [amount for amount, _ in blocks]
            return
        first, *rest = left
        yield from place(rest, [*blocks, (first, False)], merged)
        if merged < merges:
            for i, (amount, sure) in enumerate(blocks):
                if with_known or not sure:
                    changed = [*blocks[:i], (amount + first, sure), *blocks[i + 1 :]]
                    yield from place(rest, changed, merged + 1)

    yield from place(unknown, [(amount, True) for amount in known], 0)


@often
@given(known=few, unknown=few, merges=st.integers(0, 4), with_known=st.booleans())
def test_no_world_of_as_many_mergers_is_outside_the_range(
    known: list[int], unknown: list[int], merges: int, with_known: bool
) -> None:
    for name in ALL.keys() - OF_WHO_IS_COUNTED:
        found = merging(ALL[name], known, unknown, merges, with_known=with_known)
        values = [ALL[name].of(world) for world in worlds(known, unknown, merges, with_known)]
        if not known and not unknown:
            assert found is None
            continue
        assert found is not None
        close = 1e-12 if isinstance(values[0], float) else 0
        assert abs(min(values) - found.low) <= close, name  # type: ignore[type-var, operator]
        assert abs(max(values) - found.high) <= close, name  # type: ignore[type-var, operator]


def test_unknown_holders_may_be_the_largest_of_those_who_are_known() -> None:
    _, worst = merged_worst([9, 8], [10, 1, 1], 1)
    assert worst == (19, 8, 1, 1)
    _, alone = merged_worst([9, 8], [10, 1, 1], 1, with_known=False)
    assert alone == (11, 9, 8, 1)


@pytest.mark.parametrize("name", sorted(OF_WHO_IS_COUNTED))
def test_inequality_has_no_such_range(name: str) -> None:
    with pytest.raises(DataError, match="may rise and fall"):
        merging(ALL[name], [1], [2], 1)


def test_fewer_mergers_than_none_are_refused() -> None:
    with pytest.raises(DataError, match="merges is negative: -1"):
        merged_worst([1], [2], -1)


@pytest.mark.parametrize("name", sorted(OF_WHO_IS_COUNTED))
@settings(max_examples=25, deadline=None)
@given(known=few, unknown=few, merges=st.integers(0, 4), with_known=st.booleans())
def test_no_world_is_more_or_less_unequal_than_its_ends(
    name: str, known: list[int], unknown: list[int], merges: int, with_known: bool
) -> None:
    """The concentrated end is reached, no world is beyond the other, and what is said to be
    reached is the value of a world."""
    found = merging_uneven(ALL[name], known, unknown, merges, with_known=with_known)
    values = [ALL[name].of(world) for world in worlds(known, unknown, merges, with_known)]
    if any(value is None for value in values) or not values:
        assert found is None
        return
    assert found is not None
    close = 1e-12 if isinstance(values[0], float) or isinstance(found.low, float) else 0
    low, high = min(values), max(values)  # type: ignore[type-var]
    concentrated, end = (found.high, high) if ALL[name].direction == "high" else (found.low, low)
    assert abs(concentrated - end) <= close  # type: ignore[operator]
    assert found.low <= low + close  # type: ignore[operator]
    assert high - close <= found.high  # type: ignore[operator]
    for one in (found.reached.low, found.reached.high):
        assert any(abs(one - value) <= close for value in values)  # type: ignore[operator]
    if merges <= 1 and with_known:
        mild = found.reached.low if ALL[name].direction == "high" else found.reached.high
        assert abs(mild - (low if ALL[name].direction == "high" else high)) <= close  # type: ignore[operator]


def test_merging_dust_is_leaving_it_out() -> None:
    """Ten of one wei beside three who hold all: five mergers leave eight, and G falls by the n that
    is counted, to 1 − 13/8 (1 − G), to the last digits of what is reached; its most is exact."""
    unit = 10**18
    known, unknown = [5 * unit, 3 * unit, 2 * unit], [1] * 10
    found = merging_uneven(ALL["gini"], known, unknown, 5)
    assert found is not None
    whole = Fraction(gini([*known, *unknown]))  # type: ignore[arg-type]
    assert found.low == 1 - Fraction(13, 8) * (1 - whole)
    assert 0 < found.reached.low - found.low < Fraction(1, 10**16)  # type: ignore[operator]
    assert found.high == whole  # any merger of dust makes Gini fall: the most is nobody's
    assert found.low < found.high  # type: ignore[operator]


def test_one_large_unknown_holder_may_raise_inequality_or_lower_it() -> None:
    found = merging_uneven(ALL["gini"], [50, 30], [40, 1], 1)
    assert found is not None
    assert found.high == gini([90, 30, 1])
    assert found.reached.low == gini([50, 31, 40])
    alone = merging_uneven(ALL["gini"], [50, 30], [40, 1], 9, with_known=False)
    assert alone is not None
    assert alone.reached == Range(gini([50, 30, 41]), gini([50, 30, 40, 1]))


def test_what_has_a_range_of_its_own_is_refused() -> None:
    for name in sorted(ALL.keys() - OF_WHO_IS_COUNTED):
        with pytest.raises(DataError, match="no measure of inequality"):
            merging_uneven(ALL[name], [1], [2], 1)
    assert BOUNDS.keys() == OF_WHO_IS_COUNTED


# --- pools -----------------------------------------------------------------------------------


def splits(amount: int, parts: int) -> Iterator[list[int]]:
    """Every way to split an amount among so many, some of whom may get nothing."""
    if parts == 1:
        yield [amount]
        return
    for first in range(amount + 1):
        yield from ([first, *rest] for rest in splits(amount - first, parts - 1))


@often
@given(
    named=st.lists(st.integers(1, 9), max_size=3), pooled=st.integers(0, 5), threshold=thresholds
)
def test_no_split_of_a_pool_is_outside_its_range(
    named: list[int], pooled: int, threshold: Threshold
) -> None:
    """A pool belongs to the named, in any parts, and to any number of others."""
    worlds_ = [
        [x + y for x, y in zip(named, split, strict=False)] + split[len(named) :]
        for split in splits(pooled, len(named) + 5)
    ]
    if not named and not pooled:
        assert pooled_hhi(named, pooled) is None
        assert pooled_coalition(named, pooled, threshold) is None
        return
    for found, values in (
        (pooled_hhi(named, pooled), [hhi(world) for world in worlds_]),
        (pooled_top_share(named, pooled, 2), [top_share(world, 2) for world in worlds_]),
        (pooled_coalition(named, pooled, threshold), [coalition(w, threshold) for w in worlds_]),
    ):
        assert found == Range(min(values), max(values))  # type: ignore[type-var]


@often
@given(named=st.lists(st.integers(1, 9), max_size=3), pooled=st.integers(1, 8), data=st.data())
def test_gini_of_a_pool_needs_the_number_of_its_owners(
    named: list[int], pooled: int, data: st.DataObject
) -> None:
    hidden = data.draw(st.integers(1, min(pooled, 4)))
    values = [gini([*named, *split]) for split in splits(pooled, hidden) if all(split)]
    assert pooled_gini(named, pooled, hidden) == Range(min(values), max(values))  # type: ignore[type-var]
    for name in ("theil", "hoover", "theil_l"):
        of = ALL[name].of
        values = [of([*named, *split]) for split in splits(pooled, hidden) if all(split)]
        found = pooled_split(ALL[name], named, pooled, hidden)
        assert found is not None
        ends = pytest.approx((min(values), max(values)), abs=1e-12)
        assert (found.low, found.high) == ends


def test_a_pool_of_dust_is_counted_to_the_last_unit() -> None:
    """An exchange holds 60 of 100 tokens of 18 decimals: from one holder to 10 tokens of wei."""
    unit = 10**18
    found = pooled_coalition([40 * unit], 60 * unit, ONE_HALF)
    assert found == Range(1, 1 + 10 * unit + 1)
    assert pooled_hhi([40 * unit], 60 * unit) == Range(
        Fraction((40 * unit) ** 2 + 60 * unit, (100 * unit) ** 2), Fraction(1)
    )


@pytest.mark.parametrize(("pooled", "hidden"), [(5, 6), (5, 0), (5, -1), (0, 1)])
def test_owners_who_hold_nothing_are_no_owners(pooled: int, hidden: int) -> None:
    with pytest.raises(DataError, match="each holds at least one unit"):
        pooled_gini([1], pooled, hidden)
    with pytest.raises(DataError, match="negative"):
        pooled_hhi([1], -1)


# --- labels, thresholds, populations ---------------------------------------------------------


def test_labels_move_a_figure_within_their_range() -> None:
    held = {"a": 4, "b": 3, "c": 2, "d": 1}
    sets = {"none": {}, "one pool": {"b": "x", "c": "x"}, "named a": {"d": "a", "a": "a"}}
    found, values = over_labels(held, sets, ALL["nakamoto_one_half"])  # type: ignore[arg-type]
    assert values == {"none": 2, "one pool": 2, "named a": 2}
    found, values = over_labels(held, sets, ALL["hhi"])  # type: ignore[arg-type]
    assert found == Range(Fraction(30, 100), Fraction(42, 100))
    assert over_labels({}, sets, ALL["hhi"])[0] is None  # type: ignore[arg-type]
    # an entity that is called as an unlabelled address is not that address
    assert over_labels({"a": 1, "b": 1}, {"s": {"a": "b"}}, ALL["hhi"])[1] == {"s": Fraction(1, 2)}


def test_sensitivity_to_threshold_and_population_is_a_table() -> None:
    held = [50, 30, 10, 5, 5]
    assert over_thresholds(held, [ONE_THIRD, Threshold.parse(">=1/2"), ONE_HALF]) == {
        ONE_THIRD: 1, Threshold.parse(">=1/2"): 1, ONE_HALF: 2
    }  # fmt: skip
    found = over_populations(held, [0, 5, 50], ALL["hhi"])
    assert found[0] == (5, Fraction(3550, 10_000))
    assert found[5] == (3, Fraction(3500, 8100))
    assert found[50] == (0, None)


@often
@given(held=st.lists(st.integers(0, 9), max_size=12), k=st.integers(1, 15))
def test_the_largest_only_are_those_of_a_list_that_is_cut(held: list[int], k: int) -> None:
    for name in ("gini", "hhi", "shannon", "nakamoto_one_half"):
        some = [x for x in sorted(held, reverse=True)[:k] if x]
        assert over_ranks(held, [k, k], ALL[name]) == {k: (len(some), ALL[name].of(some))}


def test_a_cut_lowers_inequality_and_says_how_many_are_left() -> None:
    """5, 3, 1 and 1: Gini of two is 1/8, of three 8/27, of all 7/20."""
    found = over_ranks([5, 3, 1, 1], (2, 3, 9), ALL["gini"])
    assert found == {2: (2, Fraction(1, 8)), 3: (3, Fraction(8, 27)), 9: (4, Fraction(7, 20))}
    with pytest.raises(DataError, match="rank 1 is 0"):
        over_ranks([1], [1, 0], ALL["gini"])
