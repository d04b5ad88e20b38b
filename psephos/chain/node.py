"""The seam to the outside: what is asked of a node, and the shapes of its answers.

A node may be wrong, late or lying. Nothing here checks an answer against the chain's own
commitments; that is `psephos.chain.collect` with `psephos.commit`. Tests pass another `Node`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Receipt = Mapping[str, Any]
"""One receipt in the shape of `eth_getBlockReceipts`: hex strings, camelCase keys. On Starknet an
entry of `starknet_getBlockWithReceipts`: an object of a transaction and its receipt."""


@dataclass(frozen=True, slots=True)
class BlockId:
    """A block's number and hash (32 bytes)."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Header:
    """A block header as the node told it.

    `fields` holds the header's JSON fields, without transactions: strings (hex), on Starknet
    also numbers and objects; `rlp` are the bytes that recompute to `hash` if the node is right
    (psephos.commit.header, psephos.commit.starknet.header), empty where they cannot be known.
    """

    number: int
    hash: bytes
    parent: bytes
    timestamp: int
    rlp: bytes
    fields: Mapping[str, Any]

    @property
    def id(self) -> BlockId:
        return BlockId(self.number, self.hash)


@dataclass(frozen=True, slots=True)
class Logs:
    """Event logs as columns, n rows in order of (block, transaction, log).

    block            uint64 (n,)
    block_hash       uint8  (n, 32)
    transaction      uint32 (n,)      index in the block
    log              uint32 (n,)      index in the block
    transaction_hash uint8  (n, 32)
    address          uint8  (n, 20)
    topics           uint8  (n, 4, 32) zero where the log has fewer
    topic_count      uint8  (n,)
    data             uint8  (total,)  all data fields one after another
    offsets          int64  (n + 1,)  data of row i is data[offsets[i]:offsets[i + 1]]
    """

    block: NDArray[np.uint64]
    block_hash: NDArray[np.uint8]
    transaction: NDArray[np.uint32]
    log: NDArray[np.uint32]
    transaction_hash: NDArray[np.uint8]
    address: NDArray[np.uint8]
    topics: NDArray[np.uint8]
    topic_count: NDArray[np.uint8]
    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.block)


@dataclass(frozen=True, slots=True)
class FeltLogs:
    """Starknet's event logs as columns, n rows in order of (block, transaction, log).

    block            uint64 (n,)
    block_hash       uint8  (n, 32)
    transaction      uint32 (n,)        index in the block
    log              uint32 (n,)        index in the transaction
    transaction_hash uint8  (n, 32)
    address          uint8  (n, 32)
    felts            uint8  (total, 32) big-endian; of each row its keys, then its data
    key_count        uint32 (n,)        how many of a row's felts are keys
    offsets          int64  (n + 1,)    felts of row i are felts[offsets[i]:offsets[i + 1]]
    """

    block: NDArray[np.uint64]
    block_hash: NDArray[np.uint8]
    transaction: NDArray[np.uint32]
    log: NDArray[np.uint32]
    transaction_hash: NDArray[np.uint8]
    address: NDArray[np.uint8]
    felts: NDArray[np.uint8]
    key_count: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.block)


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who confirms a block: labels of endpoints, and how many registrable domains they span.

    A declaration of the configuration, not a proof: one operator may stand behind several names.
    """

    endpoints: tuple[str, ...]
    domains: int


class Node(Protocol):
    """The questions asked of a node. Numbers are inclusive ranges; hashes are 32 bytes.

    Every method may raise any `NodeError`; none of them returns an empty answer for a block
    that the node does not have.
    """

    def identity(self) -> tuple[int, bytes]:
        """Chain id and the genesis block's hash."""
        ...

    def head(self) -> BlockId:
        """The newest block."""
        ...

    def finalized(self) -> BlockId:
        """The newest final block (the `finalized` tag)."""
        ...

    def headers(self, first: int, last: int) -> list[Header]:
        """Headers `first` to `last`, each one present, in order."""
        ...

    def logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
    ) -> Logs:
        """Logs of any of `addresses` with any of `topics` as topic 0 (none given: no limit)."""
        ...

    def receipts(self, block: BlockId) -> list[Receipt]:
        """All receipts of one block, in order of transaction."""
        ...

    def code(self, address: bytes, block: int) -> bytes:
        """The code at an address; empty if there is none."""
        ...

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        """`eth_call` at a block: what doctor and tests compare with."""
        ...

    def witnesses(self, block: BlockId) -> Witnesses:
        """Which endpoints know this block by this hash."""
        ...


@runtime_checkable
class Teller(Protocol):
    """A node that also tells a block's transactions whole: what binds payers and prices."""

    def transactions(self, block: BlockId) -> list[Mapping[str, Any]]:
        """The transaction objects of one block, in order; MethodMissing where it has none."""
        ...


@dataclass(frozen=True, slots=True)
class Signed:
    """A block that a sequencer signed: (r, s), 32 bytes each, over `hash` or, where there is a
    `state_diff` commitment, over both. `gateway` is the label of who told it; that the block has
    this number, only the block itself can show."""

    number: int
    hash: bytes
    r: bytes
    s: bytes
    state_diff: bytes | None
    gateway: str


@runtime_checkable
class Signatory(Protocol):
    """A node that also tells who signed a block."""

    @property
    def gateways(self) -> Sequence[str]:
        """Labels of those that are asked; none where none is configured."""
        ...

    def signatures(self, number: int) -> list[Signed]:
        """Valid signatures of the sequencer under blocks of this number, one a gateway that
        answers; one that does not, or tells what does not hold, is passed over."""
        ...
