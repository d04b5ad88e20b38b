"""The row tree: its shape, its proofs, and every way to forge one."""

import subprocess
import sys
from hashlib import blake2s
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.batch.tree import EMPTY, Inclusion, include, leaf, root, verify_row
from psephos.errors import VerificationFailed

ROWS = [b"row %d" % i for i in range(40)]


def recursive(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1: split at the largest power of two smaller than n."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    pair = recursive(leaves[:split]) + recursive(leaves[split:])
    return blake2s(pair, person=b"psephosN").digest()


@pytest.mark.parametrize("count", range(1, 35))
def test_the_tree_has_the_shape_of_rfc_9162(count: int) -> None:
    leaves = [leaf(row) for row in ROWS[:count]]
    assert root(leaves) == recursive(leaves)


def test_the_empty_tree_has_a_root_of_its_own() -> None:
    assert root([]) == EMPTY == blake2s(b"", person=b"psephosZ").digest()
    assert leaf(b"") != EMPTY


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9, 31, 33])
def test_every_row_of_every_tree_is_proven(count: int) -> None:
    leaves = [leaf(row) for row in ROWS[:count]]
    for index in range(count):
        proof = include(leaves, index)
        verify_row(ROWS[index], proof, root(leaves), count)
        assert Inclusion.from_bytes(proof.to_bytes()) == proof


def refused(row: bytes, proof: Inclusion, right: bytes, count: int) -> bool:
    try:
        verify_row(row, proof, right, count)
    except VerificationFailed:
        return True
    return False


@pytest.mark.parametrize("count", [1, 2, 5, 8, 13])
def test_every_flipped_bit_of_a_proof_its_row_and_its_root_is_refused(count: int) -> None:
    leaves = [leaf(row) for row in ROWS[:count]]
    right = root(leaves)
    for index in range(count):
        proof = include(leaves, index).to_bytes()
        for bit in range(8 * len(proof)):
            data = flipped(proof, bit)
            try:
                forged = Inclusion.from_bytes(data)
            except VerificationFailed:
                continue
            assert refused(ROWS[index], forged, right, count)
        honest = include(leaves, index)
        for bit in range(8 * 32):
            assert refused(ROWS[index], honest, flipped(right, bit), count)
        for bit in range(8 * len(ROWS[index])):
            assert refused(flipped(ROWS[index], bit), honest, right, count)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize(
    "change",
    [
        lambda n: n[:-1],  # P1: the last node dropped
        lambda n: n[1:],
        lambda n: (),
        lambda n: (*n, n[-1]),  # P2: appended, repeated, reversed
        lambda n: (n[0], *n),
        lambda n: tuple(reversed(n)),
        lambda n: (*n, bytes(32)),
        lambda n: (*n[:-1], n[-1][:31]),  # P10: another length
        lambda n: (*n[:-1], n[-1] + b"\0"),
        lambda n: (b"", *n),
    ],
)
def test_a_cut_padded_or_reordered_proof_is_refused(change: object) -> None:
    leaves = [leaf(row) for row in ROWS[:13]]
    for index in range(13):
        proof = include(leaves, index)
        forged = Inclusion(index, 13, change(proof.neighbours))  # type: ignore[operator]
        if forged != proof:
            assert refused(ROWS[index], forged, root(leaves), 13)


def test_a_proof_for_one_row_does_not_show_another_place() -> None:
    leaves = [leaf(row) for row in ROWS[:8]]
    proof = include(leaves, 3)
    for index in range(8):
        other = Inclusion(index, 8, proof.neighbours)
        assert refused(ROWS[3], other, root(leaves), 8) == (index != 3)


def test_a_proof_for_another_number_of_rows_is_refused() -> None:
    leaves = [leaf(row) for row in ROWS[:8]]
    proof = include(leaves, 3)
    for count in (0, 4, 7, 9, 16, 2**60):
        assert refused(ROWS[3], proof, root(leaves), count)
        forged = Inclusion(3, count, proof.neighbours)
        assert refused(ROWS[3], forged, root(leaves), 8)


def test_a_node_does_not_pass_for_a_row() -> None:
    """P7: the two children of a node, given as a row of 64 bytes one level higher."""
    leaves = [leaf(row) for row in ROWS[:4]]
    inner = leaves[0] + leaves[1]
    right = root(leaves)
    proof = Inclusion(0, 2, (blake2s(leaves[2] + leaves[3], person=b"psephosN").digest(),))
    assert refused(inner, proof, right, 2)
    assert refused(inner, proof, right, 4)


def test_repeating_the_last_row_changes_the_root() -> None:
    """CVE-2012-2459: a tree that repeats its last leaf has two contents under one root."""
    for count in range(1, 20):
        leaves = [leaf(row) for row in ROWS[:count]]
        assert root(leaves) != root([*leaves, leaves[-1]])


def test_nothing_is_proven_in_an_empty_table() -> None:
    assert refused(b"", Inclusion(0, 0, ()), EMPTY, 0)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_random_bytes_prove_nothing(data: bytes) -> None:
    leaves = [leaf(row) for row in ROWS[:6]]
    try:
        proof = Inclusion.from_bytes(data)
    except VerificationFailed:
        return
    assert refused(ROWS[0], proof, root(leaves), 6)


def test_a_row_is_verified_with_the_standard_library_alone() -> None:
    modules = (
        "psephos.batch.tree, psephos.batch.mountain, psephos.batch.header, psephos.batch.history"
    )
    code = f"import sys; sys.path.insert(0, '.'); import {modules}; print('done')"
    root_folder = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        cwd=root_folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "done\n", done.stderr
