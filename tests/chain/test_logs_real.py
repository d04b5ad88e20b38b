"""Real mainnet logs and receipts read to the rows that their publishers printed."""

import json
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.logs import logs_of, parse_logs, row
from psephos.chain.node import Logs


def told(logs: Logs) -> list[dict[str, Any]]:
    """Rows as ethereum-etl prints them, without block hash."""
    return [
        {
            "block_number": block,
            "transaction_index": transaction,
            "log_index": log,
            "transaction_hash": "0x" + transaction_hash.hex(),
            "address": "0x" + address.hex(),
            "topics": ["0x" + topic.hex() for topic in topics],
            "data": "0x" + data.hex(),
        }
        for block, _, transaction, log, transaction_hash, address, topics, data in (
            row(logs, i) for i in range(len(logs))
        )
    ]


def published(path: Path) -> list[dict[str, Any]]:
    """Expected rows; ethereum-etl leaves out what it does not stream."""
    return [json.loads(line) for line in path.read_text().splitlines() if line]


@pytest.mark.parametrize(
    "folder", ["test_export_receipts_job/receipts_with_logs", "test_stream/blocks_1755634_1755635"]
)
def test_logs_of_real_receipts_are_the_published_rows(real_data: Path, folder: str) -> None:
    place = real_data / "ethereum" / "etl" / folder
    receipts = [
        json.loads(file.read_text())["result"]
        for file in sorted(place.glob("web3_response.eth_getTransactionReceipt_*"))
    ]
    ours = told(logs_of(receipts))
    expected = published(place / "expected_logs.json")
    assert len(ours) == len(expected) > 0
    for mine, theirs in zip(
        ours, sorted(expected, key=lambda e: (e["block_number"], e["log_index"])), strict=True
    ):
        assert mine == {name: theirs[name] for name in mine}


def test_a_real_answer_of_logs_reads_like_its_receipts(real_data: Path) -> None:
    etl = real_data / "ethereum" / "etl"
    name = (
        "test_export_token_transfers_job/block_with_transfers/web3_response.eth_getFilterLogs_0x0"
    )
    logs = told(parse_logs((etl / f"{name}.json").read_bytes()))
    expected = published(etl / "test_export_receipts_job/receipts_with_logs/expected_logs.json")
    known = {entry["log_index"]: entry for entry in expected}
    assert logs
    for mine in logs:
        assert mine == {field: known[mine["log_index"]][field] for field in mine}


def test_every_log_of_a_full_block_is_read(real_data: Path) -> None:
    """Mainnet block 21925176: 202 receipts; the same logs from receipts and as an answer."""
    folder = real_data / "ethereum" / "helios" / "tests" / "testdata" / "rpc"
    receipts = json.loads((folder / "receipts.json").read_text())
    receipts = receipts.get("result", receipts) if isinstance(receipts, dict) else receipts
    flat = [entry for receipt in receipts for entry in receipt["logs"]]
    logs = logs_of(receipts)
    assert len(logs) == len(flat) > 200
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": flat}, separators=(",", ":"))
    again = parse_logs(body.encode())
    assert told(again) == told(logs)
    for i, entry in enumerate(flat):
        assert row(logs, i)[7] == bytes.fromhex(entry["data"][2:])
        assert row(logs, i)[3] == int(entry["logIndex"], 16)
