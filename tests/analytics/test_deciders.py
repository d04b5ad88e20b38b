"""Coalitions by name, τ-indices, subsystems, and lists of holders that are wrong."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import (
    ALL,
    ONE_HALF,
    ONE_THIRD,
    Threshold,
    coalition,
    gini,
    holdings,
    most_unequal_subsystem,
    smallest_coalition,
    tau,
    weakest_subsystem,
)
from psephos.errors import CommandError, DataError

often = settings(max_examples=40, deadline=None)
named = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 9), max_size=8)


def test_a_coalition_lists_its_members_and_whom_they_tie_with() -> None:
    found = smallest_coalition({"a": 1, "b": 5, "c": 2, "d": 2, "e": 2}, ONE_HALF)
    assert found is not None
    assert found.members == (("b", 5), ("c", 2))
    assert found.share == Fraction(7, 12)
    assert found.tied == ("c", "d", "e")
    assert smallest_coalition({"a": 3, "b": 2}, ONE_HALF).tied == ()  # type: ignore[union-attr]
    assert smallest_coalition({"a": 0}, ONE_HALF) is None


@often
@given(held=named)
def test_any_choice_among_the_tied_decides(held: dict[str, int]) -> None:
    found = smallest_coalition(held, ONE_HALF)  # type: ignore[arg-type]
    assert (found is None) == (coalition(held.values(), ONE_HALF) is None)
    if found is None:
        return
    last = found.members[-1][1]
    sure = [amount for _, amount in found.members if amount != last]
    for some in combinations(found.tied, len(found.members) - len(sure)):
        part = sum(sure) + sum(held[holder] for holder in some)  # type: ignore[index]
        assert ONE_HALF.met(part, sum(held.values()))
        assert Fraction(part, sum(held.values())) == found.share


@pytest.mark.parametrize("n", [1, 2, 3, 9, 10, 12])
def test_tau_of_equal_holders_is_its_share_rounded_up(n: int) -> None:
    held = [10**27] * n
    assert ALL["tau_one_third"].of(held) == tau(held, "1/3") == -(-n // 3)
    assert ALL["tau_one_half"].of(held) == tau(held, Fraction(1, 2)) == -(-n // 2)
    assert ALL["tau_two_thirds"].of(held) == tau(held, "2/3") == -(-2 * n // 3)
    assert tau(held, "1") == n


@often
@given(held=st.lists(st.integers(1, 20), min_size=1, max_size=12))
def test_at_least_is_at_most_one_below_more_than(held: list[int]) -> None:
    """They differ just where a smallest coalition holds exactly the share."""
    for at_least, more in (
        ("tau_one_third", "nakamoto_one_third"), ("tau_one_half", "nakamoto_one_half"),
        ("tau_two_thirds", "nakamoto_two_thirds"),
    ):  # fmt: skip
        low, high = ALL[at_least].of(held), ALL[more].of(held)
        assert high - low in (0, 1)  # type: ignore[operator]


def test_a_share_of_nothing_is_no_tau() -> None:
    with pytest.raises(CommandError):
        tau([1], "0")


def test_whoever_controls_the_weakest_subsystem_controls_the_system() -> None:
    clients, owners = [58, 30, 12], [10] * 10
    found = weakest_subsystem({"clients": clients, "owners": owners}, ONE_HALF)
    assert (found.size, found.at_most, found.subsystems, found.undefined) == (
        1, 1, ("clients",), ()
    )  # fmt: skip
    by_each = weakest_subsystem(
        {"clients": clients, "owners": owners},
        {"clients": Threshold.parse(">=9/10"), "owners": ONE_THIRD},
    )
    assert (by_each.size, by_each.subsystems) == (3, ("clients",))


def test_a_subsystem_nobody_knows_leaves_the_minimum_open() -> None:
    found = weakest_subsystem({"clients": [58, 42], "developers": []}, ONE_HALF)
    assert (found.size, found.at_most, found.undefined) == (None, 1, ("developers",))
    assert weakest_subsystem({}, ONE_HALF).size is None


def test_the_most_unequal_subsystem_need_not_be_the_weakest() -> None:
    """Srinivasan and Lee: the greatest Gini beside the least coalition. Three equal clients decide
    by two; forty owners, one of whom has ten, are the more unequal: 9 · 39 / (40 · 49)."""
    systems = {"clients": [30, 30, 30], "owners": [10, *[1] * 39]}
    found = most_unequal_subsystem(systems)
    assert found.gini == found.at_least == Fraction(9 * 39, 40 * 49) == gini(systems["owners"])
    assert (found.subsystems, found.undefined) == (("owners",), ())
    assert weakest_subsystem(systems, ONE_HALF).subsystems == ("clients",)
    unknown = most_unequal_subsystem(systems | {"developers": [0]})
    assert (unknown.gini, unknown.at_least) == (None, found.gini)
    assert (unknown.subsystems, unknown.undefined) == (("owners",), ("developers",))
    assert most_unequal_subsystem({"a": [1], "b": [2, 2]}).subsystems == ("a", "b")
    assert most_unequal_subsystem({}).gini is None


def test_a_holder_who_is_there_twice_is_named_with_both_places() -> None:
    with pytest.raises(DataError, match="holder 'b' is there twice: in places 1 and 3"):
        holdings([("a", 1), ("b", 2), ("c", 3), ("b", 4)])
    with pytest.raises(DataError, match="holder 0x0b is there twice"):
        smallest_coalition([(b"\x0b", 1), (b"\x0b", 1)], ONE_HALF)


def test_units_that_differ_are_named_with_their_places() -> None:
    rows = [("a", 1), ("b", 2), ("c", 3)]
    assert holdings(rows, ["fri"] * 3) == {"a": 1, "b": 2, "c": 3}
    with pytest.raises(DataError, match="different units: 'fri' in place 0, 'STRK' in 2"):
        holdings(rows, ["fri", "fri", "STRK"])
    with pytest.raises(DataError, match="2 units for 3 amounts"):
        holdings(rows, ["fri", "fri"])


@pytest.mark.parametrize(("amount", "says"), [
    (-5, "amount 1 is negative: -5"), (float("nan"), "amount 1 is no whole number: 'nan'"),
    (float("-inf"), "'-inf'"), (2.0, "'2.0'"),
])  # fmt: skip
def test_an_amount_that_is_none_is_named_with_its_place(amount: int, says: str) -> None:
    with pytest.raises(DataError, match=says):
        holdings([("a", 1), ("b", amount)])
