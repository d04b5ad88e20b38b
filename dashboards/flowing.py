"""What the pages of delegation ask, remembered by view, and the small table they share."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from dash import html

from analytics.delegation import Churn
from dashboards.view import View, labels
from psephos.errors import TableError
from psephos.results.shown import flows as told
from psephos.results.shown.flows import Flow


@lru_cache(maxsize=16)
def flows(of: View, name: str) -> tuple[Flow, ...]:
    """Flows of voting power; none where the token does not tell them."""
    try:
        return told.flows(of.release, name, of.block, labels(of.release.chain.id))
    except TableError:
        return ()


@lru_cache(maxsize=16)
def moved(of: View, name: str, before: int, after: int) -> Churn:
    """What changed hands between two blocks."""
    return told.moved(of.release, name, before, after)


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
    """A plain table: words first, then amounts."""
    kinds = ["text", *["amount"] * (len(heads) - 1)]
    top = html.Tr(
        [html.Th(name, className=kind if kind == "amount" else "")
         for name, kind in zip(heads, kinds, strict=True)]
    )  # fmt: skip
    body = [
        html.Tr(
            [
                html.Td(cell, className=kind, **headed(head, place))
                for place, (cell, kind, head) in enumerate(zip(row, kinds, heads, strict=True))
            ]
        )
        for row in rows
    ]
    return html.Table([html.Thead(top), html.Tbody(body)], className="plain")


def headed(head: str, place: int, number: bool = False) -> dict[str, Any]:
    """What a phone shows before a cell: the head of its column; of the first, if it is a number."""
    return {"data-head": head} if (place or number) and head else {}
