"""Overview: who could decide alone, and four numbers that a voter asks for first."""

from typing import Any

from dash import dcc, html

from analytics import MEASURES, ONE_HALF, coalition
from dashboards import queries as ask
from dashboards import voting
from dashboards.address import Address
from dashboards.cards import card, change, columns, entry, foot, headline, numbers, undefined
from dashboards.download import csv_href
from dashboards.forms import chart, curve, lorenz_curve, steps
from dashboards.pages import At, Page
from dashboards.parts import choice, kicker, large, proposal_href, rounded, share, state
from dashboards.pebbles import pebbles
from dashboards.view import View
from psephos.results.figures import Figure
from psephos.results.findings import decide_alone, together
from psephos.results.positions import Positions
from psephos.results.proposals import Proposal
from psephos.results.rules import State
from psephos.results.text import number
from psephos.results.wording import counted

PATH, NAME, ORDER = r"/", "Overview", 0
SINCE = "thirty days earlier"
MEASURED = {
    "nakamoto_one_half": "more than half",
    "nakamoto_one_third": "more than a third",
    "hhi": "HHI",
    "gini": "Gini",
}

UNITS = {"holders": "delegates", "index": "0 to 1"}


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
    return Page(
        finding,
        [
            headline(kicker(view), f"{finding}.", context(view, power, alone)),
            signature(view, address, power, alone),
            key_numbers(view, address, power),
            columns(
                concentration(view, address, power, size),
                over_time(view, address, power),
                balances(view, address),
                latest(view, address),
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
    return f"{told}{counted(rest, ' ', ' ').strip()}." if rest else f"{told}nobody."


def signature(view: View, address: Address, power: Positions, alone: Figure) -> Any:
    """The row of pebbles: filled are those that could decide, or have more than half."""
    half = ask.measured(view, "nakamoto_one_half", "power", power.dataset)
    by_quorum = isinstance(alone.value, int)
    figure = alone if by_quorum else half
    more = figure.value != half.value
    what = " and reach the quorum" if by_quorum else " (Nakamoto coefficient, > 1/2)"
    return card(
        "Each pebble is a delegate, its size the voting power",
        "Largest first. Filled: the fewest that together have more than half of the delegated "
        f"power{what}.",
        pebbles(
            power,
            ask.from_foundation(view, power.dataset),
            size=int(figure.value or 0),
            beyond="more than half, and the quorum" if more else "more than half",
        ),
        foot(figure, address, csv_href("positions", address, kind="power", dataset=power.dataset)),
        wide=True,
    )


def key_numbers(view: View, address: Address, power: Positions) -> Any:
    """Half, a third, concentration, and the last vote's turnout."""
    name = power.dataset
    half, third, hhi, equal = (
        ask.measured(view, measure, "power", name)
        for measure in ("nakamoto_one_half", "nakamoto_one_third", "hhi", "effective_number")
    )

    def was(measure: str) -> str:
        if view.owners:
            return ""  # The history is by address: what is compared has to be counted alike.
        points = ask.history(view, measure, "power", name)
        before = ask.former(points)
        return change(points[-1][2], before, measure, MEASURES[measure].unit, SINCE)

    return numbers(
        entry(half.text, f"of {number(len(power))}", "delegates have more than half of the "
              "delegated power", was("nakamoto_one_half")),
        entry(third.text, f"of {number(len(power))}", "delegates have more than a third: enough "
              "to block two thirds", was("nakamoto_one_third")),
        entry(hhi.text, "HHI", f"as concentrated as {rounded(equal.value)} equal delegates",
              was("hhi")),
        turnout(view, address),
    )  # fmt: skip


def turnout(view: View, address: Address) -> Any:
    """Turnout of the last vote that is over, with its three bases."""
    voted = [
        one
        for one in voting.every_proposal(view.pin, view.block)
        if one.turnout.supply is not None and one.state not in (None, *OPEN, State.CANCELED)
    ]
    if not voted:
        return entry("undefined", "", "turnout: no vote is over yet")
    one = voted[0]
    parts = [f"of supply voted · {share(one.turnout.delegated)} of delegated power"]
    title = one.title if len(one.title) <= 44 else one.title[:43] + "…"
    link = dcc.Link(f"“{title}”", href=proposal_href(one, address))
    return entry(
        share(one.turnout.supply),
        "",
        parts[0],
        [f"{share(one.turnout.heads)} of delegates · ", link],
    )


OPEN = (State.PENDING, State.ACTIVE)


def concentration(view: View, address: Address, power: Positions, size: int) -> Any:
    """The concentration curve."""
    figure = ask.measured(view, "nakamoto_one_half", "power", power.dataset)
    who = counted(size, "delegate")
    return card(
        f"Half of the power sits with {who}",
        "Cumulative share of delegated power by rank, log scale",
        chart(curve(power, size, "delegates"), f"Half of the power sits with {who}.", form="curve"),
        foot(figure, address, csv_href("positions", address, kind="power", dataset=power.dataset)),
    )


def over_time(view: View, address: Address, power: Positions) -> Any:
    """A measure over time; which one is the reader's choice."""
    measure = address.measure if address.measure in MEASURED else "nakamoto_one_half"
    entry_ = MEASURES[measure]
    points = ask.history(view, measure, "power", power.dataset)
    by_address = View(view.pin, view.block, False)
    figure = ask.measured(by_address, measure, "power", power.dataset)
    title = trend(measure, points[-1][2], ask.former(points))
    unit = UNITS[entry_.unit] if entry_.unit == "holders" else entry_.title
    return card(
        title,
        f"{entry_.title}, of delegated power by address, in {UNITS[entry_.unit]}",
        html.Div(
            [
                choice("measure", measure, MEASURED),
                chart(
                    steps(points, unit, whole=entry_.unit == "holders"), f"{title}.", form="steps"
                ),
            ]
        ),
        foot(
            figure,
            address,
            csv_href("history", address, kind="power", dataset=power.dataset, measure=measure),
        ),
    )


def trend(measure: str, now: Any, before: Any) -> str:
    """The finding of a history: more or fewer than a month before."""
    if now is None or before is None:
        return "There is no month to compare with yet"
    if now == before:
        return (
            "As many are needed as a month before" if "nakamoto" in measure else "As a month before"
        )
    if "nakamoto" in measure:
        return f"{'More' if now > before else 'Fewer'} are needed than a month before"
    return f"Power is {'more' if now > before else 'less'} concentrated than a month before"


def balances(view: View, address: Address) -> Any:
    """How unevenly the token is held."""
    name = ask.first_of(view, "balance")
    if name is None:
        return None
    held = ask.held(view, "balance", name)
    if not held.amounts:
        return card("Holders", "Token balances", undefined(held.undefined or "nobody holds any"))
    figure = ask.measured(view, "gini", "balance", name)
    top = ask.measured(view, "top_10", "balance", name)
    title = f"The ten largest holders have {top.text} of the supply"
    return card(
        title if len(held) > 10 else f"There are {counted(len(held), 'holder')}",
        f"Lorenz curve of {number(len(held))} balances; Gini coefficient {figure.text}",
        chart(lorenz_curve(held, "holders"), f"{title}.", form="lorenz"),
        foot(figure, address, csv_href("positions", address, kind="balance", dataset=name)),
    )


def latest(view: View, address: Address) -> Any:
    """The newest proposals."""
    found = voting.every_proposal(view.pin, view.block)
    if not found:
        return None
    rows = [_row(one, address) for one in found[:6]]
    first = found[0]
    figure = voting.of_vote(view, "turnout_supply", first.dataset, first.id)
    running = sum(one.state in OPEN for one in found)
    title = f"{counted(running, 'vote', capital=True)} open" if running else "No vote is open"
    return card(
        f"{title}, {number(len(found))} in all",
        "The newest proposals, their state at this block, and turnout by supply",
        html.Table([html.Tbody(rows)], className="plain"),
        foot(figure, address, csv_href("proposals", address)),
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
    found = balances(at.view, at.address)
    told = headline(
        kicker(at.view), "No voting power was collected.", "This release has no dataset of votes."
    )
    return [told, columns(found)] if found is not None else [told]
