"""What staking pays: the published example through the tables of the staking contracts."""

from fractions import Fraction
from typing import Any

import pytest

from psephos.chain.dataset import Dataset as Watched
from psephos.chain.events import SOURCES
from psephos.errors import CommandError
from psephos.results.labels.entities import Entities
from psephos.results.labels.owners import _STAKERS, chosen, possible, suspected
from psephos.results.studies import rewards, study
from psephos.results.studies.shape import Subject
from tests.results.house import House, Opened

STRK = 10**18
STAKERS = tuple(bytes([n]) * 32 for n in (1, 2, 3, 4))
REWARD, OPERATOR = b"\x0a" * 32, b"\x0b" * 32


def house() -> House:
    """Four stakers; two name one reward address, two (others) one operator, told block by block."""
    found = House()
    contract = (b"\x07" * 32,)
    found.watched["staking"] = Watched("staking", 1, contract, ("starknet_staking",), 1)
    found.watched["rewards"] = Watched("rewards", 1, contract, ("starknet_rewards",), 1)
    one, two, three, four = STAKERS
    for block, (staker, reward, operator, stake) in enumerate(
        (
            (one, REWARD, one, 400_000_000 * STRK),
            (two, REWARD, OPERATOR, 300_000_000 * STRK),
            (three, three, OPERATOR, 200_000_000 * STRK),
            (four, four, four, 100_000_000 * STRK),
        ),
        start=1,
    ):
        row = {"staker": staker, "reward_address": reward, "operational_address": operator}
        found.emit("staking", "new_staker", block, **row, self_stake=stake)
        told = {"old_self_stake": 0, "new_self_stake": stake}
        found.emit("staking", "stake_own_balance_changed", block, staker=staker, **told)
    supply = {"old_total_supply": 0, "new_total_supply": 10_400_000_000 * STRK}
    found.emit("rewards", "total_supply_changed", 5, **supply)
    found.emit("rewards", "minting_cap_changed", 6, old_c=160, new_c=400)
    found.emit("staking", "epoch_info_changed", 6, epoch_duration=3600, epoch_length=1132)
    found.emit("staking", "token_enabled", 8, token=b"\x09" * 32)
    return found


def told(release: Opened, block: int) -> dict[str, Any]:
    found = rewards.study(Subject(release, "staking", block, Entities(1)))  # type: ignore[arg-type]
    return {one.measure: one for one in found.figures} | {"tables": found.tables, "why": found.why}


def test_the_worked_example_comes_out_of_the_rows() -> None:
    """1.0e9 of 10.4e9 STRK at 4 %: 128,996,123.97 a year; an hour 14,725.585, Bitcoin a quarter."""
    found = told(house().open(10), 10)
    assert found["staked"].value == 10**9 * STRK
    assert round(Fraction(found["yearly_mint"].value, STRK), 2) == Fraction("128996123.97")
    assert found["yearly_strk"].value + found["yearly_btc"].value == found["yearly_mint"].value
    assert found["inflation_cap"].value == Fraction(4, 100)
    assert round(float(found["mint_share"].value), 6) == 0.012403
    assert round(float(found["apr"].value), 6) == 0.096747
    assert float(found["real_yield"].value) == pytest.approx(1.096747 / 1.012403 - 1, abs=1e-6)
    (epoch,) = found["tables"]
    assert [str(cell).replace("\u2009", "") for cell in epoch.rows[0]] == [
        "3600", "14725.585", "11044.189", "3681.396",
    ]  # fmt: skip
    assert found["apr"].evidence.level == "complete"


def test_before_bitcoin_could_be_staked_all_rewards_are_strk() -> None:
    found = told(house().open(10), 7)
    assert found["yearly_btc"].value == 0
    assert found["yearly_strk"].value == found["yearly_mint"].value


def test_what_the_chain_has_not_told_is_undefined() -> None:
    found = told(house().open(10), 5)
    assert found["yearly_mint"].value is None
    assert "told no supply or no cap" in found["yearly_mint"].undefined
    assert found["staked"].value == 10**9 * STRK
    assert "apr" not in found


def test_it_is_a_study_of_staked_positions() -> None:
    found = study(house().open(10), "rewards", dataset="staking", block=10)  # type: ignore[arg-type]
    assert found.kind == "rewards"
    assert found.figures


def test_stakers_who_share_an_address_are_supposed_to_be_one() -> None:
    release: Any = house().open(10)
    one, two, three, _ = STAKERS
    nobody = Entities(1)
    rewarded = suspected(release, "same-reward", 10, nobody).clusters
    assert [cluster.members for cluster in rewarded] == [(one, two)]
    operated = suspected(release, "same-operator", 10, nobody).clusters
    assert [cluster.members for cluster in operated] == [(two, three)]
    assert suspected(release, "same-operator", 2, nobody).clusters == ()
    assert possible(release) == ("same-funder", "same-reward", "same-operator")


def test_the_columns_that_stakers_share_are_those_the_contracts_tell() -> None:
    shapes = {shape.table: shape for shape in SOURCES["starknet_staking"].shapes}
    for pairs in _STAKERS.values():
        for table, column in pairs:
            assert column in {one.name for one in shapes[table].columns}


def test_a_word_for_stakers_needs_stakers(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CommandError, match="no rows to suppose same-operator"):
        chosen(House().open(3), "same-operator", where=tmp_path)  # type: ignore[arg-type]
