"""Columns that belong to a domain of points: the points, and one over something of them."""

import numpy as np

from psephos.commit.starknet.compiled.machine import inlined, kernel, run
from psephos.stark.field import P, inverse, root
from psephos.stark.lanes import load, multiply, spread, store
from psephos.stark.lowering import Lowering
from psephos.stark.ntt import Array, shares
from psephos.stark.program import execute, program

PARTS = "388c3d6b566ad7a3"
"""Digest of the files that kernels here are made of besides this one: see `machine`."""

POINT, OVER_FIRST, OVER_LAST = range(3)
BLOCK = 4096
_ONE = np.uint64(1)


def geometric(first: int, ratio: int, count: int) -> Array:
    """first, first·ratio, first·ratio², … (count a multiple of 8)."""
    out = np.empty(count, np.uint64)
    steps = [np.uint64(pow(ratio, 1 << i, P)) for i in range(64)]
    arguments = (out, np.uint64(first), np.array(steps, np.uint64))
    run(_geometric, _blocks(count), *arguments)
    return out


def inverted(values: Array) -> None:
    """Each value becomes one over it, in place; a block that holds a zero becomes zeros."""
    run(_inverted, _blocks(len(values)), values)


def _blocks(count: int) -> list[int]:
    blocks = -(-count // BLOCK)
    return [min(count, part * BLOCK) for part in shares(blocks, BLOCK)]


def points(columns: list[Array]) -> Array:
    """Up to eight columns side by side, as programs read them."""
    out = np.zeros((len(columns[0]), 8), np.uint64)
    for lane, column in enumerate(columns):
        out[:, lane] = column
    return out.reshape(-1)


def coset(k: int, shift: int) -> Array:
    """Lanes of shift·g^i: the point x, 1/(x - 1), 1/(x - g^(N-1))."""
    g = root(k)
    x = geometric(shift, g, 1 << k)
    lanes = points([x])
    for lane, where in ((OVER_FIRST, 1), (OVER_LAST, inverse(g))):
        low = Lowering()
        made = program(low, [low.sub(low.point(POINT), low.constant(where))])
        difference = execute(made, lanes)[0]
        inverted(difference)
        lanes[lane::8] = difference
    return lanes


@inlined
def _power(steps: Array, exponent: int) -> np.uint64:
    value, at = _ONE, 0
    while exponent:
        if exponent & 1:
            value = multiply(value, steps[at])
        exponent, at = exponent >> 1, at + 1
    return value


@kernel
def _geometric(out: Array, first: np.uint64, steps: Array, start: int, end: int) -> None:
    value = multiply(first, _power(steps, start))
    for i in range(start, end):
        out[i] = value
        value = multiply(value, steps[0])


@inlined
def _reciprocals(kept: Array) -> None:
    """Of eight numbers: kept[8:16] = values ^ (p - 2), from kept[:8] = values."""
    store(kept, 8, spread(_ONE))
    for bit in range(63, -1, -1):
        square = multiply(load(kept, 8), load(kept, 8))
        if (0xFFFFFFFEFFFFFFFF >> bit) & 1:
            square = multiply(square, load(kept, 0))
        store(kept, 8, square)


@kernel
def _inverted(values: Array, start: int, end: int) -> None:
    """Montgomery's trick, eight chains a block: three products and a share of one inversion."""
    before = np.empty(BLOCK, np.uint64)
    kept = np.empty(16, np.uint64)
    for base in range(start, end, BLOCK):
        size = min(BLOCK, end - base)
        running = spread(_ONE)
        for i in range(0, size, 8):
            store(before, i, running)
            running = multiply(running, load(values, base + i))
        store(kept, 0, running)
        _reciprocals(kept)
        running = load(kept, 8)
        for i in range(size - 8, -8, -8):
            one = multiply(running, load(before, i))
            running = multiply(running, load(values, base + i))
            store(values, base + i, one)
