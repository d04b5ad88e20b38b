"""What lies under figures: event tables, what binds their columns, their sealed days; and, from a
table up again, the figures that rest on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dashboards.view import Pin, View
from psephos.batch.header import BatchHeader
from psephos.chain.event import Shape
from psephos.chain.events import SOURCES
from psephos.errors import TableError
from psephos.evidence.level import bound_level, columns, wholly
from psephos.results import reading
from psephos.results.sealed import day_text, history
from psephos.results.shown.text import display
from psephos.store.manifest import Table
from psephos.store.reader import Dataset

KEY = ("block_number", "transaction_index", "log_index")
"""The order of the chain."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed day of a table: its entry in the ledger, blocks, rows and the root of their tree."""

    day: str
    entry: int
    first: int
    last: int
    rows: int
    row_root: bytes
    header: bytes


def table_of(pinned: Pin, name: str) -> tuple[Table, Dataset]:
    """An event table and its dataset; `TableError` where the release has none of that name."""
    found = pinned.release.manifest.tables.get(name)
    if found is None or found.role != "rows" or not found.dataset:
        raise TableError("there is no such table in this release", hint="/api/v1/tables lists them")
    return found, pinned.release.datasets[found.dataset]


def shape_of(watched: Dataset, name: str) -> Shape | None:
    """What declares the columns of a table; None for one that this version does not know."""
    shapes = (s for source in watched.sources if source in SOURCES for s in SOURCES[source].shapes)
    return next((shape for shape in shapes if f"{watched.name}_{shape.table}" == name), None)


def bound(of: View, name: str) -> list[tuple[str, str, str]]:
    """(column, what binds it, the highest level it can have), in the table's order."""
    found, watched = table_of(of.pin, name)
    shape = shape_of(watched, name)
    binds = columns(shape) if shape else {}
    whole = wholly(watched.spans, watched.first, of.block)
    told: list[tuple[str, str, str]] = []
    for column, _ in found.columns:
        by = binds.get(column.removesuffix("_raw"))
        told.append((column, by or "not known", str(bound_level(by, whole=whole)) if by else ""))
    return told


def newest(of: View, name: str, count: int) -> tuple[tuple[str, ...], list[Sequence[Any]]]:
    """The last rows up to the view's block, newest first; each has its block's hash."""
    found, _ = table_of(of.pin, name)
    names = tuple(column for column, _ in found.columns)
    listed = ", ".join(f'"{column}"' for column in names)
    order = ", ".join(f"{column} DESC" for column in KEY)
    # Names are the manifest's and ours; only numbers come from outside.
    query = f'SELECT {listed} FROM "{name}" WHERE block_number <= ? ORDER BY {order} LIMIT {count}'
    rows = reading.rows(of.release, query, (of.block,))
    return names, [[cell(value) for value in row] for row in rows]


def cell(value: Any) -> Any:
    """Bytes as 0x…, text of the chain made safe to show, lists as their parts with commas."""
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, str):
        return display(value)
    if isinstance(value, list):
        return ", ".join(str(cell(one)) for one in value)
    return value


@lru_cache(maxsize=16)
def sealed(pinned: Pin, name: str) -> tuple[Sealed, ...]:
    """The sealed days of a table, oldest first; of a corrected one the entry that holds."""
    _, watched = table_of(pinned, name)
    own = name.removeprefix(f"{watched.name}_")
    found: dict[int, Sealed] = {}
    for entry, one in enumerate(history(pinned.release).entries):
        header = one.header
        if isinstance(header, BatchHeader) and (header.dataset, header.table) == (
            watched.name,
            own,
        ):
            found[header.day] = Sealed(
                day_text(header.day), entry, header.first, header.last, header.rows,
                header.row_root, header.id,
            )  # fmt: skip
    return tuple(found[day] for day in sorted(found))


@lru_cache(maxsize=16)
def resting(pinned: Pin, name: str) -> tuple[dict[str, Any], ...]:
    """The published figures that use a column of a table."""
    table_of(pinned, name)
    return tuple(
        one
        for one in pinned.release.figures()
        if any(column.rpartition(".")[0] == name for column in one["evidence"]["columns"])
    )


def tables_under(told: Sequence[str]) -> tuple[str, ...]:
    """The tables of some columns, each once."""
    return tuple(dict.fromkeys(column.rpartition(".")[0] for column in told))
