"""Intervals over hypotheses: who may be one, and to whom a pool may belong.

A census has no sampling error. What is not known is who stands behind an address: unknown
addresses may have one owner, a pooled holding may have thousands. Each function here gives the
least and the greatest value over *all* such worlds, not over some that were tried: the two ends
majorise, or are majorised by, every world between them.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.arguments import listed, of_kind, table, truth
from analytics.concentration import coalition, hhi, top_share
from analytics.measure import MEASURES, Amounts, Measure, Value, population
from analytics.threshold import Threshold
from analytics.whole import moment, positive, rate, whole
from psephos.errors import DataError

OF_WHO_IS_COUNTED = frozenset({
    "gini", "gini_unbiased", "hoover", "theil", "theil_l", "ge_2", "atkinson_half", "atkinson_1",
    "atkinson_2", "pielou", "hhi_normalised",
})  # fmt: skip
"""Measures that fall or rise when two holders become one: n changes with them."""


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest value, both reached."""

    low: Value
    high: Value


def merging(
    measure: Measure,
    known: Iterable[int],
    unknown: Iterable[int],
    merges: int,
    *,
    with_known: bool = True,
) -> Range | None:
    """A measure if up to `merges` times an unknown holder is somebody else.

    A merge makes two holders one; at least one of them is unknown, and no two `known` ones ever
    become one. One end is nobody merging, the other the `merges` largest unknown ones being the
    largest holder (or, without `with_known`, each other): no other choice gives any k holders
    more. Only for measures to which merging is concentration; others raise `DataError`.
    Undefined for no holders.
    """
    of_kind(measure, Measure, "the measure")
    if measure.name in OF_WHO_IS_COUNTED or measure.bounds is None:
        raise DataError(
            f"{measure.name} may rise and fall when two holders become one",
            hint="take hhi, a share of the largest, an entropy, or who is needed; "
            "`merging_uneven` says between which values inequality lies",
        )
    separate, worst = merged_worst(known, unknown, merges, with_known=with_known)
    return _between(measure.of(separate), measure.of(worst))


def merged_worst(
    known: Iterable[int], unknown: Iterable[int], merges: int, *, with_known: bool = True
) -> tuple[Amounts, Amounts]:
    """(nobody merged, the most concentrated of all mergers): two populations."""
    whole(merges, "merges")
    truth(with_known, "whether the known may be merged with")
    sure, unsure = population(known), population(unknown)
    separate = population([*sure, *unsure])
    if not merges or not unsure:
        return separate, separate
    joined, others = sum(unsure[:merges]), list(unsure[merges:])
    rest = list(sure)
    if with_known and rest and (not others or rest[0] >= others[0]):
        joined += rest.pop(0)
    elif others:
        joined += others.pop(0)
    return separate, population([joined, *rest, *others])


def pooled_hhi(named: Iterable[int], pooled: int) -> Range | None:
    """The HHI over all owners of a pool: from dust of one unit each to all the largest's.

    Exact at both ends; undefined when nobody holds anything.
    """
    held, largest = _pool(named, pooled)
    if not largest:
        return None
    dust = sum(x * x for x in held) + pooled
    return Range(Fraction(dust, sum(largest) ** 2), hhi(largest))


def pooled_top_share(named: Iterable[int], pooled: int, k: int) -> Range | None:
    """The share of the k largest over all owners of a pool.

    From dust of one unit each, of which as many join the named as are missing to k, to all the
    largest's. Exact at both ends, and both are reached; undefined for no holders. k below 1 raises
    `DataError`.
    """
    held, largest = _pool(named, pooled)
    positive(k, "the number of the largest")
    if not largest:
        return None
    dust = min(max(k - len(held), 0), pooled)
    return Range(Fraction(sum(held[:k]) + dust, sum(largest)), top_share(largest, k))


def pooled_coalition(named: Iterable[int], pooled: int, threshold: Threshold) -> Range | None:
    """The fewest who meet a threshold, over all owners of a pool.

    The greatest is that of dust: as many units as are missing join the named. It may be of the
    size of the supply in its smallest unit, and is exact. Undefined for no holders.
    """
    held, largest = _pool(named, pooled)
    of_kind(threshold, Threshold, "the threshold")
    if not largest:
        return None
    whole, sure = sum(largest), sum(held)
    share = threshold.share
    if threshold.met(sure, whole):
        part, size = 0, 0
        while not threshold.met(part, whole):
            part, size = part + held[size], size + 1
    else:
        enough = share.numerator * whole // share.denominator + 1
        if not threshold.strict:
            enough = -(-share.numerator * whole // share.denominator)
        size = len(held) + enough - sure
    return Range(coalition(largest, threshold), size)


def pooled_split(measure: Measure, named: Iterable[int], pooled: int, hidden: int) -> Range | None:
    """A measure over all splits of a pool among `hidden` owners beside the named.

    For Gini, Theil and all others that change with the number of holders, which must therefore be
    declared: with dust they say nothing. From equal parts to one unit each but for one of them;
    every hidden owner holds at least one unit, else `DataError`. Every split majorises the first
    and is majorised by the second, so no value lies outside. Undefined where the measure is.
    """
    held, _ = _pool(named, pooled)
    of_kind(measure, Measure, "the measure")
    if not 0 <= moment(hidden, "the number of hidden owners") <= pooled or (pooled and not hidden):
        raise DataError(f"{hidden} hidden owners of {pooled}: each holds at least one unit")
    if not pooled:
        return _between(measure.of(held), measure.of(held))
    each, more = divmod(pooled, hidden)
    even = [each + 1] * more + [each] * (hidden - more)
    uneven = [pooled - hidden + 1] + [1] * (hidden - 1)
    return _between(measure.of([*held, *even]), measure.of([*held, *uneven]))


def pooled_gini(named: Iterable[int], pooled: int, hidden: int) -> Range | None:
    """The Gini coefficient over all splits of a pool among `hidden` owners beside the named.

    As `pooled_split`, and exact.
    """
    return pooled_split(MEASURES["gini"], named, pooled, hidden)


def _between(one: Value, other: Value) -> Range | None:
    return None if one is None or other is None else Range(min(one, other), max(one, other))


def _pool(named: Iterable[int], pooled: int) -> tuple[Amounts, Amounts]:
    """(the named, the same with the pool given to the largest of them)."""
    held = population(named)
    population([pooled])
    if not pooled:
        return held, held
    return held, Amounts((held[0] + pooled, *held[1:]) if held else (pooled,))


def over_labels(
    held: Mapping[Hashable, int],
    label_sets: Mapping[str, Mapping[Hashable, Hashable]],
    measure: Measure,
) -> tuple[Range | None, dict[str, Value]]:
    """A measure under alternative sets of labels (address → entity): its range, and each value.

    Addresses without a label are themselves. The range is `None` while one is undefined.
    """
    found: dict[str, Value] = {}
    of_kind(measure, Measure, "the measure")
    population(table(held, "what is held").values())
    for name, labels in table(label_sets, "the sets of labels").items():
        table(labels, f"set {name!r}")
        entities: dict[tuple[bool, Hashable], int] = {}
        for address, amount in held.items():
            entity = (True, labels[address]) if address in labels else (False, address)
            entities[entity] = entities.get(entity, 0) + amount
        found[name] = measure.of(entities.values())
    values = [value for value in found.values() if value is not None]
    if not values or len(values) < len(found):
        return None, found
    return Range(min(values), max(values)), found


def over_thresholds(
    amounts: Iterable[int], thresholds: Sequence[Threshold]
) -> dict[Threshold, int | None]:
    """Who is needed, threshold by threshold: how much hangs on the one that was chosen.

    Each is `coalition`: exact, and undefined for no holders. Thresholds that are equal are one.
    """
    held, asked = population(amounts), listed(thresholds, "the thresholds")
    for place, one in enumerate(asked):
        of_kind(one, Threshold, f"threshold {place}")
    return {threshold: coalition(held, threshold) for threshold in asked}


def over_populations(
    amounts: Iterable[int], above: Sequence[int], measure: Measure
) -> dict[int, tuple[int, Value]]:
    """(n, the measure) of those who hold more than each of `above`: how much hangs on dust.

    A limit is of the amounts' own unit; who holds just as much is left out. Where nobody is left, n
    is 0 and the measure undefined.
    """
    held, above = population(amounts), listed(above, "the limits")
    of_kind(measure, Measure, "the measure")
    for place, limit in enumerate(above):
        rate(limit, f"limit {place}")
    cut = {limit: population(x for x in held if x > limit) for limit in above}
    return {limit: (len(some), measure.of(some)) for limit, some in cut.items()}


def over_ranks(
    amounts: Iterable[int], ranks: Sequence[int], measure: Measure
) -> dict[int, tuple[int, Value]]:
    """(n, the measure) of the k largest holders, for each k of `ranks`: how much hangs on a cut.

    As published indices cut (the first thousand, say). Who ties with the last that is counted may
    be left out: they hold the same, so the measure does not mind. Where there are fewer than k, all
    of them are counted, and n says so; undefined for no holders. k below 1 raises `DataError`.
    """
    held, asked = population(amounts), listed(ranks, "the ranks")
    of_kind(measure, Measure, "the measure")
    cut = {positive(k, f"rank {place}"): Amounts(held[:k]) for place, k in enumerate(asked)}
    return {k: (len(some), measure.of(some)) for k, some in cut.items()}
