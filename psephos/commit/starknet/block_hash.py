"""The hash of a block from its header and its commitments, one formula an era.

    before 0.7  h(number, root, 0, 0, n transactions, transactions, 0, 0, 0, 0, chain, parent)
    0.7         h(number, root, sequencer, timestamp, n transactions, transactions, n events,
                  events, 0, 0, parent)
    0.13.2      H("STARKNET_BLOCK_HASH0", number, root, sequencer, timestamp, counts, state diff,
                  transactions, events, receipts, L1 gas wei, fri, L1 data gas wei, fri,
                  version, 0, parent)
    0.13.4      H("STARKNET_BLOCK_HASH1", …the same…, prices, version, 0, parent)
    prices      H("STARKNET_GAS_PRICES0", L1 gas wei, fri, L1 data gas wei, fri, L2 gas wei, fri)
    counts      n transactions (8 bytes) ‖ n events (8) ‖ length of the state diff (8)
                ‖ 0x80 where data availability is in blobs, else 0 ‖ 7 zero bytes

h is Pedersen of a list, H Poseidon of a list; texts are short strings. Source:
starkware-libs/sequencer `block_hash_calculator.rs`, eqlabs/pathfinder `block-commitments`.
"""

from dataclasses import dataclass
from typing import TypeVar

from psephos.commit.starknet.block import Block, Price
from psephos.commit.starknet.felt import short_string
from psephos.commit.starknet.hashes import Nested
from psephos.commit.starknet.versions import Era
from psephos.errors import UnknownFork

Value = TypeVar("Value")

HASH0, HASH1 = short_string("STARKNET_BLOCK_HASH0"), short_string("STARKNET_BLOCK_HASH1")
GAS_PRICES = short_string("STARKNET_GAS_PRICES0")


@dataclass(frozen=True, slots=True)
class Commitments:
    """What a block's hash takes from its contents: recomputed, or told by its header."""

    transactions: int
    transaction_count: int
    events: int
    event_count: int
    receipts: int = 0
    state_diff: int = 0
    state_diff_length: int = 0


def block_felts(
    block: Block, commitments: Commitments, era: Era, *, sequencer: int, chain: int | None
) -> Nested:
    """The felts whose hash of the era's kind is the block's. UnknownFork where the era hashes what
    the block does not tell."""
    if block.number is None or block.root is None:
        raise UnknownFork("a block that is still open has no hash yet")
    head: tuple[int, ...] = (block.number, block.root)
    if era.header == "chain":
        if chain is None:
            raise UnknownFork("a block before 0.7 binds the chain's id, which is not known here")
        counted = (commitments.transaction_count, commitments.transactions)
        return (*head, 0, 0, *counted, 0, 0, 0, 0, chain, block.parent)
    head += (sequencer, block.timestamp)
    if era.header == "pedersen":
        counted = (commitments.transaction_count, commitments.transactions)
        told = (commitments.event_count, commitments.events)
        return (*head, *counted, *told, 0, 0, block.parent)
    body = (
        counts(commitments, blob=_told(block.blob, "where its data are available")),
        commitments.state_diff,
        commitments.transactions,
        commitments.events,
        commitments.receipts,
    )
    version = short_string(_told(block.version, "its version"))
    name = HASH0 if era.header == "hash0" else HASH1
    return (name, *head, *body, *_prices(block, era), version, 0, block.parent)


def counts(commitments: Commitments, *, blob: bool) -> int:
    """The three counts and the mode of data availability in one felt."""
    numbers = (
        commitments.transaction_count,
        commitments.event_count,
        commitments.state_diff_length,
    )
    packed = 0
    for number in numbers:
        packed = packed << 64 | number
    return packed << 64 | (blob << 63)


def _prices(block: Block, era: Era) -> Nested:
    """The prices one by one, and since 0.13.4 their hash."""
    felts: list[int] = []
    told = [(block.l1_gas, "the price of L1 gas"), (block.l1_data_gas, "the price of L1 data gas")]
    if era.header == "hash1":
        told.append((block.l2_gas, "the price of L2 gas"))
    for price, name in told:
        known: Price = _told(price, name)
        felts += [known.wei, known.fri]
    return tuple(felts) if era.header == "hash0" else ((GAS_PRICES, *felts),)


def _told(value: Value | None, name: str) -> Value:
    if value is None:
        raise UnknownFork(f"the header does not tell {name}, which its hash binds")
    return value
