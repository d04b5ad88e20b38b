"""What-ifs on a small DAO by hand, and on the sample: nothing changed changes nothing."""

from fractions import Fraction

import pytest

from analytics.threshold import Threshold
from analytics.whatif import abstaining, cap, quadratic, square_root
from psephos.errors import TableError
from psephos.results.basis import Change, base
from psephos.results.control.rule_files import system
from psephos.results.control.told import control
from psephos.results.labels.entities import Entities, Entity
from psephos.results.voting.proposals import proposals
from psephos.results.voting.rules import rules, succeeded
from psephos.results.whatif import compared, compared_on, outcomes, outcomes_on
from psephos.store.reader import Release
from tests.results.house import House, address

UNIT = 10**18


@pytest.fixture
def dao():
    """1 holds 600 and delegates to 2; 3, 4 and 5 hold 200, 150 and 50 and vote with them."""
    house = House()
    for who, amount in ((1, 600), (3, 200), (4, 150), (5, 50)):
        house.transfer(1, bytes(20), address(who), amount * UNIT)
    for who, to in ((1, 2), (3, 3), (4, 4), (5, 5)):
        change = {"from_delegate": bytes(20), "to_delegate": address(to)}
        house.emit("dao", "delegate_changed", 2, delegator=address(who), **change)
    for who, votes in ((2, 600), (3, 200), (4, 150), (5, 50)):
        house.power(2, address(who), votes * UNIT)
    house.quorum(3, 4)
    house.propose(4, 7, start=5, end=9)
    for who, support, weight in ((2, 0, 600), (3, 1, 200), (4, 1, 150), (5, 1, 50)):
        house.vote(6, 7, who, support, weight * UNIT)
    return house.open(12)


def named(rows):
    return {row.name: (row.before, row.after) for row in rows}


def test_nothing_changed_changes_nothing(dao) -> None:
    for before, after in named(compared(dao, system("openzeppelin"), Change(()), 12)).values():
        assert before == after
    (one,) = outcomes(dao, system("openzeppelin"), Change(()), 12)
    assert (one.before, one.after) == (False, False)


def test_a_cap_acts_on_addresses_and_owners_are_added_up_after_it(dao) -> None:
    """2 is capped at 250 of 1,000; whoever owns 2 and 3 has 450 of 650 then, 800 of 1,000 before:
    a cap of addresses is no cap of owners."""
    owner = Entity("One", "team", "a test")
    joined = Entities.labelled(1, {address(2): owner, address(3): owner})
    change = Change(("cap",), lambda power, _: cap(power, Fraction(1, 4)))
    there = base(dao, system("openzeppelin"), 12, entities=joined)
    found = named(compared_on(there, change))
    assert found["top_1"] == (Fraction(800, 1000), Fraction(450, 650))
    assert found["nakamoto_one_half"] == (1, 1)
    assert found["holders"] == (3, 3)
    apart = base(dao, system("openzeppelin"), 12)
    assert outcomes_on(there, change) == outcomes_on(apart, change), "votes are of addresses"


def test_a_cap_of_a_quarter_leaves_no_dictator_and_turns_the_vote(dao) -> None:
    change = Change(("cap",), lambda power, _: cap(power, Fraction(1, 4)))
    found = named(compared(dao, system("openzeppelin"), change, 12))
    assert found["nakamoto_one_half"] == (1, 2)
    assert found["top_1"] == (Fraction(3, 5), Fraction(250, 650))
    assert found["pass"] == (1, 2)
    assert found["shapley_most"][0] == 1.0
    assert found["vetoes"] == (1, 0)  # 600 of 1,000 stop all; 250 of 650 do not
    assert found["propose_alone"] == (4, 4)
    (one,) = outcomes(dao, system("openzeppelin"), change, 12)
    assert (one.before, one.after) == (False, True)  # 250 against, 400 for


def test_roots_change_the_unit_and_the_quorum_follows(dao) -> None:
    for count, graph in ((square_root, False), (quadratic, True)):
        change = Change(
            ("roots",),
            (lambda _, g: quadratic(g)) if graph else (lambda p, _: square_root(p)),
            graph=graph,
            unit=True,
        )
        found = named(compared(dao, system("openzeppelin"), change, 12))
        assert found["pass_alone"] == (1, 1), count
        # √600 = 24.5 against √200 + √150 + √50 = 33.5
        (one,) = outcomes(dao, system("openzeppelin"), change, 12)
        assert (one.before, one.after) == (False, True)


def test_somebody_abstains_with_all_it_delegated(dao) -> None:
    change = Change(("w",), lambda _, g: abstaining(g, {address(1)}), graph=True)
    found = named(compared(dao, system("openzeppelin"), change, 12))
    assert found["holders"] == (4, 3)
    assert found["propose_alone"] == (4, 3)
    (one,) = outcomes(dao, system("openzeppelin"), change, 12)
    assert (one.before, one.after) == (False, True)


def test_another_threshold_and_quorum_are_the_rules_after(dao) -> None:
    change = Change(("t",), threshold=Threshold.parse(">2/3"), quorum=Threshold.parse(">=90/100"))
    found = named(compared(dao, system("openzeppelin"), change, 12))
    assert found["pass"] == (1, 3)  # 900 of 1,000 are asked, more than two thirds of the power
    assert found["pass_alone"] == (1, 3)
    assert found["gini"][0] == found["gini"][1]


def test_power_that_delegations_do_not_explain_is_refused() -> None:
    house = House()
    house.transfer(1, bytes(20), address(1), 10)
    house.power(2, address(2), 10)  # power, and nobody who delegated it
    house.quorum(3, 4)
    change = Change(("q",), lambda _, g: quadratic(g), graph=True, unit=True)
    with pytest.raises(TableError, match="the power of 1 delegates of dao is not what is"):
        compared(house.open(5), system("openzeppelin"), change, 5)


def test_a_system_without_token_holders_has_nothing_to_count(dao) -> None:
    with pytest.raises(TableError, match="no body of starknet-contracts votes with tokens"):
        compared(dao, system("starknet-contracts"), Change(()), 12)


def test_before_any_change_votes_and_coalitions_are_those_of_the_governor_and_of_control(
    sample_release: Release,
) -> None:
    by = system("openzeppelin")
    found = outcomes(sample_release, by, Change(()), sample_release.final)
    assert len(found) >= 8
    for one in found:
        of = one.proposal
        assert of.quorum is not None
        told = succeeded(of.tally, of.quorum, rules(sample_release, of.dataset))
        assert one.before == one.after == told
    rows = named(compared(sample_release, by, Change(()), sample_release.final))
    able = control(sample_release, by).able["holders"]
    assert rows["pass"] == (len(able.passing or ()),) * 2
    assert {one.proposal.id for one in found} <= {one.id for one in proposals(sample_release)}
