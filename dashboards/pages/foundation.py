"""Foundation: what it says is its own, whom it gives its votes, whom it pays, what it promised."""

from typing import Any

from dash import html

from dashboards import queries as ask
from dashboards.cards import card, columns, headline, undefined
from dashboards.download import csv_href
from dashboards.flowing import table
from dashboards.foot import foot, footer, taken
from dashboards.lists import by_name, key_numbers, listed, text, unit_of
from dashboards.pages import At, Page
from dashboards.parts import kicker, tokens
from dashboards.promised import verdicts
from dashboards.studied import listing, studied
from psephos.results.figures import Figure
from psephos.results.promises.judge import Verdict
from psephos.results.promises.promise import Result
from psephos.results.shown.text import number, one_line
from psephos.results.shown.wording import counted

PATH, GROUP, NAME, ORDER = r"/foundation", "Token", "Foundation", 22
ASKS = (
    ("What does it hold?", "holdings"),
    ("Whose power rests on it?", "given"),
    ("Which promises were kept, which broken?", "promise- unjudged"),
)
WORDS = {
    "held_share": "of the supply is held by addresses that are declared the foundation's",
    "addresses": "of them hold something",
    "delegated_share": "of the delegated power was delegated by it",
    "delegates": "have power from it",
    "dependent": "have most of their power from it",
    "paid_out": "was sent to others by it",
}
OF_VOTES = ("delegated_share", "delegates", "dependent")
"""Those of the token that votes, where a page is of one that does not."""
MARKS = {Result.KEPT: "", Result.BROKEN: "fail", Result.OPEN: "open", Result.UNKNOWN: "part"}
PAID = {
    "payer": "payer", "role": "declared as", "paid out": "paid out", "recipients": "recipients",
    "Share of the largest holder": "the largest has",
    "Nakamoto coefficient, more than half": "half", "silent since": "silent",
}  # fmt: skip
"""Columns of what programmes paid out, and how they are headed here."""
MOST = 8


def page(at: At) -> Page:
    name = ask.dataset_of(at.view, "balance", at.address.dataset)
    study = studied(at.view, "foundation", name)
    found = verdicts(at.view)
    body: list[Any] = [tokens(at, "balance", name)]
    if study.why:
        body.insert(0, headline(kicker(at.view), "No address is declared the foundation's.",
                                undefined(study.why)))  # fmt: skip
        return Page("Foundation", [*body, columns(*promised(at, found))])
    figures, token = {**by_name(study)}, votes(at, name)
    if token != name:
        told = by_name(studied(at.view, "foundation", token))
        figures |= {measure: told[measure] for measure in OF_VOTES if measure in told}
    held = figures["held_share"]
    body.insert(0, headline(kicker(at.view), finding(figures, found), context(figures)))
    return Page(
        "Foundation",
        [
            *body,
            key_numbers(at, figures, WORDS),
            columns(
                *promised(at, found),
                listed(at, "foundation", name, "holdings", held, wide=True,
                       title=some(figures["addresses"], "address", "addresses") +
                       f" with {held.text} of the supply",
                       definition="Declared by label, with its source in data/entities; what "
                       "nobody labelled is not seen here"),
                listed(at, "foundation", token, "given", figures["delegates"], wide=True,
                       title=some(figures["delegates"], "delegate votes", "delegates vote") +
                       " with its tokens",
                       definition="What labelled addresses delegate, and which part of the "
                       "delegate's power that is"),
                listed(at, "foundation", name, "recipients", figures["recipients"], wide=True,
                       title="It sent something to "
                       + some(figures["recipients"], "address", "addresses").lower(),
                       definition="Transfers from labelled addresses to others up to this block, "
                       "the largest sums first: programmes, grants and everything else"),
                *programmes(at, name),
            ),
        ],
    )  # fmt: skip


def votes(at: At, name: str) -> str:
    """The token whose votes it gives: this one, or the one that votes in its place."""
    return ask.beside(at.view, "power", name) or name


def programmes(at: At, name: str) -> list[Any]:
    """Every declared payer with what it paid out, to how many, and who was heard of since."""
    study = studied(at.view, "programmes", name)
    if study.why or not study.figures:
        return []
    paid = listing(at.view, "programmes", name, "programmes")
    csv = csv_href("study", at.address, kind="programmes", dataset=name, measure="programmes")
    pools = listed(
        at, "programmes", name, "pools", by_name(study)["pooled_share"], wide=True,
        title=f"Pools hold {by_name(study)['pooled_share'].text} for unknown many",
        definition="Declared exchanges, bridges and custodians, at blocks evenly apart",
    )  # fmt: skip
    if paid is None or not paid.rows:
        return [pools]
    places = [paid.columns.index(column) for column in PAID]
    rows = [tuple(text(row[place]) for place in places) for row in paid.rows]
    whose = "it" if len(rows) == 1 else "they"
    title = f"{counted(len(rows), 'declared payer', capital=True)}, and to how few {whose} gave"
    said = card(
        title,
        "Declared owners that give tokens away. Silent: recipients that since sent nothing on, "
        "delegated nothing and cast no vote; half: the fewest with more than half of it",
        html.Div(table(tuple(PAID.values()), rows), className="sideways"),
        foot(study.figures[0], at, csv, "programmes"),
        wide=True,
    )
    whom = listed(
        at, "programmes", name, "paid_to", study.figures[0], wide=True,
        title=f"Whom {'it' if len(rows) == 1 else 'each of them'} paid most",
        definition="The largest recipients of each declared payer, without itself and known pools. "
        "Silent: since its first payment it sent nothing on, delegated nothing and cast no vote",
    )  # fmt: skip
    return [said, whom, pools]


def some(figure: Figure, one: str, many: str = "") -> str:
    """`34 addresses`."""
    return counted(int(figure.value or 0), one, many, capital=True)


def finding(figures: Any, found: tuple[Verdict, ...]) -> str:
    """`The foundation holds 42.4 % of the supply and 33.0 % of the votes are its.`"""
    held, votes = figures["held_share"], figures["delegated_share"]
    broken = sum(one.result is Result.BROKEN and one.holds for one in found)
    words = f"The foundation holds {held.text} of the supply"
    if held.value is None:
        words = "What the foundation holds cannot be told"
    if votes.value is not None:
        words += f", and {votes.text} of the votes are its to give"
    return f"{words}; {counted(broken, 'promise')} broken." if broken else f"{words}."


def context(figures: Any) -> str:
    paid, whom = figures["paid_out"], figures["recipients"]
    return (
        f"It sent {paid.text} {paid.unit} to {whom.text} {unit_of(whom)}. All of this rests on "
        "labels that somebody declared: the chain knows addresses and not who they are."
    )


def promised(at: At, found: tuple[Verdict, ...]) -> list[Any]:
    """What was promised and can be judged here, each as a card; what cannot, in one."""
    told = [one for one in found if one.result is not Result.UNKNOWN]
    cards = [verdict(at, one, place) for place, one in enumerate(told)]
    unknown = [one for one in found if one.result is Result.UNKNOWN]
    return [*cards, unjudged(unknown)]


def verdict(at: At, of: Verdict, place: int) -> Any:
    """One version of a promise: its words, the result, the rows that decided."""
    rows = [
        html.Li([html.B(one_line(row.what, 90)), html.P(f"{row.found}; promised: {row.asked}")],
                className=MARKS[row.result])
        for row in of.judged.rows[:MOST]
    ]  # fmt: skip
    more = len(of.judged.rows) - len(rows)
    named = f"promise-{of.promise.name}-{place}"
    until = f" until {of.version.until}" if of.version.until else ""
    said = [
        html.P(f"“{one_line(of.version.words)}”", className="said"),
        html.Ol(rows, className="thread"),
        html.P(f"and {number(more)} more") if more > 0 else None,
    ]
    return card(
        f"{one_line(of.promise.title)}: {of.result}",
        f"By {one_line(of.promise.by)}, from {of.version.since}{until}; source: "
        f"{one_line(of.version.source)}",
        said,
        footer(of.evidence, taken(at.address, csv_href("promises", at.address), named, "promises"),
               name=named),
        wide=True,
    )  # fmt: skip


def unjudged(found: list[Verdict]) -> Any:
    """Promises that this release cannot tell of, each with the reason."""
    if not found:
        return None
    lines = [
        html.P([html.B(one_line(one.promise.title)), f": {one.judged.why or 'a row is not known'}"])
        for one in found
    ]
    return card(
        f"{counted(len(found), 'promise', capital=True)} cannot be judged here",
        "What the rule needs is not in this release, or was not declared",
        html.Details(
            [html.Summary("which, and why"), html.Div(lines, className="lines")], className="more"
        ),
        wide=True,
        name="unjudged",
    )
