"""The footer of a card: what its figure rests on, how it was at another block, where to read on.

It names the card, too: by that name a card is shown alone (`/embed`) and found on its page.
"""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards import proofs
from dashboards.address import Address
from dashboards.answers import answer_href
from dashboards.cards import level, short, way
from dashboards.definitions import EVERY, measure_of
from dashboards.notebook import notebook_href
from dashboards.pages import EMBED, At
from dashboards.studied import again
from psephos.results.evidence import Evidence
from psephos.results.figure import Interval
from psephos.results.figures import Figure
from psephos.results.positions import SOURCES
from psephos.results.shown.text import display, number

NAMED = 120
"""Characters of an anchor's name in a footer; the page of its evidence has all of it."""


def foot(figure: Figure, at: At, csv: str, name: str = "", *, counted: bool = True) -> Component:
    """The footer of a card: what the figure rests on and where to read on.

    csv: the address of what the picture shows as a file. name: of the card on its page; without
    one it cannot be embedded. counted: whether the card counts holders as a reader asks.
    """
    proof, file = proofs.said(at.view, figure, at.address)
    found = [*by(figure, at, counted), *links(figure, at.address, csv, name)]
    return footer(
        figure.evidence,
        [*found, *([file] if file else [])],
        proof=proof,
        provisional=figure.provisional,
        interval=figure.interval,
        before=before(at, figure),
        name=name,
        source=figure.dataset,
    )


def by(figure: Figure, at: At, counted: bool = True) -> list[Component]:
    """The switch of a card: the same by declared owner, or by address; of positions only."""
    if not counted or figure.kind not in SOURCES or figure.kind == "vote":
        return []
    word, other = ("by address", "") if at.view.owners else ("by owner", "owner")
    return [dcc.Link(word, href=at.address.href(by=other))]


def links(figure: Figure, at: Address, csv: str, name: str) -> list[Component]:
    """Definition, evidence, the rows, the picture, the card alone, the notebook."""
    measure = measure_of(figure.measure)
    found: list[Component] = []
    if measure in EVERY:
        found.append(dcc.Link("definition", href=at.href(f"/method/{measure}")))
    found.append(dcc.Link("evidence", href=evidence_href(figure, at)))
    found.append(html.A("CSV", href=csv, download=""))
    if name:
        found.append(html.Button("PNG", className="png", value=f"psephos-{name}-{figure.block}"))
        found.append(html.A("embed", href=embed_href(at, name)))
    found.append(html.A("notebook", href=notebook_href(figure, at), download=""))
    return found


def taken(at: Address, csv: str, name: str, answer: str = "", dataset: str = "") -> list[Component]:
    """The rows, the picture, the card alone and the notebook of a card that shows no single figure.

    answer: which of `dashboards.answers` its notebook asks, of a dataset where one is named
    """
    return [
        html.A("CSV", href=csv, download=""),
        html.Button("PNG", className="png", value=f"psephos-{name}-{at.block or 'final'}"),
        html.A("embed", href=embed_href(at, name)),
        *([html.A("notebook", href=answer_href(at, answer, dataset), download="")] * bool(answer)),
    ]


def asked_href(at: Address, kind: str, dataset: str) -> str:
    """The page of evidence of who has how much of a kind."""
    return at.href("/evidence", dataset=dataset, kind=kind, measure="nakamoto_one_half")


def embed_href(at: Address, name: str) -> str:
    """The page of one card alone, with everything that was chosen for it."""
    path = at.path if at.path != "/" else "/overview"
    return at.href(path=None, card=name).replace(at.path, f"{EMBED}{path}", 1)


def before(at: At, figure: Figure) -> str:
    """`↓ from 9 at block 1 200`: how the figure was at the block that is compared with."""
    if at.other is None or at.other.block == figure.block:
        return ""
    block = f"block {number(at.other.block)}"
    was = again(at.other, figure)
    if was is None:
        return f"{block}: cannot be asked there"
    if was.value is None or figure.value is None:
        return f"{block}: {was.text}"
    return f"{way(figure.value, was.value, was.text, figure.text)} at {block}"


def evidence_href(figure: Figure, at: Address) -> str:
    """The page of a figure's evidence."""
    key = f"0x{figure.key.hex()}" if figure.key is not None else ""
    return at.href(
        "/evidence", dataset=figure.dataset, kind=figure.kind, measure=figure.measure, key=key
    )


def footer(
    under: Evidence,
    links: Sequence[Component],
    *,
    provisional: bool = False,
    interval: Interval | None = None,
    before: str = "",
    name: str = "",
    proof: Component | None = None,
    source: str = "",
) -> Component:
    """Level in words with its pebbles, blocks, release, the interval, proven or not; then links.

    proof: what a proof of the figure shows, without one it is not proven.
    """
    owners = any(label.startswith("entities") for label in under.declared)
    told: list[Any] = [
        level(under.level, f"{number(under.complete)} of {number(under.blocks)} blocks"),
        anchor(under.anchor) if under.anchor else None,
        html.Span("provisional, may change", className="declared") if provisional else None,
        html.Span("owners declared", className="declared") if owners else None,
        html.Span(f"{interval.text} {interval.words}", className="interval") if interval else None,
        html.Span(before, className="before") if before else None,
        html.Span(
            f"{source}{source and ', '}blocks {number(under.first)} – {number(under.last)}",
            title=", ".join(under.columns),
        ),
        html.Span(["release ", html.Code(short(under.release))]),
        proof or html.Span("not proven"),
    ]
    named: dict[str, Any] = {"id": name} if name else {}
    said = [part for part in told if part is not None]
    return html.Footer(
        [html.Div(said, className="stands"), html.Nav(list(links), className="links")],
        className="foot",
        **named,
    )


def anchor(words: str) -> Component:
    """What *anchored* rests on, by name: a checkpoint that somebody declared."""
    return html.Span(f"to {display(words, NAMED)}", className="declared anchor", title=words)
