"""How a chain lived day by day, and which versions of its protocol made which blocks."""

from fractions import Fraction
from typing import Any

import pytest

from psephos.chain.dataset import Dataset as Watched
from psephos.commit.starknet.header import MEMBERS
from psephos.results.life.versions import Version, age, versions
from psephos.results.studies import study
from psephos.results.studies.life_days import days
from tests.results.house import House, word

DAY = 86_400
BEGAN = 20_000 * DAY
HOUR = 3_600


def header(version: str, formula: int = 4) -> bytes:
    """A header of so many members, whose version alone is not 0; before 0.13.2 it has none."""
    members = MEMBERS[formula]
    words = {"version": int.from_bytes(version.encode(), "big")}
    return bytes([formula]) + b"".join(word(words.get(name, 0)) for name in members)


@pytest.fixture
def house() -> House:
    """A block an hour for four days, from the end of a day on, of which block 30 came late."""
    house = House()
    house.watched = {
        "fees": Watched("fees", 1, (word(0x57),), ("starknet_fees",), 1),
        "strk": Watched("strk", 1, (word(0x57),), ("starknet_erc20",), 1),
    }
    house.times = {block: BEGAN - HOUR + block * HOUR + 60 * (block == 30) for block in range(98)}
    for block in range(1, 98):
        house.emit("fees", "fee_block", block, sequencer=word(5), transactions=1)
    made = [header("", 2)] * 10 + [header("0.13.2", 3)] * 40 + [header("0.13.4")] * 48
    house.headers = dict(enumerate(made))
    return house


def test_each_full_day_has_its_blocks_and_the_times_between_them(house: House) -> None:
    found = study(house.open(97), "life", dataset="fees")  # type: ignore[arg-type]
    table = next(one for one in found.tables if one.name == "days")
    assert table.columns == ("day", "blocks", "median wait, s", "longest wait, s")
    assert table.rows == (
        ("2024-10-07", 24, HOUR, HOUR),
        ("2024-10-06", 24, HOUR, HOUR),
        ("2024-10-05", 24, HOUR, HOUR + 60),
        ("2024-10-04", 24, HOUR, HOUR),
    )
    values = {one.measure: one.value for one in found.figures}
    assert values["block_time_longest"] == HOUR + 60, "the figures are of the same blocks"


def test_a_day_of_slots_tells_those_without_a_block() -> None:
    table = days({20_000: [(1, 12), (2, 36), (3, 12)], 20_001: [(4, 12), (5, 12)]}, slots=True)
    assert [(row[0], row[-1]) for row in table.rows] == [("2024-10-05", 0), ("2024-10-04", 2)]
    mixed = days({20_000: [(1, 12), (2, 13)], 20_001: [(3, 24), (4, 12)]}, slots=True)
    assert [row[-1] for row in mixed.rows] == [1, None], "13 seconds are no number of slots"


@pytest.mark.parametrize("slots", [True, False])
def test_a_chain_without_slots_has_no_column_of_them(slots: bool) -> None:
    table = days({20_000: [(1, 12), (2, 13)]}, slots=slots)
    assert table.columns == ("day", "blocks", "median wait, s", "longest wait, s")
    assert table.rows == (("2024-10-04", 2, 12, 13),)
    assert days({}, slots=slots).rows == ()


def test_versions_are_what_hashes_bind_and_the_present_one_is_so_old(house: House) -> None:
    release: Any = house.open(97)
    assert house.times is not None
    assert versions(release, 97) == [
        Version(None, 0, 9, 10, house.times[0]),
        Version("0.13.2", 10, 49, 40, house.times[10]),
        Version("0.13.4", 50, 97, 48, house.times[50]),
    ]
    found = study(release, "life", dataset="fees")
    figure = next(one for one in found.figures if one.measure == "version_age")
    assert figure.value == Fraction(47 * HOUR, DAY)
    assert figure.population == "every block that was read up to block 97"
    rows = next(one.rows for one in found.tables if one.name == "versions")
    assert rows == (
        ("0.13.4", 50, "2024-10-06", 48),
        ("0.13.2", 10, "2024-10-04", 40),
        ("not bound by the hash", 0, "2024-10-03", 10),
    )
    assert age(versions(release, 49), house.times[49]) == 39 * HOUR, "at an earlier block"


def test_a_version_that_came_back_is_as_old_as_its_return(house: House) -> None:
    house.headers = {**house.headers, 60: header("0.14.0")}
    found = versions(house.open(97), 97)  # type: ignore[arg-type]
    assert [(one.name, one.first, one.last) for one in found[2:]] == [
        ("0.13.4", 50, 59), ("0.14.0", 60, 60), ("0.13.4", 61, 97)
    ]  # fmt: skip


def test_a_version_whose_beginning_was_not_read_has_no_age(house: House) -> None:
    assert house.times is not None
    whole = house.times
    house.times = {block: time for block, time in whole.items() if block >= 50}
    assert age(versions(house.open(97), 97), whole[97]) is None  # type: ignore[arg-type]
    house.times = {block: time for block, time in whole.items() if block not in (48, 49)}
    assert age(versions(house.open(97), 97), whole[97]) is None  # type: ignore[arg-type]
    assert age(versions(house.open(97), 5), whole[5]) is None  # type: ignore[arg-type]
    assert age([], 0) is None
    assert age([Version("0.13.4", 0, 9, 10, 100)], 400) == 300, "the chain began with it"


def test_a_version_of_a_hostile_chain_is_told_as_words(house: House) -> None:
    house.headers = {**house.headers, 97: header("<b>\n\x1b")}
    name = versions(house.open(97), 97)[-1].name  # type: ignore[arg-type]
    assert name is not None
    assert "\n" not in name
    assert "\x1b" not in name
