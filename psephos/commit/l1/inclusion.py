"""A log tied to the header of its block, by the receipt that holds it.

    header  its bytes hash to the block's hash; one member is the receipts root
    proof   the nodes from that root to the receipt under the key rlp(transaction index)
    receipt its logs in order: address, topics, data

Bound: the block, the transaction's index, the log's position in its receipt, and all of the log.
Not bound: the log's index in the block, which only all receipts give, and the transaction's hash.
No node's answer has such a proof; `receipt_proof` makes one of a block's receipts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psephos.commit.header import header_hash, parse_header
from psephos.commit.proof import value_at
from psephos.commit.receipts import TYPES, Receipt, check_positions, receipt_bytes
from psephos.commit.rlp import integer, items
from psephos.commit.trie import ordered_proof
from psephos.errors import UnknownFork, VerificationFailed

LIMIT = 2**20
"""Longest receipt read, in bytes: a thousand logs of a kilobyte each."""

MOST_TRANSACTIONS = 2**16


@dataclass(frozen=True, slots=True)
class ReceiptProof:
    """What a reader needs to see that a receipt is in a block: the header's bytes, the index of
    the transaction in the block, the trie's nodes from the root on."""

    header: bytes
    index: int
    nodes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class ProvenLog:
    """A log that a header commits to; `position` counts in its receipt."""

    block: int
    block_hash: bytes
    transaction: int
    position: int
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


def receipt_proof(header: bytes, receipts: Sequence[Receipt], index: int) -> ReceiptProof:
    """The proof that receipt `index` is in a block, from all receipts of the block.

    VerificationFailed if they are not the header's, or there is none of that index.
    """
    check_positions(receipts)
    if not 0 <= index < len(receipts):
        raise VerificationFailed(f"there is no receipt {index} among {len(receipts)}")
    nodes = ordered_proof([receipt_bytes(receipt) for receipt in receipts], index)
    proof = ReceiptProof(header, index, tuple(nodes))
    proven_logs(proof)
    return proof


def proven_logs(proof: ReceiptProof, block_hash: bytes | None = None) -> list[ProvenLog]:
    """The logs of a transaction that a header commits to, of a block that succeeded or not.

    `block_hash`: the hash that the header must have, where one is trusted. VerificationFailed if
    header, nodes or receipt are not each other's; UnknownFork for an unknown transaction type.
    """
    found = header_hash(proof.header)
    if block_hash is not None and found != block_hash:
        raise VerificationFailed(f"the header is of block 0x{found.hex()}, another one")
    fields = parse_header(proof.header)
    if not 0 <= proof.index < MOST_TRANSACTIONS:
        raise VerificationFailed(f"no block has a transaction {proof.index}")
    key = integer(proof.index)
    encoded = value_at(fields.receipts_root, key, proof.nodes, hashed=False, limit=LIMIT)
    if encoded is None:
        raise VerificationFailed(f"block {fields.number} has no transaction {proof.index}")
    return [
        ProvenLog(fields.number, found, proof.index, position, *log)
        for position, log in enumerate(_logs(encoded))
    ]


def _logs(encoded: bytes) -> list[tuple[bytes, tuple[bytes, ...], bytes]]:
    """Address, topics and data of the logs in a receipt's bytes."""
    kind = encoded[0] if encoded and encoded[0] < 0xC0 else 0
    if kind not in TYPES:
        raise UnknownFork(
            f"receipt of transaction type {kind:#x}, which this version does not know"
        )
    members = items(encoded[1:] if kind else encoded, limit=LIMIT)
    if len(members) != 4 or not isinstance(members[3], list):
        raise VerificationFailed("a receipt has not its four members")
    return [_log(member) for member in members[3]]


def _log(member: Any) -> tuple[bytes, tuple[bytes, ...], bytes]:
    if not isinstance(member, list) or len(member) != 3:
        raise VerificationFailed("a log in a receipt has not its three members")
    address, topics, data = member
    good = isinstance(address, bytes) and isinstance(topics, list) and isinstance(data, bytes)
    if not good or len(address) != 20 or len(topics) > 4:
        raise VerificationFailed("a log in a receipt is not of its shape")
    if not all(isinstance(topic, bytes) and len(topic) == 32 for topic in topics):
        raise VerificationFailed("a topic of a log in a receipt has not 32 bytes")
    return address, tuple(topics), data
