"""Roots of SSZ values: against values of the specification, and against a naive tree."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psephos.commit.beacon.forks import MAINNET, NETWORKS, SEPOLIA
from psephos.commit.beacon.ssz import (
    ZERO,
    check_branch,
    octet_list,
    octets,
    pair,
    tree,
    uint64,
    uint256,
)
from psephos.errors import UnknownFork, VerificationFailed
from tests.simulated.beacon import MINIMAL, branch, noise, planted


def naive(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    half = len(leaves) // 2
    return sha256(naive(leaves[:half]) + naive(leaves[half:])).digest()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=20), st.integers(0, 40))
def test_a_tree_is_the_naive_one_filled_with_zeros(chunks: list[bytes], more: int) -> None:
    leaves = len(chunks) + more
    full = 1 << (leaves - 1).bit_length()
    assert tree(chunks, leaves) == naive(chunks + [ZERO] * (full - len(chunks)))


def test_the_first_zero_nodes_are_the_published_ones() -> None:
    """consensus-specs, `deposit contract`: zero_hashes[1] and [2]."""
    first = "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"
    second = "db56114e00fdd4c1f85c892bf35ac9a89289aaecb1ebd0a96cde606a748b5d71"
    assert tree([ZERO, ZERO]).hex() == first == octets(bytes(64)).hex()
    assert tree([ZERO], 4).hex() == second


def test_numbers_are_little_endian_and_do_not_overflow() -> None:
    assert uint64(1) == b"\1" + bytes(31)
    assert uint256(2**255) == bytes(31) + b"\x80"
    with pytest.raises(OverflowError):
        uint64(2**64)


def test_a_list_of_bytes_is_bound_to_its_length() -> None:
    assert octet_list(b"", 32) == pair(ZERO, uint64(0))
    assert octet_list(b"a", 32) != octet_list(b"a\0", 32)


def test_more_chunks_than_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="3 chunks where 2 fit"):
        tree([ZERO] * 3, 2)


@pytest.mark.parametrize("index", [25, 54, 55, 86, 87, 105, 169])
def test_a_branch_leads_to_its_root_and_to_no_other(index: int) -> None:
    leaf = noise("leaf")
    nodes = planted({index: leaf}, "tree")
    path = [bytes.fromhex(chunk[2:]) for chunk in branch(nodes, index)]
    check_branch(leaf, path, index, nodes[1], "leaf")
    check_branch(leaf, [ZERO, *path], index, nodes[1], "leaf in a later container")
    wrong = [
        (leaf, path[:-1], index),
        (leaf, path[1:], index),
        (leaf, [*path, ZERO], index),
        (leaf, [noise(1), *path], index),
        (leaf, path[::-1], index),
        (leaf, path, index ^ 1),
        (path[0], [leaf, *path[1:]], index),
        (pair(leaf, path[0]), path[1:], index),
        (leaf, [], index),
    ]
    for at, told, place in wrong:
        with pytest.raises(VerificationFailed):
            check_branch(at, told, place, nodes[1], "leaf")


@pytest.mark.parametrize(
    ("epoch", "digest"),
    [
        (74240, "afcaaba0"),
        (144896, "4a26c58b"),
        (194048, "bba4da96"),
        (269568, "6a95a1a9"),
        (364032, "ad532ceb"),
    ],
)
def test_mainnet_signs_under_the_published_fork_digests(epoch: int, digest: str) -> None:
    """A domain is its kind and the fork data root, whose first bytes are the fork digest that
    clients of the network announce (published in every client's network configuration)."""
    assert MAINNET.domain(epoch * 32)[4:8].hex() == digest
    assert MAINNET.domain(epoch * 32 - 1)[4:8].hex() != digest


def test_the_minimal_preset_signs_under_its_fork_digest() -> None:
    """consensus-spec-tests, minimal, deneb/light_client: `store_fork_digest`."""
    assert MINIMAL.domain(0)[4:8].hex() == "0cbce901"


def test_a_fork_that_is_scheduled_but_not_known_is_not_guessed_at() -> None:
    assert SEPOLIA.fork(353024 * 32 - 1).name == "fulu"
    with pytest.raises(UnknownFork, match="fork that this version does not know"):
        SEPOLIA.fork(353024 * 32)


def test_forks_come_in_their_order() -> None:
    for network in NETWORKS.values():
        epochs = [fork.epoch for fork in network.forks]
        assert epochs == sorted(epochs)
        assert epochs[0] == 0
        assert network.fork(0).name == "phase0"
        assert network.slot(network.genesis + 13) == 1
        assert network.slot(0) == 0
