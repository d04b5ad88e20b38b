"""How much a figure hangs on what was chosen: owners, dust, thresholds and lengths of time.

Positions are a census: nothing here is a sampling error. Each figure is the one by address, and
its interval what it would be had something else been chosen: another set of labels or a
hypothesis, a population without dust, the mean of a longer window. Gini and Theil if some addresses
are somebody else's lie above a bound (`analytics.merging_uneven`). With a declared number of
hidden owners, what exchanges and pools hold is split among them in all ways (Gini and Theil say
nothing without it).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics import ALL, Measure, Threshold, Value
from analytics.intervals import (
    Range,
    merged_worst,
    over_labels,
    over_populations,
    over_thresholds,
    pooled_split,
)
from analytics.merging_uneven import merging_uneven
from psephos.errors import CommandError, DataError
from psephos.results import reading
from psephos.results.figure import Interval
from psephos.results.labels.entities import POOLS, sets
from psephos.results.labels.hypotheses import MERGES, POOLED, POSSIBLE
from psephos.results.labels.owners import OFF, ON, chosen, possible
from psephos.results.positions import TITLES, Positions, positions
from psephos.results.shown.wording import counted, tokens, worded
from psephos.results.studies.shape import Cell, Listing, Study, Subject, Values
from psephos.results.studies.time import weighted

TITLE = "How much hangs on what was chosen"
SHOWN = ("gini", "theil", "hhi", "top_1", "nakamoto_one_third", "nakamoto_one_half")
TITLES_SHOWN = tuple(ALL[name].title for name in SHOWN)
UNEVEN = ("gini", "theil")
"""Measures that may rise and fall with a merger: their interval has a bound at one end."""
SPLIT = ("gini", "gini_unbiased", "theil", "theil_l", "hoover")
DUST = (0, 1, 100, 10_000)
"""Who holds more than so many whole tokens."""
MERGED = (0, 1, 2, 5, 10, 50)
LENGTHS = (1, 7, 30, 90)
LEVELS = tuple(
    map(Threshold.parse, (">1/4", ">=1/3", ">1/3", ">2/5", ">=1/2", ">1/2", ">3/5", ">=2/3",
                          ">2/3", ">3/4"))
)  # fmt: skip


def study(of: Subject) -> Study:
    """Each measure under other labels, without dust and over longer windows; all choices listed."""
    kind = of.kind or "balance"
    held = positions(of.release, kind, dataset=of.dataset, block=of.block)
    if held.undefined or not held.amounts:
        why = held.undefined or "nobody holds anything"
        return Study("sensitivity", TITLE, of.dataset, of.block, why=why)
    values = Values(
        of,
        "sensitivity",
        f"every holder of {TITLES[kind]} of {of.dataset} at the end of block {of.block}, by "
        "address",
        len(held),
        [(of.dataset, kind)],
    )
    labels, by_set, told = _labels(of, held)
    dust = {name: over_populations(held.amounts, _limits(held), ALL[name]) for name in SHOWN}
    windows = _windows(of, held)
    for name in SHOWN:
        _of_measure(values, ALL[name], held, (by_set[name], dust[name], windows), told)
    _uneven(of, values, held)
    tables = [
        labels,
        _thresholds(held),
        _dust(held, dust),
        _windows_told(windows),
        _merged(of, held),
    ]
    if of.hidden is not None:
        tables.append(_split(of, values, held, of.hidden))
    return Study("sensitivity", TITLE, of.dataset, of.block, tuple(values.found), tuple(tables))


@dataclass(frozen=True, slots=True)
class Window:
    """Mean holdings over the blocks of so many days before the end of a block."""

    days: int
    first: int
    amounts: tuple[int, ...]
    why: str = ""


def _of_measure(
    values: Values, entry: Measure, held: Positions, over: tuple[
        tuple[Range | None, dict[str, Value]], dict[int, tuple[int, Value]], Sequence[Window]
    ], told: tuple[str, ...],
) -> None:  # fmt: skip
    """A measure by address, thrice: over labels, populations and windows."""
    (both, found), dust, windows = over
    value, note = entry.of(held.amounts), ""
    if both is None:
        note = "a set leaves it undefined"
    whole = [entry.of(one.amounts) for one in windows if not one.why]
    somebody = {limit: one for limit, (count, one) in dust.items() if count}
    limits = ", ".join(tokens(limit, held.decimals) for limit in somebody)
    lengths = ", ".join(str(one.days) for one in windows if not one.why)
    for name, title, ends, words in (
        ("labels", "by any set of labels", list(found.values()),
         f"over {counted(len(found), 'set', 'sets')} of labels ({', '.join(found)})"),
        ("dust", "by any population", list(somebody.values()),
         f"over who holds more than {limits} {held.symbol or 'whole tokens'}"),
        ("window", "by any window", [value, *whole],
         f"over the block itself and means of {lengths} days, of who held something in them"),
    ):  # fmt: skip
        values.tell(
            f"{entry.name}_{name}", f"{entry.title}, {title}", value, entry.unit, entry.formula,
            interval=_interval(name, ends, entry, held.decimals, words), why=note or None,
            declared=told if name == "labels" else (),
        )  # fmt: skip


def _interval(
    kind: str, ends: Sequence[Value], entry: Measure, decimals: int, words: str
) -> Interval | None:
    """From the least to the greatest of values that are all defined."""
    known = [one for one in ends if one is not None]
    if len(known) < len(ends) or not known:
        return None
    low, high = min(known), max(known)
    shown = (worded(entry.name, end, entry.unit, decimals) for end in (low, high))
    return Interval(kind, low, high, " to ".join(shown), words)


def _labels(
    of: Subject, held: Positions
) -> tuple[Listing, dict[str, tuple[Range | None, dict[str, Value]]], tuple[str, ...]]:
    """Each measure by every set of labels that there is, and by each hypothesis with rows."""
    amounts: Mapping[Hashable, int] = dict(zip(held.holders, held.amounts, strict=True))
    found: dict[str, Mapping[Hashable, Hashable]] = {OFF: {}}
    told = []
    for word in (ON, *sets(of.release.chain.id), *possible(of.release)):
        owners = chosen(of.release, word, of.block)
        if owners is None or not owners.owners:
            continue
        known = ((who, owners.of(who, of.block)) for who in held.holders)
        found[word] = {who: owner.name for who, owner in known if owner}
        told.append(owners.words)
    by_measure = {name: over_labels(amounts, found, ALL[name]) for name in SHOWN}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (word, len({labels.get(who, who) for who in amounts}),
         *(_shown(name, by_measure[name][1][word], held) for name in SHOWN))
        for word, labels in found.items()
    )  # fmt: skip
    columns = ("labels", "holders", *TITLES_SHOWN)
    return Listing("labels", "By each set of labels", columns, rows), by_measure, tuple(told)


def _limits(held: Positions) -> list[int]:
    return [limit * 10**held.decimals for limit in DUST]


def _thresholds(held: Positions) -> Listing:
    """Who is needed at each threshold."""
    found = over_thresholds(held.amounts, LEVELS)
    rows = tuple((str(level), size) for level, size in found.items())
    return Listing("thresholds", "Fewest who have so much", ("threshold", "holders"), rows)


def _dust(held: Positions, found: Mapping[str, Mapping[int, tuple[int, Value]]]) -> Listing:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (tokens(limit, held.decimals), found[SHOWN[0]][limit][0],
         *(_shown(name, found[name][limit][1], held) for name in SHOWN))
        for limit in _limits(held)
    )  # fmt: skip
    columns = (f"more than, {held.symbol or 'tokens'}", "holders", *TITLES_SHOWN)
    return Listing("dust", "Without who holds little", columns, rows)


def _windows(of: Subject, held: Positions) -> list[Window]:
    """Mean holdings over windows that end with the block; those that begin before the data not."""
    time = reading.timestamp(of.release, of.block)
    start = reading.dataset(of.release, of.dataset).first
    found = []
    for days in LENGTHS:
        before = None if time is None else reading.block_at(of.release, time - days * 86_400)
        if before is None or before + 1 < start:
            found.append(Window(days, start, (), "it begins before what was collected"))
            continue
        try:
            mean = weighted(of.release, held.kind, of.dataset, before + 1, of.block)
        except DataError as error:
            found.append(Window(days, before + 1, (), error.message))
            continue
        found.append(Window(days, before + 1, tuple(x for x in mean.values() if x)))
    return found


def _windows_told(found: Sequence[Window]) -> Listing:
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        if one.why:
            rows.append((one.days, None, one.why, *[None] * len(SHOWN)))
            continue
        shown = (worded(n, ALL[n].of(one.amounts), ALL[n].unit, 0) for n in SHOWN)
        rows.append((one.days, one.first, len(one.amounts), *shown))
    columns = ("days", "first block", "held something in it", *TITLES_SHOWN)
    return Listing("windows", "Means over windows that end with the block", columns, tuple(rows))


def _labelled(of: Subject, held: Positions) -> tuple[list[int], list[int]]:
    """The amounts of addresses with a label, and of those without."""
    labelled = [of.entities.of(who, of.block) is not None for who in held.holders]
    parts = tuple(zip(held.amounts, labelled, strict=True))
    return [x for x, named in parts if named], [x for x, named in parts if not named]


def _uneven(of: Subject, values: Values, held: Positions) -> None:
    """Inequality if so many addresses are somebody else's: its most, and below what none lies."""
    known, unknown = _labelled(of, held)
    who = "addresses without a label" if known else "addresses"
    for entry in map(ALL.__getitem__, UNEVEN):
        found, over = merging_uneven(entry, known, unknown, MERGES), None
        if found is not None:
            least = worded(entry.name, found.reached.low, entry.unit, held.decimals)
            words = (
                f"if up to {counted(MERGES, who, who)} are somebody else's; the least is a bound"
            )
            ends = [found.low, found.high]
            over = _interval("merging", ends, entry, held.decimals, f"{words}: {least} is reached")
        values.tell(
            f"{entry.name}_merging", f"{entry.title}, over mergers", entry.of(held.amounts),
            entry.unit, entry.formula, interval=over,
        )  # fmt: skip


def _merged(of: Subject, held: Positions) -> Listing:
    """The most concentrated of all mergers of so many addresses without a label."""
    known, unknown = _labelled(of, held)
    names = [name for name in SHOWN if name not in SPLIT]
    rows: list[tuple[Cell, ...]] = []
    for merges in MERGED:
        _, worst = merged_worst(known, unknown, merges)
        rows.append((merges, len(worst), *(_shown(n, ALL[n].of(worst), held) for n in names)))
    columns = ("merged", "holders", *(ALL[name].title for name in names))
    return Listing("merged", "If so many addresses are somebody else's", columns, tuple(rows))


def _split(of: Subject, values: Values, held: Positions, hidden: int) -> Listing:
    """Measures over all owners of what exchanges and pools hold; Gini's kind with `hidden`."""
    owned = [of.entities.of(who, of.block) for who in held.holders]
    parts = tuple(zip(held.amounts, owned, strict=True))
    pooled = sum(amount for amount, owner in parts if owner and owner.role in POOLS)
    named = [amount for amount, owner in parts if not owner or owner.role not in POOLS]
    if pooled and not 0 < hidden <= min(pooled, POSSIBLE):
        raise CommandError(
            f"{hidden:,} hidden holders: from 1 to {min(pooled, POSSIBLE):,} can be declared"
        )
    rows = []
    for name in (*SPLIT, *POOLED):
        entry = ALL[name]
        both = None
        if pooled:
            both = (
                pooled_split(entry, named, pooled, hidden)
                if name in SPLIT
                else POOLED[name](named, pooled)
            )
        words = "over all splits of what exchanges and pools hold"
        words += f" among {hidden:,} declared owners" if name in SPLIT else ""
        over = _interval("pools", [both.low, both.high], entry, 0, words) if both else None
        rows.append((entry.title, over.text if over else None))
        if name in SPLIT:
            values.tell(
                f"{name}_hidden", f"{entry.title}, over owners of pools",
                entry.of(held.amounts), entry.unit, entry.formula, interval=over,
                declared=(f"{hidden:,} hidden holders", of.entities.words),
            )  # fmt: skip
    whole = Fraction(pooled, held.total)
    title = f"Over all owners of what pools hold ({worded('pool', whole, 'share', 0)} of all)"
    return Listing("pools", title, ("measure", "from … to"), tuple(rows))


def _shown(name: str, value: Value, held: Positions) -> str:
    return worded(name, value, ALL[name].unit, held.decimals)
