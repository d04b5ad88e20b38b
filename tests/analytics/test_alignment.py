"""Alignment: agreement, blocs over a grid, pivotal voters, votes that were not used."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.alignment import agreed, bloc_entropy, bloc_grid, blocs, grid, lost_votes, pivotal
from analytics.rules import Ballot, Body, agrees
from analytics.threshold import Threshold
from psephos.errors import DataError

VOTES = {
    1: {"a": "for", "b": "for", "c": "against"},
    2: {"a": "for", "b": "for", "c": "for"},
    3: {"a": "against", "b": "against", "d": "for"},
    4: {"a": "for", "b": "against", "d": "abstain"},
}
CHOICES = st.sampled_from(["for", "against", "abstain"])
SOME = st.dictionaries(
    st.integers(1, 6), st.dictionaries(st.sampled_from("abcdef"), CHOICES), max_size=6
)
HALF = Body("holders", "Holders", "tokens", Threshold.parse(">1/2"), "cast")


def passes(ballot: Ballot) -> bool:
    return agrees(HALF, ballot)


def test_agreement_is_of_the_proposals_both_voted_on() -> None:
    assert agreed(VOTES, "a", "b") == Fraction(3, 4)
    assert agreed(VOTES, "a", "c") == Fraction(1, 2)
    assert agreed(VOTES, "c", "d") is None
    assert agreed(VOTES, "a", "nobody") is None


def test_blocs_by_threshold() -> None:
    always = blocs(VOTES, Threshold.parse(">=1"))
    assert set(always) == {frozenset("a"), frozenset("b"), frozenset("c"), frozenset("d")}
    often = blocs(VOTES, Threshold.parse(">=3/4"))
    assert often[0] == frozenset("ab")
    assert blocs(VOTES, Threshold.parse(">=1/2"))[0] == frozenset("abc")
    assert blocs(VOTES, Threshold.parse(">=1/2"), least=4)[0] == frozenset("ab")


@given(SOME)
def test_blocs_part_the_voters_and_grow_as_less_agreement_is_asked(votes) -> None:
    voters = {voter for ballots in votes.values() for voter in ballots}
    finer = None
    for threshold in reversed(grid()):
        found = blocs(votes, threshold)
        assert sum(map(len, found)) == len(voters)
        assert set().union(*found) == voters
        if finer is not None:
            assert all(any(small <= large for large in found) for small in finer)
        finer = found


@given(SOME)
def test_who_agrees_is_symmetric_and_a_voter_agrees_with_itself(votes) -> None:
    for one in "abc":
        for other in "abc":
            assert agreed(votes, one, other) == agreed(votes, other, one)
        assert agreed(votes, one, one) in (None, 1)


def test_those_who_never_voted_are_one_bloc() -> None:
    weights = {"a": 2, "b": 2, "c": 2, "d": 2, "sleeps": 5, "dozes": 3}
    found = bloc_entropy(VOTES, weights, Threshold.parse(">=3/4"))
    assert found.inactive == 8
    assert {(tuple(sorted(bloc)), weight) for bloc, weight in found.blocs} == {
        (("a", "b"), 4), (("c",), 2), (("d",), 2),
    }  # fmt: skip
    assert found.entropy == pytest.approx(1.75)  # shares ½, ¼, ⅛, ⅛
    assert found.least_entropy == 1.0


def test_all_alike_are_one_holder_and_nobody_is_undefined() -> None:
    alike = {1: {"a": "for", "b": "for"}}
    found = bloc_entropy(alike, {"a": 1, "b": 9}, Threshold.parse(">=1"))
    assert (found.entropy, found.least_entropy) == (0.0, 0.0)
    empty = bloc_entropy({}, {}, Threshold.parse(">=1"))
    assert (empty.blocs, empty.entropy, empty.least_entropy) == ((), None, None)


@given(SOME)
def test_entropy_rises_with_the_agreement_that_is_asked(votes) -> None:
    found = bloc_grid(votes, dict.fromkeys("abcdefgh", 3), grid())
    values = [one.entropy for one in found]
    assert all(isinstance(value, float) for value in values)
    assert values == sorted(values, key=lambda value: round(float(value or 0), 9))


def test_who_was_pivotal_in_a_vote() -> None:
    votes = {"a": ("for", 5), "b": ("for", 2), "c": ("against", 4), "d": ("abstain", 4)}
    found = pivotal(votes, passes, Ballot())
    assert found.by_leaving == ("a",)  # 2 to 4
    assert found.by_switching == ("a", "d", "b")  # 7 to 8 by the abstention; 5 to 6 by b
    lost = pivotal({"a": ("for", 3), "b": ("against", 3)}, passes, Ballot())
    assert lost.by_leaving == ("b",)
    assert lost.by_switching == ("b",)


@given(st.dictionaries(st.sampled_from("abcde"), st.tuples(CHOICES, st.integers(0, 9))))
def test_a_pivotal_voter_alone_turns_it_and_nobody_else_does(votes) -> None:
    found = pivotal(votes, passes, Ballot())

    def outcome(some) -> bool:
        parts = {
            c: sum(w for choice, w in some.values() if choice == c) for c in ("for", "against")
        }
        return parts["for"] > parts["against"]

    for voter in votes:
        rest = {v: one for v, one in votes.items() if v != voter}
        assert (voter in found.by_leaving) == (outcome(rest) != outcome(votes))


def test_power_that_was_not_used_or_only_in_part() -> None:
    found = lost_votes({"a": 10, "b": 6, "c": 4, "d": 0}, {"a": 10, "b": 1})
    assert (found.absent, found.part) == (4, 5)
    assert found.who == (("b", 5), ("c", 4))
    assert found.share == Fraction(9, 20)
    assert lost_votes({}, {}).share is None


def test_more_cast_than_there_was_names_the_voter() -> None:
    with pytest.raises(DataError, match="0x07 cast 3 of 2"):
        lost_votes({b"\x07": 2}, {b"\x07": 3})
    with pytest.raises(DataError, match="b cast 1 of 0"):
        lost_votes({"a": 2}, {"b": 1})
    with pytest.raises(DataError, match="at least 1"):
        blocs(VOTES, Threshold.parse(">=1"), least=0)
