"""Data: every way to take the numbers along, for programs and for those who copy."""

import re
from typing import Any

from dash import html

from dashboards.api.asked import MOST
from dashboards.api.resources import resources
from dashboards.cards import card, columns, headline, short
from dashboards.pages import At, Page
from dashboards.parts import kicker
from psephos.results.shown.text import number

PATH, GROUP, NAME, ORDER = r"/data", "Check", "Data", 44
ASKS = (
    ("Where is this number for my program?", "asking"),
    ("How do I copy the whole release and check it myself?", "copying"),
    ("How do I hear of the next one?", "hearing"),
)
EXAMPLES = {
    "kind": "power", "measure": "gini", "table": "strk_transfer", "promise": "vote-open",
    "system": "openzeppelin", "study": "delegation",
}  # fmt: skip


def page(at: At) -> Page:
    release = at.view.release
    return Page(
        "Data and API",
        [
            headline(
                kicker(at.view),
                "Take the numbers along.",
                "Whatever a page shows is one address away, without a key, at any block: as JSON, "
                "CSV, Parquet or Arrow, with its release and its evidence.",
            ),
            columns(
                card("Ask", ["Below ", html.Code("/api/v1"), ". Amounts are text in JSON and whole "
                             "numbers elsewhere; at most ", number(MOST), " rows at a time, then ",
                             html.Code("next"), "."],
                     asking(at), wide=True, name="asking"),
                card("Copy", "A release is its files: copied, they verify anywhere",
                     copying(at), name="copying"),
                card("Hear", "When something is published, and when something is proposed",
                     hearing(), name="hearing"),
            ),
            html.P(
                ["The whole list for programs: ", out("/api/v1/openapi.json", within=True),
                 ". Of release ", html.Code(short(release.id)), "."],
                className="context up",
            ),
        ],
    )  # fmt: skip


def asking(at: At) -> Any:
    """A line a resource; a link where its path needs no word of the reader's."""
    release = at.view.pin.id[:16]
    lines = []
    for _, one in resources():
        words = [EXAMPLES.get(word) for word in re.findall(r"\{([a-z]+)\}", one.path)]
        path = f"/api/v1{one.path}"
        told: Any = html.Code(one.path)
        if all(words):
            filled = re.sub(r"\{([a-z]+)\}", lambda found: EXAMPLES[found[1]], path)
            if "strk_transfer" not in filled or "strk_transfer" in at.view.release.tables():
                told = out(f"{filled}?release={release}", one.path)
        lines.append(html.Tr([html.Td(told, className="text"), html.Td(one.words)]))
    return html.Table(html.Tbody(lines), className="plain")


def copying(at: At) -> Any:
    release = at.view.release
    files = len(set(release.manifest.segments)) + 3 + (release.manifest.figures is not None)
    return [
        html.P([out(f"/releases/{release.id}/", "The list of its files", within=True),
                f": {number(files)}, each with its length and hash. The hash of the manifest is "
                "the release's name, and their paths are those of a folder of releases."]),
        html.P("This reads every byte again:"),
        html.Code(f"psephos verify release {release.id[:16]} --releases FOLDER",
                  className="command"),
    ]  # fmt: skip


def hearing() -> Any:
    feeds = [
        ("/feeds/releases.atom", "Releases, Atom"),
        ("/feeds/releases.json", "Releases, JSON Feed"),
        ("/feeds/proposals.atom", "Proposals, Atom"),
        ("/feeds/proposals.json", "Proposals, JSON Feed"),
        ("/feeds/promises.atom", "Broken promises, Atom"),
        ("/feeds/promises.json", "Broken promises, JSON Feed"),
    ]
    return html.Table(
        html.Tbody([html.Tr(html.Td(out(path, words), className="text")) for path, words in feeds]),
        className="plain",
    )


def out(path: str, words: str = "", *, within: bool = False) -> Any:
    """A link that leaves the pages for a file; within a sentence it is underlined."""
    return html.A(words or path, href=path, className="within" if within else "")
