"""Tables, and what a prover knows of them, to be proven honestly or bent first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from psephos.stark.columns import layout_codes
from psephos.stark.combination import Combination
from psephos.stark.presets import preset_named
from psephos.stark.prove import Share, Table, witnessed
from psephos.stark.prove.proof import Claim, proof
from psephos.stark.prove.violations import Violation, violations
from psephos.stark.statements.registry import together
from psephos.stark.statements.statement import Values
from psephos.stark.verify import Accept, Refused, accepted, verify

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
    """A witness on the bench: data and own columns of every statement, and public elements."""

    table: Table
    names: Sequence[str]
    threshold: Share = HALF

    def __post_init__(self) -> None:
        self.statements = together(self.names)
        self.combination = Combination.of([s.tape for s in self.statements])
        self.data = self.table.columns()
        values = Values(self.data, len(self.table.weights), self.threshold)
        found = witnessed(self.statements, values)
        self.witness = dict(zip((s.name for s in self.statements), found, strict=True))

    def own(self, name: str, column: int) -> NDArray[np.uint64]:
        """An own column of a statement."""
        return self.witness[name].columns[column]

    def witness_again(self, *names: str) -> None:
        """Find these witnesses anew, from data columns as they are now; `rows` counts again."""
        values = Values(self.data, len(self.table.weights), self.threshold)
        found = witnessed(self.statements, values)
        for statement, witness in zip(self.statements, found, strict=True):
            if statement.name in names:
                self.witness[statement.name] = witness

    @property
    def codes(self) -> list[int]:
        return layout_codes(self.table.layout)

    @property
    def elements(self) -> list[int]:
        return [e for s in self.statements for e in self.witness[s.name].elements]

    @property
    def columns(self) -> tuple[list[NDArray[np.uint64]], list[NDArray[np.uint64]]]:
        own = [c for s in self.statements for c in self.witness[s.name].columns]
        return [self.data[code] for code in self.codes], own

    def violations(self) -> list[Violation]:
        return violations(self.combination, self.codes, self.elements, *self.columns)

    def labels(self) -> set[str]:
        return {violation.label for violation in self.violations()}

    def proof(self, preset: str = "test", *, checked: bool = False) -> bytes:
        """By the real prover, its own check off if not told otherwise."""
        table = self.table
        claim = Claim(
            preset_named(preset), table.log_rows, table.layout, self.codes, 0, table.row_root
        )
        return proof(claim, self.combination, self.elements, *self.columns, checked=checked)


def cause(data: bytes) -> str:
    """Why the verifier refuses; empty if it does not."""
    try:
        verify(data, Accept(accepted(), least_bits=0))
    except Refused as refused:
        return refused.cause
    return ""


Bend = Callable[[Bench], None]
