"""Batches and proofs: what was sealed day by day, how well, and how to check one yourself."""

from datetime import date
from typing import Any

from dash import dcc, html

from dashboards.address import Address
from dashboards.answers import answer_href
from dashboards.cards import card, columns, entry, headline, numbers, undefined
from dashboards.coverage import stands_on
from dashboards.download import csv_href
from dashboards.flowing import table
from dashboards.foot import footer, taken
from dashboards.forms import chart
from dashboards.pages import At, Page
from dashboards.parts import kicker, switch
from dashboards.settling import Settled, settled
from psephos.errors import CommandError
from psephos.results.evidence import evidence
from psephos.results.sealed import Day, corrections, days, proofs
from psephos.results.shown.drawing import bars
from psephos.results.shown.text import number
from psephos.results.shown.wording import counted
from psephos.results.standing import standing

PATH, GROUP, NAME, ORDER = r"/batches", "Chain", "Batches", 32
ASKS = (
    ("Is every day sealed, without a gap?", "timeline"),
    ("How does one verify a day, and prove what it adds up to?", "check"),
    ("How long did a settlement on L1 take?", "settlement-"),
)
EVERY = "all"
NEWEST = 14
UPDATES = "Blocks of an L2 as its core contract on L1 settled them"


def page(at: At) -> Page:
    release = at.view.release
    every = [one for one in days(release) if one.first <= at.view.block]
    chosen = at.address.dataset or EVERY
    if chosen not in (EVERY, *release.datasets):
        raise CommandError("there is no such dataset", hint=", ".join(release.datasets))
    found = [one for one in every if chosen in (EVERY, one.dataset)]
    if not found:
        told = "Rows of blocks that are not final, or of a day that is not over, are in no batch."
        return Page("Batches", [headline(kicker(at.view), "No day is sealed yet.", told)])
    options = {EVERY: "every dataset", **{name: name for name in release.datasets}}
    return Page(
        "Batches and proofs",
        [
            headline(kicker(at.view), finding(found), "A day's final rows are sealed under one "
                     "root a table. From then on a row can be shown to be there, or not; what a "
                     "table adds up to can be proven without showing the rows."),
            switch("dataset", chosen, options),
            sums(at, found),
            columns(
                timeline(at, found),
                check(at, found),
                levels(at),
                *settlements(at),
                newest(at, found),
            ),
        ],
    )  # fmt: skip


def missing(found: list[Day]) -> int:
    """Days between the first and the last that no dataset sealed."""
    there = {date.fromisoformat(one.day) for one in found}
    return (max(there) - min(there)).days + 1 - len(there)


def finding(found: list[Day]) -> str:
    """`97 days are sealed, none is missing.`"""
    count = len({one.day for one in found})
    holes = missing(found)
    rest = "none between them is missing" if not holes else f"{counted(holes, 'day')} missing"
    return f"{counted(count, 'day', capital=True)} sealed; {rest}."


def sums(at: At, found: list[Day]) -> Any:
    ledger = at.view.release.manifest.ledger
    return numbers(
        entry(number(sum(one.tables for one in found)), "", "tables sealed, empty ones too: "
              "absence counts"),
        entry(number(sum(one.rows for one in found)), "rows", "in them"),
        entry(number(len(corrections(at.view.release))), "",
              dcc.Link("corrected or contested since", href=at.address.href("/status"))),
        entry(number(proofs(at.view.release)), "proofs",
              ["named by the ledger of ", number(ledger.entries), " entries"]),
    )  # fmt: skip


def timeline(at: At, found: list[Day]) -> Any:
    """Rows of each sealed day."""
    rows: dict[str, int] = {}
    for one in found:
        rows[one.day] = rows.get(one.day, 0) + one.rows
    most = max(rows, key=lambda day: rows[day])
    title = f"Most happened on {most}"
    return card(
        title,
        "Rows of all sealed tables by day (UTC); a day without a bar is sealed and empty",
        chart(bars(list(rows), list(rows.values()), "rows"), f"{title}.", form="flow"),
        foot(at, "timeline"),
        wide=True,
    )  # fmt: skip


def foot(at: At, name: str) -> Any:
    """The footer of what is told of sealed days: the ledger is its evidence, and its file."""
    release = at.view.release
    ledger = f"/api/v1/batches.csv?release={at.view.pin.id[:16]}"
    rests = evidence(release, [(one, "") for one in release.datasets], at.view.block)
    return footer(rests, taken(at.address, ledger, name, "sealed"), name=name)


def check(at: At, found: list[Day]) -> Any:
    """The commands for one day, to be copied: the newest with amounts that can be added up."""
    told = {name: amounts(at, name) for name in {one.dataset for one in found}}
    last = next((one for one in reversed(found) if one.rows and told[one.dataset]), found[-1])
    commands = [f"psephos verify batch {last.name}", f"psephos verify batch {last.name} --node URL"]
    if told[last.dataset]:
        table_ = f"{last.name}/{told[last.dataset][0]}"
        commands += [
            f"psephos prove batch {table_} --weight amount --statement total --out day.proof",
            "psephos verify proof day.proof",
            f"psephos prove row {table_} --index 0 --out row.witness",
        ]
    return card(
        f"Check {last.name} yourself",
        "Verify recomputes the roots from the rows; with a node of your own the blocks, too. For "
        "any other day put its name in",
        [html.Code(one, className="command") for one in commands],
        wide=True,
        name="check",
    )


def amounts(at: At, dataset: str) -> list[str]:
    """Tables of a dataset with amounts and rows, the largest first."""
    release = at.view.release
    tables = release.manifest.tables
    found = [
        (one.rows, name.removeprefix(f"{dataset}_"))
        for name, one in tables.items()
        if one.role == "rows"
        and one.dataset == dataset
        and one.rows
        and any(c == "amount" for c, _ in one.columns)
    ]
    return [name for _, name in sorted(found, reverse=True)]


def settlements(at: At) -> list[Any]:
    """State updates on L1, a card a core contract; one that says so where none is watched."""
    found = settled(at.view)
    if not found:
        why = "neither this release nor one beside it has a dataset of a core contract on L1"
        return [card("State updates on L1", UPDATES, undefined(why))]
    return [settlement(at, one) for one in found]


def settlement(at: At, of: Settled) -> Any:
    """How often one system settles on L1, and the longest wait."""
    release, block = of.there.release, of.there.block
    where = f"{of.system}, dataset {of.core} of {release.chain.name}"
    if len(of.updates) < 2:
        title = f"{of.system} settled {'once' if of.updates else 'never'} so far"
        return card(title, f"{UPDATES}: {where}", undefined("fewer than two state updates so far"))
    times = number(len(of.updates))
    title = f"{of.system} settled {times} times; the longest wait was {of.longest_text}"
    there = Address(at.address.path, release.id[:16], str(block))
    csv = csv_href("updates", there, dataset=of.core)
    name = f"settlement-{of.core.replace('_', '-')}"
    # The rows are of the chain that has the contract; the card is of the page that shows it.
    book = html.A("notebook", href=answer_href(there, "updates", of.core), download="")
    links = [*taken(at.address, csv, name), book]
    return card(
        title,
        f"{UPDATES}: {where}; minutes between one and the next",
        [
            chart(bars(of.at, of.gaps, "minutes", over="UTC"), f"{title}.", form="flow"),
            html.Div(table(("", "found"), of.rows), className="sideways"),
        ],
        footer(evidence(release, ((of.core, "update"),), block), links, name=name),
        wide=True,
    )


def levels(at: At) -> Any:
    """How well the blocks under the batches stand."""
    rows = []
    for name in at.view.release.datasets:
        stands = standing(at.view.release, name, at.view.block)
        rows.append((name, *(number(stands.get(level, 0)) for level in
                             ("anchored", "complete", "seen"))))  # fmt: skip
    return card(
        "How well the blocks under them stand",
        "Blocks of each dataset by level of evidence; a batch has the lowest of its blocks",
        html.Div(table(("", "anchored", "complete", "seen"), rows), className="sideways"),
        stands_on(at.view, list(at.view.release.datasets), at.address, "levels"),
        wide=True,
    )


def newest(at: At, found: list[Day]) -> Any:
    """The last days, one row each, by the name that commands take."""
    rows = [
        (html.Code(one.name), f"{number(one.first)} – {number(one.last)}", number(one.tables),
         number(one.rows))
        for one in reversed(found[-NEWEST:])
    ]  # fmt: skip
    return card(
        "The newest batches",
        "By the name that commands take; the API has all of them",
        html.Div(table(("batch", "blocks", "tables", "rows"), rows), className="sideways"),
        foot(at, "newest"),
        wide=True,
    )
