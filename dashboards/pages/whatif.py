"""What-if: the same votes and the same power, had they been counted otherwise."""

from typing import Any

import dash_mantine_components as dmc  # type: ignore[import-untyped]
from dash import dcc, html

from analytics import MEASURES, Value
from dashboards import queries as ask
from dashboards.cards import card, columns, headline
from dashboards.download import csv_href
from dashboards.flowing import table
from dashboards.foot import asked_href, footer, taken
from dashboards.pages import At, Page
from dashboards.parts import choice, kicker, proposal_href, tokens
from dashboards.supposing import (
    CHANGES,
    ROLE,
    SHARE,
    THRESHOLDS,
    Supposed,
    command,
    supposed,
)
from dashboards.view import labels
from psephos.results.evidence import evidence
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted, worded
from psephos.results.whatif import Compared, Outcome

PATH, GROUP, NAME, ORDER = r"/whatif", "Governance", "What-if", 14
AHEAD = ("change=quadratic",)
ASKS = (
    ("Who could decide then?", "measures"),
    ("Which votes would have come out otherwise?", "votes"),
    ("How do I ask the same with my own numbers?", "command"),
)
SAID = {True: "passed", False: "failed", None: "undefined"}
ROLES = ("foundation", "team", "investor", "exchange", "treasury", "council")
OF_SOMEBODY = ("without", "redelegate")
"""Changes of what those with a role do."""


def page(at: At) -> Page:
    name = ask.dataset_of(at.view, "power", at.address.dataset)
    found = supposed(at.view, name, at.address)
    return Page(
        "What if",
        [
            headline(kicker(at.view), finding(found), context(found)),
            tokens(at, "power", name),
            inputs(at),
            columns(
                before_after(at, name, found),
                voted(at, name, found),
                card(
                    "Ask the same at the command line",
                    "With any share, address and rule; it tells the indices of power, too, which "
                    "take longer than a page may",
                    [html.Code(command(at.address), className="command")],
                    wide=True,
                    name="command",
                ),
            ),
        ],
    )


def turned(found: Supposed) -> list[Outcome]:
    """The votes that would have come out otherwise."""
    return [one for one in found.votes if one.before != one.after]


def finding(found: Supposed) -> str:
    """`More than half would take sixteen instead of seven.`"""
    half = next(one for one in found.measures if one.name == "nakamoto_one_half")
    then, now = half.after, half.before
    if not isinstance(then, int) or not isinstance(now, int):
        return "Nobody would have a vote."
    if then == now:
        return f"More than half would still take {counted(now, ' ', ' ').strip()}."
    return (
        f"More than half would take {counted(then, ' ', ' ').strip()} instead of "
        f"{counted(now, ' ', ' ').strip()}."
    )


def context(found: Supposed) -> str:
    """What was changed, and how many votes hang on it."""
    known = [one for one in found.votes if one.why is None]
    other = counted(len(turned(found)), "vote", capital=True)
    said = "; ".join(found.change.words) or "nothing is changed"
    return (
        f"If {said}: {other[:1].lower()}{other[1:]} of {len(known)} would have come out otherwise. "
        "People would vote otherwise, too; this only counts anew what they did."
    )


def labelled(at: At) -> list[str]:
    """The roles that somebody is declared to have at this block: of the others nothing changes."""
    known = labels(at.view.release.chain.id)
    return [role for role in ROLES if known.with_role(role, block=at.view.block)]


def inputs(at: At) -> Any:
    """What a reader may change; each choice is in the address."""
    address = at.address
    word = address.change or next(iter(CHANGES))
    there = labelled(at)
    changes = CHANGES if ROLE in there else {
        one: words for one, words in CHANGES.items() if one not in OF_SOMEBODY or one == word
    }  # fmt: skip
    found: list[Any] = [choice("change", word, changes)]
    if word in ("cap", "delegate-cap"):
        found.append(
            html.Div(
                [
                    html.Span("at most, % of all power"),
                    dmc.Slider(
                        id={"choice": "share", "usual": SHARE},
                        value=float(address.share or SHARE),
                        min=0.5,
                        max=25,
                        step=0.5,
                        updatemode="mouseup",
                        label=None,
                        thumbLabel="at most, per cent of all power",
                        className="slider",
                    ),
                    html.B(f"{address.share or SHARE} %"),
                ],
                className="sliding",
            )
        )
    if word in OF_SOMEBODY:
        found.append(choice("who", address.who or ROLE, {one: one for one in there or [ROLE]}))
    found.append(
        html.Div([html.Span("threshold"), choice("threshold", address.threshold, THRESHOLDS)],
                 className="sliding")
    )  # fmt: skip
    found.append(
        html.Div(
            [
                html.Span("quorum, % of the supply"),
                dmc.NumberInput(
                    id={"choice": "quorum", "usual": ""},
                    value=int(address.quorum) if address.quorum else "",
                    min=0,
                    max=100,
                    debounce=True,
                    allowDecimal=False,
                    hideControls=True,
                    placeholder="as it is",
                    attributes={"input": {"aria-label": "quorum, per cent of the supply"}},
                    className="block",
                ),
            ],
            className="sliding",
        )
    )
    return html.Div(found, className="inputs")


def shown(name: str, value: Value) -> str:
    """A value as it is shown everywhere."""
    entry = MEASURES.get(name)
    return worded(name, value, entry.unit if entry else "", 0)


def before_after(at: At, name: str, found: Supposed) -> Any:
    """Measures before and after, and which way they went."""
    rows = [
        (one.title, shown(one.name, one.before), shown(one.name, one.after), way(one))
        for one in found.measures
    ]
    uses = [(name, "power"), *([(name, "balance"), (name, "delegation")] * found.change.graph)]
    rests = evidence(at.view.release, uses, at.view.block, declared=found.change.declared)
    return card(
        changed(found),
        "Measures of voting power at this block, by address, now and then; caps are shares of the "
        "power before",
        table(("", "now", "then", ""), rows),
        footer(
            rests,
            [
                dcc.Link("definitions", href=at.address.href("/method")),
                dcc.Link("evidence", href=asked_href(at.address, "power", name)),
                *taken(at.address, csv(at), "measures", "whatif"),
            ],
            name="measures",
        ),
    )


def changed(found: Supposed) -> str:
    """`Eight of eleven measures would change`"""
    other = sum(one.before != one.after for one in found.measures)
    whole = counted(len(found.measures), "measure")
    return f"{counted(other, ' ', ' ', capital=True).strip()} of {whole} would change"


def csv(at: At) -> str:
    """What is shown, as a file."""
    one = at.address
    given = {"change": one.change, "share": one.share, "threshold": one.threshold,
             "quorum": one.quorum, "who": one.who, "dataset": one.dataset}  # fmt: skip
    return csv_href("whatif", one, **given)


def way(of: Compared) -> str:
    if of.before is None or of.after is None or of.before == of.after:
        return ""
    return "↑" if of.after > of.before else "↓"


def voted(at: At, name: str, found: Supposed) -> Any:
    """Every decided vote by both counts."""
    rows = []
    for one in found.votes:
        vote = dcc.Link(one_line(one.proposal.title, 64),
                        href=proposal_href(one.proposal, at.address))  # fmt: skip
        then: Any = SAID[one.after]
        if one.before != one.after:
            then = html.B(then)
        rows.append((vote, SAID[one.before], then))
    if not rows:
        return None
    count = len(turned(found))
    title = f"{counted(count, 'vote', capital=True)} of {number(len(rows))} would turn"
    uses = [(one.proposal.dataset, kind) for one in found.votes for kind in ("proposal", "vote")]
    rests = evidence(at.view.release, list(dict.fromkeys(uses)), at.view.block,
                     declared=found.change.declared)  # fmt: skip
    return card(
        title,
        "Each vote at its own snapshot: who cast a part of its power casts the same part",
        table(("vote", "came out", "would have"), rows),
        footer(
            rests,
            [
                dcc.Link("definition", href=at.address.href("/method/turnout")),
                dcc.Link("evidence", href=asked_href(at.address, "power", name)),
                *taken(at.address, csv(at), "votes", "whatif"),
            ],
            name="votes",
        ),
    )
