"""A study's table for programs, in files and in the API: as notebooks have it, so that a number is
a number, the column's name says its unit, and what cannot be seen in words of the chain is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import polars as pl

from dashboards.view import View
from psephos.results.shown.frames import frame
from psephos.results.shown.text import display
from psephos.results.studies.shape import Listing

Cell = str | int | bool | Decimal | None
LARGEST = 2**53
"""Whole numbers from here on are rounded by readers of JSON: they are told as decimals."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A column: its name with the unit, the head that the site shows, what its cells are."""

    name: str
    head: str
    kind: Literal["whole", "decimal", "flag", "text"]
    cells: Sequence[Cell]


def typed(view: View, dataset: str, of: Listing) -> list[Typed]:
    """The columns of a table of a dataset's study."""
    entry = view.release.datasets.get(dataset)
    found = frame(of, entry.symbol if entry else "")
    return [_column(series, head) for series, head in zip(found, of.columns, strict=True)]


def _column(series: pl.Series, head: str) -> Typed:
    cells = series.to_list()
    if series.dtype == pl.Boolean:
        return Typed(series.name, head, "flag", cells)
    if series.dtype == pl.Int64 and all(cell is None or abs(cell) < LARGEST for cell in cells):
        return Typed(series.name, head, "whole", cells)
    if series.dtype.is_numeric():
        exact = [None if cell is None else Decimal(str(cell)) for cell in cells]
        return Typed(series.name, head, "decimal", exact)
    return Typed(
        series.name, head, "text", [None if cell is None else display(str(cell)) for cell in cells]
    )
