"""Capture, users and scorecard: by hand, by laws, and the votes of Compound in 2024."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics import Threshold
from analytics.capture import bribe, by_issuer, cost, fleeting, fresh, to_reach, to_win
from analytics.scorecard import Component, score, scored
from analytics.users import recount, use_share
from psephos.errors import DataError

THRESHOLDS = [Threshold.parse(text) for text in (">1/3", ">1/2", ">2/3", ">=1/3", ">=1/2", ">=2/3")]


@given(st.integers(1, 400), st.data(), st.sampled_from(THRESHOLDS))
@settings(max_examples=60)
def test_what_is_needed_is_enough_and_one_less_is_not(whole, data, threshold) -> None:
    own = data.draw(st.integers(0, whole))
    bought = to_reach(threshold, whole, own=own)
    added = to_reach(threshold, whole, own=own, how="added")
    assert bought is not None
    assert threshold.met(own + bought, whole)
    assert not bought or not threshold.met(own + bought - 1, whole) or own + bought == 1
    assert added is not None
    assert threshold.met(own + added, whole + added)
    assert not added or not threshold.met(own + added - 1, whole + added - 1) or own + added == 1
    assert added >= bought


def test_thirds_and_halves_of_stake_by_hand() -> None:
    """Of 90: 31 bought are more than a third; added to it, 46: 46 of 136."""
    third = Threshold.parse(">1/3")
    assert (to_reach(third, 90), to_reach(third, 90, how="added")) == (31, 46)
    assert to_reach(Threshold.parse(">1/2"), 90, own=40) == 6
    assert to_reach(Threshold.parse(">=1/2"), 90, own=45) == 0
    assert to_reach(Threshold.parse(">=1"), 90, how="added") is None


@given(st.integers(0, 300), st.fractions(0, 1), st.integers(0, 300))
@settings(max_examples=60)
def test_an_added_winner_leads_and_one_less_does_not(power, turnout, quorum) -> None:
    found = to_win(power, turnout, quorum)
    assert found.needs > turnout * power
    assert found.needs >= quorum
    one_less = found.needs - 1
    assert one_less <= turnout * power or one_less < quorum
    bought = to_win(power, turnout, quorum, how="bought")
    assert bought.needs > turnout * (power - bought.needs) or bought.needs >= quorum
    assert bought.needs <= found.needs


def test_a_vote_with_few_voters_costs_its_quorum() -> None:
    found = to_win(1_000, Fraction(1, 10), 400)
    assert (found.needs, found.bound, found.against) == (400, "quorum", 100)
    found = to_win(1_000, Fraction(1, 2), 400)
    assert (found.needs, found.bound) == (501, "majority")
    assert to_win(1_000, Fraction(1, 2), 400, how="bought").needs == 400  # 334 would lead
    assert to_win(1_000, Fraction(1, 2), 0, helped=100).needs == 401


def test_compound_289_by_its_published_sums() -> None:
    """The Block, 2024-07-28: 682,191 for, 633,636 against; quorum 400,000 (GovernorBravo), and the
    attackers' 325,333 COMP (daotimes). They needed others' 308,304 votes to lead."""
    for_, against, attackers, quorum = 682_191, 633_636, 325_333, 400_000
    assert Fraction(for_ - against, 2) == Fraction("24277.5")  # who would have had to change sides
    others = for_ - attackers
    found = to_win(against, Fraction(1), quorum, helped=others)
    assert (found.needs, found.bound) == (against + 1 - others, "majority")
    assert found.needs == 276_779 <= attackers
    assert to_win(against, Fraction(1), quorum).needs == 633_637  # with nobody's help
    assert abs(Fraction(for_, for_ + against) - Fraction("0.5184")) < Fraction(1, 10_000)


def test_a_bribe_is_at_least_the_need_times_what_is_lost() -> None:
    found = bribe([50, 30, 20], 60, Fraction(1, 10))
    assert found is not None
    assert (found.voters, found.weight, found.least, found.paid) == (2, 80, 6, 8)
    assert bribe([50, 30, 20], 101, Fraction(1)) is None
    assert bribe([], 0, Fraction(1)) is None


def test_a_ladder_has_a_depth() -> None:
    ladder = [(Fraction(40), 10), (Fraction(50), 10)]
    assert cost(15, ladder) == 650
    assert cost(21, ladder) is None
    assert cost(0, []) == 0


def test_fresh_power_is_what_came_since() -> None:
    found = fresh({"a": 10, "b": 30, "c": 5}, {"a": 10, "b": 5, "d": 9})
    assert (found.amount, found.share) == (30, Fraction(30, 45))
    assert found.who == (("b", 25), ("c", 5))
    assert fresh({}, {}).share is None


def test_power_that_came_and_went_is_never_more_than_what_came() -> None:
    before, now, after = {"a": 10, "b": 5}, {"a": 30, "b": 30, "c": 7}, {"a": 30, "b": 15}
    found = fleeting(before, now, after)
    assert found.who == (("b", 15), ("c", 7))  # of b's 25 new ones 15 were gone; a's stayed
    assert (found.amount, found.share) == (22, Fraction(22, 67))
    assert fleeting(now, now, after).amount == 0  # who leaves had not come
    assert fleeting({}, now, now).amount == 0


@given(*[st.dictionaries(st.integers(0, 3), st.integers(0, 20))] * 3)
@settings(max_examples=50)
def test_fleeting_power_is_fresh_and_gone(before, now, after) -> None:
    found = dict(fleeting(before, now, after).who)
    for who, amount in found.items():
        assert amount <= dict(fresh(now, before).who)[who]
        assert amount <= dict(fresh(now, after).who)[who]


def test_staking_power_in_foreign_assets_by_issuer() -> None:
    """SNIP-31: a quarter of the power to Bitcoin wrappers together."""
    weights = {"STRK": Fraction(75, 300), "WBTC": Fraction(25, 10), "tBTC": Fraction(25, 10)}
    issuers = {"STRK": "Starknet", "WBTC": "BitGo", "tBTC": "Threshold"}
    found = by_issuer({"STRK": 300, "WBTC": 6, "tBTC": 4}, weights, issuers)
    assert found == {
        "Starknet": Fraction(3, 4), "BitGo": Fraction(15, 100), "Threshold": Fraction(1, 10)
    }  # fmt: skip
    assert by_issuer({}, weights, issuers) is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: to_reach(THRESHOLDS[0], -1), "the whole is negative: -1"),
        (lambda: to_reach(THRESHOLDS[0], 5, own=6), "own 6 is more than the whole, 5"),
        (lambda: to_reach(THRESHOLDS[0], True), "the whole is no whole number: 'True'"),
        (lambda: to_win(10, Fraction(11, 10), 0), "the turnout is no share of a whole: 11/10"),
        (lambda: to_win(10, Fraction(1, 2), -3), "the quorum is negative: -3"),
        (lambda: bribe([1, -2], 1, Fraction(1)), "amount 1 is negative: -2"),
        (lambda: bribe([1], 1, Fraction(-1)), "the rate is negative: -1"),
        (lambda: cost(5, [(Fraction(2), 1), (Fraction(1), 9)]), "step 1 of the ladder: 9 at 1"),
        (lambda: by_issuer({"X": 1}, {}, {}), "token X has no weight"),
        (lambda: by_issuer({"X": 1}, {"X": Fraction(1)}, {}), "token X has no issuer"),
        (lambda: fleeting({}, {}, {"a": -1}), "amount 0 is negative: -1"),
        (lambda: fresh({"a": -1}, {}), "amount 0 is negative: -1"),
        (lambda: use_share({"a": -1}, ()), "amount 0 is negative: -1"),
        (lambda: recount({"a": "maybe"}, {}), "voter a chose 'maybe'"),
        (lambda: recount({b"\1": "for"}, {b"\1": -2}), "the weight of voter 0x01 is negative: -2"),
        (lambda: scored(Component("p", "c", None, Fraction(1), Fraction(1))), "c: worst and best"),
    ],
)
def test_bad_input_is_named_with_its_value(call, words) -> None:
    with pytest.raises(DataError) as raised:
        call()
    assert words in raised.value.message


def test_what_users_hold_is_an_interval_where_use_cannot_be_known() -> None:
    held = {"a": 10, "b": 20, "pool": 60, "c": 10, "empty": 0}
    found = use_share(held, {"a", "empty"}, {"pool", "a"})
    assert found is not None
    assert (found.low, found.high) == (Fraction(1, 10), Fraction(7, 10))
    assert (found.users, found.unknown) == (1, 1)
    assert use_share({"a": 0}, {"a"}) is None


def test_one_vote_a_head_and_votes_by_fees_turn_a_vote_of_one_whale() -> None:
    votes = {"whale": "for", "a": "against", "b": "against", "idle": "for", "c": "abstain"}
    assert recount(votes, {"whale": 900, "a": 5, "b": 5}).side == "for"
    heads = recount(votes, dict.fromkeys(("whale", "a", "b", "c"), 1))
    assert (heads.for_, heads.against, heads.abstain, heads.side) == (1, 2, 1, "against")
    assert recount(votes, {"whale": 1, "a": 30, "b": 2}).side == "against"
    assert recount(votes, {}).side == "tie"
    assert recount(votes, {}, missing=1).side == "tie"


def test_a_score_stands_beside_its_components_and_its_weights() -> None:
    one = Component("liveness", "gaps", Fraction(1, 4), Fraction(1), Fraction(0))
    two = Component("liveness", "producers", Fraction(11), Fraction(1), Fraction(21), Fraction(3))
    found = score([one, two])
    assert found is not None
    assert [place for _, place in found.parts] == [Fraction(3, 4), Fraction(1, 2)]
    assert found.low == found.high == (Fraction(3, 4) + 3 * Fraction(1, 2)) / 4
    assert found.by_weight == (Fraction(1, 2), Fraction(3, 4))
    assert found.leaving_out == {"gaps": (Fraction(1, 2),) * 2, "producers": (Fraction(3, 4),) * 2}
    unknown = Component("liveness", "?", None, Fraction(0), Fraction(1))
    found = score([one, unknown])
    assert found is not None
    assert (found.low, found.high) == (Fraction(3, 8), Fraction(7, 8))
    assert found.by_weight == (0, 1)
    assert score([]) is None
    with pytest.raises(DataError, match="two components are called 'gaps'"):
        score([one, one])
    with pytest.raises(DataError, match=r"the weight of .* is negative: -1"):
        score([Component("p", "?", None, Fraction(0), Fraction(1), Fraction(-1))])
