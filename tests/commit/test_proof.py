"""Proofs of a Merkle Patricia trie: what is there, what is not, and no third thing."""

import random
import time
import tracemalloc

import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.keccak import keccak
from psephos.commit.proof import value_at
from psephos.commit.rlp import integer, string
from psephos.commit.trie import EMPTY_ROOT, ordered_root
from psephos.errors import VerificationFailed
from tests.commit.tries import LIES, Told, build, lying, proof, some

PAIRS = {keccak(bytes([i])).hex(): bytes([i + 1]) * (i % 40 + 1) for i in range(120)}
TRIE = build(PAIRS)
KEYS = sorted(PAIRS)
TOLD = Told()
NOBODY = [keccak(bytes([i, 7])).hex() for i in range(60)]


def at(root: bytes, key: str, nodes: list[bytes]) -> bytes | None:
    return value_at(root, bytes.fromhex(key), nodes)


def refused(root: bytes, key: str, nodes: list[bytes]) -> None:
    with pytest.raises(VerificationFailed):
        at(root, key, nodes)


def test_every_value_of_a_trie_is_proven() -> None:
    for key, value in PAIRS.items():
        assert at(*turn(proof(TRIE, key, TOLD), key)) == value


def turn(made: tuple[bytes, list[bytes]], key: str) -> tuple[bytes, str, list[bytes]]:
    return made[0], key, made[1]


def test_the_absence_of_every_key_that_is_not_there_is_proven() -> None:
    for key in NOBODY:
        assert at(*turn(proof(TRIE, key, TOLD), key)) is None


@settings(max_examples=200)
@given(st.integers(0, 2**32))
def test_small_tries_prove_what_they_hold_and_what_they_do_not(seed: int) -> None:
    pairs, key = some(random.Random(seed))
    root, nodes = proof(build(pairs), key)
    assert at(root, key, nodes) == pairs.get(key)


def test_the_list_of_a_block_is_proven_by_the_rlp_of_an_index() -> None:
    values = [bytes([i + 1]) * (i + 3) for i in range(200)]
    trie = build({integer(i).hex(): value for i, value in enumerate(values)})
    told = Told()
    for i in (*range(200), 200, 255):
        root, nodes = proof(trie, integer(i).hex(), told)
        assert root == ordered_root(values)
        expected = values[i] if i < 200 else None
        assert value_at(root, integer(i), nodes, hashed=False) == expected


def test_the_empty_trie_holds_nothing_and_needs_no_node() -> None:
    assert at(EMPTY_ROOT, KEYS[0], []) is None
    assert at(EMPTY_ROOT, KEYS[0], [b"\x80"]) is None
    refused(EMPTY_ROOT, KEYS[0], [b"\x80", b"\x80"])
    refused(EMPTY_ROOT, KEYS[0], proof(TRIE, KEYS[0], TOLD)[1])


def test_a_proof_without_any_of_its_nodes_is_refused_and_never_absence() -> None:
    for key in (*KEYS[:20], *NOBODY[:20]):
        root, nodes = proof(TRIE, key, TOLD)
        for missing in range(len(nodes)):
            refused(root, key, nodes[:missing] + nodes[missing + 1 :])
        refused(root, key, [])


def test_a_proof_with_a_node_too_many_is_refused() -> None:
    """Appended, put in between, doubled, reordered, reversed: a lax verifier takes these."""
    for key, other in zip(KEYS[:12], KEYS[60:72], strict=True):
        root, nodes = proof(TRIE, key, TOLD)
        _, strange = proof(TRIE, other, TOLD)
        for place in range(len(nodes) + 1):
            for node in (strange[-1], nodes[0], b"\x80", b"", b"\xc0"):
                refused(root, key, [*nodes[:place], node, *nodes[place:]])
        for i in range(len(nodes)):
            refused(root, key, [*nodes[: i + 1], nodes[i], *nodes[i + 1 :]])
            for j in range(i):
                swapped = list(nodes)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                refused(root, key, swapped)
        refused(root, key, nodes[::-1])


def test_a_proof_shown_for_another_key_is_absence_only_where_the_ways_part_in_a_node() -> None:
    for key in KEYS[:15]:
        root, nodes = proof(TRIE, key, TOLD)
        for other in (*KEYS[15:40], *NOBODY[:20]):
            if proof(TRIE, other, TOLD)[1] == nodes:
                assert at(root, other, nodes) == PAIRS.get(other)
            else:
                refused(root, other, nodes)


def test_every_flipped_bit_of_a_proof_or_root_is_refused() -> None:
    flips = 0
    for key in (KEYS[0], NOBODY[0]):
        root, nodes = proof(TRIE, key, TOLD)
        for i in range(256):
            flipped = bytearray(root)
            flipped[i // 8] ^= 1 << i % 8
            refused(bytes(flipped), key, nodes)
        for n, node in enumerate(nodes):
            for i in range(8 * len(node)):
                altered = bytearray(node)
                altered[i // 8] ^= 1 << i % 8
                refused(root, key, [*nodes[:n], bytes(altered), *nodes[n + 1 :]])
                flips += 1
    assert flips > 5_000


def test_every_truncation_of_a_node_is_refused() -> None:
    root, nodes = proof(TRIE, KEYS[0], TOLD)
    for n, node in enumerate(nodes):
        for size in range(len(node)):
            refused(root, KEYS[0], [*nodes[:n], node[:size], *nodes[n + 1 :]])


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_under_right_hashes_is_refused(lie: str) -> None:
    told, draw = 0, random.Random(lie)
    for _ in range(4_000):
        pairs, key = some(draw)
        found = lying(build(pairs), key, lie, draw)
        if found is None:
            continue
        root, nodes = proof(found[0], key, found[1])
        refused(root, key, nodes)
        told += 1
        if told == 100:
            return
    assert told > 30, f"{lie} was told only {told} times"


def test_a_node_that_is_no_list_or_no_rlp_is_refused_under_its_own_hash() -> None:
    bombs = [
        b"",
        b"\x81\x05",
        b"\xb8\x01A",
        b"\xb9\x00\x38" + b"a" * 56,
        b"\xbf" + b"\xff" * 8,
        b"\xff" + b"\xff" * 8,
        b"\xf8\x37" + b"\x80" * 55,
        b"\xc1\x80",
        b"\xc2\x80\x80",
        b"\xc3\x80\x80\x80",
        b"\xc0" * 40,
        string(b"x" * 60),
        b"\xf9\xff\xff" + b"\x80" * 100,
    ]
    for bomb in bombs:
        refused(keccak(bomb), KEYS[0], [bomb])


def nested(depth: int) -> bytes:
    data = b"\xc0"
    for _ in range(depth):
        size = len(data)
        wide = (size.bit_length() + 7) // 8
        data = (
            bytes((0xC0 + size,))
            if size < 56
            else bytes((0xF7 + wide,)) + size.to_bytes(wide, "big")
        ) + data
    return data


@pytest.mark.parametrize("depth", [5, 40, 300, 600, 900, 1_200])
def test_deep_nesting_is_refused_without_a_foreign_error(depth: int) -> None:
    deep = nested(depth)
    for node in (deep, deep + deep):
        refused(keccak(node), KEYS[0], [node])
    branch = rlp.encode([rlp.decode(nested(min(depth, 60)))] + [b""] * 15 + [b"v"])
    refused(keccak(branch), KEYS[0], [branch])


def test_hostile_sizes_are_refused_at_once_and_cost_no_memory() -> None:
    huge = b"\xfb" + (2**31).to_bytes(4, "big") + b"x" * 5_000_000
    many = [b"\xc0"] * 1_000_000
    tracemalloc.start()
    begun = time.perf_counter()
    refused(keccak(huge), KEYS[0], [huge])
    refused(keccak(many[0]), KEYS[0], many)
    assert time.perf_counter() - begun < 1
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=80), max_size=5), st.binary(min_size=1, max_size=32))
def test_random_bytes_prove_nothing(nodes: list[bytes], key: bytes) -> None:
    root = keccak(nodes[0]) if nodes else keccak(b"?")
    try:
        found = value_at(root, key, nodes)
    except VerificationFailed:
        return
    assert found is None or nodes
