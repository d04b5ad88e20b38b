"""Evidence levels: of a block, of a column, and so of a figure.

    seen      nodes said so
    complete  the block recomputes to its own commitments: nothing missing, nothing added
    anchored  and its hash is tied to a declared checkpoint, which is then named

A figure has the lowest level over all blocks of its range, also those without rows, and over
the columns that it uses. A column that no recomputed commitment binds stays *seen*: a receipt
commits neither to a transaction's hash nor to its payer or price. What a transaction binds is
more than *seen* over blocks that were collected *whole*: their transactions recomputed, too, and
receipts told what follows from them. Levels are computed by who reads, never stored in a header.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Protocol, Self

from psephos.chain.event import KEY_BOUND, Bound, Shape, family

WHOLE = "whole"
"""The word of a span whose blocks recompute to every root: *complete*, and transactions too."""


class Level(IntEnum):
    """Ordered: a level is at least another if it is not less."""

    SEEN = 1
    COMPLETE = 2
    ANCHORED = 3

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Self:
        """`complete` as a level, also of blocks that are `whole`; KeyError if there is none of
        that name."""
        return cls["COMPLETE" if word == WHOLE else word.upper()]


class SpanLike(Protocol):
    """Blocks `first` to `last` were read at `level`."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def level(self) -> str: ...


BINDS: Mapping[Bound, Level] = {
    "receipt": Level.ANCHORED,
    "event": Level.ANCHORED,
    "header": Level.ANCHORED,
    "transaction": Level.SEEN,
    "nothing": Level.SEEN,
}
"""The highest level that a column can have by the commitment that binds it, over blocks that were
not collected whole; over those that were, a transaction binds as a receipt does."""


def columns(shape: Shape) -> dict[str, Bound]:
    """What binds each column of a table, the key columns too."""
    own = {column.name: column.bound_by for column in shape.columns}
    return dict(KEY_BOUND[family(shape)]) | own


def bound_level(bound: Bound, *, whole: bool = False) -> Level:
    """The highest level of a column by what binds it, over blocks that are whole or not."""
    return Level.ANCHORED if whole and bound == "transaction" else BINDS[bound]


def column_level(shape: Shape, names: Iterable[str], *, whole: bool = False) -> Level:
    """The highest level that these columns of a table can have together.

    whole: all blocks asked about were collected whole (`wholly`).
    """
    bounds = columns(shape)
    return lowest(bound_level(bounds[name], whole=whole) for name in names) or Level.ANCHORED


def wholly(spans: Sequence[SpanLike], first: int, last: int) -> bool:
    """Whether every block from `first` to `last` was collected whole."""
    return block_level([span for span in spans if span.level == WHOLE], first, last) is not None


def block_level(spans: Sequence[SpanLike], first: int, last: int) -> Level | None:
    """The lowest level over all blocks `first` to `last`; None if one of them was not read."""
    wanted, found = first, Level.ANCHORED
    for span in sorted(spans, key=lambda span: span.first):
        if span.last < wanted or span.first > last:
            continue
        if span.first > wanted:
            return None
        found = min(found, Level.named(span.level))
        wanted = span.last + 1
    return found if wanted > last else None


def figure_level(blocks: Iterable[Level | None], used: Iterable[Level]) -> Level | None:
    """The level of a figure from its ranges of blocks and its columns; None if one is unread."""
    levels = list(blocks)
    if None in levels:
        return None
    return lowest([level for level in levels if level is not None] + list(used))


def lowest(levels: Iterable[Level]) -> Level | None:
    """The lowest of some levels; None of none."""
    return min(levels, default=None)
