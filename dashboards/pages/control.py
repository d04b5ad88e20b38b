"""Control: who can pass, block, propose and halt, by rules that are written down."""

import re
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboards import ruling
from dashboards.cards import card, columns, headline, undefined
from dashboards.download import csv_href
from dashboards.foot import asked_href, footer, taken
from dashboards.lists import further
from dashboards.pages import At, Page
from dashboards.parts import kicker, large, owner_of, proposal_href, share
from dashboards.served import performed
from psephos.results.control.bodies import Electorate
from psephos.results.control.speed import Speed
from psephos.results.control.system import Powers
from psephos.results.control.told import Control
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted, decimal

PATH, GROUP, NAME, ORDER = r"/control", "Governance", "Control", 13
ASKS = (
    ("How few could pass anything?", "bodies"),
    ("How few could stop everything?", "bodies"),
    ("Whose word is needed?", "ways"),
)
MOST = 12
"""Members that are named; the file beside has all of them."""
CLASSES = ("amount wide", "amount", "amount wide", "amount", "amount wide")
"""Of the columns of the bodies' table: a phone has room for those who pass and who block."""
ACTS = {"pass": "To pass", "halt": "To halt", "propose": "To propose"}


def page(at: At) -> Page:
    found = ruling.control(at.view, at.address.system)
    rules = found.system
    return Page(
        "Control",
        [
            headline(kicker(at.view), finding(found), ruling.context(found)),
            chosen(at, found),
            card(
                ruling.able(found),
                "The fewest members of each body who can do it together, largest first, at this "
                "block",
                bodies(found),
                foot(at, found, "bodies"),
                wide=True,
            ),
            columns(
                *(indices(at, found, name) for name in found.bodies),
                votes(at, found),
                ways(at, found),
                card("These are the rules", f"{rules.status} since {rules.since}: declared, and "
                     "read by hand from their source", written(found), None),
                wholes(at, found),
                performed(at),
            ),
            further(at, "capture"),
        ],
    )  # fmt: skip


def finding(of: Control) -> str:
    """`Seven delegates could pass anything against everybody else.`

    Where several bodies must agree, whether one hand fills the seats that decide.
    """
    for one in of.wholes:
        hand = ruling.one_hand(one)
        if hand:
            what = f"an {one.matter}" if one.matter[:1] in "aeiou" else f"a {one.matter}"
            return f"One hand decides {what if one.matter else 'alone'}: {named(hand)}."
    body = ruling.deciding(of)
    if body is None:
        return "Who could decide cannot be told."
    if len({way.agree for way in of.system.to("pass")}) > 1:
        return "No body decides alone."
    able = of.able[body.body.name]
    if able.passing is None:
        return "Nobody could pass anything: all together are too few."
    return f"{ruling.some(body, able.passing)} could pass anything against everybody else."


def chosen(at: At, of: Control) -> Any:
    """The systems there are rules of, as links."""
    links: list[Any] = []
    for one in ruling.every_system(at.view):
        here = one.name == of.system.name
        href = at.address.href(system=one.name)
        links += [dcc.Link(one.name, href=href, className="here" if here else ""), " "]
    return html.Nav(["Rules: ", *links], className="switches rules")


def foot(at: At, of: Control, name: str) -> Any:
    """What the bodies rest on: whose power it is, the rows, the card alone."""
    csv = csv_href("control", at.address, system=of.system.name)
    held = next((one.held for one in of.bodies.values() if one.held), None)
    links: list[Any] = [dcc.Link("definition", href=at.address.href("/method/minimum_winning"))]
    if held is not None:
        href = asked_href(at.address, "power", held.dataset)
        links.append(dcc.Link("evidence", href=href))
    return footer(of.evidence, [*links, *taken(at.address, csv, name, "control")], name=name)


def bodies(of: Control) -> Any:
    """A row a body; a dash where nobody can, a word where it is undefined."""
    heads = ("body", "members", "pass", "if nobody else comes", "block", "propose alone")
    rows = []
    for name, one in of.bodies.items():
        able = of.able[name]
        title = html.Td([one.body.title, who_appoints(one)], className="text")
        if one.why:
            rows.append(html.Tr([title, html.Td(one_line(one.why), colSpan=len(CLASSES))]))
            continue
        able_to = (able.passing, able.passing_alone, able.blocking)
        fewest = ["—" if some is None else number(len(some)) for some in able_to]
        alone = able.proposing_alone
        cells = [number(len(one.weights)), *fewest, "—" if alone is None else number(alone)]
        told = [html.Td(c, className=k) for c, k in zip(cells, CLASSES, strict=True)]
        rows.append(html.Tr([title, *told]))
    kinds = ("", *CLASSES)
    head = html.Tr([html.Th(w, className=k) for w, k in zip(heads, kinds, strict=True)])
    return html.Table([html.Thead(head), html.Tbody(rows)], className="plain")


def who_appoints(one: Electorate) -> Any:
    by = one.body.appointed_by
    return html.Div(f"appointed by {one_line(by)}", className="beside") if by else None


def indices(at: At, of: Control, name: str) -> Any:
    """The power of a body's members: share of votes beside share of swings."""
    one, powers = of.bodies[name], of.powers[name]
    if one.why or powers is None or len(set(one.weights)) < 2:
        return None  # Where all have the same, so has each of the power.
    first = max(powers.players, key=lambda player: player.shapley)
    votes = share(Fraction(first.weight, max(one.power, 1)))
    title = f"The largest has {votes} of the votes and {part(first.shapley)} of the power"
    return card(
        title,
        f"{one.body.title}: share of votes, of swings (Banzhaf) and Shapley-Shubik index; "
        + ("exact" if powers.exact else f"each within {max(powers.resolution) * 100:.3f} %"),
        players(at, powers, one.power),
        foot(at, of, f"indices-{name}"),
    )


def players(at: At, powers: Powers, whole: int | None) -> Any:
    """The most powerful. Without `whole` no share of votes: seats and tokens do not add up."""
    order = sorted(powers.players, key=lambda player: -player.shapley)[:MOST]
    rows = [
        html.Tr(
            [
                html.Td(
                    html.Span(named(owner_of(at, one.name)), title=one_line(one.name)),
                    className="text",
                ),
                html.Td(share(Fraction(one.weight, whole)), className="amount") if whole else None,
                html.Td(part(one.normalised), className="amount"),
                html.Td(part(one.shapley), className="amount"),
            ]
        )
        for one in order
    ]  # fmt: skip
    heads = ("member", *(("votes",) if whole else ()), "swings", "Shapley")
    head = html.Tr([html.Th(w, className="amount" if at else "") for at, w in enumerate(heads)])
    return html.Table([html.Thead(head), html.Tbody(rows)], className="plain names")


def named(name: str) -> str:
    """An owner by name, an address by its beginning and end."""
    if re.fullmatch(r"0x[0-9a-f]{40,64}", name):
        return f"{name[:8]}…{name[-4:]}"
    return one_line(name, 40)


def part(value: float | None) -> str:
    """An index of power in percent, to one place."""
    if value is None:
        return "undefined"
    return f"{decimal(Fraction(value) * 100, 1)} %"


def ways(at: At, of: Control) -> Any:
    """What leads to each act: who must agree, who may stop it, how long it waits."""
    lines = []
    for act, words in ACTS.items():
        for one in (one for one in of.speeds if one.way.to == act):
            lines.append(
                html.Tr(
                    [
                        html.Td(words, className="short"),
                        html.Td(way_told(of, one), className="text"),
                    ]
                )
            )
    if not lines:
        return None
    title = f"{counted(len(lines), 'way', capital=True)} to pass, halt or propose"
    if known := [one for one in of.speeds if one.sure and one.way.to in ACTS]:
        title += f", the quickest {min(known, key=lambda one: one.hours).words}"
    return card(
        title,
        "Whose word is needed for it, and how soon it has an effect; where there are several ways, "
        "any will do",
        html.Table(html.Tbody(lines), className="plain"),
        foot(at, of, "ways"),
    )


def way_told(of: Control, one: Speed) -> list[Any]:
    way = one.way
    named = {name: one.body.title for name, one in of.bodies.items()}
    must = " and ".join(named.get(name, name) for name in way.agree)
    told: list[Any] = [f"{way.title}{f' ({way.matter})' if way.matter else ''}: {must}"]
    if way.unless:
        told.append(f", unless {' or '.join(named.get(name, name) for name in way.unless)} object")
    few = "" if one.fewest is None else f", {counted(one.fewest, 'member')} at least"
    return [*told, f"; {one.words}{few}"]


def wholes(at: At, of: Control) -> Any:
    """Several bodies as one game, as the rules read and merged by who appoints whom."""
    found = next(
        ((one, one.as_read, one.merged) for one in of.wholes if one.as_read and one.merged), None
    )
    if found is None:
        return None
    one, read, joined = found
    hands = f"; one hand holds several seats: {', '.join(one.owners)}" if one.owners else ""
    blocks: list[Any] = []
    for words, powers in (("As the rules read", read), ("Merged", joined)):
        blocks += [html.H3(words), players(at, powers, None)]
    return card(
        f"All bodies as one game{f': {one.matter}' if one.matter else ''}",
        f"Seats that one hand fills count as one player{hands}",
        blocks,
        foot(at, of, "wholes"),
    )


def votes(at: At, of: Control) -> Any:
    """Every decided vote, and how few could have turned it."""
    decided = [one for one in of.votes if one.passed is not None]
    if not decided:
        return None
    single = sum(one.flip == 1 for one in decided)
    decimals = next((one.held.decimals for one in of.bodies.values() if one.held), 18)
    rows = [
        html.Tr(
            [
                html.Td(dcc.Link(one_line(one.proposal.title, 70),
                                 href=proposal_href(one.proposal, at.address)), className="text"),
                html.Td("passed" if one.passed else "failed", className="wide"),
                html.Td("—" if one.flip is None else number(one.flip), className="amount"),
                html.Td("" if one.margin is None else margin(one.margin, decimals),
                        className="amount wide"),
            ]
        )
        for one in decided[:MOST]
    ]  # fmt: skip
    heads = {"vote": "", "": "wide", "could turn it": "amount", "margin": "amount wide"}
    head = html.Tr([html.Th(words, className=kind) for words, kind in heads.items()])
    whole = counted(len(decided), " ", " ").strip()
    title = f"{counted(single, 'vote', capital=True)} of {whole} hung on one voter"
    return card(
        title,
        "The fewest who voted on the winning side and could have turned it by changing sides",
        html.Table([html.Thead(head), html.Tbody(rows)], className="plain"),
        foot(at, of, "votes"),
    )


def margin(votes: int, decimals: int) -> str:
    """Votes for less votes against, as a reader remembers them."""
    return f"{'−' if votes < 0 else ''}{large(abs(votes), decimals)}"


def written(of: Control) -> Any:
    """The rule file: its source, what it had to assume, what it notes."""
    rules = of.system
    facts: list[Any] = [html.Dt("source"), html.Dd(one_line(rules.source))]
    for words in rules.assumed:
        facts += [html.Dt("assumed"), html.Dd(one_line(words))]
    if rules.note:
        facts += [html.Dt("note"), html.Dd(one_line(rules.note))]
    body: list[Any] = [html.Dl(facts, className="facts")]
    if all(one.why for one in of.bodies.values()):
        body.append(undefined("no body of these rules can be told from this release"))
    return body
