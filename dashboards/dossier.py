"""The dossier of a vote: what binds its text, what was published about it, what came of it."""

from dataclasses import replace
from functools import lru_cache
from re import fullmatch
from typing import Any

from dash import dcc, html

from dashboards.answers import answer_href
from dashboards.cards import card
from dashboards.download import csv_href
from dashboards.foot import footer, taken
from dashboards.pages import At
from dashboards.view import View
from psephos.results import reading
from psephos.results.control.decisions import Decision, Document, decisions
from psephos.results.evidence import evidence
from psephos.results.shown.text import one_line
from psephos.results.shown.wording import counted
from psephos.results.studies.decisions import bound
from psephos.results.studies.decisions import taken as when_taken
from psephos.results.voting.proposals import Proposal

GOVERNOR = "governor"
"""OpenZeppelin's: the number of a proposal is the hash of its calls and its text."""
NAME = r"(ipfs://)?(bafkrei[a-z2-7]{52}|Qm[1-9A-HJ-NP-Za-km-z]{44})/?"
"""A text that is only the name of one."""
Step = tuple[str, str, Any]
"""A mark of the thread, what, and what is said of it."""


def dossier(at: At, one: Proposal) -> Any:
    """A thread: filled what was recomputed here, hollow what is declared or not told."""
    known = declared(at.view, one)
    steps = [text(at.view, one)]
    steps += [document(it) for each in known for it in each.documents]
    steps += [step for each in known for step in followed(at.view, each)]
    if not known:
        steps.append(
            ("open", "No dossier is declared of this vote",
             "Where it was discussed, what vetting found and what was published about it is told "
             "by nobody here.")
        )  # fmt: skip
    table = f"{one.dataset}_proposal_created"
    chosen = replace(at.address, dataset=one.dataset, key=f"0x{one.id.hex()}")
    links = [
        dcc.Link("evidence", href=at.address.href(f"/rows/{table}")),
        *taken(at.address, csv_href("proposals", chosen, dataset=one.dataset, key=chosen.key),
               "dossier", "words"),
    ]  # fmt: skip
    links[-1] = html.A("notebook", href=answer_href(chosen, "words"), download="")
    declares = tuple(f"dossier {each.name}" for each in known)
    rests = evidence(at.view.release, [(one.dataset, "")], at.view.block)
    return card(
        finding(known, steps[0]),
        "Filled: recomputed here from the rows. Hollow: declared by whoever publishes this, or not "
        "told",
        html.Ol(
            [html.Li([html.B(what), html.P(said)], className=mark) for mark, what, said in steps],
            className="thread",
        ),
        footer(
            replace(rests, declared=(*rests.declared, *declares)), links,
            name="dossier", source=one.dataset,
        ),
        wide=True,
    )  # fmt: skip


@lru_cache(maxsize=1)
def every() -> tuple[Decision, ...]:
    return decisions()


def declared(of: View, one: Proposal) -> list[Decision]:
    """The dossiers that name this proposal."""
    name = f"{one.dataset}/0x{one.id.hex()}"
    return [each for each in every() if of.release.chain.id in each.chains
            and each.vote.lower() == name]  # fmt: skip


def finding(known: list[Decision], first: Step) -> str:
    """`One text about it is declared, and its own is bound to its number.`"""
    texts = sum(len(each.documents) for each in known)
    said = f"{counted(texts, 'text', capital=True)} about it {'is' if texts == 1 else 'are'} named"
    own = {"": "its own is bound to its number", "fail": "its own is not that of its number"}
    if not texts:
        said = "Nothing that was published about it is declared"
    return f"{said}; {own[first[0]]}" if first[0] in own else said


def text(of: View, one: Proposal) -> Step:
    """Whether the text on the chain is the one that was voted on."""
    sources = reading.dataset(of.release, one.dataset).sources
    if GOVERNOR in sources:
        found = bound(of.release, one.dataset, of.block, one.id)
        if found and found[0][1]:
            return ("", "Its number is the hash of its calls and its text",
                    "Recomputed from the row of its creation: with another text or another call it "
                    "would be another vote.")  # fmt: skip
        return ("fail", "Its calls and its text do not give its number",
                "What is shown as its text is not what was voted on.")  # fmt: skip
    name = one_line(one.description)
    if fullmatch(NAME, name):
        return ("open", "The chain has a name of its text, and not the text",
                [html.Code(name), ". Who has the text hashes it and compares."])  # fmt: skip
    return ("open", "Nothing on the chain binds a text to its number", "The text is as it was told "
            "when it was proposed.")  # fmt: skip


def document(of: Document) -> Step:
    """One thing that was published: filled where its text is kept here and has its name."""
    where: list[Any] = [f"{of.day.isoformat()}, ", html.Code(one_line(of.url, 120)), ". "]
    if of.agrees is None:
        said = f"Its text is named {of.content} and not kept here." if of.content else of.unread
        mark = "part"
    else:
        mark = "" if of.agrees else "fail"
        said = f"Its text, kept here, {'has' if of.agrees else 'has not'} the name {of.content}."
    return (mark, f"{of.kind}: {one_line(of.title, 120)}", [*where, one_line(said, 200)])


def followed(of: View, one: Decision) -> list[Step]:
    """The steps on a chain that a dossier names, and when each was taken."""
    found = []
    for step in one.steps:
        said, done = when_taken(of.release, step, of.block)
        where = f"{step.dataset}, {step.table.replace('_', ' ')}: {said}"
        found.append(("" if done else "open", one_line(step.title, 120), where))
    return found
