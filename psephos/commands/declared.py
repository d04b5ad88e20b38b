"""What is declared to a command: a table of prices, and the currency that is meant."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psephos.errors import CommandError

if TYPE_CHECKING:
    from psephos.results.economy.prices import Prices

PriceFile = Annotated[
    Path | None, typer.Option("--prices", help="Table of prices: data/prices/README.md.")
]
Currency = Annotated[str | None, typer.Option(help="The currency of the prices that is meant.")]


def price_table(file: Path | None, currency: str | None) -> "Prices | None":
    """The prices asked for, none without a file; one option alone is a `CommandError`."""
    from psephos.results.economy.prices import prices

    if file is None and currency is None:
        return None
    if file is None or currency is None:
        raise CommandError(
            "--prices and --currency go together", hint="--prices FILE --currency USD"
        )
    return prices(file, currency)
