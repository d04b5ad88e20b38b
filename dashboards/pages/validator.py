"""A validator: what is staked with it, its own and others', and in which tokens.

1. How much is staked with it?   2. How much of that is its own?   3. What else is it?
"""

from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboards import queries as ask
from dashboards.cards import card, columns, entry, headline, numbers
from dashboards.flowing import table
from dashboards.foot import foot
from dashboards.pages import At, Page
from dashboards.pages.delegate import other
from dashboards.pages.stake import positions_csv
from dashboards.parts import brief, kicker, large, share
from dashboards.staked import every, known
from dashboards.view import labels
from psephos.errors import CommandError
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import named, number
from psephos.results.shown.wording import decimal
from psephos.results.staking import STRK

PATH = r"/stake/(?P<who>0x[0-9a-f]{64})"
GROUP, NAME, ORDER = "Chain", "", 38


def page(at: At) -> Page:
    who = bytes.fromhex(at.words["who"][2:])
    name = ask.dataset_of(at.view, "stake", at.address.dataset)
    held = ask.held(at.view, "stake", name)
    found = every(at.view, name)
    if who not in found.own and who not in held.holders:
        raise CommandError("nothing is staked with this address at this block")
    owner = labels(at.view.release.chain.id).of(who, at.view.block)
    title = named(owner.name) if owner else brief(who)
    total = dict(zip(held.holders, held.amounts, strict=True)).get(who, 0)
    own = found.own.get(who, 0)
    rank = held.holders.index(who) + 1 if who in held.holders else 0
    part = Fraction(total, held.total) if held.total else None
    third = ask.measured(at.view, "nakamoto_one_third", "stake", name)
    return Page(
        title,
        [
            headline(f"Validator · {kicker(at.view)}", f"{title} has {share(part)} of the stake.", [
                html.Code(hexed(who), className="whole"), " · ",
                dcc.Link("everything of this address",
                         href=at.address.href("/address", a=hexed(who)), className="within"),
            ]),
            numbers(
                entry(large(total, held.decimals), held.symbol, "is staked with it"),
                entry(large(own, held.decimals), held.symbol, "of it is its own"),
                entry(share(Fraction(own, total) if total else None), "", "of its stake"),
                entry(number(rank) if rank else "none", "", f"by rank, of {number(len(held))}"),
            ),
            columns(
                card(
                    "What is delegated to it",
                    "By token, in whole tokens; names and decimals of tokens are declared",
                    table(("token", "delegated"), tokens_of(at, who, found.delegated)),
                    foot(third, at, positions_csv(at, name), "delegated"),
                ),
                other(at, who),
            ),
        ],
    )  # fmt: skip


def tokens_of(at: At, who: bytes, delegated: Any) -> list[tuple[str, str]]:
    """A row a token that somebody delegates to it."""
    there = known(at.view.release.chain.id)
    rows = []
    for (validator, token), amount in sorted(delegated.items()):
        if validator != who:
            continue
        asset = there.get(token)
        decimals = asset.decimals if asset else 18 if token == STRK else 8
        name = asset.name if asset else "STRK" if token == STRK else brief(token)
        rows.append((name, decimal(Fraction(amount, 10**decimals), 2)))
    return rows or [("nothing", "0")]
