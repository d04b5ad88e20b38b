"""The prover: `prove(table, statements)` gives a proof's bytes and its publics.

The compiler and numpy are imported with this package; what only verifies imports
`psephos.stark.verify`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from types import MappingProxyType

from psephos.errors import CommandError, DataError
from psephos.stark.columns import layout_codes
from psephos.stark.combination import Combination
from psephos.stark.field import P
from psephos.stark.merkle import SIZE
from psephos.stark.presets import STANDARD, Preset, preset_named
from psephos.stark.prove.proof import Claim, Committed, Progress, proof
from psephos.stark.prove.table import Table
from psephos.stark.prove.witness import check_true, witnessed
from psephos.stark.security import Security, Shape, security_bits
from psephos.stark.statements.coalition import SHARE_BITS
from psephos.stark.statements.registry import together
from psephos.stark.statements.statement import Share, Stand, Values

__all__ = ["Proof", "Share", "Table", "prove", "prove_tables"]


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof's bytes, and what it says: of each statement its publics as exact integers.

    `publics` are by a statement's name, the second of a name by `NAME#2`; in a proof about several
    tables by `NAME of table T`.
    """

    data: bytes
    statements: tuple[str, ...]
    publics: dict[str, dict[str, int]]


def prove(
    table: Table,
    statements: Sequence[str],
    *,
    thresholds: Sequence[Share | tuple[int, int, bool]] = (),
    tops: Sequence[int] = (),
    preset: str = STANDARD.name,
    progress: Progress = lambda step, done, steps: None,
) -> Proof:
    """A proof of the statements and of all that they require.

    `coalition` stands in it once for each threshold, `top` once for each number of rows. The bytes
    depend on nothing but the arguments: not on the machine, nor on its cores.
    CommandError for an unknown statement or preset, a threshold of more than 63 bits, or a column
    that the table has not;
    DataError for a table that cannot be proven about, and where a statement is not true of it.
    """
    return prove_tables(
        [table],
        [(0, name) for name in statements],
        thresholds=thresholds,
        tops=tops,
        preset=preset,
        progress=progress,
    )


def prove_tables(
    tables: Sequence[Table],
    statements: Sequence[tuple[int, str]],
    *,
    thresholds: Sequence[Share | tuple[int, int, bool]] = (),
    tops: Sequence[int] = (),
    preset: str = STANDARD.name,
    progress: Progress = lambda step, done, steps: None,
) -> Proof:
    """One proof about several tables: each statement with the number of its table, from 0.

    All have the rows of the largest, and one scale. Errors as `prove`.
    """
    shares = [Share(*share) for share in thresholds]
    if any(max(one.numerator, one.denominator) >> SHARE_BITS for one in shares):
        raise CommandError(
            f"a threshold with more than {SHARE_BITS} bits", hint="a fraction of smaller numbers"
        )
    given: dict[str, Sequence[Share | int]] = {"threshold": shares, "top": tops}
    stands = stand(len(tables), statements, given)
    tapes = [statement.tape for _, statement in stands]
    combination = Combination.of(tapes, [table for table, _ in stands])
    codes = [layout_codes(table.layout) for table in tables]
    if not all(combination.codes(i) <= set(mine) for i, mine in enumerate(codes)):
        raise CommandError("the table has not the columns that these statements are about")
    scales = {table.scale for table in tables}
    if len(scales) > 1:
        raise DataError("the tables' weights have different numbers of decimal places")
    kind, k = preset_named(preset), max(table.log_rows for table in tables)
    check_security(combination, kind, k)
    values = [Values(table.columns(k), len(table.weights)) for table in tables]
    check_true(stands, values)
    witnesses = witnessed(stands, values)
    elements = [element for witness in witnesses for element in witness.elements]
    own = [column for witness in witnesses for column in witness.columns]
    committed = [
        Committed(table.layout, mine, table.row_root)
        for table, mine in zip(tables, codes, strict=True)
    ]
    claim = Claim(kind, k, scales.pop(), committed)
    data = [[v.data[code] for code in mine] for v, mine in zip(values, codes, strict=True)]
    made = proof(claim, combination, elements, data, own, progress=progress)
    names = [statement.name for _, statement in stands]
    return Proof(
        made,
        tuple(names),
        dict(zip(_keys(stands, len(tables)), combination.values(elements), strict=True)),
    )


def _keys(stands: Sequence[Stand], tables: int) -> list[str]:
    """What each statement's publics are called."""
    found: list[str] = []
    times: Counter[str] = Counter()
    for table, statement in stands:
        name = statement.name if tables == 1 else f"{statement.name} of table {table}"
        times[name] += 1
        found.append(name if times[name] == 1 else f"{name}#{times[name]}")
    return found


def stand(
    tables: int,
    statements: Sequence[tuple[int, str]],
    given: Mapping[str, Sequence[Share | int]] = MappingProxyType({}),
) -> list[Stand]:
    """The statements named and what they require, table by table; those that are asked about
    something once for each that is given.

    CommandError for a table that is not there, or that nothing is said about.
    """
    named: list[list[str]] = [[] for _ in range(tables)]
    for table, name in statements:
        if not 0 <= table < tables:
            raise CommandError(f"{name} about table {table}", hint=f"there are {tables}, from 0")
        named[table].append(name)
    if tables > 1 and not all(named):
        raise CommandError("a table that no statement is about")
    return [
        Stand(table, one)
        for table, names in enumerate(named)
        for statement in together(names)
        for one in [statement.of(value) for value in given.get(statement.given, ())] or [statement]
    ]


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
