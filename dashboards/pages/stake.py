"""Stake: who secures the chain, how few have enough to stop or decide, and what it pays."""

from fractions import Fraction
from functools import partial
from typing import Any

from analytics import ONE_THIRD, coalition
from dashboards import queries as ask
from dashboards.cards import card, columns, headline, undefined
from dashboards.download import csv_href
from dashboards.foot import foot
from dashboards.forms import chart
from dashboards.lists import by_name, key_numbers, listed
from dashboards.pages import At, Page
from dashboards.parts import by_owner, dashed, holders, kicker, large, many, measures, share
from dashboards.pebbles import pebbles
from dashboards.staked import delegated_to, duties, kept
from dashboards.studied import studied
from psephos.results.figures import Figure
from psephos.results.positions import Positions
from psephos.results.shown.drawing import curve, lorenz_curve
from psephos.results.shown.text import number
from psephos.results.shown.wording import counted, tokens

PATH, GROUP, NAME, ORDER = r"/stake", "Chain", "Stake", 30
ASKS = (
    ("How few validators have a third, half, two thirds?", "numbers"),
    ("How much is staked, and of what?", "stakers"),
    ("What does staking pay, and to whom?", "epoch"),
)
MEASURED = {
    "nakamoto_one_third": "have more than a third of the stake: enough to halt",
    "nakamoto_one_half": "have more than half of it",
    "nakamoto_two_thirds": "have more than two thirds: enough to decide",
}
PAID = {
    "staked": "is staked, own and delegated",
    "staking_ratio": "of the supply is staked",
    "apr": "is paid a year for a token staked, before commission",
}


def page(at: At) -> Page:
    name = ask.dataset_of(at.view, "stake", at.address.dataset)
    held = ask.held(at.view, "stake", name)
    if not held.amounts:
        why = held.undefined or f"nobody has staked anything at block {number(at.view.block)}"
        return Page("Stake", [headline(kicker(at.view), "Nothing is staked.", undefined(why))])
    third = ask.measured(at.view, "nakamoto_one_third", "stake", name)
    size = coalition(held.amounts, ONE_THIRD) or 0
    rewards = by_name(studied(at.view, "rewards", name))
    figures = {one: ask.measured(at.view, one, "stake", name) for one in MEASURED}
    figures |= {one: figure for one, figure in rewards.items() if one in PAID}
    return Page(
        "Stake",
        [
            headline(
                kicker(at.view),
                f"{counted(size, 'validator', capital=True)} could halt the chain.",
                f"{large(held.total, held.decimals)} {held.symbol} are staked with "
                f"{number(len(held))} validators. More than a third of the stake is enough to "
                "stop what needs two thirds.",
            ),
            signature(at, held, third, size),
            key_numbers(at, figures, MEASURED | PAID),
            card(
                "Who is staked with",
                f"STRK staked with each validator, its own and delegated.{many(held)}",
                [by_owner(at.address), table(at, held)],
                foot(third, at, positions_csv(at, name), "list"),
                wide=True,
            ),
            columns(
                concentration(at, held),
                unequal(at, held),
                acting(at, name),
                *paid(at, name),
                card(
                    "Every measure of the same stake",
                    "Exact until the last division; a measure's name leads to its definition",
                    measures(at.view, at.address, "stake", name),
                    foot(ask.measured(at.view, "hhi", "stake", name), at,
                         positions_csv(at, name), "figures"),
                    wide=True,
                ),
            ),
        ],
    )  # fmt: skip


def positions_csv(at: At, name: str) -> str:
    return csv_href("positions", at.address, kind="stake", dataset=name)


def signature(at: At, held: Positions, figure: Figure, size: int) -> Any:
    """Pebbles, filled up to more than a third."""
    return card(
        "Each pebble is a validator, its size the stake",
        "Largest first. Filled: the fewest that together have more than a third of what is staked "
        "(Nakamoto coefficient, >\u00a01/3).",
        pebbles(held, {}, size=size, beyond="more than a third", noun="validator"),
        foot(figure, at, positions_csv(at, held.dataset), "signature"),
        wide=True,
    )


def table(at: At, held: Positions) -> Any:
    """The validators, with what others delegate to each, its duty and its commission."""
    extra: dict[str, dict[bytes, str]] = {}
    if not at.view.owners:
        found = delegated_to(at.view, held.dataset)
        attested, kept_ = duties(at.view)[1].rows, kept(at.view, held.dataset)
        if attested:
            extra["attested"] = {who: share(Fraction(done, of)) for who, done, of in attested}
        if kept_:
            extra["commission"] = {who: share(part) for who, part in kept_.items()}
        extra["delegated"] = {who: tokens(amount, held.decimals) for who, amount in found.items()}
    return holders(at, held, extra, "validators")


def concentration(at: At, held: Positions) -> Any:
    figure = ask.measured(at.view, "nakamoto_one_half", "stake", held.dataset)
    size = int(figure.value or 0)
    title = f"{counted(size, 'validator', capital=True)} have more than half"
    picture, was = dashed(
        at, held, curve(held, size, "validators"), lambda one: curve(one, 0, "validators")
    )
    return card(
        title,
        f"Cumulative share of the stake by rank, log scale{was}",
        chart(picture, f"{title}.", form="curve"),
        foot(figure, at, positions_csv(at, held.dataset), "concentration"),
    )


def unequal(at: At, held: Positions) -> Any:
    figure = ask.measured(at.view, "gini", "stake", held.dataset)
    top = ask.measured(at.view, "top_1", "stake", held.dataset)
    draw = partial(lorenz_curve, noun="validators")
    picture, was = dashed(at, held, draw(held), draw)
    return card(
        f"The largest validator has {top.text}",
        f"Lorenz curve of {number(len(held))} validators; Gini coefficient {figure.text}{was}",
        chart(picture, f"Gini coefficient {figure.text}.", form="lorenz"),
        foot(figure, at, positions_csv(at, held.dataset), "unequal"),
    )


def acting(at: At, name: str) -> Any:
    """Whose stake acts in the block's epoch, and with what weight; with Bitcoin."""
    study = studied(at.view, "stakers", name)
    if study.why or not study.figures:
        why = study.why or "no weight was told"
        return card("Whose stake acts cannot be told", "Weights in consensus", undefined(why),
                    wide=True)  # fmt: skip
    figures = by_name(study)
    acts = figures["acting_weight_third"]
    figure = acts if acts.value is not None else figures["weight_third"]
    when = f"act in epoch {figures['epoch'].text}" if figure is acts else "are told"
    title = "Whose stake acts"
    if figure.value is not None:
        title = (
            f"{counted(int(figure.value), 'staker', capital=True)} have more than a third of "
            "the weight"
        )
    return listed(
        at, "stakers", name, "stakers", figure, wide=True, title=title,
        definition=f"Weights as they {when}: three parts STRK, own and delegated, and one part "
        "Bitcoin, of all there is of each; what was staked since acts some epochs later",
    )  # fmt: skip


def paid(at: At, name: str) -> list[Any]:
    """What staking pays, and its tables."""
    study = studied(at.view, "rewards", name)
    if study.why or not study.figures:
        return [card("What staking pays cannot be told", "The curve of minting, and its split",
                     undefined(study.why or "the curve was not told"), wide=True)]  # fmt: skip
    return [
        listed(at, "rewards", name, one.name, study.figures[0], wide=True) for one in study.tables
    ]
