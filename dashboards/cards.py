"""What pages are built of: headline, card with its footer, numbers between hairlines, notes.

A card says the finding, then the definition, then shows the picture, and ends in one line that
says what stands under it: level in words, blocks, release, and where to read on.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from analytics import Value
from dashboards.address import Address
from psephos.evidence.level import Level
from psephos.results.evidence import Evidence
from psephos.results.figure import Interval
from psephos.results.figures import OF_PROPOSALS, Figure
from psephos.results.shown.text import display, number, one_line
from psephos.results.shown.wording import worded

NAMED = 120
"""Characters of an anchor's name in a footer; the page of its evidence has all of it."""
Words = str | Component | Sequence[str | Component]
WHAT_LEVELS_SAY = {
    "seen": "nodes said so",
    "complete": "every block recomputes to its own commitments",
    "anchored": "tied to a block hash that is declared or proven elsewhere",
}


def aria(words: str) -> dict[str, Any]:
    """What a screen reader says."""
    return {"aria-label": words}


def headline(kicker: str, finding: str, context: Words) -> Component:
    """The top of a page: where we are, what was found, one sentence more."""
    return html.Div(
        [
            html.P(kicker, className="kicker"),
            html.H1(finding, className="finding"),
            html.P(context, className="context"),
        ],
        className="headline",
    )


def card(
    title: str, definition: Words, body: Any, foot: Any = None, *, wide: bool = False, tall: int = 1
) -> Any:
    """A card; `wide` spans both columns, `tall` so many rows. The body is one component or some."""
    bodies = body if isinstance(body, list) else [body]
    return html.Section(
        [html.H2(title), html.P(definition, className="definition"), *bodies, foot],
        className="card wide" if wide else "card",
        style={"gridRow": f"span {tall}"} if tall > 1 else None,
    )


def columns(*cards: Any) -> Component:
    """Cards in two columns, one on a phone."""
    return html.Div([one for one in cards if one is not None], className="cards")


def foot(figure: Figure, at: Address, csv: str) -> Component:
    """The footer of a card: what the figure rests on and where to read on.

    csv: the address of what the picture shows as a file.
    """
    return footer(
        figure.evidence,
        [
            dcc.Link("definition", href=at.href(f"/method/{measure_of(figure.measure)}")),
            dcc.Link("evidence", href=evidence_href(figure, at)),
            html.A("CSV", href=csv, download=""),
        ],
        provisional=figure.provisional,
        interval=figure.interval,
    )


def evidence_href(figure: Figure, at: Address) -> str:
    """The page of a figure's evidence."""
    key = f"0x{figure.key.hex()}" if figure.key is not None else ""
    return at.href(
        "/evidence", dataset=figure.dataset, kind=figure.kind, measure=figure.measure, key=key
    )


def measure_of(name: str) -> str:
    """The measure a figure is an application of: turnout on any base is turnout."""
    return OF_PROPOSALS.get(name, name)


def footer(
    under: Evidence,
    links: Sequence[Component],
    *,
    provisional: bool = False,
    interval: Interval | None = None,
) -> Component:
    """Level in words with its pebbles, blocks, release, the interval; then the links."""
    owners = any(label.startswith("entities") for label in under.declared)
    told = [
        level(under.level, f"{number(under.complete)} of {number(under.blocks)} blocks"),
        anchor(under.anchor) if under.anchor else None,
        html.Span("provisional, may change", className="declared") if provisional else None,
        html.Span("owners declared", className="declared") if owners else None,
        html.Span(f"{interval.text} {interval.words}", className="interval") if interval else None,
        html.Span(f"blocks {number(under.first)} – {number(under.last)}"),
        html.Span(["release ", html.Code(short(under.release))]),
    ]
    said = [part for part in told if part is not None]
    return html.Footer(
        [html.Div(said, className="stands"), html.Nav(list(links), className="links")],
        className="foot",
    )


def anchor(words: str) -> Component:
    """What *anchored* rests on, by name: a checkpoint that somebody declared."""
    return html.Span(f"to {display(words, NAMED)}", className="declared anchor", title=words)


def level(name: str | None, more: str = "") -> Component:
    """`●●○ complete, 2 336 of 2 336 blocks`."""
    reached = Level.named(name) if name else 0
    words = name or "not read completely"
    stones = [html.I(className="on" if place < reached else "off") for place in range(3)]
    return html.Span(
        [html.Span(stones, className="stones"), f"{words}, {more}" if more else words],
        className=f"level {name or 'missing'}",
        title=WHAT_LEVELS_SAY.get(name or "", "some blocks of the range were not read"),
    )


def short(id: str) -> str:
    """A hash as a reader recognises it: 716b…e6."""
    return f"{id[:4]}…{id[-2:]}"


def numbers(*entries: Component) -> Component:
    """Key numbers between hairlines."""
    return html.Div(list(entries), className="numbers")


def entry(
    value: str, beside: str, words: Words, change: Words = "", *, href: str = ""
) -> Component:
    """One key number: the value, its unit or base, what it says, how it was before."""
    told: Any = [html.Span(value, className="value"), " ", html.Span(beside, className="beside")]
    return html.Div(
        [
            html.P(dcc.Link(told, href=href) if href else told, className="number"),
            html.P(words),
            html.P(change, className="change") if change else None,
        ]
    )


def change(now: Value, before: Value, measure: str, unit: str, since: str) -> str:
    """`↓ from 9 thirty days earlier`; nothing where it was not defined."""
    if now is None or before is None:
        return ""
    was = worded(measure, before, unit, 0)
    if worded(measure, now, unit, 0) == was:
        return f"= as {since}"
    return f"{'↑' if Fraction(now) > Fraction(before) else '↓'} from {was} {since}"


def note(title: str, words: Words, *, mark: str = "") -> Component:
    """Something a reader should know before the rest."""
    return html.Div([html.B(title), " ", html.Span(words)], className=f"note {mark}".strip())


def undefined(why: str) -> Component:
    """Where there is no answer: the word, and the reason."""
    return html.P([html.B("undefined"), f": {one_line(why)}"], className="undefined")
