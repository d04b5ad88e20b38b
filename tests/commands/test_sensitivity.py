"""What would be had something else been chosen: labels, dust, thresholds, windows, owners."""

from fractions import Fraction

import pytest

from analytics import ALL
from psephos.errors import CommandError
from psephos.results.labels.entities import Entities, Entity
from psephos.results.studies import study
from psephos.results.studies.sensitivity import LENGTHS, SHOWN
from psephos.store.reader import Release
from tests.results.house import House, address

ZERO = bytes(20)
TOKEN = 10**18


@pytest.fixture
def held() -> House:
    """60, 20, 10 and an exchange of 10 tokens, and from block 50 a holder of one unit less than 1.

    Ten blocks a day from block 0 on, so a window of seven days begins 70 blocks before the end.
    """
    house = House()
    house.watched = {"dao": house.watched["dao"]}
    house.times = {block: block * 8_640 for block in range(101)}
    for who, amount in ((1, 60), (2, 20), (3, 10), (4, 10)):
        house.transfer(1, ZERO, address(who), amount * TOKEN)
    house.transfer(50, address(1), address(5), TOKEN - 1)
    return house


def told(found) -> dict:
    return {one.name: one.rows for one in found.tables}


def test_each_choice_gives_its_own_value_and_the_interval_holds_them_all(held: House) -> None:
    found = study(held.open(100), "sensitivity", kind="balance")
    assert found.why is None
    by_name = {one.measure: one for one in found.figures}
    over_each = {f"{n}_{over}" for n in SHOWN for over in ("labels", "dust", "window")}
    assert set(by_name) == over_each | {"gini_merging", "theil_merging"}
    amounts = [59 * TOKEN + 1, 20 * TOKEN, 10 * TOKEN, 10 * TOKEN, TOKEN - 1]
    dust = by_name["gini_dust"]
    assert dust.value == ALL["gini"].of(amounts)
    assert dust.interval is not None
    without = ALL["gini"].of(amounts[:4])  # nobody has more than a hundred: no end of it
    assert (dust.interval.low, dust.interval.high) == (without, ALL["gini"].of(amounts))
    assert "more than 0, 1 PSE" in dust.interval.words


def test_a_window_counts_who_held_something_in_it_by_blocks(held: House) -> None:
    rows = told(study(held.open(100), "sensitivity", kind="balance"))["windows"]
    assert [row[0] for row in rows] == list(LENGTHS)
    day, week, *longer = rows
    assert (day[1], day[2]) == (91, 5)
    assert (week[1], week[2]) == (31, 5)
    assert all(row[1] is None and "before what was collected" in row[2] for row in longer)


def test_a_declared_number_of_hidden_owners_gives_gini_and_theil_an_interval(held: House) -> None:
    labels = Entities.labelled(1, {address(4): Entity("Exchange", "exchange", "made up")})
    found = study(held.open(49), "sensitivity", entities=labels, kind="balance", hidden=2)
    gini = next(one for one in found.figures if one.measure == "gini_hidden")
    ends = [ALL["gini"].of([60 * TOKEN, 20 * TOKEN, 10 * TOKEN, *split])
            for split in ((5 * TOKEN, 5 * TOKEN), (10 * TOKEN - 1, 1))]  # fmt: skip
    assert gini.interval is not None
    assert [gini.interval.low, gini.interval.high] == ends
    assert "among 2 declared owners" in gini.interval.words
    assert any("2 hidden holders" in words for words in gini.evidence.declared)
    with pytest.raises(CommandError, match="10,000,000 hidden holders"):
        study(held.open(49), "sensitivity", entities=labels, kind="balance", hidden=10**7)


def test_gini_lies_above_a_bound_if_some_addresses_are_somebody_elses(held: House) -> None:
    """60, 20, 10 and 10, of whom three may be others: the most is nobody's or the largest's, and
    no world is below what is left with one counted."""
    found = study(held.open(49), "sensitivity", kind="balance")
    gini = next(one for one in found.figures if one.measure == "gini_merging")
    of = ALL["gini"].of
    assert gini.value == of([60, 20, 10, 10])
    assert gini.interval is not None
    assert gini.interval.kind == "merging"
    assert gini.interval.low == 0  # all four may be one
    assert gini.interval.high == max(of([60, 20, 10, 10]), of([80, 10, 10]), of([90, 10]))
    assert "the least is a bound: 0.0000 is reached" in gini.interval.words


def test_labels_thresholds_and_mergers_are_listed_each(held: House) -> None:
    tables = told(study(held.open(49), "sensitivity", kind="balance"))
    assert [row[0] for row in tables["labels"]][:1] == ["off"]
    needed = dict(tables["thresholds"])
    assert needed[">1/2"] == 1
    assert needed[">3/5"] == 2  # sixty of a hundred are not more than three fifths
    assert needed[">3/4"] == 2
    merged = {row[0]: row for row in tables["merged"]}
    assert merged[0][1] == 4
    assert merged[1][3] == "80.0 %"


def test_the_same_release_gives_the_same_answer_and_the_command_tells_it(
    ask, sample_release: Release
) -> None:
    arguments = ("measure", "--sensitivity", "--kind", "power", "--dataset", "strk")
    code, one = ask(*arguments)
    assert (code, one["study"]["kind"]) == (0, "sensitivity")
    assert ask(*arguments)[1] == one
    assert {"labels", "thresholds", "dust", "windows", "merged"} == {
        table["name"] for table in one["study"]["tables"]
    }
    found = next(f for f in one["figures"] if f["measure"] == "nakamoto_one_half_window")
    assert found["interval"]["kind"] == "window"
    assert Fraction(found["interval"]["low"]) <= found["value"]
    code, wrong = ask("measure", "--kind", "capture", "--sensitivity")
    assert (code, wrong["error"]["name"]) == (2, "CommandError")
