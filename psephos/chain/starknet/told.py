"""What a Starknet node tells of a block: its id, its header, its receipts."""

from collections.abc import Mapping
from typing import Any

from psephos.chain.node import BlockId, Header, Receipt
from psephos.commit.starknet.reading import Part
from psephos.commit.starknet.recompute import told_header
from psephos.commit.starknet.shape_rpc import read_block
from psephos.commit.starknet.versions import CHAINS
from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    NodeContradiction,
    UnknownFork,
)

OPEN = ("PENDING", "PRE_CONFIRMED")


def chain_name(chain_id: int) -> str:
    """`SN_MAIN`; the text that an id spells, else its felt in hex."""
    known = {number: name for name, number in CHAINS.items()}
    if chain_id in known:
        return known[chain_id]
    text = chain_id.to_bytes(32, "big").lstrip(b"\0")
    plain = text.isascii() and text.decode("ascii").isprintable() and text
    return text.decode("ascii") if plain else f"{chain_id:#x}"


def block_id(block: Any, what: str) -> BlockId:
    """Number and hash of a block's JSON. LaggingNode where it is not closed: such a block may
    vanish and is never indexed."""
    if block is None:
        raise LaggingNode(f"does not have {what}")
    if not isinstance(block, dict):
        raise MalformedAnswer(f"tells a block as JSON {type(block).__name__}")
    if block.get("status") in OPEN or "block_hash" not in block:
        raise LaggingNode(f"tells {what} as one that is not closed yet")
    part = Part(block, "")
    return BlockId(part.number("block_number"), part.felt("block_hash").to_bytes(32, "big"))


def header(block: Any, number: int, chain: int | None) -> Header:
    """A header from the JSON of a block, with or without its contents.

    `rlp` is empty where the header cannot recompute by itself: a version that is not known, or a
    node before 0.10, which tells no commitments.
    """
    told = block_id(block, f"block {number}")
    if told.number != number:
        raise NodeContradiction(f"was asked for block {number} and answers block {told.number}")
    fields = {name: value for name, value in block.items() if name != "transactions"}
    read = read_block(Part(fields, ""))
    try:
        encoded = told_header(read, chain)
    except UnknownFork:
        encoded = b""
    return Header(
        number=number,
        hash=told.hash,
        parent=read.parent.to_bytes(32, "big"),
        timestamp=read.timestamp,
        rlp=encoded,
        fields=fields,
    )


def receipts_of(block: Mapping[str, Any]) -> list[Receipt]:
    """The entries of a block with receipts: objects of a transaction and its receipt."""
    entries = block.get("transactions")
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict)
        and isinstance(entry.get("transaction"), dict)
        and isinstance(entry.get("receipt"), dict)
        for entry in entries
    ):
        raise MalformedAnswer("tells a block's receipts in no known shape")
    return entries
