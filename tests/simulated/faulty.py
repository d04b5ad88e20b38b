"""A node that errs and lies: any `Node`, seen through faults drawn from a seed.

Every fault is one line of a table: the question it spoils, its name, and what it does to the
answer (or the error it raises). Faults on the wire (truncated JSON, 429, providers' texts) are
`tests.simulated.proxy`; these are what a collector must live through when the wire is fine.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from psephos.chain.logs import select
from psephos.chain.node import BlockId, Header, Logs, Node, Receipt, Witnesses
from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    NodeUnreachable,
    RangeRefused,
    RateLimited,
)

Fault = Callable[[Any, random.Random], Any]


def _raises(error: type[Exception]) -> Fault:
    def fault(answer: Any, draw: random.Random) -> Any:
        raise error("simulated")

    return fault


def _without_one(logs: Logs, draw: random.Random) -> Logs:
    if not len(logs):
        return logs
    keep = np.ones(len(logs), np.bool_)
    keep[draw.randrange(len(logs))] = False
    return select(logs, keep)


def _one_more(logs: Logs, draw: random.Random) -> Logs:
    """The last log once more, one place later."""
    if not len(logs):
        return logs
    twice = select(logs, np.append(np.arange(len(logs)), len(logs) - 1))
    twice.log[-1] += 1
    return twice


def _twice(logs: Logs, draw: random.Random) -> Logs:
    """One log twice, at its own place."""
    if not len(logs):
        return logs
    at = draw.randrange(len(logs))
    return select(logs, np.insert(np.arange(len(logs)), at, at))


def _turned(logs: Logs, draw: random.Random) -> Logs:
    """The last first."""
    return select(logs, np.arange(len(logs))[::-1])


def _moved(logs: Logs, draw: random.Random) -> Logs:
    """A log as if it lay in the block of the log before it."""
    first = np.flatnonzero(logs.block[1:] != logs.block[:-1]) + 1
    if not len(first):
        return logs
    at = draw.choice(first.tolist())
    block, block_hash = logs.block.copy(), logs.block_hash.copy()
    block[at], block_hash[at] = block[at - 1], block_hash[at - 1]
    return replace(logs, block=block, block_hash=block_hash)


def _changed(name: str) -> Fault:
    """One bit of one row of a column is another."""

    def fault(logs: Logs, draw: random.Random) -> Logs:
        values = getattr(logs, name).copy()
        if values.size:
            flat = values.reshape(-1)
            flat[draw.randrange(flat.size)] ^= 1
        return replace(logs, **{name: values})

    return fault


def _receipts_without_a_log(receipts: list[Receipt], draw: random.Random) -> list[Receipt]:
    told = [i for i, receipt in enumerate(receipts) if receipt["logs"]]
    if not told:
        return receipts
    at = draw.choice(told)
    fewer = {**receipts[at], "logs": receipts[at]["logs"][:-1]}
    return [*receipts[:at], fewer, *receipts[at + 1 :]]


def _receipts_changed(receipts: list[Receipt], draw: random.Random) -> list[Receipt]:
    told = [i for i, receipt in enumerate(receipts) if receipt["logs"]]
    if not told:
        return receipts
    at = draw.choice(told)
    first, *others = receipts[at]["logs"]
    other = {**first, "data": "0x" + "11" * 32}
    return [*receipts[:at], {**receipts[at], "logs": [other, *others]}, *receipts[at + 1 :]]


def _header(**changes: Callable[[Header], Any]) -> Fault:
    def fault(headers: list[Header], draw: random.Random) -> list[Header]:
        at = draw.randrange(len(headers))
        header = headers[at]
        other = replace(header, **{name: of(header) for name, of in changes.items()})
        return [*headers[:at], other, *headers[at + 1 :]]

    return fault


def _behind(block: BlockId, draw: random.Random) -> BlockId:
    return BlockId(max(block.number - draw.randrange(1, 5), 0), b"\x11" * 32)


FAULTS: tuple[tuple[str, str, Fault], ...] = (
    ("logs", "missing log", _without_one),
    ("logs", "empty answer", lambda logs, _: select(logs, np.zeros(len(logs), np.bool_))),
    ("logs", "half an answer", lambda logs, _: select(logs, np.arange(len(logs) // 2))),
    ("logs", "added log", _one_more),
    ("logs", "repeated log", _twice),
    ("logs", "other order", _turned),
    ("logs", "moved log", _moved),
    ("logs", "altered data", _changed("data")),
    ("logs", "altered topic", _changed("topics")),
    ("logs", "altered address", _changed("address")),
    ("logs", "altered transaction", _changed("transaction_hash")),
    ("logs", "another block's hash", _changed("block_hash")),
    ("logs", "refused range", _raises(RangeRefused)),
    ("logs", "malformed answer", _raises(MalformedAnswer)),
    ("logs", "lagging node", _raises(LaggingNode)),
    ("logs", "rate limited", _raises(RateLimited)),
    ("logs", "unreachable", _raises(NodeUnreachable)),
    ("headers", "null block", _raises(LaggingNode)),
    ("headers", "another time", _header(timestamp=lambda h: h.timestamp + 1)),
    ("headers", "another parent", _header(parent=lambda h: b"\x01" * 32)),
    ("headers", "another hash", _header(hash=lambda h: bytes(32))),
    ("headers", "another number", _header(number=lambda h: h.number + 1)),
    ("headers", "altered bytes", _header(rlp=lambda h: h.rlp[:-1] + b"\x01")),
    ("headers", "too few", lambda headers, _: headers[:-1]),
    ("headers", "too many", lambda headers, _: [*headers, headers[-1]]),
    ("receipts", "none", lambda receipts, _: []),
    ("receipts", "one fewer", lambda receipts, _: receipts[:-1]),
    ("receipts", "missing log", _receipts_without_a_log),
    ("receipts", "altered log", _receipts_changed),
    ("receipts", "null block", _raises(LaggingNode)),
    ("receipts", "malformed answer", _raises(MalformedAnswer)),
    ("head", "lagging head", _behind),
    ("head", "unreachable", _raises(NodeUnreachable)),
)


class FaultyNode:
    """`Node` over another one; one answer in `1 / rate` is spoiled by a fault that fits.

    `faults` are those that may be drawn, and `only` limits them by name; `narrow` is the widest
    range of logs it answers at all; `between` is called before each question (a chain grows and
    reorganises there). Faults are drawn, or, if `even`, taken in turn, from one that the seed
    names, so that few seeds have all of them; `rates` are those of single questions. `injected`
    counts what was done.
    """

    def __init__(
        self,
        node: Node,
        seed: int,
        *,
        rate: float = 0.1,
        narrow: int | None = None,
        only: Sequence[str] | None = None,
        between: Callable[[random.Random], None] | None = None,
        faults: Sequence[tuple[str, str, Fault]] = FAULTS,
        even: bool = False,
        rates: Mapping[str, float] | None = None,
    ) -> None:
        self.node = node
        self.random = random.Random(seed)
        self.rate = rate
        self.rates = rates or {}
        self.narrow = narrow
        self.faults = [fault for fault in faults if only is None or fault[1] in only]
        self.between = between
        self.turn = 5 * seed if even else None
        self.injected: Counter[str] = Counter()
        self.refused: list[tuple[int, int]] = []

    def _ask(self, question: str, *arguments: Any) -> Any:
        if self.between is not None:
            self.between(self.random)
        fitting = [(name, fault) for asked, name, fault in self.faults if asked == question]
        answer = getattr(self.node, question)(*arguments)
        if not fitting or self.random.random() >= self.rates.get(question, self.rate):
            return answer
        if self.turn is None:
            name, fault = self.random.choice(fitting)
        else:
            self.turn += 1
            name, fault = fitting[self.turn % len(fitting)]
        self.injected[f"{question}: {name}"] += 1
        return fault(answer, self.random)

    def identity(self) -> tuple[int, bytes]:
        return self.node.identity()

    def head(self) -> BlockId:
        return self._ask("head")

    def finalized(self) -> BlockId:
        return self.node.finalized()

    def headers(self, first: int, last: int) -> list[Header]:
        return self._ask("headers", first, last)

    def logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
    ) -> Logs:
        if self.narrow is not None and last - first + 1 > self.narrow:
            self.refused.append((first, last))
            raise RangeRefused(f"query exceeds max block range {self.narrow}")
        return self._ask("logs", first, last, addresses, topics)

    def receipts(self, block: BlockId) -> list[Receipt]:
        return self._ask("receipts", block)

    def blocks(self, first: int, last: int, *, updates: bool = True) -> Any:
        """What a Starknet node tells: blocks with receipts, and their state updates."""
        return self._ask("blocks", first, last, updates)

    def code(self, address: bytes, block: int) -> bytes:
        return self.node.code(address, block)

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        return self.node.call(to, data, block)

    def witnesses(self, block: BlockId) -> Witnesses:
        return self.node.witnesses(block)
