"""My address: what a release tells of one address, and how its holder checks it."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc  # type: ignore[import-untyped]
from dash import dcc, html

from dashboards import persons
from dashboards import queries as ask
from dashboards.cards import card, columns, headline
from dashboards.download import csv_href
from dashboards.flowing import table
from dashboards.foot import asked_href, footer, taken
from dashboards.pages import At, Page
from dashboards.parts import brief, few, kicker, proposal_href, share
from dashboards.parts import large as shortly
from dashboards.view import labels
from dashboards.witnesses import witness_href
from psephos.results.evidence import evidence
from psephos.results.holder import Cast, Holding
from psephos.results.positions import HOLDERS, SOURCES, TITLES
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import named as shown_name
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted, tokens

PATH, GROUP, NAME, ORDER = r"/address", "Check", "My address", 40
ASKS = (
    ("What have I, and was it counted?", "has"),
    ("Did each of my votes count in full?", "cast"),
    ("How do I show it without this site?", "shown"),
)
EXAMPLES = 5
"""Addresses that are offered before one is typed."""


def page(at: At) -> Page:
    asked = at.address.a
    if not asked:
        told = ("Type an address, or follow one from any table. Nothing is kept of what you ask: "
                "it is in this page's address and nowhere else.")  # fmt: skip
        body = [headline(kicker(at.view), "Was my vote counted?", told), field(""), some(at)]
        return Page("My address", body)
    who = persons.asked(at.view, asked)
    held = persons.holdings(at.view, who)
    cast = persons.cast(at.view, who)
    return Page(
        f"{brief(who)}",
        [
            headline(kicker(at.view), finding(held, cast), context(at, who)),
            field(hexed(who)),
            columns(
                has(at, held, who),
                voted(at, cast, who),
                delegates(at, who),
                showing(at, held, who),
            ),
        ],
    )


def some(at: At) -> Any:
    """Addresses to look at for who has none at hand: those with most power, or who hold most."""
    there = [kind for kind in ("power", "balance") if ask.first_of(at.view, kind)]
    if not there:
        return None
    held = ask.held(at.view, there[0], ask.dataset_of(at.view, there[0], ""))
    links: list[Any] = []
    for who in held.holders[:EXAMPLES]:
        links += [named(at, who), " "]
    return html.Nav(["For example: ", *links], className="switches rules") if links else None


def field(value: str) -> Any:
    """Where an address is typed; it goes into the address of the page."""
    return html.Div(
        dmc.TextInput(
            id={"choice": "a", "usual": ""},
            label="Address",
            value=value,
            debounce=True,
            autoComplete="off",
            placeholder="0x…",
            inputProps={"maxLength": 66, "spellCheck": False},
            className="asked",
        ),
        className="switches",
    )


def finding(held: tuple[Holding, ...], cast: tuple[Cast, ...]) -> str:
    """`All eight votes counted in full.`"""
    if cast:
        full = sum(one.full is True for one in cast)
        if full == len(cast):
            every = "Its vote" if full == 1 else f"All {counted(full, 'vote')}"
            return f"{every} counted in full."
        less = sum(one.full is False for one in cast)
        if less:
            return f"{counted(less, 'vote', capital=True)} of {len(cast)} did not count in full."
        return f"{counted(len(cast), 'vote', capital=True)} counted; by how much cannot be told."
    if any(one.amount for one in held):
        return "It holds something and never voted."
    return "Nothing is held by this address, and it never voted."


def context(at: At, who: bytes) -> list[Any]:
    """The address in full, and whom it is declared to belong to."""
    owner = labels(at.view.release.chain.id).of(who, at.view.block)
    said: list[Any] = [html.Code(hexed(who), className="whole")]
    if owner is not None:
        said += [" · declared: ", shown_name(owner.name)]
    power = any(one.kind == "power" and one.amount for one in persons.holdings(at.view, who))
    if power:
        href = at.address.href(f"/delegates/{hexed(who)}")
        said += [" · ", dcc.Link("its page as a delegate", href=href, className="within")]
    return said


def has(at: At, held: tuple[Holding, ...], who: bytes) -> Any:
    """A row a kind of position, with its rank among those who have any."""
    rows = []
    for one in held:
        amount = one.undefined or f"{tokens(one.amount, one.decimals, 2)} {one.symbol}"
        many = HOLDERS[one.kind]
        rank = (
            f"{number(one.rank)} of {number(one.holders)}"
            if one.rank
            else (f"none of {counted(one.holders, many)}")
        )
        rows.append((f"{TITLES[one.kind]} ({one.dataset})", amount, share(one.share), rank))
    some = sum(bool(one.amount) for one in held)
    return card(
        f"It has something of {counted(some, 'kind')}" if some else "It has nothing",
        f"At the end of block {number(at.view.block)}; the rank is among all who have any, and "
        "absence is told by the complete list",
        html.Div(table(("", "amount", "share", "rank"), rows), className="sideways"),
        foot(at, [(one.dataset, one.kind) for one in held if not one.undefined], "has"),
        wide=True,
    )


def foot(at: At, uses: list[tuple[str, str]], name: str) -> Any:
    """What a card of one address rests on: its rows, and the evidence of everybody's."""
    if not uses:
        return None
    dataset, kind = next((u for u in uses if u[1] in SOURCES and u[1] != "vote"), ("", "power"))
    mine = csv_href("cast" if name in ("cast", "record") else "holder", at.address, a=at.address.a)
    links = [
        dcc.Link("evidence", href=asked_href(at.address, kind, dataset)),
        *taken(at.address, mine, name, "holder"),
    ]
    rests = evidence(at.view.release, uses, at.view.block)
    return footer(rests, links, name=name, source=", ".join(dict.fromkeys(n for n, _ in uses)))


def voted(at: At, cast: tuple[Cast, ...], who: bytes) -> Any:
    """Each vote beside the power it had at the snapshot."""
    missed = persons.missed(at.view, who)
    words = {True: "in full", False: "less than it had", None: "power not known"}
    decimals = next((one.decimals for one in persons.holdings(at.view, who)
                     if one.kind == "power"), 18)  # fmt: skip
    rows = [
        (dcc.Link(one_line(each.proposal.title, 70),
                  href=proposal_href(each.proposal, at.address)),
         each.support, shortly(each.weight, decimals), words[each.full])
        for each in cast
    ]  # fmt: skip
    rows += [
        (dcc.Link(one_line(one.title, 70), href=proposal_href(one, at.address)), "did not vote",
         "", "")
        for one in missed
    ]  # fmt: skip
    title = f"{counted(len(cast), 'vote', capital=True)} cast, {few(len(missed))} missed"
    if not rows:
        return card("No vote to tell of", "It had no voting power at any snapshot", html.P(""),
                    wide=True)  # fmt: skip
    return card(
        title,
        "Weight as the governor counted it, beside its power at the end of the snapshot block. "
        "Missed: votes it had power for",
        html.Div(table(("proposal", "side", "weight", "counted"), rows), className="sideways"),
        foot(
            at,
            [(one.proposal.dataset, kind) for one in cast for kind in ("proposal", "vote")],
            "cast",
        ),
        wide=True,
    )


def delegates(at: At, who: bytes) -> Any:
    """To whom it gives its vote, and who gives it theirs."""
    given, received = persons.links(at.view, who)
    there = ask.first_of(at.view, "power")
    under = foot(at, [(there, "power"), (there, "delegation")], "delegates") if there else None
    lines: list[Any] = []
    for one in given:
        own = one.other == who
        entry = at.view.release.datasets[one.dataset]
        told = ["itself"] if own else [named(at, one.other)]
        lines.append(html.P([f"{one.dataset}: delegates ", shortly(one.amount, entry.decimals),
                             " to ", *told, f" since block {number(one.since)}"]))  # fmt: skip
    if received:
        lines.append(html.P(f"{counted(len(received), 'address', 'addresses', capital=True)} "
                            "delegate to it."))  # fmt: skip
    if not lines:
        return card(
            "It delegates to nobody",
            "What is not delegated has no vote",
            html.P("No delegation from or to this address up to this block."),
            under,
            wide=True,
        )
    title = "It has a say" if given else "It delegates to nobody"
    return card(title, "Delegations that hold at this block", html.Div(lines, className="lines"),
                under, wide=True)  # fmt: skip


def named(at: At, who: bytes) -> Any:
    owner = labels(at.view.release.chain.id).of(who, at.view.block)
    words = shown_name(owner.name) if owner else brief(who)
    return dcc.Link(
        words, href=at.address.href("/address", a=hexed(who)), title=hexed(who), className="within"
    )


def showing(at: At, held: tuple[Holding, ...], who: bytes) -> Any:
    """A file that shows inclusion or absence, and the commands that check it."""
    known = [one for one in held if not one.undefined and one.holders]
    if not known:
        return None
    rows: list[Any] = []
    for one in known:
        root = persons.roll_root(at.view, one.kind, one.dataset).hex()
        href = witness_href(at.address, one.kind, one.dataset, hexed(who))
        what = "inclusion" if one.rank else "absence"
        csv = csv_href("positions", replace(at.address, by=""), kind=one.kind, dataset=one.dataset)
        rows += [
            html.P([
                html.A(f"proof of {what}", href=href, download="", className="within"),
                f" among {one.holders} of {TITLES[one.kind]} ({one.dataset}), under 1 KB; "
                "all of them as ",
                html.A("CSV", href=csv, download="", className="within"),
            ]),
            html.Code(f"psephos verify row {one.kind}-{one.dataset}.witness --root 0x{root}",
                      className="command"),
        ]  # fmt: skip
    first = known[0]
    again = (
        f"psephos prove row {hexed(who)} --table positions.csv --weight amount "
        f"--id {HOLDERS[first.kind]} --out mine.witness"
    )
    return card(
        "Show it without this site",
        "The file holds one row and a path of hashes to the root of everybody's positions. Who has "
        "all positions computes the same root; compare it with another publisher's",
        [*rows, html.P("The same file, made from the CSV on your own machine:"),
         html.Code(again, className="command")],
        wide=True,
        name="shown",
    )  # fmt: skip
