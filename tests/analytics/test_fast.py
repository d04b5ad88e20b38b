"""The fast twins answer as the readable functions do, on every kind of amounts."""

from fractions import Fraction
from math import fsum, inf, isclose, log, nan, ulp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import (
    ONE_HALF,
    ONE_THIRD,
    TWO_THIRDS,
    Threshold,
    coalition,
    gini,
    hall_tideman,
    hhi,
    hoover,
    shannon,
    theil,
    theil_l,
    top_share,
)
from analytics.fast import Limbs, Measured, measured
from analytics.fast.answers import FIRST
from analytics.fast.limbs import joined
from analytics.fast.logarithms import entropies
from psephos.errors import DataError

often = settings(max_examples=60, deadline=None)
AT_LEAST = Threshold(Fraction(1, 2), strict=False)
THRESHOLDS = (ONE_THIRD, ONE_HALF, AT_LEAST, TWO_THIRDS, Threshold.parse(">=66/100"))
RANKS = (1, 3, 7)
# Ties, zeros, neighbours that differ in one unit, and every width up to the limit.
small = st.integers(0, 4)
words = st.lists(st.one_of(small, st.integers(0, 2**63 - 1)), max_size=40)
wide = st.lists(st.one_of(small, st.integers(0, 2**96), st.integers(2**90, 2**90 + 3)), max_size=40)
any_size = st.lists(st.one_of(small, st.integers(0, 2**256), st.integers(0, 2**70)), max_size=30)


def agrees(found: Measured | None, held: list[int]) -> None:
    """Exact values are the same; those with logarithms to about thirteen digits."""
    if not any(held):
        assert found is None
        return
    assert found is not None
    n = sum(x > 0 for x in held)
    assert (found.n, found.total, found.exact) == (n, sum(held), True)
    assert found.gini == gini(held)
    assert found.hhi == hhi(held)
    assert found.hoover == hoover(held)
    assert found.hall_tideman == hall_tideman(held)
    assert found.top == {k: top_share(held, k) for k in RANKS}
    assert found.nakamoto == {t: coalition(held, t) for t in THRESHOLDS}
    for ours, truth in (
        (found.shannon, shannon(held)), (found.theil, theil(held)), (found.theil_l, theil_l(held)),
    ):  # fmt: skip
        assert isclose(ours, truth, rel_tol=1e-12, abs_tol=1e-12), held  # type: ignore[arg-type]


@often
@given(held=words)
def test_words_are_measured_exactly(held: list[int]) -> None:
    for kind in (np.int64, np.uint64):
        agrees(measured(np.array(held, kind), ranks=RANKS, thresholds=THRESHOLDS), held)


@often
@given(held=wide)
def test_limbs_are_measured_exactly(held: list[int]) -> None:
    limbs = Limbs.of_integers(held)
    assert limbs is not None
    agrees(measured(limbs, ranks=RANKS, thresholds=THRESHOLDS), held)
    assert [limbs[i] for i in range(len(limbs))] == held
    ascending = limbs.ascending()
    assert [ascending[i] for i in range(len(held))] == sorted(held)


@often
@given(held=any_size)
def test_python_integers_of_any_size_are_measured_exactly(held: list[int]) -> None:
    agrees(measured(held, ranks=RANKS, thresholds=THRESHOLDS), held)


@pytest.mark.parametrize("held", [
    [2**128 - 1], [2**127, 2**127 - 1], [2**127, 2**127], [2**128 - 1, 1],
    [2**64] * 5, [2**64 - 1] * 5, [2**64 + 1, 2**64, 2**64 - 1], [10**400, 1, 10**400],
    [5 * 10**27 + 1, 3 * 10**27, 2 * 10**27 - 1], [5 * 10**27, 3 * 10**27, 2 * 10**27],
    [1], [1] * 12, [0, 0, 1], [2**96 - i for i in range(40)], [10**28, 1],
    [2**255 - 1] * 40, [2**255, 1], [2**255 - 1 - i for i in range(30)],
    [(5 << 200) + (i * 7919) % 31 for i in range(31)],
    [10**38, 10**38, 10**38], [2**255 - 19] * 3, [(7 << 64) | i for i in range(9)],
])  # fmt: skip
def test_edges_of_width_and_ties_are_measured_exactly(held: list[int]) -> None:
    agrees(measured(held, ranks=RANKS, thresholds=THRESHOLDS), held)


@often
@given(held=st.lists(st.integers(0, 2**50), max_size=40))
def test_floats_are_measured_to_twelve_digits(held: list[int]) -> None:
    found = measured(np.array(held, np.float64), ranks=RANKS)
    exact = measured(held, ranks=RANKS)
    assert (found is None) == (exact is None)
    if found is None or exact is None:
        return
    assert (found.n, found.exact) == (exact.n, False)
    for name in ("total", "gini", "hhi", "hoover", "hall_tideman", "shannon", "theil", "theil_l"):
        ours, truth = getattr(found, name), getattr(exact, name)
        assert isclose(ours, truth, rel_tol=1e-12, abs_tol=1e-12), name
    for k in RANKS:
        assert isclose(found.top[k], exact.top[k], rel_tol=1e-12)


def test_floats_answer_ties_as_rounded_sums_do() -> None:
    """0.1 and 0.2 are not 0.3: the exact answer needs integers, and says that it is exact."""
    equal = measured(np.full(10, 0.25))
    assert equal is not None
    assert equal.nakamoto == {ONE_THIRD: 4, ONE_HALF: 6, TWO_THIRDS: 7}
    assert (equal.gini, equal.hoover) == (0, 0)


def test_logarithms_of_shares_are_right_to_a_unit_in_the_last_place() -> None:
    """One by one, and several at once; from a share of all to one that is hardly a float."""
    rng = np.random.default_rng(3)
    shares = [*rng.random(600), *(2.0 ** -rng.integers(0, 1000, 200)), 1.0, 0.5, 0.75, 2**-0.5]
    for p in map(float, shares):
        spread, ln = entropies(np.array([p]), 1.0, False)
        assert abs(ln - log(p)) <= ulp(log(p)), p
        assert abs(spread + p * log(p)) <= 2 * ulp(p * log(p)), p
    together = entropies(np.array(shares), 1.0, False)
    assert isclose(together[0], fsum(-p * log(p) for p in shares), rel_tol=1e-14)
    assert isclose(together[1], fsum(map(log, shares)), rel_tol=1e-14)


@pytest.mark.parametrize("unit", [1e-200, 1e-150, 1e200])
def test_floats_of_any_unit_are_measured_alike(unit: float) -> None:
    plain, scaled = measured(np.array([5.0, 3, 1, 1])), measured(np.array([5.0, 3, 1, 1]) * unit)
    assert plain is not None
    assert scaled is not None
    assert isclose(scaled.total, 10 * unit, rel_tol=1e-15)
    assert isclose(scaled.hhi, plain.hhi, rel_tol=1e-14)
    assert isclose(scaled.shannon, plain.shannon, rel_tol=1e-14)


@pytest.mark.parametrize("held", [[1e308, 1e308], [1e200, 1e-200], [5e-324, 1.0]])
def test_floats_that_do_not_add_up_are_refused_not_answered(held: list[float]) -> None:
    with pytest.raises(DataError, match="more than floats can add up"):
        measured(np.array(held))


@pytest.mark.parametrize("most", [2**32 - 1, 2**32, 2**63 - 1, 2**64 - 1])
def test_words_that_are_full_add_up_exactly(most: int) -> None:
    """Every half of every product at its greatest, in more terms than a compiler takes at once."""
    held = [*(most - i % 2 for i in range(300)), 1, 2**31]
    agrees(measured(np.array(held, np.uint64), ranks=RANKS, thresholds=THRESHOLDS), held)


def test_many_holders_are_measured_as_few_are() -> None:
    """More than one turn of the logarithms, and a million zeros."""
    rng = np.random.default_rng(7)
    held = (rng.pareto(1.1, 20_000) * 1e6).astype(np.int64)
    listed = held.tolist()
    agrees(measured(held, ranks=RANKS, thresholds=THRESHOLDS), listed)
    wider = [x * 10**18 + i for i, x in enumerate(listed)]
    agrees(measured(wider, ranks=RANKS, thresholds=THRESHOLDS), wider)
    largest = [x * 10**60 + i for i, x in enumerate(listed)]
    agrees(measured(largest, ranks=RANKS, thresholds=THRESHOLDS), largest)
    zeros = np.concatenate([np.zeros(10**6, np.int64), held])
    assert measured(zeros) == measured(held)


@pytest.mark.parametrize("kind", [np.int64, np.uint64, np.float64, np.int32])
def test_amounts_that_rise_or_fall_already_are_measured_as_shuffled_ones(kind: type) -> None:
    """However far their order is looked at; and the caller's array stays as it is."""
    random_ = np.random.default_rng(5)
    shuffled = random_.integers(0, 50_000, 3 * FIRST + 7).astype(kind)
    rising, want = np.sort(shuffled), measured(shuffled)
    for some in (rising, rising[::-1], rising[::-1].copy(), rising[rising > 0]):
        before = some.copy()
        assert measured(some) == want
        assert (some == before).all()
    nearly = rising.copy()
    nearly[[FIRST, FIRST + 1]] = nearly[[FIRST + 1, FIRST]] + np.array([5, 0], kind)
    assert measured(nearly) == measured(random_.permutation(nearly))


@pytest.mark.parametrize("place", [0, 3, FIRST, FIRST + 1, 2 * FIRST])
def test_a_nan_in_amounts_that_rise_or_fall_is_named(place: int) -> None:
    for ordered in (np.arange(2 * FIRST + 1.0), np.arange(2 * FIRST + 1.0)[::-1].copy()):
        ordered[place] = np.nan
        with pytest.raises(DataError, match=f"amount {place} is no number"):
            measured(ordered)


@pytest.mark.parametrize(("amounts", "says"), [
    (np.array([1, 2, -3]), "amount 2 is negative: -3"),
    (np.array([1.0, nan, 2.0]), "amount 1 is no number: nan"),
    (np.array([1.0, 2.0, inf]), "amount 2 is no number: inf"),
    (np.array([-inf, 2.0]), "amount 0 is negative: -inf"),
    (np.array([True, False]), "amounts are bool"),
    (np.array([[1, 2]]), r"shape \(1, 2\)"),
    ([1, -2], "amount 1 is negative: -2"),
    ([1, 2.5], "amount 1 is no whole number: '2.5'"),
    ([2**200, nan], "amount 1 is no whole number: 'nan'"),
])  # fmt: skip
def test_what_is_no_amount_is_named_with_its_place(amounts: list[int], says: str) -> None:
    with pytest.raises(DataError, match=says):
        measured(amounts)


def test_negative_decimals_and_limbs_that_do_not_fit_are_refused() -> None:
    data = b"".join(x.to_bytes(16, "little", signed=True) for x in (5, -7))
    with pytest.raises(DataError, match="amount 1 is negative: -7"):
        Limbs.of_bytes(data)
    with pytest.raises(DataError, match="give pairs"):
        Limbs(np.zeros(2, np.uint64), np.zeros(3, np.uint64))
    with pytest.raises(DataError, match="both are uint64"):
        Limbs(np.zeros(2, np.int64), np.zeros(2, np.uint64))  # type: ignore[arg-type]
    with pytest.raises(DataError, match="rank is at least 1"):
        measured([1], ranks=(0,))


def test_limbs_of_what_is_wider_are_none() -> None:
    assert Limbs.of_integers([2**127]) is None
    assert Limbs.of_integers([1, 2.0]) is None  # type: ignore[list-item]
    assert joined((1, 2)) == 2**65 + 1
    assert measured(np.array([], np.int64)) is None
    assert measured([]) is None
