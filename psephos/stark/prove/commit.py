"""Columns as polynomials, their low-degree extension, and the trees over it.

Columns lie in groups of eight: `traces` (groups, 8·rows), row-major within a group. An extension
is (groups, cosets, 8·rows): coset c of row i is point i·B + c of the evaluation domain.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psephos.stark.field import GENERATOR, P, root
from psephos.stark.merkle import Tree, siblings, tree
from psephos.stark.ntt import Array, doubled, evaluate, evaluate_two, interpolate


@dataclass(frozen=True, slots=True)
class Places:
    """How many rows and columns there are, and where each tree's columns stand, in groups of eight.

    Data of each table, own, auxiliary (base columns) and quotient, one after another.
    """

    rows: int
    data: tuple[int, ...]
    own: int = 0
    auxiliary: int = 0
    quotient: int = 0

    @property
    def widths(self) -> tuple[int, ...]:
        """Columns of each tree: data of each table, own, auxiliary, quotient."""
        return *self.data, self.own, self.auxiliary, self.quotient

    @property
    def tree_of_own(self) -> int:
        """The number of the tree of own columns; auxiliary and quotient follow."""
        return len(self.data)

    def groups(self, number: int) -> slice:
        """The groups of tree `number` among all."""
        sizes = [-(-width // 8) for width in self.widths]
        start = sum(sizes[:number])
        return slice(start, start + sizes[number])

    def slot(self, number: int, column: int) -> int:
        """8·group + lane of a tree's column."""
        first: int = self.groups(number).start
        return 8 * first + column

    @property
    def count(self) -> int:
        return sum(-(-width // 8) for width in self.widths)


def trace(columns: Sequence[Array], rows: int) -> Array:
    """Columns in groups of eight, zeros where there are none."""
    found = np.empty((-(-len(columns) // 8), 8 * rows), np.uint64)
    place(columns, found)
    return found


def place(columns: Sequence[Array], out: Array) -> None:
    """Put columns in groups of eight (groups, 8·rows)."""
    lanes = out.reshape(len(out), out.shape[1] // 8, 8)
    lanes[len(columns) // 8 :] = 0
    for i, column in enumerate(columns):
        lanes[i // 8, :, i % 8] = column


def shifts(k: int, blowup: int) -> list[int]:
    """What a row's point is multiplied by in each coset."""
    omega = root(k + blowup.bit_length() - 1)
    return [GENERATOR * pow(omega, coset, P) % P for coset in range(blowup)]


def extend(coefficients: Array, k: int, width: int, out: Array) -> None:
    """Values of `width` columns over every coset, from coefficients (groups, 8·rows)."""
    ratios = shifts(k, out.shape[1])
    for group, columns in enumerate(coefficients):
        if width - 8 * group <= 4:
            both = doubled(columns)
            for i in range(0, len(ratios), 2):
                evaluate_two(both, ratios[i : i + 2], out[group, i], out[group, i + 1])
        else:
            for coset, shift in enumerate(ratios):
                evaluate(columns, shift, out[group, coset])


def committed(columns: Sequence[Array], k: int, blowup: int) -> Tree:
    """The tree over columns of 2^k rows."""
    coefficients = trace(columns, 1 << k)
    for group in coefficients:
        interpolate(group)
    out = np.empty((len(coefficients), blowup, 8 << k), np.uint64)
    extend(coefficients, k, len(columns), out)
    return tree(out, len(columns))


@dataclass(frozen=True, slots=True)
class Oracle:
    """A committed tree and the values under it."""

    tree: Tree
    values: Array
    width: int

    def leaf(self, position: int) -> bytes:
        """The values at a point of the domain, as they are hashed."""
        row, coset = divmod(position, self.values.shape[1])
        numbers = self.values[:, coset, 8 * row : 8 * row + 8].reshape(-1)[: self.width]
        return numbers.astype("<u8").tobytes()

    def opened(self, positions: list[int]) -> bytes:
        """A multiproof: leaves, then digests."""
        leaves = [self.leaf(position) for position in positions]
        return b"".join(leaves + siblings(self.tree, positions))
