"""Holders against users and capture: a small DAO by hand, and the sample."""

from fractions import Fraction
from pathlib import Path

import pytest

from psephos.chain.dataset import Dataset as Watched
from psephos.results.economy.prices import prices
from psephos.results.labels.entities import Entities, Entity
from psephos.results.studies import study
from tests.results.house import House, address, word

ZERO = bytes(20)
WEEK = 7 * 86_400


@pytest.fixture
def dao() -> House:
    """A whale of 60 who never pays, users of 20 and 10, and an exchange of 10; 10 blocks a week."""
    house = House()
    house.watched["fees"] = Watched("fees", 1, (bytes([9]) * 20,), ("fees",), 1)
    house.times = {block: block * WEEK // 10 for block in range(101)}
    for who, amount in ((1, 60), (2, 20), (3, 10), (4, 10)):
        house.transfer(1, ZERO, address(who), amount)
        house.power(2, address(who), amount)
    house.quorum(3, 40)
    house.propose(60, 1, 70, 75)
    house.vote(72, 1, 1, 1, 60)
    house.vote(72, 1, 2, 0, 20)
    house.vote(73, 1, 3, 0, 10)
    for block, payer, gas in ((65, 2, 30), (70, 3, 10), (71, 2, 30)):
        row = {"payer": address(payer), "target": address(9), "priority_fee": 0, "blob_fee": 0}
        house.emit("fees", "fee_transaction", block, gas_used=gas, base_fee_burned=gas, **row)
    for block in range(50, 81):
        row = {"coinbase": address(2 + block % 2), "transactions": 0, "gas_used": 0}
        row |= {"base_fee_burned": 0, "priority_fee": 0, "blob_gas_used": 0, "blob_fee": 0}
        house.emit("fees", "fee_block", block, **row)
    return house


def paid_by(who: int, kind: int, entry: int) -> dict:
    """A transaction of Starknet that paid 5 fri."""
    names = "version l1_gas l1_data_gas l2_gas tip tip_paid priced transferred"
    row = {**dict.fromkeys(names.split(), 0), "in_fri": True, "amount": 5}
    row |= {"called": bytes(32), "fee_token": bytes(32)}
    return row | {"payer": word(who), "kind": kind, "entrypoint": word(entry)}


def values(found) -> dict:
    return {one.measure: one.value for one in found.figures}


def test_what_users_hold_and_how_they_would_have_voted(dao: House) -> None:
    labels = Entities.labelled(1, {address(4): Entity("Exchange", "exchange", "made up")})
    found = study(dao.open(80), "users", entities=labels)
    value = values(found)
    assert value["power_of_users"] == value["balance_of_users"] == Fraction(30, 100)
    over = next(one.interval for one in found.figures if one.measure == "power_of_users")
    assert over is not None
    assert (over.kind, over.low, over.high) == ("unknown", Fraction(30, 100), Fraction(40, 100))
    assert value["power_of_validators"] == Fraction(30, 100)
    assert value["votes_of_users"] == Fraction(30, 90)
    assert value["same_by_heads"] == value["same_by_fees"] == 0  # the whale alone was for it
    (votes,) = found.tables
    assert votes.rows[0][1] == "for"
    assert str(votes.rows[0][2]) == "against (0 : 2)"
    assert value["payers_half"] == 1
    assert value["payers_hhi"] == Fraction(5, 9)


def test_samples_have_intervals_and_the_same_seed_gives_the_same(dao: House) -> None:
    opened = dao.open(80)
    one, two = (study(opened, "users") for _ in range(2))
    kinds = {f.measure: f.interval.kind for f in one.figures if f.interval}
    assert kinds == {
        f"{who}_{name}": "sampled" if name == "half" else "bootstrap"
        for who in ("payers", "producers", "voters")
        for name in ("hhi", "gini", "shannon", "half")
    } | {"power_of_deployers": "unknown", "balance_of_deployers": "unknown"}
    gini = next(f for f in one.figures if f.measure == "payers_gini")
    assert gini.value == Fraction(1, 6)  # payments of 2 and 1
    assert gini.interval is not None
    assert "seed 1; bias " in gini.interval.words
    assert [f.interval for f in one.figures] == [f.interval for f in two.figures]
    half = next(f for f in one.figures if f.measure == "producers_half")
    assert half.interval is not None
    assert half.interval.low <= half.value <= half.interval.high  # type: ignore[operator]


def test_payers_outside_the_window_are_no_users(dao: House) -> None:
    value = values(study(dao.open(100), "users"))
    assert value["power_of_users"] == Fraction(30, 100)  # blocks 58 to 100
    dao.times = {block: block * WEEK for block in range(101)}
    value = values(study(dao.open(100), "users"))
    assert value["power_of_users"] is None


def test_deployers_are_those_whose_first_call_tells_it() -> None:
    """Of 100: 20 declared a class, 10 had the universal deployer called, 60 called something else
    that may have deployed in a later call; who reverted brought nothing."""
    deploy = 0x1987CBD17808B9A23693D4DE7E246A443CFE37E6E7FBAEABD7D7E6532B07C3D  # sn_keccak(name)
    house = House()
    house.times = {block: block * WEEK for block in range(11)}
    house.watched = {
        "dao": Watched("dao", 1, (bytes([0xE0]) * 32,), ("starknet_erc20",), 1),
        "fees": Watched("fees", 1, (bytes([9]) * 32,), ("starknet_fees",), 1),
    }
    for who, amount in ((1, 60), (2, 20), (3, 10), (4, 10)):
        house.transfer(1, bytes(32), word(who), amount)
    for who, kind, entry, reverted in ((2, 1, 0, False), (3, 0, deploy, False), (1, 0, 7, False),
                                       (4, 0, deploy, True)):  # fmt: skip
        row = paid_by(who, kind, entry)
        house.emit("fees", "fee_transaction", 8, reverted=reverted, **row)
    found = study(house.open(10), "users")
    one = next(f for f in found.figures if f.measure == "balance_of_deployers")
    assert one.value == Fraction(30, 100)
    assert one.interval is not None
    assert (one.interval.kind, one.interval.high) == ("unknown", 1)


def test_ethereum_does_not_tell_a_creation_from_a_call(dao: House) -> None:
    found = study(dao.open(80), "users")
    one = next(f for f in found.figures if f.measure == "power_of_deployers")
    assert (one.value, "creation from a call" in str(one.undefined)) == (None, True)
    everybody = next(f for f in found.figures if f.measure == "power_of_users")
    assert one.interval is not None
    assert (one.interval.kind, one.interval.low, one.interval.high) == (
        "unknown", 0, everybody.value,
    )  # fmt: skip


def test_stake_of_users_is_an_interval_over_who_delegates_and_that_of_validators_is_both() -> None:
    """Of 100 staked: 1 pays with 20 of its own and 10 delegated to it, 2 attests with 30 and 40."""
    house = House()
    house.times = {block: block * WEEK for block in range(11)}
    sources = {"dao": "starknet_erc20", "fees": "starknet_fees", "staking": "starknet_staking"}
    sources |= {"attest": "starknet_attestation"}
    house.watched = {
        name: Watched(name, 1, (word(7 + place),), (source,), 1)
        for place, (name, source) in enumerate(sources.items())
    }
    house.transfer(1, bytes(32), word(1), 5)
    for who, own, delegated in ((1, 20, 10), (2, 30, 40)):
        row = {"staker": word(who), "old_self_stake": 0, "new_self_stake": own}
        row |= {"old_delegated_stake": 0, "new_delegated_stake": delegated}
        house.emit("staking", "stake_balance_changed", 2, **row)
    house.emit("fees", "fee_transaction", 8, reverted=False, **paid_by(1, kind=0, entry=7))
    house.emit("attest", "staker_attestation", 1, staker=word(1), epoch=1)  # before the window
    house.emit("attest", "staker_attestation", 9, staker=word(2), epoch=9)
    told = {f.measure: f for f in study(house.open(10), "users", dataset="dao").figures}
    users, validators = told["stake_of_users"], told["stake_of_validators"]
    assert (users.value, validators.value) == (Fraction(20, 100), Fraction(70, 100))
    assert users.interval is not None
    assert (users.interval.low, users.interval.high) == (Fraction(20, 100), Fraction(70, 100))
    assert validators.interval is None
    assert any("attestation" in column for column in validators.evidence.columns)


def test_without_fees_nothing_is_said() -> None:
    house = House()
    house.power(2, address(1), 10)
    found = study(house.open(5), "users")
    assert found.why == "no dataset of this release tells who paid a fee"


def test_capture_by_hand(dao: House) -> None:
    """100 of power; turnout of the one vote 90 %; a quorum of 40 % of the supply of 100."""
    found = study(dao.open(80), "capture")
    value = values(found)
    assert value["to_reach_a_third_bought"] == 34
    assert value["to_reach_half_added"] == 101
    assert value["to_reach_two_thirds_added"] == 201
    assert value["expected_turnout"] == Fraction(9, 10)
    assert value["to_win_added"] == 91
    assert value["to_win_bought"] == 48  # 48 > 0.9 · 52
    assert (value["bribe_least"], value["bribe_voters"]) == (48, 1)
    over, fresh = found.tables  # without prices nothing is in money
    assert not any(name.endswith("_cost") for name in value)
    assert over.rows[-1][0] == 80
    assert [row[0] for row in fresh.rows] == ["A title"]
    assert value["fresh_most"] == 0
    assert value["power_by_issuer"] is None


def test_power_of_the_last_week_may_be_as_much_as_the_lead(dao: House) -> None:
    dao.transfer(66, ZERO, address(5), 40)
    dao.power(66, address(5), 40)
    found = study(dao.open(80), "capture")
    value = values(found)
    assert value["fresh_most"] == Fraction(40, 140)
    assert value["fresh_enough"] == 1  # 60 for, 30 against


def test_with_prices_every_amount_has_its_cost_and_its_source(dao: House, tmp_path: Path) -> None:
    """0.5 USD a token, from 1970-02-01 on 2 USD; block 80 is of 1970-02-26."""
    file = tmp_path / "p.csv"
    header = "day,token,currency,price,source\n"
    file.write_text(f"{header}1970-01-02,PSE,USD,0.5,close\n1970-02-01,PSE,USD,2,later close\n")
    opened = dao.open(80)
    unit = opened.datasets["dao"].decimals
    found = study(opened, "capture", prices=prices(file, "USD"))
    told = {one.measure: one for one in found.figures}
    for name in ("to_reach_half_added", "to_win_added", "to_win_bought", "bribe_least"):
        cost = told[f"{name}_cost"]
        assert cost.value == 2 * Fraction(told[name].value or 0, 10**unit)
        assert cost.unit == "USD"
        assert any("later close" in words for words in cost.evidence.declared)
    tables = {one.name: one for one in found.tables}
    over = tables["cost_over_time"].rows
    assert over[-1][-1] == "2 of 1970-02-01 (later close)"
    assert any(row[-1] == "0.5 of 1970-01-02 (close)" for row in over)
    file.write_text(f"{header}1970-01-02,XYZ,USD,0.5,close\n")
    without = study(opened, "capture", prices=prices(file, "USD"))
    cost = next(one for one in without.figures if one.measure == "to_win_added_cost")
    assert (cost.value, cost.undefined) == (None, "p.csv has no price of PSE up to that day")


def test_power_that_left_again_after_the_snapshot_is_told_apart(dao: House) -> None:
    dao.power(66, address(5), 40)
    dao.power(78, address(5), 0)
    value = values(study(dao.open(90), "capture"))
    assert value["fresh_most"] == value["fleeting_most"] == Fraction(40, 140)
    assert values(study(dao.open(79), "capture"))["fleeting_most"] is None  # not a week after it
