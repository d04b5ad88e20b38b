"""Fees of Starknet by day and block: both units, tips, and their value by each block's own rate."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from psephos.results import exactly, reading
from psephos.results.life.blocks import gaps
from psephos.results.shown.wording import percent, tokens
from psephos.results.studies.shape import Cell, Listing, Subject, Values

DAY, SHOWN, PLACES = 86_400, 20, 6


@dataclass(frozen=True, slots=True)
class Day:
    """One day's payments: transactions, both units, tips, and all of it in fri and in wei."""

    count: int
    fri: int
    wei: int
    tips: int
    value: Fraction
    ether: Fraction


def by_day(of: Subject, first: int, last: int) -> dict[int, Day]:
    """Each full day of the window, in order; value by each block's own rate.

    A block that was paid in wei and tells no rate counts for its fri alone.
    """
    query = f"""
        SELECT block.timestamp // {DAY} * {DAY}, transactions, fees_in_fri, fees_in_wei,
            tips_in_fri, l1_gas_price_in_fri, l1_gas_price_in_wei
        FROM "{of.dataset}_fee_block" AS paid JOIN block ON block.number = paid.block_number
        WHERE block.timestamp >= $first AND block.timestamp < $last
            AND paid.block_number <= $block"""
    sums: dict[int, list[int]] = {at: [0, 0, 0, 0] for at in range(first, last, DAY)}
    strk: dict[int, Fraction] = defaultdict(Fraction)
    ether: dict[int, Fraction] = defaultdict(Fraction)
    for at, *told, p_fri, p_wei in reading.rows(of.release, query, given(of, first, last)):
        sums[int(at)] = [a + int(b) for a, b in zip(sums[int(at)], told, strict=True)]
        if p_fri and p_wei:
            strk[int(at)] += Fraction(int(told[2]) * int(p_fri), int(p_wei)) if told[2] else 0
            ether[int(at)] += Fraction(int(told[1]) * int(p_wei), int(p_fri)) if told[1] else 0
    return {
        at: Day(count, fri, wei, tips, fri + strk[at], wei + ether[at])
        for at, (count, fri, wei, tips) in sums.items()
    }


def listed_by_day(days: Mapping[int, Day]) -> Listing:
    columns = ("day", "transactions", "STRK", "of it tips", "ETH", "STRK, of the value")
    rows = tuple(
        (exactly.day_of(at).isoformat(), day.count, tokens(day.fri, 18, PLACES),
         tokens(day.tips, 18, PLACES), tokens(day.wei, 18, PLACES),
         percent(Fraction(day.fri) / day.value) if day.value else None)
        for at, day in days.items()
    )  # fmt: skip
    return Listing("units", "Fees of each day, by unit", columns, rows)


def by_block(of: Subject, values: Values, first: int, last: int) -> Listing:
    """What blocks of the window took, by each one's own rate; the newest of them as a table."""
    query = f"""
        SELECT number, transactions, fees_in_fri, fees_in_wei, l1_gas_price_in_fri,
            l1_gas_price_in_wei
        FROM "{of.dataset}_fee_block" AS paid JOIN block ON block.number = paid.block_number
        WHERE block.timestamp >= $first AND block.timestamp < $last
            AND paid.block_number <= $block ORDER BY number"""
    rows: list[tuple[Cell, ...]] = []
    took: list[int] = []
    for number, count, fri, wei, p_fri, p_wei in reading.rows(
        of.release, query, given(of, first, last)
    ):
        whole = Fraction(int(fri))
        if wei and p_fri and p_wei:
            whole += Fraction(int(wei) * int(p_fri), int(p_wei))
        took.append(int(whole))
        share = percent(Fraction(int(fri)) / whole) if whole else None
        rows.append((int(number), int(count), tokens(int(fri), 18, PLACES),
                     tokens(int(wei), 18, PLACES), share))  # fmt: skip
    found = gaps(took)
    for name, said, value in (
        ("median", "median", found.median if found else None),
        ("p95", "19 of 20 at most", found.nineteen_of_twenty if found else None),
        ("most", "most", found.longest if found else None),
    ):
        values.tell(
            f"block_{name}", f"Paid in a block, {said}",
            None if value is None else Fraction(value, 10**18), "STRK",
            "lower quantile of ⌊fri + wei · p_fri / p_wei⌋", why="no block in the window",
            text="" if value is None else tokens(value, 18, PLACES),
            uses=((of.dataset, "rate"),), population="blocks of the window",
        )  # fmt: skip
    columns = ("block", "transactions", "STRK", "ETH", "STRK, of the value")
    return Listing("blocks", "Fees of each block, newest first", columns, tuple(rows[::-1][:SHOWN]))


def given(of: Subject, first: int, last: int) -> dict[str, int]:
    return {"first": first, "last": last, "block": of.block}
