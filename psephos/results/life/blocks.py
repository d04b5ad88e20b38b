"""Liveness: times between blocks, stalls, missed slots, gaps between state updates and their lag.

    Δ_n    = t(n) − t(n−1), of blocks whose parent's time is known too
    stall  : Δ > max(60 s, 10 · median Δ)
    missed = Σ (Δ / 12 s − 1), on a chain with slots of twelve seconds
    lag_b  = t(L1 block of the first update that covers b) − t(b)

Timestamps are whole seconds, set when a block begins. Undefined (None) where no two blocks in a
row are known.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.economy.settlement import Update, updates

if TYPE_CHECKING:
    from psephos.store.reader import Release

SLOT = 12
LEAST_STALL, TIMES_MEDIAN = 60, 10


@dataclass(frozen=True, slots=True)
class Gaps:
    """Of a series of gaps in seconds: how many, lower median, lower 0.95-quantile, most."""

    count: int
    median: int
    nineteen_of_twenty: int
    longest: int


def gaps(found: Sequence[int]) -> Gaps | None:
    """Quantiles of gaps; None of none."""
    if not found:
        return None
    told = sorted(found)
    return Gaps(len(told), _quantile(told, 1, 2), _quantile(told, 19, 20), told[-1])


def _quantile(told: Sequence[int], part: int, of: int) -> int:
    """The lower quantile part/of: the least value that so large a part does not exceed."""
    return told[max(0, -(-len(told) * part // of) - 1)]


def gaps_by_day(release: "Release", first: int, last: int) -> dict[int, list[tuple[int, int]]]:
    """Day (of 86,400 s, UTC, since 1970) → (block, seconds since its parent) in order, of blocks
    from time `first` to before `last`; a day without any is not there."""
    query = """
        SELECT one.timestamp // 86400, one.number,
            one.timestamp::BIGINT - parent.timestamp::BIGINT
        FROM block AS one JOIN block AS parent ON parent.number + 1 = one.number
        WHERE one.timestamp >= ? AND one.timestamp < ? ORDER BY 2"""
    found: dict[int, list[tuple[int, int]]] = {}
    for day, number, gap in reading.rows(release, query, (first, last)):
        found.setdefault(int(day), []).append((int(number), int(gap)))
    return found


def stalls(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those gaps that are stalls, longest first."""
    whole = gaps([gap for _, gap in found])
    limit = max(LEAST_STALL, TIMES_MEDIAN * whole.median) if whole else 0
    return sorted((one for one in found if one[1] > limit), key=lambda one: (-one[1], one[0]))


def missed_slots(found: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """(slots without a block, slots); None where some gap is no whole number of slots, or most
    blocks are further apart than one: then the chain is none of slots."""
    usual = gaps([gap for _, gap in found])
    if usual is None or usual.median != SLOT:
        return None
    slots = [divmod(gap, SLOT) for _, gap in found]
    if any(rest or not count for count, rest in slots):
        return None
    whole = sum(count for count, _ in slots)
    return whole - len(slots), whole


@dataclass(frozen=True, slots=True)
class Settling:
    """State updates of a window: seconds between them, L2 blocks in each, and the lag of blocks."""

    gaps: Gaps | None
    blocks: Gaps | None
    lag: Gaps | None
    mean_lag: Fraction | None


def settling(l2: "Release | None", l1: "Release", core: str, first: int, last: int) -> Settling:
    """How L2's blocks came to L1 by the updates from time `first` to before `last`.

    The lag, None without the L2's own release, is of the L2 blocks whose time is known; those
    under the window's first update are left out, since where it began is not known.
    """
    found = [one for one in updates(l1, core, first, last) if one.covers is not None]
    between = [b.time - a.time for a, b in pairwise(found)]
    covers = [one.covers or 0 for one in found]
    sizes = [b - a for a, b in pairwise(covers)]
    lags: list[int] = []
    if l2 is not None and len(found) > 1 and covers == sorted(covers):
        query = "SELECT number, timestamp FROM block WHERE number > ? AND number <= ?"
        for number, time in reading.rows(l2, query, (max(0, covers[0]), max(0, covers[-1]))):
            lags.append(found[bisect_left(covers, int(number))].time - int(time))
    mean = Fraction(sum(lags), len(lags)) if lags else None
    return Settling(gaps(between), gaps(sizes), gaps(lags), mean)


def waits_by_update(
    l2: "Release | None", found: Sequence[Update]
) -> list[tuple[Update, int, int | None, int | None]]:
    """(update, blocks it covers, how long the oldest and the newest of them waited, in seconds).

    The first of the updates is left out: where it began is not known. None where a block's time is
    not known.
    """
    told = [one for one in found if one.covers is not None]
    ends = [at for one in told for at in ((one.covers or 0) + 1, one.covers or 0)]
    when = {} if l2 is None else reading.times(l2, [at for at in ends if at >= 0])
    rows = []
    for before, one in pairwise(told):
        size = (one.covers or 0) - (before.covers or 0)
        old, new = (
            None if size < 1 or at not in when else one.time - when[at]
            for at in ((before.covers or 0) + 1, one.covers or 0)
        )
        rows.append((one, size, old, new))
    return rows
