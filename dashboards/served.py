"""Who performs which service of a chain, by company: declared, and no row of a chain under it."""

from collections import Counter
from functools import lru_cache
from typing import Any

from dash import html

from dashboards.cards import card
from dashboards.chains import others
from dashboards.lists import shown
from dashboards.pages import At
from dashboards.view import Pin
from psephos.results.life.services import CELLS, UNKNOWN, named, services
from psephos.results.shown.wording import counted
from psephos.results.studies.shape import Listing

NOBODY = "nobody said who performs any of them"


@lru_cache(maxsize=8)
def told(pinned: Pin) -> tuple[str, Listing] | None:
    """The chain, this one or that beside it, of which a file tells services; None of none."""
    for one in (pinned, *others(pinned).values()):
        rows = tuple(found.cells for found in services(named(one.release)))
        if any(row[1] != UNKNOWN for row in rows):
            name = one.release.chain.name
            return name, Listing("services", "Who performs which service", CELLS, rows)
    return None


def performed(at: At) -> Any:
    """A card with the table service × company."""
    found = told(at.view.pin)
    if found is None:
        return None
    name, listing = found
    return of_listing(at, listing, finding(listing), f"What {name.replace('_', ' ')} lives by")


def finding(of: Listing) -> str:
    """`One company performs six of seven services`."""
    known = [str(row[1]).partition(" (")[0] for row in of.rows if row[1] != UNKNOWN]
    if not known:
        return f"{of.title}: {NOBODY}"
    whole = counted(len(of.rows), " ", " ").strip()
    hands = {one: found for one, found in Counter(known).items() if found > 1}
    if not hands:
        return f"No hand performs more than one of {whole} services"
    most = counted(max(hands.values()), " ", " ").strip()
    return f"One hand performs {most} of {whole} services"


def of_listing(at: At, of: Listing, title: str, subject: str, csv: str = "") -> Any:
    """The same of a table that is there already."""
    said = [
        html.Span("declared", className="declared"),
        html.Span("no row of a chain says which company runs a machine"),
    ]
    links = [html.A("CSV", href=csv, download="")] if csv else []
    return card(
        title,
        f"{subject}: each row with its source; unknown where nobody said",
        shown(at, of),
        html.Footer(
            [html.Div(said, className="stands"), html.Nav(links, className="links")],
            id="services",
            className="foot",
        ),
        wide=True,
    )
