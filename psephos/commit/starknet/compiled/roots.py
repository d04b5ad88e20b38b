"""The root of an ordered list, one level of its trie at a time, without leaving the arrays.

Keys are 0 … n - 1, so every subtree but the last one of a level is full. The last one may end
in an edge that goes left only; it is held open, as (hash below, length so far), until it meets
a neighbour on its left, or the root.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from psephos.commit.starknet.compiled.arrays import Limbs, packed, unpacked, wide
from psephos.commit.starknet.compiled.batch import pedersen_limbs, poseidon_limbs
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.pairs import pedersen_pairs, poseidon_pairs
from psephos.commit.starknet.patricia import LIST_HEIGHT
from psephos.commit.starknet.trie import Trie

Kind = Literal["pedersen", "poseidon"]


def ordered(leaves: Sequence[int], kind: Kind) -> int:
    """The root over leaves under their indexes, height 64; 0 of none."""
    if not leaves:
        return 0
    if 0 in leaves:
        return _with_holes(leaves, kind)
    nodes, length, height = packed(leaves), 0, 0
    last: Limbs | None = None
    while len(nodes) + (last is not None) > 1:
        if len(nodes) % 2 == 0:
            length += last is not None
        elif last is None:
            nodes, last, length = nodes[:-1], nodes[-1:], 1
        else:
            nodes, last = np.concatenate([nodes, _closed(last, length, kind)]), None
        nodes = _forks(nodes, kind)
        height += 1
    return unpacked(_closed(nodes, LIST_HEIGHT - height, kind))[0]


def _forks(nodes: Limbs, kind: Kind) -> Limbs:
    """The parents of neighbours."""
    starts = np.arange(0, len(nodes) + 1, 2, dtype=np.int64)
    if kind == "poseidon":
        return poseidon_limbs(nodes, starts, 2)
    return pedersen_limbs(nodes, starts)


def _closed(node: Limbs, length: int, kind: Kind) -> Limbs:
    """The hash of an edge of zeros above one node; of no length it is the node's own."""
    if length == 0:
        return node
    hashed = _forks(np.concatenate([node, np.zeros((1, 4), np.uint64)]), kind)
    return wide((unpacked(hashed)[0] + length) % PRIME)


def _with_holes(leaves: Sequence[int], kind: Kind) -> int:
    """A leaf of value 0 is none: the shape is another then, and is found by the kept trie."""
    trie = Trie(pedersen_pairs if kind == "pedersen" else poseidon_pairs, LIST_HEIGHT)
    trie.update(dict(enumerate(leaves)))
    return trie.root()
