"""Around every page: header with mark, navigation, block and scheme; notes; the site's footer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc  # type: ignore[import-untyped]
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.address import Address
from dashboards.asks import Ask, questions
from dashboards.cards import note, short
from dashboards.guard import sentence
from dashboards.header import chosen, header
from dashboards.pages import At, Entry, Page
from dashboards.sample import about
from dashboards.view import utc, ways
from psephos.errors import CommandError, PsephosError
from psephos.results.labels.owners import HYPOTHESES
from psephos.results.shown.text import number
from psephos.results.shown.wording import counted

FONT = "Inter, system-ui, sans-serif"


def shell() -> Any:
    """What is there before a page is: the address, and a place for the page."""
    return dmc.MantineProvider(
        [
            dcc.Location(id="address", refresh=False),
            dcc.Store(id="title"),
            html.Div(
                html.Div("Loading...", className="_dash-loading"), id="page", className="page"
            ),
            html.Div(id="told", hidden=True),
        ],
        defaultColorScheme="auto",
        theme={"fontFamily": FONT, "fontFamilyMonospace": "JetBrains Mono, monospace"},
    )


def framed(
    page: Page, at: At, pages: tuple[Entry, ...], newest: str, asks: tuple[Ask, ...] = ()
) -> list[Any]:
    """A page with everything around it, and what it answers under its headline."""
    if (asked := questions(asks, page.body)) is not None:
        page.body[0].children.append(asked)
    return [
        header(at.address, pages, at.view),
        html.Main([*notes(at, newest), *page.body], id="main"),
        bottom(at),
    ]


def alone(page: Page, at: At) -> list[Any]:
    """One card of a page and nothing else, for a frame on another site.

    Its footer leads to the page on this one. `CommandError` where the page has no such card.
    """
    found = next((one for one in sections(page.body) if named(one) == at.address.card), None)
    if found is None:
        raise CommandError("the page has no such card", hint="its footer says what embeds it")
    href = replace(at.address, card="").href()
    link = html.A("on psephos", href=href, target="_blank", rel="noopener")
    foot = found.children[-1]
    foot.children[-1] = html.Nav([link], className="links")
    # A card's own switches steer a frame as they steer a page, which has these in its head.
    fields = html.Div(chosen(at.address, at.view), hidden=True)
    return [html.Main(found, id="main", className="embedded"), fields]


def sections(tree: Any) -> Iterator[html.Section]:
    """Every card in a tree of components."""
    if isinstance(tree, html.Section):
        yield tree
    below = tree if isinstance(tree, (list, tuple)) else getattr(tree, "children", None)
    if isinstance(below, (list, tuple)):
        for one in below:
            yield from sections(one)
    elif isinstance(below, Component):
        yield from sections(below)


def named(card: html.Section) -> str:
    """The name that a card's footer gives it."""
    last = card.children[-1] if card.children else None
    return str(getattr(last, "id", "") or "") if isinstance(last, html.Footer) else ""


def failed(error: PsephosError, address: Address, pages: tuple[Entry, ...]) -> list[Any]:
    """A page that says what is wrong with what was asked, and where to go on."""
    return [
        header(address, pages, None),
        html.Main(
            html.Div(
                [
                    html.P("not found", className="kicker"),
                    html.H1(sentence(error.message), className="finding"),
                    html.P(sentence(error.hint), className="context"),
                    html.P(html.A("To the newest release", href="/"), className="context up"),
                ],
                className="headline",
            ),
            id="main",
        ),
    ]


def notes(at: At, newest: str) -> list[Component]:
    """What a reader should know first: a sample, a newer release, blocks that are not final."""
    release = at.view.release
    found = []
    if words := about(release.chain):
        found.append(note(words[0], words[1]))
    if newest and newest != at.view.pin.id:
        link = html.A("open the newest", href=Address(at.address.path).href())
        found.append(note("A newer release exists;", [link, "."]))
    if (owners := at.view.entities) is not None:
        if at.view.by in HYPOTHESES:
            found.append(note("A hypothesis, no fact:", f"one owner of {HYPOTHESES[at.view.by]}."))
        if disputed := len({conflict.address for conflict in owners.conflicts}):
            told = f"labels contradict each other on {counted(disputed, 'address', 'addresses')}"
            found.append(note("Disputed:", f"{told}; each of them counts by itself."))
    if at.view.block > release.final:
        last = number(release.final)
        found.append(
            note("Provisional:", f"blocks after {last} are not final and may change.", mark="part")
        )
    return [html.Div(found, className="notes")] if found else []


def bottom(at: At) -> Component:
    """The site's own footer: which release, how far, and how to check it."""
    release = at.view.release
    switch = by(at)
    return html.Footer(
        [
            html.Div(
                [
                    "Release ",
                    html.Code(short(at.view.pin.id), title=at.view.pin.id),
                    f" · final to block {number(release.final)}, "
                    f"{utc(release.manifest.final.timestamp)} · read to {number(release.head)}",
                ]
            ),
            html.Div(["Holders counted ", *switch], className="by"),
            html.Div(
                [
                    dcc.Link("Method and definitions", href=at.address.href("/method")),
                    dcc.Link("Data and API", href=at.address.href("/data")),
                ],
                className="ways",
            ),
        ],
        className="bottom",
    )


def by(at: At) -> list[Any]:
    """By address, by declared owner, by another set or by a hypothesis: links, one is chosen."""
    named, supposed = ways(at.view.pin)
    every = [("", "by address"), ("owner", "by declared owner")]
    every += [(f"owner.{name}", f"by the set {name}") for name in named]
    every += [(name, f"supposing {name.replace('-', ' ')}") for name in supposed]
    found: list[Any] = []
    for value, words in every:
        chosen = at.address.by in (value, value or "address")
        found += [
            dcc.Link(words, href=at.address.href(by=value), className="here" if chosen else ""),
            " ",
        ]
    return found
