"""The one loop: blocks and rows of a range, piece by piece, with what was verified of them.

    headers ── keccak(rlp) = hash, parent links, number and time          ┐
    bloom   ── no contract or no topic in it: nothing can be missing      ├ complete
    receipts ─ recompute to receipts root and bloom; their logs = getLogs ┘
    transactions ─ recompute to their root, and give what receipts tell of payers: whole

A node that leaves out, adds or alters a log is named with the block and the logs, and the
receipts' truth is what is yielded. Receipts that do not recompute stop the run: IncompleteBlock.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import sleep
from typing import TypeAlias

import pyarrow as pa

from psephos.chain.check import Contradiction, check_chain
from psephos.chain.dataset import Dataset
from psephos.chain.decode import decode
from psephos.chain.families import reading
from psephos.chain.node import BlockId, Header, Node
from psephos.chain.read import UNFIT, Part, Plan, again, watch_of
from psephos.chain.verify import LEVELS, Level, Sample, Verify, drawn, fitting
from psephos.errors import CommandError, DataError, MalformedAnswer, PsephosError, RangeRefused

Tables: TypeAlias = Mapping[str, pa.Table]

ROWS = 130_000
"""Logs from which a piece is closed: DuckDB stores whole row groups of 122,880 at half the cost."""

BLOCKS = 2_000
"""Blocks at which a piece is closed, however empty they are."""

CROWDED, SPARSE = 25_000, 5_000
"""Logs in one answer from which the next range is narrower, or below which it may be wider."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Blocks `first` to `last`: what one transaction stores.

    `tables` has rows by dataset and table, for every dataset that did not break; `level` holds
    for each block of the piece; `contradictions` are the blocks whose logs a node told wrongly;
    `sample` is what was drawn from the piece, if blocks were drawn; `short` are the blocks that
    were to recompute to every root and reached less.
    """

    first: int
    last: int
    headers: tuple[Header, ...]
    tables: Mapping[str, Tables]
    level: Level
    broken: Mapping[str, PsephosError] = field(default_factory=dict)
    contradictions: tuple[Contradiction, ...] = ()
    sample: Sample | None = None
    short: tuple[int, ...] = ()


def collect(
    node: Node,
    datasets: Sequence[Dataset],
    first: int,
    last: int,
    *,
    verify: Verify | None = None,
    step: int = 100,
    newest_first: bool = False,
    pause: Callable[[float], None] = sleep,
) -> Iterator[Piece]:
    """Yield the rows of `datasets` in blocks `first` to `last`, oldest first or newest first.

    `verify` is how much is recomputed (`psephos.chain.verify`); what fits the datasets if nobody
    says. `step` is how many blocks are asked for at first; sparse answers widen it. A range that a
    node refuses is halved, never asked again; one block that it refuses is read from its
    receipts. An answer that does not fit is asked for a few times, with `pause` between.

    A dataset whose log does not decode is in `broken` of that piece and in no later one.
    Raises IncompleteBlock if a block's receipts do not recompute, LaggingNode or
    NodeContradiction if the node keeps contradicting itself (a reorganisation does it, too:
    the caller looks for the fork), and whatever else the node raises.
    """
    alive = tuple(datasets)
    rule = fitting(alive) if verify is None else verify
    if rule.mode == "headers" and any(not reading(one.family).bloom for one in alive):
        raise CommandError(
            "headers of Starknet cannot show that a block holds no event",
            hint="verify all (the default there), sample N, or none",
        )
    seed = node.head() if rule.mode == "sample" else None
    chosen = drawn(rule.blocks, first, last, seed) if seed else frozenset[int]()
    width = Width(step)
    while first <= last and alive:
        plan = Plan(
            alive,
            headers=rule.mode != "none",
            receipts=rule.mode in ("all", "headers"),
            whole=lambda number: rule.mode == "all" or number in chosen,
            pause=pause,
            watch=watch_of(alive),
        )
        piece = _merged(_pieces(node, plan, width, first, last, newest_first))
        yield piece if seed is None else _sampled(piece, seed, chosen)
        first, last = (first, piece.first - 1) if newest_first else (piece.last + 1, last)
        alive = tuple(dataset for dataset in alive if dataset.name not in piece.broken)


def _sampled(piece: Piece, seed: BlockId, chosen: Collection[int]) -> Piece:
    """A piece with what the blocks drawn from it showed; one that did not recompute whole, or
    whose logs were told otherwise, is not clean."""
    inside = [number for number in chosen if piece.first <= number <= piece.last]
    wrong = {one.number for one in piece.contradictions} | set(piece.short)
    clean = sum(number not in wrong for number in inside)
    return replace(piece, sample=Sample(seed, len(inside), clean))


@dataclass(slots=True)
class Width:
    """How many blocks are asked for at once. Doubles until something is refused, then creeps."""

    blocks: int
    refused: bool = False

    def narrow(self, asked: int) -> None:
        self.refused = True
        self.blocks = max(1, asked // 2)

    def learn(self, logs: int) -> None:
        if logs > CROWDED:
            self.blocks = max(1, self.blocks // 2)
        elif logs < SPARSE:
            more = self.blocks // 16 + 1 if self.refused else self.blocks
            self.blocks = min(BLOCKS, self.blocks + more)


def _pieces(
    node: Node, plan: Plan, width: Width, first: int, last: int, newest_first: bool
) -> list[Piece]:
    """Ranges one after another, each decoded at once (logs are larger than their rows)."""
    pieces: list[Piece] = []
    rows = blocks = 0
    while first <= last and rows < ROWS and blocks < BLOCKS:
        try:
            part = _part(node, plan, width, first, last, newest_first)
        except PsephosError:
            if not pieces:
                raise
            break  # what was read is stored first; if the node still fails, it is told then
        first, last = (first, part.first - 1) if newest_first else (part.last + 1, last)
        pieces.append(_decoded(plan.datasets, part))
        rows += len(part.logs)
        blocks += len(part.headers)
    return sorted(pieces, key=lambda piece: piece.first)


def _part(node: Node, plan: Plan, width: Width, first: int, last: int, newest_first: bool) -> Part:
    """One range at the open end, as wide as the node allows."""
    tried = 0
    while True:
        count = min(width.blocks, last - first + 1)
        low, high = (last - count + 1, last) if newest_first else (first, first + count - 1)
        try:
            part = reading(plan.datasets[0].family).read(node, plan, low, high)
        except (RangeRefused, MalformedAnswer) as refused:
            if count > 1:
                width.narrow(count)
                continue
            cause: PsephosError = refused
        except UNFIT as unfit:
            cause = unfit
        else:
            width.learn(len(part.logs))
            return part
        tried += 1
        again(node, tried, cause, plan.pause)


def _decoded(datasets: Sequence[Dataset], part: Part) -> Piece:
    """A range as a piece: its logs decoded for each dataset."""
    tables: dict[str, Tables] = {}
    broken = dict(part.broken)
    for dataset in datasets:
        if dataset.name in broken:
            continue
        try:
            tables[dataset.name] = _tables(dataset, part)
        except DataError as error:
            broken[dataset.name] = error
    return Piece(
        part.first,
        part.last,
        part.headers,
        tables,
        part.level,
        broken,
        part.contradictions,
        short=part.short,
    )


def _tables(dataset: Dataset, part: Part) -> Tables:
    """A dataset's rows: decoded from logs, and those that no log holds."""
    tables: dict[str, pa.Table] = {}
    if dataset.events:
        own = reading(dataset.family).own(part.logs, dataset.contracts, dataset.topics)
        tables |= decode(dataset.events, own)
    if dataset.rows:
        found = part.tables[dataset.name]
        tables |= {name: pa.concat_tables(rows[name] for rows in found) for name in found[0]}
    return tables


def _merged(pieces: Sequence[Piece]) -> Piece:
    """Pieces that follow each other, as one; a dataset that broke in one is in none of it."""
    headers = tuple(header for piece in pieces for header in piece.headers)
    check_chain(headers, pieces[0].first, pieces[-1].last)
    broken: dict[str, PsephosError] = {}
    for piece in reversed(pieces):
        broken |= piece.broken
    tables = {
        name: {table: pa.concat_tables(p.tables[name][table] for p in pieces) for table in found}
        for name, found in pieces[0].tables.items()
        if name not in broken
    }
    level = min((piece.level for piece in pieces), key=LEVELS.index)
    found = tuple(one for piece in pieces for one in piece.contradictions)
    short = tuple(number for piece in pieces for number in piece.short)
    first, last = pieces[0].first, pieces[-1].last
    return Piece(first, last, headers, tables, level, broken, found, short=short)
