"""The power law of counts: its zeta function, its estimate, and what it refuses."""

from math import fsum, inf, isclose, log, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.draws import uniform
from analytics.tail import power_law
from analytics.tail_counts import GREATEST, _Law, exponent, power_law_counts
from psephos.errors import DataError

often = settings(max_examples=25, deadline=None)


def test_zeta_has_its_known_values() -> None:
    """ζ(2) = π²/6; ζ(3) is Apéry's constant, 1.2020569 (OEIS A002117); P(X ≥ 2) = 1 − 1/ζ."""
    for alpha, known in ((2.0, pi**2 / 6), (3.0, 1.2020569031595942), (4.0, pi**4 / 90)):
        above = _Law(alpha, 1.0).at_least(np.array([2.0]))[0]
        assert isclose(above, 1 - 1 / known, rel_tol=1e-14)


def test_the_mean_of_logarithms_has_its_known_value() -> None:
    """−ζ′(2) / ζ(2) = 0.56996 09930 94532 8 (OEIS A306016), and 2 is the exponent of that mean."""
    known = 0.5699609930945328
    assert isclose(_Law(2.0, 1.0).mean, known, rel_tol=1e-14)
    assert isclose(exponent(known, 1.0), 2, rel_tol=1e-14)


def test_the_words_of_moby_dick() -> None:
    """Clauset, Shalizi, Newman, table 6.1: of 18,855 words those that occur 7 times or more have
    α = 1.95, and the error for so many is 0.02. The mean of ln(x / 7) of these 2,958 is of their
    list (M. E. J. Newman 2005), as is that of the 2,065 that occur ten times or more; the poweRlaw
    package of R says 1.9527275 and 1.9550380."""
    alpha = exponent(0.9783494229794036, 7.0)
    assert round(alpha, 2) == 1.95
    assert isclose(alpha, 1.9527275186, abs_tol=1e-8)
    assert isclose(exponent(0.9971232294387732, 10.0), 1.9550379795, abs_tol=1e-8)
    step = 1e-4
    spread = (_Law(alpha - step, 7.0).mean - _Law(alpha + step, 7.0).mean) / (2 * step)
    assert round(1 / sqrt(2958 * spread), 2) == 0.02


def likelihood(counts: list[int], begins: int, alpha: float) -> float:
    """ln of the product of x^−α / ζ(α, x_min), the zeta function term by term and the integral."""
    far = begins + 20_000
    sums = fsum((k / begins) ** -alpha for k in range(begins, far))
    sums += far * (far / begins) ** -alpha / (alpha - 1) + (far / begins) ** -alpha / 2
    return -fsum(alpha * log(x / begins) for x in counts) - len(counts) * log(sums)


@pytest.mark.parametrize("begins", [1, 3, 40])
def test_no_other_exponent_is_more_likely(begins: int) -> None:
    counts = [begins * x // 2 + begins for x in (0, 0, 0, 1, 1, 2, 5, 11)]
    found = power_law_counts([*counts, *range(1, begins)], begins)
    assert found is not None
    assert (found.n, found.begins) == (len(counts), begins)
    best = likelihood(counts, begins, found.alpha)
    for step in (1e-3, 0.1, 1):
        assert likelihood(counts, begins, found.alpha + step) < best
        if found.alpha - step > 1:
            assert likelihood(counts, begins, found.alpha - step) < best
    curved = likelihood(counts, begins, found.alpha + 1e-3) - 2 * best
    curved += likelihood(counts, begins, found.alpha - 1e-3)
    assert isclose(found.error, 1e-3 / sqrt(-curved), rel_tol=1e-3)


def test_the_distance_is_the_greatest_between_both_sums() -> None:
    """At every whole number, between the counts, too: 1, 1 and 9, where 2 to 8 add chances."""
    found = power_law_counts([1, 1, 9], 1)
    assert found is not None
    law = _Law(found.alpha, 1.0)
    up_to = [1 - float(law.at_least(np.array([x + 1.0]))[0]) for x in range(1, 2000)]
    seen = [2 / 3 if x < 9 else 1.0 for x in range(1, 2000)]
    most = max(abs(a - b) for a, b in zip(up_to, seen, strict=True))
    assert isclose(found.distance, most, rel_tol=1e-12)
    assert isclose(most, up_to[7] - 2 / 3, rel_tol=1e-12)


@pytest.mark.parametrize("begins", [6, 50])
def test_half_a_count_less_is_nearly_the_law_of_real_numbers(begins: int) -> None:
    """Their equation 3.7: 1 + n / Σ ln(x / (x_min − ½)), within a hundredth from x_min = 6 on."""
    counts = [int(x) for x in drawn(2.5, begins, 500, 3)]
    found = power_law_counts(counts, begins)
    assert found is not None
    near = 1 + len(counts) / fsum(log(x / (begins - 0.5)) for x in counts)
    assert abs(found.alpha / near - 1) < 0.01


def test_counts_of_many_digits_are_as_good_as_real_numbers() -> None:
    amounts = [int(x) for x in drawn(2.2, 10**12, 300, 5)]
    one, other = power_law_counts(amounts, 10**12), power_law(amounts, 10**12)
    assert one is not None
    assert other is not None
    assert isclose(one.alpha, other.alpha, rel_tol=1e-9)
    assert isclose(one.error, other.error, rel_tol=1e-6)


def drawn(alpha: float, begins: int, count: int, seed: int) -> list[float]:
    return _Law(alpha, float(begins)).drawn(uniform(seed)(count)).tolist()  # type: ignore[no-any-return]


def test_draws_have_the_chances_of_the_law() -> None:
    """Within four standard deviations at each of some counts, in the table and beyond it."""
    law, n = _Law(1.7, 2.0), 100_000
    made = np.array(drawn(1.7, 2, n, 1))
    assert made.min() == 2
    for count in (3, 5, 20, 300, 1001, 1002, 1003, 5000, 10**6):
        chance = float(law.at_least(np.array([float(count)]))[0])
        seen = int((made >= count).sum())
        assert abs(seen - n * chance) < 4 * sqrt(n * chance * (1 - chance)), count
    assert law.drawn(np.array([0.0, 1 - 2.0**-53])).tolist()[0] == 2


def test_a_true_law_is_found_and_not_refused_and_another_is_refused() -> None:
    counts = [int(x) for x in drawn(2.5, 1, 400, 2)]
    found = power_law_counts(counts, resamples=20, seed=1)
    assert found is not None
    assert found == power_law_counts(counts, resamples=20, seed=1)
    assert abs(found.alpha - 2.5) < 3 * found.error
    assert found.p is not None
    assert found.p >= 0.1
    even = power_law_counts([*range(1, 60)] * 5, 1, resamples=20, seed=1)
    assert even is not None
    assert even.p == 0


def test_the_law_of_real_numbers_is_too_steep_for_counts() -> None:
    counts = [int(x) for x in drawn(2.5, 1, 2000, 7)]
    ours, real = power_law_counts(counts, 1), power_law(counts, 1)
    assert ours is not None
    assert real is not None
    assert abs(ours.alpha - 2.5) < 0.1
    assert real.alpha > 3


def test_neighbours_among_large_counts_are_told_apart() -> None:
    """Where all are within a few of x_min, x^−α falls by e^(−α/x_min) a step: nearly geometric, and
    the most likely one has the mean step of the counts, 1/(e^(α/x_min) − 1)."""
    begins, steps = 10**12, [0] * 60 + [1] * 30 + [2] * 8 + [3] * 2
    found = power_law_counts([begins + step for step in steps], begins)
    assert found is not None
    assert isclose(found.alpha / begins, log(1 + len(steps) / sum(steps)), rel_tol=1e-9)


@often
@given(counts=st.lists(st.integers(1, 10**6) | st.integers(1, 5), min_size=12, max_size=40))
def test_a_fit_is_within_its_domain(counts: list[int]) -> None:
    found = power_law_counts(counts)
    if found is None:
        assert len(set(sorted(counts)[-10:])) == 1 or len(set(counts)) == 1
        return
    assert 1 < found.alpha < inf
    assert 0 <= found.distance <= 1
    assert found.n == sum(x >= found.begins for x in counts)
    assert found.begins in counts


def test_a_tail_of_one_or_of_equals_is_undefined() -> None:
    for counts, begins in (([], None), ([5] * 20, None), ([5, 3], 4), ([3, 2], None), ([3], 9)):
        assert power_law_counts(counts, begins) is None


def test_what_is_no_count_is_refused() -> None:
    with pytest.raises(DataError, match="name one"):
        power_law_counts([3, 2, 1], resamples=5)
    with pytest.raises(DataError, match="where the tail begins is 0"):
        power_law_counts([3, 2, 1], 0)
    with pytest.raises(DataError, match=f"{GREATEST + 1} is no count"):
        power_law_counts([GREATEST + 1, 1], 1)
    assert power_law_counts([GREATEST, 1], 1) is not None
