"""The rules that a promise file may name, and how each reads its parameters, strictly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from re import fullmatch
from typing import Any

from psephos.chain.events import SOURCES
from psephos.configuration import text
from psephos.reader import shown
from psephos.results.exactly import day
from psephos.results.labels.fields import ROLES
from psephos.results.promises.of_chain import council, equal_price, producers, waits
from psephos.results.promises.of_tokens import matched_delegation, unlock_calendar
from psephos.results.promises.of_votes import text_before_vote, vote_before_change, voting_period
from psephos.results.promises.promise import Judged, Question, missing

Read = Callable[[Any], Any]

TABLES = sorted({shape.table for source in SOURCES.values() for shape in source.shapes})
"""Every table that a source of events fills, in each dataset that is read by it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A function of a question and its parameters; `optional` have the value that is left out.

    impossible: (parameter, why) where the parameters contradict each other, or None
    due: whether the rule looks at the days before the one by which it must have come true
    """

    judge: Callable[..., Judged]
    required: Mapping[str, Read] = field(default_factory=dict)
    optional: Mapping[str, tuple[Read, Any]] = field(default_factory=dict)
    impossible: Callable[[Mapping[str, Any]], tuple[str, str] | None] = lambda _: None
    due: bool = False


def natural(most: int, least: int = 0) -> Read:
    """A reader of whole numbers from `least` to `most`."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return read


def tables_of(**keys: Read) -> Read:
    """A reader of a list of tables, each with exactly these keys."""

    def read(value: Any) -> tuple[dict[str, Any], ...]:
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise ValueError("must be written as [[…]] tables")
        return tuple(_one(place, one, keys) for place, one in enumerate(value, start=1))

    return read


def _one(place: int, given: Mapping[str, Any], keys: Mapping[str, Read]) -> dict[str, Any]:
    if wrong := sorted(given.keys() ^ keys.keys()):
        what = "is missing" if wrong[0] in keys else "is not a key that psephos knows"
        raise ValueError(f"number {place}: `{wrong[0]}` {what}")
    found = {}
    for key, read in keys.items():
        try:
            found[key] = read(given[key])
        except ValueError as error:
            why = f"{error}, not {shown(given[key])}" if str(error).startswith("must ") else error
            raise ValueError(f"number {place}: `{key}` {why}") from None
    return found


def word(value: Any) -> bytes:
    """A proposal's id: 0x and 64 digits, or the number itself."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value.to_bytes(32, "big")
    if isinstance(value, str) and fullmatch(r"0x[0-9a-fA-F]{64}", value):
        return bytes.fromhex(value[2:])
    raise ValueError("must be a number, or 0x and 64 hexadecimal digits")


def names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of tables' names")
    if not all(isinstance(one, str) and fullmatch("[a-z][a-z0-9_]{0,60}", one) for one in value):
        raise ValueError("must be a list of tables' names of a-z, 0-9 and _")
    if unknown := [one for one in value if one not in TABLES]:
        near = get_close_matches(unknown[0], TABLES, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"names {unknown[0]!r}, and no source of events has such a table{meant}")
    return tuple(value)


def role(value: Any) -> str:
    if value not in ROLES:
        raise ValueError(f"is {shown(value)}: must be one of {', '.join(ROLES)}")
    return str(value)


def monthly(value: Any) -> date:
    if day(value).day > 28:
        raise ValueError("must be a day that every month has, from 1 to 28")
    return day(value)


def uncheckable(of: Question, why: str) -> Judged:
    """Nothing on a chain can tell, and why."""
    return missing(why)


def _calendar(given: Mapping[str, Any]) -> tuple[str, str] | None:
    """No step ends before it begins, and each begins after the one before it."""
    steps = given["steps"]
    if not steps:
        return "steps", "is empty: a calendar has days"
    for place, step in enumerate(steps, start=1):
        if step["last"] < step["first"]:
            told = f"`last` is {step['last']}, before `first`, {step['first']}"
            return "steps", f"number {place}: {told}"
    for place, (before, step) in enumerate(pairwise(steps), start=2):
        if step["first"] <= before["last"]:
            told = f"`first` is {step['first']}, not after the step before, to {before['last']}"
            return "steps", f"number {place}: {told}"
    return None


def _council(given: Mapping[str, Any]) -> tuple[str, str] | None:
    members, threshold = given["members"], given["threshold"]
    if threshold > members:
        return "threshold", f"is {threshold}, more than there are `members`, {members}"
    return None


DAYS = natural(10_000, 1)
RULES: dict[str, Rule] = {
    "voting_period": Rule(voting_period, {"days": DAYS}, {"hours_less": (natural(240), 0)}),
    "text_before_vote": Rule(
        text_before_vote,
        {"days": DAYS},
        {"facts": (tables_of(proposal=word, day=day, source=text), ())},
    ),
    "vote_before_change": Rule(vote_before_change, {"changes": names, "days": DAYS}),
    "unlock_calendar": Rule(
        unlock_calendar,
        {"steps": tables_of(first=monthly, last=day, tokens=natural(10**30))},
        impossible=_calendar,
    ),
    "matched_delegation": Rule(matched_delegation, {"most": natural(10**30), "role": role}),
    "producers": Rule(producers, {"least": natural(10**6, 1), "days": DAYS}, due=True),
    "equal_price": Rule(equal_price),
    "council": Rule(
        council,
        {"members": natural(10**4, 1), "threshold": natural(10**4, 1)},
        impossible=_council,
    ),
    "waits": Rule(waits, {"days": DAYS}),
    "uncheckable": Rule(uncheckable, {"why": text}),
}
"""Every rule by name. A rule that is added is one function here and one case kept, one broken."""
