"""Intervals of figures: over mergers of unknown addresses, and over what pools hold."""

from fractions import Fraction

import pytest

from analytics import MEASURES
from psephos.commands.measure import text
from psephos.commands.measure_explain import explain_answer
from psephos.results.figure import agrees
from psephos.results.figures import figure, figures
from psephos.results.labels.entities import Entities, Entity
from psephos.results.labels.hypotheses import MERGES, POOLED, interval, worlds
from psephos.results.positions import Positions
from psephos.results.shown.cards import Card
from psephos.store.reader import Release
from tests.results.house import House, address


def held(*amounts: int, owners: tuple[str | None, ...] | None = None) -> Positions:
    holders = tuple(address(n + 1) for n in range(len(amounts)))
    return Positions("power", "dao", 9, holders, amounts, owners or (None,) * len(amounts))


def test_merging_goes_from_nobody_to_the_largest_being_one() -> None:
    of = held(*[10] * 20)
    found = interval(MEASURES["nakamoto_one_half"], 11, worlds(of, None), 0)
    assert found is not None
    # six of twenty are one: with five more they have 110 of 200, which is more than half
    assert (found.kind, found.low, found.high) == ("merging", 6, 11)
    assert found.words == "if up to five addresses are somebody else's"
    assert MERGES == 5


def test_who_has_a_label_is_nobody_else() -> None:
    """Four named holders of 10 and three unknown ones of 1: only these can be of the others."""
    names = ("a", "b", "c", "d", None, None, None)
    labels = Entities.labelled(
        1, {address(n): Entity(names[n - 1] or "", "other", "s") for n in (1, 2, 3, 4)}
    )
    of = held(10, 10, 10, 10, 1, 1, 1, owners=names)
    found = interval(MEASURES["top_1"], Fraction(10, 43), worlds(of, labels), 0)
    assert found is not None
    assert (found.low, found.high) == (Fraction(10, 43), Fraction(13, 43))
    assert "addresses without a label" in found.words


def test_a_pool_is_dust_or_the_largest_holder() -> None:
    names = ("Exchange", None, None)
    labels = Entities.labelled(1, {address(1): Entity("Exchange", "exchange", "s")})
    of = held(60, 30, 10, owners=names)
    may = worlds(of, labels)
    found = interval(MEASURES["nakamoto_one_half"], 1, may, 0)
    assert found is not None
    assert (found.kind, found.low, found.high) == ("pools", 1, 2 + 11)  # 40 + 11 dust is 51 of 100
    found = interval(MEASURES["hhi"], MEASURES["hhi"].of(of.amounts), may, 0)
    assert found is not None
    assert found.low == Fraction(30**2 + 10**2 + 60, 100**2)
    assert found.high == Fraction(90**2 + 10**2, 100**2)
    assert interval(MEASURES["gini"], Fraction(1, 3), may, 0) is None
    other = interval(MEASURES["effective_number"], Fraction(2), may, 0)
    assert other is not None
    assert (other.low, other.high) == (1 / found.high, 1 / found.low)


def test_dust_of_a_supply_is_beyond_count() -> None:
    labels = Entities.labelled(1, {address(1): Entity("Exchange", "exchange", "s")})
    of = held(9 * 10**27, 10**27, owners=("Exchange", None))
    found = interval(MEASURES["nakamoto_one_half"], 1, worlds(of, labels), 18)
    assert found is not None
    assert found.text == "1 to beyond count"
    assert found.high == 1 + 4 * 10**27 + 1


def test_nobody_has_no_interval() -> None:
    assert worlds(held(), None) is None
    assert interval(MEASURES["hhi"], None, None, 0) is None


def test_every_published_figure_lies_in_its_interval(sample_release: Release) -> None:
    from psephos.results.labels.entities import entities

    labels = entities(sample_release.chain.id)
    found = figures(sample_release, entities=labels)
    with_one = [one for one in found if one.interval is not None]
    for one in with_one:
        over = one.interval
        assert over is not None
        assert over.low is not None
        assert over.high is not None
        if over.kind == "merging":
            assert over.low <= one.value <= over.high  # type: ignore[operator]
        assert over.low <= over.high
        told = one.json()["interval"]
        assert told["words"]
        assert told["low"] == str(over.low)
    assert {one.interval.kind for one in with_one if one.interval} == {"merging", "pools"}
    assert {one.measure for one in with_one} >= {*POOLED, "shannon", "decisive"}
    assert not any(
        one.interval for one in found if one.measure in ("gini", "theil", "turnout_supply")
    )
    shown = text([one for one in found if one.measure == "hhi"][:1])
    assert "somebody else's)" in shown
    assert "interval" in str(Card(with_one[0]).explain())


def test_a_figure_is_published_and_made_again_with_its_interval(sample_release: Release) -> None:
    one = figure(sample_release, "hhi", "power", recompute=True)
    assert one.interval is not None
    told = next(old for old in sample_release.figures() if old["id"] == one.id)
    assert told["interval"] == one.interval.json()


def test_a_figure_of_an_older_release_told_none_and_another_interval_is_noticed() -> None:
    house = House()
    house.transfer(1, bytes(20), address(1), 60)
    house.transfer(1, bytes(20), address(2), 40)
    ours = figure(house.open(3), "hhi", "balance").json()
    older = {key: value for key, value in ours.items() if key != "interval"}
    assert agrees(ours, older)
    assert agrees(ours, ours)
    assert not agrees(ours, ours | {"interval": None})
    assert not agrees(ours, older | {"value": "1"})


@pytest.mark.parametrize("name", sorted(POOLED))
def test_one_holder_of_all_has_an_interval_of_one_point(name: str) -> None:
    value = MEASURES[name].of([7])
    found = interval(MEASURES[name], value, worlds(held(7), None), 0)
    assert found is not None
    assert found.low == found.high == value


def test_an_explanation_says_over_what_an_interval_is() -> None:
    told = explain_answer("hhi").payload
    assert told["interval"] == (
        "up to five unlabelled addresses being merged; by owner: all owners of what pools hold"
    )
    assert "of a published figure: over up to five" in explain_answer("decisive").text
    assert explain_answer("gini").payload["interval"] is None
    assert explain_answer("transitive").payload["interval"] is None
