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
from psephos.errors import MalformedAnswer

MAX_FELTS = 1_000_000
"""Most felts of one block and its state diff; mainnet's largest blocks have below a third."""


@dataclass(frozen=True, slots=True)
class Document:
    """A block, its state update if the document has one, and who writes in this shape."""

    block: Block
    update: Update | None
    shape: Literal["node", "gateway"]


def read_document(document: object) -> Document:
    """The block of a document. MalformedAnswer if it tells none, or is too large to hash."""
    part = _opened(document)
    update = None
    if part.has("block", "state_update"):
        update = shape_feeder.read_update(part.part("state_update"))
        part = part.part("block")
    if part.has("parent_block_hash"):
        found = Document(shape_feeder.read_block(part), update, "gateway")
    else:
        found = Document(shape_rpc.read_block(part), update, "node")
    _limit(felts_of(found.block))
    if found.update:
        _limit(len(found.update.diff))
    return found


def read_state_update(document: object) -> Update:
    """The state update of a document, in either shape."""
    part = _opened(document)
    if part.has("block", "state_update"):
        part = part.part("state_update")
    stored = part.part("state_diff").entries.get("storage_diffs")
    gateway = isinstance(stored, dict)
    update = shape_feeder.read_update(part) if gateway else shape_rpc.read_update(part)
    _limit(len(update.diff))
    return update


def felts_of(block: Block) -> int:
    """How many felts the lists of a block hold: what hashing it costs."""
    lists = sum(
        len(tx.calldata) + len(tx.signature) + len(tx.paymaster) + len(tx.proof_facts) + 8
        for tx in block.transactions or ()
    )
    for receipt in block.receipts or ():
        lists += sum(len(event.keys) + len(event.data) + 2 for event in receipt.events)
        lists += sum(len(message.payload) + 2 for message in receipt.messages)
    return lists


def _limit(felts: int) -> None:
    if felts > MAX_FELTS:
        raise MalformedAnswer(f"a block of more than {MAX_FELTS} felts is not hashed")


def _opened(document: object) -> Part:
    part = as_part(document, "")
    if part.has("params") and not part.has("result"):
        part = part.part("params")
    if part.has("error"):
        raise MalformedAnswer("the document is an error, not an answer")
    return as_part(part.entries["result"], "") if part.has("result") else part
