"""Holders: who holds the token, and what is still locked."""

from functools import partial
from typing import Any

from dash import html

from dashboards import queries as ask
from dashboards.cards import card, columns, headline, undefined
from dashboards.download import csv_href
from dashboards.foot import foot
from dashboards.forms import chart
from dashboards.history import over_time
from dashboards.lists import further
from dashboards.pages import At, Page
from dashboards.parts import (
    brief,
    by_owner,
    dashed,
    holders,
    kicker,
    large,
    many,
    measures,
    share,
    tokens,
)  # fmt: skip
from dashboards.tables import Column, grid, stacked
from dashboards.view import labels
from psephos.results.economy.grants import Account
from psephos.results.positions import Positions
from psephos.results.shown.drawing import curve, lorenz_curve
from psephos.results.shown.text import address as hexed
from psephos.results.shown.text import named, number
from psephos.results.shown.wording import counted
from psephos.results.shown.wording import tokens as whole_tokens

PATH, GROUP, NAME, ORDER = r"/holders", "Token", "Holders", 20
ASKS = (
    ("Who holds how much, by address or by owner?", "list"),
    ("How unequally, and more so than before?", "unequal"),
    ("How much is still locked, and for whom?", "lock"),
)


def page(at: At) -> Page:
    view = at.view
    name = ask.dataset_of(view, "balance", at.address.dataset)
    held = ask.held(view, "balance", name)
    if not held.amounts:
        why = held.undefined or f"nobody holds anything at block {number(view.block)} yet"
        return Page("Holders", [headline(kicker(view), "No holder yet.", undefined(why))])
    top = ask.measured(view, "top_10", "balance", name)
    who = "owners" if view.owners else "addresses"
    finding = f"The ten largest {who} hold {top.text} of the supply."
    if len(held) <= 10:
        finding = f"There are {counted(len(held), 'holder')}."
    return Page(
        "Holders",
        [
            headline(
                kicker(view),
                finding,
                f"{large(held.total, held.decimals)} {held.symbol} are held by "
                f"{number(len(held))} {who}. An address is not a person: some hold for many, "
                "and some persons have many.",
            ),
            tokens(at, "balance", name),
            card(
                "Who holds it",
                f"Balances at the end of the block, in {held.symbol}.{many(held)}",
                [by_owner(at.address), holders(at, held, {}, "holders")],
                foot(
                    ask.measured(view, "holders", "balance", name),
                    at,
                    csv_href("positions", at.address, kind="balance", dataset=name),
                    "list",
                ),
                wide=True,
            ),
            columns(
                concentration(at, held),
                unequal(at, held),
                over_time(at, "balance", name, wide=True),
                *locks(at, name),
                figures(at, held),
            ),
            further(at, "users", "sensitivity", "time"),
        ],
    )


def concentration(at: At, held: Positions) -> Any:
    figure = ask.measured(at.view, "nakamoto_one_half", "balance", held.dataset)
    size = int(figure.value or 0)
    title = f"{counted(size, 'holder', capital=True)} have more than half"
    picture, was = dashed(
        at, held, curve(held, size, "holders"), lambda one: curve(one, 0, "holders")
    )
    return card(
        title,
        f"Cumulative share of the supply by rank, log scale{was}",
        chart(picture, f"{title}.", form="curve"),
        foot(
            figure,
            at,
            csv_href("positions", at.address, kind="balance", dataset=held.dataset),
            "concentration",
        ),
    )


def unequal(at: At, held: Positions) -> Any:
    figure = ask.measured(at.view, "gini", "balance", held.dataset)
    bottom = held.amounts[len(held) // 2 :]
    part = share(ask.share(sum(bottom), held.total))
    title = f"The smaller half of the holders has {part}"
    draw = partial(lorenz_curve, noun="holders")
    picture, was = dashed(at, held, draw(held), draw)
    return card(
        title,
        f"Lorenz curve of {number(len(held))} balances; Gini coefficient {figure.text}{was}",
        chart(picture, f"{title}.", form="lorenz"),
        foot(
            figure,
            at,
            csv_href("positions", at.address, kind="balance", dataset=held.dataset),
            "unequal",
        ),
    )


def locks(at: At, token: str) -> list[Any]:
    """A card of each dataset of grants; or that there is none."""
    found = ask.locks_of(at.view, token)
    if found:
        return [lock(at, name) for name in found]
    return [
        card(
            "Nothing is known to be locked",
            "Grants that vest by the clock, at this block's time",
            html.P("No grant of this token was collected. What contracts that nobody named hold "
                   "back is not seen here."),
            foot(ask.measured(at.view, "total", "balance", token), at,
                 csv_href("positions", at.address, kind="balance", dataset=token), "lock"),
            wide=True,
        )
    ]  # fmt: skip


def lock(at: At, name: str) -> Any:
    """What nobody can have spent yet of these grants."""
    found = ask.grants_of(at.view, name)
    entry = at.view.release.datasets[name]
    if found is None:
        held = ask.held(at.view, "locked", name)
        why = held.undefined or "blocks are missing"
        return card("What is locked", "Locked grants", undefined(why), wide=True)
    whole = sum(account.locked for account in found)
    part = ask.measured(at.view, "locked_share", "locked", name)
    title = f"{part.text} of the supply is still locked"
    if part.value is None:
        title = f"{large(whole, entry.decimals)} {entry.symbol} are still locked"
        part = ask.measured(at.view, "total", "locked", name)
    if not whole:
        title = "Nothing is locked"
    return card(
        title,
        f"Grants that vest by the clock, at this block's time, in {entry.symbol}. Locked: promised "
        "less vested, or less released if more was",
        [unlocked(found, whole, entry.decimals), accounts(at, found, entry.decimals)],
        foot(
            part,
            at,
            csv_href("grants", at.address, dataset=name),
            "lock",
        ),
        wide=True,
    )


def unlocked(found: list[Account], locked: int, decimals: int) -> Any:
    """Promised, vested, released and locked, together."""
    sums = (
        ("promised", sum(one.amount for one in found)),
        ("vested", sum(one.vested for one in found)),
        ("released", sum(one.released for one in found)),
        ("locked", locked),
    )
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(large(sum_, decimals))]) for name, sum_ in sums],
        className="sums",
    )


def accounts(at: At, found: list[Account], decimals: int) -> Any:
    """A row a beneficiary."""
    known = labels(at.view.release.chain.id)
    columns_ = [
        Column("rank", "", 56, where="wide"),
        Column("who", "beneficiary", 110, 1, sorts="rank", style="lines", where="phone"),
        Column("holder", "beneficiary", 190, 2, style="hash", where="wide"),
        Column("owner", "declared owner", 140, 1, where="wide"),
        Column("promised", "promised", 140, 1, sorts="by_promised", style="num", where="wide"),
        Column("vested", "vested", 140, 1, sorts="by_vested", style="num", where="wide"),
        Column("released", "released", 140, 1, sorts="by_released", style="num", where="wide"),
        Column("locked", "locked", 140, 1, sorts="by_locked", style="num", where="wide"),
        Column("left", "locked", 132, sorts="by_locked", style="num lines", where="phone"),
    ]
    rows = []
    for rank, one in enumerate(found, start=1):
        owner = known.of(one.beneficiary, at.view.block)
        amounts = {
            "promised": one.amount,
            "vested": one.vested,
            "released": one.released,
            "locked": one.locked,
        }
        told = {key: whole_tokens(amount, decimals) for key, amount in amounts.items()}
        name, address = named(owner.name) if owner else "", brief(one.beneficiary)
        rows.append(
            {
                "rank": rank,
                "who": stacked(f"{rank}. {name or address}", address if name else ""),
                "holder": hexed(one.beneficiary),
                "owner": name,
                "left": stacked(told["locked"], f"of {told['promised']}"),
                **told,
                **{f"by_{key}": float(amount) for key, amount in amounts.items()},
            }
        )
    return grid(columns_, rows, "grants")


def figures(at: At, held: Positions) -> Any:
    """Every measure of the same balances."""
    return card(
        "Every measure of the same balances",
        "Exact until the last division; a measure's name leads to its definition",
        measures(at.view, at.address, "balance", held.dataset),
        foot(
            ask.measured(at.view, "hhi", "balance", held.dataset),
            at,
            csv_href("measures", at.address, kind="balance", dataset=held.dataset),
            "figures",
        ),
        wide=True,
    )
