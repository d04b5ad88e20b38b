"""What is declared to a command: folders of files, a table of prices, a threshold."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psephos.errors import CommandError

if TYPE_CHECKING:
    from analytics.threshold import Threshold
    from psephos.results.economy.prices import Prices

PriceFile = Annotated[
    Path | None, typer.Option("--prices", help="Table of prices: data/prices/README.md.")
]
Currency = Annotated[str | None, typer.Option(help="The currency of the prices that is meant.")]


def folder(given: Path | None, kind: str) -> Path | None:
    """A folder of declared files, none where none is named; an empty one declares nothing."""
    if given is None:
        return None
    if not given.is_dir():
        raise CommandError(f"there is no folder {given}", hint=f"name a folder of {kind} files")
    if not any(given.glob("*.toml")):
        raise CommandError(
            f"there is no .toml file in {given}", hint=f"the layout is in data/{kind}/README.md"
        )
    return given


def threshold(option: str, text: str) -> "Threshold":
    """A threshold of an option, which a complaint names."""
    from analytics.threshold import Threshold

    try:
        return Threshold.parse(text)
    except CommandError as error:
        raise CommandError(f"{option} {text[:80]}: {error.message}", hint=error.hint) from None


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
