"""A Starknet block, independent of the shape in which somebody told it.

Felts, fees and prices are Python ints. What a shape or an era does not tell is None, never 0.
`told` values (hashes, commitments, counts) are what the answer claims; they are compared with
what is recomputed, and are evidence of nothing by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from psephos.commit.starknet.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Event:
    """What a contract emitted."""

    sender: int
    keys: tuple[int, ...]
    data: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message from L2 to L1; `receiver` is an Ethereum address."""

    sender: int
    receiver: int
    payload: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction. `revert_reason` is None where it succeeded.

    `l1_gas` and `l1_data_gas` are the whole gas consumed; None before they were told (0.13.2).
    `l1_message` is the hash of the L1 message that an L1 handler consumed, where told.
    """

    transaction: int
    fee: int
    events: tuple[Event, ...]
    messages: tuple[Message, ...]
    revert_reason: str | None
    l1_gas: int | None
    l1_data_gas: int | None
    contract: int | None = None
    l1_message: bytes | None = None


@dataclass(frozen=True, slots=True)
class StateDiff:
    """What a block changed: contract address → key → value, address → nonce, address → class
    hash, class hash → compiled class hash; `deprecated` are declared classes of Cairo 0."""

    storage: Mapping[int, Mapping[int, int]]
    nonces: Mapping[int, int]
    deployed: Mapping[int, int]
    replaced: Mapping[int, int]
    declared: Mapping[int, int]
    migrated: Mapping[int, int]
    deprecated: tuple[int, ...]

    def __len__(self) -> int:
        """What the header counts as `state_diff_length`."""
        tables = (self.nonces, self.deployed, self.replaced, self.declared, self.migrated)
        entries = sum(map(len, self.storage.values()))
        return entries + sum(map(len, tables)) + len(self.deprecated)


@dataclass(frozen=True, slots=True)
class Update:
    """A state update: the diff and the roots before and after. None for a block still open."""

    block_hash: int | None
    old_root: int
    new_root: int | None
    diff: StateDiff


@dataclass(frozen=True, slots=True)
class Price:
    """Of one unit of gas, in 10^-18 ETH and in 10^-18 STRK."""

    wei: int
    fri: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the answer claims about a block's own commitments and counts."""

    transactions: int | None = None
    events: int | None = None
    receipts: int | None = None
    state_diff: int | None = None
    transaction_count: int | None = None
    event_count: int | None = None
    state_diff_length: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A block. `number`, `hash` and `root` are None while it is still open (pending)."""

    number: int | None
    hash: int | None
    parent: int
    root: int | None
    timestamp: int
    sequencer: int | None
    version: str | None
    l1_gas: Price | None
    l1_data_gas: Price | None
    l2_gas: Price | None
    blob: bool | None
    told: Told = field(default_factory=Told)
    transactions: tuple[Transaction, ...] | None = None
    receipts: tuple[Receipt, ...] | None = None

    @property
    def events(self) -> tuple[tuple[int, Event], ...] | None:
        """Every event in its order, with the hash of its transaction; None without receipts."""
        if self.receipts is None:
            return None
        return tuple((r.transaction, event) for r in self.receipts for event in r.events)
