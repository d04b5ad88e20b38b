"""One range of Starknet blocks, asked for once: blocks, events, and what recomputed.

There is no bloom here: that a block holds no event of ours is known from the whole block only.
So either blocks are fetched whole and recomputed (their receipts decide, and `getEvents` is
compared with them), or events are as the node tells them: *seen*.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Protocol, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from psephos.chain.check import Contradiction, check_chain, check_places
from psephos.chain.node import FeltLogs, Header, Node
from psephos.chain.read import UNFIT, Part, Plan, again, gathered, rows_without_logs, still
from psephos.chain.starknet.check import Checked, check_blocks
from psephos.chain.starknet.logs import (
    concatenated,
    empty,
    logs_of,
    matching,
    ordered,
    placed,
    row,
    select,
    unplaced,
)
from psephos.chain.starknet.told import header, receipts_of
from psephos.chain.verify import LEVELS, Level
from psephos.commit.starknet.hashes import compiled
from psephos.errors import (
    IncompleteBlock,
    NodeContradiction,
    PsephosError,
    RangeRefused,
    VerificationFailed,
)

NOWHERE = np.zeros(0, np.intp)

CROWD = 100
"""Blocks and transactions that are recomputed at once: a full block stays alone, and memory is
that of a few."""


class BlockNode(Protocol):
    """What is asked of a node here beside what every `Node` is asked."""

    def headers(self, first: int, last: int) -> list[Header]: ...
    def blocks(
        self, first: int, last: int, *, updates: bool = True
    ) -> Iterator[tuple[Any, Any]]: ...
    def logs(
        self, first: int, last: int, addresses: Sequence[bytes], topics: Sequence[bytes]
    ) -> FeltLogs: ...


@dataclass(frozen=True, slots=True)
class _Own:
    """The watched logs of a block, where each stands among all of its `count` logs.

    The others are let go: a range may have thousands of blocks.
    """

    logs: FeltLogs
    at: NDArray[np.intp]
    count: int


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a block: its header, its logs (None: what the node tells), rows."""

    header: Header
    logs: _Own | None
    level: Level
    tables: Mapping[str, Mapping[str, pa.Table]]
    broken: Mapping[str, PsephosError]


def read(node: Node, plan: Plan, first: int, last: int) -> Part:
    """Read a range. Raises RangeRefused (never for one block: its receipts are read then),
    IncompleteBlock, or an error of `UNFIT` if the answers do not fit together.

    Blocks are asked for before events: events of a newer branch do not fit an older header.
    """
    source = cast(BlockNode, node)
    facts = list(_facts(node, plan, first, last))
    check_chain([fact.header for fact in facts], first, last)
    told = _told(source, plan, first, last)
    known = [_filled(node, plan, fact, told) for fact in facts]
    headers = tuple(fact.header for fact in known)
    truth = {fact.header.number: fact.logs for fact in known if fact.logs is not None}
    logs, found = _corrected(empty() if told is None else told, truth, headers)
    check_places(logs, headers)
    level = min((fact.level for fact in known), key=LEVELS.index)
    if level == "seen":
        still(node, headers[-1])
    short = tuple(
        fact.header.number
        for fact in known
        if plan.whole(fact.header.number) and fact.level != "whole"
    )
    tables, broken = gathered((fact.tables, fact.broken) for fact in known)
    return Part(
        first, last, headers, logs, tables, broken, level, found if told is not None else (), short
    )


def _facts(node: Node, plan: Plan, first: int, last: int) -> Iterator[_Facts]:
    """Whole blocks where they are wanted, headers elsewhere."""
    source = cast(BlockNode, node)
    chain = plan.datasets[0].chain_id
    for whole, numbers in groupby(range(first, last + 1), plan.whole):
        some = list(numbers)
        if whole:
            yield from _whole(node, plan, some[0], some[-1], chain)
        elif plan.rows:
            yield from _read(node, plan, some[0], some[-1], chain)
        else:
            for known in source.headers(some[0], some[-1]):
                yield _Facts(known, None, "seen", {}, {})


def _read(node: Node, plan: Plan, first: int, last: int, chain: int) -> Iterator[_Facts]:
    """Blocks of which rows are read, and nothing is recomputed."""
    told = cast(BlockNode, node).blocks(first, last, updates=False)
    for number, (block, _) in enumerate(told, first):
        known = header(block, number, chain)
        tables, broken = rows_without_logs(plan, known, receipts_of(block))
        yield _Facts(known, None, "seen", tables, broken)


def _whole(node: Node, plan: Plan, first: int, last: int, chain: int) -> Iterator[_Facts]:
    """Whole blocks, checked. Where one does not hold, it and those after it are asked for again:
    they came from the same endpoint, which is distrusted then."""
    source = cast(BlockNode, node)
    number, tried, told = first, 0, source.blocks(first, last)
    while number <= last:
        some, cause = _some(told, number, last)
        for found in zip(some, check_blocks(some, number, chain, compiled()), strict=True):
            fact = _fact(plan, *found, number, retried=tried > 0)
            if isinstance(fact, PsephosError):
                cause = fact
                break
            yield fact
            number, tried = number + 1, 0
        if cause is not None:
            tried += 1
            again(node, tried, cause, plan.pause)
            told = source.blocks(number, last)


def _some(
    told: Iterator[tuple[Any, Any]], number: int, last: int
) -> tuple[list[tuple[Any, Any]], PsephosError | None]:
    """The next blocks, few where they are full, and what is wrong after them."""
    some: list[tuple[Any, Any]] = []
    held = 0
    try:
        while held < CROWD and number + len(some) <= last:
            given = next(told, None)
            if given is None:
                missing = number + len(some)
                raise NodeContradiction(f"the node told no block {missing} where it was asked for")
            some.append(given)
            held += 1 + _transactions(given[0])
    except UNFIT as unfit:
        return some, unfit
    return some, None


def _transactions(block: Any) -> int:
    """How many transactions a node's JSON seems to hold."""
    found = block.get("transactions") if isinstance(block, dict) else None
    return len(found) if isinstance(found, list) else 0


def _fact(
    plan: Plan,
    told: tuple[Any, Any],
    checked: Checked | PsephosError,
    number: int,
    *,
    retried: bool,
) -> _Facts | PsephosError:
    """A block that holds, with its rows, or why it does not. What is in doubt at first is no
    fault when it was asked for again."""
    try:
        if isinstance(checked, PsephosError):
            raise checked
        if checked.doubt and not retried:
            raise VerificationFailed(checked.doubt)
        tables, broken = rows_without_logs(plan, checked.header, receipts_of(told[0]))
    except VerificationFailed as failed:
        return IncompleteBlock(
            f"block {number} does not recompute: {failed.message}",
            hint="nothing of it was stored; try again, or name another endpoint",
        )
    except UNFIT as unfit:
        return unfit
    return _Facts(checked.header, _own(plan, checked.logs), checked.level, tables, broken)


def _own(plan: Plan, whole: FeltLogs) -> _Own:
    """The watched logs among all of a block."""
    if not len(whole):
        return _Own(whole, NOWHERE, 0)
    watch = plan.watch
    wanted = matching(whole, watch.contracts, watch.topics) & bool(watch.topics)
    at = np.flatnonzero(wanted)
    return _Own(select(whole, at), at, len(whole))


def _told(source: BlockNode, plan: Plan, first: int, last: int) -> FeltLogs | None:
    """The events as the node tells them; None for one block that it refuses."""
    watch = plan.watch
    if not watch.topics:
        return empty()
    try:
        return source.logs(first, last, watch.contracts, watch.topics)
    except RangeRefused:
        if first < last:
            raise
        return None


def _filled(node: Node, plan: Plan, fact: _Facts, told: FeltLogs | None) -> _Facts:
    """A block's logs from its receipts, as told, where the node does not tell them otherwise, or
    not their places."""
    if fact.logs is not None:
        return fact
    number = fact.header.number
    if told is not None:
        own = select(told, told.block == number)
        if not len(own) or not unplaced(own):
            return fact
    receipts = (entry["receipt"] for entry in node.receipts(fact.header.id))
    return replace(fact, logs=_own(plan, logs_of(number, fact.header.hash, receipts)))


def _corrected(
    told: FeltLogs, truth: Mapping[int, _Own], headers: Sequence[Header]
) -> tuple[FeltLogs, tuple[Contradiction, ...]]:
    """`told` with the blocks of `truth` as they are, and where the two differed."""
    if not truth:
        return told, ()
    known = np.isin(told.block, np.fromiter(truth, np.uint64, len(truth)))
    ours = concatenated([truth[number].logs for number in sorted(truth)])
    theirs = select(told, known)
    if unplaced(theirs):
        theirs = placed(theirs, ours)
    logs = ordered(concatenated([select(told, ~known), ours]))
    if _same(theirs, ours):
        return logs, ()
    hashes = {header.number: header.hash for header in headers}
    found = (
        _difference(number, hashes[number], select(theirs, theirs.block == number), own)
        for number, own in truth.items()
    )
    return logs, tuple(one for one in found if one is not None)


def _same(one: FeltLogs, other: FeltLogs) -> bool:
    return len(one) == len(other) and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in FeltLogs.__dataclass_fields__
    )


def _difference(
    number: int, block_hash: bytes, theirs: FeltLogs, ours: _Own
) -> Contradiction | None:
    """How a block's events were told otherwise, by their index in the block; those that are not
    in it are counted on from its last."""
    one, other = _by_place(theirs), _by_place(ours.logs)
    places = dict(zip(other, ours.at.tolist(), strict=True))
    if one == other:
        return None
    for i, extra in enumerate(sorted(one.keys() - other.keys())):
        places[extra] = ours.count + i
    return Contradiction(
        number,
        block_hash,
        missing=tuple(sorted(places[at] for at in other.keys() - one.keys())),
        added=tuple(sorted(places[at] for at in one.keys() - other.keys())),
        altered=tuple(
            sorted(places[at] for at in one.keys() & other.keys() if one[at] != other[at])
        ),
    )


def _by_place(logs: FeltLogs) -> dict[Any, Any]:
    """Rows by transaction and place in it."""
    return {row(logs, i)[1:3]: row(logs, i) for i in range(len(logs))}
