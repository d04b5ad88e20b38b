"""Draws by a seed, the bootstrap, and the range of a sampled coefficient."""

from fractions import Fraction
from math import comb, isclose, sqrt
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import hhi, nakamoto_one_half, shannon
from analytics.bootstrap import bootstrap, nakamoto_range
from analytics.draws import uniform
from psephos.errors import DataError

often = settings(max_examples=40, deadline=None)
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
    with pytest.raises(DataError, match="seed is negative: -1"):
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


def exact_bca(hits: int, events: int, tail: float) -> float:
    """BCa's end of a share of `hits` of `events`, of the bootstrap's own distribution, by hand.

    The resampled hits are binomial, their distribution is summed; the jackknife of a share p has
    the acceleration (1 − 2p) / (6 √(n p (1 − p))) (Efron 1987, §4, in closed form).
    """
    p, normal = Fraction(hits, events), NormalDist()
    mass = [comb(events, k) * p**k * (1 - p) ** (events - k) for k in range(events + 1)]
    shift = normal.inv_cdf(float(sum(mass[:hits]) + mass[hits] / 2))
    skew = float(1 - 2 * p) / (6 * sqrt(events * p * (1 - p)))
    z = shift + normal.inv_cdf(tail)
    level, part = normal.cdf(shift + z / (1 - skew * z)), 0.0
    for k, one in enumerate(mass):
        part += float(one)
        if part >= level:
            return k / events
    raise AssertionError("never reached")


@pytest.mark.parametrize(("hits", "events"), [(5, 100), (3, 60), (50, 100), (95, 100), (9, 90)])
def test_the_corrected_interval_is_that_of_the_closed_form(hits: int, events: int) -> None:
    """A rare share's distribution is skewed: 5 of 100 has 2 to 11 %, its quantiles are 1 and 10 %;
    the mirrored case has the mirrored end, and an even one is corrected by nothing."""
    found = bootstrap(
        [hits, events - hits], lambda held: Fraction(held[0], sum(held)), seed=11, resamples=10_000
    )
    assert found is not None
    assert found.corrected == (exact_bca(hits, events, 0.025), exact_bca(hits, events, 0.975))
    if hits == 5:
        assert (found.low, found.high, found.corrected) == (0.01, 0.1, (0.02, 0.11))


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


def test_the_range_of_many_blocks_is_that_of_the_definition_and_amounts_are_none() -> None:
    """Above two hundred blocks chances are summed to 256 bits; 10⁶⁰ units are no blocks."""
    held, level = [88, 70, 43, 32, 9, 6, 4], Fraction(1, 20)  # 252 blocks
    for share in (Fraction(1, 2), Fraction(1, 3), Fraction(9, 10)):
        left = by_definition(held, share, level)
        found = nakamoto_range(held, share, level)
        assert found == (left[0], left[-1]) if left else (found and found[0] == found[1])
    assert nakamoto_range([x * 10**4 for x in MINERS]) == (4, 4)
    with pytest.raises(DataError, match="are no sample"):
        nakamoto_range([10**60, 10**60])
    with pytest.raises(DataError, match="less than 1501 of 3001 have a chance too near to 1/2"):
        nakamoto_range([3000, 1], significance=Fraction(1, 2))
    with pytest.raises(DataError, match="too near to"):
        nakamoto_range([3000, 1], significance=Fraction(1, 10**99))
