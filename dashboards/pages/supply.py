"""Supply and unlocks: how much of the token there is, what circulates, what is still to come."""

from typing import Any

from dash import html

from dashboards import queries as ask
from dashboards.cards import card, columns, headline, undefined
from dashboards.download import csv_href
from dashboards.foot import foot
from dashboards.forms import chart
from dashboards.lists import by_name, key_numbers, listed
from dashboards.pages import At, Page
from dashboards.parts import kicker, large, share, tokens
from dashboards.studied import studied
from dashboards.unlocking import course, locked, supplied
from psephos.errors import TableError
from psephos.results.shown.drawing import steps

PATH, GROUP, NAME, ORDER = r"/supply", "Token", "Supply", 21
ASKS = (
    ("How much is there, and how much of it circulates?", "numbers"),
    ("What unlocks when?", "locked"),
    ("Who has held for how long?", "cohorts"),
)
WORDS = {
    "minted": "was minted",
    "burned": "was burned",
    "circulating": "circulates: the supply less locked grants and what is labelled foundation or "
    "treasury",
    "unlock_pressure_30": "of what circulates unlocks in the next thirty days",
    "unlock_days_30": "of median volume unlock in the next thirty days",
    "velocity": "the supply changed hands in the last thirty full days",
}


def page(at: At) -> Page:
    name = ask.first_of(at.view, "supply") if not at.address.dataset else at.address.dataset
    if name is None:
        raise TableError("this release has no token", hint="collect a dataset of one")
    name = ask.dataset_of(at.view, "supply", name)
    study = studied(at.view, "economy", name)
    if study.why:
        told = headline(kicker(at.view), "The supply cannot be told.", undefined(study.why))
        return Page("Supply", [told, tokens(at, "supply", name)])
    figures = by_name(study)
    circulating = figures["circulating"]
    return Page(
        "Supply and unlocks",
        [
            headline(kicker(at.view), finding(at, name, figures), context(figures)),
            tokens(at, "supply", name),
            key_numbers(at, figures, WORDS),
            columns(
                unlocking(at, name, figures["unlock_pressure_90"]),
                over_time(at, name, figures["minted"]),
                listed(at, "economy", name, "unlocks", figures["unlock_pressure_30"], wide=True,
                       title="What known grants unlock next", definition="By calendar month (UTC), "
                       "of grants known at this block; the first row ends at the month's end"),
                listed(at, "economy", name, "cohorts", circulating, wide=True,
                       title="Who has held for how long",
                       definition="Holders by the time since they last held nothing, and by size; "
                       "age in days of 86 400 seconds at this block"),
                listed(at, "economy", name, "allocation", circulating, wide=True),
                listed(at, "economy", name, "schedule", circulating, wide=True),
            ),
        ],
    )  # fmt: skip


def finding(at: At, name: str, figures: Any) -> str:
    """`49.8 % of the supply circulates.`"""
    whole = ask.held(at.view, "supply", name)
    part = figures["circulating"]
    if part.value is None or not whole.total:
        return f"{figures['minted'].text} {figures['minted'].unit} were minted."
    return f"{share(ask.share(int(part.value), whole.total))} of the supply circulates."


def context(figures: Any) -> str:
    """Whether the books close."""
    missing = figures["supply_missing"]
    books = (
        "Minted less burned is what holders have: the books close."
        if missing.value == 0
        else f"{missing.text} {missing.unit} were minted, not burned, and are held by nobody."
    )
    return f"{books} What circulates rests on declared labels, and on grants that were collected."


def unlocking(at: At, name: str, figure: Any) -> Any:
    """What is still locked, from the first grant to the last unlock."""
    points = course(at.view, name)
    symbol = at.view.release.datasets[name].symbol or "tokens"
    if not points:
        return card(
            "Nothing is known to unlock",
            f"Grants known at this block, by their own clocks, in {symbol}",
            html.P("No grant of this token was collected. What contracts that nobody named hold "
                   "back is not seen here."),
            foot(figure, at, csv_href("study", at.address, kind="economy", dataset=name), "locked"),
            wide=True,
        )  # fmt: skip
    left = locked(at.view, name)
    title = "Everything is unlocked"
    if left:
        title = f"{large(left, at.view.release.datasets[name].decimals)} {symbol} are still locked"
    return card(
        title,
        f"Grants known at this block, by their own clocks, in {symbol}; after this block it is "
        "their schedule and no forecast",
        chart(steps(points, symbol, whole=True), f"{title}.", form="steps"),
        foot(figure, at, csv_href("locked", at.address, dataset=name), "locked"),
        wide=True,
    )


def over_time(at: At, name: str, figure: Any) -> Any:
    """The supply after each block that changed it."""
    points = supplied(at.view, name)
    if len(points) < 2:
        return None
    symbol = at.view.release.datasets[name].symbol or "tokens"
    more = points[-1][2] or 0
    title = "The supply grew" if more > (points[0][2] or 0) else "The supply did not grow"
    return card(
        title,
        f"Minted less burned after each block that changed it, in {symbol}",
        chart(steps(points, symbol, whole=True), f"{title}.", form="steps"),
        foot(figure, at, csv_href("supply", at.address, dataset=name), "over-time"),
        wide=True,
    )
