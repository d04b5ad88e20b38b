"""What-ifs: what a change takes from whom, what it leaves, and that nothing is made of nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.delegation import Delegations, one_level
from analytics.whatif import (
    ROOT,
    abstaining,
    cap,
    delegate_cap,
    in_turn,
    moved,
    quadratic,
    reweighed,
    root,
    scaled,
    spread,
    square_root,
)
from psephos.errors import DataError

PEOPLE = st.integers(0, 7)
POWER = st.dictionaries(PEOPLE, st.integers(0, 10**28))
SHARES = st.fractions(min_value=Fraction(1, 100), max_value=1)
GRAPHS = st.builds(Delegations, POWER, st.dictionaries(PEOPLE, PEOPLE))


def test_a_cap_is_a_share_of_the_power_before() -> None:
    assert cap({"a": 60, "b": 30, "c": 10}, Fraction(1, 4)) == {"a": 25, "b": 25, "c": 10}
    assert cap({"a": 60, "b": 40}, Fraction(1)) == {"a": 60, "b": 40}


def test_roots_favour_many_over_one() -> None:
    """900 in one hand are 30, in nine hands of 100 each 90 (Lalley and Weyl)."""
    assert root(900) == 30 * ROOT
    of = Delegations(
        {"whale": 900} | dict.fromkeys("abcdefghi", 100),
        {"whale": "w"} | dict.fromkeys("abcdefghi", "m"),
    )
    assert quadratic(of) == {"w": 30 * ROOT, "m": 90 * ROOT}
    assert square_root(one_level(of)) == {"w": 30 * ROOT, "m": 30 * ROOT}


def test_a_delegate_keeps_what_it_holds_and_loses_what_others_gave_beyond_the_cap() -> None:
    of = Delegations({"a": 50, "b": 40, "c": 10}, {"a": "a", "b": "a", "c": "c"})
    assert delegate_cap(of, Fraction(1, 10)) == {"a": 60, "c": 10}


def test_whoever_abstains_takes_what_it_holds_gave_and_was_given() -> None:
    of = Delegations({"f": 30, "a": 20, "b": 5}, {"f": "a", "a": "a", "b": "f"})
    assert one_level(of) == {"a": 50, "f": 5}
    assert abstaining(of, ["f"]) == {"a": 20}


def test_what_the_foundation_gave_is_spread_among_those_whom_others_chose() -> None:
    of = Delegations({"f": 11, "a": 20, "b": 5}, {"f": "x", "a": "a", "b": "b"})
    assert spread(of, ["f"]) == {"a": 26, "b": 10}
    assert moved(of, ["f"], "b") == {"a": 20, "b": 16}
    with pytest.raises(DataError, match="nobody else delegates"):
        spread(Delegations({"f": 1}, {"f": "x"}), ["f"])


@given(POWER, SHARES)
def test_a_cap_takes_only_from_those_above_it_and_all_is_no_cap(power, share) -> None:
    found = cap(power, share)
    most = share.numerator * sum(power.values()) // share.denominator
    for who, amount in power.items():
        assert found.get(who, 0) == min(amount, most)
    assert cap(power, Fraction(1)) == {who: amount for who, amount in power.items() if amount}


@given(POWER)
def test_roots_keep_the_order_and_are_exact_to_64_places(power) -> None:
    found = square_root(power)
    for who, amount in found.items():
        assert amount**2 <= power[who] << 128 < (amount + 1) ** 2
    for one in found:
        for other in found:
            assert power[one] < power[other] or found[one] >= found[other]


@given(GRAPHS, st.sets(PEOPLE), PEOPLE)
def test_moving_and_spreading_neither_makes_nor_loses_power(of, who, to) -> None:
    whole = sum(one_level(of).values())
    assert sum(moved(of, who, to).values()) == whole
    others = any(of.amount(h) for h in of.to if h not in who)
    if others:
        assert sum(spread(of, who).values()) == whole
    assert sum(abstaining(of, who).values()) <= whole
    assert abstaining(of, []) == {d: a for d, a in one_level(of).items() if a}


@given(GRAPHS, SHARES)
def test_a_delegate_cap_never_takes_more_than_a_cap_of_everything(of, share) -> None:
    power, found = one_level(of), delegate_cap(of, share)
    capped = cap(power, share)
    for who in power:
        assert capped.get(who, 0) <= found.get(who, 0) <= power[who]


def test_amounts_asked_for_follow_the_unit_and_votes_their_voters() -> None:
    before, after = {"a": 100, "b": 300}, {"a": 10, "b": 17}
    assert scaled(40, before, after) == 3  # 2.7 of 27, rounded up
    assert reweighed({"a": 50, "b": 300, "c": 9}, before, after) == {"a": 5, "b": 17, "c": 0}
    with pytest.raises(DataError, match="nobody had power before"):
        scaled(1, {}, {})


def test_changes_act_one_after_the_other() -> None:
    found = in_turn({"a": 90, "b": 10}, [lambda p: cap(p, Fraction(1, 2)), square_root])
    assert found == {"a": root(50), "b": root(10)}


@pytest.mark.parametrize("share", [Fraction(0), Fraction(-1, 2), Fraction(3, 2)])
def test_a_cap_that_is_none_is_named(share) -> None:
    with pytest.raises(DataError, match=f"a cap of {share} of all power"):
        cap({"a": 1}, share)


def test_negative_power_is_an_error() -> None:
    with pytest.raises(DataError, match="negative"):
        cap({"a": -1}, Fraction(1, 2))
    with pytest.raises(DataError, match="negative"):
        square_root({"a": -1})
