"""A node that answers from a file: blocks, receipts, code and calls that a real node answered once.

The file is JSON lines, xz-compressed; so it can be written as the answers come, and read by
`xzcat`:

    {"recording": 1, "chain": "0x7a69", "genesis": "0x…"}             first line
    {"block": {…}, "receipts": [{…}, …], "transactions": [{…}, …]}    every block, ascending
    {"code": "0x…", "address": "0x…", "since": "0x12"}                code from a block on
    {"call": {"to": "0x…", "data": "0x…", "block": "0x40"}, "answer": "0x…"}
    {"head": "0xa28", "finalized": "0x9e8"}                           last line

A block is the header's JSON fields without transactions, receipts are those of
`eth_getBlockReceipts`, transactions those of a whole block (older recordings lack them, and say so
when asked): nothing is decoded when recording, so the replay is checked by the same
code as the node was, hashes and roots included.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from psephos.chain.ethereum import header
from psephos.chain.logs import logs_of, matching, select
from psephos.chain.node import BlockId, Header, Logs, Node, Receipt, Teller, Witnesses
from psephos.chain.recording import Tape, lines
from psephos.chain.wire.answer import strict_json
from psephos.commit.fields import octets, quantity
from psephos.errors import LaggingNode, MalformedAnswer, MethodMissing, NodeError

VERSION = 1


class Recording(Tape):
    """Writes a recording; a context manager. The file appears, whole, when it is left."""

    def __init__(self, path: Path, node: Node) -> None:
        super().__init__(path)
        self.node = node

    def __enter__(self) -> Self:
        super().__enter__()
        chain, genesis = self.node.identity()
        self.write({"recording": VERSION, "chain": hex(chain), "genesis": _hex(genesis)})
        return self

    def blocks(self, first: int, last: int, *, at_once: int = 100) -> None:
        """Blocks with their receipts; every call goes on where the last one ended."""
        for start in range(first, last + 1, at_once):
            for told in self.node.headers(start, min(last, start + at_once - 1)):
                receipts = self.node.receipts(told.id)
                line = {"block": dict(told.fields), "receipts": receipts}
                if isinstance(self.node, Teller):
                    line["transactions"] = self.node.transactions(told.id)
                self.write(line)

    def code(self, address: bytes, head: int) -> None:
        """The code that an address has at `head`, and the block that it has it from."""
        code = self.node.code(address, head)
        low, high = 0, head
        while low < high:
            middle = (low + high) // 2
            if self.node.code(address, middle) == code:
                high = middle
            else:
                low = middle + 1
        self.write({"code": _hex(code), "address": _hex(address), "since": hex(low)})

    def call(self, to: bytes, data: bytes, block: int) -> None:
        """What a contract answers at a block."""
        answer = self.node.call(to, data, block)
        asked = {"to": _hex(to), "data": _hex(data), "block": hex(block)}
        self.write({"call": asked, "answer": _hex(answer)})

    def end(self, head: int, finalized: int) -> None:
        """The last line."""
        self.write({"head": hex(head), "finalized": hex(finalized)})


def record(
    node: Node,
    path: Path,
    *,
    contracts: Iterable[bytes] = (),
    calls: Iterable[tuple[bytes, bytes, int]] = (),
) -> None:
    """Record all blocks of a node, the code of `contracts` and the answers to `calls`."""
    head, finalized = node.head().number, node.finalized().number
    with Recording(path, node) as recording:
        recording.blocks(0, head)
        for address in contracts:
            recording.code(address, head)
        for to, data, block in calls:
            recording.call(to, data, block)
        recording.end(head, finalized)


class ReplayNode:
    """`Node` from a recording. A question whose answer was not recorded is a NodeError.

    NodeUnreachable if the file is not there, MalformedAnswer (with the line) if it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._blocks: list[tuple[Header, list[Receipt]]] = []
        self._transactions: dict[int, list[Mapping[str, Any]]] = {}
        self._codes: list[tuple[bytes, int, bytes]] = []
        self._calls: dict[tuple[bytes, bytes, int], bytes] = {}
        self._logs: Logs | None = None
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
        return f"ReplayNode({self.path.name!r})"

    def _read(self, line: Mapping[str, Any]) -> None:
        """One line, told apart by its first name."""
        match line:
            case {"recording": int(version)}:
                if version != VERSION:
                    raise MalformedAnswer(f"format {version}, this version reads {VERSION}")
                self._identity = (
                    quantity(line["chain"], "chain"),
                    octets(line["genesis"], "genesis", 32),
                )
            case {"block": dict(block), "receipts": list(receipts), **rest}:
                expected = self._blocks[-1][0].number + 1 if self._blocks else None
                number = quantity(block.get("number"), "block number")
                self._blocks.append(
                    (header(block, number if expected is None else expected), receipts)
                )
                if isinstance(told := rest.get("transactions"), list):
                    self._transactions[number] = told
            case {"code": code, "address": address, "since": since}:
                place = octets(address, "address", 20), quantity(since, "since")
                self._codes.append((*place, octets(code, "code")))
            case {"call": {"to": to, "data": data, "block": block}, "answer": answer}:
                asked = octets(to, "to", 20), octets(data, "data"), quantity(block, "block")
                self._calls[asked] = octets(answer, "answer")
            case {"head": head, "finalized": finalized}:
                self._tips = quantity(head, "head"), quantity(finalized, "finalized")
            case _:
                raise MalformedAnswer(f"no line of a recording: {list(line)[:3]}")

    def _block(self, number: int) -> tuple[Header, list[Receipt]]:
        first = self._blocks[0][0].number
        if not first <= number < first + len(self._blocks):
            raise LaggingNode(f"the recording does not have block {number}")
        return self._blocks[number - first]

    def identity(self) -> tuple[int, bytes]:
        assert self._identity is not None
        return self._identity

    def head(self) -> BlockId:
        assert self._tips is not None
        return self._block(self._tips[0])[0].id

    def finalized(self) -> BlockId:
        assert self._tips is not None
        return self._block(self._tips[1])[0].id

    def headers(self, first: int, last: int) -> list[Header]:
        return [self._block(number)[0] for number in range(first, last + 1)]

    def logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
    ) -> Logs:
        self._block(first)
        self._block(last)
        if self._logs is None:
            self._logs = logs_of([r for _, receipts in self._blocks for r in receipts])
        within = np.arange(*np.searchsorted(self._logs.block, [first, last + 1]))
        logs = select(self._logs, within)
        return select(logs, matching(logs, addresses, topics))

    def receipts(self, block: BlockId) -> list[Receipt]:
        told, receipts = self._block(block.number)
        if told.hash != block.hash:
            raise LaggingNode(f"the recording has another block {block.number}")
        return receipts

    def transactions(self, block: BlockId) -> list[Mapping[str, Any]]:
        if self._block(block.number)[0].hash != block.hash:
            raise LaggingNode(f"the recording has another block {block.number}")
        if block.number not in self._transactions:
            raise MethodMissing(f"the recording holds no transactions of block {block.number}")
        return self._transactions[block.number]

    def code(self, address: bytes, block: int) -> bytes:
        self._block(block)
        known = [(since, code) for at, since, code in self._codes if at == address]
        if not known:
            raise NodeError(f"the recording does not hold the code of 0x{address.hex()}")
        return max((entry for entry in known if entry[0] <= block), default=(0, b""))[1]

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        try:
            return self._calls[to, data, block]
        except KeyError:
            raise NodeError(
                f"the recording holds no answer of 0x{to.hex()} to 0x{data.hex()} at block {block}"
            ) from None

    def witnesses(self, block: BlockId) -> Witnesses:
        """A recording confirms what it holds; it stands for one node."""
        confirmed = self._block(block.number)[0].hash == block.hash
        return Witnesses(("recording",), 1) if confirmed else Witnesses((), 0)


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
