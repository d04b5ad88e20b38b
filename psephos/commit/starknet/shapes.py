"""Which shape a JSON document has, and the block or state update it tells.

Envelopes of JSON-RPC (`{"jsonrpc", "result"}`, subscriptions' `{"params": {"result"}}`) are
taken off. A block of the feeder gateway says `parent_block_hash`, one of a node `new_root` or
`parent_hash`; a gateway's answer may hold a block and its state update together.
"""

from dataclasses import dataclass
from typing import Literal

from psephos.commit.starknet import shape_feeder, shape_rpc
from psephos.commit.starknet.block import Block, Update
from psephos.commit.starknet.reading import Part, as_part
from psephos.commit.starknet.versions import VERSIONS
from psephos.errors import MalformedAnswer


@dataclass(frozen=True, slots=True)
class Document:
    """A block, its state update if the document has one, and who writes in this shape."""

    block: Block
    update: Update | None
    shape: Literal["node", "gateway"]


def read_document(document: object) -> Document:
    """The block of a document. MalformedAnswer if it tells none."""
    part = _opened(document)
    update = None
    if part.has("block", "state_update"):
        update = shape_feeder.read_update(part.part("state_update"))
        part = part.part("block")
    if part.has("parent_block_hash"):
        return Document(shape_feeder.read_block(part), update, "gateway")
    return Document(shape_rpc.read_block(part), update, "node")


def read_state_update(document: object) -> Update:
    """The state update of a document, in either shape."""
    part = _opened(document)
    if part.has("block", "state_update"):
        part = part.part("state_update")
    stored = part.part("state_diff").entries.get("storage_diffs")
    gateway = isinstance(stored, dict)
    return shape_feeder.read_update(part) if gateway else shape_rpc.read_update(part)


PEDERSEN_COSTS = 5
"""How many felts of Poseidon one felt of Pedersen costs to hash, roughly."""


def work_of(block: Block, update: Update | None) -> int:
    """What hashing a block and its state diff costs, in felts of Poseidon."""
    era = VERSIONS.get(block.version or "")
    old = PEDERSEN_COSTS if era is None or era[0].kind == "pedersen" else 1
    work = 2 * len(update.diff) if update else 0
    for tx in block.transactions or ():
        own = (tx.calldata, tx.paymaster, tx.account_deployment, tx.proof_facts)
        work += (8 + sum(map(len, own))) * (1 if tx.version == 3 else PEDERSEN_COSTS)
        work += len(tx.signature) * old
    for receipt in block.receipts or ():
        work += sum(len(event.keys) + len(event.data) + 2 for event in receipt.events) * old
        work += sum(len(message.payload) + 2 for message in receipt.messages)
    return work


def _opened(document: object) -> Part:
    part = as_part(document, "")
    if part.has("params") and not part.has("result"):
        part = part.part("params")
    if part.has("error"):
        raise MalformedAnswer("the document is an error, not an answer")
    return as_part(part.entries["result"], "") if part.has("result") else part
