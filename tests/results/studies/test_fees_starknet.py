"""What only Starknet's fees tell: units by the sequencer's own rate, checks, relays, settlement."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.dataset import Dataset as Watched
from psephos.commit.starknet.felt import keccak_250
from psephos.errors import ConfigurationError
from psephos.results.economy.proving import verifier
from psephos.results.economy.settlement import updates
from psephos.results.studies import study
from psephos.results.studies.shape import Study
from tests.results.house import House, address, word

DAY = 86_400
BEGAN = 20_000 * DAY
SEQUENCER, TOKEN, RELAYER, OTHER = word(0x5E), word(0x57), word(0x11), word(0x22)
EXECUTE = word(keccak_250(b"execute"))
ETHER = 10**18


def paid(house: House, block: int, at: int, payer: bytes, amount: int, **more: Any) -> None:
    """One transaction of a block; priced and transferred as paid, unless said."""
    row = {"transaction_index": at, "kind": 0, "version": 3, "payer": payer, "called": word(9)}
    row |= {"entrypoint": word(1), "reverted": False, "in_fri": True, "amount": amount}
    row |= {"fee_token": TOKEN, "transferred": amount, "tip": 0, "tip_paid": 0, "priced": amount}
    row |= {"l1_gas": 1, "l1_data_gas": 1, "l2_gas": 1}
    house.emit("fees", "fee_transaction", block, **(row | more))


@pytest.fixture
def house() -> House:
    """Ten blocks a day over four days; a fri is worth half a wei in the first two, then a third."""
    house = House()
    house.watched = {
        "fees": Watched("fees", 1, (), ("starknet_fees",), 1),
        "strk": Watched("strk", 1, (TOKEN,), ("starknet_erc20",), 1),
        "core": Watched("core", 1, (address(7),), ("starknet_core",), 1),
        "l1": Watched("l1", 1, (address(7),), ("fees",), 1),
    }
    house.watched["fees"] = Watched("fees", 1, (TOKEN,), ("starknet_fees",), 1)
    house.times = {block: BEGAN + block * DAY // 10 for block in range(46)}
    for block in range(1, 45):
        first, day = block < 20, block // 10
        prices = {f"l1_gas_price_in_{unit}": n for unit, n in (("wei", 1), ("fri", 3 - first))}
        row = {"sequencer": SEQUENCER, "transactions": 0, "fees_in_wei": 0, "fees_in_fri": 0}
        row |= {"tips_in_fri": 0, **prices}
        if block in (12, 25, 31):
            wei = 10 * ETHER if block == 12 else 0
            fri = 60 * ETHER
            row |= {"fees_in_wei": wei, "fees_in_fri": fri, "tips_in_fri": 6 * ETHER * (day == 3)}
        house.emit("fees", "fee_block", block, **row)
    paid(house, 12, 0, OTHER, 10 * ETHER, in_fri=False, version=1)
    paid(house, 12, 1, OTHER, 60 * ETHER)
    paid(house, 25, 0, RELAYER, 60 * ETHER, transferred=0)
    paid(house, 31, 0, RELAYER, 30 * ETHER, tip_paid=6 * ETHER, priced=31 * ETHER)
    paid(house, 31, 1, RELAYER, 30 * ETHER, reverted=True)
    for block, at in ((25, 0), (31, 0), (31, 1)):
        told = {"payer": RELAYER, "forwarder": word(0xF), "entrypoint": EXECUTE}
        told |= {"account": word(block), "gas_token": word(0xD), "gas_amount": word(5)}
        house.emit("fees", "fee_relayed", block, transaction_index=at, **told)
    minted = {"sender": word(0), "recipient": SEQUENCER, "amount": 100 * ETHER}
    house.emit("strk", "transfer", 2, **minted)
    sent = {"sender": SEQUENCER, "recipient": word(0xAA), "amount": 50 * ETHER}
    house.emit("strk", "transfer", 33, **sent)
    house.emit("strk", "transfer", 34, **(sent | {"recipient": SEQUENCER}))
    for block, covers in ((15, 12), (35, 31)):
        house.emit("core", "state_update", block, global_root=word(1), l2_block_number=word(covers),
                   l2_block_hash=word(2))  # fmt: skip
        row = {"payer": address(3), "target": address(7), "gas_used": 1, "blob_fee": 2 * ETHER}
        house.emit("l1", "fee_transaction", block, base_fee_burned=ETHER, priority_fee=ETHER, **row)
    return house


def told(house: House) -> Study:
    release = house.open(44)
    strk = release.datasets["strk"]
    release.datasets["strk"] = type(strk)(
        **{name: getattr(strk, name) for name in strk.__slots__} | {"symbol": "STRK"}
    )
    return study(release, "fees", dataset="fees")  # type: ignore[arg-type]


def test_both_units_are_one_by_the_rate_of_each_blocks_own_header(house: House) -> None:
    value = {one.measure: one.value for one in told(house).figures}
    # 180 STRK, and 10 ETH in a block where an ETH is worth 2 STRK
    assert value["fri_share"] == Fraction(180, 200)
    assert value["wei_share"] == Fraction(20, 200)
    assert value["in_fri"] == Fraction(4, 5)
    assert (value["tips_paid"], value["base_paid"], value["paid_in_wei"]) == (6, 174, 10)
    assert value["tip_share"] == Fraction(6, 180)


def test_each_block_has_its_fees_in_both_units_and_their_value(house: House) -> None:
    found = told(house)
    value = {one.measure: one.value for one in found.figures}
    blocks = {row[0]: row[2:] for table in found.tables if table.name == "blocks"
              for row in table.rows}  # fmt: skip
    assert max(blocks) == 39, "a full day ends before block 40"
    assert blocks[25] == ("60.000000", "0.000000", "100.0 %")
    assert blocks[26] == ("0.000000", "0.000000", None)
    # 27 of 30 blocks took nothing, block 12 took 60 and what 10 ETH are worth
    assert (value["block_median"], value["block_p95"], value["block_most"]) == (0, 60, 80)


def test_a_fee_is_held_against_its_transfer_and_against_its_blocks_price(house: House) -> None:
    found = told(house)
    value = {one.measure: one.value for one in found.figures}
    assert value["crosschecked"] == Fraction(4, 5)
    assert value["equal_price"] == Fraction(4, 5)
    evidence = {one.measure: one.evidence.level for one in found.figures}
    assert evidence["equal_price"] == evidence["tip_share"] == "seen", "L2's gas is in no hash"


def test_relayers_are_counted_where_they_succeeded(house: House) -> None:
    found = told(house)
    value = {one.measure: one.value for one in found.figures}
    assert (value["relayed_share"], value["relayers"], value["relayers_half"]) == (
        Fraction(2, 5), 1, 1
    )  # fmt: skip
    (table,) = [one for one in found.tables if one.name == "relayed"]
    assert [row[2:] for row in table.rows] == [("execute", table.rows[0][3], 2, 2)]


def test_what_the_sequencer_sends_on_leaves_its_own_addresses_out(house: House) -> None:
    found = told(house)
    value = {one.measure: one.value for one in found.figures}
    assert value["passed_on_strk"] == 50 * ETHER
    (table,) = [one for one in found.tables if one.name == "sequencer"]
    assert [row[0] for row in table.rows] == ["STRK"]


def test_each_update_tells_its_exact_and_its_estimated_part_and_the_rest_is_margin(
    house: House,
) -> None:
    found = told(house)
    (table,) = [one for one in found.tables if one.name == "updates_core"]
    assert [row[:2] for row in table.rows] == [(15, 12), (35, 31)]
    assert {row[2:] for row in table.rows} == {("2.000000", "2.000000")}
    value = {one.measure: one.value for one in found.figures}
    # 10 ETH + 60 STRK at ½ + 120 STRK at ⅓, less two updates of 4 ETH
    assert value["margin_core"] == (10 + 30 + 40 - 8) * ETHER
    (days,) = [one.rows for one in found.tables if one.name == "units"]
    assert [row[2] for row in days] == ["60.000000", "60.000000", "60.000000"]
    assert [row[4] for row in days] == ["10.000000", "0.000000", "0.000000"]


def test_no_fee_of_starknet_is_held_against_what_an_exchange_of_starkex_cost(house: House) -> None:
    house.watched["exchange"] = Watched("exchange", 1, (address(6),), ("starkex",), 1)
    for at in (16, 36):
        told_ = {"sequence_number": word(at), "batch_id": word(at)}
        house.emit("exchange", "perpetual_update", at, **told_)
    found = told(house)
    names = [one.measure for one in found.figures]
    assert "margin_exchange" not in names
    assert names.count("cost_cover_fees") == names.count("margin_core") == 1
    assert "l1_cost_exchange" in names
    margin = next(one for one in found.figures if one.measure == "margin_core")
    assert "core_state_update.l2_block_number" in margin.evidence.columns


def test_two_updates_in_one_transaction_share_its_fee(house: House) -> None:
    house.emit("core", "state_update", 35, global_root=word(1), l2_block_number=word(40),
               l2_block_hash=word(2))  # fmt: skip
    release: Any = house.open(44)
    found = updates(release, "core", BEGAN, BEGAN + 10 * DAY)
    assert [(one.covers, one.gas, one.blobs) for one in found] == [
        (12, 2 * ETHER, 2 * ETHER), (31, 2 * ETHER, 2 * ETHER), (40, 0, 0)
    ]  # fmt: skip


SHARP = verifier(1)


def proven(house: House, contracts: Sequence[bytes], *paid_at: tuple[int, int]) -> Any:
    """The figures of fees, the L1's watching these contracts, and proofs sent in blocks."""
    house.watched["l1"] = Watched("l1", 1, (address(7), *contracts), ("fees",), 1)
    for block, wei in paid_at:
        row = {"payer": address(4), "target": SHARP.contracts[0], "gas_used": 1, "blob_fee": 0}
        house.emit("l1", "fee_transaction", block, transaction_index=9, base_fee_burned=wei,
                   priority_fee=0, **row)  # fmt: skip
    return {one.measure: one for one in told(house).figures}


def test_proving_is_an_interval_beside_the_exact_part_and_margins_show_with_and_without(
    house: House,
) -> None:
    """October 2024: 0.062084 ± 2 · 0.016389. Source: L2BEAT, starkwareProofFractionBoundaries.md"""
    found = proven(house, SHARP.contracts, (15, 100 * ETHER), (44, 7 * ETHER))
    low, high = found["proving_core"].interval.low, found["proving_core"].interval.high
    assert (low, high) == (2_930_600_000_000_000_000, 9_486_200_000_000_000_000)
    assert found["proving_core"].value is None
    assert found["proving_seen_core"].value == 100 * ETHER, "the last day is not over"
    assert found["proving_watched_core"].value == 1
    without = found["margin_core"].value
    assert without == (10 + 30 + 40 - 8) * ETHER
    both = found["margin_with_proving_core"].interval
    assert (both.low, both.high) == (without - high, without - low)
    assert "shares of proofs: " in found["proving_core"].evidence.declared[0]


def test_what_is_not_wholly_watched_is_told_and_not_estimated(house: House) -> None:
    found = proven(house, SHARP.contracts[:2], (15, 100 * ETHER))
    assert found["proving_core"].interval is None
    assert found["proving_core"].undefined == "l1 watches 2 of 5 contracts of the verifier"
    assert found["margin_with_proving_core"].interval is None
    assert found["proving_watched_core"].value == Fraction(2, 5)


def test_where_nothing_of_the_verifier_is_watched_a_margin_stays_at_most(house: House) -> None:
    found = {one.measure: one for one in told(house).figures}
    assert not [name for name in found if "proving" in name]
    assert "at most" in found["margin_core"].definition


def test_a_day_without_a_declared_share_is_named(house: House) -> None:
    house.times = {block: time + 800 * DAY for block, time in house.times.items()}
    found = proven(house, SHARP.contracts, (15, ETHER))
    assert found["proving_core"].undefined == "no share is declared of 2026-12-14"


WHOLE = """\
chain = 1
title = "A test"
date = 2024-12-01
verifiers = ["0x0000000000000000000000000000000000000001"]
source = "made up"
[[share]]
since = 2024-10-01
until = 2024-11-01
low = "0.1"
high = "0.2"
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('low = "0.1"', 'low = "0.3"', "`share.high` is less than `low`"),
        ('high = "0.2"', 'high = "1.2"', "`share.high` must be at most 1"),
        ('high = "0.2"', "high = 0.2", "`share.high` must be a text such as '0.25'"),
        ("until = 2024-11-01", "until = 2024-10-01", "`share.until` is 2024-10-01, not after"),
        ('source = "made up"', "", "`source` is missing"),
        ("chain = 1", "chain = 1\nchains = 2", "`chains` is not a key"),
        ('high = "0.2"', 'high = "0.2"\n[[share]]\nsince = 2024-10-05\nuntil = 2024-12-01\n'
         'low = "0"\nhigh = "1"', "before the share above it ends"),
    ],
)  # fmt: skip
def test_a_file_of_shares_that_contradicts_itself_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    (tmp_path / "one.toml").write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        verifier(1, tmp_path)
    assert raised.value.message.startswith("one.toml")
    assert says in raised.value.message
