"""Rules about votes: how long they last, how early their text was there, and what needs one."""

from fractions import Fraction
from typing import Any

from psephos.results import reading
from psephos.results.promises.promise import (
    Judged,
    Question,
    Result,
    Row,
    day_of,
    missing,
    seconds,
    within,
)
from psephos.results.shown.wording import counted, decimal
from psephos.results.voting.proposals import Proposal, proposals
from psephos.results.voting.rules import GOVERNORS, State

DAY, HOUR = 86_400, 3_600
PASSED = (State.SUCCEEDED, State.QUEUED, State.EXECUTED, State.EXPIRED)


def voting_period(of: Question, days: int, hours_less: int) -> Judged:
    """Every vote is open for at least so many days, less a declared tolerance of hours.

    Blocks are taken for the seconds of their headers; a vote whose end lies ahead is open.
    """
    found = _votes(of)
    if not found:
        return missing("no vote of this release began while these words held")
    least = days * DAY - hours_less * HOUR
    rows = []
    for one, start in found:
        end = _time(of, one, one.deadline)
        length = None if start is None or end is None else end - start
        if length is None:
            open_ = not one.by_time and one.deadline > of.block
            result = Result.OPEN if open_ else Result.UNKNOWN
        else:
            result = Result.KEPT if length >= least else Result.BROKEN
        told = "its end lies ahead" if length is None else f"open for {_days(length)}"
        rows.append(_row(one, start, told, f"at least {counted(days, 'day')}", result))
    return Judged(tuple(rows), _uses(of))


def text_before_vote(of: Question, days: int, facts: tuple[dict[str, Any], ...]) -> Judged:
    """Before every vote its text was there for so many days.

    Where texts are published elsewhere, `facts` declare the day of each; a vote without one
    cannot be checked. Without any fact the proposal's own transaction, which carries the text, is
    what counts.
    """
    found = _votes(of)
    if not found:
        return missing("no vote of this release began while these words held")
    rows, sources = [], []
    for one, start in found:
        fact = next((f for f in facts if f["proposal"] == one.id), None)
        there = None if facts and fact is None else reading.timestamp(of.release, one.created)
        if fact is not None:
            there = seconds(fact["day"])
            sources.append(f"text of {one.number} on {fact['day']} (source: {fact['source']})")
        if there is None or start is None:
            begun = one.snapshot <= of.block or one.by_time
            result = Result.UNKNOWN if begun else Result.OPEN
            told = "the day of its text is not declared" if there is None else "it has not begun"
        else:
            result = Result.KEPT if start - there >= days * DAY else Result.BROKEN
            told = f"there {_days(start - there)} before the vote"
        rows.append(_row(one, start, told, f"at least {counted(days, 'day')} before", result))
    return Judged(tuple(rows), _uses(of), tuple(sources))


def vote_before_change(of: Question, changes: tuple[str, ...], days: int) -> Judged:
    """Every change that these tables tell of comes within so many days after a vote that passed.

    It is not said that the vote was about the change: that is for whoever reads the row.
    """
    there = [
        (name, table)
        for name in of.release.datasets
        for table in changes
        if reading.has(of.release, f"{name}_{table}")
    ]
    if not there:
        return missing(f"no dataset of this release tells of {' or '.join(changes)}")
    if not reading.datasets(of.release, *GOVERNORS):
        return missing("this release has no governor whose votes could be looked at")
    ended = [
        (one, end)
        for one in proposals(of.release, of.block)
        if one.state in PASSED and (end := _time(of, one, one.deadline)) is not None
    ]
    rows = []
    for name, table in there:
        for block, time in _events(of, f"{name}_{table}"):
            if not within(of, time):
                continue
            before = [
                one for one, end in ended if time is not None and end <= time <= end + days * DAY
            ]
            told = f"after the vote “{before[0].title}”" if before else "no vote that passed before"
            result = Result.KEPT if before else Result.BROKEN
            result = Result.UNKNOWN if time is None else result
            asked = f"a vote that passed, at most {days} days before"
            rows.append(Row(f"{name}: {table.replace('_', ' ')}", told, asked, result, block, time))
    if not rows:
        return missing("nothing was changed while these words held")
    return Judged(tuple(rows), (*_uses(of), *((name, "change") for name, _ in there)))


def _votes(of: Question) -> list[tuple[Proposal, int | None]]:
    """The proposals whose vote begins while the words hold, oldest first, and when it begins."""
    found = [(one, _time(of, one, one.snapshot)) for one in proposals(of.release, of.block)]
    return [(one, start) for one, start in reversed(found) if within(of, start)]


def _time(of: Question, one: Proposal, moment: int) -> int | None:
    """A moment of a governor's clock in seconds; None for a block that is not there yet."""
    if one.by_time:
        return moment
    return reading.timestamp(of.release, moment) if moment <= of.block else None


def _events(of: Question, table: str) -> list[tuple[int, int | None]]:
    """(block, seconds) of each event of a table, oldest first."""
    query = f'SELECT DISTINCT block_number FROM "{table}" WHERE block_number <= ? ORDER BY 1'
    blocks = [int(block) for (block,) in reading.rows(of.release, query, (of.block,))]
    when = reading.times(of.release, blocks)
    return [(block, when.get(block)) for block in blocks]


def _uses(of: Question) -> tuple[tuple[str, str], ...]:
    return tuple((name, "proposal") for name in reading.datasets(of.release, *GOVERNORS))


def _row(one: Proposal, start: int | None, told: str, asked: str, result: Result) -> Row:
    day = "" if start is None else f", vote from {day_of(start)}"
    return Row(f"“{one.title}”{day}", told, asked, result, one.created, start)


def _days(length: int) -> str:
    told = decimal(Fraction(length, DAY), 0 if length % DAY == 0 else 2)
    return f"{told} {'day' if length == DAY else 'days'}"
