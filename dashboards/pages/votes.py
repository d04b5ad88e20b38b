"""Votes: every proposal, what became of it, and how many took part."""

from typing import Any

from dash import dcc, html

from dashboards import queries as ask
from dashboards import voting
from dashboards.cards import card, columns, headline
from dashboards.download import csv_href
from dashboards.foot import foot
from dashboards.forms import chart, turnout_bars
from dashboards.lists import further
from dashboards.pages import At, Page
from dashboards.parts import kicker, proposal_href, share, state, switch
from dashboards.view import utc, when
from psephos.errors import CommandError
from psephos.results.shown.text import number
from psephos.results.shown.wording import counted
from psephos.results.voting.proposals import Proposal
from psephos.results.voting.rules import State

PATH, GROUP, NAME, ORDER = r"/votes", "Governance", "Votes", 10
ASKS = (
    ("What is being voted on, and what became of the rest?", "listed"),
    ("How close was each, with its quorum?", "listed"),
    ("How many take part, of the supply and of the delegated power?", "turnouts"),
)
PASSED = (State.SUCCEEDED, State.QUEUED, State.EXECUTED, State.EXPIRED)
MOST = 200
EVERY = "all"


def page(at: At) -> Page:
    view = at.view
    every = voting.every_proposal(view.pin, view.block)
    there = list(dict.fromkeys(one.dataset for one in every))
    chosen = at.address.dataset or EVERY
    if chosen not in (EVERY, *there):
        raise CommandError("there is no such governor", hint=", ".join(there))
    found = tuple(one for one in every if chosen in (EVERY, one.dataset))
    options = {EVERY: "every governor", **{name: name for name in there}}
    if not found:
        text = f"No proposal was created up to block {number(view.block)}."
        return Page("Votes", [headline(kicker(view), "No vote yet.", text)])
    return Page(
        "Votes",
        [
            headline(kicker(view), finding(found), context(found)),
            switch("governor", chosen, options) if len(there) > 1 else None,
            listed(at, found),
            turnouts(at, found),
            further(at, "alignment", "users"),
        ],
    )


def finding(found: tuple[Proposal, ...]) -> str:
    """`One vote is open; five of eleven passed.`"""
    running = [one for one in found if one.state is not None and one.state.open]
    over = [one for one in found if one.state is not None and not one.state.open]
    passed = sum(one.state in PASSED for one in over)
    is_ = "is" if len(running) == 1 else "are"
    open_ = f"{counted(len(running), 'vote', capital=True)} {is_} open"
    if not over:
        return f"{open_}; none is over."
    part, whole = (counted(n, " ", " ").strip() for n in (passed, len(over)))
    return f"{open_}; {part} of {whole} passed."


def context(found: tuple[Proposal, ...]) -> str:
    """The range of turnout of votes that are over."""
    known = [
        one.turnout.supply
        for one in found
        if one.turnout.supply and one.state not in (None, State.PENDING, State.ACTIVE)
    ]
    if not known:
        return "No vote that is over has a turnout yet."
    return (
        f"Between {share(min(known))} and {share(max(known))} of the supply took part. "
        "An open vote is provisional: it may change until it ends."
    )


def listed(at: At, found: tuple[Proposal, ...]) -> Any:
    """The list, newest first."""
    heads = ("proposal", "state", "for", "quorum", "of supply", "of delegated", "voters")
    head = html.Tr([html.Th(words, className="" if n < 2 else "amount") for n, words in
                    enumerate(heads)])  # fmt: skip
    first = found[0]
    figure = voting.of_vote(at.view, "turnout_supply", first.dataset, first.id)
    more = f" The newest {MOST} are listed." if len(found) > MOST else ""
    return card(
        f"{counted(len(found), 'proposal', capital=True)}, newest first",
        "For: share of votes for and against. Quorum: counted votes over what was needed. "
        f"Turnout by supply and by delegated power at the snapshot.{more}",
        html.Table(
            [html.Thead(head), html.Tbody([row(at, one) for one in found[:MOST]])],
            className="plain votes",
        ),
        foot(figure, at, csv_href("proposals", at.address), "listed"),
        wide=True,
    )


def row(at: At, one: Proposal) -> Any:
    sides = ask.share(one.tally.for_, one.tally.for_ + one.tally.against)
    reach = one.quorum_reach
    told: list[Any] = [html.B(state(one), className="state")]
    if one.provisional:
        told.append(html.Span("provisional", className="declared"))
    if one.undefined:
        told.append(html.Span(one.undefined, className="why"))
    cells = (share(sides), share(reach), share(one.turnout.supply), share(one.turnout.delegated),
             number(one.tally.voters))  # fmt: skip
    return html.Tr(
        [
            html.Td(dcc.Link(one.title, href=proposal_href(one, at.address)), className="text"),
            html.Td(html.Div(told, className="told")),
            *(html.Td(cell, className="amount") for cell in cells),
        ]
    )


def turnouts(at: At, found: tuple[Proposal, ...]) -> Any:
    """Turnout of the votes that are over, on two bases."""
    voted = [
        one
        for one in reversed(found)
        if one.turnout.supply and one.state not in (None, State.PENDING, State.CANCELED)
    ][-40:]
    if len(voted) < 2:
        return None
    last = voted[-1]
    title, still = compared(voted), sum(one.state is State.ACTIVE for one in voted)
    told = f"; {counted(still, 'vote')} {'is' if still == 1 else 'are'} still open" if still else ""
    figure = voting.of_vote(at.view, "turnout_delegated", last.dataset, last.id)
    times = [utc(when(at.view.pin, one.created)) for one in voted]
    return columns(
        card(
            title,
            "Turnout of each proposal in the order of their creation: of the supply (filled) and "
            f"of the delegated power (outline){told}",
            chart(turnout_bars(voted, times), f"{title}.", form="bars", height=280),
            foot(figure, at, csv_href("proposals", at.address), "turnouts"),
            wide=True,
        )
    )


def compared(voted: list[Proposal]) -> str:
    """The last vote that is over beside the first: an open one has not got all its votes yet."""
    over = [one.turnout.supply or 0 for one in voted if one.state is not State.ACTIVE]
    if len(over) < 2:
        return "How many take part"
    if over[-1] == over[0]:
        return "As many took part in the last vote as in the first"
    return (
        f"{'More' if over[-1] > over[0] else 'Fewer'} took part in the last vote than in the first"
    )
