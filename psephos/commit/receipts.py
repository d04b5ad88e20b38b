"""Receipts: what a block's `receiptsRoot` commits to, and so which logs it holds, all of them.

    receipt = rlp(list(status or state root, cumulative gas, bloom, logs))    legacy
            = type ‖ rlp(the same)                                            EIP-2718, types 1-4
    log     = list(address, list(topics), data)
    root    = ordered trie over the receipts in order of transaction

Bound by the root: the number and order of receipts and logs, so a log's index in the block,
its transaction's index, address, topics and data. **Not** bound: the transaction's hash, payer,
price, gas used by blob, contract created. Source: execution-specs, `forks/*/blocks.py`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from psephos.commit.bloom import SIZE, bloom_of, bloom_union
from psephos.commit.fields import octets, quantity
from psephos.commit.rlp import integer, sequence, string
from psephos.commit.trie import ordered_root
from psephos.errors import MalformedAnswer, NodeContradiction, UnknownFork

Receipt = Mapping[str, Any]

TYPES = range(5)
"""0 legacy, 1 access list (EIP-2930), 2 fee market (1559), 3 blob (4844), 4 set code (7702)."""


def receipts_root(receipts: Sequence[Receipt]) -> bytes:
    """The `receiptsRoot` of a block from all its receipts, in order of transaction: 32 bytes.

    The positions that the JSON itself states must be those the root commits to, otherwise the
    root would vouch for rows that carry other indexes: NodeContradiction.
    """
    check_positions(receipts)
    return ordered_root([receipt_bytes(receipt) for receipt in receipts])


def receipts_bloom(receipts: Sequence[Receipt]) -> bytes:
    """The `logsBloom` of a block from the logs of all its receipts: 256 bytes."""
    return bloom_union(_bloom([_log(log) for log in receipt["logs"]]) for receipt in receipts)


def check_positions(receipts: Sequence[Receipt]) -> None:
    """NodeContradiction unless `transactionIndex` and `logIndex` count from 0 without a gap."""
    logs = 0
    for position, receipt in enumerate(receipts):
        _check(receipt, "transactionIndex", position)
        if not isinstance(receipt.get("logs"), list):
            raise MalformedAnswer(f"receipt {position} has no list of logs")
        for log in receipt["logs"]:
            _check(log, "transactionIndex", position)
            _check(log, "logIndex", logs)
            logs += 1


def _check(item: object, name: str, position: int) -> None:
    if not isinstance(item, Mapping):
        raise MalformedAnswer(f"a receipt or log is {type(item).__name__}, no object")
    stated = quantity(item.get(name), name)
    if stated != position:
        raise NodeContradiction(f"{name} {stated} stands at position {position} of its block")


def receipt_bytes(receipt: Receipt) -> bytes:
    """The bytes of one receipt as the receipts trie holds them.

    A receipt before Byzantium has `root` in place of `status`. A missing `logsBloom` follows
    from the logs; one that is there is taken as told, since a wrong one changes the root.
    UnknownFork for a transaction type that is not known; MalformedAnswer for a wrong field.
    """
    kind = quantity(receipt.get("type") or "0x0", "type")
    if kind not in TYPES:
        raise UnknownFork(
            f"receipt of transaction type {kind:#x}, which this version does not know",
            hint="its receipts root cannot be recomputed by this version",
        )
    if not isinstance(receipt.get("logs"), list):
        raise MalformedAnswer("a receipt has no list of logs")
    logs = [_log(log) for log in receipt["logs"]]
    told = receipt.get("logsBloom")
    bloom = _bloom(logs) if told is None else octets(told, "logsBloom", SIZE)
    gas = quantity(receipt.get("cumulativeGasUsed"), "cumulativeGasUsed")
    encoded = sequence(
        _outcome(receipt) + integer(gas) + string(bloom) + sequence(b"".join(map(_log_rlp, logs)))
    )
    return bytes((kind,)) + encoded if kind else encoded


def _outcome(receipt: Receipt) -> bytes:
    """Status 0 or 1 since Byzantium (EIP-658), the state root before."""
    if receipt.get("status") is None:
        return string(octets(receipt.get("root"), "root of a receipt without status", 32))
    status = quantity(receipt["status"], "status")
    if status > 1:
        raise MalformedAnswer(f"status of a receipt is {status}, neither 0 nor 1")
    return integer(status)


def _log(log: Mapping[str, Any]) -> tuple[bytes, list[bytes], bytes]:
    """Address, topics and data of a log in a receipt."""
    topics = log.get("topics")
    if not isinstance(topics, list) or len(topics) > 4:
        raise MalformedAnswer("a log has no list of at most four topics")
    return (
        octets(log.get("address"), "address", 20),
        [octets(topic, "topic", 32) for topic in topics],
        octets(log.get("data"), "data"),
    )


def _log_rlp(log: tuple[bytes, list[bytes], bytes]) -> bytes:
    address, topics, data = log
    return sequence(string(address) + sequence(b"".join(map(string, topics))) + string(data))


def _bloom(logs: Sequence[tuple[bytes, list[bytes], bytes]]) -> bytes:
    return bloom_of((address, topics) for address, topics, _ in logs)
