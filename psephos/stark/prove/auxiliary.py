"""Auxiliary columns: fractions of the buses, two a column, and the accumulator of everything."""

import numpy as np

from psephos.commit.starknet.compiled.machine import kernel
from psephos.errors import DataError
from psephos.stark.lanes import add
from psephos.stark.lowering import Lowering
from psephos.stark.ntt import Array
from psephos.stark.program import execute, program
from psephos.stark.prove.domain import inverted, points
from psephos.stark.prove.lower import Challenges, Scene, fraction

PARTS = "01890766614b9ade"
"""Digest of the files that kernels here are made of besides this one: see `machine`."""


def auxiliary(scene: Scene, drawn: Challenges, traces: Array, *, checked: bool = True) -> Array:
    """The columns in groups of eight, from traces (groups, 8·rows) of data and own columns.

    DataError if the accumulator does not come back to where it began: then a bus does not cancel
    or a sum is not what the publics say, and nothing can be proven.
    """
    rows = traces.shape[1] // 8
    columns = traces.reshape(len(traces), 1, -1)
    nothing = np.zeros(8 * rows, np.uint64)
    degree, count = scene.degree, scene.combination.auxiliary
    found = np.zeros((-(-count * degree // 8), rows, 8), np.uint64)
    low = Lowering(degree)
    registers = scene.all_registers(low)
    step = program(low, scene.step(low, registers, drawn))
    total = execute(step, nothing, columns)
    for number, pair in enumerate(scene.fractions(low, registers, drawn)):
        above, below = fraction(low, pair)
        other = low.conjugate(below)
        norm = low.mul_wide(below, other)[0]
        made = program(low, [*low.mul_wide(above, other), norm])
        parts = execute(made, nothing, columns)
        inverted(parts[-1])
        helper = _scaled(parts)
        for i in range(degree):
            column = number * degree + i
            found[column // 8, :, column % 8] = helper[i]
        _add_to(total, helper)
    for i in range(degree):
        column = (count - 1) * degree + i
        end = _running(total[i], found[column // 8], column % 8)
        if end and checked:
            raise DataError("the rows do not give these publics, so there is nothing to prove")
    return found.reshape(len(found), -1)


def _scaled(parts: Array) -> Array:
    """All rows but the last, each times the last."""
    low = Lowering()
    last = low.point(len(parts) - 1)
    made = program(low, [low.mul(low.point(i), last) for i in range(len(parts) - 1)])
    return execute(made, points(list(parts)))


def _add_to(total: Array, helper: Array) -> None:
    low, count = Lowering(), len(total)
    made = program(low, [low.add(low.point(i), low.point(count + i)) for i in range(count)])
    total[:] = execute(made, points([*total, *helper]))


@kernel
def _running(terms: Array, out: Array, lane: int) -> np.uint64:
    """out[i, lane] = the sum of all terms before row i; returns the sum of all."""
    value = np.uint64(0)
    for i in range(len(terms)):
        out[i, lane] = value
        value = add(value, terms[i])
    return value
