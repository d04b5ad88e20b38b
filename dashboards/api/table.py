"""What a resource answers: rows under named columns, and what they rest on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from psephos.results.evidence import LEVELS, Evidence

Cell = str | int | bool | Fraction | Decimal | None
Row = Sequence[Cell]
Kind = Literal["text", "whole", "amount", "share", "decimal", "flag"]
KINDS: dict[Kind, str] = {
    "text": "text",
    "whole": "a whole number below 2^53: a block, a rank, a count",
    "amount": "a whole number of the token's smallest unit, below 10^38; as text in JSON",
    "share": "an exact fraction as text, `3/10`",
    "decimal": "a decimal number as text, with every digit that the site shows; the column's name "
    "ends with its unit",
    "flag": "true or false",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what its cells are, and what they mean."""

    name: str
    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a release, read in parts.

    count      rows in all
    part       (offset, limit) -> rows; fewer than `limit` only at the end
    rests      the evidence under every row; None for what is no figure (a list of measures)
    definition address of the page that defines what is told; empty: the OpenAPI document does
    undefined  why there are no rows although something was asked for; None if they are defined
    """

    columns: tuple[Column, ...]
    count: int
    part: Callable[[int, int], Sequence[Row]]
    rests: Evidence | None = None
    definition: str = ""
    decimals: int | None = None
    symbol: str = ""
    undefined: str | None = None


def listed(columns: tuple[Column, ...], rows: Sequence[Row], **more: object) -> Table:
    """A table of rows that are there already."""
    part = lambda offset, limit: rows[offset : offset + limit]  # noqa: E731
    return Table(columns, len(rows), part, **more)  # type: ignore[arg-type]


def lowest(under: Iterable[Evidence]) -> Evidence | None:
    """Of several pieces of evidence the lowest: what may be said of all of them together."""
    return min(
        under,
        key=lambda one: (LEVELS.index(one.level) if one.level else -1, one.complete),
        default=None,
    )
