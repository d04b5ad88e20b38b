"""The rules that a promise file may name, and how each reads its parameters, strictly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from re import fullmatch
from typing import Any

from psephos.configuration import text
from psephos.results.exactly import day
from psephos.results.promises.of_chain import council, equal_price, producers, waits
from psephos.results.promises.of_tokens import matched_delegation, unlock_calendar
from psephos.results.promises.of_votes import text_before_vote, vote_before_change, voting_period
from psephos.results.promises.promise import Judged, Question, missing

Read = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A function of a question and its parameters; `optional` have the value that is left out."""

    judge: Callable[..., Judged]
    required: Mapping[str, Read] = field(default_factory=dict)
    optional: Mapping[str, tuple[Read, Any]] = field(default_factory=dict)


def natural(most: int) -> Read:
    """A reader of whole numbers from 0 to `most`."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise ValueError(f"must be a whole number from 0 to {most}")
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
            raise ValueError(f"number {place}: `{key}` {error}") from None
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
    return tuple(value)


def monthly(value: Any) -> date:
    if day(value).day > 28:
        raise ValueError("must be a day that every month has, from 1 to 28")
    return day(value)


def uncheckable(of: Question, why: str) -> Judged:
    """Nothing on a chain can tell, and why."""
    return missing(why)


DAYS = natural(10_000)
RULES: dict[str, Rule] = {
    "voting_period": Rule(voting_period, {"days": DAYS}, {"hours_less": (natural(240), 0)}),
    "text_before_vote": Rule(
        text_before_vote,
        {"days": DAYS},
        {"facts": (tables_of(proposal=word, day=day, source=text), ())},
    ),
    "vote_before_change": Rule(vote_before_change, {"changes": names, "days": DAYS}),
    "unlock_calendar": Rule(
        unlock_calendar, {"steps": tables_of(first=monthly, last=day, tokens=natural(10**30))}
    ),
    "matched_delegation": Rule(matched_delegation, {"most": natural(10**30), "role": text}),
    "producers": Rule(producers, {"least": natural(10**6), "days": DAYS}),
    "equal_price": Rule(equal_price),
    "council": Rule(council, {"members": natural(10**4), "threshold": natural(10**4)}),
    "waits": Rule(waits, {"days": DAYS}),
    "uncheckable": Rule(uncheckable, {"why": text}),
}
"""Every rule by name. A rule that is added is one function here and one case kept, one broken."""
