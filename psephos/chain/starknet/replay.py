"""A Starknet node that answers from a file: what `psephos.chain.replay` is for Ethereum.

The file is JSON lines, xz-compressed (psephos.chain.recording):

    {"starknet": 1, "chain": "0x…", "genesis": "0x…"}              first line
    {"block": {…}, "update": {…}}                                  every block, ascending
    {"call": {"to": "0x…", "data": "0x…", "block": 64}, "answer": "0x…"}
    {"head": 1200, "finalized": 1176}                              last line

A block is the answer of `starknet_getBlockWithReceipts`, an update that of
`starknet_getStateUpdate`: nothing is decoded when recording, so a replay is checked as the node
was. Which class a contract has follows from the updates. What is final: the block of the last
line or, with a settlement, what Ethereum says.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from psephos.chain.node import BlockId, FeltLogs, Header, Receipt, Witnesses
from psephos.chain.recording import Tape, lines
from psephos.chain.starknet.logs import concatenated, logs_of, matching, select
from psephos.chain.starknet.settled import Settlement
from psephos.chain.starknet.told import block_id, header, receipts_of
from psephos.chain.wire.answer import strict_json
from psephos.commit.fields import octets, quantity
from psephos.commit.starknet.felt import felt
from psephos.errors import LaggingNode, MalformedAnswer, NodeContradiction, NodeError

VERSION = 1
CLASSES = (("deployed_contracts", "address"), ("replaced_classes", "contract_address"))
"""Members of a state diff that say which class a contract has, and how they name it."""


def record(node: Any, path: Path, *, calls: Iterable[tuple[bytes, bytes, int]] = ()) -> None:
    """Record all blocks of a `StarknetNode` and its contracts' answers to `calls`."""
    chain, genesis = node.identity()
    head, finalized = node.head().number, node.finalized().number
    with Tape(path) as tape:
        tape.write({"starknet": VERSION, "chain": hex(chain), "genesis": "0x" + genesis.hex()})
        for block, update in node.blocks(0, head):
            tape.write({"block": block, "update": update})
        for to, data, at in calls:
            asked = {"to": "0x" + to.hex(), "data": "0x" + data.hex(), "block": at}
            tape.write({"call": asked, "answer": "0x" + node.call(to, data, at).hex()})
        tape.write({"head": head, "finalized": finalized})


class StarknetReplayNode:
    """`Node` from a recording. A question whose answer was not recorded is a NodeError.

    NodeUnreachable if the file is not there, MalformedAnswer (with the line) if it is damaged.
    """

    def __init__(self, path: Path, settlement: Settlement | None = None) -> None:
        self.path = path
        self._settlement = settlement
        self._blocks: list[tuple[Any, Any]] = []
        self._classes: dict[int, list[tuple[int, int]]] = {}
        self._calls: dict[tuple[bytes, bytes, int], bytes] = {}
        self._identity: tuple[int, bytes] | None = None
        self._tips: tuple[int, int] | None = None
        for number, line in enumerate(lines(path), 1):
            try:
                self._read(strict_json(line))
            except (KeyError, TypeError, NodeError) as error:
                raise MalformedAnswer(f"recording {path.name}, line {number}: {error}") from error
        if self._identity is None or self._tips is None or not self._blocks:
            raise MalformedAnswer(
                f"recording {path.name} lacks its first line, blocks or last line"
            )

    def __repr__(self) -> str:
        return f"StarknetReplayNode({self.path.name!r})"

    def _read(self, line: Mapping[str, Any]) -> None:
        """One line, told apart by its first name."""
        match line:
            case {"starknet": int(version)}:
                if version != VERSION:
                    raise MalformedAnswer(f"format {version}, this version reads {VERSION}")
                genesis = octets(line["genesis"], "genesis", 32)
                self._identity = quantity(line["chain"], "chain"), genesis
            case {"block": dict(block), "update": update}:
                number = len(self._blocks)
                if block_id(block, f"block {number}").number != number:
                    raise MalformedAnswer(f"block {number} was expected")
                self._blocks.append((block, update))
                self._note_classes(number, update)
            case {"call": {"to": to, "data": data, "block": int(at)}, "answer": answer}:
                asked = octets(to, "to", 32), octets(data, "data"), at
                self._calls[asked] = octets(answer, "answer")
            case {"head": int(head), "finalized": int(finalized)}:
                self._tips = head, finalized
            case _:
                raise MalformedAnswer(f"no line of a recording: {list(line)[:3]}")

    def _note_classes(self, number: int, update: Any) -> None:
        """Which contracts have another class from this block on."""
        for member, name in CLASSES:
            for entry in update["state_diff"][member]:
                known = self._classes.setdefault(felt(entry[name], name), [])
                known.append((number, felt(entry["class_hash"], "class hash")))

    def _block(self, number: int) -> tuple[Any, Any]:
        if not 0 <= number < len(self._blocks):
            raise LaggingNode(f"the recording does not have block {number}")
        return self._blocks[number]

    def _id(self, number: int) -> BlockId:
        return block_id(self._block(number)[0], f"block {number}")

    def identity(self) -> tuple[int, bytes]:
        assert self._identity is not None
        return self._identity

    def head(self) -> BlockId:
        assert self._tips is not None
        return self._id(self._tips[0])

    def finalized(self) -> BlockId:
        assert self._tips is not None
        if self._settlement is None:
            return self._id(self._tips[1])
        final = self._settlement.final()
        if self._id(final.number) != final:
            raise NodeContradiction(f"block {final.number} is another one on L1")
        return final

    def headers(self, first: int, last: int) -> list[Header]:
        chain, _ = self.identity()
        return [header(self._block(n)[0], n, chain) for n in range(first, last + 1)]

    def logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
    ) -> FeltLogs:
        """Events of any of `addresses` with any of `topics` as first key (none given: all)."""
        found = []
        for number in range(first, last + 1):
            block, _ = self._block(number)
            told = (entry["receipt"] for entry in receipts_of(block))
            found.append(logs_of(number, self._id(number).hash, told))
        whole = concatenated(found)
        return select(whole, np.flatnonzero(matching(whole, addresses, topics)))

    def blocks(self, first: int, last: int, *, updates: bool = True) -> Iterator[tuple[Any, Any]]:
        """Each block with its receipts, and its state update."""
        for number in range(first, last + 1):
            block, update = self._block(number)
            yield block, update if updates else None

    def receipts(self, block: BlockId) -> list[Receipt]:
        """The entries of a block, each a transaction and its receipt."""
        if self._id(block.number).hash != block.hash:
            raise LaggingNode(f"the recording has another block {block.number}")
        return receipts_of(self._block(block.number)[0])

    def code(self, address: bytes, block: int) -> bytes:
        """The class hash of a contract; empty if there is none at the address."""
        self._block(block)
        known = self._classes.get(int.from_bytes(address, "big"), [])
        place = bisect_right(known, block, key=lambda entry: entry[0])
        return known[place - 1][1].to_bytes(32, "big") if place else b""

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        try:
            return self._calls[to, data, block]
        except KeyError:
            raise NodeError(
                f"the recording holds no answer of 0x{to.hex()} to 0x{data.hex()} at block {block}"
            ) from None

    def witnesses(self, block: BlockId) -> Witnesses:
        """A recording confirms what it holds; it stands for one node."""
        confirmed = self._id(block.number).hash == block.hash
        return Witnesses(("recording",), 1) if confirmed else Witnesses((), 0)
