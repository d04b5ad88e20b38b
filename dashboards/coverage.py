"""How much of each dataset's blocks is anchored, complete, only seen, or not read at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboards.address import Address
from dashboards.cards import WHAT_LEVELS_SAY, aria, card
from dashboards.download import csv_href
from dashboards.foot import footer, taken
from dashboards.view import View
from psephos.chain.verify import shows
from psephos.results.evidence import evidence
from psephos.results.shown.text import number
from psephos.results.standing import standing

FINDINGS = {
    "missing": "Some blocks were not read",
    "seen": "Some blocks rest on what nodes said",
    "complete": "Every block recomputes to its own commitments",
    "anchored": "Every block leads to a declared checkpoint",
}
"""What the lowest level that any block has says of all of them."""
WORDS = {"missing": "not read"}


def coverage(view: View, names: Sequence[str], at: Address | None = None) -> Any:
    """A card with a bar for each of these datasets; at the address of a page, with its footer."""
    stands = {name: standing(view.release, name, view.block) for name in names}
    lowest = next(
        (level for level in FINDINGS if any(found[level] for found in stands.values())), "missing"
    )
    levels = [level for level in reversed(FINDINGS) if any(f[level] for f in stands.values())]
    said = "; ".join(f"{level}: {WHAT_LEVELS_SAY[level]}" for level in levels if level != "missing")
    return card(
        FINDINGS[lowest],
        f"Blocks of each dataset, from its first to block {number(view.block)}, by what was "
        f"checked of them. {said[:1].upper()}{said[1:]}.",
        html.Div([row(view, name, found) for name, found in stands.items()], className="coverage"),
        None if at is None else stands_on(view, names, at, "coverage"),
        wide=True,
    )


def stands_on(view: View, names: Sequence[str], at: Address, name: str) -> Any:
    """The footer of what is said of whole datasets: their lowest level, rows, notebook."""
    rests = evidence(view.release, [(one, "") for one in names], view.block)
    links = [
        dcc.Link("definition", href=at.href("/method")),
        *taken(at, csv_href("standing", at), name, "standing"),
    ]
    return footer(rests, links, name=name)


def row(view: View, name: str, found: Mapping[str, int]) -> Any:
    """A dataset: its name, a bar of its blocks, and the numbers in words; and what a sample of
    them shows, where one was drawn."""
    whole = sum(found.values())
    parts = {level: count for level, count in found.items() if count}
    told = " · ".join(f"{number(n)} {WORDS.get(level, level)}" for level, n in parts.items())
    told = f"{told} of {number(whole)} blocks" if whole else "no block yet"
    told += sample(*view.release.datasets[name].sampled)
    bar = [html.I(className=f"part {level}", style={"flexGrow": n}) for level, n in parts.items()]
    return html.Div(
        [
            html.Span(name),
            html.Div(bar, className="stack", role="img", **aria(f"{name}: {told}")),
            html.Small(told),
        ],
        className="covered",
    )


def sample(drawn: int, clean: int) -> str:
    """What a sample shows; it raises no level. Empty if none was drawn."""
    if not drawn:
        return ""
    return f" · sample: {shows(drawn, clean)}; drawn by the hash of a later block"
