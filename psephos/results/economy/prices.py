"""Prices: a table that somebody declares, with a source in each row. Layout: data/prices/README.md.

Every complaint is a `ConfigurationError` with file, line and column. A price is exact: the ratio of
two tokens is a fraction of two rows of one currency, never a rounded rate.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from re import fullmatch

from analytics.revenue import priced
from psephos.errors import CommandError, ConfigurationError

COLUMNS = ["day", "token", "currency", "price", "source"]


@dataclass(frozen=True, slots=True)
class Price:
    """What one whole `token` cost in `currency` on a day, as a source says."""

    day: date
    token: str
    currency: str
    price: Fraction
    source: str
    text: str

    @property
    def words(self) -> str:
        """One line for what a figure declares."""
        return (
            f"price of {self.token}: {self.text} {self.currency} on {self.day} "
            f"(source: {self.source})"
        )


@dataclass(frozen=True, slots=True)
class Prices:
    """A table of prices in one currency."""

    name: str
    currency: str
    rows: tuple[Price, ...]

    def at(self, token: str, day: date) -> Price | None:
        """The newest price of a token that is not after a day; None where there is none."""
        known = [row for row in self.rows if row.token == token and row.day <= day]
        return max(known, key=lambda row: row.day, default=None)

    def cost(
        self, amount: int, token: str, decimals: int, day: date
    ) -> tuple[Fraction, Price] | None:
        """What an amount of smallest units costs at the price of a day, and that price.

        Without slippage: a market that is bought empty asks for more, so it is a lower bound.
        """
        known = self.at(token, day)
        return None if known is None else (priced(amount, decimals, known.price), known)


def prices(file: Path, currency: str) -> Prices:
    """The prices of one currency in a file; `CommandError` where it has none in it."""
    listed = list(_rows(file))
    there = sorted({row.currency for row in listed})
    if currency not in there:
        raise CommandError(
            f"{file.name} has no price in {currency[:40]!r}",
            hint=f"it has {', '.join(there)}" if there else "it has no row",
        )
    return Prices(file.name, currency, tuple(row for row in listed if row.currency == currency))


def _rows(file: Path) -> Iterator[Price]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{file.name} cannot be read: {type(error).__name__}",
            hint="it must be a UTF-8 text file that you may read",
        ) from None
    table = csv.reader(lines, strict=True)
    seen: set[tuple[date, str, str]] = set()
    try:
        if next(table, None) != COLUMNS:
            raise _wrong(file, 1, "the columns", f"must be {','.join(COLUMNS)}")
        for cells in table:
            if not cells:
                continue
            found = _price(file, table.line_num, cells)
            key = (found.day, found.token, found.currency)
            if key in seen:
                told = f"{found.day} has two prices of {found.token} in {found.currency}"
                raise _wrong(file, table.line_num, "`day`", told)
            seen.add(key)
            yield found
    except csv.Error as error:
        raise _wrong(file, table.line_num, "the row", f"is no CSV: {error}") from None


def _price(file: Path, line: int, cells: list[str]) -> Price:
    """One row, every cell checked."""
    if len(cells) != len(COLUMNS):
        raise _wrong(file, line, "the row", f"has {len(cells)} cells, not {len(COLUMNS)}")
    day, token, currency, price, source = (cell.strip() for cell in cells)
    for name, value in (("token", token), ("currency", currency), ("source", source)):
        if not value:
            raise _wrong(file, line, f"`{name}`", "is empty")
        if not value.isprintable():
            raise _wrong(file, line, f"`{name}`", f"is {value[:40]!r}: a word that can be read")
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise _wrong(file, line, "`day`", f"is {day[:40]!r}: write 2026-09-06") from None
    if not fullmatch(r"[0-9]{1,30}(\.[0-9]{1,30})?", price) or not Fraction(price):
        raise _wrong(file, line, "`price`", f"is {price[:40]!r}: an exact decimal above 0")
    return Price(when, token, currency, Fraction(price), source, price)


def _wrong(file: Path, line: int, what: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{file.name}, line {line}: {what} {why}", hint="the layout is in data/prices/README.md"
    )
