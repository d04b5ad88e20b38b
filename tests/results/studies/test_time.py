"""Time and the four principles: means over blocks, days, windows, components, by hand."""

from fractions import Fraction

import pytest

from analytics import MEASURES, ONE_HALF, gini, hhi
from psephos.errors import AmountTooLarge
from psephos.results.daily import ends, series
from psephos.results.labels.entities import Entities, Entity, entities
from psephos.results.positions import positions
from psephos.results.studies import STUDIES, study
from psephos.results.studies.scorecard import PRINCIPLES
from psephos.results.studies.time import weighted
from psephos.store.reader import Release, Span
from tests.results.house import House, address
from tests.results.studies.test_users import dao  # noqa: F401

ZERO = bytes(20)
DAY = 86_400


@pytest.fixture
def house() -> House:
    """Ten blocks a day; 1 has 30 from the first block on and gives 2 twenty at block 25."""
    found = House()
    found.times = {block: block * DAY // 10 for block in range(61)}
    found.transfer(1, ZERO, address(1), 30)
    found.transfer(25, address(1), address(2), 20)
    found.transfer(31, ZERO, address(3), 6)
    found.transfer(48, address(3), ZERO, 6)
    found.power(1, address(1), 30)
    found.power(25, address(1), 10)
    found.power(25, address(2), 20)
    return found


def test_a_mean_weighs_each_amount_by_its_blocks(house: House) -> None:
    opened = house.open(40)
    found = weighted(opened, "balance", "dao", 21, 40)
    # 1: 30 at blocks 21 to 24 and 10 at 25 to 40; 2: 20 at 25 to 40; 3: 6 at 31 to 40
    assert found == {address(1): 4 * 30 + 16 * 10, address(2): 16 * 20, address(3): 10 * 6}


def test_every_day_is_what_its_last_block_holds(house: House) -> None:
    opened = house.open(55)
    found = series(opened, "balance", "dao", 55)
    assert [(one.date, one.block) for one in found] == ends(opened, 1, 55)
    assert [one.block for one in found] == [9, 19, 29, 39, 49, 55]
    for one in found:
        held = positions(opened, "balance", dataset="dao", block=one.block)
        assert one.day is not None
        assert (one.day.n, one.day.total) == (len(held), held.total)
        assert (one.day.gini, one.day.hhi) == (gini(held.amounts), hhi(held.amounts))
        assert one.day.nakamoto[ONE_HALF] == MEASURES["nakamoto_one_half"].of(held.amounts)


def test_of_the_sample_every_day_is_the_figure_of_its_block(sample_release: Release) -> None:
    found = series(sample_release, "power", "strk", sample_release.final)
    assert len(found) > 90
    for one in (found[0], found[40], found[-1]):
        held = positions(sample_release, "power", dataset="strk", block=one.block)
        assert (one.day.hhi if one.day else None) == hhi(held.amounts)


def test_a_gap_ends_the_series_and_a_study_of_it_has_a_reason(house: House) -> None:
    spans = {"dao": (Span(1, 30, "complete"), Span(33, 55, "complete"))}
    opened = house.open(55, spans=spans)
    assert [one.block for one in series(opened, "balance", "dao", 55)] == [9, 19, 29]
    assert study(opened, "time", dataset="dao").why == "backfill at block 31"


def test_amounts_too_large_to_follow_are_said() -> None:
    from psephos.results.daily import _limbs

    with pytest.raises(AmountTooLarge, match=r"2\^127 or more"):
        _limbs([2**127])


def test_time_of_a_dao_beside_its_block(house: House) -> None:
    found = study(house.open(40), "time")
    value = {one.measure: one.value for one in found.figures}
    blocks = range(1, 41)
    mean = [sum(30 if b < 25 else 10 for b in blocks), sum(20 for b in blocks if b >= 25)]
    assert value["mean_hhi"] == hhi(mean)  # of power
    over = next(one.interval for one in found.figures if one.measure == "mean_hhi")
    assert over is not None
    assert hhi([10, 20]) in (over.low, over.high)
    assert value["breaks_hhi"] == 0
    assert value["payers_window"] is None
    assert found.tables[1].rows[-1][2] == 2


def test_components_stand_beside_each_score(dao: House) -> None:  # noqa: F811
    labels = Entities.labelled(1, {address(1): Entity("Whale", "delegate", "made up")})
    found = study(dao.open(80), "scorecard", entities=labels)
    value = {one.measure: one.value for one in found.figures}
    assert value["power_named"] == Fraction(60, 100)
    assert value["block_third"] == 1
    assert value["producers_half"] == 1  # one block more of one of two
    assert value["proposers"] == 1
    assert value["largest_proposer"] == 1
    assert value["blocks_complete"] == 1
    assert value["propose_alone"] == 4
    components, sensitivity = found.tables
    assert {row[0] for row in components.rows} == PRINCIPLES.keys()
    assert [row[0] for row in sensitivity.rows] == list(PRINCIPLES)
    # complete 1, anchored 0 and named 3/5, of one weight each
    assert value["score_transparency"] == Fraction(1 + Fraction(3, 5), 3)
    over = next(one.interval for one in found.figures if one.measure == "score_transparency")
    assert over is not None
    assert (over.kind, over.low, over.high) == ("weights", 0, 1)
    assert not any(one.measure == "score" for one in found.figures)  # none of everything together


def test_what_is_not_known_makes_a_score_an_interval() -> None:
    house = House()
    house.power(2, address(1), 10)
    found = study(house.open(5), "scorecard")
    score = next(one for one in found.figures if one.measure == "score_liveness")
    assert score.interval is not None
    assert score.interval.kind == "unknown"
    assert score.interval.high - score.interval.low == Fraction(1, 2)  # type: ignore[operator]
    score = next(one for one in found.figures if one.measure == "score_creativity")
    assert score.value is None or score.interval is not None


OF_STRK = sorted(name for name, maker in STUDIES.items() if maker.of != "stake")
"""The sample's token is on Ethereum, and nobody stakes it."""


@pytest.mark.parametrize("name", OF_STRK)
def test_every_study_of_the_sample_has_figures_with_evidence(
    sample_release: Release, name: str
) -> None:
    of = None if STUDIES[name].sources else "strk"
    found = study(sample_release, name, dataset=of, entities=entities(sample_release.chain.id))
    assert found.why is None
    assert found.figures
    for one in found.figures:
        assert one.value is not None or one.undefined
        assert one.evidence.last == sample_release.final
        told = one.json()
        assert told["kind"] == name
        assert told["definition"]
