"""What state updates cost on L1, alone and beside the fees of the L2 that they settle."""

from fractions import Fraction
from pathlib import Path

from psephos.chain.dataset import Dataset as Watched
from psephos.results.economy.prices import prices
from psephos.results.economy.settlement import settlement
from psephos.results.studies import study
from tests.results.house import GENESIS, ZERO, House, address, word

DAY = 86_400
MIDNIGHT = -(-GENESIS // DAY) * DAY
CORE = bytes([8]) * 20


def l1(*, untold: bool = False) -> House:
    """A block a day from a midnight on; an update each tenth day, 70 for gas, 30 for blobs."""
    house = House()
    house.watched = {"dao": house.watched["dao"]}
    house.watched["core"] = Watched("core", 1, (CORE,), ("starknet_core",), 1)
    house.watched["fees"] = Watched("fees", 1, (CORE,), ("fees",), 1)
    house.times = {n: MIDNIGHT + DAY * (n - 1) for n in range(101)}
    house.transfer(1, ZERO, address(1), 1000)
    for block in (5, 10, 20, 30, 40):
        row = {"global_root": word(1), "l2_block_number": word(block), "l2_block_hash": word(2)}
        house.emit("core", "state_update", block, **row)
        row = {"payer": address(7), "target": CORE, "gas_used": 7, "base_fee_burned": 50}
        if not (untold and block == 30):
            row |= {"priority_fee": 20, "blob_fee": 30}
            house.emit("fees", "fee_transaction", block, **row)
    house.emit("fees", "fee_transaction", 33, **(row | {"priority_fee": 0, "blob_fee": 0}))
    return house


def l2(paid: int) -> House:
    """Who pays fees in fri on the same days, and a token."""
    house = House()
    house.watched = {"dao": house.watched["dao"]}
    house.watched["fees"] = Watched("fees", 1, (bytes([9]) * 32,), ("starknet_fees",), 1)
    house.times = {n: MIDNIGHT + DAY * (n - 1) for n in range(101)}
    house.transfer(1, ZERO, address(1), 1000)
    row = dict.fromkeys(
        ["version", "l1_gas", "l1_data_gas", "l2_gas", "tip", "tip_paid", "priced", "kind"], 0
    )
    row |= {name: bytes(32) for name in ("payer", "called", "entrypoint", "fee_token")}
    row |= {"reverted": False, "in_fri": True, "amount": paid, "transferred": paid}
    house.emit("fees", "fee_transaction", 35, **row)
    return house


def test_the_cost_of_updates_is_that_of_their_transactions_and_no_others() -> None:
    """Days 11 to 40 of block 41: updates of blocks 20, 30 and 40, not that of 33 which is none."""
    found = settlement(l1().open(50), "core", 41, 30)
    assert found is not None
    assert (found.updates, found.untold) == (3, 0)
    assert (found.gas, found.blobs, found.cost) == (210, 90, 300)


def test_updates_without_their_fee_are_counted_and_never_free() -> None:
    opened = l1(untold=True).open(50)
    found = settlement(opened, "core", 41, 30)
    assert found is not None
    assert (found.updates, found.untold, found.gas) == (3, 1, 140)
    told = {one.measure: one for one in study(opened, "economy", block=41).figures}
    assert told["cost_cover_fees"].value is None
    assert told["cost_cover_fees"].undefined == "1 of 3 updates have no fee in fees"


def test_a_window_that_was_not_read_has_no_cost() -> None:
    opened = l1().open(50)
    assert settlement(opened, "core", 20, 30) is None  # thirty days before are before the chain
    assert settlement(opened, "core", 41, 45) is None


def test_fees_of_an_l2_are_held_against_the_cost_of_its_l1(tmp_path: Path) -> None:
    below, above = l2(600).open(41), l1().open(50)
    file = tmp_path / "p.csv"
    day = "1970-01-01"
    file.write_text(f"day,token,currency,price,source\n{day},PSE,USD,0.5,a close\n")
    decimals = {d.datasets["fees"].decimals for d in (below, above)}
    assert len(decimals) == 1
    told = {one.measure: one for one in study(below, "economy", beside=above).figures}
    cover = told["cost_cover_fees"]
    assert cover.value == Fraction(600, 300)
    assert any("beside this one" in words for words in cover.evidence.declared)
    assert told["l1_cost_core"].value == 210
    assert told["l1_blobs_core"].value == 90
    alone = {one.measure for one in study(below, "economy").figures}
    assert "l1_cost_core" not in alone
    priced = study(below, "economy", beside=above, prices=prices(file, "USD"))
    assert next(f for f in priced.figures if f.measure == "cost_cover_fees").value == 2
