"""Time: stakes weighted by it, windows that slide over it, and where a series breaks.

A series of a million holders by its daily changes is `analytics.fast.daily`.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf
from typing import Literal, get_args

from analytics.arguments import brief, listed, of_kind, one_of, real, rows, table
from analytics.measure import Measure, Value, population
from analytics.whole import moment, positive, whole
from psephos.errors import DataError

Steps = Sequence[tuple[int, int]]
"""(block, the amount from the end of that block on), blocks rising."""

Rule = Literal["active", "neighbours", "ever"]


@dataclass(frozen=True, slots=True)
class TimeWeighted:
    """Amount times blocks by holder, and the number of blocks: the mean is one over the other.

    Measures of shares do not mind the common divisor, so they take `amounts` as they are.
    """

    blocks: int
    amounts: dict[Hashable, int]


def time_weighted(
    steps: Mapping[Hashable, Steps],
    first: int,
    last: int,
    known: Sequence[tuple[int, int]],
) -> TimeWeighted:
    """Σ over the blocks first … last of what each holder had at the end of the block. Exact.

    Before its first step a holder has nothing. `known` are the ranges of blocks (both ends
    included) whose changes are all there: a block that is in none of them raises `DataError` with
    its number, since a hole would be a stake that did not move. So do steps that do not rise or
    amounts below zero.
    """
    if moment(last, "the last block") < moment(first, "the first block"):
        raise DataError(f"blocks {first} to {last}: there is none")
    known = rows(known, 2, "the known blocks")
    for place, pair in enumerate(known):
        for block in pair:
            whole(block, f"range {place} of known blocks")
    told = {
        who: rows(own, 2, f"the steps of {who!r}")
        for who, own in table(steps, "the steps by holder").items()
    }
    begins = [whole(own[0][0], f"step 0 of {who!r}") for who, own in told.items() if own]
    _refuse_holes(min([first, *begins]), last, known)
    found: dict[Hashable, int] = {}
    for holder, own in told.items():
        blocks = [whole(block, f"step {at} of {holder!r}") for at, (block, _) in enumerate(own)]
        if any(b <= a for a, b in pairwise(blocks)):
            raise DataError(f"steps of {holder!r} do not rise: {blocks[:6]}")
        population(amount for _, amount in own)
        ends = [*blocks[1:], last + 1][: len(own)]  # nobody without a step has an end
        found[holder] = sum(
            amount * max(min(end, last + 1) - max(begin, first), 0)
            for (begin, amount), end in zip(own, ends, strict=True)
        )
    return TimeWeighted(last - first + 1, found)


def _refuse_holes(first: int, last: int, known: Sequence[tuple[int, int]]) -> None:
    next_ = first
    for begin, end in sorted(known):
        if begin > next_:
            break
        next_ = max(next_, end + 1)
    if next_ <= last:
        raise DataError(
            f"block {next_} is not known: a mean over blocks needs all of them",
            hint="collect the gap, or take a range without one",
        )


@dataclass(frozen=True, slots=True)
class Window:
    """Days first … last (places in the series), who did how much, and how many did nothing.

    `empty` are those whom the population rule counts although they did nothing in the window.
    """

    first: int
    last: int
    amounts: dict[Hashable, int]
    empty: int


def sliding(
    days: Sequence[Mapping[Hashable, int] | None],
    length: int,
    *,
    rule: Rule,
    step: int = 1,
) -> Iterator[Window]:
    """Windows of `length` days, each `step` after the other, with a stated population.

    `active`: who did something in the window, and nobody is empty. `neighbours`: also who did in
    the windows right before and after, as the Edinburgh index counts. `ever`: also who did on any
    day of the series. Each day is added and taken away once. A day that is `None` (not known)
    raises `DataError` with its place; a series shorter than a window has none.
    """
    positive(length, "the length of a window")
    positive(step, "the step between windows")
    one_of(rule, get_args(Rule), "the rule of who counts")
    days = listed(days, "the days")
    for place, day in enumerate(days):
        if day is None:
            raise DataError(f"day {place} is not known: no window can slide over it")
        population(table(day, f"day {place}").values())
    told = [{who: x for who, x in day.items() if x} for day in days if day is not None]
    inside: dict[Hashable, int] = {}
    around: dict[Hashable, int] = {}
    seen = {who for day in told for who in day} if rule == "ever" else set()
    low = high = 0
    for first in range(0, len(told) - length + 1, step):
        before = max(first - step, 0)
        done = min(before + length, len(told)) if first else 0
        for day in told[before : min(done, first)]:
            _add(inside, day, -1)
        for day in told[max(done, first) : first + length]:
            _add(inside, day, 1)
        while rule == "neighbours" and high < min(first + 2 * length, len(told)):
            _add(around, told[high], 1)
            high += 1
        while rule == "neighbours" and low < first - length:
            _add(around, told[low], -1)
            low += 1
        counted = {"active": len(inside), "neighbours": len(around), "ever": len(seen)}[rule]
        yield Window(first, first + length - 1, dict(inside), counted - len(inside))


def over_lengths(
    days: Sequence[Mapping[Hashable, int] | None],
    lengths: Sequence[int],
    measure: Measure,
) -> dict[int, Value]:
    """A measure of the last window of each length: how much hangs on the one that was chosen.

    Who did nothing in it is not counted. Undefined where the series is shorter than the window, or
    nobody did anything in it. A day of it that is not known raises `DataError` with its place.
    """
    found: dict[int, Value] = {}
    of_kind(measure, Measure, "the measure")
    days = listed(days, "the days")
    for length in listed(lengths, "the lengths"):
        newest = days[max(len(days) - positive(length, "the length of a window"), 0) :]
        windows = list(sliding(newest, length, rule="active"))
        found[length] = measure.of(windows[0].amounts.values()) if windows else None
    return found


def _add(sums: dict[Hashable, int], day: Mapping[Hashable, int], sign: int) -> None:
    for who, amount in day.items():
        left = sums.get(who, 0) + sign * amount
        if left:
            sums[who] = left
        else:
            del sums[who]


@dataclass(frozen=True, slots=True)
class Break:
    """The series is of another level from place `at` on; `p` as if the values were independent."""

    at: int
    p: float


def breaks(
    values: Sequence[float], *, significance: float = 0.05, least: int = 10
) -> tuple[Break, ...]:
    """Where the level of a series changes: Pettitt's test by ranks, again in each part.

    p ≈ 2 exp(−6 K² / (T³ + T²)) with K the greatest |U_t|, U_t = Σ_{i≤t} Σ_{j>t} sgn(x_i − x_j).
    Ranks are exact (ties share theirs), so units and outliers do not matter. A series that is
    short, or always the same, has no break. Each part keeps at least `least` values. Days of one
    series are not independent: the true p is greater, and a trend without a break is found as one.
    Whole numbers may be of any size; NaN, infinities and a `significance` that is no chance raise
    `DataError`. Source: A. N. Pettitt, A Non-Parametric Approach to the Change-Point Problem,
    Applied Statistics 28, 1979.
    """
    values = listed(values, "the series")
    for place, value in enumerate(values):
        if abs(real(value, f"value {place}")) == inf:
            raise DataError(f"value {place} is no number: {value}; a series has none missing")
    if not 0 < real(significance, "the significance") < 1:
        raise DataError(
            f"a significance of {brief(significance)[:40]}: it is a chance, above 0 and below 1"
        )
    positive(least, "the least values of a part")
    found: list[Break] = []
    parts = [(0, len(values))]
    while parts:
        begin, end = parts.pop()
        at, greatest = _pettitt(values[begin:end], least)
        size = end - begin
        p = min(2 * exp(-6 * greatest**2 / (size**3 + size**2)), 1.0) if size else 1.0
        if at and p < significance:
            found.append(Break(begin + at, p))
            parts += [(begin, begin + at), (begin + at, end)]
    return tuple(sorted(found, key=lambda one: one.at))


def _pettitt(values: Sequence[float], least: int) -> tuple[int, float]:
    """(the place before which the ranks differ most from those after it, by how much: K)."""
    size = len(values)
    order = sorted(range(size), key=values.__getitem__)
    ranks = [0] * size  # doubled: those who tie share the mean of theirs
    start = 0
    for end in range(1, size + 1):
        if end == size or values[order[end]] != values[order[start]]:
            for place in order[start:end]:
                ranks[place] = start + 1 + end
            start = end
    at, greatest, part = 0, 0, 0
    for t in range(1, size):
        part += ranks[t - 1]
        distance = abs(part - t * (size + 1))
        if least <= t <= size - least and distance > greatest:
            at, greatest = t, distance
    return at, float(greatest)
