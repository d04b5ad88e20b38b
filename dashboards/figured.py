"""The figures that came with a release, each leading down: Evidence before one is asked for."""

from typing import Any

from dash import dcc, html

from dashboards.cards import card, columns, headline, short
from dashboards.definitions import EVERY, measure_of
from dashboards.pages import At, Page
from dashboards.parts import kicker
from dashboards.tables import Column, grid, stacked
from psephos.evidence.level import Level
from psephos.results.shown.text import number
from psephos.results.shown.wording import counted

WAY = (
    ("its rows", "the events that it is computed from, and which columns of them"),
    ("their days", "each sealed under one root, which an append-only ledger names"),
    ("their blocks", "each recomputes to its own commitments, also those without a row"),
    ("a header", "of Ethereum that is declared or proven elsewhere; and what was only declared"),
)


def contents(at: At) -> Page:
    """Every published figure with its level; whoever is not among them is one click away."""
    found = at.view.release.figures()
    return Page(
        "Evidence",
        [
            headline(
                kicker(at.view),
                f"{counted(len(found), 'figure', capital=True)} came with this release, each with "
                "its way down.",
                "Every other number of this site has the word evidence under it, and leads down "
                "the same way.",
            ),
            columns(listed(at, found), ways(), checking(at, found)),
        ],
    )


def listed(at: At, found: list[dict[str, Any]]) -> Any:
    """A row a figure; its title leads to its own page."""
    columns_ = [
        Column("rank", "", 48, where="wide"),
        Column("figure", "figure", 220, 3, where="wide", leads=True),
        Column("all", "figure", 150, 1, style="lines", where="phone", leads=True),
        Column("of", "of", 200, 2, where="wide"),
        Column("value", "value", 200, 1, sorts="rank", style="num", where="wide"),
        Column("short", "value", 124, sorts="rank", style="num lines", where="phone"),
        Column("level", "level", 96, 1, where="wide"),
    ]
    rows = [row(at, one, rank) for rank, one in enumerate(found, start=1)]
    path = f"/api/v1/figures.csv?release={at.view.pin.id[:16]}"
    return card(
        "From any figure down",
        "Those that were published and signed with the release; seen, complete and anchored are "
        "what was checked of the blocks under them",
        grid(columns_, rows, "figures"),
        html.Footer(
            html.Nav(html.A("CSV", href=path, download=""), className="links"),
            className="foot",
            id="figures",
        ),
        wide=True,
    )


def row(at: At, one: dict[str, Any], rank: int) -> dict[str, Any]:
    """A published figure: its title, what it is of, its value, its level. It leads to the block
    that it is of, whichever one the page is shown at.
    """
    block = "" if one["block"] == at.view.release.final else str(one["block"])
    href = at.address.href(
        "/evidence", block=block, dataset=one["dataset"], kind=one["kind"], measure=one["measure"],
        key=one["key"] or "", by="owner" if one["entities"] else "",
    )  # fmt: skip
    entry = EVERY.get(measure_of(one["measure"]))
    title = entry.title if entry else one["measure"]
    of = f"{one['dataset']}, {one['kind']}"
    of += " by declared owner" if one["entities"] else ""
    of += f" {short(one['key'])}" if one["key"] else ""
    unit = one["unit"] if one["unit"] not in ("share", "index") else ""
    value = f"{one['text']} {unit}".strip()
    return {
        "rank": rank,
        "figure": title,
        "all": stacked(title, of),
        "of": of,
        "value": value,
        "short": value,
        "level": one["evidence"]["level"] or "not read completely",
        "href": href,
    }


def ways() -> Any:
    """What lies under a figure, from the top down."""
    steps = [html.Li([html.B(what), html.P(said)], className="open") for what, said in WAY]
    return card(
        "The way down",
        "The same four steps under every figure; on its page each says what was checked of it",
        html.Ol(steps, className="thread"),
        name="steps",
    )


def checking(at: At, found: list[dict[str, Any]]) -> Any:
    """The commands that need no trust in this site."""
    commands = [f"psephos verify release {at.view.pin.id[:16]}", "psephos verify ledger"]
    commands += [f"psephos verify figure {one['id'][:16]}" for one in found[:1]]
    anchored = sum(one["evidence"]["level"] == str(Level.ANCHORED) for one in found)
    return card(
        f"{number(anchored)} of {number(len(found))} are anchored",
        "A page served by the publisher proves little; these recompute every figure from its rows",
        [
            *(html.Code(command, className="command") for command in commands),
            html.P(["Or let your own browser check: ",
                    dcc.Link("Verify", href=at.address.href("/verify"), className="within")]),
        ],
        name="check",
    )  # fmt: skip
