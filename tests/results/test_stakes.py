"""Stakes by their events, power by SNIP-31, and assets by issuer; strict files."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from analytics.capture import by_issuer
from psephos.chain.dataset import Dataset as Watched
from psephos.errors import ConfigurationError
from psephos.results.labels.entities import Entities, Entity
from psephos.results.promises.files import promises
from psephos.results.promises.judge import judge
from psephos.results.shipped import shipped
from psephos.results.stakes import assets, issuers_of, powers_of, stakes
from tests.results.house import House

SN_MAIN = 0x534E5F4D41494E
STRK, WBTC, TBTC = (
    next(one.token for one in assets(SN_MAIN) if one.name == name)
    for name in ("STRK", "WBTC", "tBTC")
)


def felt(n: int) -> bytes:
    return n.to_bytes(32, "big")


@pytest.fixture
def house() -> House:
    found = House()
    staking = Watched("stake", SN_MAIN, (felt(0xCA),), ("starknet_staking",), 1)
    found.watched["stake"] = staking
    both = {"reward_address": felt(9), "operational_address": felt(8)}
    for who, amount in ((1, 100), (2, 50), (3, 30)):
        found.emit("stake", "new_staker", 1, staker=felt(who), self_stake=amount, **both)
    old = {"old_self_stake": 100, "old_delegated_stake": 0}
    change = {"new_self_stake": 110, "new_delegated_stake": 40}
    found.emit("stake", "stake_balance_changed", 2, staker=felt(1), **old, **change)
    for token, amount in ((WBTC, 3 * 10**8), (TBTC, 10**18)):
        row = {"token": token, "old_delegated_stake": 0, "new_delegated_stake": amount}
        found.emit("stake", "stake_delegated_balance_changed", 3, staker=felt(2), **row)
    row = {"old_self_stake": 50, "new_self_stake": 60}
    found.emit("stake", "stake_own_balance_changed", 4, staker=felt(2), **row)
    found.emit("stake", "delete_staker", 5, staker=felt(3), pools=[], **both)
    return found


def opened(house: House, block: int):
    found = house.open(block)
    found.chain = type(found.chain)(SN_MAIN, "starknet", "")
    return found


def test_the_last_event_of_each_counts(house: House) -> None:
    release = opened(house, 6)
    early, late = stakes(release, "stake", 2), stakes(release, "stake", 6)
    assert early.own == {felt(1): 110, felt(2): 50, felt(3): 30}
    assert early.delegated == {(felt(1), STRK): 40}
    assert late.own == {felt(1): 110, felt(2): 60}  # the third is deleted
    assert late.delegated[felt(2), WBTC] == 3 * 10**8
    row = {"token": STRK, "old_delegated_stake": 40, "new_delegated_stake": 70}
    house.emit("stake", "stake_delegated_balance_changed", 6, staker=felt(1), **row)
    again = stakes(opened(house, 7), "stake", 7)
    assert again.delegated[felt(1), STRK] == 70  # told anew, not added


def test_wrappers_of_bitcoin_share_a_quarter_by_their_amounts(house: House) -> None:
    amounts, weights, name = powers_of(opened(house, 6), 6)
    issuers, sources = issuers_of(SN_MAIN)
    found = by_issuer(amounts, weights, issuers)
    assert name == "stake"
    assert found == {
        "Starknet": Fraction(3, 4),
        "BitGo and BiT Global": Fraction(3, 16),
        "Threshold Network": Fraction(1, 16),
    }
    assert len(sources) == 5
    amounts, weights, _ = powers_of(opened(house, 2), 2)
    assert by_issuer(amounts, weights, issuers) == {"Starknet": 1}


def test_a_release_without_stakes_has_no_power() -> None:
    assert powers_of(House().open(3), 3) == ({}, {}, "")


@pytest.mark.parametrize(("given", "result"), [(110, "kept"), (111, "broken")])
def test_a_foundation_matches_what_a_staker_has_itself(
    house: House, given: int, result: str
) -> None:
    """The first staker has 110 of its own; its pool is at 0x77, and somebody else is in it, too."""
    house.watched["pool"] = Watched("pool", SN_MAIN, (felt(0x77),), ("starknet_pool",), 1)
    row = {"staker": felt(1), "pool": felt(0x77), "commission": 0}
    house.emit("stake", "new_delegation_pool_early", 2, **row)
    for member, amount in ((50, 7), (51, 500)):
        row = {"pool_member": felt(member), "staker": felt(1), "reward_address": felt(member)}
        house.emit("pool", "new_pool_member", 3, amount=amount, **row)
    row = {"pool_member": felt(50), "old_delegated_stake": 7, "new_delegated_stake": given}
    house.emit("pool", "pool_member_balance_changed", 4, **row)
    promise = next(one for one in promises() if one.name == "foundation-delegates")
    early = replace(promise.versions[0], since=date(2020, 1, 1))
    labels = Entities.labelled(SN_MAIN, {felt(50): Entity("F", "foundation", "made up")})
    (found,) = judge(opened(house, 6), [replace(promise, versions=(early,))], 6, labels)
    assert found.result == result
    assert [row.found for row in found.judged.rows] == ["0 STRK delegated by the foundation"]
    (nobody,) = judge(opened(house, 6), [replace(promise, versions=(early,))], 6)
    assert nobody.result == "not checkable"


WHOLE = (shipped("assets") / "starknet.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("decimals = 8", "decimals = -8", "line 15: `asset.decimals` must be a whole number"),
        ('issuer = "Lombard"', "issuer = 7", "`asset.issuer` must be a text"),
        ("0x04718f5a", "04718f5a", "line 5: `asset.token` must be 0x"),
        ('name = "WBTC"', 'nam = "WBTC"', "`asset.name` is missing"),
        ("0x036834a40984312f7f7de8d31e3f6305b325389eaeea5b1c0664b2fb936461a4",
         "0x03fe2b97c1fd336e750087d68b9b867997fd64a2661ff3ca5a7c771641e8e7ac",
         "is named twice"),
        ("chains = [0x", "chains = [-0x", "must be a list of chain ids"),
    ],
)  # fmt: skip
def test_a_wrong_file_names_the_key_and_its_line(
    tmp_path: Path, old: str, new: str, where: str
) -> None:
    assert old in WHOLE
    (tmp_path / "wrong.toml").write_text(
        WHOLE.replace(old, new, 1).replace("-0x534e5f4d41494e", "-5")
    )
    with pytest.raises(ConfigurationError) as raised:
        assets(SN_MAIN, tmp_path)
    assert where in raised.value.message
