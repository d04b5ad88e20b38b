"""A block object is what its hash says, or a check fails that says what is wrong."""

import copy
import json
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.header import header_hash, header_rlp
from psephos.commit.withdrawals import ommers_hash
from psephos.evidence.ethereum_block import verify_ethereum_block
from tests.commit.signed import block, transactions

BLOCK, RECEIPTS = block()
NAMES = (
    "header",
    "ommers",
    "transactions",
    "senders",
    "withdrawals",
    "receipts",
    "bloom",
    "places",
    "payers",
)
UNBOUND = {
    "size",
    "totalDifficulty",
    "raw",
    "blobGasPrice",
}


def statuses(told: Any, receipts: Any = None) -> dict[str, str]:
    return {check.name: check.status for check in verify_ethereum_block(told, receipts).checks}


def failed(told: Any, receipts: Any = None) -> set[str]:
    found = verify_ethereum_block(told, receipts)
    names = {check.name for check in found.checks if check.status == "failed"}
    assert found.verified is (found.recomputed and not names)
    return names


def noticed(told: Any, receipts: Any) -> bool:
    """A check failed; or one is open because the type of a transaction is none that is known."""
    return bool(failed(told, receipts)) or "not_possible" in statuses(told, receipts).values()


def rehashed(told: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A block with other members whose hash is right again: a fabricated block."""
    found = told | changes
    return found | {"hash": "0x" + header_hash(header_rlp(found)).hex()}


def test_a_whole_block_passes_every_check_and_tells_its_facts() -> None:
    found = verify_ethereum_block(BLOCK, RECEIPTS)
    assert found.verified
    assert statuses(BLOCK, RECEIPTS) == dict.fromkeys(NAMES, "passed")
    assert found.facts["number"] == 24_000_000
    assert found.facts["hash"] == BLOCK["hash"]
    assert found.facts["state_root"] == BLOCK["stateRoot"]
    assert found.facts["fork"] == "Prague"
    assert found.facts["chain_id"] == 1
    counts = {name: found.facts[name] for name in ("transactions", "receipts", "logs")}
    assert counts == {"transactions": 9, "receipts": 9, "logs": 18}
    json.dumps(found.facts)


def test_a_whole_answer_of_json_rpc_is_taken_for_its_result() -> None:
    wrapped = {"jsonrpc": "2.0", "id": 1, "result": BLOCK}
    assert verify_ethereum_block(wrapped, {"jsonrpc": "2.0", "id": 1, "result": RECEIPTS}).verified


@pytest.mark.parametrize("members", [15, 16, 17, 20, 21])
def test_a_block_of_every_fork_passes(members: int) -> None:
    newest = {15: 1, 16: 2, 17: 2, 20: 3, 21: 4}[members]
    made = [t for t in transactions() if int(t["type"], 16) <= newest]
    made = [t | {"transactionIndex": hex(i)} for i, t in enumerate(made)]
    told, receipts = block(made, members=members)
    if members == 15:  # no base fee: a transaction pays its price
        for one, receipt in zip(made, receipts, strict=True):
            receipt["effectiveGasPrice"] = one["gasPrice"]
    found = verify_ethereum_block(told, receipts)
    assert found.verified, found.checks


@pytest.mark.parametrize(
    "name",
    [
        "etl/test_export_blocks_job/block_with_logs/"
        "web3_response.eth_getBlockByNumber_0x76250_true",
        "etl/test_export_blocks_job/block_without_transactions/"
        "web3_response.eth_getBlockByNumber_0x0_true",
        "etl/test_export_blocks_job/blocks_with_transactions/"
        "web3_response.eth_getBlockByNumber_0xb872_true",
        "etl/test_export_blocks_job/blocks_with_transactions/"
        "web3_response.eth_getBlockByNumber_0xb873_true",
        "etl/test_stream/blocks_1755634_1755635/web3_response.eth_getBlockByNumber_0x1ac9f2_true",
        "etl/test_stream/blocks_1755634_1755635/web3_response.eth_getBlockByNumber_0x1ac9f3_true",
        "execution_specs/block_1",
        "execution_specs/block_1234567",
    ],
)
def test_every_real_block_with_its_transactions_passes(real_data: Path, name: str) -> None:
    told = json.loads((real_data / "ethereum" / (name + ".json")).read_text())
    found = verify_ethereum_block(told)
    assert found.verified
    assert {check.status for check in found.checks} == {"passed"}, found.checks
    assert found.facts["transactions"] == len(told.get("result", told)["transactions"])


def test_a_real_block_that_holds_hashes_is_verified_as_far_as_it_goes(real_data: Path) -> None:
    here = real_data / "ethereum/helios/tests/testdata/rpc"
    told, receipts = (json.loads((here / f"{n}.json").read_text()) for n in ("block", "receipts"))
    found = verify_ethereum_block(told, receipts)
    assert found.verified
    assert found.facts["logs"] == 463
    open_ = {check.name for check in found.checks if check.status == "not_possible"}
    assert open_ == {"transactions", "payers"}


def test_real_receipts_before_byzantium_pass_with_their_payers(real_data: Path) -> None:
    here = real_data / "ethereum/etl/test_stream/blocks_1755634_1755635"

    def read(name: str) -> Any:
        return json.loads((here / f"web3_response.{name}.json").read_text())["result"]

    told = read("eth_getBlockByNumber_0x1ac9f3_true")
    receipts = [read(f"eth_getTransactionReceipt_{t['hash']}") for t in told["transactions"]]
    assert statuses(told, receipts)["payers"] == "passed"


def leaves(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(told, dict):
        for name, value in told.items():
            yield from leaves(value, (*path, name))
    elif isinstance(told, list):
        for i, value in enumerate(told):
            yield from leaves(value, (*path, i))
    elif isinstance(told, str):
        yield path


def altered(told: Any, path: tuple[Any, ...]) -> Any:
    found = copy.deepcopy(told)
    place = found
    for step in path[:-1]:
        place = place[step]
    text = place[path[-1]]
    place[path[-1]] = text[:-1] + format(int(text[-1], 16) ^ 1, "x") if text != "0x" else "0x00"
    return found


def test_every_member_of_a_block_that_is_altered_is_noticed() -> None:
    count = 0
    for path in leaves(BLOCK):
        if path[-1] not in UNBOUND:
            assert noticed(altered(BLOCK, path), RECEIPTS), path
            count += 1
    assert count > 180


def test_every_member_of_a_receipt_that_is_altered_is_noticed() -> None:
    count = 0
    for path in leaves(RECEIPTS):
        if path[-1] not in UNBOUND:
            assert noticed(BLOCK, altered(RECEIPTS, path)), path
            count += 1
    assert count > 240


@pytest.mark.parametrize("name", ["transactions", "withdrawals"])
@pytest.mark.parametrize("change", ["drop", "swap", "repeat", "none"])
def test_lists_that_were_cut_moved_or_padded_fail(name: str, change: str) -> None:
    some = list(BLOCK[name])
    if change == "drop":
        del some[2]
    elif change == "swap":
        some[1], some[2] = some[2], some[1]
    elif change == "repeat":
        some.insert(1, some[1])
    else:
        some = []
    assert name in failed(BLOCK | {name: some}, RECEIPTS)


@pytest.mark.parametrize("change", ["drop", "swap", "repeat", "none"])
def test_receipts_that_were_cut_moved_or_padded_fail(change: str) -> None:
    some = list(RECEIPTS)
    if change == "drop":
        del some[2]
    elif change == "swap":
        some[1], some[2] = some[2], some[1]
    elif change == "repeat":
        some.insert(1, some[1])
    else:
        some = []
    assert failed(BLOCK, some) == {"receipts"}


def test_a_root_of_another_block_fails_although_the_header_hashes() -> None:
    for name, check in (
        ("transactionsRoot", "transactions"),
        ("receiptsRoot", "receipts"),
        ("withdrawalsRoot", "withdrawals"),
        ("logsBloom", "bloom"),
        ("sha3Uncles", "ommers"),
    ):
        other = BLOCK[name][:-1] + format(int(BLOCK[name][-1], 16) ^ 1, "x")
        told = rehashed(BLOCK, **{name: other})
        found = {c.name: c.status for c in verify_ethereum_block(told, RECEIPTS).checks}
        assert found["header"] == "passed"
        assert found[check] == "failed", name


def test_receipts_of_another_block_or_other_logs_named_fail() -> None:
    for name in ("blockHash", "blockNumber"):
        for place in (RECEIPTS[3], RECEIPTS[3]["logs"][1]):
            right = place[name]
            place[name] = right[:-1] + format(int(right[-1], 16) ^ 1, "x")
            assert failed(BLOCK, RECEIPTS) == {"places"}
            place[name] = right
    assert not failed(BLOCK, RECEIPTS)


def test_ommers_by_hash_are_not_possible_and_by_header_are_recomputed() -> None:
    uncle = {k: v for k, v in block([], members=15)[0].items() if isinstance(v, str)}
    told = rehashed(BLOCK, sha3Uncles="0x" + ommers_hash([uncle]).hex())
    assert statuses(told | {"uncles": [uncle["hash"]]})["ommers"] == "not_possible"
    assert statuses(told | {"uncles": [uncle]})["ommers"] == "passed"
    assert statuses(told | {"uncles": [uncle, uncle]})["ommers"] == "failed"
    assert statuses(told | {"uncles": []})["ommers"] == "failed"
    assert statuses(BLOCK | {"uncles": [uncle["hash"]]})["ommers"] == "failed"


def test_a_pending_block_and_one_of_an_unknown_fork_are_not_possible() -> None:
    for told in (BLOCK | {"hash": None}, BLOCK | {"number": None}, BLOCK | {"newRoot": "0x12"}):
        told = told | ({"hash": "0x" + "77" * 32} if "newRoot" in told else {})
        found = verify_ethereum_block(told)
        assert [check.status for check in found.checks] == ["not_possible"]
        assert not found.recomputed
        assert not found.verified


def test_a_transaction_of_an_unknown_type_is_not_possible() -> None:
    some = [dict(one) for one in BLOCK["transactions"]]
    some[4]["type"] = "0x5"
    found = statuses(BLOCK | {"transactions": some}, RECEIPTS)
    assert found["transactions"] == "not_possible"
    assert found["payers"] == "not_possible"


@pytest.mark.parametrize("told", [None, 7, "0x", [], {}, {"hash": "0x12"}, {"jsonrpc": 1}])
def test_what_is_no_block_is_a_failed_check_and_no_error(told: Any) -> None:
    assert failed(told) == {"header"}


def test_hostile_sizes_are_refused_within_a_second_and_100_megabytes() -> None:
    tracemalloc.start()
    begun = time.perf_counter()
    for change in (
        {"transactions": [{}] * 1_000_000},
        {"transactions": ["0x"] * 1_000_000 + [{}]},
        {"withdrawals": [{}] * 1_000_000},
        {"uncles": [{}] * 1_000_000},
        {"extraData": "0x" + "00" * 1_000_000},
    ):
        assert failed(BLOCK | change)
    assert failed(BLOCK, [{}] * 1_000_000)
    assert time.perf_counter() - begun < 3
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("0x1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.data())
def test_any_json_in_any_place_is_a_verdict(data: st.DataObject) -> None:
    told, receipts = copy.deepcopy(BLOCK), copy.deepcopy(RECEIPTS)
    path = data.draw(st.sampled_from(sorted(leaves([told, receipts]), key=str)))
    path = path[: data.draw(st.integers(2, len(path)))]
    place: Any = [told, receipts]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = data.draw(JSON)
    found = verify_ethereum_block(told, receipts)
    assert all(check.why for check in found.checks)
