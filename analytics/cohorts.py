"""Holders in cohorts: how long they have held, and how much, as a table that adds up."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analytics.arguments import listed, rows
from analytics.whole import moment, whole
from psephos.errors import DataError


@dataclass(frozen=True, slots=True)
class Cell:
    """How many holders, and what they hold together."""

    holders: int
    amount: int


@dataclass(frozen=True, slots=True)
class Cohorts:
    """`cells[a][s]`: holders of age class a (youngest first) and size class s (smallest first).

    Class k of edges e lies between e[k − 1] (included) and e[k] (not included), the first below
    e[0], the last from the last edge on.
    """

    ages: tuple[int, ...]
    sizes: tuple[int, ...]
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def holders(self) -> int:
        return sum(cell.holders for row in self.cells for cell in row)

    @property
    def amount(self) -> int:
        return sum(cell.amount for row in self.cells for cell in row)


def cohorts(
    held: Iterable[tuple[int, int]], now: int, ages: Sequence[int], sizes: Sequence[int]
) -> Cohorts:
    """Holders by age and size: (amount, since when) sorted into the classes of two lists of edges.

    `since` is when the holder last began to hold anything, on one clock with `now` (blocks or
    seconds); age is now − since. Nobody is in two cells, and the cells add up to all holders and
    to all they hold. Who holds nothing is not counted. A holder from the future, a negative amount
    and edges that do not rise raise `DataError` with the place.
    """
    moment(now, "now")
    for name, edges in (("ages", ages), ("sizes", sizes)):
        for place, edge in enumerate(listed(edges, name)):
            moment(edge, f"{name}: edge {place}")
        for place, (a, b) in enumerate(pairwise(edges)):
            if b <= a:
                raise DataError(f"{name}: edge {place + 1} is {b}, not after {a}")
    found = [[[0, 0] for _ in range(len(sizes) + 1)] for _ in range(len(ages) + 1)]
    for place, (amount, since) in enumerate(rows(held, 2, "the holders")):
        if moment(since, f"since when holder {place} holds,") > now:
            raise DataError(f"holder {place} holds since {since}, which is after {now}")
        if not whole(amount, f"amount {place}"):
            continue
        cell = found[bisect_right(ages, now - since)][bisect_right(sizes, amount)]
        cell[0] += 1
        cell[1] += amount
    cells = tuple(tuple(Cell(*cell) for cell in row) for row in found)
    return Cohorts(tuple(ages), tuple(sizes), cells)
