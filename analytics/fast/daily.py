"""A daily series of a million holders: each day costs what has changed, and one walk.

The amounts are kept in order. A day's changes are taken out of it and put into it by one merge,
so nothing is sorted again but the changes themselves; sums of squares are kept, and what rests on
ranks (Gini, coalitions) is walked once. Everything is exact.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.day import RANKS, THRESHOLDS, Day
from analytics.fast import kernels
from analytics.fast.limbs import Limbs, joined, rows_of
from analytics.fast.wide import compiled
from psephos.errors import DataError


class Daily:
    """Amounts of holders by place, and the same in order.

    `change` takes a day's new amounts of some places, each place once; `measured` answers for the
    state it leads to. Amounts are of up to 128 bits and their total is below 2^128. A holder
    without anything stays in its place and counts for nothing; new ones get places by `grow`.
    """

    def __init__(self, amounts: Limbs) -> None:
        low, high = amounts.low.copy(), amounts.high.copy()
        self._places = Limbs(low, high)
        self._ordered = amounts.ascending()
        if self._ordered.low is amounts.low or self._ordered.high is amounts.high:
            self._ordered = Limbs(self._ordered.low.copy(), self._ordered.high.copy())
        *total, over = kernels.wide_total(low, high)
        if over:
            raise DataError("the amounts together are 2^128 or more: measure them a day at a time")
        self.total = joined(total)
        self.squares = joined(kernels.wide_sums(low, high)[0])

    def amount(self, place: int) -> int:
        """What the holder in a place has now."""
        return self._places[place]

    def grow(self, count: int) -> int:
        """Places for `count` more holders, who have nothing yet; the first of the new places."""
        if count < 0:
            raise DataError(f"{count} more holders: there cannot be fewer than none")
        first, more = len(self._places), np.zeros(count, np.uint64)
        places, ordered = self._places, self._ordered
        self._places = Limbs(np.append(places.low, more), np.append(places.high, more))
        self._ordered = Limbs(np.append(more, ordered.low), np.append(more, ordered.high))
        return first

    def change(self, places: npt.NDArray[np.int64], amounts: Limbs) -> None:
        """The new amounts of some places. A place out of range or there twice is an error.

        When an error is raised nothing has changed.
        """
        places = np.asarray(places, np.int64)
        if len(places) != len(amounts):
            raise DataError(f"{len(amounts)} amounts for {len(places)} places: give one for each")
        if not len(places):
            return
        self._refuse(places)
        before = Limbs(self._places.low[places], self._places.high[places])
        *gone, _ = kernels.wide_total(before.low, before.high)
        *come, over = kernels.wide_total(amounts.low, amounts.high)
        total = self.total - joined(gone) + joined(come)
        if over or total >> 128:
            raise DataError("the amounts together are 2^128 or more: measure them a day at a time")
        out, into = before.ascending(), amounts.ascending()
        held = self._ordered
        self._ordered = Limbs(*merged(held.low, held.high, out.low, out.high, into.low, into.high))
        self.squares += joined(kernels.wide_sums(into.low, into.high)[0])
        self.squares -= joined(kernels.wide_sums(out.low, out.high)[0])
        self._places.low[places], self._places.high[places] = amounts.low, amounts.high
        self.total = total

    def _refuse(self, places: npt.NDArray[np.int64]) -> None:
        ordered = np.sort(places)
        if ordered[0] < 0 or ordered[-1] >= len(self._places):
            wrong = ordered[0] if ordered[0] < 0 else ordered[-1]
            raise DataError(f"place {wrong}: there are places 0 to {len(self._places) - 1}")
        twice = np.flatnonzero(ordered[1:] == ordered[:-1])
        if len(twice):
            raise DataError(
                f"place {ordered[twice[0]]} is there twice in one day",
                hint="give each holder's last amount of the day",
            )

    def measured(self, ranks: tuple[int, ...] = RANKS) -> Day | None:
        """The measures of the state as it is; `None` when nobody holds anything."""
        x = self._ordered.positive()
        n = len(x)
        if not n:
            return None
        at = np.unique(np.array([min(k, n) for k in ranks], np.int64))
        limits = [t.share.numerator * self.total // t.share.denominator for t in THRESHOLDS]
        sizes, sums = kernels.walk(x.low, x.high, False, rows_of(limits, 2), at)
        held = dict(zip(at.tolist(), map(joined, sums), strict=True))
        ranked = joined(kernels.wide_ranked(x.low, x.high))
        return Day(
            n=n,
            total=self.total,
            gini=Fraction(2 * ranked - (n + 1) * self.total, n * self.total),
            hhi=Fraction(self.squares, self.total**2),
            top={k: Fraction(held[min(k, n)], self.total) for k in ranks},
            nakamoto=dict(zip(THRESHOLDS, map(int, sizes), strict=True)),
        )


@compiled
def merged(low: Any, high: Any, out_low: Any, out_high: Any, in_low: Any, in_high: Any) -> Any:
    """Ascending amounts without those of `out` (all are there) and with those of `in`."""
    n, gone, come = len(low), len(out_low), len(in_low)
    size = n - gone + come
    new_low, new_high = np.empty(size, np.uint64), np.empty(size, np.uint64)
    i = o = k = 0
    for at in range(size):
        while o < gone and i < n and low[i] == out_low[o] and high[i] == out_high[o]:
            i += 1
            o += 1
        if k < come and (
            i == n or in_high[k] < high[i] or (in_high[k] == high[i] and in_low[k] < low[i])
        ):
            new_low[at], new_high[at] = in_low[k], in_high[k]
            k += 1
        else:
            new_low[at], new_high[at] = low[i], high[i]
            i += 1
    return new_low, new_high
