"""Tables, and what a prover knows of them, to be proven honestly or bent first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from psephos.stark.columns import layout_codes
from psephos.stark.combination import Combination
from psephos.stark.presets import preset_named
from psephos.stark.prove import Share, Table, stand
from psephos.stark.prove.proof import Claim, Committed, proof
from psephos.stark.prove.violations import Violation, violations
from psephos.stark.prove.witness import asked_for, witnessed
from psephos.stark.statements.statement import Values, Witness
from psephos.stark.verify import Accept, Refused, accepted
from tests.stark.both import verify

HALF = Share(1, 2, True)
ALL = ("tally", "concentration", "coalition")
EVERYTHING = (*ALL, "inequality", "participation", "distinct")


def votes(count: int, seed: int = 1, bits: int = 90) -> Table:
    """`count` votes, half of them far smaller than the others; ids are not in order."""
    random = Random(seed)
    weights = [random.randrange(1, 1 << (bits - 40 * (i % 2))) for i in range(count)]
    ids = [random.getrandbits(160) for _ in range(count)]
    return Table(weights, [random.randrange(3) for _ in range(count)], ids)


@dataclass
class Bench:
    """A witness on the bench: data and own columns of every statement, and public elements.

    Of several tables, `more` are those after the first, and a statement about table 2 is called
    `total@2`.
    """

    table: Table
    names: Sequence[str]
    threshold: Share = HALF
    more: Sequence[Table] = ()
    top: int = 3

    def __post_init__(self) -> None:
        self.tables = [self.table, *self.more]
        split = [name.partition("@") for name in self.names]
        named = [(int(table or 0), name) for name, _, table in split]
        self.stands = stand(len(self.tables), named)
        self.statements = [statement for _, statement in self.stands]
        about = [table for table, _ in self.stands]
        self.combination = Combination.of([s.tape for s in self.statements], about)
        self.log_rows = max(table.log_rows for table in self.tables)
        self.columns_of = [table.columns(self.log_rows) for table in self.tables]
        self.data = self.columns_of[0]
        self.keys = [f"{s.name}@{t}" if t else s.name for t, s in self.stands]
        self.witness = dict(zip(self.keys, self._found(), strict=True))

    def _found(self) -> list[Witness]:
        pairs = zip(self.columns_of, self.tables, strict=True)
        self.values = [Values(d, len(t.weights), self.threshold, self.top) for d, t in pairs]
        return witnessed(self.stands, self.values)

    def count_again(self) -> None:
        """Let the first `rows` say how often each value is asked for by the columns as they are."""
        asked: list[NDArray[np.uint64]] = []
        for key, (table, statement) in zip(self.keys, self.stands, strict=True):
            values = Values(self.columns_of[table], 0)
            asked += asked_for(statement, values, [])
            asked += asked_for(statement, None, self.witness[key].columns)
        values = Values(self.data, 0, asked=asked)
        self.witness["rows"].columns[1][:] = self.stands[0].statement.witness(values).columns[1]

    def own(self, name: str, column: int) -> NDArray[np.uint64]:
        """An own column of a statement."""
        return self.witness[name].columns[column]

    def witness_again(self, *names: str) -> None:
        """Find these witnesses anew, from data columns as they are now; `rows` counts again."""
        for key, witness in zip(self.keys, self._found(), strict=True):
            if key in names:
                self.witness[key] = witness

    @property
    def codes(self) -> list[list[int]]:
        return [layout_codes(table.layout) for table in self.tables]

    @property
    def elements(self) -> list[int]:
        return [e for key in self.keys for e in self.witness[key].elements]

    @property
    def columns(self) -> tuple[list[list[NDArray[np.uint64]]], list[NDArray[np.uint64]]]:
        own = [c for key in self.keys for c in self.witness[key].columns]
        pairs = zip(self.columns_of, self.codes, strict=True)
        return [[data[code] for code in codes] for data, codes in pairs], own

    def violations(self) -> list[Violation]:
        return violations(self.combination, self.codes, self.elements, *self.columns)

    def labels(self) -> set[str]:
        return {violation.label for violation in self.violations()}

    def proof(self, preset: str = "test", *, checked: bool = False) -> bytes:
        """By the real prover, its own check off if not told otherwise."""
        committed = [
            Committed(table.layout, codes, table.row_root)
            for table, codes in zip(self.tables, self.codes, strict=True)
        ]
        claim = Claim(preset_named(preset), self.log_rows, 0, committed)
        return proof(claim, self.combination, self.elements, *self.columns, checked=checked)


def cause(data: bytes) -> str:
    """Why the verifier refuses; empty if it does not."""
    try:
        verify(data, Accept(accepted(), least_bits=0))
    except Refused as refused:
        return refused.cause
    return ""


Bend = Callable[[Bench], None]
