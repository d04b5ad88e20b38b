"""Merkle Patricia proofs under liars: 40,000 tries with one lie, a million in a campaign.

A trie is made with right hashes and one lie on the way to a key; or an honest proof is cut,
padded, moved or mixed with another. Every answer must be the truth or VerificationFailed: no
wrong value, no false absence, no other exception, none in more than a second, and none of it
in more than 100 MB.
"""

import os
import random
import resource
import time
from collections import Counter
from collections.abc import Callable

import pytest

from psephos.commit.proof import value_at
from psephos.errors import VerificationFailed
from tests.commit.tries import LIES, Told, build, lying, proof, some, way

EACH = 1_000_000 // 25 if os.environ.get("PSEPHOS_CAMPAIGN") else 40_000 // 25
WORST = 1.0
Nodes = list[bytes]


def cut(nodes: Nodes, other: Nodes, draw: random.Random) -> Nodes:
    at = draw.randrange(len(nodes))
    return [*nodes[:at], *nodes[at + 1 :]]


def padded(nodes: Nodes, other: Nodes, draw: random.Random) -> Nodes:
    at = draw.randrange(len(nodes) + 1)
    return [*nodes[:at], draw.choice([*other, *nodes, b"\x80", b"\xc0"]), *nodes[at:]]


def moved(nodes: Nodes, other: Nodes, draw: random.Random) -> Nodes:
    found = list(nodes)
    draw.shuffle(found)
    if draw.random() < 0.5:
        at = draw.randrange(len(found))
        found[at] = draw.choice(other)
    return found


MIXED: tuple[Callable[[Nodes, Nodes, random.Random], Nodes], ...] = (cut, padded, moved)


def judged(root: bytes, key: str, nodes: Nodes) -> tuple[bool, bytes | None]:
    """Whether a proof was accepted, and what it proved; the processor's time is a law (the
    clock's would be one about the machine's other work)."""
    begun = time.thread_time()
    try:
        return True, value_at(root, bytes.fromhex(key), nodes)
    except VerificationFailed:
        return False, None
    finally:
        assert time.thread_time() - begun < WORST


@pytest.mark.long
@pytest.mark.parametrize("lie", LIES)
def test_a_trie_with_one_lie_is_refused(lie: str) -> None:
    draw = random.Random(f"long {lie}")
    told, before = 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while told < EACH:
        pairs, key = some(draw)
        found = lying(build(pairs), key, lie, draw)
        if found is not None:
            accepted, _ = judged(*turned(found, key))
            assert not accepted, (lie, told)
            told += 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    print(f"{told} tries with {lie}: all refused")


def turned(found: tuple, key: str) -> tuple[bytes, str, Nodes]:
    root, nodes = proof(found[0], key, found[1])
    return root, key, nodes


@pytest.mark.long
@pytest.mark.parametrize("mix", MIXED, ids=lambda mix: mix.__name__)
def test_honest_nodes_in_a_wrong_list_prove_the_truth_or_nothing(mix) -> None:
    draw, counts = random.Random(f"long {mix.__name__}"), Counter()
    for _ in range(EACH):
        pairs, key = some(draw)
        trie, told = build(pairs), Told()
        root, nodes = proof(trie, key, told)
        _, other = proof(trie, draw.choice(sorted(pairs)), told)
        wrong = mix(nodes, other, draw)
        accepted, value = judged(root, key, wrong)
        assert accepted == (wrong == nodes), (mix.__name__, key)
        assert value == (pairs.get(key) if accepted else None)
        counts["accepted" if accepted else "refused"] += 1
        assert len(way(trie, key)) >= len(nodes)
    print(f"{mix.__name__}: {dict(counts)}")
