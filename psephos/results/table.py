"""Every measure of any table: a CSV or Parquet file with a column of weights.

The weights are read as they are written, digit by digit, and scaled by one power of ten, so the
figures are those of the file and not of its rounding to doubles. Whatever cannot be read so is an
error that names the column and the row; a row is never left out in silence. How a file becomes
cells is `psephos.results.cells`.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

from analytics import (
    ALL,
    GUIDELINES,
    Amounts,
    Threshold,
    Value,
    coalition,
    merger_band,
    population,
)
from psephos.errors import CommandError, TableError
from psephos.results.cells import Cell, Weight, cells

DIGITS = 100
"""The most digits before, and after, the decimal point; a 256-bit integer has 78."""

_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?")


def measure_table(
    path: str | Path,
    weight: str,
    group: str | None = None,
    above: str | int | Fraction | None = None,
    thresholds: Sequence[str] = (),
    *,
    holder: str | None = None,
    unit: str | None = None,
) -> dict[str, Any]:
    """Every measure of the column `weight` of a table, as a JSON-ready dictionary.

    Weights are added up per `group` first; or each row is another `holder`, and one who is there
    twice is an error. Where a column says the `unit`, it must be the same in every row. Who then
    has more than `above`, and more than nothing, is the population. The keys:

    - `population` n; `zeros`: who has nothing; `below`: who has something, but no more than
      `above`; `total` of the population, a whole number of units of 10^-`decimals`
    - `measures`: each measure of `analytics.ALL` by name (docs/method/measures.md lists and
      explains them), `None` where undefined; under `nakamoto` the fewest holders for each of
      `thresholds`, under the threshold's own text
    - `merger_bands`: the band of the HHI by the year of the guidelines, `None` where undefined
    - `exact`: each rational value as "p/q", before the one division that made it a number

    Raises `TableError` for a table that cannot be measured and `CommandError` for `above` or a
    threshold that is none.
    """
    limit = _limit(above)
    wanted = {text: Threshold.parse(text) for text in thresholds}
    if unit is not None:
        _one_unit(cells(Path(path), weight, unit), unit)
    rows = _rows(Path(path), weight, group, holder)
    amounts, decimals = _amounts(rows, weight, grouped=group is not None)
    some = [amount for amount in amounts if amount]
    # an integer is above a fraction just when it is above its floor
    least = floor(limit * 10**decimals)
    counted = population(amount for amount in some if amount > least)
    values = {name: measure.of(counted) for name, measure in ALL.items()}
    points = values["hhi_points"]
    return {
        "population": len(counted),
        "zeros": len(amounts) - len(some),
        "below": len(some) - len(counted),
        "total": str(sum(counted)),
        "decimals": decimals,
        "measures": {
            **{name: _number(value) for name, value in values.items()},
            "nakamoto": _nakamoto(counted, wanted),
        },
        "merger_bands": {
            str(year): None if points is None else merger_band(Fraction(points), year)
            for year in GUIDELINES
        },
        "exact": {
            name: f"{value.numerator}/{value.denominator}"
            for name, value in values.items()
            if isinstance(value, Fraction)
        },
    }


def _rows(path: Path, weight: str, group: str | None, holder: str | None) -> Iterable[Cell]:
    """The cells that are measured: those of holders, of groups, or all."""
    if holder is None:
        return cells(path, weight, group)
    if group is None:
        return _each_once(cells(path, weight, holder), holder)
    raise CommandError(
        "each row is a holder of its own, or weights are added up per group: not both",
        hint="leave out --holder or --group",
    )


def _each_once(rows: Iterable[Cell], column: str) -> Iterator[Cell]:
    """The rows; a holder who is there twice is an error with both rows."""
    seen: dict[Hashable, int] = {}
    for row in rows:
        before = seen.setdefault(row[2], row[0])
        if before != row[0]:
            raise TableError(
                f"column {column!r}, rows {before} and {row[0]}: {str(row[2])[:60]!r} is there "
                "twice",
                hint="add up what belongs to one holder: --group instead of --holder",
            )
        yield row


def _one_unit(rows: Iterable[Cell], column: str) -> None:
    """All amounts are in one unit, or an error names the first that is not."""
    first: Hashable = None
    for row, _, unit in rows:
        first = unit if first is None else first
        if unit != first:
            raise TableError(
                f"column {column!r}, row {row}: the unit is {str(unit)[:40]!r}, in row 1 "
                f"{str(first)[:40]!r}",
                hint="bring everything to one unit first",
            )


def _nakamoto(counted: Amounts, wanted: dict[str, Threshold]) -> dict[str, int | None]:
    return {text: coalition(counted, threshold) for text, threshold in wanted.items()}


def _number(value: Value) -> int | float | None:
    """A value as a JSON number: a fraction by one correctly rounded division."""
    return float(value) if isinstance(value, Fraction) else value


def _limit(above: str | int | Fraction | None) -> Fraction:
    if above is None or isinstance(above, int | Fraction):
        return Fraction(above or 0)
    read = exact(above) if isinstance(above, str) else None
    if read is None:
        raise CommandError(
            f"not a number to be above: {str(above)[:40]!r}",
            hint="write digits with a decimal point, for example --above 0.5",
        )
    return Fraction(read[0], 10 ** read[1])


def exact(written: Weight) -> tuple[int, int] | None:
    """(number, places) with value = number / 10^places, or `None` if it is no decimal number.

    Reads `12`, `12.50`, `.5`, `1e5` and `1.5E-3` exactly. No thousands separators (1,000 is one
    in Berlin and a thousand in London), no underscores, no infinity, no `nan`, and
    no more than `DIGITS` digits on either side of the point.
    """
    if isinstance(written, int):
        return written, 0
    text = format(written, "f") if isinstance(written, Decimal) else written.strip(" \t")
    if text.isascii() and text.isdigit() and len(text) <= DIGITS:
        return int(text), 0
    found = _NUMBER.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    sign, whole, part, power = found[1], found[2], found[3] or "", int(found[4] or 0)
    if len(whole) + max(power, 0) > DIGITS or len(part) - min(power, 0) > DIGITS:
        return None
    number = int(f"{sign}{whole}{part}")
    places = len(part) - power
    return (number, places) if places >= 0 else (number * 10**-places, 0)


def weights_of(rows: Iterable[Cell], weight: str) -> tuple[list[int], int]:
    """Every row's weight in units of 10^-decimals, and decimals; TableError as `measure_table`."""
    return _amounts(rows, weight, grouped=False)


def _amounts(rows: Iterable[Cell], weight: str, *, grouped: bool) -> tuple[list[int], int]:
    """The weights in units of 10^-decimals, added up per group if there is one; and decimals.

    A later row may have more decimals than all before it: then those are scaled up.
    """
    alone: list[int] = []
    held: dict[Hashable, int] = {}
    decimals = 0
    for row, written, group in rows:
        number, places = _weight(written, weight, row)
        if places > decimals:
            finer, decimals = 10 ** (places - decimals), places
            alone = [amount * finer for amount in alone]
            held = {key: amount * finer for key, amount in held.items()}
        elif places < decimals:
            number *= 10 ** (decimals - places)
        if grouped:
            held[group] = held.get(group, 0) + number
        else:
            alone.append(number)
    return alone or list(held.values()), decimals


def _weight(written: Weight | None, column: str, row: int) -> tuple[int, int]:
    """One cell, or the reason why it is no weight."""
    read = None if written is None else exact(written)
    if read is not None and read[0] >= 0:
        return read
    if written is None or written == "":
        why, hint = "is empty", "write 0 where somebody has nothing"
    elif read is None:
        why = f"is not a number of at most {DIGITS} digits"
        hint = "write digits and a decimal point, without thousands separators or units"
    else:
        why, hint = "is negative", "a weight is a share of a whole: 0 or more"
    shown = "" if written is None else str(written)[:40]
    raise TableError(f"column {column!r}, row {row}: {shown!r} {why}", hint=hint)
