"""Which days lie in which file: a table of sealed days is cut into pieces of 16^k days.

Days count from 1970-01-01 UTC. With D the last sealed day, days 0 to D are cut by the digits of
D + 1 in base 16: so many pieces of 4096 days, of 256, of 16, of one. Every day 16 pieces of one
tier may become one of the next. The cut depends on D alone, not on when anybody released, so

- a table has at most 15 pieces of each tier, and none for days before its first;
- a row is written once and rewritten at most once for each tier above: log16 of the days;
- two houses that sealed the same days have the same files.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

BASE = 16
DAY = 86_400  # seconds

Run = tuple[int, int]
"""First and last day of days without a gap."""


def cut(last: int) -> list[Run]:
    """Days 0 to `last` as whole pieces, oldest first; none if `last` is negative."""
    pieces: list[Run] = []
    start, width = 0, 1
    while width * BASE <= last + 1:
        width *= BASE
    while width:
        while start + width <= last + 1:
            pieces.append((start, start + width - 1))
            start += width
        width //= BASE
    return pieces


def runs(days: Iterable[int]) -> tuple[Run, ...]:
    """Days as runs without gaps, in order."""
    found: list[Run] = []
    for day in sorted(set(days)):
        if found and found[-1][1] + 1 == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def days(parts: Iterable[Run]) -> set[int]:
    """The days of some runs."""
    return {day for first, last in parts for day in range(first, last + 1)}


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a piece: those of a file we have (`known`), or of a run of days to be read."""

    first: int
    last: int
    known: bool


def parts(piece: Run, sealed: Set[int], fresh: Set[int], files: Iterable[Run]) -> list[Part]:
    """From what a piece is put together, in order of days.

    A file is used as it is if it lies inside the piece and holds none of the `fresh` days, which
    are those whose rows the files do not have, or have in a version that was corrected.
    """
    inside = [f for f in files if piece[0] <= f[0] and f[1] <= piece[1]]
    known = [f for f in inside if not any(day in fresh for day in range(f[0], f[1] + 1))]
    taken = days(known)
    # Sealed days that are neither fresh nor in a file had no rows; those of a spoilt file are read.
    spoilt = days(f for f in inside if f not in known)
    unread = {d for d in range(piece[0], piece[1] + 1) if d in sealed and d not in taken}
    read = runs(d for d in unread if d in fresh or d in spoilt)
    found = [Part(first, last, True) for first, last in known]
    found += [Part(first, last, False) for first, last in read]
    return sorted(found, key=lambda part: part.first)
