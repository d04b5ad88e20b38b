"""Starknet's hashes in compiled code: the same felts as `pedersen`, `poseidon` and `patricia`.

Everything takes and gives Python ints, many at a time, and uses every core that the process
may use. The compiler is imported, and machine code made or found, when something is hashed
first (docs/benchmarks.md says how long that takes). MalformedAnswer for what is no felt.
"""

from collections.abc import Sequence
from typing import Literal

Kind = Literal["pedersen", "poseidon"]


def poseidon_lists(lists: Sequence[Sequence[int]]) -> list[int]:
    """poseidon_many of each list."""
    from psephos.commit.starknet.compiled.batch import poseidon

    padded = [[*values, 1] if len(values) % 2 else [*values, 1, 0] for values in lists]
    return poseidon(padded, 0)


def poseidon_pairs(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """poseidon_pair of each pair."""
    from psephos.commit.starknet.compiled.batch import poseidon

    return poseidon(pairs, 2)


def pedersen_lists(lists: Sequence[Sequence[int]]) -> list[int]:
    """pedersen_list of each list."""
    from psephos.commit.starknet.compiled.batch import pedersen

    return pedersen([[0, *values, len(values)] for values in lists])


def pedersen_pairs(pairs: Sequence[tuple[int, int]]) -> list[int]:
    """pedersen of each pair."""
    from psephos.commit.starknet.compiled.batch import pedersen

    return pedersen(pairs)
