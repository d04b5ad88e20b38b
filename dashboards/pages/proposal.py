"""A proposal: outcome, quorum, turnout, who decided it, who could have, every vote, its dossier."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from dash import dcc, html

from analytics import ONE_HALF, coalition
from dashboards import queries as ask
from dashboards import voting
from dashboards.answers import answer_href
from dashboards.ballots import voter_href, voters, votes_csv
from dashboards.cards import aria, card, columns, entry, headline, numbers, undefined
from dashboards.dossier import dossier
from dashboards.download import csv_href
from dashboards.foot import evidence_href, foot, footer, taken
from dashboards.pages import At, Page
from dashboards.parts import brief, kicker, large, share, state
from dashboards.pebbles import pebbles
from dashboards.tables import clipped
from dashboards.view import View, labels, utc, when
from psephos.results.evidence import evidence
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import named, number
from psephos.results.shown.wording import counted, percent, tokens
from psephos.results.voting.flips import Flip, Voter
from psephos.results.voting.proposals import Proposal
from psephos.results.voting.rules import State

PATH, GROUP, NAME, ORDER = (
    r"/votes/(?P<governor>[a-z][a-z0-9_]{0,62})/0x(?P<number>0|[1-9a-f][0-9a-f]{0,63})",
    "Governance",
    "",
    10,
)
ASKS = (
    ("What became of it, and how many took part?", "sides"),
    ("How few decided it, and who could have turned it?", "flip"),
    ("How did each vote, and in which words?", "voters"),
)
DESCRIPTION = 2000


def page(at: At) -> Page:
    """The page of one proposal, as of the block in the address."""
    id = int(at.words["number"], 16).to_bytes(32, "big")
    one = voting.proposal(at.view, at.words["governor"], id)
    if one.undefined:
        body = [undefined(one.undefined), columns(dossier(at, one), description(at, one))]
        return Page(one.title, [top(at, one, []), *body])
    return Page(
        one.title,
        [
            top(at, one, [outcome(one)]),
            power(at, one),
            key_numbers(at, one),
            columns(
                sides(at, one),
                flip(at, one),
                voters(at, one),
                dossier(at, one),
                description(at, one),
            ),
        ],
    )


def top(at: At, one: Proposal, said: list[str]) -> Any:
    """The title is the proposer's own text, and so it is only ever text."""
    open_ = " · provisional" if one.provisional else ""
    made = headline(
        f"{kicker(at.view)} · {one.dataset} · {state(one)}{open_}", one.title, *said or [""]
    )
    made.children[1].className = "finding title"
    return made


def outcome(one: Proposal) -> str:
    """`Defeated: 43.3 % for, 56.7 % against. Its quorum was reached (122.9 %).`"""
    whole = one.tally.for_ + one.tally.against
    word = state(one)
    if one.at_snapshot is None:
        return f"{word}: voting has not begun."
    if not whole:
        return f"{word}: nobody voted for or against."
    told = f"{word}: {percent(Fraction(one.tally.for_, whole))} for, "
    told += f"{percent(Fraction(one.tally.against, whole))} against."
    if one.quorum is None:
        return told
    reach = one.quorum_reach
    if one.quorum_reached:
        return f"{told} Its quorum is reached ({share(reach)} of what is needed)."
    return f"{told} It has {share(reach)} of its quorum, which is not enough."


def power(at: At, one: Proposal) -> Any:
    """The pebbles of power cast."""
    cast = ask.held(at.view, "vote", one.dataset, one.id)
    if not cast.amounts:
        return None
    size = coalition(cast.amounts, ONE_HALF) or 0
    token = voting.token_of(at.view, one.dataset)
    block = one.snapshot_block
    founders = (
        ask.from_foundation(View(at.view.pin, block, False), token)
        if token and block is not None
        else {}
    )
    figure = ask.measured(at.view, "nakamoto_one_half", "vote", one.dataset, one.id)
    alone = counted(size, "voter", capital=True)
    had = "had"
    if one.state is not None and one.state.open:
        had = "has" if size == 1 else "have"
    return card(
        f"{alone} {had} more than half of the power cast",
        "Each pebble is a voter, its size the power cast, largest first. Filled: the fewest with "
        "more than half of all votes, whichever side they took (Nakamoto coefficient, >\u00a01/2).",
        pebbles(cast, founders, noun="voter"),
        foot(figure, at, votes_csv(at, one), "power"),
        wide=True,
    )


def key_numbers(at: At, one: Proposal) -> Any:
    """Quorum, and turnout on its three bases."""
    turnout = one.turnout
    decimals, symbol = voting.unit_of(at.view, one.dataset)
    need = "its quorum is not known"
    if one.quorum is not None:
        need = f"of the quorum of {large(one.quorum, decimals)} {symbol}"
    voters_ = f"{number(one.tally.voters)} with power"
    cast = f"{large(one.tally.cast, decimals)} {symbol} cast"
    told = {
        "quorum_reach": (one.quorum_reach, need, f"{large(one.counted, decimals)} counted"),
        "turnout_supply": (turnout.supply, "of the supply took part", cast),
        "turnout_delegated": (turnout.delegated, "of the delegated power took part", cast),
        "turnout_heads": (turnout.heads, "of the delegates took part", voters_),
    }
    hrefs = {
        name: evidence_href(voting.of_vote(at.view, name, one.dataset, one.id), at.address)
        for name in told
    }
    return numbers(
        *(
            entry(share(value), "", words, more, href=hrefs[name])
            for name, (value, words, more) in told.items()
        )
    )


def sides(at: At, one: Proposal) -> Any:
    """For, against and abstain."""
    decimals, symbol = voting.unit_of(at.view, one.dataset)
    whole = one.tally.cast
    parts = (
        ("for", one.tally.for_),
        ("against", one.tally.against),
        ("abstain", one.tally.abstain),
    )
    rows = []
    for name, amount in parts:
        part = Fraction(amount, whole) if whole else Fraction(0)
        bar = html.Div(html.I(style={"width": f"{float(part):.2%}"}), className="bar")
        rows.append(
            html.Div(
                [
                    html.Span(name),
                    bar,
                    html.B(share(part) if whole else "–"),
                    html.Small(f"{tokens(amount, decimals)} {symbol}"),
                ],
                className=f"side {name}",
            )
        )
    figure = voting.of_vote(at.view, "quorum_reach", one.dataset, one.id)
    return card(
        verdict(one),
        "Votes cast by side, share of all votes. It passes with its quorum and more for than "
        "against",
        [html.Div(rows, className="sides"), facts(at, one)],
        foot(figure, at, votes_csv(at, one), "sides"),
    )


def verdict(one: Proposal) -> str:
    """What became of it, or would if voting ended now."""
    if one.state is State.CANCELED:
        return "It was cancelled"
    if one.passing is None:
        return "It cannot be told whether it passes"
    if one.state is not None and one.state.open:
        return "It would pass if voting ended now" if one.passing else "It would not pass now"
    return "It passed" if one.passing else "It did not pass"


def facts(at: At, one: Proposal) -> Any:
    """When, by whom, and its id."""
    clock = utc if one.by_time else lambda block: f"block {number(block)}"
    listed: list[tuple[str, Any]] = [
        ("voting", f"after {clock(one.snapshot)} to {clock(one.deadline)}"
         + (", extended" if one.extended else "")),
        ("created", f"block {number(one.created)}, {utc(when(at.view.pin, one.created))}"),
        ("proposer", dcc.Link(html.Code(hexed(one.proposer)),
                              href=voter_href(at, one.proposer))),
        ("number", html.Code(str(one.number))),
    ]  # fmt: skip
    if one.eta:
        listed.insert(1, ("queued until", utc(one.eta)))
    return html.Dl(
        [part for name, words in listed for part in (html.Dt(name), html.Dd(words))],
        className="facts below",
    )


def flip(at: At, one: Proposal) -> Any:
    """Who could have turned it: by changing sides, or by coming."""
    found = voting.flipped(at.view, one.dataset, one.id)
    figure = voting.of_vote(at.view, "flip_set", one.dataset, one.id)
    csv = votes_csv(at, one)
    definition = "The fewest, largest first, by the governor's own rule of majority and quorum"
    if found is None:
        why = figure.undefined or "its quorum is not known"
        return card(
            "Who could have turned it", definition, undefined(why), foot(figure, at, csv, "flip")
        )
    decimals, symbol = voting.unit_of(at.view, one.dataset)
    winners = "for" if found.passed else "against"
    too_few = f"all who voted {winners} together are too few"
    lines = [
        f"By changing sides: {listing(at, found.voters, too_few)}",
        "By coming, of those with power who did not vote: "
        + listing(at, found.absent, "all of them together are too few, or their power is unknown"),
        f"For and against are {tokens(found.margin, decimals)} {symbol} apart"
        + (f"; {tokens(found.short, decimals)} are missing to the quorum." if found.short else "."),
    ]
    if found.uncast is not None:
        lines.append(f"{tokens(found.uncast, decimals)} {symbol} of voting power was not used.")
    return card(
        turning(found, one.state is not None and one.state.open),
        definition,
        html.Div([html.P(line) for line in lines], className="lines"),
        foot(figure, at, csv, "flip"),
    )


def turning(found: Flip, is_open: bool) -> str:
    """The finding as a sentence: who voted first, then who stayed away, then nobody."""
    could, away = (
        ("could turn it", "has" if found.absent and len(found.absent) == 1 else "have")
        if is_open
        else ("could have turned it", "did")
    )
    if found.voters:
        return f"{counted(len(found.voters), 'voter', capital=True)} {could}"
    if found.absent:
        some = counted(len(found.absent), "delegate", capital=True)
        return f"{some} who {away} not {'voted' if is_open else 'vote'} {could}"
    return f"No voter {could} by changing sides"


def listing(at: At, voters_: tuple[Voter, ...] | None, none: str) -> str:
    """`3 voters (Builders' council, 0x12ab…89, 0x…)`."""
    if not voters_:
        return f"{none}."
    known = labels(at.view.release.chain.id)
    names = []
    for who, _ in voters_[:4]:
        owner = known.of(who, at.view.block)
        names.append(f"{named(owner.name)} ({brief(who)})" if owner else brief(who))
    more = f" and {len(voters_) - 4} more" if len(voters_) > 4 else ""
    return f"{counted(len(voters_), 'voter')} ({', '.join(names)}{more})."


def description(at: At, one: Proposal) -> Any:
    """The proposer's text."""
    figure = voting.of_vote(at.view, "turnout_heads", one.dataset, one.id)
    chosen = {"dataset": one.dataset, "key": f"0x{one.id.hex()}"}
    links = [
        dcc.Link("evidence", href=evidence_href(figure, at.address)),
        *taken(at.address, csv_href("proposals", at.address, **chosen), "words"),
        html.A("notebook", href=answer_href(replace(at.address, **chosen), "words"), download=""),
    ]
    rests = evidence(at.view.release, [(one.dataset, "")], at.view.block)
    return card(
        "In the proposer's own words",
        "The text that stands on the chain, as text; what cannot be seen is made visible",
        html.Div(clipped(one.description, DESCRIPTION), className="said", **aria("Description")),
        footer(rests, links, name="words", source=one.dataset),
        wide=True,
    )
