"""What receipts say beside their root, against the transactions that they are the receipts of.

A receipt's bytes hold neither the transaction's hash, nor its sender, target, price or new
contract; a node tells them in the receipt all the same. They follow from the transaction:

    from      the recovered sender                 to  the transaction's
    price     min(cap, base fee + tip); the transaction's own before EIP-1559
    contract  keccak(rlp(from, nonce)), last 20 bytes, where nobody is called
    gas       the running total's difference       blob gas  131,072 for each blob

The price of blobs follows from the header only by the schedule of a fork, and is left as told.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from psephos.commit.fields import octets, quantity
from psephos.commit.header import HeaderFields
from psephos.commit.receipts import Receipt
from psephos.commit.senders import created
from psephos.commit.transactions import BLOB_GAS, Transaction
from psephos.errors import MalformedAnswer, NodeContradiction

NUMBERS = frozenset({"type", "gasUsed", "effectiveGasPrice", "blobGasUsed", "blockNumber"})


def check_payers(
    receipts: Sequence[Receipt],
    transactions: Sequence[Transaction],
    payers: Sequence[bytes],
    header: HeaderFields,
) -> None:
    """Every receipt tells of its own transaction, in the same order, what follows from it.

    receipts: those whose root was recomputed. What a receipt does not tell is not compared.
    NodeContradiction names the first that differs and what; MalformedAnswer for a member that
    is not what it should be.
    """
    if len(receipts) != len(transactions):
        raise NodeContradiction(f"{len(receipts)} receipts of {len(transactions)} transactions")
    before = 0
    for position, receipt in enumerate(receipts):
        one, payer = transactions[position], payers[position]
        total = quantity(receipt.get("cumulativeGasUsed"), "cumulativeGasUsed")
        made = created(payer, one.nonce) if not one.to else None
        named = {"transactionHash": "0x" + one.hash.hex()}
        texts = named | {
            "from": _text(payer),
            "to": _text(one.to),
            "contractAddress": _text(made) if receipt.get("contractAddress") else None,
            "type": hex(one.kind),
            "gasUsed": hex(total - before),
            "effectiveGasPrice": hex(one.paid(header.base_fee)),
            "blobGasUsed": hex(BLOB_GAS * one.blobs),
        }
        before = total
        _check(receipt, position, texts)
        for log in receipt["logs"]:
            _check(log, position, named)


def check_block_named(items: Sequence[Mapping[str, Any]], block_hash: bytes, number: int) -> None:
    """Receipts and their logs, or transactions, name the block that they are of, if any.

    NodeContradiction otherwise: no root binds it, and rows take it from there.
    """
    named = {"blockHash": _text(block_hash), "blockNumber": hex(number)}
    for position, one in enumerate(items):
        _check(one, position, named)
        logs = one.get("logs", ())
        if not isinstance(logs, list | tuple):
            raise MalformedAnswer(f"receipt {position} has no list of logs")
        for log in logs:
            _check(log, position, named)


def _text(value: bytes | None) -> str | None:
    return "0x" + value.hex() if value else None


def _check(told: Mapping[str, Any], position: int, wanted: Mapping[str, str | None]) -> None:
    """What is told is what is wanted: as text, at once, or as the same number or bytes.

    Not told is not compared, but where a target is told as null there must be none. A count of
    blob gas that is null or missing is one of zero.
    """
    for name, text in wanted.items():
        value = told.get(name)
        if value == text or (value is None and (name != "to" or name not in told)):
            continue
        if name not in told or value is None or text is None:
            raise _differs(position, name)
        if name in NUMBERS:
            if quantity(value, name) != int(text, 16):
                raise _differs(position, name)
        elif octets(value, name) != bytes.fromhex(text[2:]):
            raise _differs(position, name)


def _differs(position: int, name: str) -> NodeContradiction:
    return NodeContradiction(f"the receipt of transaction {position} tells another {name}")
