"""Scenario files: what a simulation starts from and assumes, strictly.

Layout: `data/scenarios/README.md`. Every complaint is a `ConfigurationError` with file, line and
key, and so is a scenario that contradicts itself. A value may be "indexed": then a release gives
it, and the simulation carries that release's evidence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from analytics.simulation import Rates
from psephos.configuration import Reader
from psephos.errors import CommandError
from psephos.results import dated, exactly
from psephos.results.economy.schedules import Schedule, schedule
from psephos.values import natural, positive

INDEXED: Literal["indexed"] = "indexed"
SCHEDULED: Literal["scheduled"] = "scheduled"
STEPS_OF_YEAR = {"day": 365, "week": 52, "month": 12}
MOST_STEPS, MOST_RUNS = 3650, 100_000
SHARES = ("restaked", "unlocked_staked", "fees_burned")
AMOUNTS = ("most_minted", "granted")
GROWTHS = ("stake_growth", "fee_growth")
SPREADS = ("stake_spread", "fee_spread")
STATE = ("supply", "stake", "locked", "treasury", "fees")

Given = int | Literal["indexed", "scheduled"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as its file says it; amounts in the smallest unit.

    state: what it starts from by name, an amount or where the amount comes from
    rates: one for each step; drifts: whether growth and spread of fees are indexed
    schedule: a schedule file, "indexed" for the grants of a release, or None
    edges: the first second of each step and of the day after the last one
    """

    title: str
    source: str
    token: str
    decimals: int
    step: str
    start: date
    dataset: str | None
    runs: int
    state: Mapping[str, Given]
    rates: tuple[Rates, ...]
    drifts: bool
    schedule: Schedule | Literal["indexed"] | None
    edges: tuple[int, ...]
    days: tuple[date, ...]
    name: str
    complain: Callable[[str, str], Exception]

    @property
    def indexed(self) -> bool:
        """Whether a release is needed."""
        asked = (*self.state.values(), self.schedule)
        return self.drifts or any(isinstance(one, str) and one == INDEXED for one in asked)


def read(file: Path, schedules: Path | None = None) -> Scenario:
    """One scenario file, every field checked, and all of it against itself.

    schedules: the folder of schedule files (`data/schedules` if none is given)
    """
    top = dated.opened(file, "scenarios")
    decimals = top.take("decimals", natural)
    step = top.take("step", exactly.one_of(*STEPS_OF_YEAR))
    steps = top.take("steps", _up_to(MOST_STEPS))
    start = top.take("start", exactly.day)
    plan = _schedule(top, schedules, start)
    days = _days(top, start, step, steps)
    state = _state(_table(top, "state"), decimals, plan)
    rates, drifts = _rates(top, decimals, steps, state)
    if plan and isinstance(plan, Schedule) and plan.decimals != decimals:
        raise top.error("decimals", f"is {decimals}, and {plan.decimals} in schedule {plan.name}")
    found = Scenario(
        top.take("title", exactly.text),
        top.take("source", exactly.text),
        top.take("token", exactly.text),
        decimals,
        step,
        start,
        top.take("dataset", exactly.text) if "dataset" in top.left else None,
        top.take("runs", _up_to(MOST_RUNS), 1000),
        state,
        rates,
        drifts,
        plan,
        tuple(exactly.seconds(day) for day in days),
        days,
        file.name,
        top.error,
    )
    top.done()
    if plan and isinstance(plan, Schedule) and plan.token != found.token:
        raise top.error("token", f"is {found.token}, and {plan.token} in schedule {plan.name}")
    return found


def _days(top: Reader, start: date, step: str, steps: int) -> tuple[date, ...]:
    """The first day of each step, and the day after the last one."""
    try:
        return tuple(islice(exactly.days_from(start, step), steps + 1))
    except (ValueError, OverflowError):
        why = f"is {steps}: so many steps of a {step} from {start} on end after the year 9999"
        raise top.error("steps", why) from None


def _schedule(top: Reader, where: Path | None, start: date) -> Schedule | Literal["indexed"] | None:
    name = top.take("schedule", exactly.text, "-")
    if name == "-":
        return None
    if name == INDEXED:
        return INDEXED
    try:
        return schedule(name, start, where)
    except CommandError as error:
        raise top.error("schedule", f"is {name!r}: {error.message}", error.hint) from None


def _table(top: Reader, key: str) -> Reader:
    found = top.take(key, _mapping)
    return Reader(top.source, key, found)


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be a table")
    return value


def _state(table: Reader, decimals: int, plan: Any) -> dict[str, Given]:
    """The amounts it starts from; treasury and fees are 0 if nothing is said."""
    found: dict[str, Given] = {}
    for name in STATE:
        default = 0 if name in ("treasury", "fees") or (name == "locked" and not plan) else None
        found[name] = table.take(name, _given(decimals, name), default)
    table.done()
    if found["locked"] == SCHEDULED and not isinstance(plan, Schedule):
        raise table.error("locked", 'is "scheduled", and no schedule file is named')
    if plan == INDEXED and found["locked"] != INDEXED:
        raise table.error("locked", 'must be "indexed" where the schedule is')
    return found


def _given(decimals: int, name: str) -> Callable[[Any], Given]:
    def read(value: Any) -> Given:
        if value == INDEXED:
            return INDEXED
        if value == SCHEDULED and name == "locked":
            return SCHEDULED
        return exactly.amount(decimals)(value)

    return read


def _rates(
    top: Reader, decimals: int, steps: int, state: Mapping[str, Given]
) -> tuple[tuple[Rates, ...], bool]:
    """The rates of each step: those of `[rates]`, changed from step to step by `[[change]]`."""
    first = _table(top, "rates")
    drifts = [first.left.get(name) == INDEXED for name in ("fee_growth", "fee_spread")]
    if any(drifts):
        if not all(drifts):
            raise first.error("fee_growth", "and `fee_spread` are indexed both, or neither")
        del first.left["fee_growth"], first.left["fee_spread"]
    if "inflation_cap" not in first.left:
        raise first.error("inflation_cap", "is missing: 0 % where nothing is minted")
    now = _changed(first, Rates(c=0), decimals)
    changes = {1: now}
    last = 1
    for table in top.tables("change"):
        at = table.take("from", positive)
        if not last < at <= steps:
            raise table.error("from", f"is {at}: after step {last}, and at most {steps}")
        if not table.left:
            raise table.error("from", "stands alone: nothing changes")
        now = _changed(table, now, decimals)
        changes[at] = now
        last = at
    if state["fees"] == 0 and any(drifts):
        raise first.error("fee_growth", "is indexed, and `state.fees` is not given")
    listed, here = [], changes[1]
    for place in range(1, steps + 1):
        here = changes.get(place, here)
        listed.append(here)
    return tuple(listed), any(drifts)


def _changed(table: Reader, before: Rates, decimals: int) -> Rates:
    """`before` with whatever the table says."""
    given: dict[str, Any] = {}
    if "inflation_cap" in table.left:
        given["c"] = table.take("inflation_cap", _cap)
    if "rewards" in table.left:
        given["btc"] = _split(table)
    for name in (*SHARES, *SPREADS, *GROWTHS, *AMOUNTS):
        if name in table.left:
            given[NAMES[name]] = table.take(name, _reader(name, decimals))
    table.done()
    return replace(before, **given)


NAMES = {
    "restaked": "restake",
    "unlocked_staked": "unlock_stake",
    "fees_burned": "burn",
    "most_minted": "cap",
    "granted": "grants",
    "stake_growth": "growth",
    "stake_spread": "spread",
    "fee_growth": "fee_growth",
    "fee_spread": "fee_spread",
}
"""The word of a file for a field of `analytics.simulation.Rates`."""

assert {*NAMES.values(), "c", "btc"} == {field.name for field in fields(Rates)}


def _reader(name: str, decimals: int) -> Callable[[Any], Any]:
    if name in SHARES:
        return exactly.share
    if name in SPREADS:
        return exactly.spread
    return exactly.amount(decimals) if name in AMOUNTS else _growth


def _growth(value: Any) -> Fraction:
    """A rate of one step; nothing shrinks by more than all of it."""
    found = exactly.rational(value)
    if found < -1:
        raise ValueError(f"is {value!r}: nothing shrinks by more than 100 %")
    return found


def _cap(value: Any) -> int:
    found = exactly.share(value) * 10_000
    if found.denominator != 1:
        raise ValueError(f"is {value!r}: the contract counts in hundredths of a per cent")
    return int(found)


def _split(table: Reader) -> Fraction:
    """Bitcoin's share of the rewards; both shares are given, and they add up."""
    parts = Reader(table.source, f"{table.path}.rewards", table.take("rewards", _mapping))
    try:
        shares = {name: parts.take(name, exactly.share) for name in ("strk", "btc")}
        parts.done()
    except Exception as error:
        raise table.error("rewards", str(getattr(error, "message", error))) from None
    whole = sum(shares.values(), Fraction(0))
    if whole != 1:
        raise table.error("rewards", f"adds up to {float(100 * whole):.6g} %, not 100 %")
    return shares["btc"]


def _up_to(most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        found = positive(value)
        if found > most:
            raise ValueError(f"is {found}: at most {most}")
        return found

    return read
