"""Method: what every measure is, in the words of the function that computes it."""

from typing import Any

from dash import dcc, html

from analytics import MEASURES, PARTICIPATION, REFERENCE, Measure
from analytics.functions import FUNCTIONS
from analytics.measure import WHO_COUNTS
from dashboards.cards import card, columns, headline, level
from dashboards.definitions import EVERY
from dashboards.pages import At, Page
from dashboards.prose import prose
from psephos.errors import CommandError
from psephos.results.bases import OF_BASES
from psephos.results.figures import COUNTS

PATH, GROUP, NAME, ORDER = r"/method(?:/(?P<measure>[a-z][a-z0-9_]{0,40}))?", "Check", "Method", 43
ASKS = (
    ("What is this measure, by which formula, and who counts?", "measure"),
    ("Where does it mislead?", "measure"),
    ("What does a level of evidence say?", "levels"),
)
LEVELS = (
    ("seen", "Nodes said so. By how many is a declaration, not a proof."),
    ("complete", "Every block of the range recomputes to its own commitments: nothing is missing "
     "and nothing was added, also in blocks without a row."),
    ("anchored", "Those blocks' hashes are tied to a declared checkpoint, which is then named."),
)  # fmt: skip


def page(at: At) -> Page:
    name = at.words.get("measure", "")
    if not name:
        return contents(at)
    if name not in EVERY:
        raise CommandError("there is no such measure", hint="the page Method lists those there are")
    entry = EVERY[name]
    return Page(entry.title, [
        headline("Method", f"{entry.title}.", ""), columns(one(entry), levelled()), back(at),
    ])  # fmt: skip


def one(entry: Measure) -> Any:
    """Formula, meaning and everything else a measure says of itself."""
    paragraphs = [part.replace("\n", " ") for part in entry.definition.split("\n\n") if part]
    facts = [
        ("domain", f"{entry.domain}; undefined is no number, never 0"),
        ("unit", entry.unit),
        ("sensitive to", entry.sensitive),
        ("source", entry.reference),
    ]
    if entry.bounds:
        facts.insert(2, ("few hold much", f"at its {entry.direction} end"))
        facts.insert(3, ("who counts", WHO_COUNTS))
    listed = [part for name, words in facts for part in (html.Dt(name), html.Dd(words))]
    if entry.name in COUNTS:
        paragraphs = []
    return card(
        "What it is",
        html.Code(entry.name),
        [
            html.P(prose(entry.formula), className="formula"),
            html.Div([html.P(prose(text)) for text in paragraphs], className="method above"),
            html.Dl(listed, className="facts"),
        ],
        wide=True,
        name="measure",
    )


def back(at: At) -> Any:
    return html.P(dcc.Link("All measures", href=at.address.href("/method")), className="context up")


def contents(at: At) -> Page:
    """The list of all measures, and what the levels of evidence mean."""
    return Page(
        "Method",
        [
            headline(
                "Method",
                "Every number says how it was made.",
                "Amounts are whole numbers of the smallest unit until the last division. What "
                "cannot be told is undefined, with its reason, and never 0.",
            ),
            columns(
                card("Of who holds how much", WHO_COUNTS, table(at, MEASURES), tall=3,
                     name="measure"),
                card("Of a vote", "Weights are voting power at the proposal's snapshot",
                     table(at, PARTICIPATION), None),
                card("Held against the supply or a quorum", "They rest on their base too: on its "
                     "blocks, and on its columns", table(at, OF_BASES), None),
                card("Counts", "How many there are, and how much they have together",
                     table(at, COUNTS), None),
                card("Computed when somebody asks", "Not published with a release: "
                     "psephos measure --table has them all", table(at, REFERENCE), wide=True),
                card("With an order, a threshold, names or a seed", "Functions for a notebook; "
                     "psephos measure --explain tells of each", table(at, FUNCTIONS), wide=True),
                levelled(),
            ),
        ],
    )  # fmt: skip


def table(at: At, entries: dict[str, Measure]) -> Any:
    return html.Table(
        html.Tbody(
            [
                html.Tr(
                    [
                        html.Td(
                            dcc.Link(entry.title, href=at.address.href(f"/method/{name}")),
                            className="text",
                        ),
                        html.Td(entry.domain, className="amount"),
                    ]
                )
                for name, entry in entries.items()
            ]
        ),
        className="plain",
    )


def levelled() -> Any:
    return card(
        "Levels of evidence",
        "A figure has the lowest level over all blocks and columns that it rests on",
        levels(),
        wide=True,
        name="levels",
    )


def levels() -> Any:
    return html.Table(
        html.Tbody([html.Tr([html.Td(level(name)), html.Td(words)]) for name, words in LEVELS]),
        className="plain",
    )
