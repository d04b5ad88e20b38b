"""Seeds of a Starknet chain: a node in process over prebuilt blocks, its faults, its worlds."""

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from psephos.chain.dataset import Dataset
from psephos.chain.node import BlockId, FeltLogs, Header, Receipt, Witnesses
from psephos.chain.starknet.logs import concatenated, empty, logs_of, matching, select
from psephos.chain.starknet.told import block_id, header
from psephos.commit.starknet.hashes import compiled
from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    NodeUnreachable,
    RangeRefused,
    RateLimited,
)
from tests.simulated.faulty import FAULTS, Fault, FaultyNode, _raises
from tests.simulated.lives import Life, World, world
from tests.simulated.seeds import DEPTHS, HEIGHT, Kind
from tests.simulated.starknet import Block, StarknetChain
from tests.simulated.starknet_block import seal
from tests.simulated.starknet_books import emitted, u256
from tests.simulated.starknet_scene import (
    ETHER,
    PEOPLE,
    STAKING,
    TOKEN,
    VSTRK,
    WRAPPED,
)
from tests.simulated.starknet_view import View

WORLDS = 2


class Twin:
    """`Node` of Starknet over a simulated chain: what `StarknetNode` tells, without the wire."""

    def __init__(self, chain: StarknetChain) -> None:
        self.chain = chain
        self.view = View(chain)
        self.kept: dict[tuple[str, int], Any] = {}

    def _block(self, number: int) -> Block:
        if not 0 <= number < len(self.chain.blocks):
            raise LaggingNode(f"block {number} is not there yet")
        return self.chain.blocks[number]

    def _once(self, what: str, block: Block, make: Callable[[], Any]) -> Any:
        if (what, block.hash) not in self.kept:
            self.kept[what, block.hash] = make()
        return self.kept[what, block.hash]

    def identity(self) -> tuple[int, bytes]:
        return self.chain.chain_id(), self._id(0).hash

    def _id(self, number: int) -> BlockId:
        block = self._block(number)
        found: BlockId = self._once("id", block, lambda: block_id(block.told, "block"))
        return found

    def head(self) -> BlockId:
        return self._id(self.chain.head)

    def finalized(self) -> BlockId:
        return self._id(self.chain.accepted)

    def headers(self, first: int, last: int) -> list[Header]:
        chain = self.chain.chain_id()
        blocks = [(number, self._block(number)) for number in range(first, last + 1)]
        return [
            self._once("header", block, lambda b=block, n=number: header(b.told, n, chain))  # type: ignore[misc]
            for number, block in blocks
        ]

    def logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
    ) -> FeltLogs:
        self._block(last)
        found = [self._logs(self._block(number)) for number in range(first, last + 1)]
        logs = concatenated([part for part in found if len(part)]) if found else empty()
        return select(logs, matching(logs, addresses, topics))

    def _logs(self, block: Block) -> FeltLogs:
        told = block.told
        receipts = (entry["receipt"] for entry in told["transactions"])
        made: FeltLogs = self._once(
            "logs",
            block,
            lambda: logs_of(told["block_number"], block.hash.to_bytes(32, "big"), receipts),
        )
        return made

    def blocks(self, first: int, last: int, updates: bool = True) -> Iterator[tuple[Any, Any]]:
        blocks = [self._block(number) for number in range(first, last + 1)]
        return iter(
            [
                (self.view.shown(block, "receipts"), block.update if updates else None)
                for block in blocks
            ]
        )

    def receipts(self, block: BlockId) -> list[Receipt]:
        told = self._block(block.number)
        if told.hash.to_bytes(32, "big") != block.hash:
            raise LaggingNode(f"block {block.number} has another hash")
        return list(told.told["transactions"])

    def code(self, address: bytes, block: int) -> bytes:
        self._block(block)
        return bytes(31) + b"\x01"

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        raise MalformedAnswer("this node calls nothing")

    def witnesses(self, block: BlockId) -> Witnesses:
        known = block.number < len(self.chain.blocks) and self._id(block.number) == block
        return Witnesses(("simulated",), 1) if known else Witnesses((), 0)


# faults


def _logs(change: Callable[[FeltLogs, random.Random], FeltLogs]) -> Fault:
    def fault(logs: FeltLogs, draw: random.Random) -> FeltLogs:
        return change(logs, draw) if len(logs) else logs

    return fault


def _without_one(logs: FeltLogs, draw: random.Random) -> FeltLogs:
    return select(logs, np.delete(np.arange(len(logs)), draw.randrange(len(logs))))


def _twice(logs: FeltLogs, draw: random.Random) -> FeltLogs:
    at = draw.randrange(len(logs))
    return select(logs, np.insert(np.arange(len(logs)), at, at))


def _changed(name: str) -> Fault:
    def change(logs: FeltLogs, draw: random.Random) -> FeltLogs:
        values = getattr(logs, name).copy()
        flat = values.reshape(-1)
        flat[draw.randrange(flat.size)] ^= 1
        return replace(logs, **{name: values})

    return _logs(change)


def _block(change: Callable[[Any, Any], tuple[Any, Any]]) -> Fault:
    """One block of the range is told otherwise; `change` gets copies of it and its update."""

    def fault(told: Iterator[tuple[Any, Any]], draw: random.Random) -> Iterator[tuple[Any, Any]]:
        blocks = list(told)
        at = draw.randrange(len(blocks))
        blocks[at] = change(*copy.deepcopy(blocks[at]))
        return iter(blocks)

    return fault


def _events(change: Callable[[list[Any]], Any]) -> Fault:
    """The events of a transaction of a block are told otherwise."""

    def changed(block: Any, update: Any) -> tuple[Any, Any]:
        for entry in block["transactions"][-1:]:
            change(entry["receipt"]["events"])
        return block, update

    return _block(changed)


def _told(**changes: Any) -> Fault:
    return _block(lambda block, update: (block | changes, update))


def _open(block: Any, update: Any) -> tuple[Any, Any]:
    kept = {name: value for name, value in block.items() if name not in ("block_hash", "new_root")}
    return kept | {"status": "PRE_CONFIRMED"}, update


def _other_storage(block: Any, update: Any) -> tuple[Any, Any]:
    for entry in update["state_diff"]["storage_diffs"][:1] if update else ():
        entry["storage_entries"][0]["value"] = "0x5"
    return block, update


def _alter(events: list[Any]) -> None:
    for event in events[:1]:
        event["data"].append("0x1")


def _turned(block: Any, update: Any) -> tuple[Any, Any]:
    return block | {"transactions": block["transactions"][::-1]}, update


FELT_FAULTS: tuple[tuple[str, str, Fault], ...] = (
    *(fault for fault in FAULTS if fault[0] == "head"),
    *(fault for fault in FAULTS if fault[0] == "headers" and fault[1] != "altered bytes"),
    ("logs", "missing event", _logs(_without_one)),
    ("logs", "empty answer", _logs(lambda logs, _: select(logs, np.arange(0)))),
    ("logs", "half an answer", _logs(lambda logs, _: select(logs, np.arange(len(logs) // 2)))),
    ("logs", "repeated event", _logs(_twice)),
    ("logs", "other order", _logs(lambda logs, _: select(logs, np.arange(len(logs))[::-1]))),
    ("logs", "altered felt", _changed("felts")),
    ("logs", "altered address", _changed("address")),
    ("logs", "altered transaction", _changed("transaction_hash")),
    ("logs", "another block's hash", _changed("block_hash")),
    ("logs", "moved in its block", _changed("log")),
    ("logs", "moved to another block", _changed("block")),
    ("logs", "refused range", _raises(RangeRefused)),
    ("logs", "malformed answer", _raises(MalformedAnswer)),
    ("logs", "lagging node", _raises(LaggingNode)),
    ("logs", "rate limited", _raises(RateLimited)),
    ("logs", "unreachable", _raises(NodeUnreachable)),
    ("blocks", "null block", _block(lambda block, update: (None, update))),
    ("blocks", "open block", _block(_open)),
    ("blocks", "too few", lambda told, _: iter(list(told)[:-1])),
    ("blocks", "missing event", _events(lambda events: events and events.pop())),
    ("blocks", "added event", _events(lambda events: events and events.append(events[0]))),
    ("blocks", "altered event", _events(_alter)),
    ("blocks", "other order", _block(_turned)),
    ("blocks", "no transactions", _told(transactions=[])),
    ("blocks", "another time", _told(timestamp=5)),
    ("blocks", "another number", _told(block_number=5)),
    ("blocks", "another hash", _told(block_hash="0x5")),
    ("blocks", "another parent", _told(parent_hash="0x5")),
    ("blocks", "another root", _told(new_root="0x5")),
    ("blocks", "another commitment", _told(event_commitment="0x5")),
    ("blocks", "another storage value", _block(_other_storage)),
    ("blocks", "no state update", _block(lambda block, update: (block, None))),
    ("blocks", "malformed answer", _raises(MalformedAnswer)),
    ("blocks", "unreachable", _raises(NodeUnreachable)),
)


# worlds


@cache
def starknet(number: int) -> World:
    """A prebuilt world of blocks; most of them hold nothing."""
    chain = StarknetChain(number, busy=2, share=0.3, remember=False, interval=60)
    stranger = StarknetChain(1_000 + number, busy=1, remember=False)
    stranger.grow(20)
    return world(chain, _fabricate, stranger, height=HEIGHT, depths=DEPTHS, key=number)


def _fabricate(chain: StarknetChain, number: int) -> Block:
    """The block with another time and, if it has a transaction, with a transfer more."""
    true = chain.blocks[number]
    told, update = copy.deepcopy((true.told, true.update))
    told["timestamp"] += 1
    for entry in told["transactions"][:1]:
        contract, keys, data = emitted(TOKEN, "Transfer", (), *PEOPLE[:2], *u256(10**18))
        entry["receipt"]["events"].insert(
            0,
            {
                "from_address": hex(contract),
                "keys": [hex(key) for key in keys],
                "data": [hex(word) for word in data],
            },
        )
    told, update = seal(told, update, chain.name, compiled())
    return Block(told, update, true.books)


def dataset(name: str, source: str, *contracts: int) -> Dataset:
    addresses = tuple(contract.to_bytes(32, "big") for contract in contracts)
    return Dataset(name, 0x534E5F5345504F4C4941, addresses, (source,), 0)


DATASETS = (
    dataset("tokens", "starknet_erc20", TOKEN, ETHER, WRAPPED),
    dataset("staking", "starknet_staking", STAKING),
    dataset("votes", "starknet_votes", VSTRK),
)


def _faulty(life: Life, seed: int, rate: float) -> FaultyNode:
    twin: Any = Twin(life.chain)
    often = {"logs": 2 * rate, "blocks": 2 * rate, "head": rate / 3, "headers": rate / 2}
    return FaultyNode(
        twin, seed, rate=rate, rates=often, between=life.tick, faults=FELT_FAULTS, even=True
    )


def _honest(chain: StarknetChain) -> Any:
    return Twin(chain)


STARKNET = Kind(WORLDS, starknet, lambda seed: DATASETS, _honest, _faulty)
