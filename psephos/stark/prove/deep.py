"""Values outside the domain, and the polynomial that is low-degree only if they are right."""

from collections.abc import Sequence

import numpy as np

from psephos.commit.starknet.compiled.machine import kernel, run
from psephos.stark.field import Element, add, lift, multiply, power, subtract
from psephos.stark.lanes import add as add_lanes
from psephos.stark.lanes import load, spread, store
from psephos.stark.lanes import multiply as multiply_lanes
from psephos.stark.lowering import Lowering, Node, Wide, accumulate
from psephos.stark.ntt import Array, bit_reversed, shares
from psephos.stark.program import execute, program
from psephos.stark.prove.commit import Places
from psephos.stark.prove.domain import geometric, inverted, points

PARTS = "388c3d6b566ad7a3"
"""Digest of the files that kernels here are made of besides this one: see `machine`."""


def columns_at(coefficients: Array, point: Element) -> list[Element]:
    """The value of every base column (8 a group) at a point of the extension."""
    rows = coefficients.shape[1] // 8
    k = rows.bit_length() - 1
    k1, k2 = k // 2, k - k // 2
    inner = _powers(power(point, 1 << k1), k2)
    outer = _powers(point, k1)
    found: list[Element] = []
    for group in coefficients:
        parts = _dot(group, inner, 1 << k1)
        found += _lanes([_dot(part, outer, 1) for part in parts])
    return found


def _lanes(parts: list[Array]) -> list[Element]:
    """Σ φ^(l+m)·parts[l][m], for each of eight lanes."""
    degree = len(parts)
    units = [tuple(int(i == j) for i in range(degree)) for j in range(degree)]
    found = []
    for lane in range(8):
        total = lift(0, degree)
        for part, unit in zip(parts, units, strict=True):
            limbs = tuple(int(part[m, lane]) for m in range(degree))
            total = add(total, multiply(unit, limbs))
        found.append(total)
    return found


def _powers(base: Element, log: int) -> Array:
    """Powers of an element with exponents in bit-reversed order: (degree, 2^log)."""
    found = [lift(1, len(base))]
    for _ in range((1 << log) - 1):
        found.append(multiply(found[-1], base))
    return np.ascontiguousarray(np.array(found, np.uint64)[bit_reversed(log)].T)


def _dot(group: Array, weights: Array, blocks: int) -> Array:
    """Of each block of rows, Σ row·weight: (degree, 8·blocks)."""
    out = np.empty((len(weights), 8 * blocks), np.uint64)
    run(_dots, shares(blocks, weights.shape[1]), group, weights, out)
    return out


@kernel
def _dots(group: Array, weights: Array, out: Array, start: int, end: int) -> None:
    degree, size = weights.shape
    kept = np.empty(8, np.uint64)
    for block in range(start, end):
        for m in range(degree):
            total = spread(np.uint64(0))
            for s in range(size):
                row = load(group, 8 * (block * size + s))
                total = add_lanes(total, multiply_lanes(row, spread(weights[m, s])))
            store(kept, 0, total)
            for lane in range(8):
                out[m, 8 * block + lane] = kept[lane]


def columns_of(places: Places, degree: int) -> list[list[int]]:
    """For each value's place in the order of the protocol, the slots of its base columns."""
    own = places.tree_of_own
    base = [[places.slot(tree, i)] for tree in range(own + 1) for i in range(places.widths[tree])]
    wide = [
        [places.slot(tree, i + j) for j in range(degree)]
        for tree in (own + 1, own + 2)
        for i in range(0, places.widths[tree], degree)
    ]
    return base + wide


def joined(parts: Sequence[Element]) -> Element:
    """Σ φ^j·part_j: the value of a column over the extension from those of its base columns."""
    degree = len(parts[0])
    total = lift(0, degree)
    for j, part in enumerate(parts):
        unit = tuple(int(i == j) for i in range(degree))
        total = add(total, multiply(unit, part))
    return total


def deep(
    slots: Sequence[Sequence[int]],
    values: Sequence[Sequence[Element]],
    at: Sequence[Element],
    factors: Sequence[Sequence[Element]],
    extension: Array,
    shift: int,
    generator: int,
) -> Array:
    """P over the first coset, (degree, rows): Σ factor·(column - value) / (x - point)."""
    degree = len(at[0])
    x = geometric(shift, generator, extension.shape[2] // 8)
    low = Lowering(degree)
    gaps = [_gap(low, point) for point in at]
    lanes = points([x])
    norms = execute(program(low, [low.mul_wide(g, low.conjugate(g))[0] for g in gaps]), lanes)
    for lane, norm in enumerate(norms, 1):
        inverted(norm)
        lanes[lane::8] = norm
    low = Lowering(degree)
    result = low.lift(low.zero)
    for i, point in enumerate(at):
        above = _numerator(low, slots, values[i], factors[i])
        over = low.scale_wide(low.conjugate(_gap(low, point)), low.point(1 + i))
        result = low.add_wide(result, low.mul_wide(above, over))
    return execute(program(low, result), lanes, extension, 0)


def _gap(low: Lowering, point: Element) -> Wide:
    """x - point."""
    return low.sub_wide(low.lift(low.point(0)), low.wide(point))


def _numerator(
    low: Lowering,
    slots: Sequence[Sequence[int]],
    values: Sequence[Element],
    factors: Sequence[Element],
) -> Wide:
    """Σ factor·column - Σ factor·value."""
    parts: list[tuple[Wide, Node]] = []
    constant = lift(0, low.degree)
    for value, factor, places in zip(values, factors, slots, strict=False):
        constant = subtract(constant, multiply(factor, value))
        for j, slot in enumerate(places):
            unit = tuple(int(i == j) for i in range(low.degree))
            parts.append((low.wide(multiply(factor, unit)), low.column(slot)))
    return low.add_wide(accumulate(low, parts), low.wide(constant))
