"""One range of blocks, asked for once: headers, logs, receipts where they are needed, and what
recomputed. Everything that may have to be asked again is in here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from psephos.chain.check import (
    Contradiction,
    Watch,
    check_chain,
    check_fields,
    check_header,
    check_places,
    check_transactions,
    corrected,
    logs_in,
    recomputes,
)
from psephos.chain.dataset import Dataset
from psephos.chain.logs import empty
from psephos.chain.node import FeltLogs, Header, Logs, Node, Receipt, Teller
from psephos.chain.verify import LEVELS, Level
from psephos.commit.header import HeaderFields
from psephos.errors import (
    DataError,
    IncompleteBlock,
    LaggingNode,
    MalformedAnswer,
    MethodMissing,
    NodeContradiction,
    PsephosError,
    RangeRefused,
    UnknownFork,
    VerificationFailed,
)

TRIES = 5
"""How often something is asked before an answer that does not fit is believed to stay so."""

UNFIT = (LaggingNode, NodeContradiction, MalformedAnswer)


@runtime_checkable
class Choosy(Protocol):
    """A node of several endpoints: told that its last answers were wrong, it asks another one."""

    def distrust(self, why: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What is recomputed of each block: its header; its receipts where the bloom does not exclude
    what we `watch`; and, where `whole(number)` says so, every root."""

    datasets: tuple[Dataset, ...]
    headers: bool
    receipts: bool
    whole: Callable[[int], bool]
    pause: Callable[[float], None]
    watch: Watch

    @property
    def rows(self) -> bool:
        """Whether some dataset reads rows from the receipts of every block."""
        return any(dataset.rows for dataset in self.datasets)


@dataclass(frozen=True, slots=True)
class Part:
    """What was read of blocks `first` to `last`; `tables` are rows that no log holds, `short` the
    blocks that were to be whole and are not."""

    first: int
    last: int
    headers: tuple[Header, ...]
    logs: Logs | FeltLogs
    tables: dict[str, list[Mapping[str, pa.Table]]]
    broken: dict[str, PsephosError]
    level: Level
    contradictions: tuple[Contradiction, ...]
    short: tuple[int, ...]


def watch_of(datasets: Iterable[Dataset]) -> Watch:
    """The contracts and topics of the datasets that have events."""
    events = [dataset for dataset in datasets if dataset.events]
    return Watch(
        tuple(sorted({contract for dataset in events for contract in dataset.contracts})),
        tuple(sorted({topic for dataset in events for topic in dataset.topics})),
    )


def again(node: Node, tried: int, cause: PsephosError, pause: Callable[[float], None]) -> None:
    """Before another try: let the node choose another endpoint, and wait. Raises after `TRIES`."""
    if tried >= TRIES:
        raise cause
    if isinstance(node, Choosy):
        node.distrust(str(cause))
    pause(0.1 * 2**tried)


def read(node: Node, plan: Plan, first: int, last: int) -> Part:
    """Read a range. Raises RangeRefused (never for one block: its receipts are read then),
    IncompleteBlock, or an error of `UNFIT` if the answers do not fit together.

    Headers are asked for before logs: logs of a newer branch do not fit an older header, and
    are noticed; an older log under a newer header would be a hole.
    """
    headers = node.headers(first, last)
    check_chain(headers, first, last)
    told = None if plan.rows else _told(node, plan.watch, first, last)
    facts = [_facts(node, plan, header, told is None) for header in headers]
    truth = {fact.number: fact.logs for fact in facts if fact.logs is not None}
    logs, contradictions = corrected(empty() if told is None else told, truth, headers)
    check_places(logs, headers)
    level = min((fact.level for fact in facts), key=LEVELS.index)
    if level == "seen":
        still(node, headers[-1])
    short = tuple(f.number for f in facts if plan.whole(f.number) and f.level != "whole")
    tables, broken = gathered((fact.tables, fact.broken) for fact in facts)
    found = () if told is None else contradictions
    return Part(first, last, tuple(headers), logs, tables, broken, level, found, short)


def _told(node: Node, watch: Watch, first: int, last: int) -> Logs | None:
    """The logs as the node tells them; None for one block that it refuses."""
    if not watch.topics:
        return empty()
    try:
        return node.logs(first, last, watch.contracts, watch.topics)
    except RangeRefused:
        if first < last:
            raise
        return None


def still(node: Node, newest: Header) -> None:
    """The last block is what it was before the logs were asked for.

    Where nothing recomputes, this is how a reorganisation in between, or a second node behind
    one address that does not have the block yet, is noticed.
    """
    now = node.headers(newest.number, newest.number)
    if [header.hash for header in now] != [newest.hash]:
        raise NodeContradiction(f"block {newest.number} changed while its logs were read")


Told = tuple[Mapping[str, Mapping[str, pa.Table]], Mapping[str, PsephosError]]
"""Rows by dataset and table, and why a dataset broke."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of one block: its logs (None: only what the node tells), rows, level."""

    number: int
    logs: Logs | None
    level: Level
    tables: Mapping[str, Mapping[str, pa.Table]]
    broken: Mapping[str, PsephosError]


def _facts(node: Node, plan: Plan, header: Header, unasked: bool) -> _Facts:
    """What header and receipts of a block say of its logs."""
    known = check_header(header) if plan.headers else None
    possible = known is None or plan.watch.possible(known.logs_bloom)
    silent: Level = "seen" if possible or plan.rows else "complete"
    whole = known is not None and plan.whole(header.number)
    checked = known if plan.receipts or whole else None
    if not (unasked or whole or (checked and possible)):
        return _Facts(header.number, None if possible else empty(), silent, {}, {})
    receipts, level = _receipts(node, plan, header, checked, whole)
    tables, broken = _rows(plan, header, receipts)
    logs = logs_in(receipts, plan.watch, header)
    return _Facts(header.number, logs, max(level, silent, key=LEVELS.index), tables, broken)


def _receipts(
    node: Node, plan: Plan, header: Header, fields: HeaderFields | None, whole: bool
) -> tuple[list[Receipt], Level]:
    """The block's receipts, and how far they recompute to its header.

    A receipt or transaction of a type we do not know cannot be recomputed: the block stays at
    what it has reached. Raises IncompleteBlock if they never recompute.
    """
    tried = 0
    while True:
        receipts = node.receipts(header.id)
        level: Level = "seen"
        try:
            if fields is None or recomputes(fields, receipts):
                level = "seen" if fields is None else "complete"
                told = _transactions(node, header) if whole and fields else None
                if told is not None and fields is not None:
                    check_transactions(fields, told, receipts)
                    level = "whole"
                return receipts, level
            cause: PsephosError = _incomplete(header, "receipts")
        except UnknownFork:
            return receipts, level
        except VerificationFailed as failed:
            cause = _incomplete(header, "transactions", f" ({failed})")
        except UNFIT as unfit:
            cause = unfit
        tried += 1
        again(node, tried, cause, plan.pause)


def _incomplete(header: Header, what: str, why: str = "") -> IncompleteBlock:
    return IncompleteBlock(
        f"the {what} of block {header.number} (0x{header.hash.hex()}) do not recompute"
        f" to its {what} root: some are missing, added or altered{why}",
        hint="nothing of it was stored; try again, or name another endpoint",
    )


def _transactions(node: Node, header: Header) -> list[Mapping[str, Any]] | None:
    """A block's transactions; None from a node that does not tell them whole."""
    try:
        return node.transactions(header.id) if isinstance(node, Teller) else None
    except MethodMissing:
        return None


def _rows(plan: Plan, header: Header, receipts: Sequence[Receipt]) -> Told:
    if any(dataset.rows for dataset in plan.datasets):
        check_fields(header)
    return rows_without_logs(plan, header, receipts)


def rows_without_logs(plan: Plan, header: Header, entries: Any) -> Told:
    """Rows that no log holds, by dataset; a dataset that breaks is set apart with its reason.

    entries: what `dataset.rows` read beside the header: receipts, or a block's own entries.
    """
    tables: dict[str, dict[str, pa.Table]] = {}
    broken: dict[str, PsephosError] = {}
    for dataset in plan.datasets:
        for rows in dataset.rows:
            try:
                found = rows(header, entries, dataset.contracts)
            except DataError as error:
                broken[dataset.name] = error
            else:
                tables.setdefault(dataset.name, {}).update(found)
    return tables, broken


def gathered(
    blocks: Iterable[Told],
) -> tuple[dict[str, list[Mapping[str, pa.Table]]], dict[str, PsephosError]]:
    """Rows of all blocks by dataset, and the first reason of each that broke."""
    tables: dict[str, list[Mapping[str, pa.Table]]] = {}
    broken: dict[str, PsephosError] = {}
    for own, reasons in blocks:
        for name, found in own.items():
            tables.setdefault(name, []).append(found)
        for name, error in reasons.items():
            broken.setdefault(name, error)
    return tables, broken
