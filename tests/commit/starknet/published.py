"""The hashes of a block by two published libraries: another's code under our formulas."""

from collections.abc import Sequence
from functools import cache

from fast_stark_crypto import pedersen_hash
from poseidon_py.poseidon_hash import poseidon_hash, poseidon_hash_many

from psephos.commit.starknet.hashes import Hashes, Kind
from psephos.commit.starknet.patricia import ordered_root


@cache
def _pedersen(a: int, b: int) -> int:
    return int(pedersen_hash(a, b))


def _pedersen_list(values: object) -> int:
    total, felts = 0, list(values)  # type: ignore[call-overload]
    for value in felts:
        total = _pedersen(total, value)
    return _pedersen(total, len(felts))


def _roots(lists: Sequence[Sequence[int]], kind: Kind) -> list[int]:
    pair = poseidon_hash if kind == "poseidon" else _pedersen
    return [ordered_root(list(leaves), pair) for leaves in lists]


PUBLISHED = Hashes(
    poseidon=lambda lists: [poseidon_hash_many(list(values)) for values in lists],
    pedersen=lambda lists: [_pedersen_list(values) for values in lists],
    pedersen_pairs=lambda pairs: [_pedersen(a, b) for a, b in pairs],
    poseidon_pairs=lambda pairs: [poseidon_hash(a, b) for a, b in pairs],
    roots=_roots,
)
"""poseidon-py and fast-stark-crypto; Pedersen hashes are remembered, mutations share most."""
