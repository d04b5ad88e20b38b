"""Weights as told and as they act: by SQL as the replay says, at every block and epoch."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.dataset import Dataset as Watched
from psephos.errors import ConfigurationError
from psephos.results.labels.entities import Entities
from psephos.results.stakes import Counting, counting
from psephos.results.staking import (
    STRK,
    Epochs,
    effective,
    epoch_of,
    epochs,
    last_block,
    powers,
    stakes,
)
from psephos.results.studies import stakers
from psephos.results.studies.shape import Subject
from psephos.results.weights import acting, bitcoin_of, enabled, weighed
from tests.results.house import House, Opened, word
from tests.results.staking_books import TBTC, WBTC
from tests.results.test_staking import lived

SAMPLE = int.from_bytes(b"SN_SAMPLE", "big")
HOW = Counting(Epochs(0, 0, 12), 2, "a script")
ENABLED = ((90, TBTC, "enabled"), (95, WBTC, "enabled"), (130, TBTC, "disabled"))
LAST = 160


@cache
def lived_house() -> tuple[House, dict[str, Any]]:
    """A contract of all four generations as rows of a house, and its tables for the replay."""
    contract, _ = lived(5)
    house = House()
    house.watched["staking"] = Watched("staking", 1, (word(7),), ("starknet_staking",), 1)
    for block, token, what in ENABLED:
        house.emit("staking", f"token_{what}", block, token=word(token))
    house.emit("staking", "epoch_info_changed", 50, epoch_duration=60, epoch_length=9)
    tables = contract.tables()
    for name, table in tables.items():
        if name in house.watched["staking"].tables():
            house.rows[f"staking_{name}"] += table.to_pylist()
    changed = Opened(house, LAST, LAST, {}).sql("SELECT * FROM staking_epoch_info_changed")
    return house, {**tables, "epoch_info_changed": changed.to_arrow()}


def weighing(block: int) -> dict[bytes, int]:
    """Decimals of what is enabled: eight, as of wrappers that nobody declared."""
    told = [(what, token) for at, token, what in ENABLED if at <= block]
    on = {token for what, token in told if what == "enabled"}
    return {word(t): 8 for t in on if ("disabled", t) not in told}


def some(found: Any) -> dict[bytes, tuple[int, dict[bytes, int]]]:
    """Who has anything."""
    return {
        who: (one.own, dict(one.delegated))
        for who, one in found.items()
        if one.own or one.delegated
    }


def test_weights_by_sql_equal_the_replay_as_told_and_as_they_act() -> None:
    house, tables = lived_house()
    release: Any = house.open(LAST)
    counted = epochs(HOW.first, tables)
    acted = 0
    for block in range(1, LAST + 1, 7):
        now = weighed(release, "staking", block)
        replayed = stakes(tables, block)
        assert some(now.stakes) == some(replayed)
        weights = powers(replayed, weighing(block))
        assert {who: x for who, x in now.powers.items() if x} == {
            who: x for who, x in weights.items() if x
        }
        epoch = epoch_of(counted, block)
        assert epoch is not None
        told = acting(release, "staking", block, HOW)
        assert told is not None
        assert told[0] == epoch
        late = effective(tables, counted, epoch, HOW.delay)
        assert some(told[1].stakes) == some(late)
        acted += bool(late) and some(late) != some(replayed)
        upto = last_block(counted, epoch - HOW.delay)
        assert upto is None or told[1].block == upto < block
    assert acted > 5  # or raw and effective would be the same


def test_a_wrapper_weighs_from_when_it_is_enabled_until_it_is_disabled() -> None:
    release: Any = lived_house()[0].open(LAST)
    for block in (89, 90, 96, 129, 130):
        assert enabled(release, "staking", block) == set(weighing(block))
    assert enabled(House().open(3), "gov", 3) == set()  # type: ignore[arg-type]


def study(block: int, chain: int) -> tuple[dict[str, Any], Any]:
    release: Any = lived_house()[0].open(LAST)
    release.chain = type(release.chain)(chain, "starknet", "")
    found = stakers.study(Subject(release, "staking", block, Entities(chain)))
    return {one.measure: one for one in found.figures}, found


def test_the_study_tells_what_acts_where_epochs_are_declared() -> None:
    """The sample's: twelve blocks an epoch from block 0, two epochs late."""
    told, found = study(120, SAMPLE)
    release: Any = lived_house()[0].open(LAST)
    now, late = (weighed(release, "staking", block) for block in (120, 0))
    how = counting(SAMPLE)
    assert how == Counting(Epochs(0, 0, 12), 2, how.source if how else "")
    late = acting(release, "staking", 120, how)[1]  # type: ignore[index,arg-type]
    assert told["staked"].value == sum(one.of(STRK) for one in now.stakes.values())
    assert told["acting_staked"].value == sum(one.of(STRK) for one in late.stakes.values())
    assert told["acting_staked"].value != told["staked"].value
    assert told["epoch"].value == 4 + 1 + (120 - 60) // 9  # nine blocks from block 60 on
    assert told["weight_third"].value <= told["weight_half"].value
    assert any("script of the sample" in said for said in told["epoch"].evidence.declared)
    (listing,) = found.tables
    assert len(listing.rows) == len({*now.stakes, *late.stakes})
    most = max(now.powers, key=lambda who: now.powers[who])
    assert listing.rows[0][0] == "0x" + most.hex()
    assert any(bitcoin_of(SAMPLE, one) for one in now.stakes.values())


def test_of_a_chain_whose_epochs_nobody_declared_nothing_is_told_of_what_acts() -> None:
    told, found = study(120, 1)
    assert told["epoch"].value is None
    assert told["acting_weight_half"].value is None
    assert "declared nowhere" in told["acting_staked"].undefined
    assert told["weight_half"].value
    assert {row[-1] for row in found.tables[0].rows} == {None}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("length = 12", "length = 0", "line 7: `epochs.length` must be a whole number, 1 or more"),
        ("delay = 2\n", "", "`epochs.delay` is missing"),
        ("delay = 2", "delay = 2\nlate = 3", "`epochs.late` is not a key"),
        ("block = 0", "block = -1", "`epochs.block` must be a whole number, 0 or more"),
    ],
)
def test_wrong_epochs_name_the_key_and_its_line(
    tmp_path: Path, old: str, new: str, why: str
) -> None:
    whole = Path("data/assets/starknet-sample.toml").read_text()
    assert old in whole
    (tmp_path / "wrong.toml").write_text(whole.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as raised:
        counting(SAMPLE, tmp_path)
    assert why in raised.value.message
