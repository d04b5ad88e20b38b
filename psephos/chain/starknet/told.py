"""What a Starknet node tells of itself and of a block: version, chain, id, header, receipts."""

from collections.abc import Mapping
from typing import Any

from psephos.chain.node import BlockId, Header, Receipt
from psephos.commit.starknet.block import Block
from psephos.commit.starknet.reading import Part
from psephos.commit.starknet.recompute import told_header
from psephos.commit.starknet.shape_rpc import read_block
from psephos.commit.starknet.versions import CHAINS
from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    MethodMissing,
    NodeContradiction,
    UnknownFork,
)

VERSIONS = ((0, 8), (0, 9), (0, 10))
"""Versions of the RPC's specification that are spoken here."""

OPEN = ("PENDING", "PRE_CONFIRMED")


def chain_name(chain_id: int) -> str:
    """`SN_MAIN`; the text that an id spells, else its felt in hex."""
    known = {number: name for name, number in CHAINS.items()}
    if chain_id in known:
        return known[chain_id]
    text = chain_id.to_bytes(32, "big").lstrip(b"\0")
    plain = text.isascii() and text.decode("ascii").isprintable() and text
    return text.decode("ascii") if plain else f"{chain_id:#x}"


def spec_version(told: Any) -> tuple[int, ...]:
    """`0.10.2` or `0.9.0-rc.1` as numbers. MethodMissing for a version that is not spoken here."""
    parts = told.split("-")[0].split(".") if isinstance(told, str) else []
    version = tuple(int(part) for part in parts if part.isascii() and part.isdecimal())
    if len(parts) != 3 or len(version) != 3:
        raise MalformedAnswer("tells a version of its specification that is none")
    if version[:2] not in VERSIONS:
        raise MethodMissing(
            f"speaks version {version[0]}.{version[1]} of the Starknet RPC, not 0.8, 0.9 or 0.10",
            hint="most nodes serve other versions at paths such as /rpc/v0_10",
        )
    return version


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
    told, fields = bare(block, number)
    read = read_block(Part(fields, ""))
    try:
        encoded = told_header(read, chain)
    except UnknownFork:
        encoded = b""
    return header_of(told, read, fields, encoded)


def bare(block: Any, number: int) -> tuple[BlockId, Mapping[str, Any]]:
    """The id of a closed block that was asked for by its number, and its JSON without contents."""
    told = block_id(block, f"block {number}")
    if told.number != number:
        raise NodeContradiction(f"was asked for block {number} and answers block {told.number}")
    return told, {name: value for name, value in block.items() if name != "transactions"}


def header_of(told: BlockId, read: Block, fields: Mapping[str, Any], encoded: bytes) -> Header:
    """A header from what `bare` tells, the block it reads as, and the bytes that it hashes."""
    return Header(
        number=told.number,
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
