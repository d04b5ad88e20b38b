"""Logs written by hand: entries, and the columns that hold them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from eth_abi.abi import encode

from psephos.chain.event import EventType, topic0
from psephos.chain.node import Logs

CONTRACT = bytes.fromhex("00000000000000000000000000000000000000c0")


@dataclass(frozen=True, slots=True)
class Entry:
    """One log."""

    topics: tuple[bytes, ...]
    data: bytes
    contract: bytes = CONTRACT
    block: int = 7


def logs(entries: Sequence[Entry]) -> Logs:
    """Columns of entries; entry i is log i, transactions and hashes follow from the block."""
    count = len(entries)
    topics = np.zeros((count, 4, 32), np.uint8)
    for i, entry in enumerate(entries):
        for k, topic in enumerate(entry.topics):
            topics[i, k] = np.frombuffer(topic, np.uint8)
    sizes = [len(entry.data) for entry in entries]
    return Logs(
        block=np.array([entry.block for entry in entries], np.uint64),
        block_hash=cells([entry.block.to_bytes(32, "big") for entry in entries], 32),
        transaction=np.zeros(count, np.uint32),
        log=np.arange(count, dtype=np.uint32),
        transaction_hash=cells([bytes([0xFF]) * 32 for _ in entries], 32),
        address=cells([entry.contract for entry in entries], 20),
        topics=topics,
        topic_count=np.array([len(entry.topics) for entry in entries], np.uint8),
        data=np.frombuffer(b"".join(entry.data for entry in entries), np.uint8),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
    )


def cells(values: Sequence[bytes], width: int) -> Any:
    return np.frombuffer(b"".join(values), np.uint8).reshape(len(values), width)


def word(value: int) -> bytes:
    return value.to_bytes(32, "big")


def entry(event: EventType, *values: Any, block: int = 7, contract: bytes = CONTRACT) -> Entry:
    """The log that a contract emits for these members, encoded by eth_abi."""
    members = list(zip(event.columns, values, strict=True))
    indexed = [encode([c.type], [value]) for c, value in members if c.indexed]
    rest = [(c.type, value) for c, value in members if not c.indexed]
    data = encode([solidity for solidity, _ in rest], [value for _, value in rest])
    return Entry((topic0(event), *indexed), data, contract, block)
