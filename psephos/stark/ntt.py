"""Number-theoretic transforms of eight columns at a time.

A group of columns is a flat array: row i of N rows is the eight numbers from 8·i. Values stand in
natural order, coefficients in bit-reversed order, so that nothing is ever permuted:

    interpolate   values over g^i → coefficients           decimation in frequency, 1/N included
    evaluate      coefficients → values over shift·g^i     decimation in time

N = N1·N2 is done in two passes over memory: columns of N1 rows (a stride of N2 apart) and blocks
of N2 rows, each in a buffer that the cache holds; between them stand the twiddles ω^(j·r). Within
a pass three steps are one: the roots of unity of order 8 are powers of 2, so products by them are
shifts, and of eight numbers seven are multiplied once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psephos.commit.starknet.compiled.machine import cores, inlined, kernel, run
from psephos.stark.butterflies import down, up
from psephos.stark.field import P, inverse, powers, root
from psephos.stark.lanes import load, multiply, spread, store

Array = NDArray[np.uint64]

PARTS = "8ae1737d7bd6de9f"
"""Digest of the files that kernels here are made of besides this one: see `machine`."""

LEAST_SHARE = 1 << 14
"""Rows of eight below which a further thread costs more than it brings."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What a transform of 2^k rows in one direction looks up; see `tables`."""

    first: Array
    second: Array
    coarse: Array
    fine: Array
    reversed_first: NDArray[np.int64]
    reversed_second: NDArray[np.int64]
    turn: int
    """The root of unity of order 8 in this direction is 2^(24·turn)."""


def bit_reversed(log: int) -> NDArray[np.int64]:
    """The numbers 0 … 2^log - 1 with their bits in reverse."""
    order = np.zeros(1, np.int64)
    for _ in range(log):
        order = np.concatenate([2 * order, 2 * order + 1])
    return order


@lru_cache(maxsize=8)
def tables(k: int, *, inverted: bool) -> Tables:
    """Twiddles of 2^(k//2) columns and the blocks; the factor 1/N is in `coarse` if inverted."""
    k1, k2 = k // 2, k - k // 2
    omega = root(k)
    factor = 1
    if inverted:
        omega, factor = inverse(omega), inverse(1 << k)
    coarse = [v * factor % P for v in powers(pow(omega, 1 << k2, P), 1 << k1)]
    return Tables(
        first=_array(powers(pow(omega, 1 << k2, P), 1 << k1)),
        second=_array(powers(pow(omega, 1 << k1, P), 1 << k2)),
        coarse=_array(coarse),
        fine=_array(powers(omega, 1 << k2)),
        reversed_first=bit_reversed(k1),
        reversed_second=bit_reversed(k2),
        turn=next(e for e in (1, 3, 5, 7) if pow(2, 24 * e, P) == _eighth_root(inverted)),
    )


def _eighth_root(inverted: bool) -> int:
    return inverse(root(3)) if inverted else root(3)


def _array(values: list[int]) -> Array:
    return np.array(values, np.uint64)


def shares(count: int, rows: int) -> list[int]:
    """Bounds that divide `count` parts of `rows` rows each among the cores."""
    parts = max(1, min(cores(), count * rows // LEAST_SHARE, count))
    return [count * i // parts for i in range(parts + 1)]


def interpolate(values: Array) -> None:
    """Values over g^i become coefficients, in place."""
    k = (len(values) // 8).bit_length() - 1
    t = tables(k, inverted=True)
    n1, n2 = len(t.reversed_first), len(t.reversed_second)
    run(_columns_down, shares(n2, n1), values, t.first, t.turn, t.coarse, t.fine, t.reversed_first)
    run(_blocks_down, shares(n1, n2), values, t.second, t.turn)


def evaluate(coefficients: Array, shift: int | Sequence[int], out: Array) -> None:
    """Values over shift·g^i from coefficients; shifts are one, or one for each of eight columns."""
    k = (len(out) // 8).bit_length() - 1
    t = tables(k, inverted=False)
    n1, n2 = len(t.reversed_first), len(t.reversed_second)
    outer, inner = _scales(shift, t)
    run(_blocks_up, shares(n1, n2), coefficients, out, t.second, t.turn, outer, inner)
    run(_columns_up, shares(n2, n1), out, t.first, t.turn, t.coarse, t.fine, t.reversed_first)


def evaluate_two(coefficients: Array, shifts: Sequence[int], first: Array, second: Array) -> None:
    """Values over two cosets by one transform, of at most four columns: from `doubled`."""
    evaluate(coefficients, [shifts[0]] * 4 + [shifts[1]] * 4, second)
    run(_apart, shares(len(second) // 8, 1), first, second)


def doubled(coefficients: Array) -> Array:
    """The first four of eight columns, twice."""
    both = np.empty_like(coefficients)
    run(_twice, shares(len(both) // 8, 1), coefficients, both)
    return both


def _scales(ratio: int | Sequence[int], t: Tables) -> tuple[Array, Array]:
    """Powers of the ratio of each column, in the order of coefficients: ratio^(n1·s + r) is the
    product of the second's row s and the first's row r."""
    n1, n2 = len(t.reversed_first), len(t.reversed_second)
    ratios = [ratio] * 8 if isinstance(ratio, int) else list(ratio)
    made = {r: (powers(r, n1), powers(pow(r, n1, P), n2)) for r in set(ratios)}
    outer, inner = (np.array([made[r][i] for r in ratios], np.uint64).T for i in (0, 1))
    return outer[t.reversed_first].reshape(-1), inner[t.reversed_second].reshape(-1)


def scaled(coefficients: Array, ratio: int | Sequence[int]) -> Array:
    """Coefficients of f(ratio·x), from those of f; ratios as the shifts of `evaluate`."""
    k = (len(coefficients) // 8).bit_length() - 1
    t = tables(k, inverted=False)
    n1, n2 = len(t.reversed_first), len(t.reversed_second)
    outer, inner = _scales(ratio, t)
    out = np.empty_like(coefficients)
    run(_blocks_up, shares(n1, n2), coefficients, out, t.second[:1], t.turn, outer, inner)
    return out


@inlined
def _log(size: int) -> int:
    """Of a power of 2: to shift by, where a division would take as long as three products."""
    log = 0
    while size >> log > 1:
        log += 1
    return log


@inlined
def _twiddle(j: int, r: int, coarse: Array, fine: Array, log: int) -> Any:
    exponent = j * r
    return multiply(coarse[exponent >> log], fine[exponent & (len(fine) - 1)])


@kernel
def _twice(x: Array, out: Array, start: int, end: int) -> None:
    for i in range(8 * start, 8 * end, 8):
        for lane in range(4):
            out[i + lane] = out[i + lane + 4] = x[i + lane]


@kernel
def _apart(first: Array, second: Array, start: int, end: int) -> None:
    """The halves of each row of `second` become a row of each, with zeros behind."""
    for i in range(8 * start, 8 * end, 8):
        for lane in range(i, i + 4):
            first[lane], first[lane + 4] = second[lane], 0
            second[lane], second[lane + 4] = second[lane + 4], 0


@kernel
def _columns_down(
    x: Array,
    first: Array,
    turn: int,
    coarse: Array,
    fine: Array,
    order: Array,
    start: int,
    end: int,
) -> None:
    n1, n2 = len(first), len(fine)
    log = _log(n2)
    buffer = np.empty(8 * n1, np.uint64)
    for j in range(start, end):
        for i in range(n1):
            store(buffer, 8 * i, load(x, 8 * (j + i * n2)))
        down(buffer, 0, n1, turn, first)
        for i in range(n1):
            w = spread(_twiddle(j, order[i], coarse, fine, log))
            store(x, 8 * (j + i * n2), multiply(load(buffer, 8 * i), w))


@kernel
def _blocks_down(x: Array, second: Array, turn: int, start: int, end: int) -> None:
    for t in range(start, end):
        down(x, t * len(second), len(second), turn, second)


@kernel
def _blocks_up(
    x: Array, out: Array, second: Array, turn: int, outer: Array, inner: Array, start: int, end: int
) -> None:
    n2 = len(inner) // 8
    for t in range(start, end):
        scale = load(outer, 8 * t)
        for s in range(n2):
            w = multiply(scale, load(inner, 8 * s))
            store(out, 8 * (t * n2 + s), multiply(load(x, 8 * (t * n2 + s)), w))
        up(out, t * n2, len(second), turn, second)


@kernel
def _columns_up(
    x: Array,
    first: Array,
    turn: int,
    coarse: Array,
    fine: Array,
    order: Array,
    start: int,
    end: int,
) -> None:
    n1, n2 = len(first), len(fine)
    log = _log(n2)
    buffer = np.empty(8 * n1, np.uint64)
    for j in range(start, end):
        for i in range(n1):
            w = spread(_twiddle(j, order[i], coarse, fine, log))
            store(buffer, 8 * i, multiply(load(x, 8 * (j + i * n2)), w))
        up(buffer, 0, n1, turn, first)
        for i in range(n1):
            store(x, 8 * (j + i * n2), load(buffer, 8 * i))
