"""Roots of Starknet's binary Patricia tries, in exact Python.

A trie of height h maps keys of h bits, the most significant first, to felts; 0 is absence.

    empty             0
    leaf              its value
    binary node       H(left, right)                       both children are there
    edge node         (H(child, path) + length) mod PRIME  `length` ≥ 1 bits without a fork
    H                 Pedersen or Poseidon of two felts

Height 251 for the state's tries (contracts and storage by Pedersen, classes by Poseidon), 64
for the ordered lists of a block (value i under key i; Poseidon since 0.13.2, Pedersen before).
Source: Starknet documentation, "State" and "Block structure".
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from psephos.commit.starknet.felt import PRIME, check_felts
from psephos.errors import MalformedAnswer

Hash = Callable[[int, int], int]

STATE_HEIGHT = 251
LIST_HEIGHT = 64


def edge(hash_pair: Hash, child: int, path: int, length: int) -> int:
    """The hash of an edge node."""
    return (hash_pair(child, path) + length) % PRIME


def root(leaves: Mapping[int, int], height: int, hash_pair: Hash) -> int:
    """The root of the trie of that height over key → value; leaves of value 0 are not there.

    MalformedAnswer for a key outside 0 .. 2^height - 1 and for a value that is no felt.
    """
    check_keys(leaves, height)
    check_felts(*leaves.values(), name="the value of a leaf")
    held = sorted((key, value) for key, value in leaves.items() if value)
    return _node(held, 0, len(held), height, hash_pair) if held else 0


def ordered_root(leaves: Sequence[int], hash_pair: Hash) -> int:
    """The root over a list: leaf i under key i, height 64."""
    return root(dict(enumerate(leaves)), LIST_HEIGHT, hash_pair)


def check_keys(keys: Mapping[int, int] | Sequence[int], height: int) -> None:
    """MalformedAnswer unless every key is a number of at most `height` bits."""
    for key in keys:
        if type(key) is not int or key < 0 or key.bit_length() > height:
            raise MalformedAnswer(f"a key of a trie of height {height} is out of its range")


def _node(
    leaves: Sequence[tuple[int, int]], start: int, end: int, height: int, hash_pair: Hash
) -> int:
    """The hash of the subtree of that height over sorted leaves[start:end], at least one.

    They agree in all but their `height` lowest bits; `fork` bits lie below the first bit in
    which they differ, none of them where there is one leaf.
    """
    first, value = leaves[start]
    fork = (first ^ leaves[end - 1][0]).bit_length()
    if fork:
        highest = 1 << (fork - 1)
        middle = bisect_left(leaves, ((first | highest) & -highest, 0), start, end)
        value = hash_pair(
            _node(leaves, start, middle, fork - 1, hash_pair),
            _node(leaves, middle, end, fork - 1, hash_pair),
        )
    if fork == height:
        return value
    path = (first & ((1 << height) - 1)) >> fork
    return edge(hash_pair, value, path, height - fork)
