"""Poseidon, compiled: the permutation of `poseidon.hades` on limbs, its constants rearranged.

A partial round raises only z to the third power. With w = x + y and c = 2·(z + k)³, matrix M gives

    z' = w - c        w'' = 2w' + 4w + c'

so x and y need not be made at all in between: a round costs one cube, two sums and one
reduction. Their constants are moved behind the cube into those of the following rounds, which
is exact because M is linear. After the last round x = w'' / 2 + w' and y = w'' - x, where w' is
that round's w.

Bounds: folded felts are below 2·PRIME (see `limbs`), constants of partial rounds carry 4·PRIME
so that z stays positive; z is below 7·PRIME, c below 3·PRIME.
"""

from typing import Any

from psephos.commit.starknet.compiled.arrays import Limbs, Starts, wide
from psephos.commit.starknet.compiled.limbs import (
    add,
    double,
    fold,
    multiply,
    reduced,
    square,
    subtract,
)
from psephos.commit.starknet.compiled.machine import inlined, inner, kernel
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.poseidon import CONSTANTS, FULL_ROUNDS, PARTIAL_ROUNDS

Felt = Any
"""Four uint64: see `limbs`. Compiled functions carry no other types."""

PARTS = "b80633adfa3d2a80"
"""Digest of the files that the kernel is made of besides this one: see `machine`."""

HALF = FULL_ROUNDS // 2
_SHIFT = 2**256


def _montgomery(number: int) -> int:
    return number * _SHIFT % PRIME


def _keys() -> tuple[Limbs, Limbs]:
    """Constants of full rounds (8, 3, 4) and of partial rounds (83, 4)."""
    full = [list(row) for row in CONSTANTS[:HALF] + CONSTANTS[HALF + PARTIAL_ROUNDS :]]
    partial = []
    x = y = z = 0
    for kx, ky, kz in CONSTANTS[HALF : HALF + PARTIAL_ROUNDS]:
        x, y = x + kx, y + ky
        partial.append(_montgomery(z + kz) + 4 * PRIME)
        x, y, z = 3 * x + y, x - y, x + y
    full[HALF] = [k + moved for k, moved in zip(full[HALF], (x, y, z), strict=True)]
    rows = wide(*(_montgomery(k) for row in full for k in row))
    return rows.reshape(FULL_ROUNDS, 3, 4), wide(*partial)


_FULL, _PARTIAL = _keys()
MARKS = wide(
    *(_SHIFT * _SHIFT % PRIME, 1, _montgomery(1), _montgomery(2), 4 * PRIME),
    _montgomery(pow(2, -1, PRIME)),
)
"""What leads into Montgomery form, and out of it; 1 and 2 in it; 4·PRIME; one half in it."""


@inlined
def load(array: Limbs, i: int) -> Felt:
    return array[i, 0], array[i, 1], array[i, 2], array[i, 3]


@inlined
def cube(a: Felt) -> Felt:
    return multiply(square(a), a)


@inlined
def twice_cubed(a: Felt) -> Felt:
    """2a³; the doubling does not wait for the square."""
    return multiply(square(a), double(a))


@inner
def full_round(x: Felt, y: Felt, z: Felt, keys: Limbs) -> tuple[Felt, Felt, Felt]:
    x = cube(add(x, load(keys, 0)))
    y = cube(add(y, load(keys, 1)))
    z = cube(add(z, load(keys, 2)))
    total = add(add(x, y), z)
    positive = add(total, load(MARKS, 4))
    return (
        fold(add(total, double(x))),
        fold(subtract(positive, double(y))),
        fold(subtract(positive, add(double(z), z))),
    )


@inner
def permuted(x: Felt, y: Felt, z: Felt) -> tuple[Felt, Felt, Felt]:
    """The permutation; felts in Montgomery form below 4·PRIME, folded when returned."""
    for r in range(HALF):
        x, y, z = full_round(x, y, z, _FULL[r])
    c = twice_cubed(add(z, load(_PARTIAL, 0)))
    before, now = fold(add(x, y)), fold(add(double(double(x)), c))
    for r in range(1, PARTIAL_ROUNDS):
        c = twice_cubed(subtract(add(before, load(_PARTIAL, r)), c))
        before, now = now, fold(add(double(add(now, double(before))), c))
    four = load(MARKS, 4)
    x = fold(add(multiply(now, load(MARKS, 5)), before))
    y = fold(subtract(add(now, four), x))
    z = fold(subtract(add(before, four), c))
    for r in range(HALF, FULL_ROUNDS):
        x, y, z = full_round(x, y, z, _FULL[r])
    return x, y, z


@inlined
def store(array: Limbs, i: int, value: Felt) -> None:
    """Out of Montgomery form, below PRIME."""
    found = reduced(multiply(value, load(MARKS, 1)))
    for j in range(4):
        array[i, j] = found[j]


@inlined
def entered(array: Limbs, i: int) -> Felt:
    """Into Montgomery form, below 2·PRIME."""
    return multiply(load(array, i), load(MARKS, 0))


@kernel
def sponges(values: Limbs, starts: Starts, capacity: int, out: Limbs, start: int, end: int) -> None:
    """out[i] = the hash of values[starts[i] : starts[i + 1]], an even number of them, padded.

    `capacity` is what z begins with: 0 of lists, 2 of pairs.
    """
    zero = subtract(load(MARKS, 1), load(MARKS, 1))
    for i in range(start, end):
        x, y, z = zero, zero, load(MARKS, 3) if capacity else zero
        for j in range(starts[i], starts[i + 1], 2):
            x, y = add(x, entered(values, j)), add(y, entered(values, j + 1))
            x, y, z = permuted(x, y, z)
        store(out, i, x)
