"""Measures and figures: what was published, and the same measures at any block."""

from fractions import Fraction
from typing import Any

from analytics import Measure
from dashboards import queries as ask
from dashboards import voting
from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.table import Column, Row, Table, listed, lowest
from dashboards.definitions import EVERY
from dashboards.view import utc
from psephos.errors import CommandError, TableError
from psephos.results.bases import OF_KIND
from psephos.results.evidence import Evidence, evidence
from psephos.results.figures import OF_POSITIONS, OF_PROPOSALS, Figure
from psephos.results.positions import SOURCES
from psephos.results.shown.text import display, one_line
from psephos.store.reader import Release

FIGURE = (
    Column("id", "text", "The hash of the question it answers, not of its value."),
    Column("measure", "text", "The measure; /api/v1/measures defines it."),
    Column("dataset", "text", "The dataset."),
    Column("kind", "text", "The kind of position."),
    Column("key", "text", "The proposal, where it is of one."),
    Column("block", "whole", "At the end of this block."),
    Column("value", "text", "Exact: a whole number, a fraction as text, or the shortest decimal "
           "of a logarithm; null where it is undefined."),
    Column("exact", "flag", "Whether the value is rational and exact."),
    Column("text", "text", "As the site shows it."),
    Column("unit", "text", "Its unit."),
    Column("decimals", "whole", "Of an amount of tokens: value and interval are so many decimals "
           "below `unit`, 0 if they are in it; null of what is no amount."),
    Column("population", "text", "Who was counted."),
    Column("definition", "text", "The formula."),
    Column("undefined", "text", "Why there is no value; null if there is."),
    Column("provisional", "flag", "Whether it may change: open, or of blocks that are not final."),
    Column("interval_low", "text", "Where an interval is known: from here"),
    Column("interval_high", "text", "to here;"),
    Column("interval", "text", "over what."),
    Column("level", "text", "The lowest level of evidence of its blocks and columns."),
    Column("proven", "flag", "Whether a proof over its sealed table was verified."),
    Column("declared", "text", "What was only declared: labels, prices, a trusted checkpoint."),
)  # fmt: skip


NATIVE = {"ETH": 18, "STRK": 18}
"""Decimals of what fees are paid in, where no dataset is of that token."""


def row(told: dict[str, Any], of: Release) -> Row:
    """A figure's JSON as a row; its release knows how many decimals its token has."""
    between = told.get("interval") or {}
    return (
        told["id"], told["measure"], told["dataset"], told["kind"], told["key"], told["block"],
        told["value"], told["exact"], told["text"], told["unit"],
        decimals(told, of), told["population"],
        told["definition"], told["undefined"], told["provisional"], between.get("low"),
        between.get("high"), between.get("words"), told["evidence"]["level"],
        told["evidence"]["proven"], "; ".join(map(one_line, told["evidence"]["declared"])) or None,
    )  # fmt: skip


def decimals(told: dict[str, Any], of: Release) -> int | None:
    """How far a value is below its unit: its own text, in whole tokens, says which it is in."""
    known = NATIVE | {one.symbol: one.decimals for one in of.datasets.values() if one.symbol}
    below = known.get(told["unit"])
    if told["value"] is None:
        return None
    if below is None:
        return 0 if told["unit"].startswith("10^-") else None
    text = told["text"].replace("\u2009", "").replace("\u202f", "")
    near = Fraction(1, 10 ** len(text.partition(".")[2]))
    return below if abs(Fraction(told["value"]) / 10**below - Fraction(text)) <= near else 0


def published(asked: Asked) -> Table:
    """The figures that came with the release, those of a dataset, kind or measure if asked for."""
    given = asked.given
    wanted = {name: given[name] for name in ("dataset", "kind", "measure") if given.get(name)}
    found = [
        one
        for one in asked.view.release.figures()
        if all(one[name] == value for name, value in wanted.items())
    ]
    id = asked.view.release.id
    rests = lowest(lasting(id, one["evidence"]) for one in found)
    return listed(FIGURE, [row(one, asked.view.release) for one in found], rests=rests,
                  definition="/method")  # fmt: skip


def lasting(release: str, told: dict[str, Any]) -> Evidence:
    """A published figure's evidence; lists of it as the tuples they were."""
    given: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in told.items()
    }
    return Evidence(release=release, **given)


def at_block(asked: Asked) -> Table:
    """One measure of one kind of position, at a block."""
    kind, measure = asked.words["kind"], asked.words["measure"]
    if kind == "proposal" or kind not in SOURCES:
        raise TableError("there is no such kind of position", hint=", ".join(SOURCES))
    if measure not in OF_POSITIONS and measure not in OF_KIND.get(kind, ()):
        there = ", ".join((*OF_POSITIONS, *OF_KIND.get(kind, ())))
        raise TableError("there is no such measure of these positions", hint=there)
    name = ask.dataset_of(asked.view, kind, asked.given.get("dataset", ""))
    key = proposal_key(asked) if kind == "vote" else None
    return _one(asked, ask.measured(asked.view, measure, kind, name, key), measure)


def of_vote(asked: Asked) -> Table:
    """One measure of one proposal: a turnout, the reach of its quorum, the flip set."""
    measure = asked.words["measure"]
    if measure not in OF_PROPOSALS:
        raise TableError("there is no such measure of a vote", hint=", ".join(OF_PROPOSALS))
    id = bytes.fromhex(asked.words["proposal"][2:])
    return _one(asked, voting.of_vote(asked.view, measure, asked.words["dataset"], id), measure)


def proposal_key(asked: Asked) -> bytes:
    """The parameter `key`, which votes cast cannot do without."""
    if not asked.given.get("key"):
        raise CommandError("key is missing", hint="name the proposal: key=0x…")
    return bytes.fromhex(asked.given["key"][2:])


def _one(asked: Asked, figure: Figure, measure: str) -> Table:
    return listed(
        FIGURE,
        [row(figure.json(), asked.view.release)],
        rests=figure.evidence,
        definition=f"/method/{measure}",
        undefined=figure.undefined,
    )


def history(asked: Asked) -> Table:
    """A measure over the life of the release, by address."""
    kind, measure = asked.words["kind"], asked.words["measure"]
    if measure not in ask.HISTORY or kind not in ("power", "balance"):
        raise TableError(
            "there is no such history", hint=f"power or balance; {', '.join(ask.HISTORY)}"
        )
    view = asked.view
    name = ask.dataset_of(view, kind, asked.given.get("dataset", ""))
    points = ask.history(view, measure, kind, name)
    rows = [
        (block, utc(time), None if value is None else str(value)) for block, time, value in points
    ]
    return listed(
        (
            Column("block", "whole", "At the end of this block."),
            Column("time", "text", "Its time, UTC."),
            Column("value", "text", "Exact, as a figure's value; null where it is undefined."),
        ),
        rows,
        rests=evidence(view.release, [(name, kind)], view.block),
        definition=f"/method/{measure}",
    )


def measures(asked: Asked) -> Table:
    """Every measure with its definition."""
    wanted = asked.words.get("measure")
    if wanted and wanted not in EVERY:
        raise TableError("there is no such measure", hint="/api/v1/measures lists them")
    found = [EVERY[wanted]] if wanted else list(EVERY.values())
    return listed(
        (
            Column("measure", "text", "Its name."),
            Column("title", "text", "Its name in words."),
            Column("formula", "text", "Its formula."),
            Column("domain", "text", "What values it can have."),
            Column("unit", "text", "Its unit."),
            Column("definition", "text", "What it means, and its edge cases."),
            Column("sensitive", "text", "What moves it."),
            Column("source", "text", "Where it is from."),
        ),
        [_defined(one) for one in found],
        definition=f"/method/{wanted}" if wanted else "/method",
    )


def _defined(one: Measure) -> Row:
    return (
        one.name, one.title, one.formula, one.domain, one.unit, display(one.definition),
        one.sensitive, one.reference,
    )  # fmt: skip


AT = ("block", "by", "dataset")
RESOURCES = (
    Resource("/measures", "Measures", "Every measure with its definition.", measures),
    Resource("/measures/{measure}", "Measure", "One measure with its definition.", measures),
    Resource("/figures", "Published figures", "The figures that came with the release.", published,
             ("dataset", "kind", "measure")),
    Resource("/figures/{kind}/{measure}", "Figure", "One measure of positions, at a block.",
             at_block, (*AT, "key")),
    Resource("/history/{kind}/{measure}", "History", "A measure over time, by address.", history,
             ("block", "dataset")),
    Resource("/proposals/{dataset}/{proposal}/figures/{measure}", "Figure of a vote",
             "A turnout, the reach of the quorum, or who could flip it.", of_vote, ("block",)),
)  # fmt: skip
