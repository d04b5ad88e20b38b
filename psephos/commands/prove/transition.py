"""`psephos prove transition`: positions before and the moves since then give the positions after.

A move is one side of a transfer: `credit` or `debit`, of one holder. It is verified with the three
files in the proof's order: `verify proof FILE --table AFTER --table BEFORE --table MOVES`.
"""

from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Json, progress
from psephos.commands.prove.table import Out, Thresholds, Tops, Weight, facts, text
from psephos.errors import DataError, TableError


def run(
    before: Annotated[Path, typer.Option("--before", help="CSV or Parquet: positions before.")],
    moves: Annotated[Path, typer.Option("--moves", help="CSV or Parquet: a row for each move.")],
    after: Annotated[Path, typer.Option("--after", help="CSV or Parquet: positions after.")],
    weight: Weight,
    holder: Annotated[str, typer.Option("--id", help="The column that says whose a row is.")],
    out: Out,
    direction: Annotated[
        str, typer.Option("--direction", help="The column of moves: credit or debit.")
    ] = "direction",
    statement: Annotated[
        list[str] | None,
        typer.Option("--statement", help="What else, of the positions after; repeatable."),
    ] = None,
    threshold: Thresholds = None,
    top: Tops = None,
    preset: Annotated[
        str, typer.Option(help="standard; compact (smaller, Johnson regime); test (no security).")
    ] = "standard",
    json: Json = False,
) -> Answer:
    """Prove that positions before and all moves since then give the positions after."""
    from psephos.results.proofs.moved import read_moved
    from psephos.results.proofs.proving import Question, proven
    from psephos.store.durable import check_free, put

    check_free(out)
    question = Question.read(statement or ["total"], threshold or (), top or ())
    provable, parts = read_moved((after, before, moves), weight, holder, direction)
    with progress("proving") as report:
        try:
            data, found = proven(
                provable, question, preset, lambda _, done, steps: report(done, steps, 0), parts
            )
        except DataError as error:
            raise TableError(
                f"{before.name} and {moves.name} do not give {after.name}: {error.message}",
                hint="table 0 are the positions after, 1 those before, 2 the moves",
            ) from error
    put(out, data, what="proof")
    rows = {"rows": len(provable.weights), "moves": len(parts[1].weights)}
    return Answer(
        {"out": str(out), "bytes": len(data), **rows, **facts(found)},
        f"{out}: {len(data):,} bytes, {rows['rows']:,} positions after {rows['moves']:,} moves\n"
        f"{text(found)}",
    )
