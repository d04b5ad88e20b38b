"""Delegates: who has voting power, from whom, and who used it."""

from functools import partial
from typing import Any

from analytics import ONE_HALF, coalition
from dashboards import queries as ask
from dashboards import voting
from dashboards.cards import card, columns, headline, undefined
from dashboards.download import csv_href
from dashboards.foot import foot
from dashboards.forms import chart
from dashboards.history import over_time
from dashboards.pages import At, Page
from dashboards.parts import by_owner, dashed, holders, kicker, large, many, measures, share, tokens
from psephos.results.positions import Positions
from psephos.results.shown.drawing import curve, lorenz_curve
from psephos.results.shown.text import number
from psephos.results.shown.wording import counted

PATH, GROUP, NAME, ORDER = r"/delegates", "Governance", "Delegates", 11
ASKS = (
    ("Who has voting power, and how much of it is the foundation's?", "list"),
    ("Who of them votes?", "list"),
    ("How few have half of it, and are they fewer than before?", "distribution"),
)


def page(at: At) -> Page:
    view = at.view
    name = ask.dataset_of(view, "power", at.address.dataset)
    power = ask.held(view, "power", name)
    if not power.amounts:
        why = power.undefined or f"nobody has voting power at block {number(view.block)} yet"
        return Page("Delegates", [headline(kicker(view), "No delegate yet.", undefined(why))])
    size = coalition(power.amounts, ONE_HALF) or 0
    part = ask.measured(view, "delegated_share", "power", name)
    of = f", {part.text} of the supply" if part.value is not None else ""
    return Page(
        "Delegates",
        [
            headline(
                kicker(view),
                f"Half of the power sits with {counted(size, 'delegate')} of {number(len(power))}.",
                f"{large(power.total, power.decimals)} {power.symbol} are delegated{of}. What is "
                "not delegated has no vote.",
            ),
            tokens(at, "power", name),
            card(
                "Who has voting power",
                "Voting power at the end of the block: what others delegated and one's own"
                + f", in {power.symbol}.{many(power)}",
                [by_owner(at.address), table(at, power)],
                foot(
                    ask.measured(view, "holders", "power", name),
                    at,
                    csv_href("positions", at.address, kind="power", dataset=name),
                    "list",
                ),
                wide=True,
            ),
            columns(
                distribution(at, power, size),
                unequal(at, power),
                over_time(at, "power", name, wide=True),
                figures(at, power),
            ),
        ],
    )


def table(at: At, power: Positions) -> Any:
    """The delegates, with delegators and the votes they took part in where that is told."""
    extra: dict[str, dict[bytes, str]] = {}
    if not at.view.owners:
        found = ask.delegators(at.view, power.dataset)
        extra["delegators"] = {who: number(count) for who, count in found.items()}
        votes, recent = voting.attendance(at.view, power.dataset)
        if recent:
            extra[f"last {recent} votes"] = {
                who: f"{votes.get(who, 0)} of {recent}" for who in power.holders[:600]
            }
    given = ask.from_foundation(at.view, power.dataset)
    if given:
        pairs = zip(power.holders, power.amounts, strict=True)
        extra["foundation's"] = {
            who: share(ask.share(given[who], amount)) for who, amount in pairs if who in given
        }
    return holders(at, power, extra, "delegates")


def distribution(at: At, power: Positions, size: int) -> Any:
    name = power.dataset
    title = f"{counted(size, 'delegate', capital=True)} hold more than half"
    picture, was = dashed(
        at, power, curve(power, size, "delegates"), lambda one: curve(one, 0, "delegates")
    )
    return card(
        title,
        f"Cumulative share of delegated power by rank, log scale{was}",
        chart(picture, f"{title}.", form="curve"),
        foot(
            ask.measured(at.view, "nakamoto_one_half", "power", name),
            at,
            csv_href("positions", at.address, kind="power", dataset=name),
            "distribution",
        ),
    )


def unequal(at: At, power: Positions) -> Any:
    figure = ask.measured(at.view, "gini", "power", power.dataset)
    top = ask.measured(at.view, "top_1", "power", power.dataset)
    draw = partial(lorenz_curve, noun="delegates")
    picture, was = dashed(at, power, draw(power), draw)
    return card(
        f"The largest delegate has {top.text}",
        f"Lorenz curve of {number(len(power))} delegates; Gini coefficient {figure.text}{was}",
        chart(picture, f"Gini coefficient {figure.text}.", form="lorenz"),
        foot(
            figure,
            at,
            csv_href("positions", at.address, kind="power", dataset=power.dataset),
            "unequal",
        ),
    )


def figures(at: At, power: Positions) -> Any:
    """Every measure of the same positions."""
    name = power.dataset
    return card(
        "Every measure of the same power",
        "Exact until the last division; a measure's name leads to its definition",
        measures(at.view, at.address, "power", name),
        foot(
            ask.measured(at.view, "hhi", "power", name),
            at,
            csv_href("measures", at.address, kind="power", dataset=name),
            "figures",
        ),
        wide=True,
    )
