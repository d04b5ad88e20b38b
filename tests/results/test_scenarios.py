"""Scenario files and what is simulated of them: exact, by seed, and refused where they lie."""

import json
from fractions import Fraction
from functools import reduce
from pathlib import Path

import pytest

from psephos.errors import ConfigurationError, TableError
from psephos.results.economy.scenarios import Scenario, read
from psephos.results.economy.simulate import simulate, told
from psephos.results.labels.entities import Entities, Entity, entities
from psephos.results.shipped import shipped
from psephos.store.reader import Release
from tests.results.house import ZERO, House, Opened, address, time
from tests.results.test_rewards import house as staked_house

GOOD = """\
title = "Made up"
source = "a test"
token = "TOK"
decimals = 2
start = 2026-01-31
step = "month"
steps = 6
runs = 20
[state]
supply = "1000"
stake = "100"
locked = "300"
treasury = "50"
fees = "10.5"
[rates]
inflation_cap = "4 %"
rewards = { strk = "75 %", btc = "25 %" }
restaked = "50 %"
stake_spread = "3 %"
fee_growth = "-1 %"
[[change]]
from = 4
inflation_cap = "2 %"
granted = "10"
"""


def scenario(folder: Path, text: str = GOOD) -> Scenario:
    (folder / "one.toml").write_text(text, encoding="utf-8")
    return read(folder / "one.toml")


def test_a_file_is_read_exactly(tmp_path: Path) -> None:
    found = scenario(tmp_path)
    assert found.state == {
        "supply": 100_000, "stake": 10_000, "locked": 30_000, "treasury": 5_000, "fees": 1_050,
    }  # fmt: skip
    assert [rates.c for rates in found.rates] == [400, 400, 400, 200, 200, 200]
    assert [rates.grants for rates in found.rates] == [0, 0, 0, 1_000, 1_000, 1_000]
    first = found.rates[0]
    assert (first.btc, first.restake) == (Fraction(1, 4), Fraction(1, 2))
    assert (first.fee_growth, first.spread) == (Fraction(-1, 100), Fraction(3, 100))
    assert [day.isoformat() for day in found.days[:3]] == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    of = scenario(tmp_path)
    one, same, other = (json.dumps(told(simulate(of, seed))) for seed in (7, 7, 8))
    assert one == same
    assert one != other


def test_amounts_of_an_answer_are_whole_and_add_up(tmp_path: Path) -> None:
    found = told(simulate(scenario(tmp_path), 3))
    expected = {name: [int(b["expected"]) for b in found["bands"][name]]
                for name in ("supply", "minted", "burned", "locked")}  # fmt: skip
    assert expected["supply"][-1] == 100_000 + sum(expected["minted"]) - sum(expected["burned"])
    assert set(expected["locked"]) == {30_000}
    assert all(0 <= b["expected"] <= 1 for b in found["bands"]["staked_share"])
    assert found["seed"] == 3
    assert len(found["days"]) == 6


@pytest.mark.parametrize("file", sorted(path.name for path in shipped("scenarios").glob("*.toml")))
def test_every_scenario_we_ship_is_read(file: str) -> None:
    read(shipped("scenarios") / file)


def test_starknet_unlocks_what_its_schedule_says_and_mints_by_its_curve() -> None:
    of = read(shipped("scenarios") / "starknet.toml")
    found = simulate(of, 1, runs=2)
    unit = 10**18
    assert found.plan.start.locked == 508_000_000 * unit
    assert found.plan.unlocks[:5] == (*(127_000_000 * unit,) * 4, 0)
    # 4 % of √(1.0e9 · 10.4e9) STRK, a twelfth: 128,996,123.97 / 12
    minted = found.bands["minted"][0].expected
    assert minted is not None
    assert abs(minted * 12 / unit - 128_996_123.97) < 0.01


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"75 %"', '"70 %"', "line 17: `rates.rewards` adds up to 95 %, not 100 %"),
        ('{ strk = "75 %", btc = "25 %" }', '{ strk = "1" }', "line 17: `rates.rewards` "),
        ('stake = "100"', 'stake = "700"', "`state` contradicts itself: stake 70000 is more than"),
        ('stake = "100"', 'stake = "-1"', "line 11: `state.stake` is '-1': an amount is not"),
        ('stake = "100"', "stake = nan", "line 11: `state.stake` is nan: write it as a text"),
        ('stake = "100"', "stake = inf", "line 11: `state.stake` is inf"),
        ('stake = "100"', 'stake = "10 %"', "line 11: `state.stake` is '10 %': an amount is in"),
        ('locked = "300"', 'locked = "scheduled"', 'line 12: `state.locked` is "scheduled", and n'),
        ('locked = "300"', 'locked = "960"', "`state` contradicts itself: locked 96000 and treasu"),
        ('supply = "1000"', "", "`state.supply` is missing"),
        ("steps = 6", "steps = 0", "line 7: `steps` must be a whole number, 1 or more"),
        ("steps = 6", "steps = 4000", "line 7: `steps` is 4000: at most 3650"),
        ('step = "month"', 'step = "hour"', "line 6: `step` is 'hour': must be one of day, week"),
        ("from = 4", "from = 1", "line 22: `change.from` is 1: after step 1, and at most 6"),
        ("from = 4", "from = 7", "line 22: `change.from` is 7"),
        ('"2 %"\ngranted = "10"', '"101 %"', "line 23: `change.inflation_cap` is '101 %'"),
        ('inflation_cap = "4 %"', 'inflation_cap = "1/3"', "line 16: `rates.inflation_cap` is"),
        ('inflation_cap = "4 %"', "", "`rates.inflation_cap` is missing"),
        ('stake_spread = "3 %"', 'stake_spread = "-3 %"', "line 19: `rates.stake_spread` is '-3 %"),
        ('stake_spread = "3 %"', 'stake_sprad = "3 %"', "line 19: `rates.stake_sprad` is not a ke"),
        ('fee_growth = "-1 %"', 'fee_growth = "indexed"', "`rates.fee_growth` and `fee_spread` ar"),
        ('title = "Made up"', 'title = "Made up"\nschedule = "gold"', "`schedule` is 'gold': ther"),
        ('token = "TOK"', 'token = "TOK"\nschedule = "starknet"', "line 5: `decimals` is 2, and 1"),
        ('token = "TOK"', 'token = "TOK"\nschedule = "indexed"', "`state.locked` must be"),
        ('restaked = "50 %"', 'restaked = "150 %"', "line 18: `rates.restaked` is '150 %': a shar"),
        ("[rates]", "[[rates]]", "`rates` must be a table"),
    ],
)  # fmt: skip
def test_a_scenario_that_contradicts_itself_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in GOOD
    with pytest.raises(ConfigurationError, match=r"one\.toml") as caught:
        simulate(scenario(tmp_path, GOOD.replace(old, new, 1)), 1)
    assert says in caught.value.message


def test_more_unlocks_than_is_locked_is_refused(tmp_path: Path) -> None:
    text = (shipped("scenarios") / "starknet.toml").read_text(encoding="utf-8")
    with pytest.raises(ConfigurationError, match="unlocks, more than is locked"):
        simulate(scenario(tmp_path, text.replace('"scheduled"', '"100000000"')), 1)


CHANGES = (
    ('token = "TOK"', 'token = "PSE"'),
    ("decimals = 2", "decimals = 18"),
    ("start = 2026-01-31", "start = 2023-11-15"),
    ('"1000"', '"indexed"'),
    ('"300"', '"indexed"'),
    ('"50"', '"indexed"'),
    ('stake = "100"', 'stake = "0"'),
    ("title = ", 'schedule = "indexed"\ntitle = '),
)
INDEXED = reduce(lambda text, change: text.replace(*change), CHANGES, GOOD)


def played() -> Opened:
    """1,000 minted, 300 of them granted until a day after the block, 80 at the foundation."""
    house = House()
    house.transfer(1, ZERO, address(1), 1_000)
    house.transfer(2, address(1), address(2), 80)
    row = {"beneficiary": address(3), "amount": 300}
    end = time(40) + 86_400
    house.emit("grant", "grant_created", 3, **row, start=time(0), cliff=time(0), finish=end)
    return house.open(40)


LABELS = Entities.labelled(1, {address(2): Entity("F", "foundation", "a test")})


def test_what_is_indexed_is_what_the_release_tells(tmp_path: Path) -> None:
    found = simulate(scenario(tmp_path, INDEXED), 1, release=played(), labels=LABELS)  # type: ignore[arg-type]
    vested = 300 * (12 * 40) // (12 * 40 + 86_400)
    assert found.taken == {"supply": 1_000, "locked": 300 - vested, "treasury": 80}
    assert found.plan.unlocks == (300 - vested, 0, 0, 0, 0, 0)
    assert found.under is not None
    assert found.under.level == "complete"
    assert "scenario one.toml" in found.under.declared
    assert any(text.startswith("entities") for text in found.under.declared)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('stake = "0"', 'stake = "indexed"', "`state.stake` is indexed, and the release does not"),
        ('fees = "10.5"', 'fees = "indexed"', "`state.fees` is indexed, and the release does not"),
        ("start = 2023-11-15", "start = 2020-01-01", "`start` is before block 40 of the release"),
        ('token = "PSE"', 'token = "PSE"\ndataset = "gov"', "`dataset` is 'gov': the release has"),
        ('token = "PSE"', 'token = "ETH"', "`token` is 'ETH', and dao has 'PSE'"),
        ("decimals = 18", "decimals = 17", "`decimals` is 17, and dao has 18"),
    ],
)
def test_what_a_release_cannot_give_is_named_by_its_key(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        simulate(scenario(tmp_path, INDEXED.replace(old, new)), 1, release=played())  # type: ignore[arg-type]
    assert says in caught.value.message


def test_a_stake_is_indexed_from_the_staking_contract(tmp_path: Path) -> None:
    text = GOOD.replace('stake = "100"', 'stake = "indexed"').replace(
        "decimals = 2", "decimals = 18"
    )
    text = text.replace('"1000"', '"10400000000"')
    found = simulate(scenario(tmp_path, text), 1, release=staked_house().open(10))  # type: ignore[arg-type]
    assert found.taken == {"stake": 10**27}
    assert found.under is not None
    assert "staking_stake_own_balance_changed.new_self_stake" in found.under.columns


def test_a_scenario_that_needs_a_release_says_so(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="takes values from a release"):
        simulate(scenario(tmp_path, INDEXED), 1)


def test_the_sample_is_simulated_from_its_release(sample_release: Release) -> None:
    of = read(shipped("scenarios") / "sample.toml")
    found = simulate(of, 5, runs=3, release=sample_release, labels=entities(31337))
    assert found.taken["supply"] == 10_025 * 10**24
    assert found.under is not None
    assert found.under.level == "anchored"
    assert sum(found.plan.unlocks) == found.taken["locked"], "all grants end within two years"
