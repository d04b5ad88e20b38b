"""What pages are built of: headline, card with its footer, numbers between hairlines, notes.

A card says the finding, then the definition, then shows the picture, and ends in one line that
says what stands under it: level in words, blocks, release, and where to read on.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from psephos.evidence.level import Level
from psephos.results.shown.text import one_line

LONG, WIDE = 7, 13
"""Characters of a key number, and of it with its unit, from which on it is set smaller."""
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
    title: str,
    definition: Words,
    body: Any,
    foot: Any = None,
    *,
    wide: bool = False,
    tall: int = 1,
    name: str = "",
) -> Any:
    """A card; `wide` spans both columns, `tall` so many rows. The body is one component or some.

    A page is entered at a card by its `name`; one with a footer has its footer's.
    """
    bodies = body if isinstance(body, list) else [body]
    name = name or str(getattr(foot, "id", "") or "")
    named: dict[str, Any] = {"id": f"at-{name}"} if name else {}
    return html.Section(
        [html.H2(title), html.P(definition, className="definition"), *bodies, foot],
        className="card wide" if wide else "card",
        style={"gridRow": f"span {tall}"} if tall > 1 else None,
        **named,
    )


def columns(*cards: Any) -> Component:
    """Cards in two columns, one on a phone."""
    return html.Div([one for one in cards if one is not None], className="cards")


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


def numbers(*entries: Component, name: str = "numbers") -> Component:
    """Key numbers between hairlines; a page is entered at them by their name."""
    return html.Div(list(entries), className="numbers", id=f"at-{name}")


def entry(
    value: str, beside: str, words: Words, change: Words = "", *, href: str = ""
) -> Component:
    """One key number: the value, its unit or base, what it says, how it was before."""
    size = "value long" if len(value) > LONG or len(value + beside) > WIDE else "value"
    told: Any = [html.Span(value, className=size), " ", html.Span(beside, className="beside")]
    return html.Div(
        [
            html.P(dcc.Link(told, href=href) if href else told, className="number"),
            html.P(words),
            html.P(change, className="change") if change else None,
        ]
    )


def way(now: int | Fraction | float, was: int | Fraction | float, text: str, told: str = "") -> str:
    """`↓ from 9`, or `= as`; `text` is how what it was is said, `told` how what it is.

    Where both are said alike, as 60 000 000 and one millionth more are, it is from a little less.
    """
    if now == was:
        return "= as"
    if text == told:
        text = "a little less" if now > was else "a little more"
    return f"{'↑' if now > was else '↓'} from {text}"


def note(title: str, words: Words, *, mark: str = "") -> Component:
    """Something a reader should know before the rest."""
    return html.Div([html.B(title), " ", html.Span(words)], className=f"note {mark}".strip())


def undefined(why: str) -> Component:
    """Where there is no answer: the word, and the reason."""
    return html.P([html.B("undefined"), f": {one_line(why)}"], className="undefined")
