"""Laws that every measure of a position obeys, whatever it is called: run over the registry."""

from decimal import Decimal
from fractions import Fraction
from math import isclose, log, log2

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics import ALL, MEASURES, REFERENCE, Measure, population
from psephos.errors import DataError

UNDEFINED_AMOUNTS: tuple[list[int], ...] = ([], [0], [0, 0, 0])

often = settings(max_examples=25, deadline=None)
# Up to 10^40, beyond any 128-bit integer; small numbers too, where ties are frequent.
amount = st.one_of(st.integers(1, 9), st.integers(1, 10**40))
holders = st.lists(amount, min_size=1, max_size=40)
OF_INEQUALITY = {
    "gini", "gini_unbiased", "hoover", "theil", "theil_l", "ge_2", "atkinson_half", "atkinson_1",
    "atkinson_2", "pielou", "hhi_normalised",
}  # fmt: skip
SAME_IN_COPIES = OF_INEQUALITY - {"gini_unbiased", "pielou", "hhi_normalised"}
every = pytest.mark.parametrize("measure", ALL.values(), ids=list(ALL))


def near(left: object, right: object) -> bool:
    """Equal; to fourteen digits where a logarithm was rounded."""
    if isinstance(left, float) or isinstance(right, float):
        return isclose(left, right, rel_tol=1e-13, abs_tol=1e-13)  # type: ignore[arg-type]
    return left == right


@every
@pytest.mark.parametrize("nothing", UNDEFINED_AMOUNTS)
def test_without_holders_a_measure_is_undefined_not_zero(
    measure: Measure, nothing: list[int]
) -> None:
    assert measure.of(nothing) is None


@every
@often
@given(amounts=holders)
def test_a_measure_stays_within_its_bounds(measure: Measure, amounts: list[int]) -> None:
    assert measure.bounds is not None
    assume(len(amounts) >= measure.least)
    low, high = measure.bounds(len(amounts))
    value = measure.of(amounts)
    assert value is not None
    assert low <= value <= high or near(value, low) or near(value, high)


@every
@often
@given(n=st.integers(1, 200), each=amount)
def test_equal_holders_reach_the_spread_end(measure: Measure, n: int, each: int) -> None:
    assert measure.bounds is not None
    assume(n >= measure.least)
    low, high = measure.bounds(n)
    assert near(measure.of([each] * n), low if measure.direction == "high" else high)


@every
@often
@given(each=amount)
def test_a_single_holder_reaches_the_concentrated_end(measure: Measure, each: int) -> None:
    assert measure.bounds is not None
    value = measure.of([each])
    if measure.least > 1:
        assert value is None
        return
    low, high = measure.bounds(1)
    assert value == (high if measure.direction == "high" else low)


@every
@often
@given(amounts=holders, unit=st.sampled_from((2, 7, 10**18, 10**38 + 1)))
def test_the_unit_does_not_matter(measure: Measure, amounts: list[int], unit: int) -> None:
    assert near(measure.of(amounts), measure.of([x * unit for x in amounts]))


@every
@often
@given(amounts=holders, seed=st.randoms(use_true_random=False))
def test_the_order_does_not_matter(measure: Measure, amounts: list[int], seed: object) -> None:
    shuffled = list(amounts)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert measure.of(shuffled) == measure.of(amounts)


@every
@often
@given(amounts=holders, zeros=st.integers(1, 5))
def test_who_holds_nothing_does_not_matter(
    measure: Measure, amounts: list[int], zeros: int
) -> None:
    assert measure.of([0] * zeros + amounts) == measure.of(amounts)


@every
@often
@given(amounts=st.lists(amount, min_size=2, max_size=40), data=st.data())
def test_giving_to_a_richer_holder_never_spreads(
    measure: Measure, amounts: list[int], data: st.DataObject
) -> None:
    """The Pigou–Dalton principle, for each measure in its own direction."""
    ordered = sorted(amounts)
    poor = data.draw(st.integers(0, len(ordered) - 2))
    rich = data.draw(st.integers(poor + 1, len(ordered) - 1))
    assume(ordered[poor] > 1)
    gift = data.draw(st.integers(1, ordered[poor] - 1))
    moved = list(ordered)
    moved[poor], moved[rich] = moved[poor] - gift, moved[rich] + gift
    before, after = measure.of(ordered), measure.of(moved)
    assert before is not None
    assert after is not None
    assert near(before, after) or (after > before) == (measure.direction == "high")


@every
@often
@given(amounts=holders, debt=st.integers(1, 10**40))
def test_a_negative_amount_is_an_error(measure: Measure, amounts: list[int], debt: int) -> None:
    with pytest.raises(DataError, match=f"amount {len(amounts)} is negative: -{debt}"):
        measure.of([*amounts, -debt])


@every
@pytest.mark.parametrize(
    "rounded", [1.0, "1", Fraction(1), Decimal(1), None, float("nan"), float("inf")], ids=repr
)
def test_what_is_no_whole_number_is_refused_by_place_and_value(
    measure: Measure, rounded: object
) -> None:
    with pytest.raises(DataError, match="amount 1 is no whole number: ") as refused:
        measure.of([1, rounded])
    assert str(rounded) in refused.value.message


@every
def test_a_measure_says_what_it_is(measure: Measure) -> None:
    said = (measure.title, measure.formula, measure.domain, measure.unit, measure.sensitive)
    assert all(said)
    assert measure.reference
    assert measure.latex
    assert measure.latex.count("{") == measure.latex.count("}")
    assert len(measure.definition) > 60
    assert "Undefined" in measure.definition


def test_titles_are_told_apart() -> None:
    assert len({m.title for m in ALL.values()}) == len(ALL)


@often
@given(amounts=holders)
def test_theil_is_what_entropy_lacks_to_equality(amounts: list[int]) -> None:
    """T = ln n − H ln 2: holds for every published row that counts the same holders."""
    lacks = log(len(amounts)) - MEASURES["shannon"].of(amounts) * log(2)  # type: ignore[operator]
    assert isclose(MEASURES["theil"].of(amounts), lacks, rel_tol=1e-12, abs_tol=1e-12)  # type: ignore[arg-type]


@often
@given(amounts=holders)
def test_the_effective_number_is_the_inverse_of_hhi(amounts: list[int]) -> None:
    assert MEASURES["effective_number"].of(amounts) * MEASURES["hhi"].of(amounts) == 1  # type: ignore[operator]


@often
@given(amounts=holders)
def test_gini_is_half_the_mean_difference_over_the_mean(amounts: list[int]) -> None:
    """The definition, pair by pair: the order statistics are only the fast way."""
    n, pairs = len(amounts), sum(abs(a - b) for a in amounts for b in amounts)
    assert MEASURES["gini"].of(amounts) == Fraction(pairs, 2 * n * sum(amounts))


@often
@given(amounts=st.lists(amount, min_size=2, max_size=20))
def test_two_holders_who_are_one_only_concentrate(amounts: list[int]) -> None:
    """Where it is about coalitions and shares; inequality also changes who is counted."""
    first, second, *others = amounts
    merged = [first + second, *others]
    for name in ALL.keys() - OF_INEQUALITY:
        before, after = ALL[name].of(amounts), ALL[name].of(merged)
        assert before is not None
        assert after is not None
        higher = ALL[name].direction == "high"
        assert near(before, after) or (after > before) == higher, name


@often
@given(amounts=st.lists(st.integers(0, 10**40)))
def test_a_population_is_positive_and_falls(amounts: list[int]) -> None:
    counted = population(amounts)
    assert list(counted) == sorted((x for x in amounts if x > 0), reverse=True)
    assert population(counted) is counted


@often
@given(amounts=st.lists(amount, min_size=1, max_size=12), copies=st.integers(2, 5))
def test_a_population_beside_its_own_copies_is_as_unequal(amounts: list[int], copies: int) -> None:
    """Replication: inequality is the same, sums of squared shares and effective numbers scale."""
    together = amounts * copies
    for name in SAME_IN_COPIES:
        assert near(ALL[name].of(amounts), ALL[name].of(together)), name
    for name in ("hhi", "hhi_points", "hall_tideman"):
        assert ALL[name].of(amounts) == ALL[name].of(together) * copies, name  # type: ignore[operator]
    for name in ("effective_number", "hill_1"):
        assert near(ALL[name].of(amounts) * copies, ALL[name].of(together)), name  # type: ignore[operator]
    for name in ("shannon", "renyi_2", "min_entropy"):
        assert near(ALL[name].of(amounts) + log2(copies), ALL[name].of(together)), name  # type: ignore[operator]


def test_the_published_table_and_the_reference_share_no_name() -> None:
    assert ALL.keys() == MEASURES.keys() | REFERENCE.keys()
    assert not MEASURES.keys() & REFERENCE.keys()
