"""Rows: what lies under figures, and up again: the table, its blocks and days, what rests on it."""

from typing import Any

from dash import dcc, html

from dashboards import queries as ask
from dashboards.cards import aria, card, columns, headline, level, short
from dashboards.definitions import EVERY, measure_of
from dashboards.flowing import table
from dashboards.foot import footer
from dashboards.pages import At, Page
from dashboards.under import bound, newest, resting, sealed, table_of
from psephos.results.evidence import Evidence, evidence
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted

PATH = r"/rows/(?P<table>[a-z][a-z0-9_]{0,99})"
GROUP, NAME, ORDER = "Check", "", 49
ASKS = (
    ("Which rows are it, in which blocks?", "rows"),
    ("What binds each column, and in which sealed days?", "binding"),
    ("Which figures rest on these rows?", "up"),
)
ROWS, DAYS, FIRST = 10, 8, 24


def page(at: At) -> Page:
    name = at.words["table"]
    _, watched = table_of(at.view.pin, name)
    count = ask.row_counts(at.view.pin, (name,), at.view.block)[name]
    figures = resting(at.view.pin, name)
    rests = evidence(at.view.release, [(watched.name, "")], at.view.block)
    contracts = ", ".join(f"0x{one.hex()}" for one in watched.contracts)
    return Page(
        f"Rows of {name}",
        [
            headline(
                "Evidence",
                f"{counted(count, 'row', capital=True)} under {counted(len(figures), 'figure')}.",
                [f"Table {name} of dataset {watched.name}, up to block {number(at.view.block)}, "
                 f"as {counted(len(watched.contracts), 'contract')} told it: ",
                 html.Code(contracts, className="whole")],
            ),
            columns(
                last(at, name, rests),
                binding(at, name, rests),
                days(at, name, watched.name),
                up(at, name),
            ),
        ],
    )  # fmt: skip


def last(at: At, name: str, rests: Evidence) -> Any:
    """The newest rows with the hash of their block."""
    heads, rows = newest(at.view, name, ROWS)
    title = f"The newest {counted(len(rows), 'row')}" if rows else "No row up to this block"
    told = [[hexed(value) for value in row] for row in rows]
    held = html.Div(table(heads, told), className="sideways", tabIndex=0, role="group",
                    **aria(title))  # fmt: skip
    path = f"/api/v1/tables/{name}.csv?release={at.view.pin.id[:16]}&last={at.view.block}"
    return card(
        title,
        "Columns as the chain tells them, amounts in the smallest unit; each row with the hash of "
        "its block, which any node has",
        held if rows else html.P("Absence counts only where blocks recompute."),
        footer(rests, [html.A("CSV", href=path, download="")], name="rows"),
        wide=True,
    )


def hexed(value: Any) -> Any:
    """A cell: what is long in hexadecimals by its beginning and end, words to a line."""
    words = "" if value is None else str(value)
    if words.startswith("0x") and len(words) > 14:
        return html.Code(f"{words[:6]}…{words[-4:]}", title=words[:132])
    return one_line(words, 60)


def binding(at: At, name: str, rests: Evidence) -> Any:
    """What a block commits to of each column, and so how high its level can be."""
    rows = [(column, by, level(can) if can else "") for column, by, can in bound(at.view, name)]
    return card(
        "What binds each column",
        "The commitment in a block that fixes it, and the level it can have by that; a figure has "
        "the lowest of the columns it uses",
        table(("column", "bound by", "at most"), rows),
        footer(rests, [], name="binding"),
        tall=2,
    )


def days(at: At, name: str, dataset: str) -> Any:
    """Sealed days: the way down to roots, and the commands that recompute them."""
    found = [one for one in sealed(at.view.pin, name) if one.first <= at.view.block]
    if not found:
        return card("No day of it is sealed yet", "Final rows are sealed once their day is over",
                    html.P("Its rows are in no batch."))  # fmt: skip
    one = next((day for day in reversed(found) if day.rows), found[-1])
    own = name.removeprefix(f"{dataset}_")
    rows = [
        (day.day, number(day.entry), number(day.rows),
         html.Code(short(day.row_root.hex()), title=day.row_root.hex()))
        for day in reversed(found[-DAYS:])
    ]  # fmt: skip
    commands = [
        f"psephos verify batch {dataset}/{one.day}",
        f"psephos prove row {dataset}/{one.day}/{own} --index 0 --out row.witness",
    ]
    return card(
        f"{counted(len(found), 'day', capital=True)} of it sealed",
        "The newest, each with its entry in the ledger and the root of its rows",
        [table(("day", "entry", "rows", "root"), rows),
         *(html.Code(line, className="command") for line in commands)],
    )  # fmt: skip


def up(at: At, name: str) -> Any:
    """Which published figures use these rows: the way up."""
    found = resting(at.view.pin, name)
    if not found:
        return card("No published figure rests on it", "Studies may: they are computed when asked",
                    html.P("Whoever asks for one finds its columns under it."),
                    name="up")  # fmt: skip
    rows = [figure(at, one) for one in found]
    more: list[Any] = []
    if len(rows) > FIRST:
        words = f"and {number(len(rows) - FIRST)} more"
        more.append(html.Details([html.Summary(words), lines(rows[FIRST:])], className="more"))
    path = f"/api/v1/tables/{name}/figures?release={at.view.pin.id[:16]}"
    return card(
        f"Up again: {counted(len(found), 'figure')} {'rests' if len(found) == 1 else 'rest'} on it",
        "Of those published with the release; each leads to its own evidence at this block",
        [lines(rows[:FIRST]), *more],
        html.Footer(
            html.Nav(html.A("JSON", href=path), className="links"), className="foot", id="up"
        ),
        wide=True,
    )  # fmt: skip


def lines(rows: list[Any]) -> Any:
    return html.Table(html.Tbody(rows), className="plain")


def figure(at: At, one: dict[str, Any]) -> Any:
    """A published figure as a row: its title, what it is of, its value."""
    href = at.address.href(
        "/evidence", dataset=one["dataset"], kind=one["kind"], measure=one["measure"],
        key=one["key"] or "", by="owner" if one["entities"] else "",
    )  # fmt: skip
    entry = EVERY.get(measure_of(one["measure"]))
    title = entry.title if entry else one["measure"]
    of: list[Any] = [", by declared owner"] if one["entities"] else []
    if one["key"]:
        of += [" ", html.Code(short(one["key"]), title=one["key"])]
    unit = one["unit"] if one["unit"] not in ("share", "index") else ""
    return html.Tr(
        [
            html.Td(dcc.Link(title, href=href), className="text"),
            html.Td([f"{one['dataset']}, {one['kind']}", *of], className="wide"),
            html.Td(f"{one['text']} {unit}".strip(), className="amount"),
        ]
    )
