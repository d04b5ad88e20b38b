"""Tables that sort and page, as ag-grid draws them. Every cell is text or a number, never HTML.

What is shown is the exact text; what is sorted by is a number beside it, since a browser's numbers
cannot hold an amount.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import dash_ag_grid as dag

from psephos.results.shown.text import display

MOST = 500
"""Rows a page carries; the file beside it has all of them."""
PAGE = 20
REASON = 280
SIZED = ("virtualColumnsChanged", "gridSizeChanged")
"""When a table looks at how wide it is: its first size is given before it listens."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of its cells, its head, its least width and share of the rest.

    `sorts` names the key of the numbers it is sorted by, where its cells are amounts. `where` it
    stands: a phone has fewer columns, and one that stacks what the others say. `leads`: its cells
    are links to the `href` of their row.
    """

    key: str
    head: str
    width: int = 110
    grow: int = 0
    sorts: str = ""
    style: str = ""
    where: Literal["both", "wide", "phone"] = "both"
    leads: bool = False


def stacked(*lines: str) -> str:
    """What a phone shows in one cell, a line each; those that are empty are left out."""
    return "\n".join(line for line in lines if line)


def grid(columns: Sequence[Column], rows: Sequence[dict[str, Any]], id: str) -> Any:
    """The table; at most `MOST` rows are shown."""
    return dag.AgGrid(
        id=id,
        columnDefs=[definition(column) for column in columns],
        rowData=list(rows[:MOST]),
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "suppressHeaderMenuButton": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        dashGridOptions={
            "theme": "themeQuartz",
            "domLayout": "autoHeight",
            "pagination": len(rows) > PAGE,
            "paginationPageSize": PAGE,
            "paginationPageSizeSelector": False,
            "enableCellTextSelection": True,
            "animateRows": False,
            "enableBrowserTooltips": True,
        },
        eventListeners={name: ["fit(params)"] for name in SIZED},
        className="grid",
        style={"height": None},
    )


def definition(column: Column) -> dict[str, Any]:
    """A column as ag-grid wants it."""
    found: dict[str, Any] = {
        "field": column.sorts or column.key,
        "headerName": column.head,
        "minWidth": column.width,
        "cellClass": column.style,
        "context": {"where": column.where},
        "hide": column.where == "phone",
    }
    if column.leads:
        found["cellRenderer"] = "Leading"
    if column.grow:
        found["flex"] = column.grow
    else:
        found["width"] = column.width
    if column.sorts:
        found |= {
            "valueFormatter": {"function": f"params.data.{column.key}"},
            "cellClass": f"amount {column.style}".strip(),
        }
    if column.style.startswith("num"):
        found["headerClass"] = "amount"
    if column.style in ("hash", "") and not column.sorts:
        found["tooltipField"] = column.key
    if column.where == "phone" or column.style == "words":
        found |= {"wrapText": True, "autoHeight": True}
    if column.style == "reason":
        found |= {"wrapText": True, "autoHeight": True, "sortable": False}
    return found


def clipped(text: str, most: int = REASON) -> str:
    """Text of the chain, safe to show, cut after so many characters as a reader counts them.

    A letter with its marks, a flag or a joined emoji is one; a text that is cut says how long it
    is.
    """
    if len(text) > 60 * most:  # Whatever follows cannot be shown, and it may be megabytes.
        shown, whole = display(text[: 60 * most]), len(text)
    else:
        shown, whole = display(text), len(text)
    count, joined, flag = 0, False, False
    for place, letter in enumerate(shown):
        attached = joined or extends(letter) or (flag and _flag(letter))
        flag = _flag(letter) and not (flag and attached)
        joined = letter == "\u200d"
        count += not attached
        if count > most:
            return f"{shown[:place]}… ({whole:,} characters)".replace(",", "\N{THIN SPACE}")
    return shown if whole <= 60 * most else f"{shown}…"


def extends(letter: str) -> bool:
    """Whether a code point belongs to the character before it."""
    return (
        unicodedata.category(letter) in ("Mn", "Me", "Mc")
        or letter == "\u200d"
        or 0x1F3FB <= ord(letter) <= 0x1F3FF
    )


def _flag(letter: str) -> bool:
    return 0x1F1E6 <= ord(letter) <= 0x1F1FF
