"""The interval of a figure over who may stand behind its addresses.

Balances, power and locked grants are a census: no sampling makes an interval for them. What is
not known is who is behind an address, so the interval is over worlds (`analytics.intervals`):

    merging   up to `MERGES` times an address without a label is somebody else: from nobody to the
              largest of them all being one with the largest
    pools     what exchanges and pools hold belongs to others: from dust to all to the largest

By owner, where a pool holds something, the second is shown for those measures that have it; else
the first. Gini, Theil and other measures that change with the number of holders have neither; with
a declared number of hidden owners the study `sensitivity` tells theirs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics import ONE_HALF, ONE_THIRD, TWO_THIRDS, Measure, Value
from analytics.intervals import (
    OF_WHO_IS_COUNTED,
    Range,
    merged_worst,
    pooled_coalition,
    pooled_hhi,
    pooled_top_share,
)
from analytics.measure import Amounts
from psephos.results.figure import Interval
from psephos.results.labels.entities import POOLS, Entities
from psephos.results.positions import Positions
from psephos.results.shown.wording import counted, worded

MERGES = 5
"""So many mergers of addresses without a label are thought possible: declared, not known."""
POSSIBLE = 10**6
"""At most so many owners of pools are declared: each is written out."""
BEYOND = 10**12
"""More holders than this are not written out: a pool of dust has as many as it has units."""

POOLED: dict[str, Callable[[Sequence[int], int], Range | None]] = {
    "hhi": pooled_hhi,
    "effective_number": lambda named, pool: _turned(pooled_hhi(named, pool)),
    "top_1": lambda named, pool: pooled_top_share(named, pool, 1),
    "top_3": lambda named, pool: pooled_top_share(named, pool, 3),
    "top_5": lambda named, pool: pooled_top_share(named, pool, 5),
    "top_10": lambda named, pool: pooled_top_share(named, pool, 10),
    "nakamoto_one_third": lambda named, pool: pooled_coalition(named, pool, ONE_THIRD),
    "nakamoto_one_half": lambda named, pool: pooled_coalition(named, pool, ONE_HALF),
    "nakamoto_two_thirds": lambda named, pool: pooled_coalition(named, pool, TWO_THIRDS),
}
"""The measures that have an interval over all owners of a pool."""


@dataclass(frozen=True, slots=True)
class Worlds:
    """What may be true of positions: the most concentrated merging, and what pools hold."""

    worst: Amounts
    labelled: bool
    named: tuple[int, ...]
    pooled: int


def worlds(held: Positions, entities: Entities | None) -> Worlds | None:
    """The worlds of positions; None where there is nobody."""
    if held.undefined or not held.amounts:
        return None
    if entities is None:
        return Worlds(merged_worst((), held.amounts, MERGES)[1], False, held.amounts, 0)
    known: list[int] = []
    unknown: list[int] = []
    named: list[int] = []
    pooled = 0
    for holder, owner, amount in zip(held.holders, held.owners, held.amounts, strict=True):
        found = entities.of(holder, held.block) if owner else None
        (unknown if owner is None else known).append(amount)
        if found is not None and found.role in POOLS:
            pooled += amount
        else:
            named.append(amount)
    _, worst = merged_worst(known, unknown, MERGES)
    return Worlds(worst, bool(known), tuple(named), pooled)


def interval(
    measure: Measure, value: Value, found: Worlds | None, decimals: int
) -> Interval | None:
    """The interval of a measure's value; None where the measure has none."""
    if found is None or value is None:
        return None
    if found.pooled and measure.name in POOLED:
        both = POOLED[measure.name](found.named, found.pooled)
        words = "over all owners of what exchanges and pools hold"
        return None if both is None else _shown("pools", both, measure, words, decimals)
    if measure.name in OF_WHO_IS_COUNTED or measure.bounds is None:
        return None
    return merged(measure, value, measure.of(found.worst), found, decimals)


def merged(
    measure: Measure, value: Value, worst: Value, found: Worlds, decimals: int = 0
) -> Interval | None:
    """The interval from a value to that of the most concentrated merging."""
    if value is None or worst is None:
        return None
    who = "addresses without a label" if found.labelled else "addresses"
    words = f"if up to {counted(MERGES, who, who)} are somebody else's"
    return _shown("merging", Range(min(value, worst), max(value, worst)), measure, words, decimals)


def over_what(measure: Measure) -> str | None:
    """What a figure of a measure has its interval over, in words; None where it has none."""
    if measure.name in OF_WHO_IS_COUNTED or (measure.bounds is None and measure.name != "decisive"):
        return None
    words = f"up to {counted(MERGES, 'unlabelled address', 'unlabelled addresses')} being merged"
    pools = "; by owner: all owners of what pools hold" if measure.name in POOLED else ""
    return f"{words}{pools}"


def _shown(kind: str, both: Range, measure: Measure, words: str, decimals: int) -> Interval:
    low, high = (
        "beyond count"
        if measure.unit == "holders" and value is not None and value > BEYOND
        else worded(measure.name, value, measure.unit, decimals)
        for value in (both.low, both.high)
    )
    return Interval(kind, both.low, both.high, f"{low} to {high}", words)


def _turned(of: Range | None) -> Range | None:
    """The range of 1 over a positive value."""
    if of is None or not of.low or not of.high:
        return None
    return Range(1 / Fraction(of.high), 1 / Fraction(of.low))
