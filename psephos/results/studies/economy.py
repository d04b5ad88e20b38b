"""A token's economy: its books, what circulates, what unlocks, how fast it moves, who holds since.

Fees are in the token they are paid in; they are held against issuance only where both are in one
unit. What Bitcoin's stakers or other chains hold is in no row and in no figure.
"""

from fractions import Fraction
from itertools import islice

from analytics.cohorts import Cohorts
from analytics.unlocks import still_locked, unlock_calendar
from psephos.results import exactly, reading
from psephos.results.economy import token as economy
from psephos.results.economy.fees import FEES, fees_paid
from psephos.results.economy.schedules import schedule
from psephos.results.positions import positions
from psephos.results.shown.wording import percent, tokens
from psephos.results.studies.settled import tell_settlement
from psephos.results.studies.shape import Listing, Study, Subject, Values

TITLE = "A token's economy"
WINDOW = 30
"""Days of the past that volume and fees are of."""
NEXT = (30, 90)
"""Days of the future that unlocks are of."""
PERIODS = 12
"""Months of the unlock calendar."""


def study(of: Subject) -> Study:
    """Supply identity, circulating supply, velocity, unlock pressure; calendar and cohorts."""
    if of.dataset not in economy.tokens(of.release):
        return Study("economy", TITLE, of.dataset, of.block, why="no supply is told of it")
    entry = reading.dataset(of.release, of.dataset)
    held = economy.books(of.release, of.dataset, of.block)
    count = len(positions(of.release, "balance", dataset=of.dataset, block=of.block))
    if held is None:
        return Study("economy", TITLE, of.dataset, of.block, why="balances are undefined")
    population = f"every holder of {of.dataset} at the end of block {of.block}, by address"
    uses = [(of.dataset, "supply"), (of.dataset, "balance")]
    values = Values(of, "economy", population, count, uses)
    unit = (entry.decimals, entry.symbol)
    says = "minted − burned = Σ held; 0 where it holds"
    for name, title, amount, formula in (
        ("minted", "Minted", held.minted, "Σ transfers from the zero address"),
        ("burned", "Burned", held.burned, "Σ transfers to the zero address"),
        ("supply_missing", "Minted, not burned, and held by nobody", held.missing, says),
    ):
        values.tell(name, title, amount, "smallest unit", formula, amount_of=unit)
    _float(of, values, unit)
    _movement(of, values)
    _fees(of, values)
    tables = (
        *_declared(of),
        _calendar(of, entry.decimals),
        _cohorts(of, entry.decimals, entry.symbol or "tokens"),
    )
    return Study(
        "economy",
        TITLE,
        of.dataset,
        of.block,
        tuple(values.found),
        tuple(table for table in tables if table is not None),
    )


def _float(of: Subject, values: Values, unit: tuple[int, str]) -> None:
    """Circulating supply, and what unlocks next as a share of it."""
    grants = tuple((name, "locked") for name in economy.locks(of.release, of.dataset))
    labels = (of.entities.words,) if of.entities.owners else ()
    found = economy.floating(of.release, of.dataset, of.block, of.entities)
    outside = "locked grants, and what is labelled foundation or treasury"
    values.tell(
        "circulating", "Circulating", found.circulating if found else None, "smallest unit",
        f"supply − {outside}", why="grants or balances are undefined", uses=grants,
        declared=labels, amount_of=unit,
    )  # fmt: skip
    for days in NEXT:
        pressure = economy.pressure(of.release, of.dataset, of.block, days, of.entities)
        values.tell(
            f"unlock_pressure_{days}", f"Unlocks of the next {days} days, of what circulates",
            pressure.of_circulating if pressure else None, "share", "unlocks / circulating",
            why="grants, balances or times are undefined, or nothing circulates",
            uses=grants, declared=labels,
        )  # fmt: skip
        values.tell(
            f"unlock_days_{days}", f"Unlocks of the next {days} days, in median days of volume",
            pressure.of_daily_volume if pressure else None, "days",
            "unlocks / median daily volume of the last 30 full days",
            why="there is no full day, or half of the days have no volume", uses=grants,
        )  # fmt: skip


def _movement(of: Subject, values: Values) -> None:
    """Velocity of the last full days."""
    found = economy.turnover(of.release, of.dataset, of.block, WINDOW)
    days = found.days if found else WINDOW
    window = f"transfers of {of.dataset} in the {days} full days (UTC) before block {of.block}"
    values.tell(
        "velocity", f"Velocity of the last {days} full days", found.velocity if found else None,
        "times", "Σ transfers without minting and burning / mean supply of the days",
        why="no full day was read, or there was no supply",
        population=window,
    )  # fmt: skip


def _fees(of: Subject, values: Values) -> None:
    """Fees of thirty days in their own token, and what they cover."""
    for name in reading.datasets(of.release, *FEES):
        paid = fees_paid(of.release, of.block, "month", name)
        fees = reading.dataset(of.release, name)
        window = f"transactions that {name} tells, of the 30 full days before the block"
        values.tell(
            f"fees_{name}", f"Fees of {WINDOW} days ({name})", paid[-1] if paid else None,
            f"10^-{fees.decimals} {fees.symbol or 'tokens'}",
            "Σ base fee + priority fee + blob fee",
            why="fewer than thirty full days were read", uses=((name, "paid"),),
            population=window,
        )  # fmt: skip
        _cover(of, values, name, paid[-1] if paid else None)
        tell_settlement(of, values, name, paid[-1] if paid else None)


def _cover(of: Subject, values: Values, name: str, paid: int | None) -> None:
    """Fees of a dataset against issuance, in one unit or by the prices of the block's day."""
    entry, fees = (reading.dataset(of.release, one) for one in (of.dataset, name))
    minted = economy.issued(of.release, of.dataset, of.block, WINDOW)
    declared: tuple[str, ...] = ()
    rate: Fraction | None = Fraction(1) if fees.symbol == entry.symbol else None
    now = reading.timestamp(of.release, of.block)
    if rate is None and of.prices is not None and now is not None:
        known = [of.prices.at(s, exactly.day_of(now)) for s in (fees.symbol, entry.symbol)]
        if known[0] is not None and known[1] is not None:
            rate = known[0].price / known[1].price
            declared = (known[0].words, known[1].words)
    value = None
    if rate is not None and paid is not None and minted:
        value = rate * Fraction(paid, 10**fees.decimals) / Fraction(minted, 10**entry.decimals)
    why = "nothing was minted, or not all was read"
    if rate is None:
        why = f"fees are in {fees.symbol}, issuance in {entry.symbol}: a price is needed"
    values.tell(
        f"fee_cover_{name}", f"Fees of {WINDOW} days, of what was minted in them", value, "share",
        "fees / minted", why=why, uses=((name, "paid"),), declared=declared,
        population=f"transactions that {name} tells, of the 30 full days before the block",
    )  # fmt: skip
    for measure, title, part in (
        ("applications", "Fees that 8 % would give applications", Fraction(8, 100)),
        ("core_developers", "Fees that 2 % would give core developers", Fraction(2, 100)),
    ):
        pot = None if paid is None else int(part * paid)
        values.tell(
            f"{measure}_{name}", f"{title} (what if)", pot, f"10^-{fees.decimals} {fees.symbol}",
            f"⌊{part} · fees⌋", why="fewer than thirty full days were read",
            uses=((name, "paid"),),
        )  # fmt: skip


def _calendar(of: Subject, decimals: int) -> Listing | None:
    """What known grants unlock in each of the next months, and what is left after it."""
    now = reading.timestamp(of.release, of.block)
    if now is None or not economy.locks(of.release, of.dataset):
        return None
    months = list(islice(exactly.days_from(exactly.day_of(now), "month"), PERIODS + 1))
    edges = [now, *(exactly.seconds(day) for day in months[1:])]
    found = economy.coming(of.release, of.dataset, of.block, edges)
    if found is None:
        return None
    left = still_locked(economy.tranches(of.release, of.dataset, of.block), now)
    rows: list[tuple[str | int | None, ...]] = []
    for period, until in zip(found, months[1:], strict=True):
        if not left:
            break
        left -= period.amount
        rows.append((until.isoformat(), tokens(period.amount, decimals), tokens(left, decimals)))
    return Listing(
        "unlocks", "What known grants unlock", ("until", "unlocks", "then locked"), tuple(rows)
    )


def _declared(of: Subject) -> tuple[Listing, ...]:
    """The allocation and unlocks of the schedule file that the dataset links, on the block's day.

    Nothing is linked by a token's name: `schedule = "starknet"` under `[dataset.links]` does it.
    """
    entry = reading.dataset(of.release, of.dataset)
    name, now = entry.links.get("schedule"), reading.timestamp(of.release, of.block)
    if name is None or now is None:
        return ()
    found = schedule(name, exactly.day_of(now))
    said = f"declared: {found.source}"
    groups = tuple(
        (group.title, percent(group.share, 2), tokens(group.amount, found.decimals))
        for group in found.groups
    )
    months = list(islice(exactly.days_from(exactly.day_of(now), "month"), PERIODS + 1))
    edges = [now, *(exactly.seconds(day) for day in months[1:])]
    rows = tuple(
        (until.isoformat(), tokens(period.amount, found.decimals),
         tokens(still_locked(found.tranches, period.end), found.decimals))
        for period, until in zip(unlock_calendar(found.tranches, edges), months[1:], strict=True)
    )  # fmt: skip
    return (
        Listing("allocation", f"Allocation ({said})", ("group", "share", "allotted"), groups),
        Listing("schedule", f"Unlocks ({said})", ("until", "unlocks", "then locked"), rows),
    )


def _cohorts(of: Subject, decimals: int, symbol: str) -> Listing | None:
    """Holders by age and size, with the share of all that each age holds."""
    found = economy.holders_by_age(of.release, of.dataset, of.block)
    if found is None or not found.amount:
        return None
    edges = [f"{size:,}" for size in economy.SIZES]
    columns = (
        "held for",
        f"below {edges[0]} {symbol}",
        *(f"{edge} or more" for edge in edges),
        "together",
        "of all",
    )
    return Listing("cohorts", "Holders by age and size", columns, tuple(_rows(found, decimals)))


def _rows(found: Cohorts, decimals: int) -> list[tuple[str | int | None, ...]]:
    names = [f"below {economy.AGES[0]} days", *(f"{age} days or more" for age in economy.AGES)]
    rows: list[tuple[str | int | None, ...]] = []
    for name, cells in zip(names, found.cells, strict=True):
        amount = sum(cell.amount for cell in cells)
        part = percent(Fraction(amount, found.amount))
        rows.append((name, *(cell.holders for cell in cells), tokens(amount, decimals), part))
    return rows
