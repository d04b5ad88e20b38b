"""Around every page: header with mark, navigation, block and scheme; notes; the site's footer."""

from typing import Any

import dash_mantine_components as dmc  # type: ignore[import-untyped]
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.address import Address
from dashboards.cards import aria, note, short
from dashboards.guard import sentence
from dashboards.pages import At, Entry, Page
from dashboards.sample import about
from dashboards.view import View, utc, ways
from psephos.errors import PsephosError
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
            html.Div(id="page", className="page"),
            html.Div(id="told", hidden=True),
        ],
        defaultColorScheme="auto",
        theme={"fontFamily": FONT, "fontFamilyMonospace": "JetBrains Mono, monospace"},
    )


def framed(page: Page, at: At, pages: tuple[Entry, ...], newest: str) -> list[Any]:
    """A page with everything around it."""
    return [
        header(at.address, pages, at.view),
        html.Main([*notes(at, newest), *page.body], id="main"),
        bottom(at),
    ]


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


def header(address: Address, pages: tuple[Entry, ...], view: View | None) -> Component:
    """The mark, the pages there are, the block, the scheme."""
    links = [
        dcc.Link(
            entry.name,
            href=address.href(plain(entry)),
            className="here" if here(entry, address.path) else "",
        )
        for entry in pages
        if entry.name
    ]
    return html.Header(
        [
            html.A("To the page", href="#main", className="skip"),
            html.A(
                [
                    html.I(className="ballot full"),
                    html.I(className="ballot"),
                    html.Span("psephos", className="wordmark"),
                ],
                href="/",
                className="mark",
                **aria("psephos, to the newest release"),
            ),
            html.Nav(links, className="pages", **aria("Pages")),
            html.Div(
                [
                    dcc.Store(id="shown", data=str(view.block) if view else address.block),
                    html.Label("as of block", htmlFor="block"),
                    dmc.TextInput(
                        id="block",
                        value=number(view.block) if view else address.block,
                        debounce=True,
                        autoComplete="off",
                        inputProps={"inputMode": "numeric", "maxLength": 20},
                        className="block",
                    ),
                    html.Button("◐", id="scheme", title="light or dark", className="scheme",
                                **aria("Light or dark")),
                ],
                className="chosen",
            ),
        ]
    )  # fmt: skip


def plain(entry: Entry) -> str:
    """The path of a page that stands in the navigation: the shortest its pattern allows."""
    return "/" if entry.order == 0 else f"/{entry.name.lower()}"


def here(entry: Entry, path: str) -> bool:
    return bool(entry.path.fullmatch(path)) or (
        entry.order != 0 and path.startswith(f"/{entry.name.lower()}/")
    )


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
