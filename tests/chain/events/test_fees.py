"""Fees: what payers lose and the coinbase gains, to the last wei; answers that do not add up."""

import json
from decimal import Decimal
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
import rlp
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.chain.event import schema
from psephos.chain.events.fees import BLOCK, TRANSACTION, rows
from psephos.chain.node import Header, Receipt
from psephos.errors import AmountTooLarge, MalformedAnswer, NodeContradiction
from tests.anvil.chain import Anvil, hexed

COINBASE = b"\xc0" * 20
KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
"""The first account of every anvil: its key is in anvil's own documentation."""


def header(block: Any) -> Header:
    fields = {name: value for name, value in block.items() if isinstance(value, str)}
    own, parent = (bytes.fromhex(fields[name][2:]) for name in ("hash", "parentHash"))
    number, time = int(fields["number"], 16), int(fields["timestamp"], 16)
    return Header(number, own, parent, time, b"", fields)


def fees(anvil: Anvil, number: int, *contracts: bytes) -> tuple[Any, list[Any]]:
    """The row of a block, and those of its transactions that touched contracts."""
    found = rows(header(anvil.block(number)), anvil.receipts(number), contracts)
    assert found["fee_block"].schema == schema(BLOCK)
    assert found["fee_transaction"].schema == schema(TRANSACTION)
    (block,) = found["fee_block"].to_pylist()
    return integers(block), [integers(row) for row in found["fee_transaction"].to_pylist()]


def integers(row: dict[str, Any]) -> dict[str, Any]:
    """Amounts as int: Decimal adds to 28 digits only."""
    return {name: int(v) if isinstance(v, Decimal) else v for name, v in row.items()}


def blob_transaction(nonce: int) -> str:
    """A signed transaction with one blob of zeros, whose commitment and proofs are all infinity."""
    infinity = b"\xc0" + bytes(47)
    versioned = b"\x01" + sha256(infinity).digest()[1:]
    fields = {
        "type": 3,
        "chainId": 31337,
        "nonce": nonce,
        "to": "0x" + "22" * 20,
        "value": 5,
        "gas": 21_000,
        "maxFeePerGas": 10**11,
        "maxPriorityFeePerGas": 10**9,
        "maxFeePerBlobGas": 10**10,
        "blobVersionedHashes": ["0x" + versioned.hex()],
        "data": b"",
        "accessList": [],
    }
    signed = Account.sign_transaction(fields, KEY).raw_transaction
    payload = rlp.decode(signed[1:])
    return "0x03" + rlp.encode([payload, 1, [bytes(131_072)], [infinity], [infinity] * 128]).hex()


@pytest.mark.anvil
def test_payers_lose_and_the_coinbase_gains_what_the_rows_say(anvil: Anvil) -> None:
    a, b, c, d = anvil.accounts[:4]
    anvil.rpc("anvil_setCoinbase", hexed(COINBASE))
    token = anvil.deploy("Token", "Stark", "STRK", 10**28)
    anvil.send(
        anvil.tx(d, sender=b, value=7),
        token.tx("transfer", c, 1, maxPriorityFeePerGas=3 * 10**9 + 1),
        token.tx("delegate", c, sender=c),
    )
    number = anvil.head()
    block, touched = fees(anvil, number, token.address)
    assert block["coinbase"] == COINBASE
    assert (block["transactions"], block["blob_fee"]) == (3, 0)

    def change(who: bytes) -> int:
        return anvil.balance(who, number) - anvil.balance(who, number - 1)

    assert change(COINBASE) == block["priority_fee"] > 0
    assert [row["payer"] for row in touched] == [a, c]
    for row in touched:
        assert -change(row["payer"]) == row["base_fee_burned"] + row["priority_fee"]
        assert (row["target"], row["contract"]) == (token.address, token.address)
    whole = [change(who) for who in (a, b, c, d, COINBASE)]
    assert sum(whole) == -block["base_fee_burned"], "what is burned is nobody's"
    assert fees(anvil, number)[1] == []


@pytest.mark.anvil
def test_a_blob_is_paid_for_and_burned(anvil: Anvil) -> None:
    a = anvil.accounts[0]
    anvil.rpc("anvil_setCoinbase", hexed(COINBASE))
    anvil.rpc("eth_sendRawTransaction", blob_transaction(0))
    anvil.mine()
    block, (row,) = fees(anvil, 1, b"\x22" * 20)
    assert block["blob_gas_used"] == 131_072
    assert row["blob_fee"] == block["blob_fee"] > 0
    paid = row["base_fee_burned"] + row["priority_fee"] + row["blob_fee"]
    assert anvil.balance(a, 0) - anvil.balance(a, 1) == paid + 5
    assert anvil.balance(COINBASE, 1) == block["priority_fee"]


@pytest.mark.anvil
def test_the_creation_of_a_watched_contract_is_a_fee_of_it(anvil: Anvil) -> None:
    token = anvil.deploy("Token", "Stark", "STRK", 10**28)
    _, (row,) = fees(anvil, token.block, token.address)
    assert (row["target"], row["payer"]) == (token.address, anvil.accounts[0])


@pytest.mark.anvil
def test_a_contract_that_only_emits_a_log_is_touched_too(anvil: Anvil) -> None:
    token = anvil.deploy("Token", "Stark", "STRK", 10**28)
    vault = anvil.deploy("LockedGrant", token.address)
    token.send("approve", vault.address, 10**28)
    now = int(anvil.block("latest")["timestamp"], 16)
    vault.send("grant", anvil.accounts[1], 5, now, now, now + 5)
    _, (row,) = fees(anvil, anvil.head(), token.address)
    assert (row["target"], row["contract"]) == (vault.address, token.address)


def test_fees_of_a_real_block_add_up(real_data: Path) -> None:
    """Mainnet block 21925176: base fee 1708653766, gas used 16310000 of 202 transactions."""
    folder = real_data / "ethereum/helios/tests/testdata/rpc"
    block = json.loads((folder / "block.json").read_text())
    receipts: list[Receipt] = json.loads((folder / "receipts.json").read_text())
    tether = bytes.fromhex("dac17f958d2ee523a2206206994597c13d831ec7")
    found = rows(header(block), receipts, [tether])
    (row,) = found["fee_block"].to_pylist()
    paid = sum(int(r["gasUsed"], 16) * int(r["effectiveGasPrice"], 16) for r in receipts)
    assert row["base_fee_burned"] == 0x65D7FCC6 * 0xF8E2F0
    assert int(row["base_fee_burned"]) + int(row["priority_fee"]) == paid
    assert row["transactions"] == 202
    touching = {
        r["transactionHash"]
        for r in receipts
        if hexed(tether) in {r["to"], *(log["address"] for log in r["logs"])}
    }
    hashes = {"0x" + r["transaction_hash"].hex() for r in found["fee_transaction"].to_pylist()}
    assert hashes == touching
    assert len(touching) > 10


def plain(**changed: str) -> Header:
    fields = {"miner": "0x" + "c0" * 20, "gasUsed": "0xa410", "baseFeePerGas": "0x7"} | changed
    return Header(5, b"h" * 32, b"p" * 32, 0, b"", {k: v for k, v in fields.items() if v})


def receipt(index: int, **changed: Any) -> Receipt:
    return {
        "transactionIndex": hex(index),
        "transactionHash": "0x" + "ee" * 32,
        "from": "0x" + "a1" * 20,
        "to": "0x" + "b2" * 20,
        "contractAddress": None,
        "gasUsed": "0x5208",
        "cumulativeGasUsed": hex(21_000 * (index + 1)),
        "effectiveGasPrice": "0x9",
        "logs": [],
    } | changed


def test_before_london_all_of_a_fee_is_priority_and_before_cancun_there_are_no_blobs() -> None:
    found = rows(plain(baseFeePerGas=""), [receipt(0), receipt(1)], [b"\xb2" * 20])
    (block,) = found["fee_block"].to_pylist()
    assert (block["base_fee_burned"], block["priority_fee"]) == (0, 2 * 21_000 * 9)
    assert (block["blob_gas_used"], block["blob_fee"]) == (0, 0)
    assert found["fee_transaction"]["transaction_index"].to_pylist() == [0, 1]


def test_an_empty_block_has_a_row_of_nothing() -> None:
    found = rows(plain(gasUsed="0x0"), [], [])
    (block,) = found["fee_block"].to_pylist()
    assert (block["transactions"], block["gas_used"], block["priority_fee"]) == (0, 0, 0)
    assert found["fee_transaction"].num_rows == 0


@pytest.mark.parametrize(
    ("head", "receipts", "error", "why"),
    [
        (
            {},
            [receipt(0)],
            NodeContradiction,
            "gas used is told as 42000, its receipts add up to 21000",
        ),
        (
            {},
            [receipt(0), receipt(1, effectiveGasPrice="0x6")],
            NodeContradiction,
            "below the base",
        ),
        (
            {},
            [receipt(0), receipt(1, effectiveGasPrice=None)],
            MalformedAnswer,
            "effectiveGasPrice",
        ),
        ({}, [receipt(0), receipt(1, gasUsed="-0x1")], MalformedAnswer, "gasUsed"),
        ({}, [receipt(0), receipt(1, blobGasUsed="0x20000")], MalformedAnswer, "blobGasPrice"),
        (
            {},
            [receipt(0), receipt(1, blobGasUsed="0x20000", blobGasPrice="0x1")],
            NodeContradiction,
            "blob gas used is told as 0, its receipts add up to 131072",
        ),
        ({}, [receipt(0), receipt(2)], NodeContradiction, "gas so far is told as 63000"),
        ({"gasUsed": ""}, [], MalformedAnswer, "gasUsed"),
        ({"miner": "0x00"}, [receipt(0), receipt(1)], MalformedAnswer, "miner"),
        ({}, [receipt(0), receipt(1, to=None)], MalformedAnswer, "contractAddress"),
        (
            {},
            [receipt(0), receipt(1, effectiveGasPrice=hex(10**37))],
            AmountTooLarge,
            "priority_fee",
        ),
    ],
)
def test_answers_that_do_not_add_up_are_refused(
    head: dict[str, str], receipts: list[Receipt], error: type[Exception], why: str
) -> None:
    with pytest.raises(error, match=f"block 5.*{why}|{why}.*block 5"):
        rows(plain(**head), receipts, [b"\xb2" * 20])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**60)), max_size=6),
    st.integers(0, 2**50),
)
def test_burned_and_priority_are_all_that_was_paid(parts: list[tuple[int, int]], base: int) -> None:
    so_far = list(accumulate(gas for gas, _ in parts))
    receipts = [
        receipt(
            i, gasUsed=hex(gas), effectiveGasPrice=hex(base + tip), cumulativeGasUsed=hex(total)
        )
        for i, ((gas, tip), total) in enumerate(zip(parts, so_far, strict=True))
    ]
    head = plain(gasUsed=hex(sum(gas for gas, _ in parts)), baseFeePerGas=hex(base))
    found = rows(head, receipts, [b"\xb2" * 20])
    (block,) = found["fee_block"].to_pylist()
    paid = sum(gas * (base + tip) for gas, tip in parts)
    block = integers(block)
    assert block["base_fee_burned"] + block["priority_fee"] == paid
    for column in ("base_fee_burned", "priority_fee", "gas_used"):
        each = found["fee_transaction"][column].to_pylist()
        assert sum(map(int, each)) == block[column]
