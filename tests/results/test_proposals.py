"""Proposals as of a block: the governor's own rules, block by block."""

from fractions import Fraction

import pytest

from psephos.errors import ConfigurationError, NotCollected
from psephos.results.voting.proposals import proposal, proposals
from psephos.results.voting.rules import State
from psephos.results.voting.votes import votes
from psephos.store.reader import Span
from tests.results.house import LINKS, ZERO, House, address, time, word


def a_house(**given) -> House:
    """1000 tokens, 600 of them delegated to three; a quorum of 4 %: 40."""
    house = House(**given)
    house.transfer(1, ZERO, address(1), 1000)
    house.quorum(1, 4)
    for who, power in ((1, 300), (2, 200), (3, 100)):
        house.power(2, address(who), power)
    return house


def state_at(house: House, block: int, head: int = 100) -> State | None:
    found = proposal(house.open(head), word(7), block)
    assert found is not None
    return found.state


def test_a_proposal_walks_through_its_states_by_the_clock() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 300)
    assert [state_at(house, block) for block in (10, 12, 13, 20, 21)] == [
        State.PENDING,
        State.PENDING,
        State.ACTIVE,
        State.ACTIVE,
        State.SUCCEEDED,
    ]
    house.say("proposal_queued", 25, 7, eta=word(time(40)))
    house.say("proposal_executed", 45, 7)
    assert [state_at(house, block) for block in (24, 25, 44, 45)] == [
        State.SUCCEEDED,
        State.QUEUED,
        State.QUEUED,
        State.EXECUTED,
    ]


def test_a_proposal_is_not_there_before_it_is_made() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    assert proposals(house.open(100), 9) == []


def test_a_cancelled_proposal_is_cancelled_whatever_its_votes() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.say("proposal_canceled", 14, 7)
    assert (state_at(house, 13), state_at(house, 14)) == (State.ACTIVE, State.CANCELED)


def test_a_late_quorum_extends_the_deadline_from_the_block_that_says_so() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(20, 7, 1, 1, 300)
    house.say("proposal_extended", 20, 7, extended_deadline=30)
    found = [proposal(house.open(100), word(7), block) for block in (19, 21, 30, 31)]
    assert [one and one.deadline for one in found] == [20, 30, 30, 30]
    assert [one and one.state for one in found] == [
        State.ACTIVE,
        State.ACTIVE,
        State.ACTIVE,
        State.SUCCEEDED,
    ]


@pytest.mark.parametrize(("weight", "state"), [(39, State.DEFEATED), (40, State.SUCCEEDED)])
def test_a_quorum_is_reached_by_exactly_itself(weight: int, state: State) -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, weight)
    assert state_at(house, 21) == state


def test_abstaining_reaches_the_quorum_but_decides_nothing() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 1)
    house.vote(15, 7, 2, 2, 39)
    assert state_at(house, 21) == State.SUCCEEDED


def test_a_tie_is_a_defeat() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 200)
    house.vote(15, 7, 2, 0, 200)
    assert state_at(house, 21) == State.DEFEATED


def test_quorum_and_supply_are_those_of_the_snapshot_and_not_of_today() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.quorum(12, 5)
    house.transfer(12, ZERO, address(5), 1000)
    house.quorum(13, 90)
    house.transfer(13, ZERO, address(5), 10**6)
    found = proposal(house.open(100), word(7), 50)
    assert found is not None
    assert found.quorum == 2000 * 5 // 100


def test_turnout_stands_on_three_bases() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.power(13, address(4), 400)
    house.vote(15, 7, 1, 1, 300)
    house.vote(15, 7, 8, 1, 0)
    found = proposal(house.open(100), word(7), 50)
    assert found is not None
    assert found.turnout.supply == Fraction(300, 1000)
    assert found.turnout.delegated == Fraction(300, 600)
    assert found.turnout.heads == Fraction(1, 3)
    assert found.quorum_reach == Fraction(300, 40)


def test_before_its_snapshot_a_proposal_has_neither_quorum_nor_turnout() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    found = proposal(house.open(100), word(7), 12)
    assert found is not None
    assert (found.quorum, found.turnout.supply, found.snapshot_block) == (None, None, None)


def test_open_or_not_final_is_provisional() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 300)
    release = house.open(22, 30)
    found = [proposal(release, word(7), block) for block in (20, 21, 22, 23, 30)]
    assert [one and one.provisional for one in found] == [True, False, False, True, True]


def test_a_governor_that_counts_seconds_is_joined_to_blocks_by_time() -> None:
    house = a_house(links={"gov": {"token": "dao", "clock": "timestamp"}})
    house.propose(10, 7, time(12), time(20))
    house.transfer(13, ZERO, address(5), 10**6)
    house.vote(15, 7, 1, 1, 300)
    assert [state_at(house, block) for block in (12, 13, 20, 21)] == [
        State.PENDING,
        State.ACTIVE,
        State.ACTIVE,
        State.SUCCEEDED,
    ]
    found = proposal(house.open(100), word(7), 50)
    assert found is not None
    assert (found.snapshot_block, found.quorum) == (12, 40)


def test_a_snapshot_between_two_blocks_is_the_end_of_the_earlier() -> None:
    house = a_house(links={"gov": {"token": "dao", "clock": "timestamp"}})
    house.propose(10, 7, time(12) + 11, time(20))
    found = proposal(house.open(100), word(7), 50)
    assert found is not None
    assert found.snapshot_block == 12


def test_what_the_timelock_cancels_is_cancelled_without_a_word_of_the_governor() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 300)
    call = {"call_index": word(0), "target": address(5), "call_value": word(0), "call_data": b""}
    wait = {"predecessor": word(0), "delay": word(60)}
    house.emit("lock", "call_scheduled", 25, id=word(99), **call, **wait)
    house.say("proposal_queued", 25, 7, eta=word(time(40)))
    house.emit("lock", "call_cancelled", 30, id=word(99))
    assert (state_at(house, 29), state_at(house, 30)) == (State.QUEUED, State.CANCELED)


def test_what_the_timelock_executes_directly_is_executed() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 300)
    call = {"call_index": word(0), "target": address(5), "call_value": word(0), "call_data": b""}
    wait = {"predecessor": word(0), "delay": word(60)}
    house.emit("lock", "call_scheduled", 25, id=word(98), **call, **wait)
    house.emit("lock", "call_scheduled", 25, id=word(99), **call, **wait)
    house.say("proposal_queued", 25, 7, eta=word(time(40)))
    house.emit("lock", "call_executed", 30, id=word(99), **call)
    assert state_at(house, 30) == State.EXECUTED


BRAVO = {**LINKS, "gov": {"token": "dao", "quorum": "250"}}


def test_bravo_counts_the_quorum_by_the_votes_for_alone_and_lets_the_queued_expire() -> None:
    house = a_house(links=BRAVO, source="governor_bravo")
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 2, 1, 200)
    house.vote(15, 7, 1, 2, 300)
    assert state_at(house, 21) == State.DEFEATED
    house.vote(16, 7, 3, 1, 100)
    house.say("proposal_queued", 25, 7, eta=word(time(40)))
    grace = 14 * 24 * 3600 // 12
    late = 40 + grace
    assert state_at(house, late - 1, late) == State.QUEUED
    assert state_at(house, late, late) == State.EXPIRED


def test_a_quorum_nobody_declared_leaves_the_outcome_untold() -> None:
    house = a_house(links={"gov": {"token": "dao"}}, source="governor_bravo")
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 300)
    found = proposal(house.open(100), word(7), 50)
    assert found is not None
    assert found.state is None
    assert found.undefined == "its quorum is not known: neither told by events nor declared"


def test_blocks_not_read_since_its_creation_leave_a_proposal_undefined() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    spans = {"gov": (Span(1, 14, "complete"), Span(18, 100, "complete"))}
    release = house.open(100, spans=spans)
    found = proposal(release, word(7), 50)
    assert found is not None
    assert (found.state, found.undefined) == (None, "backfill at block 15")
    before = proposal(release, word(7), 14)
    assert before is not None
    assert before.state == State.ACTIVE


def test_a_token_not_read_to_the_snapshot_leaves_the_quorum_untold() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 300)
    release = house.open(100, spans={"dao": (Span(5, 100, "complete"),)})
    found = proposal(release, word(7), 50)
    assert found is not None
    assert found.state is None
    assert found.undefined == "the supply at its snapshot is not known: backfill at block 1"


def test_a_block_after_the_release_is_refused() -> None:
    with pytest.raises(NotCollected, match="ends at block 100"):
        proposals(a_house().open(100), 101)


@pytest.mark.parametrize(
    "link", [{"clock": "moon"}, {"counted": "all"}, {"quorum": "4e5"}, {"grace": "-1"}]
)
def test_a_malformed_link_is_named(link: dict[str, str]) -> None:
    house = a_house(links={"gov": {"token": "dao", **link}})
    house.propose(10, 7, 12, 20)
    with pytest.raises(ConfigurationError, match="dataset gov: link"):
        proposals(house.open(100))


def test_a_fractional_vote_counts_by_its_parts() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    params = b"".join(part.to_bytes(16, "big") for part in (100, 150, 50))
    row = {"voter": address(1), "support": 255, "weight": 300, "reason": ""}
    house.say("vote_cast_with_params", 15, 7, params=params, **row)
    found = proposal(house.open(100), word(7), 50)
    assert found is not None
    tally = found.tally
    assert (tally.against, tally.for_, tally.abstain, tally.voters) == (100, 150, 50, 1)


@pytest.mark.parametrize(("support", "params"), [(3, b""), (255, b""), (255, bytes(48))])
def test_a_vote_that_is_not_understood_leaves_its_proposal_undefined_and_the_others_not(
    support: int, params: bytes
) -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    row = {"voter": address(1), "support": support, "weight": 300, "reason": ""}
    house.say("vote_cast_with_params", 15, 7, params=params, **row)
    house.propose(11, 8, 12, 20)
    house.vote(15, 8, 1, 1, 300)
    fine, strange = proposals(house.open(100))
    assert (strange.state, fine.state) == (None, State.SUCCEEDED)
    assert strange.undefined is not None
    assert "counting that is not known" in strange.undefined


def test_votes_are_listed_heaviest_first_with_the_chains_own_words() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    hostile = "<script>alert(1)</script>\u202eno"
    house.vote(15, 7, 3, 0, 100, hostile)
    house.vote(16, 7, 1, 1, 300)
    found = votes(house.open(15, 100), word(7), 50, dataset="gov")
    assert found["voter"].to_list() == [address(1), address(3)]
    assert found["support"].to_list() == ["for", "against"]
    assert found["reason"].to_list() == ["", hostile]
    assert [int(weight) for weight in found["weight"]] == [300, 100]
    assert found["provisional"].to_list() == [True, False]
