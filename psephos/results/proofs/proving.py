"""A proof is made, checked by the verifier, and read: the way from a table to a file and back."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.threshold import Threshold
from psephos.errors import CommandError, VerificationFailed
from psephos.results.proofs.provable import Provable
from psephos.stark.verify import Accept, Refused, Verified, accepted, verify
from psephos.stark.verify.presets import PRESETS

if TYPE_CHECKING:
    from psephos.stark.prove.table import Table

NEEDS = (
    ("tally", "choices", "--choice"),
    ("participation", "choices", "--choice"),
    ("distinct", "ids", "--id"),
)
"""Columns that statements are about besides weights."""

Report = Callable[[str, int, int], None]


def threshold_of(text: str | None, statements: Sequence[str]) -> Threshold | None:
    """The threshold, which `coalition` needs and nothing else takes; CommandError otherwise."""
    wanted = "coalition" in statements
    if wanted and text is None:
        raise CommandError("a coalition needs a threshold", hint="--threshold '>1/2'")
    if text is not None and not wanted:
        raise CommandError("only a coalition has a threshold", hint="--statement coalition")
    return None if text is None else Threshold.parse(text)


def proven(
    provable: Provable,
    statements: Sequence[str],
    threshold: Threshold | None,
    preset: str,
    report: Report | None = None,
) -> tuple[bytes, Verified]:
    """The proof's bytes, and what the verifier reads in them.

    CommandError for a preset or statement that does not exist or does not fit the table;
    VerificationFailed if a proof falls below what its preset promises: then there is none.
    """
    from psephos.stark.prove import prove
    from psephos.stark.statements.statement import Share

    promised = {entry.name: entry.promised for entry in PRESETS.values()}
    if preset not in promised:
        raise CommandError(f"there is no preset {preset!r}", hint=", ".join(promised))
    for name, column, option in NEEDS:
        if name in statements and getattr(provable, column) is None:
            raise CommandError(f"{name} needs a column of {column}", hint=f"{option} COLUMN")
    share = None
    if threshold:
        parts = threshold.share.numerator, threshold.share.denominator
        share = Share(*parts, threshold.strict)
    proof = prove(
        table_of(provable),
        statements,
        threshold=share,
        preset=preset,
        progress=report or (lambda step, done, steps: None),
    )
    try:
        return proof.data, verify(proof.data, Accept(accepted(), promised[preset]))
    except Refused as error:
        raise VerificationFailed(
            f"the proof does not verify: {error.cause}: {error.message}",
            hint="nothing was written; fewer rows or statements, or another preset",
        ) from error


def publics(found: Verified) -> dict[str, int]:
    """All public numbers by name; the second of a name is called `name#2`."""
    named: dict[str, int] = {}
    for _, told in found.publics:
        for name, value in told.items():
            times = 2
            unused = name
            while unused in named:
                unused, times = f"{name}#{times}", times + 1
            named[unused] = value
    return named


def follows(found: Verified) -> Mapping[str, str]:
    """Measures that follow from proven numbers by one exact division."""
    named, derived = publics(found), {}
    total, squares = named.get("total"), named.get("sum_of_squares")
    if total and squares:
        hhi = Fraction(squares, total * total)
        derived["HHI"] = f"{hhi} ≈ {float(hhi):.6g}"
        derived["effective number"] = f"{1 / hhi} ≈ {float(1 / hhi):.6g}"
    if total and "rank_sum" in named:
        derived["Gini"] = f"{gini(named)} ≈ {float(gini(named)):.6g}"
    if total and "cast" in named:
        turnout = Fraction(named["cast"], total)
        derived["turnout"] = f"{turnout} ≈ {float(turnout):.6g}"
    if total and "pivot" in named:
        sign = ">" if named["strict"] else "≥"
        share = f"{sign} {named['numerator']}/{named['denominator']}"
        derived["fewest who hold"] = f"{share}: {named['coalition']}"
    return derived


def table_of(provable: Provable) -> "Table":
    """What the prover takes."""
    from psephos.stark.prove.table import Table

    rows = provable.weights, provable.choices, provable.ids
    return Table(*rows, provable.row_root, provable.scale)


def gini(told: Mapping[str, int]) -> Fraction:
    """Gini's coefficient of the holders, from the weights summed by rank, the largest first."""
    n, total = told["holders"], told["total"]
    return Fraction((n + 1) * total - 2 * told["rank_sum"], n * total)


def compared(found: Verified, provable: Provable) -> str:
    """That these rows are the proof's table: all of it is committed to again.

    VerificationFailed if they are not.
    """
    from psephos.stark.prove.commit import committed

    claim = found.claim
    table = table_of(provable)
    told = (claim.log_rows, claim.layout, claim.scale, claim.row_root)
    if told != (table.log_rows, table.layout, table.scale, table.row_root):
        raise VerificationFailed(
            "the rows are not the proof's table: size, columns, scale or row root differ"
        )
    blowup = 1 << claim.preset.blowup
    if committed(table.ordered(), table.log_rows, blowup).root != found.data_root:
        raise VerificationFailed("the rows give another low-degree root than the proof's")
    return f"{len(provable.weights)} rows give the proof's low-degree root"
