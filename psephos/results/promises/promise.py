"""A promise, its versions, and what a rule says of it.

A promise is *kept* when everything the rule looked at agrees, *broken* when one row does not,
*open* while a row, or the day it is due, still lies ahead, and *not checkable* when something the
rule needs is not in the release or was not declared. One broken row outweighs the rest; one row
that cannot be checked outweighs those that are kept: a promise is not called kept on a part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psephos.results.labels.entities import Entities
    from psephos.store.reader import Release


class Result(StrEnum):
    """What became of a promise, or of one row."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    UNKNOWN = "not checkable"


@dataclass(frozen=True, slots=True)
class Version:
    """The words of a promise from `since` on; `until` is the first day they no longer hold.

    due:      the day by which it must have come true; None where it holds all the time
    assumed:  what the source does not say and the file had to
    rule, given: a name of `RULES` and its parameters, each read by the rule itself
    """

    words: str
    source: str
    since: date
    until: date | None
    due: date | None
    assumed: tuple[str, ...]
    rule: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise; `chains` are the ids of those whose tables can tell, versions oldest first."""

    name: str
    title: str
    by: str
    chains: tuple[int, ...]
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing the rule looked at: what it is, where, what was found, and what was asked."""

    what: str
    found: str
    asked: str
    result: Result
    block: int | None = None
    time: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A version put to a release as of a block, whose time is `now` (seconds since 1970)."""

    release: "Release"
    block: int
    now: int
    version: Version
    entities: "Entities"

    @property
    def first(self) -> int:
        """The first second for which the words hold."""
        return seconds(self.version.since)

    @property
    def last(self) -> int:
        """The last second for which they hold, and which is known."""
        until = self.version.until
        return self.now if until is None else min(self.now, seconds(until) - 1)

    @property
    def due(self) -> int | None:
        """The first second after the day it is due."""
        return None if self.version.due is None else seconds(self.version.due) + 86_400


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule says: its rows, and what they rest on as (dataset, kind) and declarations.

    why: why nothing can be said, or None
    """

    rows: tuple[Row, ...] = ()
    uses: tuple[tuple[str, str], ...] = ()
    declared: tuple[str, ...] = ()
    why: str | None = None


def result_of(judged: Judged) -> Result:
    """The result of all rows together; without a row there is nothing to be kept."""
    found = {row.result for row in judged.rows}
    if Result.BROKEN in found:
        return Result.BROKEN
    if judged.why or not found or Result.UNKNOWN in found:
        return Result.UNKNOWN
    return Result.OPEN if Result.OPEN in found else Result.KEPT


def seconds(day: date) -> int:
    """Midnight (UTC) at a day's beginning, in seconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def day_of(time: int) -> date:
    """The day (UTC) of a second."""
    return datetime.fromtimestamp(time, UTC).date()


def within(question: Question, time: int | None) -> bool:
    """Whether the words held at a second; at an unknown one they may have."""
    return time is None or question.first <= time <= question.last


def missing(what: str, *, declared: Sequence[str] = ()) -> Judged:
    """Nothing can be said, and why."""
    return Judged(why=what, declared=tuple(declared))
