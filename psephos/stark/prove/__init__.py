"""The prover: `prove(table, statements)` gives a proof's bytes and its publics.

The compiler and numpy are imported with this package; what only verifies imports
`psephos.stark.verify`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from psephos.errors import CommandError, DataError
from psephos.stark.columns import RANGE_BUS, layout_codes
from psephos.stark.combination import Combination
from psephos.stark.field import P
from psephos.stark.merkle import SIZE
from psephos.stark.ntt import Array
from psephos.stark.presets import STANDARD, Preset, preset_named
from psephos.stark.prove.proof import Claim, Progress, proof
from psephos.stark.prove.table import Table
from psephos.stark.security import Security, Shape, security_bits
from psephos.stark.statements.registry import together
from psephos.stark.statements.statement import Share, Statement, Values, Witness
from psephos.stark.tape import NOW, OWN_NOW

__all__ = ["Proof", "Share", "Table", "prove"]


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof's bytes, and what it says: of each statement its publics as exact integers."""

    data: bytes
    statements: tuple[str, ...]
    publics: dict[str, dict[str, int]]


def prove(
    table: Table,
    statements: Sequence[str],
    *,
    threshold: Share | tuple[int, int, bool] | None = None,
    preset: str = STANDARD.name,
    progress: Progress = lambda step, done, steps: None,
) -> Proof:
    """A proof of the statements and of all that they require.

    The bytes depend on nothing but the arguments: not on the machine, nor on its cores.
    CommandError for an unknown statement or preset, or a column that the table has not;
    DataError for a table that cannot be proven about, and where a statement is not true of it.
    """
    chosen = together(statements)
    combination = Combination.of([statement.tape for statement in chosen])
    codes = layout_codes(table.layout)
    if not combination.codes <= set(codes):
        raise CommandError("the table has not the columns that these statements are about")
    kind = preset_named(preset)
    check_security(combination, kind, table.log_rows)
    data = table.columns()
    share = Share(*threshold) if threshold is not None else None
    values = Values(data, len(table.weights), share)
    for statement in chosen:
        if (fault := statement.fault(values)) is not None:
            raise DataError(f"{statement.name} is not true of this table: {fault}")
    witnesses = witnessed(chosen, values)
    elements = [element for witness in witnesses for element in witness.elements]
    own = [column for witness in witnesses for column in witness.columns]
    claim = Claim(kind, table.log_rows, table.layout, codes, table.scale, table.row_root)
    ordered = [data[code] for code in codes]
    made = proof(claim, combination, elements, ordered, own, progress=progress)
    publics = combination.values(elements)
    names = tuple(statement.name for statement in chosen)
    return Proof(made, names, dict(zip(names, publics, strict=True)))


def check_security(combination: Combination, preset: Preset, k: int) -> None:
    """DataError if a proof of so much would have fewer proven bits than its preset promises."""
    found = security(combination, preset, k)
    if found.bits < preset.promised:
        raise DataError(
            f"{found.bits:.1f} proven bits for 2^{k} rows, fewer than {preset.promised}",
            hint="prove fewer statements at once, or use the preset compact",
        )


def security(combination: Combination, preset: Preset, k: int) -> Security:
    """Proven bits, from tapes, rows and preset: what a verifier computes, too."""
    widths = [len(i.members) for _, i in combination.interactions]
    shape = Shape(
        1 << k,
        preset.blowup,
        preset.queries,
        preset.grinding,
        log2(P) * preset.degree,
        1 << preset.fold,
        lookups=len(widths),
        width=max(widths, default=1),
        members=sum(width + 2 for width in widths),
        totals=max(len(combination.sums), 1),
        digest=SIZE,
    )
    return security_bits(shape)


def witnessed(statements: Sequence[Statement], values: Values) -> list[Witness]:
    """Every statement's witness. What is required stands first, and is found last: it is told
    which columns the others ask the range table for."""
    found: list[Witness] = []
    for statement in reversed(statements):
        values.asked.extend(asked(statement, values, []))
        witness = statement.witness(values)
        values.asked.extend(asked(statement, None, witness.columns))
        found.append(witness)
    return found[::-1]


def asked(statement: Statement, values: Values | None, own: list[Array]) -> list[Array]:
    """The columns that a statement asks the range table for: data columns, or its own."""
    found = []
    for interaction in statement.tape.interactions:
        op, index, _ = statement.tape.operations[interaction.members[0]]
        numerator = statement.tape.operations[interaction.numerator]
        if interaction.bus == RANGE_BUS and numerator[1] == 1:
            if op == NOW and values is not None:
                found.append(values.data[index])
            elif op == OWN_NOW and values is None:
                found.append(own[index])
    return found
