"""What an honest prover knows: the own columns and publics of all statements of a proof."""

from collections.abc import Sequence

from psephos.errors import DataError
from psephos.stark.columns import RANGE_BUS
from psephos.stark.ntt import Array
from psephos.stark.statements.statement import Stand, Statement, Values, Witness
from psephos.stark.tape import NOW, OWN_NOW


def check_true(stands: Sequence[Stand], values: Sequence[Values]) -> None:
    """DataError where a statement says that it is not true of its table."""
    _introduce(stands, values)
    for table, statement in stands:
        if (fault := statement.fault(values[table])) is not None:
            where = "this table" if len(values) == 1 else f"table {table}"
            raise DataError(f"{statement.name} is not true of {where}: {fault}")


def witnessed(stands: Sequence[Stand], values: Sequence[Values]) -> list[Witness]:
    """Every statement's witness, from the values of each table.

    What is required stands first and is found last; the very first, `rows` about the first table,
    is told which columns all statements ask the range table for.
    """
    _introduce(stands, values)
    found: list[Witness] = []
    asked: list[Array] = []
    for number, (table, statement) in reversed(list(enumerate(stands))):
        asked += asked_for(statement, values[table], [])
        values[table].asked[:] = [] if number else asked
        witness = statement.witness(values[table])
        asked += asked_for(statement, None, witness.columns)
        found.append(witness)
    return found[::-1]


def _introduce(stands: Sequence[Stand], values: Sequence[Values]) -> None:
    for one in values:
        one.together[:] = [(statement.name, values[table]) for table, statement in stands]


def asked_for(statement: Statement, values: Values | None, own: list[Array]) -> list[Array]:
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
