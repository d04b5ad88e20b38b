"""Roots of binary Patricia tries against their definition and published values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.patricia import edge, ordered_root, root
from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_many, poseidon_pair
from psephos.commit.starknet.trie import Trie
from psephos.errors import MalformedAnswer


def toy(a: int, b: int) -> int:
    """A quick stand-in for the hash where only the shape of a trie is the matter."""
    return (3 * a * a + 5 * b + a * b + 7) % PRIME


def toys(pairs):
    return [toy(a, b) for a, b in pairs]


def slow_root(leaves: dict[int, int], height: int, hash_pair) -> int:
    """The definition with all 2^height leaves written out; an edge as (hash, path, length)."""

    def node(prefix: int, left: int) -> tuple[int, int, int] | None:
        if left == 0:
            value = leaves.get(prefix, 0)
            return (value, 0, 0) if value else None
        low, high = node(2 * prefix, left - 1), node(2 * prefix + 1, left - 1)
        if low and high:
            return hash_pair(closed(low), closed(high)), 0, 0
        only = low or high
        if only is None:
            return None
        value, path, length = only
        return value, path + ((1 << length) if high else 0), length + 1

    def closed(found: tuple[int, int, int]) -> int:
        value, path, length = found
        return (hash_pair(value, path) + length) % PRIME if length else value

    top = node(0, height)
    return closed(top) if top else 0


LEAVES = st.dictionaries(st.integers(0, 63), st.integers(0, 5), max_size=20)
STEPS = st.lists(LEAVES, max_size=8)


@given(LEAVES)
def test_the_root_is_that_of_the_definition(leaves: dict[int, int]) -> None:
    assert root(leaves, 6, toy) == slow_root(leaves, 6, toy)


@settings(max_examples=200)
@given(STEPS)
def test_a_kept_trie_has_the_root_of_a_fresh_one_after_every_change(steps) -> None:
    trie, held = Trie(toys, 6), {}
    for step in steps:
        trie.update(step)
        held.update(step)
        assert trie.root() == root(held, 6, toy)
        assert [trie.get(key) for key in range(64)] == [held.get(key, 0) for key in range(64)]


@settings(max_examples=20)
@given(
    st.dictionaries(st.integers(0, 2**251 - 1), st.integers(0, PRIME - 1), max_size=12),
    st.dictionaries(st.integers(0, 2**251 - 1), st.integers(0, PRIME - 1), max_size=4),
)
def test_wide_keys_are_kept_as_well(before, after) -> None:
    trie = Trie(toys)
    trie.update(before)
    trie.root()
    trie.update(after)
    trie.update(dict.fromkeys(after, 0))
    left = {key: value for key, value in before.items() if key not in after}
    assert trie.root() == root(left, 251, toy)


def test_published_roots() -> None:
    """Three levels: Starknet documentation, "State", its example with Pedersen."""
    three = {2: 1, 5: 1}
    assert root(three, 3, pedersen) == (
        0x328835D33752A405A30426EDD067C90BF86B56C5C187BBF473B7F348F917AB5
    )
    assert root({1: 1}, 251, pedersen) == (
        0x2EBBD6878F81E49560AE863BD4EF327A417037BF57B63A016130AD0A94C8FA7
    )
    assert edge(pedersen, 1, 1, 251) == root({1: 1}, 251, pedersen)


def test_published_commitment_of_three_events() -> None:
    """starkware-libs/sequencer `event_commitment_test.rs`: events of seeds 0, 1, 2."""
    leaves = [
        poseidon_many([i + 8, 0x1234, 2, i, i + 1, 3, i + 2, i + 3, i + 4]) for i in (0, 1, 2)
    ]
    assert ordered_root(leaves, poseidon_pair) == (
        0x69BB140DDBBEB01D81C7201ECFB933031306E45DAB9C77FF9F9BA3CD4C2B9C3
    )


def test_a_list_of_one_is_one_edge_and_of_none_is_zero() -> None:
    assert ordered_root([], poseidon_pair) == root({}, 251, pedersen) == 0
    assert ordered_root([9], poseidon_pair) == (poseidon_pair(9, 0) + 64) % PRIME


@given(st.lists(st.integers(1, 9), max_size=40))
def test_a_list_is_the_trie_of_its_indexes(leaves: list[int]) -> None:
    assert ordered_root(leaves, toy) == root(dict(enumerate(leaves)), 64, toy)


def test_what_is_no_key_or_no_value_is_refused() -> None:
    for leaves in ({64: 1}, {-1: 1}, {0: -1}, {0: PRIME}, {"0": 1}, {True: 1}, {0: 1.0}):
        with pytest.raises(MalformedAnswer):
            root(leaves, 6, toy)
        with pytest.raises(MalformedAnswer):
            Trie(toys, 6).update(leaves)
