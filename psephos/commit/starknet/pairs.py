"""Hashes of many pairs of felts at once: what tries are made of, one level at a time.

`pedersen_pairs` and `poseidon_pairs` are exact Python. `pedersen_batch` and `poseidon_batch` are
so too for a few pairs, and compiled for more: loading machine code takes as long as a thousand
hashes in Python, and once it is loaded, it is used for all.
"""

import sys
from collections.abc import Callable, Sequence

from psephos.commit.starknet import compiled
from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_pair

Pairs = Callable[[Sequence[tuple[int, int]]], list[int]]
"""Hashes of pairs of felts, in their order."""


def pedersen_pairs(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """pedersen(a, b) of each pair."""
    return [pedersen(a, b) for a, b in pairs]


def poseidon_pairs(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """poseidon_pair(a, b) of each pair."""
    return [poseidon_pair(a, b) for a, b in pairs]


def pedersen_batch(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """pedersen(a, b) of each pair, the quicker way."""
    return (compiled.pedersen_pairs if _worth_it(pairs) else pedersen_pairs)(pairs)


def poseidon_batch(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """poseidon_pair(a, b) of each pair, the quicker way."""
    return (compiled.poseidon_pairs if _worth_it(pairs) else poseidon_pairs)(pairs)


FEW = 300


def _worth_it(pairs: Sequence[tuple[int, int]]) -> bool:
    return len(pairs) > FEW or ready()


def ready() -> bool:
    """Whether the compiled code is loaded already."""
    return _LOADED in sys.modules


_LOADED = "psephos.commit.starknet.compiled.batch"
