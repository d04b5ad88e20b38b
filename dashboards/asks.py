"""The three questions that a page answers, at its top: each leads to the card that answers it."""

from collections.abc import Iterator, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.cards import aria

AT = "at-"
"""Before the name of a card: by this a page is entered at it."""
Ask = tuple[str, str]
"""A question, and the names of the cards that may answer it, the best first; one that ends in `-`
is the beginning of a name."""


def questions(asks: Sequence[Ask], body: Any) -> Component | None:
    """The questions as links into the body; None of a page on which nothing answers.

    A question whose card this release cannot fill stands without a link, and says so.
    """
    there = list(ids(body))
    found = [(words, answering(names, there)) for words, names in asks]
    if not any(id for _, id in found):
        return None
    listed: list[Any] = [
        html.Li(html.A(words, href=f"#{id}") if id else f"{words} Not told by this release.")
        for words, id in found
    ]
    return html.Nav(html.Ol(listed), className="asks", **aria("What this page answers"))


def answering(names: str, there: Sequence[str]) -> str:
    """The id of the first of some names that is on a page, or nothing."""
    for name in names.split():
        for id in there:
            if id == AT + name or (name.endswith("-") and id.startswith(AT + name)):
                return id
    return ""


def ids(tree: Any) -> Iterator[str]:
    """The ids of a tree of components at which it can be entered, from its top down."""
    if isinstance(tree, (list, tuple)):
        for one in tree:
            yield from ids(one)
    elif isinstance(tree, Component):
        id = getattr(tree, "id", None)
        if isinstance(id, str) and id.startswith(AT):
            yield id
        yield from ids(getattr(tree, "children", None))
