"""Blocks made for tests whose every commitment is right: transactions signed by eth_account.

One of each type and form, in the JSON of a node; header, receipts, withdrawals and roots to fit.
"""

from collections.abc import Sequence
from typing import Any

from eth_account import Account
from rlp import decode, encode

from psephos.commit.bloom import EMPTY
from psephos.commit.header import header_hash, header_rlp
from psephos.commit.keccak import keccak
from psephos.commit.receipts import receipts_bloom, receipts_root
from psephos.commit.transactions import transactions_of, transactions_root
from psephos.commit.withdrawals import NO_OMMERS, withdrawals_root

KEY = b"\x01" * 32
ALICE = Account.from_key(KEY)
TO = "0x" + "12" * 20
ACCESS = [{"address": TO, "storageKeys": ["0x" + "01" * 32, "0x" + "02" * 32]}]
BASE_FEE = 10**9


def _base(nonce: int) -> dict[str, Any]:
    return {"nonce": nonce, "gas": 100_000, "to": TO, "value": 12_345, "data": "0xdeadbeef"}


def _fees(nonce: int) -> dict[str, Any]:
    caps = {"maxFeePerGas": 3 * BASE_FEE, "maxPriorityFeePerGas": 10**8}
    return _base(nonce) | caps | {"chainId": 1, "accessList": ACCESS}


def _authorization(nonce: int) -> Any:
    return ALICE.sign_authorization({"chainId": 1, "address": TO, "nonce": nonce})


def wishes() -> list[dict[str, Any]]:
    """What is signed: every type, creation of contracts, the edges of numbers."""
    price = {"gasPrice": 2 * BASE_FEE}
    creation = {"to": "", "data": "0x6000"}
    return [
        _base(0) | price,
        _base(1) | price | {"chainId": 1},
        _base(2) | price | {"chainId": 1} | creation,
        _base(3) | price | {"chainId": 1, "type": 1, "accessList": ACCESS},
        _fees(4) | {"type": 2},
        _fees(5) | {"type": 2, "accessList": []} | creation,
        _fees(6) | {"type": 2, "value": 0, "data": "0x", "maxPriorityFeePerGas": 5 * BASE_FEE // 2},
        _fees(7)
        | {
            "type": 3,
            "maxFeePerBlobGas": 10,
            "blobVersionedHashes": ["0x01" + "77" * 31, "0x01" + "78" * 31],
        },
        _fees(8) | {"type": 4, "authorizationList": [_authorization(9)]},
    ]


def told(wish: dict[str, Any]) -> dict[str, Any]:
    """A signed transaction as a node tells it."""
    signed = ALICE.sign_transaction(wish)
    found: dict[str, Any] = {
        "type": hex(wish.get("type", 0)),
        "from": ALICE.address.lower(),
        "hash": "0x" + bytes(signed.hash).hex(),
        "input": wish["data"],
        "to": wish["to"] or None,
        "r": hex(signed.r),
        "s": hex(signed.s),
        "v": hex(signed.v),
        "raw": "0x" + bytes(signed.raw_transaction).hex(),
    }
    for name in ("nonce", "gas", "value", "gasPrice", "maxFeePerGas", "chainId"):
        if name in wish:
            found[name] = hex(wish[name])
    for name in ("maxPriorityFeePerGas", "maxFeePerBlobGas"):
        if name in wish:
            found[name] = hex(wish[name])
    for name in ("accessList", "blobVersionedHashes"):
        if name in wish:
            found[name] = wish[name]
    if wish.get("type"):
        found["yParity"] = found["v"]
    if wish.get("type") == 4:
        found["authorizationList"] = [_told(one) for one in wish["authorizationList"]]
    return found


def _told(one: Any) -> dict[str, str]:
    numbers = {"chainId": one.chain_id, "nonce": one.nonce, "yParity": one.y_parity}
    return {name: hex(number) for name, number in numbers.items()} | {
        "address": "0x" + bytes(one.address).hex(),
        "r": hex(one.r),
        "s": hex(one.s),
    }


def transactions() -> list[dict[str, Any]]:
    """One transaction of each kind, as a block object holds them."""
    return [told(wish) | {"transactionIndex": hex(i)} for i, wish in enumerate(wishes())]


def receipts_of(found: Sequence[dict[str, Any]], logs: int = 2) -> list[dict[str, Any]]:
    """Receipts to fit: each of 21,000 gas and `logs` logs."""
    read, receipts = transactions_of(list(found)), []
    for i, (one, tx) in enumerate(zip(found, read, strict=True)):
        place = {"transactionIndex": hex(i), "transactionHash": "0x" + tx.hash.hex()}
        entry = {
            "address": TO,
            "topics": ["0x" + keccak(bytes([i])).hex()],
            "data": "0x" + "00" * 31 + f"{i:02x}",
        }
        paid = tx.paid(BASE_FEE)
        made = keccak(_creation(one["from"], tx.nonce))[12:]
        receipts.append(
            place
            | {
                "type": one["type"],
                "status": "0x1",
                "cumulativeGasUsed": hex(21_000 * (i + 1)),
                "gasUsed": "0x5208",
                "effectiveGasPrice": hex(paid),
                "from": one["from"],
                "to": one["to"],
                "contractAddress": None if one["to"] else "0x" + made.hex(),
                "logs": [entry | place | {"logIndex": hex(logs * i + n)} for n in range(logs)],
            }
            | ({"blobGasUsed": hex(131_072 * tx.blobs), "blobGasPrice": "0x1"} if tx.blobs else {})
        )
    return receipts


def _creation(creator: str, nonce: int) -> bytes:
    return bytes(encode([bytes.fromhex(creator[2:]), nonce]))


WITHDRAWALS = [
    {"index": hex(i), "validatorIndex": hex(900 + i), "address": TO, "amount": hex(10**i)}
    for i in range(5)
]


def block(
    found: list[dict[str, Any]] | None = None, *, members: int = 21
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A block object with its receipts, every root right."""
    found = transactions() if found is None else found
    receipts = receipts_of(found)
    fields: dict[str, Any] = {
        "parentHash": "0x" + "11" * 32,
        "sha3Uncles": "0x" + NO_OMMERS.hex(),
        "miner": TO,
        "stateRoot": "0x" + "22" * 32,
        "transactionsRoot": "0x" + transactions_root(transactions_of(found)).hex(),
        "receiptsRoot": "0x" + receipts_root(receipts).hex(),
        "logsBloom": "0x" + (receipts_bloom(receipts) if receipts else EMPTY).hex(),
        "difficulty": "0x0",
        "number": hex(24_000_000),
        "gasLimit": hex(60_000_000),
        "gasUsed": hex(21_000 * len(found)),
        "timestamp": hex(1_770_000_000),
        "extraData": "0x",
        "mixHash": "0x" + "33" * 32,
        "nonce": "0x" + "00" * 8,
        "baseFeePerGas": hex(BASE_FEE),
        "withdrawalsRoot": "0x" + withdrawals_root(WITHDRAWALS).hex(),
        "blobGasUsed": hex(131_072 * 2),
        "excessBlobGas": "0x0",
        "parentBeaconBlockRoot": "0x" + "44" * 32,
        "requestsHash": "0x" + "55" * 32,
    }
    fields = dict(list(fields.items())[:members])
    return named(fields, found, receipts)


def named(
    fields: dict[str, Any], found: list[dict[str, Any]], receipts: list[dict[str, Any]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The header's hash in the block object and in everything that names its block."""
    own = "0x" + header_hash(header_rlp(fields)).hex()
    place = {"blockHash": own, "blockNumber": fields["number"]}
    whole: dict[str, Any] = fields | {
        "hash": own,
        "uncles": [],
        "transactions": [one | place for one in found],
    }
    if "withdrawalsRoot" in fields:
        whole["withdrawals"] = WITHDRAWALS
    for receipt in receipts:
        receipt |= place
        receipt["logs"] = [log | place for log in receipt["logs"]]
    return whole, receipts


def rewritten(transaction: dict[str, Any]) -> Any:
    """The members of the bytes that eth_account wrote, decoded."""
    raw = bytes.fromhex(transaction["raw"][2:])
    return decode(raw if raw[0] >= 0xC0 else raw[1:])
