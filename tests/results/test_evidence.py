"""The level under a figure: of every block and column, and never above what was checked."""

from psephos.evidence.anchor import Tie
from psephos.results.columns import COLUMNS
from psephos.results.evidence import evidence
from psephos.results.figures import figure, figures
from psephos.results.shown.explain import Explanation
from psephos.settings import Checkpoint
from psephos.store.reader import Span
from tests.results.house import ZERO, House, address, word


def a_house() -> House:
    house = House()
    house.transfer(3, ZERO, address(1), 100)
    house.power(4, address(1), 100)
    return house


def test_every_kind_of_position_names_columns_that_its_tables_have() -> None:
    release = a_house().open(50)
    there = {
        f"{table}.{column}"
        for table in release.names[1:]
        for column in release.con.sql(f'SELECT * FROM "{table}" LIMIT 0').columns
    }
    homes = {"vote": "gov", "proposal": "gov", "quorum": "gov", "locked": "grant"}
    for kind in COLUMNS:
        found = evidence(release, [(homes.get(kind, "dao"), kind)], 50)
        assert set(found.columns) <= there
        assert found.level == "complete"


def test_several_datasets_have_the_level_of_the_lowest() -> None:
    spans = {"gov": (Span(1, 20, "complete"), Span(21, 50, "seen"))}
    release = a_house().open(50, spans=spans)
    assert evidence(release, [("dao", "power"), ("gov", "vote")], 50).level == "seen"
    assert evidence(release, [("dao", "power"), ("gov", "vote")], 20).level == "complete"
    assert evidence(release, [("dao", "power")], 50).complete == 50


def test_a_checkpoint_anchors_the_blocks_before_it_and_is_named() -> None:
    release = a_house().open(50)
    tie = Tie(1, Checkpoint(30, b"\x0a" * 32, "a newspaper"))
    before = figure(release, "gini", "power", block=30, ties=[tie])
    after = figure(release, "gini", "power", block=31, ties=[tie])
    assert before.evidence.level == "anchored"
    assert before.evidence.declared == (tie.words,)
    said = "anchored to a declared checkpoint at block 30 (source: a newspaper), 30 of 30 blocks"
    assert said in before.evidence.words
    assert said in str(Explanation(before))
    assert "checkpoint" not in after.evidence.words
    assert (after.evidence.level, after.evidence.declared) == ("complete", ())
    assert before.id != figure(release, "gini", "power", block=30).id


def test_a_checkpoint_cannot_anchor_what_was_only_seen() -> None:
    release = a_house().open(50, spans={"dao": (Span(1, 50, "seen"),)})
    tie = Tie(1, Checkpoint(50, b"\x0a" * 32, "a newspaper"))
    assert figure(release, "gini", "power", ties=[tie]).evidence.level == "seen"


def test_nothing_is_called_proven_or_recomputed_that_was_not() -> None:
    house = a_house()
    house.propose(10, 7, 12, 20)
    for one in figures(house.open(50)):
        assert not one.evidence.proven
        assert not one.evidence.recomputed
        assert one.evidence.words.endswith("as published · not proven")


def test_a_figure_of_a_vote_names_the_columns_it_used() -> None:
    house = a_house()
    house.quorum(2, 4)
    house.propose(10, 7, 12, 20)
    release = house.open(50)
    columns = set(figure(release, "quorum_reach", "proposal", key=word(7)).evidence.columns)
    assert {
        "gov_quorum_numerator_updated.new_quorum_numerator",
        "gov_proposal_created.vote_start",
        "gov_vote_cast_with_params.weight",
        "dao_transfer.amount",
    } <= columns
    turnout = figure(release, "turnout_heads", "proposal", key=word(7)).evidence.columns
    assert not any("quorum" in column or "transfer" in column for column in turnout)


def test_a_fixed_quorum_uses_no_supply_and_is_not_lowered_by_it() -> None:
    house = House({"gov": {"token": "dao", "quorum": "10"}})
    house.propose(10, 7, 12, 20)
    release = house.open(50, spans={"dao": (Span(1, 50, "seen"),)})
    for measure in ("quorum_reach", "flip_set"):
        under = figure(release, measure, "proposal", key=word(7)).evidence
        assert under.level == "complete"
        assert not any(column.startswith("dao_") for column in under.columns)
    assert figure(release, "turnout_supply", "proposal", key=word(7)).evidence.level == "seen"


def test_a_column_that_a_governor_does_not_emit_is_not_named() -> None:
    house = House(source="governor_alpha")
    used = evidence(house.open(50), [("gov", "vote"), ("gov", "quorum")], 50).columns
    assert "gov_vote_cast.weight" in used
    assert not any("params" in column or "numerator" in column for column in used)


def test_what_links_declare_is_named_under_a_vote() -> None:
    house = House({"gov": {"token": "dao", "counted": "for"}})
    house.propose(10, 7, 12, 20)
    found = figure(house.open(50), "quorum_reach", "proposal", key=word(7))
    assert "link counted = for" in found.evidence.declared
