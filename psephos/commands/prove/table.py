"""`psephos prove --table FILE …`: one file that proves what a table of votes or holders adds up to.

It is verified by `psephos.stark.verify` before it is written; what does not verify is not written.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from psephos.commands.console import Answer, Json, progress
from psephos.errors import CommandError

if TYPE_CHECKING:
    from psephos.results.proofs.provable import Provable
    from psephos.stark.verify import Verified

TableFiles = Annotated[
    list[Path],
    typer.Option(
        "--table",
        help="CSV or Parquet file with a row for each vote or holder; of several holders merge.",
    ),
]
Weight = Annotated[str, typer.Option("--weight", help="The column of weights; decimals are exact.")]
Holder = Annotated[
    str | None, typer.Option("--id", help="The column that says who a row is; nobody twice.")
]
Choice = Annotated[
    str | None, typer.Option("--choice", help="The column of votes: against, for, abstain.")
]
Thresholds = Annotated[
    list[str] | None,
    typer.Option("--threshold", help="Of `coalition`: '>1/2', '>=2/3' …; repeatable."),
]
Tops = Annotated[
    list[int] | None, typer.Option("--top", help="Of `top`: how many rows; repeatable.")
]
Out = Annotated[Path, typer.Option("--out", help="The file to write.")]


def run(
    table: TableFiles,
    weight: Weight,
    out: Out,
    statement: Annotated[list[str], typer.Option("--statement", help="What to prove; repeatable.")],
    holder: Holder = None,
    choice: Choice = None,
    threshold: Thresholds = None,
    top: Tops = None,
    preset: Annotated[
        str, typer.Option(help="standard; compact (smaller, Johnson regime); test (no security).")
    ] = "standard",
    json: Json = False,
) -> Answer:
    """Prove what a table of votes or holders adds up to: one file that anybody verifies."""
    from psephos.results.proofs.proving import Question, proven
    from psephos.store.durable import check_free, put

    check_free(out)
    question = Question.read(statement, threshold or (), top or ())
    provable, parts = _read(table, weight, holder, choice)
    with progress("proving") as report:
        data, found = proven(
            provable, question, preset, lambda _, done, steps: report(done, steps, 0), parts
        )
    put(out, data, what="proof")
    return Answer(
        {"out": str(out), "bytes": len(data), "rows": len(provable.weights), **facts(found)},
        f"{out}: {len(data):,} bytes, {len(provable.weights):,} rows\n{text(found)}",
    )


def _read(
    tables: list[Path], weight: str, holder: str | None, choice: str | None
) -> tuple["Provable", tuple["Provable", ...]]:
    """One table; or the sums of the holders of several, and these."""
    from psephos.results.proofs.merged import read_merged
    from psephos.results.proofs.provable import read_provable

    if len(tables) == 1:
        return read_provable(tables[0], weight, holder, choice), ()
    if holder is None or choice is not None:
        raise CommandError(
            "several tables are merged by who holds, not by what was chosen",
            hint="--id COLUMN, without --choice",
        )
    return read_merged(tables, weight, holder)


def facts(found: "Verified") -> dict[str, Any]:
    """What a proof says, for scripts: numbers as decimal strings."""
    from psephos.results.proofs.proving import publics

    return {
        "preset": found.claim.preset.name,
        "statements": [tape.name for tape in found.combination.tapes],
        "bits": found.security.bits,
        "pow_bits": found.security.pow_bits,
        "regime": found.security.regime,
        "binding_term": found.security.binding_term,
        "scale": found.claim.scale,
        "publics": {name: str(value) for name, value in publics(found).items()},
        "row_root": f"0x{found.claim.row_root.hex()}",
        "low_degree_root": f"0x{found.low_degree_root.hex()}",
    }


def text(found: "Verified") -> str:
    """The same for people."""
    from psephos.commands.measure_table import decimal_text
    from psephos.results.proofs.proving import follows, publics

    amounts = {
        public.name: public.type for tape in found.combination.tapes for public in tape.publics
    }
    scale = found.claim.scale
    lines = [f"security: {found.security}"]
    for name, value in publics(found).items():
        places = scale * amounts.get(name.partition("#")[0], 0) if value else 0
        shown = decimal_text(value, places) if places <= 2 * scale else f"{value:,}"
        lines.append(f"{name.replace('_', ' ')}: {shown}")
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in follows(found).items())])
