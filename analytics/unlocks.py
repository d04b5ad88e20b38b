"""Schedules: when what is locked becomes free, as a calendar that adds up to the last unit.

A tranche is linear (nothing before its cliff) or in steps. What is free at a time is one exact
integer, and a period of the calendar is a difference of two of them: so periods add up to the
whole, whatever their edges.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from analytics.arguments import listed, rows
from analytics.whole import moment, whole
from psephos.errors import DataError


@dataclass(frozen=True, slots=True)
class Linear:
    """`amount`, evenly from `start` to `finish` (seconds), nothing before `cliff`.

    Free at t: 0 before the cliff, ⌊amount · (t − start) / (finish − start)⌋ from it on, all of it
    from `finish`.
    """

    group: str
    amount: int
    start: int
    cliff: int
    finish: int

    def __post_init__(self) -> None:
        whole(self.amount, f"amount of {self.group}")
        for name in ("start", "cliff", "finish"):
            moment(getattr(self, name), f"{name} of {self.group}")
        if not self.start <= self.finish:
            raise DataError(
                f"{self.group} begins at {self.start} and ends before, at {self.finish}"
            )
        if not self.start <= self.cliff <= self.finish:
            raise DataError(
                f"the cliff of {self.group}, {self.cliff}, is not between {self.start} and "
                f"{self.finish}"
            )

    def free(self, time: int) -> int:
        """What is free at `time`, taken out or not."""
        if time >= self.finish:
            return self.amount
        if time < self.cliff:
            return 0
        return self.amount * (time - self.start) // (self.finish - self.start)


@dataclass(frozen=True, slots=True)
class Steps:
    """An amount at each of several times (seconds), which rise."""

    group: str
    steps: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        for place, (time, amount) in enumerate(rows(self.steps, 2, f"the steps of {self.group}")):
            moment(time, f"time of step {place} of {self.group}")
            whole(amount, f"step {place} of {self.group}")
        for place, ((a, _), (b, _)) in enumerate(pairwise(self.steps)):
            if b <= a:
                raise DataError(f"step {place + 1} of {self.group} is at {b}, not after {a}")

    @property
    def amount(self) -> int:
        """All of it."""
        return sum(amount for _, amount in self.steps)

    def free(self, time: int) -> int:
        """What is free at `time`, steps at that very time included."""
        done = bisect_right([at for at, _ in self.steps], time)
        return sum(amount for _, amount in self.steps[:done])


Tranche = Linear | Steps


@dataclass(frozen=True, slots=True)
class Period:
    """What becomes free after `begin` and up to `end` (seconds), by group and together."""

    begin: int
    end: int
    groups: dict[str, int]

    @property
    def amount(self) -> int:
        """All groups together."""
        return sum(self.groups.values())


def unlock_calendar(tranches: Iterable[Tranche], edges: Sequence[int]) -> tuple[Period, ...]:
    """What becomes free between each two of the times `edges`, by group. Exact.

    A period is (begin, end]: what becomes free at the very second of an edge belongs to the
    period that ends there. Periods from before the first unlock to after the last one add up to
    the amounts of all tranches. Edges that do not rise raise `DataError`.
    """
    parts = _tranches(tranches)
    edges = listed(edges, "the edges of the calendar")
    for place, edge in enumerate(edges):
        moment(edge, f"edge {place} of the calendar")
    for place, (a, b) in enumerate(pairwise(edges)):
        if b <= a:
            raise DataError(f"edge {place + 1} of the calendar is {b}, not after {a}")
    groups = list(dict.fromkeys(one.group for one in parts))
    free = [
        {group: sum(one.free(edge) for one in parts if one.group == group) for group in groups}
        for edge in edges
    ]
    return tuple(
        Period(begin, end, {group: after[group] - before[group] for group in groups})
        for (begin, end), (before, after) in zip(pairwise(edges), pairwise(free), strict=True)
    )


def still_locked(tranches: Iterable[Tranche], time: int) -> int:
    """What is not free yet at a time, of all tranches. Exact."""
    moment(time, "the time")
    return sum(one.amount - one.free(time) for one in _tranches(tranches))


def _tranches(given: Iterable[Tranche]) -> list[Tranche]:
    found = listed(given, "the tranches")
    for place, one in enumerate(found):
        if not isinstance(one, Linear | Steps):
            raise DataError(f"tranche {place} is {str(one)[:40]!r}: it must be Linear or Steps")
    return found


def cumulative(calendar: Sequence[Period]) -> list[int]:
    """What became free from the first edge to the end of each period."""
    return list(accumulate(period.amount for period in calendar))
