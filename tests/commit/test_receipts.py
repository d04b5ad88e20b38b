"""Receipts recompute to the block's receiptsRoot, and no other receipts do."""

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.bloom import bloom_has
from psephos.commit.header import header_rlp, parse_header
from psephos.commit.receipts import receipt_bytes, receipts_bloom, receipts_root
from psephos.commit.trie import EMPTY_ROOT
from psephos.errors import MalformedAnswer, NodeContradiction, UnknownFork

HELIOS = "ethereum/helios/tests/testdata/rpc/"
ETL = "ethereum/etl/test_stream/blocks_1755634_1755635/web3_response."


@pytest.fixture(scope="module")
def busy(real_data: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Mainnet block 21925176: 202 receipts of types 0, 2 and 3, and 463 logs."""
    read = lambda name: json.loads((real_data / HELIOS / name).read_text())  # noqa: E731
    return read("block.json"), read("receipts.json")


def test_receipts_of_a_real_block_recompute_to_its_root_and_bloom(busy: Any) -> None:
    block, receipts = busy
    header = parse_header(header_rlp(block))
    assert receipts_root(receipts) == header.receipts_root
    assert receipts_bloom(receipts) == header.logs_bloom


def test_receipts_before_byzantium_recompute_with_their_state_roots(real_data: Path) -> None:
    def read(name: str) -> Any:
        return json.loads((real_data / (ETL + name + ".json")).read_text())["result"]

    block = read("eth_getBlockByNumber_0x1ac9f3_true")
    receipts = [read(f"eth_getTransactionReceipt_{t['hash']}") for t in block["transactions"]]
    assert "0x" + receipts_root(receipts).hex() == block["receiptsRoot"]


def test_a_block_without_transactions_has_the_empty_root() -> None:
    assert receipts_root([]) == EMPTY_ROOT
    known = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
    assert EMPTY_ROOT.hex() == known  # execution-specs, EMPTY_TRIE_ROOT


def test_a_receipt_without_bloom_has_the_one_its_logs_give(busy: Any) -> None:
    _, receipts = busy
    for receipt in receipts[:40]:
        bare = {k: v for k, v in receipt.items() if k != "logsBloom"}
        assert receipt_bytes(bare) == receipt_bytes(receipt)


def test_two_hundred_receipts_are_verified_within_a_tenth_of_a_second(busy: Any) -> None:
    _, receipts = busy
    receipts_root(receipts)
    start = time.process_time()
    receipts_root(receipts)
    assert time.process_time() - start < 0.1


def flips(text: str) -> str:
    return hex(int(text, 16) ^ 1)[2:].rjust(len(text) - 2, "0")


@pytest.mark.parametrize("field", ["address", "data", "topics"])
def test_one_changed_bit_of_any_log_changes_the_root(busy: Any, field: str) -> None:
    block, receipts = busy
    right = bytes.fromhex(block["receiptsRoot"][2:])
    for position in range(0, len(receipts), 23):
        if not receipts[position]["logs"]:
            continue
        changed = copy.deepcopy(receipts)
        log = changed[position]["logs"][-1]
        if field == "topics":
            log["topics"][-1] = "0x" + flips(log["topics"][-1])
        elif len(log[field]) > 2:
            log[field] = "0x" + flips(log[field])
        else:
            continue
        assert receipts_root(changed) != right


def renumbered(receipts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The receipts with positions that count again, as a careful liar would send them."""
    out, index = json.loads(json.dumps(receipts)), 0
    for position, receipt in enumerate(out):
        receipt["transactionIndex"] = hex(position)
        for log in receipt["logs"]:
            log["transactionIndex"], log["logIndex"] = hex(position), hex(index)
            index += 1
    return out


def test_a_dropped_log_changes_the_root_even_when_renumbered(busy: Any) -> None:
    block, receipts = busy
    changed = copy.deepcopy(receipts)
    del changed[0]["logs"][0]
    assert receipts_root(renumbered(changed)) != bytes.fromhex(block["receiptsRoot"][2:])


def test_a_dropped_log_with_its_positions_left_is_a_contradiction(busy: Any) -> None:
    changed = copy.deepcopy(busy[1])
    del changed[0]["logs"][0]
    with pytest.raises(NodeContradiction, match="logIndex"):
        receipts_root(changed)


@pytest.mark.parametrize("change", ["last", "first", "swap", "repeat"])
def test_dropped_swapped_and_repeated_receipts_change_the_root(busy: Any, change: str) -> None:
    block, receipts = busy
    changed = list(receipts)
    if change == "last":
        changed = changed[:-1]
    elif change == "first":
        changed = changed[1:]
    elif change == "swap":
        changed[3], changed[4] = changed[4], changed[3]
    else:
        changed.append(changed[-1])
    assert receipts_root(renumbered(changed)) != bytes.fromhex(block["receiptsRoot"][2:])


PLAIN = {
    "type": "0x2",
    "status": "0x1",
    "cumulativeGasUsed": "0x5208",
    "logsBloom": "0x" + "00" * 256,
    "transactionIndex": "0x0",
    "logs": [],
}


@settings(max_examples=30)
@given(st.sampled_from(["type", "status", "cumulativeGasUsed", "logsBloom"]), st.data())
def test_each_committed_field_changes_the_root(field: str, data: st.DataObject) -> None:
    other = {
        "type": st.sampled_from(["0x0", "0x1", "0x3", "0x4"]),
        "status": st.just("0x0"),
        "cumulativeGasUsed": st.integers(0, 0x5207).map(hex),
        "logsBloom": st.integers(0, 2047).map(lambda bit: f"0x{1 << bit:0512x}"),
    }[field]
    assert receipts_root([PLAIN | {field: data.draw(other)}]) != receipts_root([PLAIN])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"type": "0x5"}, UnknownFork),
        ({"type": "0x7e"}, UnknownFork),
        ({"status": "0x2"}, MalformedAnswer),
        ({"status": None}, MalformedAnswer),
        ({"cumulativeGasUsed": None}, MalformedAnswer),
        ({"cumulativeGasUsed": 21000}, MalformedAnswer),
        ({"logsBloom": "0x00"}, MalformedAnswer),
        ({"logs": None}, MalformedAnswer),
        ({"logs": [7]}, MalformedAnswer),
        ({"transactionIndex": "0x1"}, NodeContradiction),
        ({"transactionIndex": None}, MalformedAnswer),
    ],
    ids=str,
)
def test_a_receipt_that_cannot_be_is_refused(change: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        receipts_root([PLAIN | change])


def test_a_log_with_five_topics_is_refused() -> None:
    log = {
        "address": "0x" + "11" * 20,
        "topics": ["0x" + "22" * 32] * 5,
        "data": "0x",
        "transactionIndex": "0x0",
        "logIndex": "0x0",
    }
    with pytest.raises(MalformedAnswer, match="four"):
        receipts_root([PLAIN | {"logs": [log]}])


def test_every_address_and_topic_of_a_real_block_is_in_its_bloom(busy: Any) -> None:
    block, receipts = busy
    bloom = bytes.fromhex(block["logsBloom"][2:])
    for receipt in receipts:
        for log in receipt["logs"]:
            assert bloom_has(bloom, bytes.fromhex(log["address"][2:]))
            assert all(bloom_has(bloom, bytes.fromhex(t[2:])) for t in log["topics"])


def test_a_contract_that_logged_nothing_is_excluded_by_the_bloom_of_a_real_block(
    busy: Any,
) -> None:
    block, _ = busy
    bloom = bytes.fromhex(block["logsBloom"][2:])
    unseen = [bytes([i]) * 20 for i in range(100)]
    assert sum(bloom_has(bloom, item) for item in unseen) < 50
