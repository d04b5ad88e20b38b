"""What if votes were counted otherwise: measures and votes before and after one change."""

from dashboards import queries as ask
from dashboards.address import Address
from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.table import Column, Table, listed
from dashboards.supposing import Supposed, supposed
from psephos.results.evidence import Evidence, evidence
from psephos.results.shown.answers import unit_of
from psephos.results.shown.text import one_line

CHOICES = ("change", "share", "who", "threshold", "quorum")

NO_POWER = "this release has no voting power"
MEASURED = (
    Column("measure", "text", "The measure; /api/v1/measures defines those of positions."),
    Column("title", "text", "Its name in words."),
    Column("before", "text", "Exact, as a figure's value; null where it is undefined."),
    Column("after", "text", "The same after the change."),
    Column("unit", "text", "What both are in."),
)
VOTED = (
    Column("dataset", "text", "The governor."),
    Column("proposal", "text", "Its id as 32 bytes."),
    Column("title", "text", "Its title; what cannot be seen is made visible."),
    Column("before", "flag", "Whether it passed; null where it cannot be told."),
    Column("after", "flag", "Whether it would have."),
    Column("undefined", "text", "Why it cannot be told; null if it can."),
)


def _nothing(asked: Asked) -> bool:
    """Whether there is no power that could be counted otherwise."""
    return not asked.given.get("dataset") and ask.first_of(asked.view, "power") is None


def tried(asked: Asked) -> tuple[str, Supposed]:
    """The token, and what came of the change."""
    given = {name: asked.given[name] for name in CHOICES if asked.given.get(name)}
    token = ask.dataset_of(asked.view, "power", asked.given.get("dataset", ""))
    return token, supposed(asked.view, token, Address("/whatif", **given))


def measures(asked: Asked) -> Table:
    """Measures of voting power now and then, by address."""
    if _nothing(asked):
        return listed(MEASURED, [], undefined=NO_POWER)
    token, found = tried(asked)
    uses = [(token, "power"), *([(token, "balance"), (token, "delegation")] * found.change.graph)]
    return listed(
        MEASURED,
        [
            (one.name, one.title, _said(one.before), _said(one.after), unit_of(one.name))
            for one in found.measures
        ],
        rests=_rests(asked, found, uses),
        definition="/method",
    )


def votes(asked: Asked) -> Table:
    """Every decided vote at its own snapshot, by both counts."""
    if _nothing(asked):
        return listed(VOTED, [], undefined=NO_POWER)
    _, found = tried(asked)
    cast = [(one.proposal.dataset, kind) for one in found.votes for kind in ("proposal", "vote")]
    uses = list(dict.fromkeys(cast))
    return listed(
        VOTED,
        [
            (one.proposal.dataset, f"0x{one.proposal.id.hex()}", one_line(one.proposal.title),
             one.before, one.after, one.why and one_line(one.why))
            for one in found.votes
        ],
        rests=_rests(asked, found, uses),
        definition="/method/turnout",
        undefined=None if found.votes else "no vote was decided by this block",
    )  # fmt: skip


def _rests(asked: Asked, found: Supposed, uses: list[tuple[str, str]]) -> Evidence | None:
    """What the answer rests on, with the change itself among what is declared."""
    said = tuple(f"what if: {words}" for words in found.change.words)
    declared = (*said, *found.change.declared)
    return evidence(asked.view.release, uses, asked.view.block, declared=declared) if uses else None


def _said(value: object) -> str | None:
    return None if value is None else str(value)


TAKES = ("block", "dataset", *CHOICES)
RESOURCES = (
    Resource("/whatif/measures", "What if: measures", "Measures of voting power before and after a "
             "change of counting.", measures, TAKES, lasts=False),
    Resource("/whatif/votes", "What if: votes", "Every decided vote before and after the change.",
             votes, TAKES, lasts=False),
)  # fmt: skip
