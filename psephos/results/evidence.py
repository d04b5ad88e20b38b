"""The evidence under a figure: the lowest level of every block and column that it rests on.

A figure rests on all blocks from its dataset's first to its own, also those without rows: absence
counts only where the block recomputes. A column that a receipt commits to has the level of its
block; one that only a transaction binds, or nothing, is *seen* whatever its block is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.chain.events import SOURCES
from psephos.evidence.anchor import Tie, raised
from psephos.evidence.level import (
    Level,
    SpanLike,
    block_level,
    column_level,
    figure_level,
    wholly,
)
from psephos.results import reading
from psephos.results.columns import COLUMNS
from psephos.results.shown.text import number, one_line
from psephos.settings import Checkpoint

if TYPE_CHECKING:
    from psephos.chain.event import Shape
    from psephos.store.manifest import Anchor
    from psephos.store.reader import Dataset, Release

LEVELS = tuple(str(level) for level in Level)
"""The words of the levels, lowest first."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands under a figure.

    level       the lowest over blocks `first` to `last` and over `columns`; None if some block
                was not read
    complete    how many of the `blocks` recomputed to their own commitments, or better; the
                fewest of any dataset used, blocks before its first not held against it
    declared    what was only declared: labels, links, a trusted checkpoint
    release     the release it was read from
    recomputed  the figure was computed from event rows on this machine
    proven      a STARK over the sealed table was verified; where it was not, it says so
    anchor      the declared checkpoints that *anchored* rests on, in words; empty for less
    """

    level: str | None
    first: int
    last: int
    blocks: int
    complete: int
    columns: tuple[str, ...]
    declared: tuple[str, ...] = ()
    release: str = ""
    recomputed: bool = False
    proven: bool = False
    anchor: str = ""

    @property
    def words(self) -> str:
        """One line for a footer."""
        level = self.level or "not read completely"
        level += f" to {self.anchor}" if self.anchor else ""
        parts = [f"{level}, {self.complete} of {self.blocks} blocks recompute to their commitments"]
        parts.append("recomputed here" if self.recomputed else "as published")
        parts.append("proven" if self.proven else "not proven")
        return " · ".join(parts)


def evidence(
    release: "Release",
    uses: Iterable[tuple[str, str]],
    last: int,
    *,
    declared: Sequence[str] = (),
    recomputed: bool = False,
    ties: Sequence[Tie] | None = None,
) -> Evidence:
    """The evidence of what uses these (dataset, kind) up to block `last`.

    ties: declared checkpoints that blocks were tied to (none given: those the release declares);
    where one raises the level to *anchored*, it is named among what is declared.
    """
    ties = declared_ties(release.manifest.anchors) if ties is None else ties
    used = tuple(dict.fromkeys(uses))
    entries = [reading.dataset(release, name) for name, _ in used]
    first = min((entry.first for entry in entries), default=0)
    spans = [raised(entry.spans, ties) for entry in entries]
    both = list(zip(spans, entries, strict=True))
    blocks = [block_level(s, e.first, last) for s, e in both]
    columns = [
        columns_level(e.sources, k, whole=wholly(e.spans, e.first, last))
        for e, (_, k) in zip(entries, used, strict=True)
    ]
    level = figure_level(blocks, columns) if used else None
    named = {span.anchor for one in spans for span in one if span.first <= last} - {""}
    trusted = [tie for tie in ties if tie.words in named] if level == Level.ANCHORED else []
    return Evidence(
        None if level is None else str(level),
        first,
        last,
        max(last - first + 1, 0),
        min((covered(s, e.first, last) + e.first - first for s, e in both), default=0),
        tuple(
            f"{e.name}_{c}" for e, (_, k) in zip(entries, used, strict=True) for c in there(e, k)
        ),
        (*declared, *sorted({tie.words for tie in trusted})),
        release.id,
        recomputed,
        anchor=" and ".join(dict.fromkeys(_named(tie) for tie in trusted)),
    )


def there(entry: "Dataset", kind: str) -> tuple[str, ...]:
    """`table.column` of each column of a kind that a dataset has."""
    shapes = [shape for name in entry.sources if name in SOURCES for shape in SOURCES[name].shapes]
    known = {(shape.table, column.name) for shape in shapes for column in shape.columns}
    return tuple(f"{t}.{c}" for t, c in COLUMNS.get(kind, ()) if (t, c) in known)


def _named(tie: Tie) -> str:
    mark = tie.checkpoint
    return f"a declared checkpoint at block {number(mark.block)} (source: {one_line(mark.source)})"


def declared_ties(anchors: Iterable["Anchor"]) -> list[Tie]:
    """The checkpoints that a manifest declares, each with the first block that leads to it."""
    return [
        Tie(mark.first, Checkpoint(mark.block, bytes.fromhex(mark.hash[2:]), mark.source))
        for mark in anchors
    ]


def covered(spans: Sequence[SpanLike], first: int, last: int) -> int:
    """How many of the blocks `first` to `last` are *complete* or better."""
    inside = [(max(s.first, first), min(s.last, last)) for s in spans if s.level != "seen"]
    return sum(max(end - start + 1, 0) for start, end in inside)


def columns_level(sources: Sequence[str], kind: str, *, whole: bool = False) -> Level:
    """The highest level that the columns of a kind can have, over blocks collected whole or not."""
    shapes = [shape for name in sources if name in SOURCES for shape in SOURCES[name].shapes]
    wanted = COLUMNS.get(kind, ())
    reached = [
        column_level(
            shape, [c for table, c in wanted if (table, c) in _named_by(shape)], whole=whole
        )
        for shape in shapes
    ]
    return min(reached, default=Level.ANCHORED)


def _named_by(shape: "Shape") -> set[tuple[str, str]]:
    """(table, column) of a shape: a kind may name columns that another chain's table has."""
    return {(shape.table, column.name) for column in shape.columns}
