"""Tables of studies as frames: typed columns, whose names say their unit and need no quotes.

What a page shows as `750 000 000` and `25.0 %` a frame holds as numbers, as many digits as shown:

    power     750 000 000   power_strk             Int64     whole tokens
    share     25.0 %        share_percent          Decimal   25.0
    fees, ETH 0.074385      fees_eth               Decimal   0.074385
    day       2026-08-07    day                    Date
    voted     yes           voted                  Boolean
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from psephos.results.reading import exact
from psephos.results.studies.shape import Cell, Listing

AMOUNTS = {
    "delegates": {"power", "all the way"},
    "unlocks": {"unlocks", "then locked"},
    "cohorts": {"together"},
    "given": {"from the foundation"},
    "programmes": {"paid out"},
    "paid_to": {"paid"},
    "wallets": {"holds"},
    "pools": {"held by pools"},
    "over_time": {"more than a third", "half", "two thirds", "to win a vote"},
    "epoch": {"to STRK stakers", "to Bitcoin stakers"},
}
"""Columns by table in which amounts of the dataset's own token stand without its name."""

WORDS = frozenset(
    {"proposal", "what", "version", "source", "series", "labels", "component", "document"}
)
"""Heads of columns that hold somebody's words, whatever these look like."""

NAMES = {"from": "first", "to": "last", "where": "place"}
"""Heads that are words of SQL."""

NUMBER = re.compile(r"-?\d+(?:\.(\d+))?")
TINY = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
YES = {"yes": True, "no": False}
LARGEST = 2**63 - 1


def frame(of: Listing, symbol: str = "") -> pl.DataFrame:
    """The rows of a table; `symbol` is that of the dataset's token. Undefined cells are null."""
    amounts = AMOUNTS.get(of.name, ())
    found = [
        column(head, [row[place] for row in of.rows], symbol if head in amounts else "")
        for place, head in enumerate(of.columns)
    ]
    return pl.DataFrame(found)


def column(head: str, cells: Sequence[Cell], unit: str = "") -> pl.Series:
    """One column: numbers, days or yes and no if all of its cells are, else the text as it is."""
    told = [cell for cell in cells if cell is not None]
    if told and not any(isinstance(cell, str) for cell in told):
        return pl.Series(name(head, unit), cells, dtype=pl.Int64)
    if not told or head in WORDS or not all(isinstance(cell, str) for cell in told):
        texts = [None if cell is None else str(cell) for cell in cells]
        return pl.Series(name(head), texts, dtype=pl.String)
    typed = _typed(head, [None if cell is None else _plain(str(cell)) for cell in cells], unit)
    return pl.Series(name(head), cells, dtype=pl.String) if typed is None else typed


def _typed(head: str, cells: Sequence[str | None], unit: str) -> pl.Series | None:
    """Texts that are days, yes and no, shares, or numbers, all of one kind."""
    some = [cell for cell in cells if cell is not None]
    if all(DAY.fullmatch(cell) for cell in some):
        days = [cell and date.fromisoformat(cell) for cell in cells]
        return pl.Series(name(head), days, dtype=pl.Date)
    if set(some) <= YES.keys():
        return pl.Series(name(head), [cell and YES[cell] for cell in cells], dtype=pl.Boolean)
    if all(cell.endswith("%") for cell in some):
        cells, unit = [cell and cell[:-1] for cell in cells], "percent"
    found = numbers(cells)
    return None if found is None else found.alias(name(head, unit))


def amounts(word: str, values: Sequence[int], decimals: int, symbol: str) -> pl.Series:
    """Amounts of the smallest unit in whole tokens, exact, in a column that names the token:
    `weight_strk`. Where the token is not known they stay as they are: `weight_smallest_unit`.
    """
    token = re.sub(r"[^a-z0-9]+", "_", symbol.lower()).strip("_")
    known, places = (f"{word}_{token}", decimals) if token else (f"{word}_smallest_unit", 0)
    return exact(known, values, places)


def numbers(cells: Sequence[str | None]) -> pl.Series | None:
    """Texts that all write a number: whole, exact with the most decimals of any, or nearest."""
    some = [cell for cell in cells if cell is not None]
    matched = [NUMBER.fullmatch(cell) for cell in some]
    if not all(matched):
        nearest = all(TINY.fullmatch(cell) for cell in some)
        values = [None if cell is None else float(cell) for cell in cells] if nearest else []
        return pl.Series(values, dtype=pl.Float64) if nearest else None
    places = max(len(one[1] or "") for one in matched if one)
    kind: Any = pl.Decimal(38, places)
    if not places and all(abs(int(cell)) <= LARGEST for cell in some):
        return pl.Series([None if cell is None else int(cell) for cell in cells], dtype=pl.Int64)
    return pl.Series([None if cell is None else Decimal(cell) for cell in cells], dtype=kind)


def name(head: str, unit: str = "") -> str:
    """`of the delegate's power`, `percent` → `of_the_delegates_power_percent`."""
    words = re.sub(r"[^a-z0-9]+", "_", re.sub(r"[',’]", "", head.lower())).strip("_")
    words = NAMES.get(words, words)
    words = f"n_{words}" if words[:1].isdigit() else words
    unit = re.sub(r"[^a-z0-9]+", "", unit.lower())
    return words if not unit or words.endswith(unit) else f"{words}_{unit}"


def _plain(text: str) -> str:
    """A number's text without what divides its digits, with a minus that Python reads."""
    bare = re.sub("[\u2009\u202f\u00a0]", "", text)
    return bare.replace(" %", "%").replace("−", "-")
