"""`psephos measure --table`: its options, and its answer for scripts and for people."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from analytics import ALL
from psephos.commands.console import Answer
from psephos.commands.declared import threshold as parsed
from psephos.errors import CommandError

Table = Annotated[
    Path | None, typer.Option("--table", help="Measure this CSV or Parquet file, not a release.")
]
Weight = Annotated[str | None, typer.Option("--weight", help="The column of the table to measure.")]
Group = Annotated[
    str | None, typer.Option("--group", help="Add weights up per value of this column first.")
]
Above = Annotated[
    str | None, typer.Option("--above", help="Count only who has more than this, exactly.")
]
Holder = Annotated[
    str | None, typer.Option("--holder", help="Each value of this column may be there only once.")
]
Unit = Annotated[
    str | None, typer.Option("--unit", help="All values of this column must be the same unit.")
]
Thresholds = Annotated[
    list[str] | None,
    typer.Option("--threshold", help="Also who is needed for '>51/100', '>=2/3' …; repeatable."),
]


def table_answer(
    table: Path,
    weight: str | None,
    group: str | None = None,
    above: str | None = None,
    thresholds: Sequence[str] | None = None,
    holder: str | None = None,
    unit: str | None = None,
) -> Answer:
    """The measures of a table; raises `CommandError` without a weight column."""
    from psephos.results.table import measure_table

    if not weight:
        raise CommandError(
            "--table needs --weight", hint=f"psephos measure --table {table} --weight COLUMN"
        )
    for text in thresholds or ():
        parsed("--threshold", text)
    measured = measure_table(
        table, weight, group, above, thresholds or (), holder=holder, unit=unit
    )
    return Answer(measured, table_text(measured))


def table_text(measured: Mapping[str, Any]) -> str:
    """The same for people: one line a measure, `undefined` where there is no value."""
    values = measured["measures"]
    rows = [
        ("Population", f"{measured['population']:,} holders"),
        ("Left out", f"{measured['zeros']:,} with nothing, {measured['below']:,} not above"),
        ("Total", decimal_text(int(measured["total"]), measured["decimals"])),
        *((entry.title, shown(values[name], entry.unit)) for name, entry in ALL.items()),
        *(
            (f"Fewest who hold {text}", shown(k, "holders"))
            for text, k in values["nakamoto"].items()
        ),
        *(
            (f"Merger band of {year}", band)
            for year, band in measured["merger_bands"].items()
            if band
        ),
    ]
    width = max(len(title) for title, _ in rows)
    return "\n".join(f"{title:<{width}}  {value}" for title, value in rows)


def shown(value: float | None, unit: str) -> str:
    """A value with its unit; eight significant digits where it is no whole number."""
    if value is None:
        return "undefined"
    return f"{value:,} {unit}" if isinstance(value, int) else f"{value:.8g} {unit}"


def decimal_text(amount: int, decimals: int) -> str:
    """`amount` / 10^`decimals` in full, without trailing zeros."""
    whole, part = divmod(amount, 10**decimals)
    return f"{whole:,}.{part:0{decimals}d}".rstrip("0").rstrip(".") if part else f"{whole:,}"
