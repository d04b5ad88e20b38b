"""Bootstrap, the range of a sampled coefficient, and intervals over who is who."""

from collections.abc import Iterator
from fractions import Fraction
from math import comb, isclose, sqrt

import numpy as np
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
    nakamoto_one_half,
    shannon,
    top_share,
)
from analytics.bootstrap import bootstrap, nakamoto_range
from analytics.draws import uniform
from analytics.intervals import (
    OF_WHO_IS_COUNTED,
    Range,
    merged_worst,
    merging,
    over_labels,
    over_populations,
    over_thresholds,
    pooled_coalition,
    pooled_gini,
    pooled_hhi,
    pooled_top_share,
)
from psephos.errors import DataError

often = settings(max_examples=40, deadline=None)
few = st.lists(st.integers(1, 9), max_size=4)
thresholds = st.sampled_from([ONE_THIRD, ONE_HALF, TWO_THIRDS, Threshold.parse(">=1/2")])
MINERS = [814, 544, 540, 473, 448, 411, 351, 283, 166, 129, 106, 64, 47, 45, 29, 24, 22, 19, 15, 13,
          9, 2, 1, 1]  # fmt: skip


# --- draws -----------------------------------------------------------------------------------


def test_a_seed_draws_the_same_numbers_for_ever() -> None:
    """The raw stream of PCG64 is promised by numpy; these numbers may never change."""
    drawn = uniform(7)(3)
    assert drawn.tolist() == uniform(7)(3).tolist()
    assert [round(x, 13) for x in drawn.tolist()] == DRAWN
    assert uniform(7)(2).tolist() + uniform(8)(1).tolist() != drawn.tolist()
    many = uniform(1)(100_000)
    assert isclose(float(many.mean()), 0.5, abs_tol=0.005)
    assert float(many.min()) >= 0
    assert float(many.max()) < 1
    with pytest.raises(DataError, match="a seed of -1"):
        uniform(-1)


DRAWN = [0.6250954666047, 0.8972138009696, 0.7756856902452]


# --- bootstrap -------------------------------------------------------------------------------


def test_an_interval_is_the_same_for_the_same_seed_and_holds_the_value() -> None:
    one = bootstrap(MINERS, hhi, seed=1, resamples=400)
    assert one is not None
    assert one == bootstrap(MINERS, hhi, seed=1, resamples=400)
    assert one != bootstrap(MINERS, hhi, seed=2, resamples=400)
    assert one.low < one.value < one.high
    assert one.corrected is not None
    assert one.corrected[0] < one.value < one.corrected[1]
    assert one.undefined == 0


def test_the_spread_of_a_share_is_that_of_the_binomial() -> None:
    """Two miners, 30 and 70 of 100 blocks: the share's standard error is √(0.3 · 0.7 / 100)."""
    found = bootstrap([30, 70], lambda held: Fraction(held[0], 100), seed=3)
    assert found is not None
    assert isclose(found.error, sqrt(0.3 * 0.7 / 100), rel_tol=0.05)
    assert isclose(found.bias, 0, abs_tol=0.005)
    assert isclose(found.high - found.low, 2 * 1.96 * found.error, rel_tol=0.1)


def test_entropy_and_gini_of_small_samples_are_biased_downward() -> None:
    """Who found no block cannot be drawn: of ten blocks by ten miners fewer are seen again."""
    entropy = bootstrap([1] * 10, shannon, seed=1, resamples=300)
    assert entropy is not None
    assert entropy.bias < -0.3
    # every resample is on one side: nothing can be corrected
    assert entropy.corrected is None


def test_a_sample_without_events_or_with_one_value_is_undefined_or_certain() -> None:
    assert bootstrap([], hhi, seed=1) is None
    assert bootstrap([0, 0], hhi, seed=1) is None
    certain = bootstrap([50], hhi, seed=1, resamples=50)
    assert certain is not None
    assert (certain.low, certain.value, certain.high, certain.error) == (1, 1, 1, 0)


def test_resamples_without_a_value_are_counted_not_hidden() -> None:
    found = bootstrap([1, 1], lambda held: None if 2 in held else hhi(held), seed=1, resamples=60)
    assert found is not None
    assert 0 < found.undefined < 60


@pytest.mark.parametrize(("counts", "options", "says"), [
    ([1, -1], {}, "amount 1 is negative"), ([10**9], {}, "no sample to draw anew"),
    ([1], {"resamples": 1}, "not an interval"), ([1], {"confidence": Fraction(1)}, "not an inter"),
])  # fmt: skip
def test_what_is_no_sample_is_refused(
    counts: list[int], options: dict[str, int], says: str
) -> None:
    with pytest.raises(DataError, match=says):
        bootstrap(counts, hhi, seed=1, **options)  # type: ignore[arg-type]


# --- the range of a coefficient --------------------------------------------------------------


def by_definition(held: list[int], share: Fraction, level: Fraction) -> list[int]:
    """All C that neither one-sided binomial test rejects, term by term."""
    n = sum(held)
    mass = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    parts = [sum(sorted(held, reverse=True)[:size]) for size in range(1, len(held) + 1)]
    return [size for size, k in enumerate(parts, start=1)
            if sum(mass[: k + 1]) >= level and sum(mass[k:]) >= level]  # fmt: skip


@often
@given(
    held=st.lists(st.integers(1, 12), min_size=1, max_size=7),
    share=st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(2, 3)]),
    level=st.sampled_from([Fraction(1, 20), Fraction(1, 100), Fraction(1, 3)]),
)
def test_the_range_is_what_two_binomial_tests_leave(
    held: list[int], share: Fraction, level: Fraction
) -> None:
    left, found = by_definition(held, share, level), nakamoto_range(held, share, level)
    assert found is not None
    if left:
        assert found == (left[0], left[-1])
    else:
        assert found[0] == found[1]


def test_the_range_of_a_month_and_of_a_day_of_miners() -> None:
    """4,556 blocks decide; the same shares of 36 do not."""
    assert nakamoto_one_half(MINERS) == 4
    assert nakamoto_range(MINERS) == (4, 4)
    low, high = nakamoto_range([round(x * 36 / 4556) for x in MINERS]) or (0, 0)
    assert (low, high) == (3, 5)
    assert nakamoto_range([]) is None
    with pytest.raises(DataError, match="both are in"):
        nakamoto_range([1], Fraction(1))


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
    with pytest.raises(DataError, match="-1 merges"):
        merged_worst([1], [2], -1)


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


def test_drawn_floats_are_a_plain_array() -> None:
    assert uniform(0)(0).dtype == np.float64
