"""Overview: who could decide alone, how the four principles fare, and what changed."""

from contextlib import suppress
from functools import partial
from typing import Any

from dash import dcc, html

from analytics import ONE_HALF, coalition
from dashboards import queries as ask
from dashboards import voting
from dashboards.address import Address
from dashboards.cards import card, columns, entry, headline, numbers, undefined
from dashboards.coverage import coverage
from dashboards.download import csv_href
from dashboards.foot import evidence_href, foot
from dashboards.forms import chart
from dashboards.history import over_time
from dashboards.pages import At, Page
from dashboards.parts import (
    dashed,
    few,
    kicker,
    large,
    proposal_href,
    rounded,
    share,
    state,
    tokens,
)
from dashboards.pebbles import pebbles
from dashboards.principles import principles
from dashboards.since import changed, news
from dashboards.studied import told
from dashboards.view import View
from psephos.errors import TableError
from psephos.results.figures import Figure
from psephos.results.positions import Positions
from psephos.results.shown.drawing import curve, lorenz_curve
from psephos.results.shown.findings import decide_alone, together
from psephos.results.shown.text import number
from psephos.results.shown.wording import counted
from psephos.results.voting.proposals import Proposal
from psephos.results.voting.rules import State

PATH, GROUP, NAME, ORDER = r"/(?:overview)?", "Overview", "Overview", 0
ASKS = (
    ("Who could decide alone?", "signature"),
    ("How does it stand with the four principles?", "principles"),
    ("What changed?", "changed"),
)


def page(at: At) -> Page:
    view, address = at.view, at.address
    name = ask.first_of(view, "power")
    if name is None:
        return Page("Overview", [*_without_power(at)])
    name = ask.dataset_of(view, "power", address.dataset)
    power = ask.held(view, "power", name)
    if not power.amounts:
        why = power.undefined or f"nobody has voting power at block {number(view.block)} yet"
        return Page(
            "Overview", [headline(kicker(view), "Nothing is delegated yet.", undefined(why))]
        )
    size = coalition(power.amounts, ONE_HALF) or 0
    alone = ask.measured(view, "decisive", "power", name)
    finding = decide_alone(power, alone)
    key = key_figures(at, name)
    return Page(
        finding,
        [
            headline(kicker(view), f"{finding}.", context(view, power, alone)),
            tokens(at, "power", name),
            signature(at, power, alone),
            key_numbers(at, power, key),
            columns(
                principles(at, name),
                changes(at, name, key),
                latest(at, name),
                concentration(at, power, size),
                balances(at, ask.beside(view, "balance", name)),
                over_time(at, "power", name, wide=True),
                coverage(view, list(view.release.datasets), at.address),
            ),
        ],
    )


def context(view: View, power: Positions, alone: Figure) -> str:
    """What they have together, how much is delegated, and what the foundation's part of it does."""
    told = f"{together(power, alone)}. {large(power.total, power.decimals)} {power.symbol} are "
    part = ask.measured(view, "delegated_share", "power", power.dataset)
    told += f"delegated, {part.text} of the supply." if part.value is not None else "delegated."
    given = ask.from_foundation(view, power.dataset)
    if not given:
        return told
    amounts = zip(power.holders, power.amounts, strict=True)
    rest = coalition([amount - given.get(holder, 0) for holder, amount in amounts], ONE_HALF)
    told += " Without what the foundation delegates, more than half would take "
    return f"{told}{few(rest)}." if rest else f"{told}nobody."


def signature(at: At, power: Positions, alone: Figure) -> Any:
    """The row of pebbles: filled are those that could decide, or have more than half."""
    half = ask.measured(at.view, "nakamoto_one_half", "power", power.dataset)
    by_quorum = isinstance(alone.value, int)
    figure = alone if by_quorum else half
    more = figure.value != half.value
    what = " and reach the quorum" if by_quorum else " (Nakamoto coefficient, >\u00a01/2)"
    return card(
        "Each pebble is a delegate, its size the voting power",
        "Largest first. Filled: the fewest that together have more than half of the delegated "
        f"power{what}.",
        pebbles(
            power,
            ask.from_foundation(at.view, power.dataset),
            size=int(figure.value or 0),
            beyond="more than half, and the quorum" if more else "more than half",
        ),
        foot(figure, at, positions_csv(at, "power", power.dataset), "signature"),
        wide=True,
    )


def positions_csv(at: At, kind: str, dataset: str) -> str:
    return csv_href("positions", at.address, kind=kind, dataset=dataset)


def key_figures(at: At, name: str) -> list[Figure]:
    """Half, a third, concentration, what is delegated, and whose word it is."""
    measures = ("nakamoto_one_half", "nakamoto_one_third", "hhi", "delegated_share")
    found = [ask.measured(at.view, measure, "power", name) for measure in measures]
    with suppress(TableError):
        found.append(told(at.view, "delegation", name, "foundation_share"))
    return found


def key_numbers(at: At, power: Positions, figures: list[Figure]) -> Any:
    """The six that a voter asks for first, each with its change since the release before."""
    equal = ask.measured(at.view, "effective_number", "power", power.dataset)
    of = f"of {number(len(power))}"
    words = {
        "nakamoto_one_half": (of, "delegates have more than half of the delegated power"),
        "nakamoto_one_third": (of, "delegates have more than a third: enough to block two thirds"),
        "hhi": ("HHI", f"as concentrated as {rounded(equal.value)} equal delegates"),
        "delegated_share": ("", "of the supply is delegated; the rest has no vote"),
        "foundation_share": ("", "of the delegated power was delegated by the foundation "
                             "(declared)"),
    }  # fmt: skip
    entries = [
        entry(one.text, *words[one.measure], changed(at, one),
              href=evidence_href(one, at.address))
        for one in figures
    ]  # fmt: skip
    return html.Div(numbers(*entries, turnout(at.view, at.address, power.dataset)), className="six")


def changes(at: At, name: str, figures: list[Figure]) -> Any:
    """What a reader of the release before would not know."""
    since, said = news(at, name, figures)
    if not since:
        return None
    lines = [html.P(line) for line in said] or [html.P("Nothing.")]
    return card(
        "What changed", f"Since {since}", html.Div(lines, className="lines"), name="changed"
    )


def turnout(view: View, address: Address, token: str) -> Any:
    """Turnout of the last vote that is over, with its three bases."""
    voted = [
        one
        for one in voting.of_token(view, token)
        if one.turnout.supply is not None and one.state not in (None, *OPEN, State.CANCELED)
    ]
    if not voted:
        return entry("undefined", "", "turnout: no vote is over yet")
    one = voted[0]
    parts = [f"of supply voted · {share(one.turnout.delegated)} of delegated power"]
    title = one.title if len(one.title) <= 44 else one.title[:43] + "…"
    link = dcc.Link(f"“{title}”", href=proposal_href(one, address))
    figure = voting.of_vote(view, "turnout_supply", one.dataset, one.id)
    return entry(
        share(one.turnout.supply),
        "",
        parts[0],
        [f"{share(one.turnout.heads)} of delegates · ", link],
        href=evidence_href(figure, address),
    )


OPEN = (State.PENDING, State.ACTIVE)


def concentration(at: At, power: Positions, size: int) -> Any:
    """The concentration curve."""
    figure = ask.measured(at.view, "nakamoto_one_half", "power", power.dataset)
    who = counted(size, "delegate")
    picture, was = dashed(
        at, power, curve(power, size, "delegates"), lambda one: curve(one, 0, "delegates")
    )
    return card(
        f"Half of the power sits with {who}",
        f"Cumulative share of delegated power by rank, log scale{was}",
        chart(
            picture,
            f"Half of the power sits with {who}.",
            form="curve",
            height=345,
        ),
        foot(figure, at, positions_csv(at, "power", power.dataset), "concentration"),
    )


def balances(at: At, name: str | None) -> Any:
    """How unevenly the token is held."""
    if name is None:
        return None
    held = ask.held(at.view, "balance", name)
    if not held.amounts:
        return card("Holders", "Token balances", undefined(held.undefined or "nobody holds any"))
    figure = ask.measured(at.view, "gini", "balance", name)
    top = ask.measured(at.view, "top_10", "balance", name)
    title = f"The ten largest holders have {top.text} of the supply"
    draw = partial(lorenz_curve, noun="holders")
    picture, was = dashed(at, held, draw(held), draw)
    return card(
        title if len(held) > 10 else f"There are {counted(len(held), 'holder')}",
        f"Lorenz curve of {number(len(held))} balances; Gini coefficient {figure.text}{was}",
        chart(picture, f"{title}.", form="lorenz", height=345),
        foot(figure, at, positions_csv(at, "balance", name), "balances"),
    )


def latest(at: At, token: str) -> Any:
    """The newest proposals of those who count this power."""
    found = voting.of_token(at.view, token)
    if not found:
        return None
    rows = [_row(one, at.address) for one in found[:6]]
    first = found[0]
    figure = voting.of_vote(at.view, "turnout_supply", first.dataset, first.id)
    running = sum(one.state in OPEN for one in found)
    title = f"{counted(running, 'vote', capital=True)} open" if running else "No vote is open"
    return card(
        f"{title}, {number(len(found))} in all",
        "The newest proposals, their state at this block, and turnout by supply",
        html.Table([html.Tbody(rows)], className="plain"),
        foot(figure, at, csv_href("proposals", at.address), "latest"),
    )


def _row(one: Proposal, address: Address) -> Any:
    return html.Tr(
        [
            html.Td(dcc.Link(one.title, href=proposal_href(one, address)), className="text"),
            html.Td(state(one) + (" · provisional" if one.provisional else "")),
            html.Td(share(one.turnout.supply), className="amount"),
        ]
    )


def _without_power(at: At) -> list[Any]:
    """A release without delegation still has holders."""
    found = balances(at, ask.first_of(at.view, "balance"))
    told = headline(
        kicker(at.view), "No voting power was collected.", "This release has no dataset of votes."
    )
    return [told, columns(found)] if found is not None else [told]
