"""Pedersen, compiled: 64 additions of points from tables, a byte of a felt each.

    table[f, w, d] = d·2^(8w)·P1     byte w < 31 of felt f = 0     (P3 for f = 1)
                   = d·P2            byte 31, its four bits        (P4)

16,384 points, 1 MB, made once a process in a tenth of a second. Sums are in Jacobian coordinates
as in `curve.add`, without its special cases: a sum that meets a table's point or its negative
would be a relation between Pedersen's points, which nobody knows.

Bounds: coordinates of a sum are below 2·PRIME, differences carry 2·PRIME or 4·PRIME so that
they stay positive; no factor of a product reaches 4·PRIME.
"""

from functools import cache
from itertools import accumulate

import numpy as np

from psephos.commit.starknet import curve
from psephos.commit.starknet.compiled.arrays import Limbs, Starts, wide
from psephos.commit.starknet.compiled.hades import MARKS, Felt, load, store
from psephos.commit.starknet.compiled.limbs import add, double, fold, multiply, square, subtract
from psephos.commit.starknet.compiled.machine import inlined, inner, kernel
from psephos.commit.starknet.curve import Jacobian, Point
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.pedersen import SHIFT, bit_points

Sum = tuple[Felt, Felt, Felt]

PARTS = "302d936df05dc377"
"""Digest of the files that the kernel is made of besides this one: see `machine`."""
BYTES = 32
TOGETHER = 64
"""Lists that share inversions; an inversion costs as much as a third of a hash."""
MULTIPLES = wide(2 * PRIME, 4 * PRIME)
_SHIFT = 2**256
SHIFTED = wide(*(coordinate * _SHIFT % PRIME for coordinate in SHIFT))


@inner
def added(total: Sum, x: Felt, y: Felt) -> Sum:
    """total + (x, y), which are neither equal nor opposite."""
    x1, y1, z1 = total
    two = load(MULTIPLES, 0)
    zz = square(z1)
    h = subtract(add(multiply(x, zz), two), x1)
    r = subtract(add(multiply(multiply(y, zz), z1), two), y1)
    hh = square(h)
    hhh = multiply(h, hh)
    v = multiply(x1, hh)
    x3 = add(square(r), load(MULTIPLES, 1))
    x3 = fold(subtract(x3, add(hhh, double(v))))
    y3 = add(multiply(r, subtract(add(v, two), x3)), two)
    return x3, fold(subtract(y3, multiply(y1, hhh))), multiply(z1, h)


@inner
def squared(a: Felt, times: int) -> Felt:
    """a^(2^times)."""
    for _ in range(times):
        a = square(a)
    return a


@inner
def inverse(a: Felt) -> Felt:
    """a^(PRIME - 2), where PRIME - 2 is 2^251 + 2^196 and then 192 ones, twelve at a time."""
    two = multiply(squared(a, 1), a)
    three = multiply(squared(two, 1), a)
    six = multiply(squared(three, 3), three)
    twelve = multiply(squared(six, 6), six)
    found = squared(multiply(squared(a, 55), a), 4)
    for _ in range(16):
        found = multiply(squared(found, 12), twelve)
    return found


@inlined
def picked(table: Limbs, f: int, w: int, d: int, c: int) -> Felt:
    """Coordinate c of a point of the table."""
    return table[f, w, d, c, 0], table[f, w, d, c, 1], table[f, w, d, c, 2], table[f, w, d, c, 3]


@inner
def summed(values: Limbs, first: int, second: int, table: Limbs) -> Sum:
    """The point whose x coordinate is the hash of two felts, which are not in Montgomery form."""
    total = (load(SHIFTED, 0), load(SHIFTED, 1), load(MARKS, 2))
    for f in range(2):
        row = first if f == 0 else second
        for w in range(BYTES):
            digit = (values[row, w >> 3] >> np.uint64(8 * (w & 7))) & np.uint64(255)
            if digit:
                total = added(total, picked(table, f, w, digit, 0), picked(table, f, w, digit, 1))
    return total


@inlined
def keep(array: Limbs, i: int, value: Felt) -> None:
    """As it is, in Montgomery form."""
    for j in range(4):
        array[i, j] = value[j]


@kernel
def chains(values: Limbs, starts: Starts, table: Limbs, out: Limbs, start: int, end: int) -> None:
    """out[i] = h(… h(h(v0, v1), v2) …) of values[starts[i] : starts[i + 1]], two or more.

    The hash so far takes the place of each value that it was made with. Lists advance together,
    some at a time, so that they share an inversion: 1/z_k = (z_0…z_{k-1}) / (z_0…z_k).
    """
    xs = np.empty((TOGETHER, 4), np.uint64)
    zs, products = np.empty_like(xs), np.empty_like(xs)
    rows = np.empty(TOGETHER, np.int64)
    for block in range(start, end, TOGETHER):
        step = count = 1
        while count:
            count, product = 0, load(MARKS, 2)
            for i in range(block, min(end, block + TOGETHER)):
                row = starts[i] + step
                if row < starts[i + 1]:
                    x, _, z = summed(values, row - 1, row, table)
                    keep(xs, count, x)
                    keep(zs, count, z)
                    keep(products, count, product)
                    rows[count] = row
                    product = multiply(product, z)
                    count += 1
            inverted = inverse(product)
            for k in range(count - 1, -1, -1):
                own = multiply(inverted, load(products, k))
                inverted = multiply(inverted, load(zs, k))
                store(values, rows[k], multiply(load(xs, k), square(own)))
            step += 1
        for i in range(block, min(end, block + TOGETHER)):
            for k in range(4):
                out[i, k] = values[starts[i + 1] - 1, k]


@cache
def table() -> Limbs:
    """The table of this process: (2, 32, 256, 2, 4) uint64; where d is 0 nothing is read."""
    coordinates = [
        coordinate * _SHIFT % PRIME
        for bits in bit_points()
        for w in range(BYTES)
        for point in multiples(bits[8 * w], bits[8 * w + 1])
        for coordinate in point
    ]
    return wide(*coordinates).reshape(2, BYTES, 256, 2, 4)


def multiples(point: Point, twice: Point) -> list[Point]:
    """d·point for d from 0 (which stands for nothing) to 255, with one inversion."""
    sums: list[Jacobian] = [(*twice, 1)]
    while len(sums) < 254:
        total = curve.add(sums[-1], point)
        assert total is not None
        sums.append(total)
    products = list(accumulate((z for _, _, z in sums), lambda a, b: a * b % PRIME))
    inverted = pow(products[-1], -1, PRIME)
    found: list[Point] = []
    for (x, y, z), before in zip(reversed(sums), [*reversed(products[:-1]), 1], strict=True):
        own = inverted * before % PRIME
        inverted = inverted * z % PRIME
        found.append((x * own * own % PRIME, y * own * own * own % PRIME))
    return [(0, 0), point, *reversed(found)]
