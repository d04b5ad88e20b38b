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

from psephos.commit.header import header_hash, parse_header
from psephos.commit.proof import NODE, value_at
from psephos.commit.receipts import TYPES, Receipt, check_positions, receipt_bytes
from psephos.commit.rlp import content, integer, members
from psephos.commit.trie import ordered_proof
from psephos.errors import UnknownFork, VerificationFailed

LIMIT = 2**20
"""Longest receipt read, in bytes: a thousand logs of a kilobyte each."""

SHORTEST = 24
"""Bytes of a log without topics and data, with its head."""

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
    _check_lengths(proof.nodes)
    key = integer(proof.index)
    encoded = value_at(fields.receipts_root, key, proof.nodes, hashed=False, limit=LIMIT)
    if encoded is None:
        raise VerificationFailed(f"block {fields.number} has no transaction {proof.index}")
    return [
        ProvenLog(fields.number, found, proof.index, position, *log)
        for position, log in enumerate(_logs(encoded))
    ]


def _check_lengths(nodes: Sequence[bytes]) -> None:
    """That only the last node is long, and only by its value: two strings and nothing else."""
    for node in nodes:
        if len(node) > NODE:
            pair = members(node, most=2) if len(node) <= LIMIT else []
            if node is not nodes[-1] or len(pair) != 2:
                raise VerificationFailed(f"a node of {len(node)} bytes that is no leaf's")
            content(pair[0])
            content(pair[1])


def _logs(encoded: bytes) -> list[tuple[bytes, tuple[bytes, ...], bytes]]:
    """Address, topics and data of the logs in a receipt's bytes."""
    kind = encoded[0] if encoded and encoded[0] < 0xC0 else 0
    if kind not in TYPES:
        raise UnknownFork(
            f"receipt of transaction type {kind:#x}, which this version does not know"
        )
    parts = members(encoded[1:] if kind else encoded, most=4)
    if len(parts) != 4:
        raise VerificationFailed("a receipt has not its four members")
    for part, size in zip(parts, (32, 32, 256), strict=False):
        if len(content(part)) > size:
            raise VerificationFailed("a receipt has a member that is too long")
    return [_log(log) for log in members(parts[3], most=LIMIT // SHORTEST)]


def _log(encoded: bytes) -> tuple[bytes, tuple[bytes, ...], bytes]:
    parts = members(encoded, most=3)
    if len(parts) != 3:
        raise VerificationFailed("a log in a receipt has not its three members")
    address, data = content(parts[0]), content(parts[2])
    topics = tuple(content(topic) for topic in members(parts[1], most=4))
    if len(address) != 20 or any(len(topic) != 32 for topic in topics):
        raise VerificationFailed("a log in a receipt is not of its shape")
    return address, topics, data
