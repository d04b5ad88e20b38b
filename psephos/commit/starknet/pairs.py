"""Hashes of many pairs of felts at once: what tries are made of, one level at a time."""

from collections.abc import Callable, Sequence

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
