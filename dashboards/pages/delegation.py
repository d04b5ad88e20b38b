"""Delegation: who gives its vote to whom, what has no vote at all, and what changed hands."""

from contextlib import suppress
from fractions import Fraction
from typing import Any

from analytics.delegation import Churn
from dashboards import flowing
from dashboards import queries as ask
from dashboards.cards import card, columns, headline, undefined
from dashboards.download import csv_href
from dashboards.foot import foot
from dashboards.forms import chart
from dashboards.lists import by_name, key_numbers, listed
from dashboards.pages import At, Page
from dashboards.parts import kicker, large, share, tokens
from dashboards.since import compared
from dashboards.studied import studied
from psephos.errors import PsephosError
from psephos.results.figures import Figure
from psephos.results.shown.sankey import sankey
from psephos.results.shown.text import number

PATH, GROUP, NAME, ORDER = r"/delegation", "Governance", "Delegation", 12
ASKS = (
    ("How much has no vote, or one that is never used?", "numbers"),
    ("On whom does a delegate's power rest?", "delegates"),
    ("What moved between two blocks?", "churn"),
)
WORDS = {
    "undelegated": "of what is held has no vote: it is delegated to nobody",
    "self_delegated": "of the delegated power is its holders' own",
    "foundation_share": "of the delegated power was delegated by the foundation (declared)",
    "ghost": "of the delegated power is with delegates who never voted",
    "single_source": "of the delegated power hangs on one other delegator",
    "churn": "was delegated otherwise than thirty days before",
}


def page(at: At) -> Page:
    name = ask.dataset_of(at.view, "power", at.address.dataset)
    study = studied(at.view, "delegation", name)
    if study.why:
        told = headline(kicker(at.view), "Who delegates to whom cannot be told.",
                        undefined(study.why))  # fmt: skip
        return Page("Delegation", [told, tokens(at, "power", name)])
    figures = by_name(study)
    return Page(
        "Delegation",
        [
            headline(kicker(at.view), finding(figures), context(figures)),
            tokens(at, "power", name),
            drawn(at, name, figures["foundation_share"]),
            key_numbers(at, figures, WORDS),
            columns(
                between(at, name, figures["churn"]),
                depth(at, figures),
                listed(
                    at, "delegation", name, "delegates", figures["legal_half"],
                    title="Where the largest delegates have their power from",
                    definition="Power as the token counts it, and all the way: where every chain "
                    "of delegations ends. Largest source: the share that one delegator gave",
                    wide=True,
                ),
            ),
        ],
    )  # fmt: skip


def finding(figures: Any) -> str:
    """`67.5 % of what is held has no vote.`"""
    one: Figure = figures["undelegated"]
    if one.value is None:
        return "Nobody holds anything yet."
    return f"{one.text} of what is held has no vote."


def context(figures: Any) -> str:
    """Whose word the rest is."""
    ghost, given = figures["ghost"], figures["foundation_share"]
    words = [f"Of what is delegated, {figures['self_delegated'].text} votes for itself"]
    if given.value is not None:
        words.append(f"{given.text} is the foundation's")
    if ghost.value is not None:
        words.append(f"{ghost.text} is with delegates who never voted")
    return f"{', '.join(words)}. Nobody has to delegate; who does not has no say."


def drawn(at: At, name: str, figure: Figure) -> Any:
    """The flows from kinds of holders to delegates."""
    found = flowing.flows(at.view, name)
    entry = at.view.release.datasets[name]
    if not found:
        return None
    return card(
        "From whom votes come, and to whom they go",
        "Left: holders by their declared role. Right: the eight delegates with most power, all "
        f"others, and nobody; in {entry.symbol or 'tokens'}",
        chart(
            sankey(found, entry.decimals, entry.symbol),
            "Flows of voting power from holders to delegates.",
            form="sankey",
            height=460,
        ),
        foot(
            figure,
            at,
            csv_href("flows", at.address, dataset=name),
            "flows",
        ),
        wide=True,
    )


def between(at: At, name: str, figure: Figure) -> Any:
    """What moved between this block and the one that is compared with."""
    there = compared(at)[0]
    if there is None:
        return None
    found: Churn | None = None
    with suppress(PsephosError):
        found = flowing.moved(at.view, name, *sorted((there.block, at.view.block)))
    if found is None:
        return None
    entry = at.view.release.datasets[name]
    first, last = sorted((there.block, at.view.block))
    whole = found.moved + found.joined + found.left + found.stayed
    said = {
        "to another delegate": found.moved,
        "from nobody to a delegate": found.joined,
        "from a delegate to nobody": found.left,
        "with the same delegate": found.stayed,
    }
    rows = [
        (words, large(amount, entry.decimals), share(Fraction(amount, whole) if whole else None))
        for words, amount in said.items()
    ]
    return card(
        f"{number(found.holders)} holders changed their delegate, or came or left",
        f"Of what was held at block {number(first)} and at block {number(last)}, the less of the "
        "two; the header's field compare chooses the other block",
        flowing.table(("", entry.symbol or "amount", "share"), rows),
        foot(figure, at, csv_href("study", at.address, kind="delegation", dataset=name), "churn"),
    )


def depth(at: At, figures: Any) -> Any:
    """What chains of delegations do: nothing for the token, much for influence."""
    legal, influence = figures["legal_half"], figures["influence_half"]
    same = legal.value == influence.value
    title = (
        "Following chains of delegates changes nothing"
        if same
        else f"Followed to their ends, {influence.text} have more than half, not {legal.text}"
    )
    rows = [
        ("delegates with more than half, as the token counts", legal.text, ""),
        ("the same, all the way", influence.text, ""),
        ("delegated in circles", figures["stranded"].text, ""),
        ("circles", figures["circles"].text, ""),
    ]
    return card(
        title,
        "A token moves a vote one step. Who delegates what it was given is followed further by "
        "people, not by the contract",
        flowing.table(("", "found"), [row[:2] for row in rows]),
        foot(
            influence, at,
            csv_href("study", at.address, kind="delegation", dataset=influence.dataset), "depth",
        ),
    )  # fmt: skip
