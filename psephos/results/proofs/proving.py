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

MERGED = ("part", "several", "transition")
"""Statements that say nothing of one table."""

MOVES = ("transition",)
"""What a table of moves says: its credits and debits, whose sums are its publics."""

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
        if merged := next((name for name in statements if name in MERGED), None):
            raise CommandError(
                f"{merged} ties several tables together",
                hint="--table once for each merges holders; `prove transition` leads positions on",
            )
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
    provable: Provable,
    question: Question,
    preset: str,
    report: Report | None = None,
    parts: Sequence[Provable] = (),
) -> tuple[bytes, Verified]:
    """The proof's bytes, and what the verifier reads in them.

    parts: the tables that `provable` merges, if it does; the proof then says that it is their sum.
    One of them that has choices is of moves: its credits count, and its debits against it.

    CommandError for a preset or statement that does not exist or does not fit the table;
    VerificationFailed if a proof falls below what its preset promises: then there is none.
    """
    from psephos.stark.prove import prove_tables
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
    asked = [(0, name) for name in (("several",) if parts else ()) + tuple(question.statements)]
    for i, part in enumerate(parts, 1):
        asked += [(i, name) for name in (("part", "total") if part.choices is None else MOVES)]
    proof = prove_tables(
        [table_of(one) for one in (provable, *parts)],
        asked,
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
