"""Exact measures day by day: each day costs what has changed in it, and one walk.

`analytics.fast.daily` keeps the amounts in order; here the changes of each day are read from a
release's positions, once, in the order of days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from analytics.day import Day, measured
from psephos.errors import AmountTooLarge
from psephos.results import reading
from psephos.results.history import changes_at, held_at

if TYPE_CHECKING:
    from analytics.fast.limbs import Limbs
    from psephos.store.reader import Release

DAY = 86_400
STEPPED = 1_000_000
"""Days times holders up to which each day is measured anew, in some seconds at most."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One day: days since 1970, its last block, and the measures at that block's end.

    day is None where nobody held anything
    """

    date: int
    block: int
    day: Day | None


def ends(release: "Release", first: int, last: int) -> list[tuple[int, int]]:
    """(day, its last block) of every day (UTC) with a block from `first` to `last`, oldest first.

    The last day may not be over: its block is then `last`.
    """
    query = (
        "SELECT timestamp // ? AS day, max(number) FROM block WHERE number BETWEEN ? AND ? "
        "GROUP BY day ORDER BY day"
    )
    found = reading.rows(release, query, (DAY, first, last))
    return [(int(day), int(block)) for day, block in found]


def series(release: "Release", kind: str, name: str, last: int) -> list[Measured]:
    """The measures of a kind of position at the end of each day up to block `last`.

    Positions that are told by events (not `locked`, which moves with the clock). Days before the
    first block that is missing; none where positions are not published. `AmountTooLarge` for
    amounts of 2^127 or more.
    """
    entry = reading.dataset(release, name)
    if (kind, name) not in release.positions:
        return []
    missing = reading.gap(entry, last)
    days = [
        (day, block)
        for day, block in ends(release, entry.first, last)
        if missing is None or block < missing
    ]
    count = "SELECT count(DISTINCT holder) FROM position WHERE kind = ? AND dataset = ?"
    if len(days) * reading.rows(release, count, (kind, name))[0][0] <= STEPPED:
        held = held_at(release, kind, name, [block for _, block in days])
        return [
            Measured(day, block, None if amounts is None else measured(amounts))
            for (day, block), (_, amounts) in zip(days, held, strict=True)
        ]
    return _by_changes(release, kind, name, days)


def _by_changes(
    release: "Release", kind: str, name: str, days: list[tuple[int, int]]
) -> list[Measured]:
    """The same where it is worth the memory of a compiler: numba and LLVM are 100 MB."""
    from analytics.fast.daily import Daily

    changes = changes_at(release, kind, name, [block for _, block in days], None)
    by_block = groupby(changes, key=lambda one: one[0])
    ahead = next(by_block, None)
    places: dict[bytes, int] = {}
    daily, size = Daily(_limbs([])), 0
    found = []
    for day, block in days:
        amounts: dict[int, int] = {}
        some: Iterable[tuple[int, bytes, int]] = ()
        if ahead is not None and ahead[0] == block:
            some = list(ahead[1])
            ahead = next(by_block, None)
        for _, holder, amount in some:
            if holder not in places:
                places[holder] = len(places)
            amounts[places[holder]] = amount
        daily.grow(len(places) - size)
        size = len(places)
        daily.change(np.array(list(amounts), np.int64), _limbs(list(amounts.values())))
        found.append(Measured(day, block, daily.measured()))
    return found


def _limbs(amounts: list[int]) -> "Limbs":
    from analytics.fast.limbs import Limbs

    found = Limbs.of_integers(amounts)
    if found is None:
        raise AmountTooLarge("an amount of 2^127 or more cannot be followed day by day")
    return found
