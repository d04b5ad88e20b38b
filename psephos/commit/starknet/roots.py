"""Roots of ordered lists, one level of all their tries at a time, without leaving the arrays.

Keys are 0 … n - 1, so every subtree but the last one of a level is full. The last one may end
in an edge that goes left only; it is held open, as (hash below, length so far), until it meets
a neighbour on its left, or the root. A level of all lists is hashed by one call of a kernel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psephos.commit.starknet.compiled import Kind
from psephos.commit.starknet.compiled.arrays import Limbs, packed, unpacked, wide
from psephos.commit.starknet.compiled.batch import pedersen_limbs, poseidon_limbs
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.pairs import pedersen_pairs, poseidon_pairs
from psephos.commit.starknet.patricia import LIST_HEIGHT
from psephos.commit.starknet.trie import Trie


@dataclass(slots=True)
class _Rising:
    """A trie as far as it is hashed: full subtrees of a height, and perhaps an open one after
    them, under an edge of `length`."""

    nodes: Limbs
    last: Limbs | None = None
    length: int = 0
    height: int = 0

    @property
    def wide(self) -> int:
        return len(self.nodes) + (self.last is not None)


def ordered_roots(lists: Sequence[Sequence[int]], kind: Kind) -> list[int]:
    """The root over the leaves of each list under their indexes, height 64; 0 of none."""
    tries = {i: _Rising(packed(leaves)) for i, leaves in enumerate(lists) if leaves}
    holes = {i for i in tries if 0 in lists[i]}
    rising = [trie for i, trie in tries.items() if i not in holes]
    while climbing := [trie for trie in rising if trie.wide > 1]:
        _level(climbing, kind)
    tops = [(trie.nodes, LIST_HEIGHT - trie.height) for trie in rising]
    closed = iter(_closed(tops, kind))
    return [
        0 if i not in tries else _with_holes(lists[i], kind) if i in holes else _int(next(closed))
        for i in range(len(lists))
    ]


def _level(tries: Sequence[_Rising], kind: Kind) -> None:
    """One level of each trie: open ends first, where they get a neighbour, then the forks."""
    meeting = []
    for trie in tries:
        if len(trie.nodes) % 2 == 0:
            trie.length += trie.last is not None
        elif trie.last is None:
            trie.nodes, trie.last, trie.length = trie.nodes[:-1], trie.nodes[-1:], 1
        else:
            meeting.append((trie, trie.last))
    closed = _closed([(last, trie.length) for trie, last in meeting], kind)
    for (trie, _), node in zip(meeting, closed, strict=True):
        trie.nodes, trie.last = np.concatenate([trie.nodes, node]), None
    ends = np.cumsum([len(trie.nodes) // 2 for trie in tries])
    forks = _forks(np.concatenate([trie.nodes for trie in tries]), kind)
    for trie, nodes in zip(tries, np.split(forks, ends[:-1]), strict=True):
        trie.nodes = nodes
        trie.height += 1


def _forks(nodes: Limbs, kind: Kind) -> Limbs:
    """The parents of neighbours."""
    starts = np.arange(0, len(nodes) + 1, 2, dtype=np.int64)
    if kind == "poseidon":
        return poseidon_limbs(nodes, starts, 2)
    return pedersen_limbs(nodes, starts)


def _closed(edges: Sequence[tuple[Limbs, int]], kind: Kind) -> list[Limbs]:
    """The hash of each edge of zeros above one node; of no length it is the node's own."""
    zero = np.zeros((1, 4), np.uint64)
    pairs = [part for node, length in edges if length for part in (node, zero)]
    hashed = iter(unpacked(_forks(np.concatenate(pairs), kind)) if pairs else [])
    return [wide((next(hashed) + length) % PRIME) if length else node for node, length in edges]


def _int(node: Limbs) -> int:
    return unpacked(node)[0]


def _with_holes(leaves: Sequence[int], kind: Kind) -> int:
    """A leaf of value 0 is none: the shape is another then, and is found by the kept trie."""
    trie = Trie(pedersen_pairs if kind == "pedersen" else poseidon_pairs, LIST_HEIGHT)
    trie.update(dict(enumerate(leaves)))
    return trie.root()
