"""Evidence: the way down from a figure to the blocks, and how to check it without this site."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from dash import dcc, html

from dashboards import proofs, voting
from dashboards import queries as ask
from dashboards.cards import card, columns, headline, level, short
from dashboards.coverage import coverage
from dashboards.figured import contents
from dashboards.pages import At, Page
from dashboards.prose import prose
from dashboards.studied import told
from dashboards.under import tables_under
from psephos.errors import CommandError, TableError
from psephos.evidence.level import Level
from psephos.results.bases import OF_KIND
from psephos.results.figures import OF_POSITIONS, OF_PROPOSALS, Figure
from psephos.results.positions import SOURCES
from psephos.results.shown.text import display, number, one_line
from psephos.results.studies import STUDIES

PATH, GROUP, NAME, ORDER = r"/evidence", "Check", "Evidence", 41
ASKS = (
    ("From which rows, days and blocks does this number come?", "way figures"),
    ("What was checked, what declared?", "way figures"),
    ("How do I check it without this site, and which question does it answer?", "check"),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def page(at: At) -> Page:
    if not (at.address.kind or at.address.measure):
        return contents(at)
    try:
        figure = asked(at)
    except TableError as error:  # of no figure there is no page, however it is not there
        raise CommandError(error.message, hint=error.hint) from error
    unit = f" {figure.unit}" if figure.unit not in ("share", "index") else ""
    context: Any = [f"{figure.title} · {figure.population} · figure ", html.Code(short(figure.id))]
    return Page(
        f"Evidence of {figure.title}",
        [
            headline("Evidence", f"“{figure.text}{unit}”", context),
            columns(
                way_down(at, figure),
                check_it(at, figure),
                coverage(at.view, under(at, figure)),
                question(figure),
            ),
        ],
    )


def asked(at: At) -> Figure:
    """The figure of the address, computed again from the rows."""
    given = at.address
    key = bytes.fromhex(given.key[2:]) if given.key else None
    if given.kind in STUDIES and given.dataset in at.view.release.datasets:
        return told(at.view, given.kind, given.dataset, given.measure)
    known = (*OF_POSITIONS, *OF_KIND.get(given.kind, ()))
    measures = OF_PROPOSALS if given.kind == "proposal" else known
    if given.kind not in (*SOURCES, "proposal") or given.measure not in measures:
        raise CommandError(
            "there is no such figure", hint="the word evidence under a figure leads to its own"
        )
    if (given.kind in ("proposal", "vote")) != (key is not None):
        raise CommandError("a proposal's figure names its proposal, and no other does")
    if given.dataset not in at.view.release.datasets:
        raise CommandError("there is no such dataset in this release")
    if given.kind == "proposal":  # Computed from event rows whoever asks.
        return voting.of_vote(at.view, given.measure, given.dataset, key or b"")
    return ask.recomputed(at.view, given.measure, given.kind, given.dataset, key)


def under(at: At, figure: Figure) -> list[str]:
    """The datasets that a figure rests on."""
    tables = tables_under(figure.evidence.columns)
    return [
        name
        for name, entry in at.view.release.datasets.items()
        if any(table.startswith(f"{name}_") for table in tables)
    ]


def way_down(at: At, figure: Figure) -> Any:
    """A thread of pebbles: what was checked, and, hollow, what was only declared."""
    steps = [computed(figure), rows(at, figure), *batches(at, figure), blocks(figure)]
    steps += [declared(text) for text in figure.evidence.declared]
    steps.append(proof(at, figure))
    return card(
        "The way down",
        "Filled: checked. Hollow: declared, or not done",
        html.Ol(
            [
                html.Li([html.B(display(what)), html.P(said)], className=mark)
                for mark, what, said in steps
            ],
            className="thread",
        ),
        name="way",
    )


Step = tuple[str, str, Any]


def computed(figure: Figure) -> Step:
    value = "undefined" if figure.value is None else str(figure.value)
    if len(value) > 60:
        value = value[:57] + "…"
    why = f"; {figure.undefined}" if figure.undefined else ""
    return (
        "",
        f"Figure recomputed for this page: {figure.text}",
        f"exactly {value}{why}. The positions it is of were computed from the event rows and are "
        "those that were published."
        if figure.kind not in ("proposal", *STUDIES)
        else f"exactly {value}{why}. It was computed from the event rows.",
    )


def rows(at: At, figure: Figure) -> Step:
    """Each table with its rows; its page has them, their days, and the way up again."""
    found = ask.row_counts(at.view.pin, tables_under(figure.evidence.columns), figure.block)
    said: list[Any] = []
    for name, count in found.items():
        link = dcc.Link(name, href=at.address.href(f"/rows/{name}"), className="within")
        said += [", " if said else "", link, f": {number(count)}"]
    names = ", ".join(column.rpartition(".")[2] for column in figure.evidence.columns)
    return ("", f"{number(sum(found.values()))} rows", [*said, f". Columns: {names}."])


def batches(at: At, figure: Figure) -> list[Step]:
    """Sealed days of the datasets, and the ledger they stand in."""
    release = at.view.release
    entry = release.datasets[figure.dataset]
    days = sum(last - first + 1 for first, last in entry.sealed)
    if not days:
        return [("open", "No day of it is sealed yet", "its rows are in no batch")]
    first, last = entry.sealed[0][0], entry.sealed[-1][1]
    ledger = release.manifest.ledger
    return [
        (
            "",
            f"{number(days)} sealed days, {_day(first)} to {_day(last)}",
            [f"each a batch of {figure.dataset} in the ledger of {number(ledger.entries)} entries, "
             "root ", html.Code(short(ledger.root.removeprefix("0x")))],
        )
    ]  # fmt: skip


def blocks(figure: Figure) -> Step:
    under = figure.evidence
    said = f"blocks {number(under.first)} to {number(under.last)}"
    if under.level is None:
        return ("fail", "Some blocks were not read", said)
    counted = f"{number(under.complete)} of {number(under.blocks)}"
    what = f"{counted} blocks recompute to their commitments"
    if Level.named(under.level) >= Level.COMPLETE:
        return ("", what, f"{said}; none is missing, also of those without a row")
    return ("part", what, f"{said}; for the others, or for some column, it is what nodes said")


def declared(text: str) -> Step:
    parts = re.split(r"(0x[0-9a-f]{40,64})", one_line(text))
    return ("part", "Declared", [html.Code(p) if p.startswith("0x") else p for p in parts if p])


def proof(at: At, figure: Figure) -> Step:
    """What a STARK shows of the figure: proven only if its table was compared with the rows."""
    found = proofs.shown(at.view, figure)
    if found is not None and found.fault:
        return ("fail", "The proof does not hold", proofs.fault(found))
    if found is not None:
        links = [
            ". ",
            proofs.download(at.view, found),
            ", or ",
            dcc.Link(
                "verify it in this browser", href=at.address.href("/verify"), className="within"
            ),
        ]
        return ("", "Proven", [*proofs.words(found), *links])
    said: list[Any] = ["the release has no proof over this table"]
    if (block := proofs.nearest(at.view, figure)) is not None:
        there = dcc.Link(
            f"at the end of block {number(block)}",
            href=at.address.href(block=str(block), by="address"),
            className="within",
        )
        said = ["positions of a day that is not sealed yet have no proof; proven ", there]
    return ("open", "Not proven", said)


def check_it(at: At, figure: Figure) -> Any:
    """Commands for who does not trust this page."""
    entry = at.view.release.datasets[figure.dataset]
    commands = [f"psephos verify release {at.view.pin.id[:16]}", "psephos verify ledger"]
    if figure.id in ask.published(at.view.pin):
        commands.insert(0, f"psephos verify figure {figure.id[:16]}")
    found = proofs.shown(at.view, figure)
    if found is not None and not found.fault:
        commands.append(f"psephos verify proof {found.hash[:8]}.proof --figure {figure.id[:8]}")
    if entry.sealed:
        commands.append(f"psephos verify batch {figure.dataset}/{_day(entry.sealed[-1][1])}")
    checks: list[tuple[str, Any]] = [
        ("level", level(figure.evidence.level)),
        *([("anchored to", one_line(figure.evidence.anchor))] if figure.evidence.anchor else []),
        (
            "positions compared with the event rows",
            "equal" if figure.kind in SOURCES else "computed from them",
        ),
        ("owners of addresses", "declared" if figure.entities else "not used"),
        ("proof", proof_found(at, figure)),
    ]
    table = [html.Tr([html.Td(what), html.Td(found, className="found")]) for what, found in checks]
    return card(
        "Check it yourself",
        "A page served by the publisher proves little. These need no trust in it; with --node a "
        "node of your own is asked",
        [
            *(html.Code(command, className="command") for command in commands),
            html.Table(html.Tbody(table), className="plain"),
        ],
        name="check",
    )


def proof_found(at: At, figure: Figure) -> str:
    found = proofs.shown(at.view, figure)
    if found is None:
        return "none"
    return "does not hold" if found.fault else "proven; data link: compared"


def question(figure: Figure) -> Any:
    """What the figure's id is the hash of, and where its definition is."""
    facts: list[tuple[str, Any]] = [
        ("figure", html.Code(figure.id)),
        ("release", html.Code(figure.evidence.release)),
        ("population", one_line(figure.population)),
        ("definition", prose(figure.definition)),
        ("entity set", html.Code(figure.entities) if figure.entities else "none: by address"),
    ]
    if figure.interval:
        over = f"{figure.interval.text} {figure.interval.words}"
        facts.insert(2, ("interval", over))
    listed = [part for name, words in facts for part in (html.Dt(name), html.Dd(words))]
    return card(
        "The question it answers",
        "The figure's id is the hash of all this and not of its value: the same question has the "
        "same id everywhere",
        html.Dl(listed, className="facts"),
        wide=True,
        name="question",
    )


def _day(day: int) -> str:
    return (EPOCH + timedelta(days=day)).date().isoformat()
