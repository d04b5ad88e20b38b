"""A delegate: its power and where it comes from, its record with its reasons, its other offices."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboards import persons
from dashboards import queries as ask
from dashboards.cards import card, columns, entry, headline, numbers
from dashboards.download import csv_href
from dashboards.flowing import table
from dashboards.foot import foot
from dashboards.pages import At, Page
from dashboards.pages.address import foot as foot_of
from dashboards.pages.address import named
from dashboards.parts import brief, few, kicker, large, proposal_href, share, switch
from dashboards.tables import clipped
from dashboards.view import labels
from psephos.errors import CommandError
from psephos.results.holder import Cast, Holding
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import named as shown_name
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted

PATH = r"/delegates/(?P<who>0x[0-9a-f]{40,64})"
GROUP, NAME, ORDER = "Governance", "", 18
ASKS = (
    ("Whose power does it have?", "sources"),
    ("How did it vote, and what did it say?", "record"),
    ("What else is it?", "offices"),
)
MOST = 20


def page(at: At) -> Page:
    who = bytes.fromhex(at.words["who"][2:].rjust(len(at.words["who"][2:]) // 2 * 2, "0"))
    powers = [one for one in persons.holdings(at.view, who) if one.kind == "power"]
    if not powers:
        raise CommandError("this release tells no voting power")
    chosen = at.address.dataset or max(powers, key=lambda one: one.amount).dataset
    power = next((one for one in powers if one.dataset == chosen), None)
    if power is None:
        raise CommandError("there is no such dataset on this page")
    cast = persons.cast(at.view, who)
    owner = labels(at.view.release.chain.id).of(who, at.view.block)
    name = shown_name(owner.name) if owner else brief(who)
    which = {one.dataset: one.dataset for one in powers}
    return Page(
        name,
        [
            headline(f"Delegate · {kicker(at.view)}", finding(name, power), [
                html.Code(hexed(who), className="whole"),
                " · declared owner" if owner else " · no declared owner", " · ",
                dcc.Link("everything of this address",
                         href=at.address.href("/address", a=hexed(who)), className="within"),
            ]),
            switch("token", chosen, which) if len(which) > 1 else None,
            sums(at, who, power, cast),
            columns(record(at, who, cast), sources(at, who, power), other(at, who)),
        ],
    )  # fmt: skip


def finding(name: str, power: Holding) -> str:
    """`Delegate 4 has 1.3 % of the delegated power.`"""
    if not power.amount:
        return f"{name} has no voting power."
    return f"{name} has {share(power.share)} of the delegated power."


def sums(at: At, who: bytes, power: Holding, cast: tuple[Cast, ...]) -> Any:
    """Power, rank, delegators, and how often it came."""
    received = [one for one in persons.links(at.view, who)[1] if one.dataset == power.dataset]
    missed = persons.missed(at.view, who)
    of = len(cast) + len(missed)
    full = sum(one.full is True for one in cast)
    return numbers(
        entry(large(power.amount, power.decimals), power.symbol, "of voting power"),
        entry(number(power.rank) if power.rank else "none", "", f"by rank, of "
              f"{counted(power.holders, 'delegate')}"),
        entry(number(len(received)), "", "addresses delegate to it"),
        entry(f"{len(cast)} of {of}", "", f"votes it had power for; {number(full)} of them "
              "counted in full"),
    )  # fmt: skip


def record(at: At, who: bytes, cast: tuple[Cast, ...]) -> Any:
    """How it voted, with its own words."""
    decimals = next((one.decimals for one in persons.holdings(at.view, who)
                     if one.kind == "power"), 18)  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for one in cast:
        title = dcc.Link(one_line(one.proposal.title, 80),
                         href=proposal_href(one.proposal, at.address))  # fmt: skip
        said: list[Any] = [title]
        if one.reason:
            said.append(html.P(f"“{clipped(one.reason, 200)}”", className="why"))
        won = None if one.proposal.state is None else str(one.proposal.state)
        rows.append((said, one.support, large(one.weight, decimals), won or "undefined"))
    rows += [
        (dcc.Link(one_line(one.title, 80), href=proposal_href(one, at.address)), "did not vote",
         "", str(one.state))
        for one in persons.missed(at.view, who)
    ]  # fmt: skip
    if not rows:
        return card("It never voted", "It had power at no snapshot", html.P(""), wide=True)
    reasons = sum(bool(one.reason) for one in cast)
    power = next(one.dataset for one in persons.holdings(at.view, who) if one.kind == "power")
    uses = [(power, "power")]
    uses += [(one.proposal.dataset, kind) for one in cast for kind in ("proposal", "vote")]
    return card(
        f"{counted(len(cast), 'vote', capital=True)} cast, {few(reasons)} with a reason",
        "Every vote that it had power for, newest first, with the reason in its own words",
        html.Div(table(("proposal", "side", "weight", "what became of it"), rows),
                 className="sideways"),
        foot_of(replace(at, address=replace(at.address, a=f"0x{who.hex()}")), uses, "record"),
        wide=True,
    )  # fmt: skip


def sources(at: At, who: bytes, power: Holding) -> Any:
    """Who gave it its power."""
    received = [one for one in persons.links(at.view, who)[1] if one.dataset == power.dataset]
    received = [one for one in received if one.amount]
    if not received:
        return None
    whole = sum(one.amount for one in received)
    ours = labels(at.view.release.chain.id).with_role("foundation", block=at.view.block)
    given = sum(one.amount for one in received if one.other in ours)
    rows = [
        ("itself" if one.other == who else named(at, one.other),
         large(one.amount, power.decimals), share(Fraction(one.amount, whole)))
        for one in received[:MOST]
    ]  # fmt: skip
    first = share(Fraction(received[0].amount, whole))
    title = f"{first} of its power comes from one address"
    if given:
        title = f"{share(Fraction(given, whole))} of its power is the foundation's"
    more = f" The {MOST} largest of {number(len(received))}." if len(received) > MOST else ""
    figure = ask.measured(at.view, "delegated_share", "power", power.dataset)
    return card(
        title,
        f"Who delegates to it, the largest first; owners are declared.{more}",
        table(("delegator", power.symbol or "amount", "share"), rows),
        foot(
            figure,
            at,
            csv_href("positions", at.address, kind="power", dataset=power.dataset),
            "sources",
        ),
        wide=True,
    )


def other(at: At, who: bytes, office: str = "") -> Any:
    """Grantee, council member, validator: what may stand beside its vote, or beside an `office`."""
    found = [one for one in persons.conflicts(at.view, who) if one.what != office]
    if not found:
        return card(
            "No other office or interest is known",
            "Grantee, member of a council, validator, or declared to be somebody",
            html.P("Told by grants, councils and stakes of this release, and by declared labels; "
                   "what nobody collected or declared is not seen."),
            wide=True,
            name="offices",
        )  # fmt: skip
    offices = [one.what for one in found if one.what != "other"]
    title = f"It is also: {', '.join(dict.fromkeys(offices))}"
    lines = [
        html.P([html.B(one.what), f": {one_line(one.told, 160)}",
                html.Span(" declared", className="declared") if one.declared else None])
        for one in found
    ]  # fmt: skip
    return card(
        title if offices else "It is declared to be somebody",
        f"Offices and interests beside its {'office' if office else 'vote'}, told by the chain or "
        "declared",
        html.Div(lines, className="lines"),
        wide=True,
        name="offices",
    )
