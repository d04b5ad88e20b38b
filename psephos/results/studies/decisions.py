"""Decisions and interventions: who changed what, when it was announced, and which vote preceded it.

An intervention is an event that changes what a system is or who may change it. It is *announced*
where the same contract told of it before (an implementation that was added, a call that was
scheduled), and *voted* where a proposal that passed ended at most `DAYS` before; whether the vote
was about it is for whoever reads the row. Dossiers (`data/decisions`) join what was published to
their rows; a matter that never came to a vote has an age.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from psephos.results import exactly, reading
from psephos.results.control.content import governor_id
from psephos.results.control.decisions import NONE, Decision, Document, Step, decisions
from psephos.results.life.change import UPGRADES, upgrades
from psephos.results.promises.of_votes import PASSED
from psephos.results.shown.text import one_line
from psephos.results.shown.wording import counted, decimal
from psephos.results.studies.shape import Cell, Listing, Study, Subject, Values
from psephos.results.voting.proposals import Proposal, proposals

if TYPE_CHECKING:
    from psephos.store.reader import Release

TITLE = "Decisions and interventions"
DAYS = 90
DAY, HOUR = 86_400, 3_600
SHOWN = 200
"""At most so many interventions are listed, the newest."""
PROGRAM = ("program_hash_changed", "aggregator_hash_changed")
KINDS: dict[str, tuple[str, ...]] = {
    "program": (*PROGRAM, "config_hash_changed"),
    "upgrade": (*UPGRADES, "implementation_added", "implementation_removed",
                "implementation_finalized", "upgraded", "space_upgraded"),
    "role": ("role_granted", "role_revoked", "role_admin_changed", "operator_added",
             "operator_removed", "governor_accepted", "governor_removed"),
    "council": ("safe_setup", "owner_added", "owner_removed", "threshold_changed"),
    "delay": ("min_delay_change",),
    "timelock": ("call_executed",),
    "veto": ("call_cancelled", "proposal_canceled", "proposal_cancelled", "proposal_vetoed"),
    "pause": ("paused", "unpaused", "finalized"),
}  # fmt: skip
"""What is an intervention, by event table."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """One of them: when, where, what; since when it was announced, and the vote before it."""

    kind: str
    dataset: str
    table: str
    block: int
    time: int | None
    announced: int | None
    vote: str | None


def study(of: Subject) -> Study:
    """Interventions with announcements and votes, and the dossiers of the release's chain."""
    found = interventions(of)
    values = Values(
        of,
        "decisions",
        f"every dataset of the release up to the end of block {of.block}",
        len(found),
        [(name, "change") for name in sorted({one.dataset for one in found})],
    )
    _counted(values, found)
    known = [one for one in decisions() if of.release.chain.id in one.chains]
    dossiers = _dossiers(of, values, known)
    tables = (_listed(found), dossiers, _documents(known), _texts(of, values))
    return Study("decisions", TITLE, of.dataset, of.block, tuple(values.found), tables)


def interventions(of: Subject) -> list[Intervention]:
    """Every intervention that the release's tables tell of, oldest first."""
    ended = _ended(of)
    found = [
        Intervention("upgrade", one.dataset, one.table, one.block, one.time,
                     None if one.before is None else one.announced, _preceded(ended, one.time))
        for one in upgrades(of.release, of.block)
    ]  # fmt: skip
    for name in of.release.datasets:
        for kind, tables in KINDS.items():
            for table in tables:
                if table not in UPGRADES and reading.has(of.release, f"{name}_{table}"):
                    found += list(_of_table(of, name, kind, table, ended))
    return sorted(found, key=lambda one: (one.block, one.dataset, one.table))


def _of_table(
    of: Subject, name: str, kind: str, table: str, ended: list[tuple[Proposal, int]]
) -> Iterator[Intervention]:
    query = (
        f'SELECT event.block_number, {_announced(name, table)} FROM "{name}_{table}" AS event '
        "WHERE event.block_number <= ?"
    )
    rows = reading.rows(of.release, query, (of.block,))
    blocks = {int(block) for row in rows for block in row if block is not None}
    when = reading.times(of.release, sorted(blocks))
    for block, told in rows:
        time = when.get(int(block))
        announced = None if told is None else when.get(int(told))
        vote = _preceded(ended, time)
        yield Intervention(kind, name, table, int(block), time, announced, vote)


def _preceded(ended: list[tuple[Proposal, int]], time: int | None) -> str | None:
    """The last vote that passed and ended at most `DAYS` before."""
    if time is None:
        return None
    return next((one.title for one, end in ended if end <= time <= end + DAYS * DAY), None)


def _announced(name: str, table: str) -> str:
    """SQL of the block that announced an event: the last that told of the same before it."""
    if table != "call_executed":
        return "NULL::BIGINT"
    return (
        f'(SELECT max(told.block_number) FROM "{name}_call_scheduled" AS told '
        "WHERE told.id = event.id AND told.call_index = event.call_index "
        "AND told.contract = event.contract AND told.block_number <= event.block_number)"
    )


def _ended(of: Subject) -> list[tuple[Proposal, int]]:
    """Proposals that passed, with the second their vote ended, newest first."""
    found = []
    for one in proposals(of.release, of.block):
        end: int | None = one.deadline
        if not one.by_time:
            end = reading.timestamp(of.release, one.deadline) if one.deadline <= of.block else None
        if one.state in PASSED and end is not None:
            found.append((one, end))
    return found


def _counted(values: Values, found: list[Intervention]) -> None:
    """How many of each kind, and the share of program changes that a vote preceded."""
    for kind, tables in KINDS.items():
        count = sum(one.kind == kind for one in found)
        values.tell(
            f"interventions_{kind}", f"Interventions: {kind}", count, "events",
            f"events of {', '.join(tables)}",
        )  # fmt: skip
    some = [one for one in found if one.table in PROGRAM]
    voted = sum(one.vote is not None for one in some)
    values.tell(
        "program_changes_voted", "Program changes preceded by an accepted vote",
        Fraction(voted, len(some)) if some else None, "share",
        f"of {counted(len(some), 'change')}; a vote that ended at most {DAYS} days before",
        why="nothing of the kind was changed",
    )  # fmt: skip


def _listed(found: list[Intervention]) -> Listing:
    rows: list[tuple[Cell, ...]] = []
    for one in reversed(found[-SHOWN:]):
        waited = None
        if one.announced is not None and one.time is not None:
            waited = decimal(Fraction(one.time - one.announced, HOUR), 1)
        day = None if one.time is None else exactly.day_of(one.time).isoformat()
        what = one.table.replace("_", " ")
        rows.append((day, one.block, one.kind, one.dataset, what, waited, one.vote))
    columns = ("day", "block", "kind", "dataset", "what", "hours after it was announced",
               f"vote that passed in the {DAYS} days before")  # fmt: skip
    title = f"Interventions ({len(found)}, the newest {min(SHOWN, len(found))})"
    return Listing("interventions", title, columns, tuple(rows))


def _dossiers(of: Subject, values: Values, known: list[Decision]) -> Listing:
    """Each dossier: its vote, its steps found on the chain, and its age where it had none."""
    now = reading.timestamp(of.release, of.block)
    rows: list[tuple[Cell, ...]] = []
    ages = []
    for one in known:
        steps = [taken(of.release, step, of.block) for step in one.steps]
        age = None
        if one.vote == NONE and now is not None:
            age = (exactly.day_of(now) - one.since).days
            ages += [age] if age >= 0 else []
        vote = _vote(of, one.vote)
        told = "; ".join(f"{step.title}: {words}" for step, (words, _) in
                         zip(one.steps, steps, strict=True)) or None  # fmt: skip
        rows.append((one.title, one.matter, one.since.isoformat(), vote, told, age))
    declared = tuple(
        f"dossier {one.name} (source: {document.url}, {document.day})"
        for one in known
        for document in one.documents
    )
    for name, title, value in (
        ("never_voted", "Matters that never came to a vote", len(ages)),
        ("oldest_unvoted", "Age of the oldest of them", max(ages) if ages else None),
    ):
        values.tell(
            name, title, value, "matters" if name == "never_voted" else "days",
            "dossiers without a vote, by the first thing published", declared=declared,
            why="no dossier of this chain is without a vote",
        )  # fmt: skip
    columns = ("decision", "matter", "since", "vote", "steps on the chain", "days without a vote")
    return Listing("dossiers", "Dossiers", columns, tuple(rows))


def _vote(of: Subject, vote: str) -> str:
    """What became of the vote that a dossier names."""
    if vote == NONE or vote.startswith("elsewhere: "):
        return "never came to a vote" if vote == NONE else vote
    name, _, id = vote.partition("/")
    for one in proposals(of.release, of.block):
        if one.dataset == name and f"0x{one.id.hex()}" == id.lower():
            return f"{one.state.value if one.state else one.undefined}: {one_line(one.title)}"
    return "not in this release"


def taken(release: "Release", step: Step, block: int) -> tuple[str, bool]:
    """When a step was taken, as the rows up to a block tell, and whether it was: `block 344 on
    2026-06-15`, `not yet`, or `not in this release` where its table is not.
    """
    table = f"{step.dataset}_{step.table}"
    if not reading.has(release, table):
        return "not in this release", False
    given: dict[str, Any] = {"block": block}
    parts = ["block_number <= $block"]
    for place, (column, value) in enumerate(step.where.items()):
        raw = isinstance(value, str) and value.startswith("0x")
        given[f"v{place}"] = bytes.fromhex(str(value)[2:]) if raw else value
        parts.append(f'"{column}" = $v{place}')
    query = f'SELECT count(*), min(block_number) FROM "{table}" WHERE {" AND ".join(parts)}'
    count, first = reading.rows(release, query, given)[0]
    if not count:
        return "not yet", False
    time = reading.timestamp(release, int(first))
    day = "" if time is None else f" on {exactly.day_of(time)}"
    return f"block {int(first)}{day}", True


def _documents(known: list[Decision]) -> Listing:
    rows = tuple(
        (one.title, d.kind, d.title, d.url, d.day.isoformat(), _content(d))
        for one in known
        for d in one.documents
    )
    columns = ("decision", "kind", "document", "where", "day", "its text")
    return Listing("documents", "What was published", columns, rows)


def _content(of: Document) -> str:
    if of.agrees is None:
        return f"named {of.content}, not kept here" if of.content else of.unread
    return f"{'is' if of.agrees else 'IS NOT'} that of {of.content}"


def _texts(of: Subject, values: Values) -> Listing:
    """Of each proposal of OpenZeppelin's governor: whether its text and calls give its id."""
    rows: list[tuple[Cell, ...]] = [
        (f"0x{id.hex()}", "yes" if agrees else "no")
        for name in reading.datasets(of.release, "governor")
        for id, agrees in bound(of.release, name, of.block)
    ]
    good = sum(row[1] == "yes" for row in rows)
    values.tell(
        "texts_bound", "Proposals whose text and calls give their id",
        Fraction(good, len(rows)) if rows else None, "share",
        "Keccak-256(targets, values, calldatas, Keccak-256(text)) = id",
        why="no governor of OpenZeppelin was collected",
    )  # fmt: skip
    columns = ("proposal", "its text and calls give its id")
    return Listing("texts", "Proposals' texts against their ids", columns, tuple(rows))


def bound(
    release: "Release", name: str, block: int, id: bytes | None = None
) -> list[tuple[bytes, bool]]:
    """(id, whether its text and calls give it) of the proposals of one of OpenZeppelin's governors
    up to a block, oldest first; of one of them where its `id` is given.
    """
    query = (
        "SELECT proposal_id, targets, call_values, calldatas, description "
        f'FROM "{name}_proposal_created" WHERE block_number <= ? AND proposal_id = ifnull(?, '
        "proposal_id) ORDER BY block_number"
    )
    found = []
    for made, targets, given, calls, text in reading.rows(release, query, (block, id)):
        amounts = [int.from_bytes(bytes(value), "big") for value in given]
        again = governor_id([bytes(one) for one in targets], amounts,
                            [bytes(one) for one in calls], text.encode())  # fmt: skip
        found.append((bytes(made), again == bytes(made)))
    return found
