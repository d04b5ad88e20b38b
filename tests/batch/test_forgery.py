"""Forgers with a seed: thousands of mutated proofs, none of which may pass.

Random bytes never get past the first hash, so the forger starts from genuine proofs and from
nodes of the same tree, which are the only bytes that fit anywhere.
"""

import os
from random import Random

import pytest

from psephos.batch import mountain, tree
from psephos.batch.tree import Inclusion
from psephos.errors import VerificationFailed

TRIES = 2_000_000 if os.environ.get("PSEPHOS_CAMPAIGN") else 60_000


def nodes(leaves: list[bytes], person: bytes) -> list[bytes]:
    """Every node of a tree: what a forger can use."""
    found, level = list(leaves), leaves
    while len(level) > 1:
        level = tree._above(level, person)
        found += level
    return found


def mutated(rng: Random, parts: tuple[bytes, ...], known: list[bytes]) -> tuple[bytes, ...]:
    """A proof with one to three things done to it."""
    new = list(parts)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(new) + 1)
        match rng.randrange(6):
            case 0 if new:
                del new[at % len(new)]
            case 1:
                new.insert(at, rng.choice(known))
            case 2 if new:
                new[at % len(new)] = rng.choice(known)
            case 3 if len(new) > 1:
                i = at % (len(new) - 1)
                new[i], new[i + 1] = new[i + 1], new[i]
            case 4 if new:
                i = at % len(new)
                changed = bytearray(new[i])
                changed[rng.randrange(32)] ^= 1 << rng.randrange(8)
                new[i] = bytes(changed)
            case _:
                new.append(bytes(32))
    return tuple(new)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_no_mutated_proof_of_a_row_passes(seed: int) -> None:
    rng = Random(seed)
    for _ in range(TRIES // 4 // 500):
        rows = [rng.randbytes(8) for _ in range(rng.randrange(1, 70))]
        leaves = [tree.leaf(row) for row in rows]
        known, root = nodes(leaves, tree.NODE), tree.root(leaves)
        for _ in range(500):
            index, claimed = rng.randrange(len(rows)), rng.randrange(len(rows))
            honest = tree.include(leaves, index)
            forged = Inclusion(claimed, len(rows), mutated(rng, honest.neighbours, known))
            if forged == honest:
                continue
            genuine = forged == tree.include(leaves, claimed) and rows[claimed] == rows[index]
            try:
                tree.verify_row(rows[index], forged, root, len(rows))
            except VerificationFailed:
                assert not genuine
            else:
                assert genuine


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_no_mutated_proof_of_consistency_passes(seed: int) -> None:
    rng = Random(seed)
    leaves = [mountain.leaf(rng.randbytes(8)) for _ in range(64)]
    for _ in range(TRIES // 4 // 200):
        new = rng.randrange(2, 65)
        old = rng.randrange(1, new)
        known = nodes(leaves[:new], mountain.MOUNTAIN)
        roots = mountain.root(leaves[:old]), mountain.root(leaves[:new])
        honest = mountain.consistency(leaves[:new], old)
        for _ in range(200):
            forged = mutated(rng, honest, known)
            try:
                mountain.verify_consistency(old, roots[0], new, roots[1], forged)
            except VerificationFailed:
                assert forged != honest
            else:
                assert forged == honest
