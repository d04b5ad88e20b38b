"""Promises: what was said, and what became of it by the tables of a release."""

from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.table import Column, Row, Table, listed, lowest
from dashboards.promised import verdicts
from psephos.errors import TableError
from psephos.results.promises.judge import Verdict
from psephos.results.promises.promise import Result
from psephos.results.shown.text import display, one_line

NAMED = (
    Column("promise", "text", "Its name; /api/v1/promises/NAME has its rows."),
    Column("since", "text", "The first day of these words: a changed promise has several."),
)


def every(asked: Asked) -> Table:
    """Every version of every promise, judged as of a block."""
    found = verdicts(asked.view)
    return listed(
        (
            *NAMED,
            Column("until", "text", "The first day they no longer hold; null while they do."),
            Column("due", "text", "The day it is due; null where it holds all the time."),
            Column("holds", "flag", "Whether these are the words that hold at the block's time."),
            Column("result", "text", "kept, broken, open or not checkable."),
            Column("why", "text", "Why it cannot be judged; null if it can."),
            Column("title", "text", "What it is about."),
            Column("by", "text", "Who promised."),
            Column("words", "text", "The words."),
            Column("source", "text", "Where they stand."),
            Column("rows", "whole", "How many things were looked at."),
            Column("broken", "whole", "How many of them break it."),
            Column("level", "text", "The lowest level of evidence of what was looked at."),
        ),
        [_version(one) for one in found],
        rests=lowest(one.evidence for one in found if one.judged.uses),
        definition="/foundation",
    )


def _version(of: Verdict) -> Row:
    version, rows = of.version, of.judged.rows
    return (
        *_named(of), _day(version.until), _day(version.due), of.holds, str(of.result),
        of.judged.why and display(of.judged.why), one_line(of.promise.title),
        one_line(of.promise.by), display(version.words), one_line(version.source), len(rows),
        sum(row.result == Result.BROKEN for row in rows), of.evidence.level,
    )  # fmt: skip


def _named(of: Verdict) -> tuple[str, str]:
    return of.promise.name, of.version.since.isoformat()


def _day(day: object) -> str | None:
    return None if day is None else str(day)


def one(asked: Asked) -> Table:
    """Every thing that was looked at to judge one promise, version after version."""
    found = [v for v in verdicts(asked.view) if v.promise.name == asked.words["promise"]]
    if not found:
        raise TableError("there is no such promise", hint="/api/v1/promises lists them")
    held = next((v for v in found if v.holds), found[-1])
    return listed(
        (
            *NAMED,
            Column("what", "text", "What was looked at."),
            Column("found", "text", "What was found."),
            Column("asked", "text", "What was promised."),
            Column("result", "text", "kept, broken, open or not checkable."),
            Column("block", "whole", "The block of it; null where it has none."),
        ),
        [
            (*_named(v), display(row.what), display(row.found), display(row.asked),
             str(row.result), row.block)
            for v in found for row in v.judged.rows
        ],
        rests=held.evidence,
        definition="/foundation",
        undefined=None if any(v.judged.rows for v in found) else held.judged.why,
    )  # fmt: skip


RESOURCES = (
    Resource("/promises", "Promises", "What was promised, and what became of it at a block.",
             every, ("block",), lasts=False),
    Resource("/promises/{promise}", "Promise", "Each thing that one promise was judged by.", one,
             ("block",), lasts=False),
)  # fmt: skip
