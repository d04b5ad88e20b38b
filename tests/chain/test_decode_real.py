"""Logs of Ethereum mainnet decode to the rows that others published for them."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from eth_abi.abi import decode as abi_decode

from psephos.chain.decode import decode
from psephos.chain.event import topic0
from psephos.chain.events import SOURCES
from psephos.chain.logs import logs_of, parse_logs, select
from psephos.chain.node import Logs
from psephos.errors import MalformedEvent
from tests.chain.entries import Entry, logs

ERC20 = SOURCES["erc20"].events
EXECUTED = next(e for e in SOURCES["governor"].events if e.table == "proposal_executed")
SCHEDULED = next(e for e in SOURCES["timelock"].events if e.table == "call_scheduled")


def published(path: Path) -> list[dict[str, Any]]:
    """Transfers as ethereum-etl wrote them (CSV, or JSON lines)."""
    lines = path.read_text().splitlines()
    found = csv.DictReader(lines) if path.suffix == ".csv" else map(json.loads, lines)
    return [
        {
            "contract": row["token_address"],
            "sender": row["from_address"],
            "recipient": row["to_address"],
            "amount": int(row["value"]),
            "transaction_hash": row["transaction_hash"],
            "log_index": int(row["log_index"]),
            "block_number": int(row["block_number"]),
        }
        for row in found
    ]


def read(found: Logs) -> list[dict[str, Any]]:
    """Our transfers in the same columns."""
    return [
        {
            "contract": "0x" + row["contract"].hex(),
            "sender": "0x" + row["sender"].hex(),
            "recipient": "0x" + row["recipient"].hex(),
            "amount": int(row["amount"]),
            "transaction_hash": "0x" + row["transaction_hash"].hex(),
            "log_index": row["log_index"],
            "block_number": row["block_number"],
        }
        for row in decode(ERC20, found)["transfer"].to_pylist()
    ]


def receipts(folder: Path) -> list[Any]:
    found = folder.glob("web3_response.eth_getTransactionReceipt_*.json")
    return [json.loads(path.read_text())["result"] for path in sorted(found)]


def of(found: Logs, topic: bytes, count: int) -> Logs:
    """The logs with a topic 0 and a number of topics."""
    same = (found.topics[:, 0] == np.frombuffer(topic, np.uint8)).all(axis=1)
    return select(found, same & (found.topic_count == count))


@pytest.fixture
def block(real_data: Path) -> Logs:
    """All 463 logs of mainnet block 21925176."""
    path = real_data / "ethereum/helios/tests/testdata/rpc/receipts.json"
    found = logs_of(json.loads(path.read_text()))
    assert len(found) == 463
    return found


def test_transfers_of_block_483920_are_those_published(real_data: Path) -> None:
    folder = real_data / "ethereum/etl/test_export_token_transfers_job/block_with_transfers"
    answer = (folder / "web3_response.eth_getFilterLogs_0x0.json").read_bytes()
    assert read(parse_logs(answer)) == published(folder / "expected_token_transfers.csv")


def test_transfers_of_blocks_1755634_and_1755635_are_those_published(real_data: Path) -> None:
    folder = real_data / "ethereum/etl/test_stream/blocks_1755634_1755635"
    found = read(logs_of(receipts(folder)))
    assert found == published(folder / "expected_token_transfers.json")
    assert found[0]["amount"] == 5 * 10**18


def test_transfers_of_block_1452581_are_those_published(real_data: Path) -> None:
    folder = real_data / "ethereum/etl/test_extract_token_transfers_job/logs"
    found = [
        Entry(
            tuple(bytes.fromhex(topic[2:]) for topic in row["topics"].split(",")),
            bytes.fromhex(row["data"][2:]),
            bytes.fromhex(row["address"][2:]),
            int(row["block_number"]),
        )
        for row in csv.DictReader((folder / "logs.csv").read_text().splitlines())
    ]
    own = [{**row, "log_index": 0, "transaction_hash": ""} for row in read(logs(found))]
    expected = published(folder / "expected_token_transfers.csv")
    assert own == [{**row, "log_index": 0, "transaction_hash": ""} for row in expected]


def test_every_transfer_of_a_real_block_says_what_eth_abi_says(block: Logs) -> None:
    transfers = of(block, topic0(ERC20[0]), 3)
    found = read(transfers)
    assert len(found) == 225
    for i, row in enumerate(found):
        data = transfers.data[transfers.offsets[i] : transfers.offsets[i + 1]].tobytes()
        sender, recipient = (transfers.topics[i, k].tobytes() for k in (1, 2))
        (amount,) = abi_decode(["uint256"], data)
        assert [row["sender"]] == list(abi_decode(["address"], sender))
        assert [row["recipient"]] == list(abi_decode(["address"], recipient))
        assert row["amount"] == amount


def test_the_transfers_of_nfts_in_a_real_block_are_refused_as_tokens(block: Logs) -> None:
    nfts = of(block, topic0(ERC20[0]), 4)
    assert len(nfts) == 8
    with pytest.raises(MalformedEvent, match="at block 21925176"):
        decode(ERC20, nfts)


def test_a_real_governor_and_its_timelock_are_read(block: Logs) -> None:
    executed = decode([EXECUTED], of(block, topic0(EXECUTED), 1))["proposal_executed"]
    assert executed.num_rows == 1
    calls = of(block, topic0(SCHEDULED), 3)
    scheduled = decode([SCHEDULED], calls)["call_scheduled"].to_pylist()
    assert len(scheduled) == 4
    types = ["address", "uint256", "bytes", "bytes32", "uint256"]
    for i, row in enumerate(scheduled):
        data = calls.data[calls.offsets[i] : calls.offsets[i + 1]].tobytes()
        target, value, call, predecessor, delay = abi_decode(types, data)
        assert "0x" + row["target"].hex() == target
        assert int.from_bytes(row["call_value"], "big") == value
        assert (row["call_data"], row["predecessor"]) == (call, predecessor)
        assert int.from_bytes(row["delay"], "big") == delay
