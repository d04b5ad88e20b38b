"""Transactions recompute to the block's root, and the senders that signed them are recovered."""

import copy
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.header import header_rlp, parse_header
from psephos.commit.senders import HALF, ORDER, check_told, created, sender, senders
from psephos.commit.transactions import (
    LIMIT,
    Signature,
    transaction,
    transactions_of,
    transactions_root,
)
from psephos.commit.trie import EMPTY_ROOT
from psephos.errors import MalformedAnswer, NodeContradiction, UnknownFork, VerificationFailed
from tests.commit.signed import ALICE, block, rewritten, transactions

MADE = transactions()
BLOCKS = (
    "etl/test_export_blocks_job/block_with_logs/web3_response.eth_getBlockByNumber_0x76250_true",
    "etl/test_export_blocks_job/blocks_with_transactions/"
    "web3_response.eth_getBlockByNumber_0xb872_true",
    "etl/test_export_blocks_job/blocks_with_transactions/"
    "web3_response.eth_getBlockByNumber_0xb873_true",
    "etl/test_stream/blocks_1755634_1755635/web3_response.eth_getBlockByNumber_0x1ac9f3_true",
)


@pytest.mark.parametrize("name", BLOCKS)
def test_transactions_of_a_real_block_recompute_to_its_root_and_senders(
    real_data: Path, name: str
) -> None:
    told = json.loads((real_data / "ethereum" / (name + ".json")).read_text())["result"]
    header = parse_header(header_rlp(told))
    read = transactions_of(told["transactions"], 15)
    assert transactions_root(read) == header.transactions_root
    payers = senders(read, header)
    check_told(told["transactions"], read, payers)
    assert ["0x" + payer.hex() for payer in payers] == [t["from"] for t in told["transactions"]]
    for one, tx in zip(told["transactions"], read, strict=True):
        assert one["hash"] == "0x" + tx.hash.hex()
        assert one.get("raw") in (None, "0x" + tx.encoded.hex())


def test_a_real_fee_market_transaction_hashes_to_its_hash(real_data: Path) -> None:
    file = real_data / "ethereum/helios/tests/testdata/rpc/transaction.json"
    told = json.loads(file.read_text())
    read = transaction(told)
    assert "0x" + read.hash.hex() == told["hash"]
    assert "0x" + sender(read.digest, read.signature).hex() == told["from"]


def test_the_worked_example_of_eip_155() -> None:
    told = {
        "nonce": "0x9",
        "gasPrice": hex(20 * 10**9),
        "gas": hex(21_000),
        "to": "0x3535353535353535353535353535353535353535",
        "value": hex(10**18),
        "input": "0x",
        "v": "0x25",
        "r": hex(18515461264373351373200002665853028612451056578545711640558177340181847433846),
        "s": hex(46948507304638947509940763649030358759909902576025900602547168820602576006531),
    }
    read = transaction(told)
    signed = "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"
    assert (read.chain, read.digest.hex()) == (1, signed)
    assert sender(read.digest, read.signature).hex() == "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"


@pytest.mark.parametrize("told", MADE, ids=lambda t: f"type {t['type']}, nonce {t['nonce']}")
def test_every_type_has_the_bytes_hash_and_sender_that_another_library_gives(
    told: dict[str, Any],
) -> None:
    read = transaction(told)
    assert "0x" + read.encoded.hex() == told["raw"]
    assert "0x" + read.hash.hex() == told["hash"]
    assert "0x" + sender(read.digest, read.signature).hex() == ALICE.address.lower()
    assert rewritten(told)[-2:] == [
        read.signature.r.to_bytes(32, "big").lstrip(b"\0"),
        read.signature.s.to_bytes(32, "big").lstrip(b"\0"),
    ]


def test_a_block_without_transactions_has_the_empty_root() -> None:
    assert transactions_root(transactions_of([])) == EMPTY_ROOT


def members(told: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths to everything in a transaction that its bytes hold."""
    beside = {"type", "hash", "from", "raw", "transactionIndex", "v", "yParity"}
    if isinstance(told, dict):
        return [p for k, v in told.items() if k not in beside for p in members(v, (*path, k))]
    if isinstance(told, list):
        return [p for i, v in enumerate(told) for p in members(v, (*path, i))]
    return [path] if isinstance(told, str) else []


def altered(told: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    found = copy.deepcopy(told)
    place: Any = found
    for step in path[:-1]:
        place = place[step]
    text = place[path[-1]]
    place[path[-1]] = text[:-1] + format(int(text[-1], 16) ^ 1, "x") if text != "0x" else "0x00"
    return found


@pytest.mark.parametrize("told", MADE, ids=lambda t: f"type {t['type']}, nonce {t['nonce']}")
def test_every_member_changes_the_hash_or_is_refused(told: dict[str, Any]) -> None:
    right = transaction(told)
    assert len(members(told)) >= 8
    for path in members(told):
        try:
            assert transaction(altered(told, path)).hash != right.hash, path
        except VerificationFailed:
            assert path == ("chainId",)


@pytest.mark.parametrize("told", MADE, ids=lambda t: f"type {t['type']}, nonce {t['nonce']}")
def test_another_parity_gives_another_sender(told: dict[str, Any]) -> None:
    v = hex(int(told["v"], 16) ^ 1) if told["type"] != "0x0" else None
    if v is None:
        number = int(told["v"], 16)
        v = hex(number + 1 if number % 2 else number - 1)
    changed = told | {"v": v} | ({"yParity": v} if "yParity" in told else {})
    read = transaction(changed)
    with suppress(VerificationFailed):
        assert sender(read.digest, read.signature).hex() != ALICE.address[2:].lower()


def old_header(number: int) -> Any:
    told, _ = block([], members=15)
    header = parse_header(header_rlp({k: v for k, v in told.items() if isinstance(v, str)}))
    return replace(header, number=number)


def test_the_upper_half_of_s_is_refused_since_homestead_and_good_before() -> None:
    read = transaction(MADE[0])
    own = read.signature
    mirrored = replace(read, signature=Signature(own.parity ^ 1, own.r, ORDER - own.s))
    assert ORDER - own.s > HALF
    assert senders([mirrored], old_header(1_149_999)) == [bytes.fromhex(ALICE.address[2:])]
    for header in (old_header(1_150_000), parse_header(header_rlp(block()[0]))):
        with pytest.raises(VerificationFailed, match="upper half"):
            senders([mirrored], header)


def test_a_signature_that_names_mainnet_is_none_before_eip_155() -> None:
    read = transaction(MADE[1])
    with pytest.raises(VerificationFailed, match="before EIP-155"):
        senders([read], old_header(2_674_999))
    assert senders([read], old_header(2_675_000))


def test_transactions_of_two_chains_are_not_of_one_block() -> None:
    read = transactions_of(MADE)
    header = parse_header(header_rlp(block()[0]))
    senders(read, header)
    with pytest.raises(VerificationFailed, match=r"chains \[1, 5\]"):
        senders([read[0], replace(read[1], chain=5), *read[2:]], header)


@pytest.mark.parametrize(
    "wrong",
    [
        {"r": 0},
        {"s": 0},
        {"r": ORDER},
        {"s": ORDER},
        {"r": 2**256 - 1},
        {"s": 2**256 - 1},
        {"parity": 2},
        {"parity": 3},
        {"r": 5},  # no point has this x
    ],
)
def test_a_signature_outside_its_range_is_refused(wrong: dict[str, int]) -> None:
    read = transaction(MADE[4])
    with pytest.raises(VerificationFailed):
        sender(read.digest, replace(read.signature, **wrong), high_s=True)


@pytest.mark.parametrize("v", [0, 1, 26, 29, 34])
def test_a_legacy_v_below_35_is_27_or_28(v: int) -> None:
    with pytest.raises(VerificationFailed, match="neither 27, 28"):
        transaction(MADE[0] | {"v": hex(v)})


@pytest.mark.parametrize(
    ("at", "change", "error"),
    [
        (1, {"chainId": "0x2"}, VerificationFailed),
        (4, {"yParity": "0x2", "v": "0x2"}, VerificationFailed),
        (4, {"yParity": None, "v": None}, MalformedAnswer),
        (4, {"chainId": None}, MalformedAnswer),
        (4, {"type": "0x5"}, UnknownFork),
        (4, {"type": "0x7f"}, UnknownFork),
        (4, {"nonce": hex(2**64)}, VerificationFailed),
        (4, {"to": "0x12"}, MalformedAnswer),
        (4, {"to": 7}, MalformedAnswer),
        (4, {"value": "0x1" + "0" * 64}, MalformedAnswer),
        (4, {"gas": -1}, MalformedAnswer),
        (4, {"input": "0x1"}, MalformedAnswer),
        (4, {"accessList": None}, MalformedAnswer),
        (4, {"accessList": [7]}, MalformedAnswer),
        (4, {"accessList": [{"address": "0x" + "11" * 20}]}, MalformedAnswer),
        (7, {"to": None}, VerificationFailed),
        (7, {"blobVersionedHashes": []}, MalformedAnswer),
        (7, {"blobVersionedHashes": ["0x01"]}, MalformedAnswer),
        (7, {"maxFeePerBlobGas": None}, MalformedAnswer),
        (8, {"to": None}, VerificationFailed),
        (8, {"authorizationList": []}, VerificationFailed),
        (8, {"authorizationList": [{}]}, MalformedAnswer),
        (8, {"authorizationList": "0x"}, MalformedAnswer),
    ],
)
def test_what_cannot_be_is_refused(at: int, change: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        transaction(MADE[at] | change)


def test_parity_and_v_that_contradict_are_refused() -> None:
    other = hex(int(MADE[4]["v"], 16) ^ 1)
    with pytest.raises(VerificationFailed, match="parity"):
        transaction(MADE[4] | {"v": other})
    assert transaction({k: v for k, v in MADE[4].items() if k != "yParity"}).hash


@pytest.mark.parametrize(("members", "newest"), [(15, 1), (16, 2), (17, 2), (20, 3), (21, 4)])
def test_a_type_that_came_with_a_later_fork_is_refused(members: int, newest: int) -> None:
    for position, told in enumerate(MADE):
        one = [told | {"transactionIndex": "0x0"}]
        if int(told["type"], 16) <= newest:
            assert transactions_of(one, members)
        else:
            with pytest.raises(VerificationFailed, match="cannot hold"):
                transactions_of(one, members), position


@pytest.mark.parametrize("change", ["drop", "swap", "repeat"])
def test_dropped_swapped_and_repeated_transactions_change_the_root(change: str) -> None:
    right = transactions_root(transactions_of(MADE))
    for i in range(1, len(MADE)):
        moved = [t for n, t in enumerate(MADE) if n != i] if change == "drop" else list(MADE)
        if change == "swap":
            moved[i - 1], moved[i] = moved[i], moved[i - 1]
        if change == "repeat":
            moved.insert(i, moved[i])
        bare = [{k: v for k, v in t.items() if k != "transactionIndex"} for t in moved]
        assert transactions_root(transactions_of(bare)) != right
        with pytest.raises(NodeContradiction):
            transactions_of(
                [*MADE[:i], *MADE[i + 1 :], MADE[i]] if i + 1 < len(MADE) else [MADE[i]]
            )


def test_a_sender_or_hash_told_otherwise_is_named() -> None:
    read = transactions_of(MADE)
    payers = senders(read, parse_header(header_rlp(block()[0])))
    for i in range(len(MADE)):
        for name, word in (("from", "signed by"), ("hash", "does not hash")):
            wrong = list(MADE)
            text = wrong[i][name]
            wrong[i] = wrong[i] | {name: text[:-1] + ("0" if text[-1] != "0" else "1")}
            with pytest.raises(VerificationFailed, match=f"transaction {i} .*{word}"):
                check_told(wrong, read, payers)


def test_the_address_of_a_created_contract_is_known() -> None:
    # ethereumjs-util's tests of generateAddress: nonces 0 and 1 of one account
    creator = bytes.fromhex("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0")
    assert created(creator, 0).hex() == "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"
    assert created(creator, 1).hex() == "343c43a37d37dff08ae8c4a11544c718abb4fcf8"


def test_more_transactions_than_a_block_can_hold_are_refused_before_they_are_read() -> None:
    with pytest.raises(MalformedAnswer, match="at most"):
        transactions_of([{}] * (LIMIT + 1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("0x1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.sampled_from(MADE), st.data())
def test_any_json_in_any_place_gives_our_own_errors_only(told: Any, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(told)))
    value = data.draw(JSON)
    for found in (told | {name: value}, value, {name: value}):
        for given_ in ([found], found):
            with suppress(MalformedAnswer, VerificationFailed, UnknownFork, NodeContradiction):
                transactions_of(given_)
