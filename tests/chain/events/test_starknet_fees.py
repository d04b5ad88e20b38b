"""Fees of Starknet: real blocks to the last wei and fri, and a block laid by hand."""

import copy
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.decode import decode
from psephos.chain.event import schema
from psephos.chain.events import STARKNET
from psephos.chain.events.starknet_fees import BLOCK, TRANSACTION, rows
from psephos.chain.node import Header
from psephos.chain.starknet.fee import TRANSFER
from psephos.commit.starknet.felt import PRIME, keccak_250
from psephos.errors import AmountTooLarge, MalformedAnswer, PsephosError
from tests.chain.events.feeder import block, events
from tests.chain.felt_entries import logs

ETH = 0x49D36570D4E46F48E99674BD3FCC84644DDD6B96F7C741B1562B82F9E004DC7
STRK = 0x4718F5A0FC34CC1AF16A1CDEE98FFB20C31F5CD61D6AB07201858F4287C938D

PRICED = {  # since 0.13.2 the formula gives a fee to the last unit; both units in 0.13.4
    "feeder/pathfinder/0.13.2/block/sepolia_integration_35748.json": (23674504906836096, 0),
    "feeder/pathfinder/0.13.4/block/sepolia_integration_63881.json": (
        1538609304310,
        2788039625904554,
    ),
    "rpc/blockWithReceipts/sepolia3100000.json": (0, 8104748511307520),
}
STEPS = {  # a fee followed from weighted steps
    "feeder/goerli2/block/110238.json": 11702002984010,
    "feeder/mainnet/block/11817.json": 6435775265272763,
    "feeder/mainnet/block/16697.json": 21840113263445052,
    "feeder/mainnet/block/7320.json": 24692857296402594,
    "feeder/sepolia/block/4850.json": 21407727615904,
}


def tables(header: Header, entries: list[dict[str, Any]]) -> tuple[dict[str, Any], list[Any]]:
    found = rows(header, entries, ())
    assert found["fee_block"].schema == schema(BLOCK)
    assert found["fee_transaction"].schema == schema(TRANSACTION)
    (total,) = found["fee_block"].to_pylist()
    return total, found["fee_transaction"].to_pylist()


@pytest.mark.parametrize("name", [*PRICED, *STEPS])
def test_fees_of_a_real_block_equal_the_transfers_to_its_sequencer(
    real_data: Path, name: str
) -> None:
    header, entries = block(real_data / "starknet" / name)
    total, paid = tables(header, entries)
    assert [row["amount"] for row in paid] == [row["transferred"] for row in paid]
    sums = [sum(row["amount"] for row in paid if row["in_fri"] is fri) for fri in (False, True)]
    assert [total["fees_in_wei"], total["fees_in_fri"]] == sums
    assert sums == list(PRICED.get(name, (STEPS.get(name, 0), 0)))
    for row in paid:
        if row["amount"]:
            assert int.from_bytes(row["fee_token"], "big") == (STRK if row["in_fri"] else ETH)


@pytest.mark.parametrize("name", [*PRICED, *STEPS])
def test_transfers_to_the_sequencer_are_read_as_rows_of_the_token(
    real_data: Path, name: str
) -> None:
    """The same sums from decoded events alone."""
    path = real_data / "starknet" / name
    header, entries = block(path)
    total, _ = tables(header, entries)
    found = logs([one for one in events(path) if one.contract in (ETH, STRK)])
    transfers = decode(STARKNET["starknet_erc20"].events, found)["transfer"].to_pylist()
    received = [row for row in transfers if row["recipient"] == total["sequencer"]]
    for token, unit in ((ETH, "wei"), (STRK, "fri")):
        of_token = [r for r in received if int.from_bytes(r["contract"], "big") == token]
        assert sum(r["amount"] for r in of_token) == total[f"fees_in_{unit}"]


@pytest.mark.parametrize("name", PRICED)
def test_the_formula_gives_a_real_fee_to_the_last_unit(real_data: Path, name: str) -> None:
    _, paid = tables(*block(real_data / "starknet" / name))
    assert all(row["amount"] == row["priced"] > 0 for row in paid)


def test_a_block_whose_count_of_events_is_in_its_header_has_so_many(real_data: Path) -> None:
    path = real_data / "starknet" / "rpc/blockWithReceipts/sepolia3100000.json"
    header, entries = block(path)
    assert len(events(path)) == header.fields["event_count"] == 3
    assert len(entries) == header.fields["transaction_count"] == 3
    _, paid = tables(header, entries)
    first = paid[0]
    assert first["tip"] == 100_000_000
    assert first["tip_paid"] == 792_705 * 100_000_000
    assert first["amount"] == 128 * 0x5645 + 792_705 * (0xB2D05E00 + 100_000_000)


PAYER, SEQUENCER, CALLED = 0xA1, 0x5E0, 0xCA11


def transfer(amount: int, token: int = STRK, keyed: bool = False) -> dict[str, Any]:
    felts = [PAYER, SEQUENCER, amount % 2**128, amount >> 128]
    keys, data = (felts[:2], felts[2:]) if keyed else ([], felts)
    return {
        "from_address": hex(token),
        "keys": [hex(TRANSFER), *map(hex, keys)],
        "data": list(map(hex, data)),
    }


def laid(fee: int = 10 * 7 + 20 * 3 + 1000 * (5 + 2), keyed: bool = False) -> Any:
    """A header with prices 7, 3, 5 fri and a transaction of 10, 20, 1000 gas that tips 2."""
    prices = {
        f"{gas}_price": {"price_in_wei": "0x1", "price_in_fri": hex(fri)}
        for gas, fri in (("l1_gas", 7), ("l1_data_gas", 3), ("l2_gas", 5))
    }
    power = {"from_address": hex(STRK), "keys": ["0xa9fa"], "data": ["0x1"]}
    entry = {
        "transaction": {
            "type": "INVOKE",
            "version": "0x3",
            "sender_address": hex(PAYER),
            "tip": "0x2",
            "calldata": ["0x1", hex(CALLED), "0x5e1", "0x0"],
        },
        "receipt": {
            "transaction_hash": "0x77",
            "actual_fee": {"amount": hex(fee), "unit": "FRI"},
            "execution_status": "SUCCEEDED",
            "events": [transfer(99), transfer(fee, keyed=keyed), power],
            "execution_resources": {"l1_gas": 10, "l1_data_gas": 20, "l2_gas": 1000},
        },
    }
    fields = prices | {"sequencer_address": hex(SEQUENCER)}
    return Header(9, bytes(31) + b"\x09", bytes(32), 1, b"", fields), [entry]


@pytest.mark.parametrize("keyed", [False, True])
def test_a_transaction_laid_by_hand_is_the_row_that_the_formula_says(keyed: bool) -> None:
    total, (row,) = tables(*laid(keyed=keyed))
    assert row["amount"] == row["transferred"] == row["priced"] == 7130
    assert (row["tip"], row["tip_paid"]) == (2, 2000)
    assert (row["kind"], row["version"], row["in_fri"], row["reverted"]) == (0, 3, True, False)
    numbers = {name: int.from_bytes(row[name], "big") for name in ("payer", "called", "fee_token")}
    assert numbers == {"payer": PAYER, "called": CALLED, "fee_token": STRK}
    assert (total["fees_in_fri"], total["fees_in_wei"], total["tips_in_fri"]) == (7130, 0, 2000)
    assert (total["l1_gas"], total["l1_data_gas"], total["l2_gas"]) == (10, 20, 1000)
    assert total["l2_gas_price_in_fri"] == 5
    assert total["transaction_hash"] == total["contract"] == bytes(32)


def test_a_fee_without_its_transfer_and_a_price_unlike_the_formula_stand_in_the_row() -> None:
    header, (entry,) = laid(fee=7131)
    entry["receipt"]["events"] = entry["receipt"]["events"][:1]
    _, (row,) = tables(header, [entry])
    assert (row["amount"], row["transferred"], row["priced"]) == (7131, 99, 7130)


def test_an_l1_handler_pays_nothing_and_names_what_it_called() -> None:
    header, (entry,) = laid(fee=0)
    entry["transaction"] = {
        "type": "L1_HANDLER",
        "version": "0x0",
        "contract_address": hex(CALLED),
        "entry_point_selector": "0x5e1",
    }
    _, (row,) = tables(header, [entry])
    assert (row["amount"], row["transferred"], row["priced"], row["kind"]) == (0, 0, 0, 3)
    assert int.from_bytes(row["called"], "big") == CALLED
    assert row["payer"] == bytes(32)


def test_a_new_account_pays_for_itself_and_a_class_is_paid_by_its_sender() -> None:
    header, (entry,) = laid()
    for kind, part in (("DEPLOY_ACCOUNT", "receipt"), ("DECLARE", "transaction")):
        one = copy.deepcopy(entry)
        one["transaction"] |= {"type": kind}
        one[part] |= {"contract_address" if part == "receipt" else "sender_address": "0xbb"}
        _, (row,) = tables(header, [one])
        assert int.from_bytes(row["payer"], "big") == 0xBB
        assert row["called"] == row["entrypoint"] == bytes(32)


@pytest.mark.parametrize(
    ("place", "value", "error"),
    [
        (("receipt", "actual_fee", "amount"), hex(10**38), AmountTooLarge),
        (("receipt", "actual_fee", "amount"), "7130", MalformedAnswer),
        (("receipt", "actual_fee"), None, MalformedAnswer),
        (("receipt", "execution_resources", "l2_gas"), None, MalformedAnswer),
        (("receipt", "execution_resources", "l1_gas"), -1, MalformedAnswer),
        (("receipt", "execution_resources", "l1_gas"), True, MalformedAnswer),
        (("receipt", "execution_resources"), [], MalformedAnswer),
        (("receipt", "events"), {}, MalformedAnswer),
        (("receipt", "events"), [None], MalformedAnswer),
        (("receipt", "events"), [{"keys": ["0x" + "f" * 64], "data": []}], MalformedAnswer),
        (("receipt", "transaction_hash"), "0x" + "f" * 64, MalformedAnswer),
        (("transaction", "type"), "PAY", MalformedAnswer),
        (("transaction", "type"), ["INVOKE"], MalformedAnswer),
        (("transaction", "version"), hex(2**70), PsephosError),
        (("transaction", "sender_address"), None, MalformedAnswer),
        (("transaction", "calldata"), None, MalformedAnswer),
        (("transaction", "tip"), 0.5, MalformedAnswer),
        (("transaction",), 3, MalformedAnswer),
    ],
)
def test_an_entry_that_is_none_is_refused(place: tuple[str, ...], value: Any, error: Any) -> None:
    header, (entry,) = laid()
    part: Any = entry
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    with pytest.raises(error):
        rows(header, [entry], ())


@pytest.mark.parametrize("told", [7, {"price_in_fri": 0.5}, {"price_in_wei": "0x"}])
def test_prices_that_are_none_are_refused(told: Any) -> None:
    header, entries = laid()
    header.fields["l2_gas_price"] = told  # type: ignore[index]
    with pytest.raises(MalformedAnswer, match="header of block 9"):
        rows(header, entries, ())


ACCOUNT, RELAYER, FORWARDER, GAS_TOKEN = 0xACC, PAYER, 0xF0, 0xD0
INNER = [0x5, 0x2, 7, 8]  # entrypoint, two felts


def relays(*calls: tuple[str, list[int]]) -> list[dict[str, Any]]:
    """Rows of a transaction whose account calls a forwarder so."""
    header, (entry,) = laid()
    data = [len(calls)]
    for name, inside in calls:
        data += [FORWARDER, keccak_250(name.encode()), len(inside), *inside]
    entry["transaction"]["calldata"] = [hex(x) for x in data]
    found: list[dict[str, Any]] = rows(header, [entry], ())["fee_relayed"].to_pylist()
    return found


def test_what_is_given_for_a_relayed_fee_is_read_from_the_forwarders_calldata() -> None:
    paid = ("execute", [ACCOUNT, *INNER, GAS_TOKEN, 5, 1])
    sponsored = ("execute_sponsored", [ACCOUNT, *INNER, 1, 99])
    free = ("execute_no_fee", [ACCOUNT, *INNER])
    found = relays(paid, ("transfer", [1, 2]), sponsored, free)
    told = [
        {name: int.from_bytes(value, "big") for name, value in row.items()
         if isinstance(value, bytes) and name not in ("block_hash", "contract")}
        for row in found
    ]  # fmt: skip
    assert {row["payer"] for row in told} == {RELAYER}
    assert {(row["forwarder"], row["account"]) for row in told} == {(FORWARDER, ACCOUNT)}
    assert [(r["gas_token"], r["gas_amount"]) for r in told] == [
        (GAS_TOKEN, 5 + 2**128), (0, 0), (0, 0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [
        ("execute", [ACCOUNT, *INNER, GAS_TOKEN, 5]),
        ("execute", [ACCOUNT, *INNER, GAS_TOKEN, 2**128, 0]),
        ("execute", [ACCOUNT, 5, PRIME - 1]),
        ("execute", [1]),
        ("execute_sponsored", [ACCOUNT, *INNER, 2, 99]),
        ("execute_sponsored", [ACCOUNT, *INNER]),
        ("execute_no_fee", [ACCOUNT, *INNER, 0]),
    ],
)
def test_an_execute_of_another_shape_is_somebody_elses(call: tuple[str, list[int]]) -> None:
    assert relays(call) == []


def test_calldata_that_are_no_list_of_calls_relay_nothing() -> None:
    """As those of accounts of Cairo 0, whose calls come before all their calldata."""
    header, (entry,) = laid()
    good = ["0x1", hex(FORWARDER), hex(keccak_250(b"execute_no_fee")), "0x3", "0x1", "0x5", "0x0"]
    for data in ([], ["0x0"], good[:-1], [*good, "0x0"], ["0x2", *good[1:]]):
        entry["transaction"]["calldata"] = data
        assert rows(header, [entry], ())["fee_relayed"].num_rows == 0
    entry["transaction"]["calldata"] = good
    assert rows(header, [entry], ())["fee_relayed"].num_rows == 1
