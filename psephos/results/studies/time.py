"""Time: stakes weighted by it, a series day by day and where it breaks, and lengths of windows."""

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics import ALL, MEASURES
from analytics.windows import breaks, over_lengths, time_weighted
from psephos.results import reading
from psephos.results.daily import Measured, series
from psephos.results.figure import Interval
from psephos.results.positions import SOURCES, TITLES, positions
from psephos.results.shown.wording import decimal, worded
from psephos.results.studies.shape import Listing, Study, Subject, Values

if TYPE_CHECKING:
    from psephos.store.reader import Release

DAYS = 30
LENGTHS = (1, 7, 14, 30, 90)
SHOWN = 30
Paid = dict[Hashable, int]
TITLE = "What time does to it"
MEAN = ("nakamoto_one_half", "hhi", "gini")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def study(of: Subject) -> Study:
    """Means over a month's blocks beside the block's own values, breaks, and window lengths."""
    kind = "power" if of.dataset in reading.datasets(of.release, *SOURCES["power"]) else "balance"
    held = positions(of.release, kind, dataset=of.dataset, block=of.block)
    time = reading.timestamp(of.release, of.block)
    if held.undefined or time is None:
        why = held.undefined or f"the time of block {of.block} is not known"
        return Study("time", TITLE, of.dataset, of.block, why=why)
    values = Values(
        of,
        "time",
        f"every holder of {TITLES[kind]} of {of.dataset} up to the end of block {of.block}, by "
        "address",
        len(held),
        [(of.dataset, kind)],
    )
    _weighted(of, values, kind, time, list(held.amounts))
    days = series(of.release, kind, of.dataset, of.block)
    told = _breaks(values, days)
    _windows(of, values, time)
    return Study("time", TITLE, of.dataset, of.block, tuple(values.found), (told, _table(days)))


def weighted(release: "Release", kind: str, name: str, first: int, last: int) -> dict[bytes, int]:
    """Amount times blocks of each holder over blocks first … last; `DataError` for a gap."""
    entry = reading.dataset(release, name)
    begin = positions(release, kind, dataset=name, block=first)
    steps = {
        holder: [(first, amount)]
        for holder, amount in zip(begin.holders, begin.amounts, strict=True)
    }
    query = (
        "SELECT holder, block_number, amount FROM position WHERE kind = ? AND dataset = ? "
        "AND block_number > ? AND block_number <= ? ORDER BY block_number"
    )
    for holder, block, amount in reading.rows(release, query, (kind, name, first, last)):
        steps.setdefault(bytes(holder), []).append((int(block), int(amount)))
    known = [(span.first, span.last) for span in entry.spans]
    found = time_weighted(steps, first, last, known)  # type: ignore[arg-type]
    return {who: amount for who, amount in found.amounts.items() if isinstance(who, bytes)}


def _weighted(of: Subject, values: Values, kind: str, time: int, amounts: list[int]) -> None:
    """The measures of a month's mean holdings, and by how much the block's own differ."""
    before = reading.block_at(of.release, time - DAYS * 86_400)
    first = max(reading.dataset(of.release, of.dataset).first, 0 if before is None else before + 1)
    mean = list(weighted(of.release, kind, of.dataset, first, of.block).values())
    for name in MEAN:
        entry = MEASURES[name]
        value, now = entry.of(mean), entry.of(amounts)
        over = None
        if value is not None and now is not None:
            shown = [worded(name, end, entry.unit, 0) for end in sorted((value, now))]
            words = f"between the mean and the block's own ({worded(name, now, entry.unit, 0)})"
            over = Interval("window", min(value, now), max(value, now), " to ".join(shown), words)
        values.tell(
            f"mean_{name}", f"{entry.title}, of mean holdings", value, entry.unit,
            f"{entry.formula}, x the mean over blocks {first} to {of.block}", interval=over,
        )  # fmt: skip


def _breaks(values: Values, days: list[Measured]) -> Listing:
    """Where the level of a daily series changes."""
    known = [one for one in days if one.day is not None]
    rows: list[tuple[str | int | None, ...]] = []
    found = {
        "nakamoto_one_half": [float(_half(one)) for one in known],
        "hhi": [float(one.day.hhi) for one in known if one.day],
        "gini": [float(one.day.gini) for one in known if one.day],
    }
    for name, points in found.items():
        there = breaks(points)
        values.tell(
            f"breaks_{name}", f"Breaks in the daily {MEASURES[name].title}",
            len(there) if known else None, "breaks", "Pettitt's test at 5 %, again in each part; "
            "days depend on each other, so the true level is greater", why="no day is known",
        )  # fmt: skip
        for one in there:
            before, after = points[one.at - 1], points[one.at]
            shown = [decimal(Fraction(value), 4) for value in (before, after)]
            rows.append((MEASURES[name].title, _day(known[one.at]), *shown, f"{one.p:.2g}"))
    columns = ("series", "from this day on", "before", "after", "p")
    return Listing("breaks", "Where a daily series breaks", columns, tuple(rows))


def _half(one: Measured) -> int:
    from analytics import ONE_HALF

    return one.day.nakamoto[ONE_HALF] if one.day else 0


def _table(days: list[Measured]) -> Listing:
    """The newest days."""
    rows: list[tuple[str | int | None, ...]] = []
    for one in days[-SHOWN:]:
        day = one.day
        if day is None:
            rows.append((_day(one), one.block, 0, None, None, None))
            continue
        hhi, gini = (decimal(Fraction(value), 6) for value in (day.hhi, day.gini))
        rows.append((_day(one), one.block, day.n, _half(one), hhi, gini))
    columns = ("day", "last block", "holders", "more than half", "HHI", "Gini")
    return Listing("days", f"The last {len(rows)} days", columns, tuple(rows))


def _day(one: Measured) -> str:
    return (EPOCH + timedelta(days=one.date)).date().isoformat()


def _windows(of: Subject, values: Values, time: int) -> None:
    """How much hangs on the length of a window: payments by payer."""
    names = reading.datasets(of.release, "fees", "starknet_fees")
    whole = [n for n in names if not reading.backfill(reading.dataset(of.release, n), of.block)]
    days = _payments(of.release, whole[0], of.block, time) if whole else []
    found = over_lengths(days, LENGTHS, ALL["nakamoto_one_half"]) if days else {}
    there = {length: value for length, value in found.items() if value is not None}
    value = there.get(DAYS)
    over = None
    if value is not None:
        ends = min(there.values()), max(there.values())
        lengths = ", ".join(map(str, there))
        over = Interval("window", *ends, f"{ends[0]} to {ends[1]}", f"over {lengths} days")
    values.tell(
        "payers_window", f"Payers with more than half of {DAYS} days' payments", value, "payers",
        f"min |S| : Σ payments > ½, in the last {DAYS} days; who did nothing is not counted",
        why=f"payments of {DAYS} days are not known", interval=over,
        uses=[(whole[0], "payer")] if whole else [],
    )  # fmt: skip


def _payments(release: "Release", name: str, block: int, time: int) -> list[Paid]:
    """How often each address paid, a day each, oldest first; days end with the block's time."""
    query = (
        "SELECT (? - block.timestamp) // 86400 AS back, payer, count(*) "
        f'FROM "{name}_fee_transaction" AS paid JOIN block ON block.number = paid.block_number '
        "WHERE paid.block_number <= ? AND block.timestamp <= ? GROUP BY back, payer ORDER BY payer"
    )
    rows = reading.rows(release, query, (time, block, time))
    begin = reading.timestamp(release, max(reading.dataset(release, name).first, 0))
    length = max((int(back) for back, *_ in rows), default=0) + 1
    if begin is not None:
        length = (time - begin) // 86_400 + 1
    days: list[Paid] = [{} for _ in range(length)]
    for back, payer, count in rows:
        days[length - 1 - int(back)][bytes(payer)] = int(count)
    return days
