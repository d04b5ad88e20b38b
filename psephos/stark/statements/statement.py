"""What a statement is to the prover: its tape, and how its own columns and publics are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from psephos.stark.columns import LIMBS, WEIGHT
from psephos.stark.ntt import Array
from psephos.stark.tape import Tape


class Share(NamedTuple):
    """A threshold: more than numerator/denominator of the whole, or at least so much."""

    numerator: int
    denominator: int
    strict: bool


@dataclass(frozen=True, slots=True)
class Values:
    """A table as columns of N rows by code, the first `count` of them real.

    `asked` are the columns whose values statements of the proof ask the range table for, about
    whichever table; `together` all its statements by name, each with its table's values.
    """

    data: Mapping[int, Array]
    count: int
    threshold: Share | None = None
    top: int | None = None
    asked: list[Array] = field(default_factory=list)
    together: list[tuple[str, "Values"]] = field(default_factory=list)

    @property
    def limbs(self) -> list[Array]:
        """The weight's limbs, lowest first."""
        return [self.data[WEIGHT + k] for k in range(LIMBS)]


@dataclass(frozen=True, slots=True)
class Witness:
    """A statement's own columns and public elements."""

    columns: list[Array]
    elements: list[int]


def nothing_wrong(values: Values) -> str | None:
    """For statements that are about every table."""
    return None


@dataclass(frozen=True, slots=True)
class Statement:
    """A tape, the witness that an honest prover has, and the statements to put before it.

    `fault` says in words why the statement is not true of a table, where a rule's label would
    not say it to who made the table; None if it finds nothing.
    """

    tape: Tape
    witness: Callable[[Values], Witness]
    requires: tuple["Statement", ...] = ()
    fault: Callable[[Values], str | None] = nothing_wrong
    given: str = ""
    """What it is asked about, "threshold" or "top": it may stand in a proof once for each."""

    @property
    def name(self) -> str:
        """The tape's name without its version: `total` of `total/1`."""
        return self.tape.name.partition("/")[0]

    def of(self, value: "Share | int") -> "Statement":
        """The same about this threshold or top, whatever the values' own."""

        def witness(values: Values) -> Witness:
            if isinstance(value, Share):
                return self.witness(replace(values, threshold=value))
            return self.witness(replace(values, top=value))

        return replace(self, witness=witness)


class Stand(NamedTuple):
    """A statement about a table of a proof, by number."""

    table: int
    statement: Statement


def summed(column: Array) -> int:
    """The sum of a column as an exact integer; the column's sum is below 2^64."""
    return int(column.sum(dtype=np.uint64))
