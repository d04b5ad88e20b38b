"""Findings are sentences of their figures; delegation adds up to power."""

from fractions import Fraction

import pytest

from psephos.results.figures import figure
from psephos.results.power import delegations, unexplained
from psephos.results.shown.findings import findings
from psephos.results.shown.wording import counted, decimal, percent, tokens, worded
from psephos.store.reader import Span
from tests.results.house import ZERO, House, address, time


def a_house() -> House:
    house = House()
    house.quorum(1, 4)
    for who in range(1, 13):
        house.transfer(who, ZERO, address(who), 100)
        row = {"delegator": address(who), "from_delegate": ZERO, "to_delegate": address(who)}
        house.emit("dao", "delegate_changed", who, **row)
        if who < 8:
            house.power(who, address(who), 100)
    return house


def test_a_finding_says_its_figure_in_words() -> None:
    found = findings(a_house().open(50))
    assert [one.sentence for one in found] == [
        "Four delegates could decide alone",
        "58.3 % of the supply is delegated",
        "The ten largest holders have 83.3 % of the supply",
    ]
    assert found[0].figure.value == 4


def test_a_share_of_the_supply_stands_on_the_supply_too() -> None:
    house = a_house()
    row = {"beneficiary": address(1), "start": time(0), "cliff": time(0), "finish": time(100)}
    house.emit("grant", "grant_created", 10, amount=600, **row)
    release = house.open(50, spans={"dao": (Span(1, 50, "seen"),)})
    locked = figure(release, "locked_share", "locked", recompute=True)
    assert locked.value == Fraction(300, 1200)
    assert locked.evidence.level == "seen"
    assert "dao_transfer.amount" in locked.evidence.columns
    part = figure(release, "delegated_share", "power")
    assert part.value == Fraction(700, 1200)
    both = {"dao_transfer.amount", "dao_delegate_votes_changed.new_votes"}
    assert both <= set(part.evidence.columns)
    said = {one.sentence: one.figure.measure for one in findings(release)}
    assert said["25.0 % of the supply is still locked"] == "locked_share"
    assert said["58.3 % of the supply is delegated"] == "delegated_share"


def test_a_share_of_a_supply_that_is_not_known_is_undefined() -> None:
    house = a_house()
    row = {"beneficiary": address(1), "start": time(0), "cliff": time(0), "finish": time(100)}
    house.emit("grant", "grant_created", 10, amount=600, **row)
    release = house.open(50, spans={"dao": (Span(20, 50, "complete"),)})
    found = figure(release, "locked_share", "locked")
    assert (found.value, found.evidence.level) == (None, None)
    assert found.undefined == "the supply of dao: backfill at block 1"


@pytest.mark.parametrize(
    ("numerator", "sentence", "value"),
    [
        (33, "Four delegates could decide alone", 4),
        (50, "Six delegates could decide alone", 6),
        (59, "Four delegates have more than half of the voting power", None),
    ],
)
def test_who_decides_alone_reaches_the_quorum_too(numerator, sentence, value) -> None:
    house = a_house()
    house.quorum(15, numerator)
    first = findings(house.open(50))[0]
    assert (first.sentence, first.figure.value) == (sentence, value)
    assert "gov_quorum_numerator_updated.new_quorum_numerator" in first.figure.evidence.columns
    assert ("short of the quorum" in first.context) == (value == 6)
    assert ("miss the quorum" in first.context) == (value is None)


def test_a_fixed_quorum_is_declared_and_rests_on_no_supply() -> None:
    house = House({"gov": {"token": "dao", "quorum": "499"}})
    house.power(3, address(1), 400)
    house.power(3, address(2), 100)
    found = figure(house.open(50), "decisive", "power")
    assert found.value == 2
    assert "link quorum = 499" in found.evidence.declared
    assert not any("transfer" in column for column in found.evidence.columns)


def test_nothing_known_is_nothing_said() -> None:
    assert findings(House().open(50)) == []


def test_a_vote_is_told_by_who_could_have_turned_it() -> None:
    house = a_house()
    house.propose(20, 7, 21, 30, "Raise the roof")
    for who in (1, 2, 3):
        house.vote(25, 7, who, 1, 100)
    house.vote(26, 7, 4, 0, 100)
    said = [one.sentence for one in findings(house.open(50))]
    assert "33.3 % of the supply took part in the last vote" in said
    assert "One voter could have turned a proposal" in said


def test_a_quorum_missed_is_told_by_the_nearest() -> None:
    house = a_house()
    house.quorum(19, 50)
    house.propose(20, 7, 21, 30, "Raise the roof")
    house.vote(25, 7, 1, 1, 100)
    said = [one.sentence for one in findings(house.open(50))]
    assert "One proposal missed its quorum by 83.3 %" in said
    house.vote(25, 7, 2, 1, 499)
    said = [one.sentence for one in findings(house.open(50))]
    assert "One proposal missed its quorum by 0.2 %" in said


def test_delegations_into_a_delegate_add_up_to_its_power() -> None:
    house = a_house()
    release = house.open(50)
    edges = delegations(release, dataset="dao")
    assert edges.height == 12
    assert unexplained(release, dataset="dao") == {address(who): -100 for who in range(8, 13)}


def test_who_delegates_to_nobody_has_no_edge() -> None:
    house = a_house()
    row = {"delegator": address(1), "from_delegate": address(1), "to_delegate": ZERO}
    house.emit("dao", "delegate_changed", 40, **row)
    assert address(1) not in delegations(house.open(50), dataset="dao")["delegator"].to_list()


def test_numbers_are_rounded_once_and_never_to_nothing() -> None:
    assert percent(Fraction(1, 3)) == "33.3 %"
    assert percent(Fraction(1, 10**9)) == "< 0.000001 %"
    assert percent(Fraction(3, 10**4)) == "0.03 %"
    assert percent(Fraction(999_997, 1_000_000)) == "99.9997 %"
    assert percent(1 - Fraction(1, 10**12)) == "> 99.999999 %"
    assert percent(1 + Fraction(1, 10**12)) == "> 100 %"
    assert percent(Fraction(1)) == "100.0 %"
    assert percent(Fraction(4366, 1000)) == "436.6 %"
    assert percent(Fraction(0)) == "0.0 %"
    assert decimal(Fraction(-5, 2), 0) == "−2"
    assert decimal(Fraction(10**30 + 1, 2), 1) == (
        "500\u2009000\u2009000\u2009000\u2009000\u2009000\u2009000\u2009000\u2009000\u2009000.5"
    )
    assert tokens(1_234_567 * 10**18, 18) == "1\u2009234\u2009567"
    assert worded("gini", None, "index", 0) == "undefined"
    assert counted(1, "beneficiary", capital=True) == "One beneficiary"
    assert counted(13, "beneficiary") == "13 beneficiaries"
