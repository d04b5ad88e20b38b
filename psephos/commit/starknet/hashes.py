"""Hashes of many lists at once, exact or compiled, and lists that hold lists.

Formulas of this package are written as tuples of felts in which **a tuple stands for its own
hash**: `(INVOKE, 1, sender, 0, calldata, max_fee, chain, nonce)` is hashed after `calldata` was.
`nested` hashes all tuples of one depth in one batch, so that one formula serves one transaction
in exact Python and a whole block in compiled code. Both give the same felts (a test compares).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Union

from psephos.commit.starknet.pairs import Pairs, pedersen_pairs, poseidon_pairs
from psephos.commit.starknet.patricia import ordered_root
from psephos.commit.starknet.pedersen import pedersen, pedersen_list
from psephos.commit.starknet.poseidon import poseidon_many, poseidon_pair

Nested = tuple[Union[int, "Nested"], ...]
Lists = Callable[[Sequence[Sequence[int]]], list[int]]
Kind = Literal["pedersen", "poseidon"]


@dataclass(frozen=True, slots=True)
class Hashes:
    """The hashes a block is made of, each for many lists, pairs or lists of leaves."""

    poseidon: Lists
    pedersen: Lists
    pedersen_pairs: Pairs
    poseidon_pairs: Pairs
    roots: Callable[[Sequence[Sequence[int]], Kind], list[int]]

    def root(self, leaves: Sequence[int], kind: Kind) -> int:
        """The root of one list of leaves."""
        return self.roots([leaves], kind)[0]

    def nested(self, kind: Kind, expressions: Sequence[Nested]) -> list[int]:
        """The hash of each expression. Tuples inside are hashed first, all at once, and those
        that are equal (no paymaster, no messages) only once."""
        lists: list[Sequence[int]] = list(expressions)  # type: ignore[arg-type]
        deep = [i for i, whole in enumerate(expressions) if tuple in map(type, whole)]
        if deep:
            inner = dict.fromkeys(
                item for i in deep for item in expressions[i] if type(item) is tuple
            )
            found = dict(zip(inner, self.nested(kind, list(inner)), strict=True))
            for i in deep:
                lists[i] = [found[x] if type(x) is tuple else x for x in expressions[i]]  # type: ignore[misc]
        return self.poseidon(lists) if kind == "poseidon" else self.pedersen(lists)


def _exact_roots(lists: Sequence[Sequence[int]], kind: Kind) -> list[int]:
    pair = poseidon_pair if kind == "poseidon" else pedersen
    return [ordered_root(leaves, pair) for leaves in lists]


EXACT = Hashes(
    poseidon=lambda lists: [poseidon_many(values) for values in lists],
    pedersen=lambda lists: [pedersen_list(values) for values in lists],
    pedersen_pairs=pedersen_pairs,
    poseidon_pairs=poseidon_pairs,
    roots=_exact_roots,
)
"""The definition: readable, and some hundred times slower."""


def _compiled_roots(lists: Sequence[Sequence[int]], kind: Kind) -> list[int]:
    from psephos.commit.starknet.roots import ordered_roots

    return ordered_roots(lists, kind)


@cache
def compiled() -> Hashes:
    """The compiled twins. Imported when they are first asked for."""
    from psephos.commit.starknet import compiled as twins

    return Hashes(
        poseidon=twins.poseidon_lists,
        pedersen=twins.pedersen_lists,
        pedersen_pairs=twins.pedersen_pairs,
        poseidon_pairs=twins.poseidon_pairs,
        roots=_compiled_roots,
    )
