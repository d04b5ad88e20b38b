"""Rule files on votes: a committee of stakers by hand, and what is told three ways of one vote."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from analytics.rules import Ballot, agrees, decide
from psephos.chain.dataset import Dataset as Watched
from psephos.results.control.bodies import abilities, electorates
from psephos.results.control.rule_files import system
from psephos.results.control.told import control, told
from psephos.results.control.words import text
from psephos.results.economy.backtest import backtests
from psephos.results.labels.entities import Entities, Entity
from psephos.results.voting.proposals import proposals
from psephos.results.voting.rules import rules, succeeded
from psephos.results.weights import weighed
from psephos.settings import Settings
from psephos.store.reader import Release
from tests.results.house import House, address

SN_MAIN = 0x534E5F4D41494E
UNIT = 10**18
YES, NO = Ballot(1), Ballot(0, 1)


def felt(n: int) -> bytes:
    return n.to_bytes(32, "big")


@pytest.fixture
def stakers() -> House:
    """A hundred and two stakers: 400, then 100 with 2 each, then one with 1 who is left out."""
    house = House()
    house.watched["stake"] = Watched("stake", SN_MAIN, (felt(0xCA),), ("starknet_staking",), 1)
    both = {"reward_address": felt(9), "operational_address": felt(8)}
    for who, amount in ((1, 400), *((n, 2) for n in range(2, 102)), (102, 1)):
        house.emit("stake", "new_staker", 1, staker=felt(who), self_stake=amount, **both)
    return house


def of_starknet(house: House, block: int) -> Release:
    found = house.open(block)
    found.chain = type(found.chain)(SN_MAIN, "starknet", "")
    return found


def test_a_committee_is_the_hundred_heaviest_stakers_by_their_weight(stakers: House) -> None:
    """400 and 99 of 2: 598 together, of which more than two thirds are 399 or more."""
    release, rules_ = of_starknet(stakers, 5), system("snip-33")
    one = electorates(release, rules_, 5)["validators"]
    assert (len(one.weights), one.staked, one.held) == (100, "stake", None)
    told_ = weighed(release, "stake", 5).powers
    assert one.weights == tuple(sorted(told_.values(), reverse=True)[:100])
    assert felt(102) not in one.stakers
    able = abilities(one)
    assert (able.passing, able.vetoes, able.dictator) == ((0,), (0,), 0)
    assert able.blocking == (0,)
    labels = Entities.labelled(SN_MAIN, {felt(2): Entity("One", "exchange", "a test"),
                                         felt(3): Entity("One", "exchange", "a test")})  # fmt: skip
    merged = electorates(release, rules_, 5, entities=labels)["validators"]
    assert merged.names[1] == "One"
    assert len(merged.weights) == 100  # the hundredth is now the next one


def test_a_committee_says_what_it_rests_on(stakers: House) -> None:
    found = control(of_starknet(stakers, 5), system("snip-33"), block=5)
    said = told(found, 3)
    body = said["bodies"][0]
    assert (body["undefined"], body["dataset"], body["members"]) == (None, "stake", 100)
    assert body["dictator"] == "0x" + felt(1).hex()
    assert body["indices"]["largest"][0]["shapley"] == pytest.approx(1.0, abs=1e-12)
    assert any(one.startswith("stake_new_staker.") for one in said["evidence"]["columns"])
    assert "of weight in consensus; threshold >2/3 of members" in text(found, 3)
    assert [one.fewest for one in found.speeds] == [1, 1]


def test_a_committee_before_anybody_staked_has_its_reason(stakers: House) -> None:
    one = electorates(of_starknet(stakers, 5), system("snip-33"), 0)["validators"]
    assert one.why == "nobody has stake of its own"


def test_a_committee_with_exactly_two_thirds_of_its_stake_makes_no_block(stakers: House) -> None:
    one = electorates(of_starknet(stakers, 5), system("snip-33"), 5)["validators"]
    whole = one.power - one.power % 3
    least = 2 * whole // 3
    for for_, makes in ((least, False), (least + 1, True), (least - 1, False)):
        ballot = Ballot(for_, whole - for_, delegated=whole)
        assert decide(system("snip-33"), {"validators": ballot}, matter="block").passed == makes
    silent = {"starkware": YES}  # the lever after a freeze is another matter
    assert not decide(system("snip-33"), silent, matter="block").passed
    assert decide(system("snip-33"), silent, matter="frozen").passed


def test_bravos_file_decides_compounds_289_as_its_governor_did() -> None:
    """682,191 for, 633,636 against; with the half that turns it the other way, it fails."""
    (of,) = backtests()
    vote = next(one for one in of.votes if one.proposal == 289)
    assert vote.for_ is not None
    assert vote.against is not None
    cast = Ballot(vote.for_ * UNIT, vote.against * UNIT)
    assert decide(system("bravo"), {"holders": cast}, unit=UNIT).passed
    assert vote.outcome == "passed"
    half = (cast.for_ - cast.against) // 2  # 24,277.5 COMP: a tie, and a tie fails
    tied = replace(cast, for_=cast.for_ - half, against=cast.against + half)
    assert tied.for_ == tied.against
    assert not decide(system("bravo"), {"holders": tied}, unit=UNIT).passed


def test_one_electorate_tells_all_that_was_told_of_the_vote_of_september_2024() -> None:
    """79.65 % of the power, about 14 % of the supply, 0.08 % of the heads, and 98.94 % for."""
    house = House()
    house.transfer(1, bytes(20), address(9_999), 569_000)
    house.power(2, address(1), 78_806)
    house.power(2, address(2), 844)
    for who in range(3, 2_500):
        house.power(2, address(who), 8)
    house.power(2, address(2_500), 100_000 - 79_650 - 8 * 2_497)
    house.quorum(3, 4)
    house.propose(4, 5, 5, 9)
    house.vote(6, 5, 1, 1, 78_806)
    house.vote(7, 5, 2, 0, 844)
    (one,) = proposals(house.open(12), 12)
    turnout = one.turnout
    assert (turnout.delegated, turnout.heads) == (Fraction(7965, 10_000), Fraction(8, 10_000))
    assert turnout.supply is not None
    assert round(100 * float(turnout.supply)) == 14
    tally = one.tally
    assert round(Fraction(tally.for_, tally.for_ + tally.against), 4) == Fraction(9894, 10_000)
    cast = {"holders": Ballot(tally.for_, tally.against), "vetting": Ballot(7, 5)}
    assert decide(system("starknet"), {**cast, "starkware": YES}, matter="upgrade").passed
    assert not decide(system("starknet"), {**cast, "starkware": NO}, matter="upgrade").passed


@pytest.fixture
def played(starknet_sample: Settings) -> Iterator[Release]:
    with Release.open(starknet_sample.releases) as found:
        yield found


@pytest.mark.long
def test_snapshot_xs_and_starknets_files_decide_every_vote_of_the_sample(played: Release) -> None:
    """Snapshot X as its space did; Starknet as it is: what passed still needs the others."""
    by_space, as_is = system("snapshot-x"), system("starknet")
    seen = set()
    for one in proposals(played, played.head):
        if one.state is None or one.state.open or one.at_snapshot is None:
            continue
        tally = one.tally
        ballot = Ballot(tally.for_, tally.against, tally.abstain, one.at_snapshot.supply)
        by_contract = succeeded(tally, one.quorum or 0, rules(played, one.dataset))
        assert decide(by_space, {"holders": ballot}).passed == by_contract
        others = {"vetting": Ballot(7, 5), "starkware": YES}
        both = {"holders": ballot, **others}
        assert decide(as_is, both, matter="upgrade").passed == by_contract
        assert not decide(as_is, {"holders": ballot}, matter="upgrade").passed
        seen.add(by_contract)
    assert seen == {True, False}


@pytest.mark.long
def test_a_committee_of_the_samples_stakers_weighs_what_consensus_does(played: Release) -> None:
    rules_ = system("snip-33")
    found = control(played, rules_)
    one = found.bodies["validators"]
    assert one.why is None
    assert len(one.weights) == min(100, len([x for x in weighed(
        played, one.staked, found.block).powers.values() if x]))  # fmt: skip
    able = found.able["validators"]
    assert able.passing is not None
    assert able.blocking is not None
    makes = sum(one.weights[n] for n in able.passing)
    body = rules_.body("validators")
    assert agrees(body, Ballot(makes, one.power - makes, delegated=one.power))
    stopped = sum(one.weights[n] for n in able.blocking)
    assert not agrees(body, Ballot(one.power - stopped, stopped, delegated=one.power))
    assert found.evidence.columns


def test_power_that_was_not_used_is_of_who_stayed_away_and_of_who_cast_a_part() -> None:
    """1 casts 30 and then 20 of 60 in parts, 2 all of 30; 3, who has 10, does not come."""
    house = House()
    house.transfer(1, bytes(20), address(99), 1_000)
    for who, votes in ((1, 60), (2, 30), (3, 10)):
        house.power(2, address(who), votes)
    house.quorum(3, 4)
    house.propose(4, 5, 5, 9)
    house.propose(4, 6, 5, 9)
    for block, parts in ((6, (10, 20, 0)), (7, (0, 20, 0))):
        row = {"voter": address(1), "support": 255, "weight": sum(parts), "reason": ""}
        params = b"".join(part.to_bytes(16, "big") for part in parts)
        house.say("vote_cast_with_params", block, 5, params=params, **row)
    house.vote(7, 5, 2, 1, 30)
    house.vote(7, 6, 1, 1, 60)
    found = control(house.open(12), system("openzeppelin"), block=12).votes
    one, other = sorted(found, key=lambda vote: vote.proposal.number)
    assert (one.absent, one.part, one.unused) == (10, 10, Fraction(1, 5))
    assert (one.passed, one.why) == (None, "it holds fractional votes")
    assert (other.absent, other.part, other.unused) == (40, 0, Fraction(2, 5))
    said = told(control(house.open(12), system("openzeppelin"), block=12), 1)["votes"]
    assert {(row["unused_by_absent"], row["unused_in_part"]) for row in said} == {
        ("10", "10"), ("40", "0"),
    }  # fmt: skip
