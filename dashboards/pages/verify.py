"""Verify: the reader's own browser checks proofs, sealed rows and the ledger."""

import json
from typing import Any

from dash import html

from dashboards.api.files import files
from dashboards.cards import card, columns, headline, short
from dashboards.pages import At, Page
from dashboards.proofs import named
from dashboards.verifier import BY_ITSELF, sha256
from psephos.batch.derived import DerivedHeader
from psephos.batch.proven import Proven

PATH, GROUP, NAME, ORDER = r"/verify", "Check", "Verify", 41
ASKS = (
    ("Does this proof hold, and of which table is it?", "drop"),
    ("Is this row there, or nobody?", "drop"),
    ("Was the history only ever added to?", "drop"),
)
MOST = 12
"""Proven tables of a release that are offered to be checked at once."""


def page(at: At) -> Page:
    return Page(
        "Verify",
        [
            headline(
                "Verify",
                "Check it on this machine.",
                "Your browser does the arithmetic: nothing is sent, and no rows are needed. What "
                "it cannot know is whose header to believe; paste one from somebody else.",
            ),
            html.Div(
                html.Div(
                    id="verifier",
                    className="verifier",
                    **data(at),
                ),
                id="at-drop",
            ),
            columns(little(), meaning()),
        ],
    )


def data(at: At) -> Any:
    """What the form reads from its place on the page."""
    release = at.view.release
    told = {"offered": json.dumps(offered(at)), "chain": str(release.chain.id),
            "release": release.id[:16]}  # fmt: skip
    return {f"data-{name}": value for name, value in told.items()}


def offered(at: At) -> list[dict[str, Any]]:
    """The release's ledger; and of each proven table the proofs, with the ledger that names it."""
    id = at.view.pin.id
    names = [name for name, one in files(at.view.pin.folder, id).items() if one.path.is_file()]

    def file(name: str) -> dict[str, str]:
        return {"name": name.rpartition("/")[2], "href": f"/releases/{id}/{name}"}

    ledger = [file(name) for name in names if name == "ledger.bin"]
    found = [{"words": "The ledger of this release", "files": ledger}] if ledger else []
    newest = sorted(named(at.view), key=lambda entry: entry.header.day, reverse=True)
    for entry in newest[:MOST]:
        carried = [file(f"proofs/{proof.name}") for proof in entry.proofs]
        there = [one for one in carried if f"proofs/{one['name']}" in names]
        if there:
            found.append({"words": f"Proofs: {table(entry)}", "files": [*there, *ledger]})
    return found


def table(entry: Proven) -> str:
    """What a proven table is of: `governor / vote 0x6430…, 2026-09-01`."""
    header = entry.header
    subject = header.subject if isinstance(header, DerivedHeader) else None
    key = f" {short(f'0x{subject.hex()}')}" if subject else ""
    return f"{header.dataset} / {header.table}{key}, {header.date}"


def little() -> Any:
    return card(
        "A page served by the accused proves little",
        "Whoever could show a false number could also serve a verifier that nods",
        [
            html.P([
                "Take ", html.A("the same as one file", href=BY_ITSELF, className="within",
                                download="psephos-verify.html"),
                ". It opens from your disk, its own policy keeps it from asking anybody for "
                "anything, and its SHA-256 is to be the one in the README of the source:",
            ]),
            html.Code(sha256(), className="command wraps"),
            html.P("Or check without a browser; the first line makes a file of Python's standard "
                   "library alone:"),
            html.Code("python -m psephos.stark.single > verify.py", className="command wraps"),
            html.Code("python verify.py PROOF HEADER", className="command wraps"),
        ],
        None,
    )  # fmt: skip


def meaning() -> Any:
    facts = [
        ("a proof", "its numbers follow from the table that it commits to, whoever sent it"),
        ("a header", "names that table, its day and its last block. It is as good as its source: "
                     "paste it from another publisher, or find it in a ledger that you kept"),
        ("the block", "has a hash that anybody's node can confirm; look it up elsewhere"),
        ("a ledger", "its entries are in order and its root is this one. Compare root and number "
                     "with an earlier copy: the longer must begin with the shorter"),
        ("a row", "is in the table of the header, or nobody with this id is"),
    ]  # fmt: skip
    listed = [part for name, words in facts for part in (html.Dt(name), html.Dd(words))]
    return card(
        "What an answer means",
        "Filled: it holds. Hollow: it was not shown. × refused",
        html.Dl(listed, className="facts"),
        None,
    )
