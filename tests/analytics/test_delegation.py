"""Delegation: nothing is lost on the way, one step is not all the way, circles strand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.delegation import (
    Delegations,
    churn,
    edges,
    ghosts,
    given_by,
    given_share,
    one_level,
    self_delegated,
    single_source,
    sources,
    transitive,
    undelegated,
)
from analytics.threshold import Threshold
from psephos.errors import DataError

PEOPLE = st.integers(0, 7)
GRAPHS = st.builds(
    Delegations,
    st.dictionaries(PEOPLE, st.integers(0, 10**28)),
    st.dictionaries(PEOPLE, PEOPLE),
)
CHAIN = Delegations({"a": 5, "b": 3, "c": 2, "d": 7}, {"a": "b", "b": "c", "c": "c"})


def test_one_step_is_the_law_and_all_the_way_is_influence() -> None:
    """A names B, B names C: A's amount votes at B (OpenZeppelin Votes, Compound, STRK)."""
    assert one_level(CHAIN) == {"b": 5, "c": 5}
    assert transitive(CHAIN).power == {"c": 10}
    assert undelegated(CHAIN) == 7
    assert self_delegated(CHAIN) == 2


def test_whose_chain_ends_with_somebody_who_delegates_to_nobody_ends_there() -> None:
    of = Delegations({"a": 5, "b": 3}, {"a": "b"})
    assert transitive(of).power == {"b": 5}
    assert undelegated(of) == 3


def test_a_circle_strands_all_that_flows_into_it() -> None:
    of = Delegations({"a": 1, "b": 2, "c": 4, "d": 8}, {"a": "b", "b": "c", "c": "b", "d": "d"})
    found = transitive(of)
    assert (found.stranded, found.power) == (7, {"d": 8})
    assert [set(cycle) for cycle in found.cycles] == [{"b", "c"}]
    assert one_level(of) == {"b": 5, "c": 2, "d": 8}


@given(GRAPHS)
def test_nothing_is_lost_on_the_way(of: Delegations[int]) -> None:
    whole = sum(of.held.values())
    far = transitive(of)
    assert undelegated(of) + sum(one_level(of).values()) == whole
    assert undelegated(of) + far.stranded + sum(far.power.values()) == whole
    assert self_delegated(of) <= sum(one_level(of).values())
    for cycle in far.cycles:
        assert len(cycle) > 1
        follows = (*cycle[1:], cycle[0])
        assert all(of.to[one] == other for one, other in zip(cycle, follows, strict=True))
    walked = {who for cycle in far.cycles for who in cycle}
    assert walked == {who for who in of.to if of.to[who] != who and _returns(of, who)}


def _returns(of: Delegations[int], who: int) -> bool:
    at = of.to[who]
    for _ in range(10):
        if at == who:
            return True
        if at not in of.to or of.to[at] == at:
            return False
        at = of.to[at]
    return False


@given(GRAPHS)
def test_sources_add_up_and_one_other_source_is_named(of: Delegations[int]) -> None:
    power = {who: amount for who, amount in one_level(of).items() if amount}
    found = sources(of)
    assert {who: one.power for who, one in found.items()} == power
    for who, share in single_source(of).items():
        assert Fraction(1, 2) < share <= 1
        assert share <= found[who].largest or of.to.get(who) == who
    assert set(single_source(of, Threshold.parse(">=1"))) <= set(single_source(of))


def test_who_votes_with_its_own_depends_on_nobody() -> None:
    alone = Delegations({"a": 9, "b": 1}, {"a": "a", "b": "a"})
    assert single_source(alone) == {}
    fed = Delegations({"a": 1, "b": 9}, {"a": "a", "b": "a"})
    assert single_source(fed) == {"a": Fraction(9, 10)}


def test_delegates_who_never_voted_are_ghosts() -> None:
    assert ghosts({"a": 5, "b": 3, "c": 0}, ["a"]) == {"b": 3}


def test_what_the_foundation_delegated_is_a_share_of_all_that_is() -> None:
    """A third of the power of the first vote: 23 % to builders, 10 % to delegates."""
    held = {"f1": 23, "f2": 10, "others": 67, "asleep": 900}
    of = Delegations(held, {"f1": "builders", "f2": "delegates", "others": "others"})
    assert given_by(of, ["f1", "f2"]) == {"builders": 23, "delegates": 10}
    assert given_share(of, ["f1", "f2"]) == Fraction(33, 100)
    assert given_share(Delegations({"a": 1}, {}), ["a"]) is None


def test_churn_counts_changes_of_mind_and_no_transfers() -> None:
    before = Delegations({"a": 5, "b": 3, "c": 2, "d": 4}, {"a": "x", "b": "x", "d": "x"})
    after = Delegations({"a": 9, "b": 3, "c": 2, "d": 4}, {"a": "x", "b": "y", "c": "x"})
    found = churn(before, after)
    assert (found.stayed, found.moved, found.joined, found.left) == (5, 3, 2, 4)
    assert found.holders == 3
    assert found.share == Fraction(9, 14)
    assert churn(Delegations({}, {}), Delegations({}, {})).share is None


@given(GRAPHS)
def test_nothing_changed_is_no_churn(of: Delegations[int]) -> None:
    found = churn(of, of)
    assert (found.moved, found.joined, found.left, found.holders) == (0, 0, 0, 0)
    assert found.stayed == sum(one_level(of).values())


def test_a_million_in_one_chain_end_with_the_last() -> None:
    n = 200_000
    of = Delegations(dict.fromkeys(range(n), 1), {i: i + 1 for i in range(n - 1)})
    assert transitive(of).power == {n - 1: n - 1}


def test_a_negative_amount_and_two_delegates_of_one_are_named() -> None:
    with pytest.raises(DataError, match="0x07 holds a negative amount: -1"):
        Delegations({b"\x07": -1}, {})
    with pytest.raises(DataError, match="a delegates to two: b and c"):
        edges([("a", "b"), ("a", "c")])
    assert edges([("a", "b"), ("a", "b")]) == {"a": "b"}
