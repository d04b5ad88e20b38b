"""Delegation and alignment of a small DAO by hand, and of the sample."""

from fractions import Fraction

import pytest

from psephos.errors import TableError
from psephos.results.labels.entities import Entities, Entity
from psephos.results.studies import STUDIES, study
from psephos.store.reader import Release
from psephos.workbench import Workbench
from tests.results.house import House, address

ZERO = bytes(20)


def delegating(house: House, block: int, who: int, to: int) -> None:
    row = {"delegator": address(who), "from_delegate": ZERO, "to_delegate": address(to)}
    house.emit("dao", "delegate_changed", block, **row)


@pytest.fixture
def dao() -> House:
    """1 to 2 to 3 to itself; 4 and 5 in a circle; 6 to nobody: 60, 10, 5, 10, 5 and 10."""
    house = House()
    for who, amount in ((1, 60), (2, 10), (3, 5), (4, 10), (5, 5), (6, 10)):
        house.transfer(1, ZERO, address(who), amount)
    for who, to in ((1, 2), (2, 3), (3, 3), (4, 5), (5, 4)):
        delegating(house, 2, who, to)
    for who, votes in ((2, 60), (3, 15), (5, 10), (4, 5)):
        house.power(2, address(who), votes)
    house.quorum(3, 4)
    house.propose(4, 1, 5, 9)
    house.vote(6, 1, 2, 1, 60)
    house.propose(4, 2, 5, 9)
    house.vote(6, 2, 2, 0, 60)
    house.vote(6, 1, 3, 1, 15)
    house.vote(7, 2, 3, 0, 15)
    return house


def test_delegation_by_hand(dao: House) -> None:
    labels = Entities.labelled(1, {address(1): Entity("F", "foundation", "made up")})
    found = study(dao.open(12), "delegation", entities=labels)
    value = {one.measure: one.value for one in found.figures}
    assert value["undelegated"] == Fraction(1, 10)
    assert value["self_delegated"] == Fraction(5, 90)
    assert (value["legal_half"], value["influence_half"]) == (1, 1)
    assert value["stranded"] == Fraction(15, 90)
    assert value["circles"] == 1
    assert value["ghost"] == Fraction(15, 90)
    assert value["foundation_share"] == Fraction(60, 90)
    assert value["single_source"] == Fraction(60 + 15 + 10 + 5, 90)
    assert value["churn"] is None
    (table,) = found.tables
    rows = {row[0]: row for row in table.rows}
    assert rows["0x" + address(2).hex()][1:] == ("0", "0", 1, "100.0 %", "yes")
    assert {one.evidence.level for one in found.figures} == {"complete"}
    assert len({one.id for one in found.figures}) == len(found.figures)


def test_alignment_by_hand(dao: House) -> None:
    """Delegates 2 and 3 agree on both proposals; 4 and 5 never came."""
    found = study(dao.open(12), "alignment")
    value = {one.measure: one.value for one in found.figures}
    assert value["largest_bloc_1"] == Fraction(75, 90)
    assert value["bloc_entropy_1"] == pytest.approx(0.6500224, abs=1e-6)  # 75 and 15 of 90
    assert value["pivotal_votes"] == 1  # whoever has 60 of 75 turns both
    grid, votes = found.tables
    assert [row[0] for row in grid.rows] == [">=1/2", ">=2/3", ">=3/4", ">=9/10", ">=1"]
    assert len(votes.rows) == 2


def test_what_cannot_be_told_has_its_reason(dao: House) -> None:
    house = House()
    house.transfer(1, ZERO, address(1), 10)
    house.power(2, address(2), 10)
    found = study(house.open(5), "delegation")
    assert found.figures == ()
    assert "the power of 1 delegates of dao is not what is delegated to them" in (found.why or "")
    assert "no vote" in (study(house.open(5), "alignment").why or "")
    with pytest.raises(TableError, match="no study 'astrology'"):
        study(house.open(5), "astrology")


def test_a_study_of_the_sample_is_reached_by_a_notebook(sample_release: Release) -> None:
    shown = Workbench(sample_release).study("delegation")
    assert shown.figures
    assert all(card.figure.evidence.level for card in shown.figures.values())
    assert all(len(frame) for frame in shown.tables.values())
    assert STUDIES["delegation"].title in repr(shown)
    assert "<table" in shown._repr_html_()
    first = next(iter(shown.figures.values()))
    assert "formula" in str(first.explain())
