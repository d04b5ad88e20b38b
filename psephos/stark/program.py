"""Straight-line programs over columns, and the one compiled interpreter that runs them.

All arithmetic on columns (constraints, fractions, DEEP, folding) is written as expressions
(`lowering`), which become a list of base-field operations, run on 256 rows at a time. So one
kernel, compiled once, serves every statement and every extension degree.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psephos.commit.starknet.compiled.machine import inlined, kernel, run
from psephos.stark.lanes import add, load, multiply, spread, store, subtract
from psephos.stark.lowering import (
    ADD,
    ADDC,
    FUSED,
    MUL,
    MULC,
    NEXT,
    POINT,
    STORE,
    SUB,
    SUBC,
    Lowering,
    Node,
)
from psephos.stark.ntt import Array, shares

PARTS = "62670f1f7ad00487"
"""Digest of the files that kernels here are made of besides this one: see `machine`."""

CHUNK = 256
NOTHING: Array = np.zeros((0, 1, 0), np.uint64)


@dataclass(frozen=True, slots=True)
class Program:
    """Operations with registers assigned: rows (op, destination, a, b, c)."""

    code: NDArray[np.int64]
    constants: Array
    registers: int
    outputs: int


def program(lowering: Lowering, outputs: Sequence[Node]) -> Program:
    """The operations that the outputs need; a register is free again after its last use."""
    steps = _fused(lowering.operations, outputs)
    last = {read: step[0] for step in steps for read in (step[0], *_reads(step))}
    wanted: dict[int, list[int]] = {}
    for position, node in enumerate(outputs):
        wanted.setdefault(node, []).append(position)
    code: list[tuple[int, int, int, int, int]] = []
    held: dict[int, int] = {}
    free: list[int] = []
    registers = 0
    for step in steps:
        node, op, a, b, c = step
        reads = _reads(step)
        x = held[a] if reads else a
        y = held[b] if op in (ADD, SUB, MUL, FUSED) else -1 - b
        for read in set(reads):
            if last[read] == node:
                free.append(held.pop(read))
        if not free:
            free.append(registers)
            registers += 1
        target = free.pop()
        code.append((op, target, x, y, -1 - c))
        code += [(STORE, position, target, 0, 0) for position in wanted.get(node, ())]
        held[node] = target
        if last[node] == node:
            free.append(held.pop(node))
    for position, node in enumerate(outputs):
        if node < 0:
            # A constant has no register: 0 times whatever is in the first, and it added.
            zero = -1 - lowering.zero
            code += [(MULC, 0, 0, zero, 0), (ADDC, 0, 0, -1 - node, 0), (STORE, position, 0, 0, 0)]
    return Program(
        np.array(code, np.int64).reshape(-1, 5),
        np.array(lowering.constants, np.uint64),
        max(registers, 1),
        len(outputs),
    )


Step = tuple[int, int, int, int, int]
"""Node, operation, a, b, c."""


def _reads(step: Step) -> tuple[int, ...]:
    _, op, a, b, _ = step
    if op in (ADD, SUB, MUL, FUSED):
        return a, b
    return (a,) if op in (ADDC, SUBC, MULC) else ()


def _fused(operations: list[tuple[int, int, int]], outputs: Sequence[Node]) -> list[Step]:
    """The operations needed, in order; a + b·constant is one if the product has no other use."""
    plain = [(node, *operations[node], 0) for node in _needed(operations, outputs)]
    uses = Counter(read for step in plain for read in _reads(step))
    uses.update(outputs)
    products = {step[0]: step for step in plain if step[1] == MULC and uses[step[0]] == 1}
    found: dict[int, Step] = {}
    for step in plain:
        node, op, a, b, _ = step
        if op == ADD and (a in products or b in products):
            product, other = (b, a) if b in products else (a, b)
            _, _, x, constant, _ = products[product]
            step = (node, FUSED, other, x, constant)
            del found[product]
        found[node] = step
    return list(found.values())


def _needed(operations: list[tuple[int, int, int]], outputs: Sequence[Node]) -> list[int]:
    found: set[int] = set()
    todo = [node for node in outputs if node >= 0]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += _reads((node, *operations[node], 0))
    return sorted(found)


def execute(made: Program, points: Array, columns: Array = NOTHING, coset: int = 0) -> Array:
    """The outputs (outputs, rows) of points (8·rows) and columns (groups, cosets, 8·rows)."""
    rows = len(points) // 8
    out = np.empty((made.outputs, rows), np.uint64)
    chunk = min(CHUNK, rows)
    parts = shares(rows // chunk, chunk * max(1, len(made.code) // 16))
    arguments = (columns, coset, points, out)
    run(_interpret, parts, made.code, made.constants, made.registers, *arguments)
    return out


@inlined
def _read(
    op: int, place: int, columns: Array, coset: int, points: Array, base: int, out: Array, at: int
) -> None:
    """The chunk of a column from row `base`, or of the next rows; the last row's next is row 0."""
    size, rows = CHUNK, len(points) // 8
    size = min(size, rows)
    group, lane = place >> 3, place & 7
    if op == POINT:
        for i in range(size):
            out[at + i] = points[8 * (base + i) + place]
        return
    first = base + (op == NEXT)
    for i in range(size - 1):
        out[at + i] = columns[group, coset, 8 * (first + i) + lane]
    out[at + size - 1] = columns[group, coset, 8 * ((first + size - 1) % rows) + lane]


@inlined
def _two(op: int, held: Array, size: int, t: int, x: int, y: int) -> None:
    if op == ADD:
        for i in range(0, size, 8):
            store(held, t + i, add(load(held, x + i), load(held, y + i)))
    elif op == SUB:
        for i in range(0, size, 8):
            store(held, t + i, subtract(load(held, x + i), load(held, y + i)))
    else:
        for i in range(0, size, 8):
            store(held, t + i, multiply(load(held, x + i), load(held, y + i)))


@inlined
def _one(op: int, held: Array, size: int, t: int, x: int, number: np.uint64) -> None:
    c = spread(number)
    if op == ADDC:
        for i in range(0, size, 8):
            store(held, t + i, add(load(held, x + i), c))
    elif op == SUBC:
        for i in range(0, size, 8):
            store(held, t + i, subtract(c, load(held, x + i)))
    else:
        for i in range(0, size, 8):
            store(held, t + i, multiply(load(held, x + i), c))


@inlined
def _multiply_add(held: Array, size: int, t: int, x: int, y: int, number: np.uint64) -> None:
    c = spread(number)
    for i in range(0, size, 8):
        store(held, t + i, add(load(held, x + i), multiply(load(held, y + i), c)))


@kernel
def _interpret(
    code: NDArray[np.int64],
    constants: Array,
    registers: int,
    columns: Array,
    coset: int,
    points: Array,
    out: Array,
    start: int,
    end: int,
) -> None:
    size = CHUNK
    size = min(size, len(points) // 8)
    held = np.zeros(registers * size, np.uint64)
    for part in range(start, end):
        base = part * size
        for step in range(len(code)):
            op, t, a, b = code[step, 0], code[step, 1], code[step, 2], code[step, 3]
            if op <= POINT:
                _read(op, a, columns, coset, points, base, held, t * size)
            elif op <= MUL:
                _two(op, held, size, t * size, a * size, b * size)
            elif op == FUSED:
                _multiply_add(held, size, t * size, a * size, b * size, constants[code[step, 4]])
            elif op <= MULC:
                _one(op, held, size, t * size, a * size, constants[b])
            else:
                for i in range(size):
                    out[t, base + i] = held[a * size + i]
