"""Figures: what they are called, what they stand on, and what they say."""

from fractions import Fraction

import pytest

from psephos.errors import TableError, VerificationFailed
from psephos.results.figures import figure, figures
from psephos.results.history import history
from psephos.results.labels.entities import Entities, Entity
from psephos.store.reader import Span
from tests.results.house import ZERO, House, address, word


def a_house(amounts: tuple[int, ...] = (50, 30, 20)) -> House:
    house = House()
    house.quorum(1, 4)
    for who, amount in enumerate(amounts, start=1):
        house.transfer(who, ZERO, address(who), amount)
        house.power(who, address(who), amount)
    return house


def test_a_figure_is_exact_and_says_who_is_counted() -> None:
    found = figure(a_house().open(50), "hhi", "power")
    assert found.value == Fraction(50**2 + 30**2 + 20**2, 100**2)
    assert found.text == "0.3800"
    assert found.count == 3
    assert found.population == (
        "every delegate with more than nothing (voting power) of dao at the end of block 50, "
        "by address"
    )


def test_the_id_is_of_the_question_and_not_of_the_answer() -> None:
    one, other = a_house().open(50), a_house((60, 20, 20)).open(50)
    first, second = figure(one, "gini", "power"), figure(other, "gini", "power")
    assert first.value != second.value
    assert first.id == second.id


@pytest.mark.parametrize(
    "change",
    [
        {"measure": "gini"},
        {"kind": "balance"},
        {"block": 49},
        {"entities": Entities.labelled(1, {address(1): Entity("A", "team", "a page")})},
    ],
)
def test_another_question_has_another_id(change) -> None:
    release = a_house().open(50)
    asked = {"measure": "hhi", "kind": "power", "block": 50}
    assert figure(release, **asked).id != figure(release, **(asked | change)).id


def test_another_level_is_another_id() -> None:
    spans = {"dao": (Span(1, 50, "seen"),)}
    seen, complete = (a_house().open(50, spans=s) for s in (spans, None))
    assert figure(seen, "hhi", "power").id != figure(complete, "hhi", "power").id


def test_the_level_is_the_lowest_of_all_blocks_also_of_those_without_rows() -> None:
    spans = {"dao": (Span(1, 30, "complete"), Span(31, 31, "seen"), Span(32, 60, "anchored"))}
    release = a_house().open(60, spans=spans)
    assert figure(release, "hhi", "power", block=30).evidence.level == "complete"
    under = figure(release, "hhi", "power", block=60).evidence
    assert (under.level, under.blocks, under.complete) == ("seen", 60, 59)
    assert "not proven" in under.words


def test_a_gap_leaves_a_figure_undefined_with_its_reason() -> None:
    spans = {"dao": (Span(20, 60, "complete"),)}
    found = figure(a_house().open(60, spans=spans), "hhi", "power")
    assert (found.value, found.undefined) == (None, "backfill at block 1")
    assert found.text == "undefined"
    assert found.evidence.level is None


def test_recomputed_means_from_the_rows_and_a_changed_position_is_noticed() -> None:
    release = a_house().open(50)
    assert figure(release, "hhi", "power", recompute=True).evidence.recomputed
    forged = release.con.sql("SELECT * FROM position").to_arrow_table().to_pylist()
    table = release.con.sql("SELECT * FROM position").to_arrow_table()
    forged[0]["amount"] += 1
    release.con.unregister("position")
    release.con.register("position", type(table).from_pylist(forged, schema=table.schema))
    with pytest.raises(VerificationFailed, match="not what the rows say"):
        figure(release, "hhi", forged[0]["kind"], recompute=True)


def test_addresses_of_one_owner_are_one_holder() -> None:
    owner = Entity("Foundation", "foundation", "its site")
    labels = Entities.labelled(1, {address(2): owner, address(3): owner})
    release = a_house().open(50)
    alone = figure(release, "nakamoto_one_half", "power")
    joined = figure(release, "nakamoto_one_half", "power", entities=labels)
    assert (alone.value, joined.value, joined.count) == (2, 2, 2)
    assert joined.entities == labels.id
    assert joined.evidence.declared


def test_undefined_is_none_and_never_zero() -> None:
    found = figure(House().open(50), "gini", "power")
    assert (found.value, found.undefined) == (None, "nobody holds anything")


def test_every_figure_has_an_id_of_its_own_and_plain_json() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 50)
    found = figures(house.open(50))
    assert len({one.id for one in found}) == len(found)
    kinds = {one.kind for one in found}
    assert kinds == {"balance", "power", "locked", "proposal"}
    turnout = next(one for one in found if one.measure == "turnout_supply")
    assert (turnout.json()["value"], turnout.json()["exact"]) == ("1/2", True)
    assert turnout.text == "50.0 %"


@pytest.mark.parametrize(("measure", "kind"), [("gini", "moon"), ("moon", "power")])
def test_what_does_not_exist_is_named_with_what_does(measure: str, kind: str) -> None:
    with pytest.raises(TableError, match="moon") as caught:
        figure(a_house().open(50), measure, kind)
    assert "there are" in caught.value.hint


def test_a_history_is_the_figure_at_each_of_its_blocks() -> None:
    house = a_house()
    house.power(25, address(1), 0)
    house.power(40, address(4), 500)
    release = house.open(50)
    found = history(release, "nakamoto_one_half", "power", points=9)
    assert [block for block, _, _ in found] == [1, 7, 13, 19, 25, 31, 37, 43, 50]
    for block, _, value in found:
        assert value == figure(release, "nakamoto_one_half", "power", block=block).value


def test_a_figure_of_a_proposal_names_it() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    house.vote(15, 7, 1, 1, 50)
    found = figure(house.open(50), "flip_set", "proposal", key=word(7))
    assert (found.value, found.key) == (1, word(7))
