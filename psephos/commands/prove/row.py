"""`psephos prove row`: a row of a roll or of a sealed day, or that nothing is there.

Of a roll, someone's row and that nobody is there both stay below 1 KB (docs/decisions/0167). Of a
sealed day the row's own bytes are shown, and of a place without a row both neighbours'.
"""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Config, Json
from psephos.commands.places import releases_folder
from psephos.commands.prove.table import Choice, Holder, Out
from psephos.commands.verify.asked import Id, Releases
from psephos.errors import CommandError


def run(
    what: Annotated[
        str, typer.Argument(help="Who, of --table; else a sealed table as DATASET/DAY/TABLE.")
    ],
    out: Out,
    table: Annotated[Path | None, typer.Option("--table", help="CSV or Parquet file.")] = None,
    weight: Annotated[str | None, typer.Option("--weight", help="Its column of weights.")] = None,
    holder: Holder = None,
    choice: Choice = None,
    index: Annotated[
        int | None, typer.Option("--index", help="Which row of the sealed table, from 0.")
    ] = None,
    absent: Annotated[
        str | None, typer.Option("--absent", help="A place without a row: BLOCK/TRANSACTION/LOG.")
    ] = None,
    link: Annotated[
        bool, typer.Option("--link", help="Show it in the table of a proof, not in its roll.")
    ] = False,
    preset: Annotated[str, typer.Option(help="Of the proof, for --link.")] = "standard",
    releases: Releases = None,
    release: Id = None,
    config: Config = None,
    json: Json = False,
) -> Answer:
    """Show that a row is in a table, or that there is none, by hashes alone."""
    from psephos.store.durable import check_free, put

    check_free(out)
    if table is not None:
        if weight is None or holder is None:
            raise CommandError("--table needs --weight and --id", hint="who each row is")
        if index is not None or absent is not None:
            raise CommandError("--index and --absent are of a sealed table", hint="leave them out")
        make = partial(_linked, preset) if link else _of_table
        data, said = make(table, weight, holder, choice, what)
    else:
        if link:
            raise CommandError("--link is of the table of a proof", hint="--table FILE")
        data, said = _of_batch(what, index, absent, releases_folder(releases, config), release)
    put(out, data, what="witness")
    return Answer({"out": str(out), "bytes": len(data), "says": said}, f"{out}: {said}")


def _of_table(
    table: Path, weight: str, holder: str, choice: str | None, who: str
) -> tuple[bytes, str]:
    from psephos.batch import roll
    from psephos.results.proofs.provable import id_of, read_provable

    found = read_provable(table, weight, holder, choice)
    witness = roll.witness(found.rows(), id_of(who))
    return witness.to_bytes(), roll.verify_roll(witness, found.row_root, len(found.weights))


def _linked(
    preset: str, table: Path, weight: str, holder: str, choice: str | None, who: str
) -> tuple[bytes, str]:
    from psephos.results.proofs.provable import id_of, read_provable
    from psephos.results.proofs.proving import table_of
    from psephos.stark.prove.link import link

    found = read_provable(table, weight, holder, choice)
    assert found.ids is not None
    if (id_ := id_of(who)) not in found.ids:
        raise CommandError(f"nobody called {who[:60]!r} is there", hint="leave out --link")
    row = found.ids.index(id_)
    return link(table_of(found), row, preset), f"row {row} of the proof's table"


def _of_batch(
    name: str, index: int | None, absent: str | None, releases: Path, release: str | None
) -> tuple[bytes, str]:
    from psephos.batch import witness
    from psephos.evidence.row import sealed_rows
    from psephos.store.reader import Release

    if (index is None) == (absent is None):
        raise CommandError("--index of a row, or --absent place", hint="one of the two")
    with Release.open(releases, release) as opened:
        header, rows = sealed_rows(opened, name)
    if index is not None:
        if not 0 <= index < len(rows):
            raise CommandError(f"there is no row {index}", hint=f"{name} has {len(rows)} rows")
        made = witness.included(header, rows, index)
    else:
        try:
            made = witness.absent(header, rows, _place(absent or ""))
        except ValueError as error:
            raise CommandError(str(error), hint="show it with --index") from error
    return made.to_bytes(), witness.verify_witness(made, header)


def _place(text: str) -> tuple[int, int, int]:
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise CommandError(f"{text[:40]!r} is no place", hint="BLOCK/TRANSACTION/LOG")
    block, transaction, log = (int(part) for part in parts)
    if block >> 64 or transaction >> 32 or log >> 32:
        raise CommandError(f"{text[:40]!r} is no place", hint="BLOCK/TRANSACTION/LOG")
    return block, transaction, log
