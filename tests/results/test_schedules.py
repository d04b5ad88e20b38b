"""Schedule files: the published one to the last unit, and files that contradict themselves."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.unlocks import Linear, Steps, still_locked, unlock_calendar
from psephos.errors import CommandError, ConfigurationError
from psephos.results.economy.schedules import read, schedule, schedules
from psephos.results.exactly import amount, days_from, rational, seconds, share

MILLION = 10**6 * 10**18


def at(*day: int) -> int:
    return seconds(date(*day))


def test_strk_unlocks_as_published() -> None:
    """12 times 64 and 24 times 127 million; 3,308 million to the end of November 2026."""
    found = schedule("starknet")
    assert [len(t.steps) for t in found.tranches if isinstance(t, Steps)] == [12, 24]
    assert found.dated == 3_816 * MILLION
    assert still_locked(found.tranches, at(2026, 11, 30)) == (3_816 - 3_308) * MILLION
    months = list(zip(range(36), days_from(date(2024, 4, 1), "month"), strict=False))
    calendar = unlock_calendar(
        found.tranches, [seconds(day) for _, day in months] + [at(2027, 4, 1)]
    )
    assert sum(period.amount for period in calendar) == found.dated
    assert {period.amount for period in calendar} == {64 * MILLION, 127 * MILLION}
    assert found.undated == 5 * MILLION, "allocations of 38.21 %, unlocks of 38.16 %"


def test_every_allocation_adds_up_to_the_last_unit() -> None:
    for versions in schedules().values():
        for one in versions:
            assert sum(group.amount for group in one.groups) == one.total


def test_a_schedule_is_that_of_the_day() -> None:
    assert schedule("starknet", date(2023, 1, 1)).tranches == ()
    assert schedule("starknet", date(2026, 1, 1)) == schedule("starknet")
    with pytest.raises(CommandError, match="no schedule file of starknet holds on 2020-01-01"):
        schedule("starknet", date(2020, 1, 1))
    with pytest.raises(CommandError) as caught:
        schedule("bitcoin")
    assert "there are starknet" in caught.value.hint


GOOD = """\
name = "made-up"
title = "Made up"
token = "TOK"
decimals = 2
total = "1000"
since = 2024-01-01
source = "a test"
[[group]]
name = "team"
title = "Team"
share = "60 %"
[[group]]
name = "rest"
title = "Rest"
share = "2/5"
[[unlock]]
of = ["team"]
amount = "100"
every = "month"
first = 2024-01-31
last = 2024-04-30
[[unlock]]
of = ["rest"]
amount = "400"
every = "linear"
first = 2024-01-01
cliff = 2024-02-01
last = 2025-01-01
"""


def written(folder: Path, text: str, name: str = "one.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_months_end_where_they_end(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD))
    steps, linear = found.tranches
    assert isinstance(steps, Steps)
    assert isinstance(linear, Linear)
    days = [(2024, 1, 31), (2024, 2, 29), (2024, 3, 31), (2024, 4, 30)]
    assert [time for time, _ in steps.steps] == [at(*day) for day in days]
    assert (found.dated, found.undated) == (80_000, 20_000)
    assert linear.free(at(2024, 1, 31)) == 0
    assert linear.free(at(2025, 1, 1)) == 40_000


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('share = "60 %"', 'share = "61 %"', "line 15: `group.share` makes all shares 101 %, not"),
        ('share = "60 %"', 'share = "-60 %"', "line 11: `group.share` is '-60 %': a share lies"),
        ('share = "60 %"', "share = nan", "line 11: `group.share` is nan: write it as a text"),
        ('share = "60 %"', "share = inf", "line 11: `group.share` is inf: write it as a text"),
        ('share = "60 %"', "share = 0.6", "line 11: `group.share` is 0.6: write it as a text"),
        ('share = "60 %"', 'share = "1/7"', "line 11: `group.share` of the total is no whole"),
        ('name = "rest"', 'name = "team"', "line 13: `group.name` is that of an earlier group"),
        ('of = ["team"]', 'of = ["tema"]', "line 17: `unlock.of` names 'tema', which is no group"),
        ('of = ["team"]', 'of = ["team", "rest"]', "`unlock.of` shares 'rest' with an unlock of"),
        ('amount = "100"', 'amount = "151"', "line 18: `unlock.amount` makes unlocks 604, more"),
        ('amount = "100"', 'amount = "0.001"', "line 18: `unlock.amount` is '0.001': a token has"),
        ('amount = "100"', 'amount = "-1"', "line 18: `unlock.amount` is '-1': an amount is not"),
        ('amount = "100"', 'amount = "10 %"', "line 18: `unlock.amount` is '10 %': an amount is i"),
        ("last = 2024-04-30", "last = 2024-04-29", "line 21: `unlock.last` is 2024-04-29: one mon"),
        ("last = 2024-04-30", "last = 2023-04-30", "line 21: `unlock.last` is 2023-04-30, before"),
        ("cliff = 2024-02-01", "cliff = 2026-02-01", "line 27: `unlock.cliff` is 2026-02-01, not"),
        ('every = "month"', 'every = "moon"', "line 19: `unlock.every` is 'moon': must be one of"),
        ("since = 2024-01-01", "since = 2024-01-01\nuntil = 2024-01-01", "`until` is 2024-01-01"),
        ("since = 2024-01-01", "since = 2024-01-01\nwhen = 1", "line 7: `when` is not a key"),
        ("since = 2024-01-01", 'since = "2024"', "line 6: `since` is '2024': must be a day"),
        ('total = "1000"', "", "`total` is missing"),
        ("[[group]]", "[group]", "one.toml is not TOML"),
    ],
)  # fmt: skip
def test_a_schedule_that_contradicts_itself_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in GOOD
    with pytest.raises(ConfigurationError, match=r"one\.toml") as caught:
        read(written(tmp_path, GOOD.replace(old, new, 1)))
    assert says in caught.value.message


def test_two_schedules_of_one_name_never_hold_on_one_day(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    written(tmp_path, GOOD.replace("since = 2024", "since = 2025"), "two.toml")
    with pytest.raises(ConfigurationError, match="lies within another schedule file"):
        schedules(tmp_path)
    written(tmp_path, GOOD.replace("source", "until = 2025-01-01\nsource", 1))
    assert len(schedules(tmp_path)["made-up"]) == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [("4 %", "1/25"), ("0.04", "1/25"), ("1/4", "1/4"), ("-2.5 %", "-1/40"), (3, "3"), ("+7", "7")],
)
def test_numbers_are_read_exactly(text: object, value: str) -> None:
    assert str(rational(text)) == value


@pytest.mark.parametrize(
    "text", ["", "4 %%", "1/0", "1e5", "NaN", "٣", "0x10", None, True, "1/2/3"]
)
def test_what_is_no_number_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"is "):
        rational(text)


@given(st.integers(0, 10**30), st.integers(0, 18))
@settings(max_examples=30)
def test_an_amount_comes_back_to_the_last_unit(units: int, decimals: int) -> None:
    whole, part = divmod(units, 10**decimals)
    text = f"{whole}.{part:0{decimals}d}" if decimals else str(whole)
    assert amount(decimals)(text) == units
    assert share("100 %") == 1
