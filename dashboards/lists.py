"""What pages of a study are made of: key numbers of its figures, and its tables as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboards.cards import aria, card, entry, numbers
from dashboards.download import csv_href
from dashboards.flowing import headed
from dashboards.foot import evidence_href, foot
from dashboards.pages import At
from dashboards.parts import owner_of
from dashboards.since import changed
from dashboards.studied import listing, studied
from dashboards.tables import Column, grid, stacked
from psephos.results.figures import Figure
from psephos.results.shown.text import named, number
from psephos.results.shown.wording import counted
from psephos.results.studies.shape import Cell, Listing, Study

PLAIN = 12
"""Rows of a table that needs no pages."""
WORDS = 18
"""Characters of words from which on a column has more room."""
SHORT = 14
"""Characters of a day, or of a word, that stand on one line."""
STUDIED = {
    "alignment": "who votes alike",
    "users": "holders against users",
    "capture": "cost of capture",
    "sensitivity": "what was chosen",
    "time": "over time",
}
"""Studies that the page Studies shows; the others are part of the pages of their subject."""


def further(at: At, *names: str) -> Any:
    """Links under a page to the studies of its subject."""
    links: list[Any] = []
    for name in names:
        links += [dcc.Link(STUDIED[name], href=at.address.href("/studies", kind=name)), " "]
    return html.Nav(["Studied: ", *links], className="switches rules")


def by_name(of: Study) -> Mapping[str, Figure]:
    """The figures of a study by their measure."""
    return {figure.measure: figure for figure in of.figures}


def unit_of(figure: Figure) -> str:
    """The unit beside a value; one of something is singular, and a share has its own sign."""
    if figure.unit in ("share", "index") or figure.value is None:
        return ""
    if figure.text != "1":
        return figure.unit
    return figure.unit.removesuffix("es" if figure.unit.endswith("sses") else "s")


def key_numbers(
    at: At, figures: Mapping[str, Figure], words: Mapping[str, str], name: str = "numbers"
) -> Any:
    """Six numbers, each with what it says and how it was before; it leads to its evidence."""
    entries = [
        entry(
            figures[name].text,
            unit_of(figures[name]),
            said,
            changed(at, figures[name]),
            href=evidence_href(figures[name], at.address),
        )
        for name, said in words.items()
        if name in figures
    ]
    return html.Div(numbers(*entries, name=name), className="six")


def listed(
    at: At,
    study: str,
    dataset: str,
    table: str,
    figure: Figure,
    *,
    title: str = "",
    definition: str = "",
    wide: bool = False,
) -> Any:
    """A card with one table of a study; None where it has none at this block, or an empty one."""
    found = listing(at.view, study, dataset, table)
    if found is None or not found.rows:
        return None
    csv = csv_href("study", at.address, kind=study, dataset=dataset, measure=table)
    rest = f" · {studied(at.view, study, dataset).title}" if not definition else ""
    return card(
        title or found.title,
        definition or f"{counted(len(found.rows), 'row', capital=True)}{rest}",
        shown(at, found),
        foot(figure, at, csv, table.replace("_", "-")),
        wide=wide,
    )


def known(at: At, of: Listing) -> Listing:
    """A listing with names beside addresses that are declared to be somebody's; where owners have
    a column of their own, as it is.
    """
    if any("owner" in column for column in of.columns):
        return of

    def say(value: Cell) -> Cell:
        name = owner_of(at, value) if isinstance(value, str) else value
        return value if name == value else f"{name} ({brief(str(value))})"

    return replace(of, rows=tuple(tuple(say(value) for value in row) for row in of.rows))


def shown(at: At, of: Listing) -> Any:
    """A listing as a table: plain where it is short, else one that turns its pages."""
    if len(of.rows) <= PLAIN:
        kinds = ["amount" if numeric(of, place) else "text" for place in range(len(of.columns))]
        head = html.Tr(
            [html.Th(name, className="amount" if kind == "amount" else "")
             for name, kind in zip(of.columns, kinds, strict=True)]
        )  # fmt: skip
        rows = [
            html.Tr(
                [
                    html.Td(
                        cell(at, x),
                        className=kind + whole(x),
                        **headed(of.columns[place], place, kind == "amount"),
                    )
                    for place, (x, kind) in enumerate(zip(row, kinds, strict=True))
                ]
            )
            for row in of.rows
        ]
        table = html.Table([html.Thead(head), html.Tbody(rows)], className="plain listing")
        # A keyboard scrolls what it can reach: a wide table on a narrow screen.
        return html.Div(table, className="sideways", tabIndex=0, role="group", **aria(of.title))
    return paged(known(at, of))


def paged(of: Listing) -> Any:
    """A table of many rows; a phone has the first column and stacks the others."""
    columns = [Column("rank", "", 48, where="wide")]
    columns.append(Column("all", of.columns[0], 150, 1, style="lines", where="phone"))
    for place, name in enumerate(of.columns):
        style = "num" if numeric(of, place) else "hash" if hashes(of, place) else ""
        long = not style and any(len(text(row[place])) > WORDS for row in of.rows)
        style = style or ("words" if long else "")
        wide = 150 if style == "hash" else 190 if long else 96
        grow = 2 if style == "hash" or long else 1
        columns.append(Column(f"c{place}", name, wide, grow, style=style, where="wide"))
    rows = []
    for rank, row in enumerate(of.rows, start=1):
        told = [text(one) for one in row]
        lines = [f"{rank}. {brief(told[0])}"]
        lines += [f"{name}: {brief(words)}" for name, words in
                  zip(of.columns[1:], told[1:], strict=True) if words]  # fmt: skip
        rows.append(
            {"rank": rank, "all": stacked(*lines), **{f"c{n}": words for n, words in
                                                      enumerate(told)}}
        )  # fmt: skip
    return grid(columns, rows, f"table-{of.name}")


def cell(at: At, value: Cell) -> Any:
    """A cell: an address leads to its page."""
    words = text(value)
    if not (words.startswith("0x") and len(words) in (42, 66)):
        return words
    name = owner_of(at, words)
    shown_ = html.Code(brief(words)) if name == words else name
    return dcc.Link(shown_, href=at.address.href("/address", a=words), title=words)


def whole(value: Cell) -> str:
    """A day, or a word, is not broken at the end of a line; a class of its cell."""
    words = text(value)
    return " short" if len(words) <= SHORT and " " not in words else ""


def text(value: Cell) -> str:
    """A cell in words, as names are shown; nothing where it is undefined."""
    if value is None:
        return ""
    if isinstance(value, int):
        return number(value)
    return value if _number(value) else named(value)


def brief(words: str) -> str:
    """An address as a reader recognises it; everything else as it is."""
    if words.startswith("0x") and len(words) in (42, 66):
        return f"{words[:6]}…{words[-4:]}"
    return words


def numeric(of: Listing, place: int) -> bool:
    """Whether a column has amounts and shares only."""
    known = [text(row[place]) for row in of.rows if row[place] is not None]
    return bool(known) and all(_number(words) for words in known)


def hashes(of: Listing, place: int) -> bool:
    known: Sequence[str] = [text(row[place]) for row in of.rows if row[place] is not None]
    return bool(known) and all(words.startswith("0x") for words in known)


def _number(words: str) -> bool:
    digits = words.replace("\u2009", "").replace("\u202f", "").removesuffix(" %")
    return digits.lstrip("−<> ").replace(".", "", 1).isdigit()
