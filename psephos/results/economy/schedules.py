"""Schedule files: `data/schedules/*.toml`, who was allotted how much and when it unlocks; strictly.

Layout: `data/schedules/README.md`. Every complaint is a `ConfigurationError` with file, line and
key. Shares add up to the whole, unlocks to no more than their groups were allotted, and two files
of one name never hold on one day. What is allotted and has no date is told, not hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import takewhile
from pathlib import Path

from analytics.unlocks import Linear, Steps, Tranche
from psephos.configuration import Reader
from psephos.results import dated, exactly
from psephos.values import natural

EVERY = ("once", "day", "week", "month", "linear")


@dataclass(frozen=True, slots=True)
class Group:
    """Who was allotted `amount` of smallest units, a `share` of the total."""

    name: str
    title: str
    share: Fraction
    amount: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """An allocation and its unlocks, as a source published them.

    `tranches` are named by the groups they belong to, joined by `+`; `undated` is what the groups
    that unlock were allotted and no unlock names.
    """

    name: str
    title: str
    token: str
    decimals: int
    total: int
    since: date
    until: date | None
    source: str
    assumed: tuple[str, ...]
    groups: tuple[Group, ...]
    tranches: tuple[Tranche, ...]

    @property
    def dated(self) -> int:
        """What unlocks some day."""
        return sum(tranche.amount for tranche in self.tranches)

    @property
    def undated(self) -> int:
        """What the groups that unlock were allotted, and no unlock names."""
        locked = {name for tranche in self.tranches for name in tranche.group.split("+")}
        return sum(group.amount for group in self.groups if group.name in locked) - self.dated


def schedules(where: Path | None = None) -> dict[str, tuple[Schedule, ...]]:
    """Every schedule of a folder (`data/schedules` if none is given), each oldest first."""
    found = ((file.name, read(file)) for file in dated.files("schedules", where))
    return dated.by_name(found, "schedule")


def schedule(name: str, on: date | None = None, where: Path | None = None) -> Schedule:
    """The schedule of a name on a day (none: its newest). `CommandError` names those there are."""
    return dated.on_day(schedules(where), name, on, "schedule")


def read(file: Path) -> Schedule:
    """One schedule file, every field checked, and all of it against itself."""
    top = dated.opened(file, "schedules")
    decimals = top.take("decimals", natural)
    total = top.take("total", exactly.amount(decimals))
    groups = [(table, _group(table, total)) for table in top.tables("group")]
    allotted = {group.name: group.amount for _, group in groups}
    unlocks = [(table, _unlock(table, decimals)) for table in top.tables("unlock")]
    found = Schedule(
        top.take("name", exactly.label),
        top.take("title", exactly.text),
        top.take("token", exactly.text),
        decimals,
        total,
        *dated.validity(top),
        top.take("source", exactly.text),
        top.take("assumed", exactly.texts, ()),
        tuple(group for _, group in groups),
        tuple(tranche for _, tranche in unlocks),
    )
    top.done()
    _check_groups(top, groups)
    _check_unlocks(unlocks, allotted, decimals)
    return found


def _group(table: Reader, total: int) -> Group:
    part = table.take("share", exactly.share)
    exact = part * total
    if exact.denominator != 1:
        raise table.error("share", "of the total is no whole number of smallest units")
    group = Group(
        table.take("name", exactly.label), table.take("title", exactly.text), part, int(exact)
    )
    table.done()
    return group


def _unlock(table: Reader, decimals: int) -> Tranche:
    of = "+".join(table.take("of", exactly.labels))
    amount = table.take("amount", exactly.amount(decimals))
    every = table.take("every", exactly.one_of(*EVERY))
    first = table.take("first", exactly.day)
    last = first if every == "once" else table.take("last", exactly.day)
    cliff = table.take("cliff", exactly.day, first) if every == "linear" else first
    table.done()
    if last < first:
        raise table.error("last", f"is {last}, before `first`, {first}")
    if every == "linear":
        if not first <= cliff <= last:
            raise table.error("cliff", f"is {cliff}, not between `first` and `last`")
        return Linear(of, amount, *map(exactly.seconds, (first, cliff, last)))
    on = list(takewhile(lambda day: day <= last, exactly.days_from(first, every)))
    if on[-1] != last:
        raise table.error("last", f"is {last}: one {every} after the other ends on {on[-1]}")
    return Steps(of, tuple((exactly.seconds(day), amount) for day in on))


def _check_groups(top: Reader, groups: list[tuple[Reader, Group]]) -> None:
    """No group is there twice, and their shares add up to the whole."""
    if not groups:
        raise top.error("group", "is missing: somebody was allotted something")
    seen: set[str] = set()
    for table, group in groups:
        if group.name in seen:
            raise table.error("name", f"is that of an earlier group, {group.name!r}")
        seen.add(group.name)
    whole = sum((group.share for _, group in groups), Fraction(0))
    if whole != 1:
        table, group = groups[-1]
        percent = f"{float(100 * whole):.6g} %"
        raise table.error("share", f"makes all shares {percent}, not 100 %")


def _check_unlocks(
    unlocks: list[tuple[Reader, Tranche]], allotted: Mapping[str, int], decimals: int
) -> None:
    """Unlocks are of groups there are, and of no more than these were allotted."""
    spent: dict[str, int] = {}
    owner: dict[str, str] = {}
    for table, tranche in unlocks:
        names = tranche.group.split("+")
        for name in names:
            if name not in allotted:
                raise table.error("of", f"names {name!r}, which is no group of this file")
            if owner.setdefault(name, tranche.group) != tranche.group:
                raise table.error("of", f"shares {name!r} with an unlock of other groups")
        spent[tranche.group] = spent.get(tranche.group, 0) + tranche.amount
        most = sum(allotted[name] for name in names)
        if spent[tranche.group] > most:
            much, limit = (value // 10**decimals for value in (spent[tranche.group], most))
            raise table.error("amount", f"makes unlocks {much}, more than {limit} were allotted")
