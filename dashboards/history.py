"""A measure over the life of a release, as a card: a step line, its switch, what it says."""

from typing import Any

from dash import html

from analytics import MEASURES, Value
from dashboards import queries as ask
from dashboards.cards import card
from dashboards.download import csv_href
from dashboards.foot import foot
from dashboards.forms import chart
from dashboards.pages import At
from dashboards.parts import choice
from dashboards.view import View
from psephos.results.positions import HOLDERS
from psephos.results.shown.drawing import steps
from psephos.results.shown.wording import plural

MEASURED = {
    "nakamoto_one_half": "more than half",
    "nakamoto_one_third": "a third",
    "hhi": "HHI",
    "effective_number": "equal",
    "gini": "Gini",
}
"""The measures that have a history, as the switch names them."""
OF = {"power": "delegated power", "balance": "the supply"}


def over_time(at: At, kind: str, name: str, *, wide: bool = False) -> Any:
    """A card with the history of a measure of positions; which one is the reader's choice."""
    view, address = at.view, at.address
    measure = address.measure if address.measure in MEASURED else "nakamoto_one_half"
    entry = MEASURES[measure]
    many = plural(HOLDERS[kind])[1]
    points = ask.history(view, measure, kind, name)
    by_address = View(view.pin, view.block, False)
    title = trend(measure, points[-1][2], ask.former(points))
    return card(
        title,
        f"{entry.title}, of {OF[kind]} by address, "
        f"in {many if entry.unit == 'holders' else '0 to 1'}",
        html.Div(
            [
                choice("measure", measure, MEASURED),
                chart(
                    steps(
                        points,
                        many if entry.unit == "holders" else entry.title,
                        whole="nakamoto" in measure,
                    ),
                    f"{title}.",
                    form="steps",
                ),
            ]
        ),
        foot(
            ask.measured(by_address, measure, kind, name),
            at,
            csv_href("history", address, kind=kind, dataset=name, measure=measure),
            "history",
            counted=False,
        ),
        wide=wide,
    )


def trend(measure: str, now: Value, before: Value) -> str:
    """The finding of a history: more or fewer than a month before."""
    if now is None or before is None:
        return "There is no month to compare with yet"
    if "nakamoto" in measure:
        if now == before:
            return "As many are needed as a month before"
        return f"{'More' if now > before else 'Fewer'} are needed than a month before"
    if now == before:
        return "As concentrated as a month before"
    more = (now > before) == (MEASURES[measure].direction == "high")
    return f"{'More' if more else 'Less'} concentrated than a month before"
