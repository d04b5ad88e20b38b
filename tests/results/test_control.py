"""Who controls a system: from a small DAO by hand, from the sample, and from rules alone."""

from fractions import Fraction
from pathlib import Path

import pytest

from analytics.games import Game
from analytics.power import power
from psephos.errors import CommandError
from psephos.results.control.bodies import abilities, electorates, usual_system
from psephos.results.control.rule_files import read, system
from psephos.results.control.system import body_powers, whole
from psephos.results.control.told import control, told
from psephos.results.labels.entities import Entities, Entity
from psephos.results.voting.rules import rules, succeeded
from psephos.store.reader import Release
from tests.results.house import LINKS, House, address, word

SUPPLY = 1_000


@pytest.fixture
def dao():
    """Power of 40, 30, 20, 10 and 100 undelegated, of a supply of 1,000; a quorum of 4 %."""
    house = House()
    house.transfer(1, bytes(20), address(99), SUPPLY)
    for who, votes in ((1, 40), (2, 30), (3, 20), (4, 10)):
        house.power(2, address(who), votes)
    house.quorum(3, 4)
    changed = {"old_proposal_threshold": word(0), "new_proposal_threshold": word(25)}
    house.emit("gov", "proposal_threshold_set", 4, **changed)
    return house.open(10)


def test_a_release_says_what_a_deployment_set_by_itself(dao) -> None:
    rules = system("openzeppelin")
    one = electorates(dao, rules, 10)["holders"]
    assert one.quorum == 40
    assert one.propose == 25
    assert one.from_chain == ("quorum of gov", "proposal threshold of gov")
    earlier = electorates(dao, rules, 3)["holders"]
    assert (earlier.quorum, earlier.propose) == (40, 0)


def test_smallest_coalitions_of_a_body_by_hand(dao) -> None:
    able = abilities(electorates(dao, system("openzeppelin"), 10)["holders"])
    assert able.passing == (0, 1)  # 70 of 100 is more than half; 40 is not
    assert able.passing_alone == (0,)  # 40 reach the quorum when nobody else comes
    assert able.blocking == (0, 1)  # 50 suffice: with half against, more than half is not left
    assert able.vetoes == ()
    assert able.dictator is None
    assert able.proposing_alone == 2
    assert able.proposing == (0,)


def test_the_indices_are_those_of_the_game_with_that_quota(dao) -> None:
    found = body_powers(electorates(dao, system("openzeppelin"), 10)["holders"])
    truth = power(Game((40, 30, 20, 10), 51))
    assert found is not None
    assert found.exact
    assert [one.shapley for one in found.players] == [float(x) for x in truth.shapley]


def test_a_quorum_above_all_power_leaves_nobody_who_could_pass(dao, tmp_path: Path) -> None:
    from psephos.results.shipped import shipped

    whole_text = (shipped("rules") / "bravo.toml").read_text(encoding="utf-8")
    file = tmp_path / "bravo.toml"
    file.write_text(whole_text, encoding="utf-8")
    one = electorates(dao, read(file), 10)["holders"]
    able = abilities(one)
    assert able.passing is None
    assert able.passing_alone is None
    assert body_powers(one) is None
    assert told(control(dao, read(file), block=10), 3)["bodies"][0]["pass"] == {
        "against_everybody": None,
        "if_nobody_else_comes": None,
    }


def test_as_the_rules_read_many_decide_and_merged_by_appointer_one(dao) -> None:
    """Nine of twelve seats may upgrade at once, and the foundation appoints all twelve."""
    rules = system("starknet")
    found = whole(rules, "upgrade", electorates(dao, rules, 10), None, 10)
    assert found.as_read is not None
    assert found.merged is not None
    assert max(one.shapley for one in found.as_read.players) < 0.5
    assert len(found.as_read.players) == 4 + 12 + 1  # the council that vets is the same twelve
    hands = {one.name: one.shapley for one in found.merged.players}
    assert hands["foundation"] == pytest.approx(1.0, abs=1e-9)
    assert found.owners == ("foundation",)
    assert found.read_by is not None
    assert found.merged_by is not None
    assert found.read_by.passing is not None
    assert found.read_by.blocking is not None
    assert len(found.read_by.passing) == 9  # the council's own way takes fewer than the vote's
    stopped = found.read_by.blocking  # four leave the council eight, and StarkWare stops the vote
    assert (len(stopped), sum(one.startswith("council") for one in stopped)) == (5, 4)
    assert found.merged_by.alone == "foundation"
    assert found.merged_by.passing == found.merged_by.blocking == ("foundation",)
    assert found.merged_by.vetoes == ("foundation",)
    for powers in (found.as_read, found.merged):
        assert sum(one.shapley for one in powers.players) == pytest.approx(1.0, abs=1e-9)


def test_power_that_the_appointer_holds_itself_is_in_the_same_hand(dao) -> None:
    rules = system("starknet")
    labels = Entities.labelled(1, {address(1): Entity("Foundation", "foundation", "a test")})
    found = whole(rules, "upgrade", electorates(dao, rules, 10), labels, 10)
    assert found.merged is not None
    names = [one.name for one in found.merged.players]
    assert "0x" + address(1).hex() not in names
    assert names.count("foundation") == 1


def test_a_body_that_token_holders_appoint_follows_them_when_merged(dao) -> None:
    rules = system("proposal-2022")
    found = whole(rules, "upgrade", electorates(dao, rules, 10), None, 10)
    assert found.as_read is not None
    assert found.merged is not None
    assert len(found.as_read.players) == 4 + 9 + 9
    assert len(found.merged.players) == 4 + 9  # the developers are nobody's


def test_contracts_that_know_no_vote_are_exact_and_one_hand_fills_the_council(dao) -> None:
    rules = system("starknet-contracts")
    found = whole(rules, "upgrade", electorates(dao, rules, 10), None, 10)
    assert found.as_read is not None
    assert found.as_read.exact
    council = [one.shapley for one in found.as_read.players if one.name.startswith("council")]
    # StarkWare decides when 4 to 8 of twelve seats came before it: 5 of 13 places
    assert found.as_read.players[-1].shapley == pytest.approx(float(Fraction(5, 13)))
    assert council == pytest.approx([float(Fraction(8, 13) / 12)] * 12)
    assert found.merged is not None
    assert {one.name: one.shapley for one in found.merged.players} == {
        "foundation": 1.0,
        "starkware": 0.0,
    }


def test_stakes_that_a_release_does_not_hold_are_said_to_be_missing(dao) -> None:
    found = told(control(dao, system("snip-33"), block=10), 3)
    assert found["bodies"][0]["undefined"] == "this release holds no stakes"
    assert found["games"][0]["undefined"] == "validators: this release holds no stakes"


def test_a_release_without_a_governor_asks_for_a_system(dao) -> None:
    assert usual_system(dao) == "openzeppelin"
    dao.datasets.pop("gov")
    with pytest.raises(CommandError, match="no governor that a rule file is known for"):
        usual_system(dao)


def test_each_vote_of_the_sample_came_out_as_its_governor_says_and_who_could_turn_it_is_told(
    sample_release: Release,
) -> None:
    found = control(sample_release, system("openzeppelin"))
    assert len(found.votes) >= 8
    for one in found.votes:
        of = one.proposal
        assert of.quorum is not None
        by = rules(sample_release, of.dataset)
        assert one.passed == succeeded(of.tally, of.quorum, by)
        assert one.margin == of.tally.for_ - of.tally.against
        if of.counted < of.quorum:
            assert one.robustness == 0
        else:
            assert one.robustness is not None
            assert one.robustness > 0
        assert (one.flip == 1) <= (one.switching != 0)
        assert one.unused is not None
        assert 0 <= one.unused <= 1


def test_control_of_the_sample_rests_on_its_blocks_and_names_its_declarations(
    sample_release: Release,
) -> None:
    found = told(control(sample_release, system("openzeppelin")), 3)
    (body,) = found["bodies"]
    assert body["members"] > 100
    assert body["from_chain"] == [
        "quorum of governor", "proposal threshold of governor", "delay of timelock",
    ]  # fmt: skip
    assert body["indices"]["exact"] is False
    assert body["indices"]["rounded_to"] == {"banzhaf": 1_000_000, "shapley": 100_000}
    assert 0 < body["indices"]["resolution"]["shapley"] < 0.01
    assert len(body["indices"]["largest"]) == 3
    assert found["evidence"]["level"] == "anchored"
    assert "rules openzeppelin since 2021-08-17" in found["evidence"]["declared"]
    assert "strk_delegate_votes_changed.new_votes" in found["evidence"]["columns"]


def test_how_soon_a_way_has_an_effect_is_its_slowest_bodys_delay_and_its_own(dao) -> None:
    """A regular upgrade: seven days of vetting, then eight in StarkWare's queue."""
    found = {
        one.way.title.partition(":")[0]: one for one in control(dao, system("starknet")).speeds
    }
    regular = found["a regular upgrade"]
    assert (regular.hours, regular.sure) == (168 + 192, False)  # how long a vote takes is not told
    assert regular.fewest == 2 + 7 + 1  # 70 of 100 votes, seven of twelve seats, and StarkWare
    emergency = found["an emergency upgrade by the Security Council"]
    assert (emergency.hours, emergency.sure, emergency.fewest) == (0, True, 9)
    minting = found["minting and staking parameters, announced fourteen days before"]
    assert (minting.hours, minting.sure, minting.fewest) == (14 * 24, True, 3)
    admits = found["the Foundation admits proposals to a vote"]
    assert (admits.hours, admits.sure) == (0, False)
    assert admits.words == "how soon is not told"
    contracts = control(dao, system("starknet-contracts")).speeds
    assert [(one.hours, one.fewest) for one in contracts] == [(192, 1), (0, 9), (0, 1)]


@pytest.mark.parametrize(("clock", "hours"), [("blocknumber", 48), ("timestamp", 48 + 24 + 72)])
def test_how_long_a_vote_waits_is_what_its_governor_and_timelock_told_last(
    clock: str, hours: int
) -> None:
    """A clock of blocks says nothing of hours: the timelock's are then the least."""
    house = House({**LINKS, "gov": {**LINKS["gov"], "clock": clock}})
    house.transfer(1, bytes(20), address(99), SUPPLY)
    house.power(2, address(1), 40)
    house.quorum(3, 4)
    for block, days in ((4, 9), (5, 2)):
        delay = {"old_delay": word(0), "new_delay": word(days * 86_400)}
        house.emit("lock", "min_delay_change", block, **delay)
    for what, days in (("voting_delay", 1), ("voting_period", 3)):
        house.emit(
            "gov", f"{what}_set", 6, **{f"old_{what}": word(0), f"new_{what}": word(days * 86_400)}
        )
    one = electorates(house.open(10), system("openzeppelin"), 10)["holders"]
    assert one.body.delay_hours == hours
    assert "delay of lock" in one.from_chain
    assert ("delay of gov" in one.from_chain) == (clock == "timestamp")
    assert electorates(house.open(10), system("openzeppelin"), 4)["holders"].body.delay_hours == 216
    assert (
        electorates(house.open(10), system("openzeppelin"), 3)["holders"].body.delay_hours is None
    )
    said = told(control(house.open(10), system("openzeppelin")), 3)
    assert (said["bodies"][0]["delay_hours"], said["ways"][0]["not_before_hours"]) == (hours, hours)
