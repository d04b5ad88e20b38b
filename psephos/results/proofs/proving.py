"""A proof is made, checked by the verifier, and read: the way from a table to a file and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be proven of a table: statements, the thresholds of `coalition`, each a statement
    of its own, and the numbers of rows of `top`."""

    statements: Sequence[str]
    thresholds: Sequence[Threshold] = ()
    tops: Sequence[int] = ()

    @classmethod
    def read(
        cls, statements: Sequence[str], thresholds: Sequence[str] = (), tops: Sequence[int] = ()
    ) -> "Question":
        """CommandError where a threshold or number is missing, of nothing, or there twice."""
        read = [Threshold.parse(text) for text in thresholds]
        for name, option, given in (
            ("coalition", "--threshold '>1/2'", read),
            ("top", "--top 10", tops),
        ):
            if name in statements and not given:
                raise CommandError(f"the statement {name} needs a number", hint=option)
            if given and name not in statements:
                word = option.partition(" ")[0]
                raise CommandError(f"{word} without its statement", hint=f"--statement {name}")
            if len(set(given)) < len(given):
                raise CommandError(f"the same number of {name} twice", hint="give each once")
        return cls(statements, read, tops)


def proven(
    provable: Provable, question: Question, preset: str, report: Report | None = None
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
        if name in question.statements and getattr(provable, column) is None:
            raise CommandError(f"{name} needs a column of {column}", hint=f"{option} COLUMN")
    shares = [
        Share(one.share.numerator, one.share.denominator, one.strict) for one in question.thresholds
    ]
    proof = prove(
        table_of(provable),
        question.statements,
        thresholds=shares,
        tops=question.tops,
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
    for told in (told for _, told in found.publics if total):
        if "coalition" in told:
            sign = ">" if told["strict"] else "≥"
            share = f"{sign} {told['numerator']}/{told['denominator']}"
            derived[f"fewest who hold {share}"] = str(told["coalition"])
        if "top" in told:
            held = Fraction(told["held"], total or 1)
            derived[f"share of the top {told['top']}"] = f"{held} ≈ {float(held):.6g}"
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
