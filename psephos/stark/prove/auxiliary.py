"""Auxiliary columns: fractions of the buses, two a column, and the accumulator of everything."""

import numpy as np

from psephos.commit.starknet.compiled.machine import kernel, run
from psephos.errors import DataError
from psephos.stark.lanes import add, multiply
from psephos.stark.lowering import Lowering
from psephos.stark.ntt import Array, shares
from psephos.stark.program import execute, program
from psephos.stark.prove.domain import inverted
from psephos.stark.prove.lower import Challenges, Scene, fraction

PARTS = "388c3d6b566ad7a3"
"""Digest of the files that kernels here are made of besides this one: see `machine`."""


def auxiliary(
    scene: Scene, drawn: Challenges, traces: Array, out: Array, *, checked: bool = True
) -> None:
    """Fill `out`, the columns in groups of eight, from traces (groups, 8·rows) of data and own.

    DataError if the accumulator does not come back to where it began: then a bus does not cancel
    or a sum is not what the publics say, and nothing can be proven.
    """
    rows = traces.shape[1] // 8
    columns = traces.reshape(len(traces), 1, -1)
    nothing = np.zeros(8 * rows, np.uint64)
    degree, count = scene.degree, scene.combination.auxiliary
    low = Lowering(degree)
    registers = scene.all_registers(low)
    total = execute(program(low, scene.step(low, registers, drawn)), nothing, columns)
    out[:] = 0
    for number, pair in enumerate(scene.fractions(low, registers, drawn)):
        above, below = fraction(low, pair)
        other = low.conjugate(below)
        norm = low.mul_wide(below, other)[0]
        made = program(low, [*low.mul_wide(above, other), norm])
        parts = execute(made, nothing, columns)
        inverted(parts[-1])
        run(_helper, shares(rows, 1), parts, out, number * degree, total)
    for i in range(degree):
        column = (count - 1) * degree + i
        if _running(total[i], out[column // 8], column % 8) and checked:
            raise DataError("the rows do not give these publics, so there is nothing to prove")


@kernel
def _helper(parts: Array, out: Array, column: int, total: Array, start: int, end: int) -> None:
    """Numerators times inverse denominators, the last of `parts`; added to the totals, too."""
    degree = len(parts) - 1
    for m in range(degree):
        group, lane = (column + m) >> 3, (column + m) & 7
        for i in range(start, end):
            value = multiply(parts[m, i], parts[degree, i])
            out[group, 8 * i + lane] = value
            total[m, i] = add(total[m, i], value)


@kernel
def _running(terms: Array, out: Array, lane: int) -> np.uint64:
    """out[8·i + lane] = the sum of all terms before row i; returns the sum of all."""
    value = np.uint64(0)
    for i in range(len(terms)):
        out[8 * i + lane] = value
        value = add(value, terms[i])
    return value
