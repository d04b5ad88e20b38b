"""Merkle trees over rows of field elements: docs/method/prover-format.md, section 3.

Rows lie as a low-degree extension does: groups of eight columns, cosets, then rows; leaf number
row·cosets + coset. Digests have seven 32-bit words.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psephos.commit.starknet.compiled.machine import inlined, kernel, run
from psephos.stark.blake import LANES, Words, compress, initial
from psephos.stark.ntt import Array, shares

PARTS = "b354b09665a2df71"
"""Digest of the files that kernels here are made of besides this one: see `machine`."""

SIZE = 28
"""Bytes of a digest."""
LEAF, NODE = initial(b"pstark-L", SIZE), initial(b"pstark-N", SIZE)
_LAST = np.uint32(2**32 - 1)
_MORE = np.uint32(0)


@dataclass(frozen=True, slots=True)
class Tree:
    """All levels, leaves first: arrays of 7 words a digest."""

    levels: tuple[Words, ...]

    @property
    def root(self) -> bytes:
        return self.levels[-1].astype("<u4").tobytes()

    def digest(self, level: int, index: int) -> bytes:
        return self.levels[level][7 * index : 7 * index + 7].astype("<u4").tobytes()


def tree(extension: Array, width: int) -> Tree:
    """The tree over an extension (groups, cosets, 8·rows) of `width` columns."""
    _, cosets, size = extension.shape
    count = cosets * (size // 8)
    words = extension.view(np.uint32)
    level = np.empty(7 * count, np.uint32)
    for coset in range(cosets):
        run(_leaves, shares(size // 8, 4), words, coset, width, level, LEAF)
    levels = [level]
    while count > 1:
        count //= 2
        above = np.empty(7 * count, np.uint32)
        run(_nodes, shares(count, 2), levels[-1], above, NODE)
        levels.append(above)
    return Tree(tuple(levels))


def siblings(tree: Tree, positions: list[int]) -> list[bytes]:
    """The digests of a multiproof of sorted, distinct positions: level by level, ascending."""
    found: list[bytes] = []
    known = positions
    for level in range(len(tree.levels) - 1):
        there = set(known)
        found += [tree.digest(level, i ^ 1) for i in known if i ^ 1 not in there]
        known = sorted({i >> 1 for i in known})
    return found


@inlined
def _fill(message: Words, source: Words, at: int, step: int, words: int, count: int) -> None:
    """Word k of row l, which begins at `at` + l·`step`, becomes message[16k + l]."""
    for lane in range(LANES):
        row = at + min(lane, count - 1) * step
        for k in range(words):
            message[k * LANES + lane] = source[row + k]


@inlined
def _write(state: Words, out: Words, at: int, step: int, count: int) -> None:
    for lane in range(count):
        for k in range(7):
            out[7 * (at + lane * step) + k] = state[k * LANES + lane]


@kernel
def _leaves(
    words: NDArray[np.uint32],
    coset: int,
    width: int,
    out: Words,
    begin: Words,
    start: int,
    end: int,
) -> None:
    groups, cosets = words.shape[0], words.shape[1]
    message = np.zeros(16 * LANES, np.uint32)
    state = np.empty(8 * LANES, np.uint32)
    for i in range(start, end, LANES):
        count = min(LANES, end - i)
        state[:] = begin
        for g in range(groups):
            _fill(message, words[g, coset], 16 * i, 16, 16, count)
            length = np.uint32(min(64 * (g + 1), 8 * width))
            compress(state, message, length, _LAST if g == groups - 1 else _MORE)
        _write(state, out, i * cosets + coset, cosets, count)


@kernel
def _nodes(below: Words, out: Words, begin: Words, start: int, end: int) -> None:
    message = np.zeros(16 * LANES, np.uint32)
    state = np.empty(8 * LANES, np.uint32)
    for i in range(start, end, LANES):
        count = min(LANES, end - i)
        state[:] = begin
        _fill(message, below, 14 * i, 14, 14, count)
        compress(state, message, np.uint32(56), _LAST)
        _write(state, out, i, 1, count)
