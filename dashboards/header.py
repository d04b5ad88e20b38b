"""The header of every page: mark, navigation in two rows, the two blocks, the scheme.

The first row has the groups; the second the pages of the group a reader is in. So twenty pages
stay in sight, also on a phone.
"""

from typing import Any

import dash_mantine_components as dmc  # type: ignore[import-untyped]
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.address import Address
from dashboards.cards import aria
from dashboards.chains import switch
from dashboards.pages import GROUPS, Entry
from dashboards.view import View
from psephos.results.shown.text import number


def header(address: Address, pages: tuple[Entry, ...], view: View | None) -> Component:
    """The mark, the pages there are, the block and the one it is compared with, the scheme."""
    listed = [entry for entry in pages if entry.name]
    group = next((entry.group for entry in pages if here(entry, address.path)), "")
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
            html.Nav(groups(address, listed, group), className="pages", **aria("Pages")),
            html.Div(
                [
                    *switch(address, view),
                    *chosen(address, view),
                    html.Button("◐", id="scheme", title="light or dark", className="scheme",
                                **aria("Light or dark")),
                ],
                className="chosen",
            ),
            within(address, listed, group),
        ]
    )  # fmt: skip


def chosen(address: Address, view: View | None) -> list[Any]:
    """The block that is shown and the one it is compared with, to be typed."""
    return [
        dcc.Store(id="shown", data=str(view.block) if view else address.block),
        html.Label("as of block", htmlFor="block"),
        field("block", number(view.block) if view else address.block),
        html.Label("compare", htmlFor="compare"),
        field("compare", number(int(address.compare)) if address.compare else ""),
    ]


def field(id: str, value: str) -> Any:
    """A block to type; Enter or leaving it takes it over."""
    return dmc.TextInput(
        id=id,
        value=value,
        debounce=True,
        autoComplete="off",
        inputProps={"inputMode": "numeric", "maxLength": 20},
        className="block",
    )


def groups(address: Address, pages: list[Entry], group: str) -> list[Component]:
    """The first row: each group leads to its first page."""
    first = {one.group: one for one in reversed(pages)}
    return [
        dcc.Link(name, href=address.href(entry.home), className="here" if name == group else "")
        for name in GROUPS
        if (entry := first.get(name))
    ]


def within(address: Address, pages: list[Entry], group: str) -> Component | None:
    """The second row: the pages of the group, where there is more than one."""
    inside = [entry for entry in pages if entry.group == group]
    if len(inside) < 2:
        return None
    links = [
        dcc.Link(
            entry.name,
            href=address.href(entry.home),
            className="here" if here(entry, address.path) else "",
        )
        for entry in inside
    ]
    return html.Nav(links, className="within", **aria(f"Pages of {group}"))


def here(entry: Entry, path: str) -> bool:
    """Whether a path is of this page, or of one that is reached from it."""
    return bool(entry.path.fullmatch(path)) or (
        entry.home != "/" and bool(entry.name) and path.startswith(f"{entry.home}/")
    )
