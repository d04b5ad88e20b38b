"""Exact measures day by day: each day costs what has changed in it, and one walk.

`analytics.fast.daily` keeps the amounts in order; here the changes of each day are read from a
release's positions, once, in the order of days.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from psephos.errors import AmountTooLarge
from psephos.results import reading
from psephos.results.history import changes_at

if TYPE_CHECKING:
    from analytics.fast.daily import Day
    from analytics.fast.limbs import Limbs
    from psephos.store.reader import Release

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Measured:
    """One day: days since 1970, its last block, and the measures at that block's end.

    day is None where nobody held anything
    """

    date: int
    block: int
    day: "Day | None"


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
    from analytics.fast.daily import Daily  # numba is 60 MB: not for who asks for no series

    entry = reading.dataset(release, name)
    if (kind, name) not in release.positions:
        return []
    missing = reading.gap(entry, last)
    days = [
        (day, block)
        for day, block in ends(release, entry.first, last)
        if missing is None or block < missing
    ]
    changes = changes_at(release, kind, name, [block for _, block in days], None)
    by_block = {at: list(some) for at, some in groupby(changes, key=lambda one: one[0])}
    places: dict[bytes, int] = {}
    daily, size = Daily(_limbs([])), 0
    found = []
    for day, block in days:
        amounts: dict[int, int] = {}
        for _, holder, amount in by_block.get(block, ()):
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
