"""Games of several bodies: the exact indices, the rounded ones, and bodies that one hand fills."""

from fractions import Fraction
from itertools import combinations
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.compound import Compound, compound_power, merged, minimal_ways, standing_aside
from analytics.compound_coalitions import (
    decides_alone,
    dual,
    fewest_blocking,
    fewest_passing,
    needed_by_all,
)
from analytics.compound_rounded import compound_banzhaf, compound_shapley
from analytics.games import Game
from analytics.power import power
from psephos.errors import DataError

AND = (frozenset({0, 1}),)
OR = (frozenset({0}), frozenset({1}))


@st.composite
def compounds(draw: st.DrawFn) -> Compound:
    bodies = draw(st.integers(1, 3))
    players = draw(
        st.lists(st.tuples(*[st.integers(0, 4)] * bodies), min_size=1, max_size=6).filter(
            lambda some: all(any(vector[b] for vector in some) for b in range(bodies))
        )
    )
    quotas = tuple(draw(st.integers(1, sum(v[b] for v in players))) for b in range(bodies))
    ways = draw(
        st.lists(st.frozensets(st.integers(0, bodies - 1), min_size=1), min_size=1, max_size=3)
    )
    return Compound(tuple(players), quotas, tuple(ways))


def by_hand(of: Compound) -> tuple[list[int], list[Fraction]]:
    n = len(of.players)
    swings, shapley = [0] * n, [Fraction(0)] * n
    for player in range(n):
        others = [other for other in range(n) if other != player]
        for size in range(n):
            for some in combinations(others, size):
                if of.wins((*some, player)) and not of.wins(some):
                    swings[player] += 1
                    shapley[player] += Fraction(
                        factorial(size) * factorial(n - size - 1), factorial(n)
                    )
    return swings, shapley


@given(compounds())
@settings(max_examples=80)
def test_the_exact_indices_are_those_of_all_coalitions_one_by_one(of: Compound) -> None:
    swings, shapley = by_hand(of)
    found = compound_power(of)
    assert list(found.swings) == swings
    assert list(found.shapley) == shapley
    n = len(of.players)
    assert found.winning == sum(
        of.wins([p for p in range(n) if bits >> p & 1]) for bits in range(2**n)
    )
    assert sum(found.shapley) == 1


@given(compounds())
@settings(max_examples=50)
def test_the_rounded_indices_agree_with_the_truth(of: Compound) -> None:
    truth = compound_power(of)
    fast, slow = compound_banzhaf(of), compound_shapley(of)
    assert fast.values == pytest.approx([float(x) for x in truth.banzhaf], abs=1e-12)
    assert slow.values == pytest.approx([float(x) for x in truth.shapley], abs=1e-11)
    assert fast.resolution == slow.resolution == 0.0


def test_one_body_is_a_plain_game() -> None:
    of = Compound(((4,), (3,), (2,), (1,)), (6,), (frozenset({0}),))
    assert compound_power(of) == power(Game((4, 3, 2, 1), 6))


def test_two_bodies_that_must_agree_are_the_product_of_their_games() -> None:
    """A parliament of [4, 3, 2, 1] with 6, and one of three of whom two must agree."""
    players = ((4, 0), (3, 0), (2, 0), (1, 0), (0, 1), (0, 1), (0, 1))
    found = compound_power(Compound(players, (6, 2), AND))
    first, second = power(Game((4, 3, 2, 1), 6)), power(Game((1, 1, 1), 2))
    assert found.swings[:4] == tuple(swings * second.winning for swings in first.swings)
    assert found.swings[4:] == tuple(swings * first.winning for swings in second.swings)
    assert found.act == first.act * second.act


def test_a_body_that_may_block_agrees_as_long_as_too_few_are_against() -> None:
    """Of twelve, three may block: ten must not be against."""
    aside = standing_aside(Game((1,) * 12, 3))
    assert aside.quota == 10
    players = tuple([(1, 0)] * 3 + [(0, 1)] * 12)
    of = Compound(players, (2, aside.quota), AND)
    assert of.wins(range(3 + 10))
    assert not of.wins(range(3 + 9))


def test_seats_that_one_hand_fills_are_one_player() -> None:
    """A council of three and a committee of two, both needed, appointed by one foundation."""
    players = tuple([(1, 0)] * 3 + [(0, 1)] * 2)
    of = Compound(players, (2, 2), AND)
    assert max(compound_power(of).shapley) < Fraction(1, 2)
    one, names = merged(of, ["foundation"] * 5)
    assert names == ("foundation",)
    assert compound_power(one).shapley == (1,)
    two, names = merged(of, ["foundation", "foundation", "holders", "holders", "holders"])
    assert names == ("foundation", "holders")
    assert two.players == ((2, 0), (1, 2))
    assert (
        compound_power(two).shapley == (Fraction(1, 2), Fraction(1, 2))
        or sum(compound_power(two).shapley) == 1
    )


@given(compounds())
@settings(max_examples=40)
def test_merging_nobody_changes_nothing_and_merging_all_leaves_one_who_decides(
    of: Compound,
) -> None:
    names = [str(n) for n in range(len(of.players))]
    assert merged(of, names) == (of, tuple(names))
    alone, _ = merged(of, ["all"] * len(of.players))
    assert compound_power(alone).shapley == (1,)


def test_a_council_beside_holders_one_of_whom_sits_in_it() -> None:
    """The exact product over the council's outcomes, against the twin for crowds."""
    holders = [(2000 // rank, 0) for rank in range(1, 15)]
    council = [(0, 1)] * 4 + [(300, 1)]
    of = Compound(tuple(holders + council), (3400, 3), AND)
    truth = compound_power(of)
    assert compound_banzhaf(of).values == pytest.approx(
        [float(x) for x in truth.banzhaf], abs=1e-12
    )
    assert compound_shapley(of).values == pytest.approx(
        [float(x) for x in truth.shapley], abs=1e-11
    )
    small = compound_shapley(of, 200)
    moved = max(abs(a - float(b)) for a, b in zip(small.values, truth.shapley, strict=True))
    assert moved <= small.resolution
    assert small.resolution > 0


def test_only_ways_that_contain_no_other_are_minimal() -> None:
    of = Compound(((1, 1),), (1, 1), (frozenset({0, 1}), frozenset({0})))
    assert list(minimal_ways(of)) == [frozenset({0})]


@pytest.mark.parametrize(
    ("players", "quotas", "ways", "words"),
    [
        (((1, 0), (0, 1)), (1, 2), AND, "body 2: a quota of 2 is not within 1 and"),
        (((1, 0), (0, -1)), (1, 1), AND, "body 2: voter 2 has a negative weight: -1"),
        (((1, 0), (1,)), (1, 1), AND, "player 2 has weights in 1 of 2 bodies"),
        (((1, 1),), (1, 1), (), "a way to pass needs bodies"),
        (((1, 1),), (1, 1), (frozenset({2}),), "a way to pass needs bodies"),
    ],
)
def test_a_game_that_is_none_names_the_body_and_the_value(players, quotas, ways, words) -> None:
    with pytest.raises(DataError) as caught:
        Compound(players, quotas, ways)
    assert words in caught.value.message


def test_too_many_combined_sums_are_refused_before_memory_is_full() -> None:
    players = tuple((2**n, 3**n) for n in range(20))
    quotas = (2**19, 3**19)
    with pytest.raises(DataError, match="combined sums"):
        compound_power(Compound(players, quotas, OR))


@given(compounds())
@settings(max_examples=120)
def test_no_fewer_players_pass_or_block_and_whose_word_is_needed_is_in_all_who_pass(
    of: Compound,
) -> None:
    n = len(of.players)
    every = [set(some) for size in range(n + 1) for some in combinations(range(n), size)]
    winning = [some for some in every if of.wins(some)]
    blocking = [some for some in every if not of.wins(set(range(n)) - some)]
    passing, stopping = fewest_passing(of), fewest_blocking(of)
    assert of.wins(passing)
    assert len(passing) == min(map(len, winning))
    assert set(stopping) in blocking
    assert len(stopping) == min(map(len, blocking))
    assert set(needed_by_all(of)) == set.intersection(*winning)
    alone = [p for p in range(n) if of.wins([p]) and not of.wins(set(range(n)) - {p})]
    assert decides_alone(of) == (alone[0] if alone else None)
    assert all(dual(of).wins(some) == (some in blocking) for some in every)


def test_an_upgrade_by_a_vote_or_by_a_council_by_hand() -> None:
    """Holders of 40, 30, 20, 10 and StarkWare, or nine of twelve, of whom seven must vet the vote.

    To pass: two holders, seven who vet and StarkWare are ten, the council's nine are fewer. To
    block both ways: StarkWare with four of the council, which leaves eight; or six, with whom
    neither seven vet nor nine decide.
    """
    holders = [(weight, 0, 0, 0) for weight in (40, 30, 20, 10)]
    players = (*holders, *[(0, 1, 0, 1)] * 12, (0, 0, 1, 0))
    of = Compound(players, (51, 7, 1, 9), (frozenset({0, 1, 2}), frozenset({3})))
    assert fewest_passing(of) == tuple(range(4, 13))
    assert fewest_blocking(of) == (4, 5, 6, 7, 16)
    assert (needed_by_all(of), decides_alone(of)) == ((), None)
    one, hands = merged(of, [*"abcd", *["foundation"] * 12, "starkware"])
    assert [hands[n] for n in fewest_passing(one)] == ["foundation"]
    assert [hands[n] for n in fewest_blocking(one)] == ["foundation"]
    assert hands[decides_alone(one) or 0] == "foundation"


def test_players_in_too_many_bodies_are_refused_before_all_are_tried() -> None:
    players = tuple((n, 40 - n) for n in range(1, 40))
    of = Compound(players, (400, 400), AND)
    with pytest.raises(DataError, match="combinations of players in several bodies"):
        fewest_passing(of)
