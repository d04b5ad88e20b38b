"""Batches of hashes: ints to arrays, the kernels over every core, arrays to ints."""

from collections.abc import Sequence

import numpy as np

from psephos.commit.starknet.compiled.arrays import Limbs, Starts, packed_lists, unpacked
from psephos.commit.starknet.compiled.hades import sponges
from psephos.commit.starknet.compiled.machine import bounds, run
from psephos.commit.starknet.compiled.points import chains, table

POSEIDON_VALUE = 2_500
PEDERSEN_VALUE = 20_000
"""Nanoseconds that one value of a list costs, roughly: for dividing work only."""


def poseidon(lists: Sequence[Sequence[int]], capacity: int) -> list[int]:
    """The hashes of padded lists of even length; `capacity` 0 of lists, 2 of pairs."""
    return unpacked(poseidon_limbs(*packed_lists(lists), capacity)) if lists else []


def pedersen(lists: Sequence[Sequence[int]]) -> list[int]:
    """h(… h(h(v0, v1), v2) …) of each list of two or more."""
    return unpacked(pedersen_limbs(*packed_lists(lists))) if lists else []


def poseidon_limbs(values: Limbs, starts: Starts, capacity: int) -> Limbs:
    """`poseidon` of arrays."""
    out = np.empty((len(starts) - 1, 4), np.uint64)
    run(sponges, bounds(starts, POSEIDON_VALUE), values, starts, capacity, out)
    return out


def pedersen_limbs(values: Limbs, starts: Starts) -> Limbs:
    """`pedersen` of arrays; those given are left as they are."""
    out = np.empty((len(starts) - 1, 4), np.uint64)
    run(chains, bounds(starts, PEDERSEN_VALUE), values.copy(), starts, table(), out)
    return out
