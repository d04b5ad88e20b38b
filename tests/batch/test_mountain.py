"""The mountain range: roots, inclusion, consistency, and every way to forge them."""

from hashlib import blake2s

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.batch import mountain
from psephos.batch.tree import Inclusion
from psephos.errors import LedgerBroken, VerificationFailed

ENTRIES = [b"entry %d" % i for i in range(70)]
LEAVES = [mountain.leaf(entry) for entry in ENTRIES]


def bagged(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, with the ledger's own node."""
    if not leaves:
        return bytes(32)
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return mountain.node(bagged(leaves[:split]), bagged(leaves[split:]))


@pytest.mark.parametrize("count", range(0, 40))
def test_bagged_peaks_are_the_tree_of_rfc_9162_and_the_root_binds_the_count(count: int) -> None:
    inner = count.to_bytes(8, "big") + bagged(LEAVES[:count])
    assert mountain.root(LEAVES[:count]) == blake2s(inner, person=b"psephosR").digest()


def test_every_entry_of_every_range_is_included() -> None:
    for count in range(1, 24):
        root = mountain.root(LEAVES[:count])
        for index in range(count):
            proof = mountain.include(LEAVES[:count], index)
            mountain.verify_inclusion(ENTRIES[index], proof, count, root)


def test_every_prefix_is_consistent_with_every_longer_range() -> None:
    roots = [mountain.root(LEAVES[:n]) for n in range(34)]
    for new in range(34):
        for old in range(new + 1):
            proof = mountain.consistency(LEAVES[:new], old)
            mountain.verify_consistency(old, roots[old], new, roots[new], proof)


def inconsistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: object) -> bool:
    try:
        mountain.verify_consistency(old, old_root, new, new_root, proof)  # type: ignore[arg-type]
    except LedgerBroken:
        return True
    return False


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 7), (4, 8), (6, 8), (7, 13), (12, 13)])
def test_every_flipped_bit_of_a_consistency_proof_is_refused(old: int, new: int) -> None:
    before, after = mountain.root(LEAVES[:old]), mountain.root(LEAVES[:new])
    proof = mountain.consistency(LEAVES[:new], old)
    for part in range(len(proof)):
        for bit in range(256):
            forged = (*proof[:part], flipped(proof[part], bit), *proof[part + 1 :])
            assert inconsistent(old, before, new, after, forged)
    for bit in range(256):
        assert inconsistent(old, flipped(before, bit), new, after, proof)
        assert inconsistent(old, before, new, flipped(after, bit), proof)


@pytest.mark.parametrize("new", range(2, 20))
def test_a_cut_padded_or_reordered_consistency_proof_is_refused(new: int) -> None:
    for old in range(1, new):
        before, after = mountain.root(LEAVES[:old]), mountain.root(LEAVES[:new])
        proof = mountain.consistency(LEAVES[:new], old)
        for forged in (
            proof[:-1],
            proof[1:],
            (),
            (*proof, proof[-1]),
            (proof[0], *proof),
            (*proof, bytes(32)),
            tuple(reversed(proof)),
            (*proof[:-1], proof[-1][:31]),
        ):
            if forged != proof:
                assert inconsistent(old, before, new, after, forged)


def test_a_consistency_proof_for_other_sizes_is_refused() -> None:
    old, new = 5, 13
    before, after = mountain.root(LEAVES[:old]), mountain.root(LEAVES[:new])
    proof = mountain.consistency(LEAVES[:new], old)
    for other in range(20):
        assert inconsistent(other, before, new, after, proof) == (other != old)
        assert inconsistent(old, before, other, after, proof) == (other != new)


@pytest.mark.parametrize("at", range(12))
def test_a_rewritten_entry_makes_ledgers_inconsistent(at: int) -> None:
    rewritten = [*LEAVES[:at], mountain.leaf(b"other"), *LEAVES[at + 1 : 20]]
    before, after = mountain.root(LEAVES[:12]), mountain.root(rewritten)
    proof = mountain.consistency(rewritten, 12)
    assert inconsistent(12, before, 20, after, proof)


def test_an_empty_ledger_is_the_beginning_of_every_ledger_but_only_with_its_own_root() -> None:
    empty, some = mountain.root([]), mountain.root(LEAVES[:5])
    mountain.verify_consistency(0, empty, 5, some, ())
    assert inconsistent(0, some, 5, some, ())
    assert inconsistent(0, empty, 0, some, ())
    assert inconsistent(0, empty, 5, some, (bytes(32),))
    assert inconsistent(5, some, 0, empty, ())


def included(entry: bytes, proof: bytes, count: int, root: bytes) -> None:
    mountain.verify_inclusion(entry, Inclusion.from_bytes(proof), count, root)


@pytest.mark.parametrize("count", [1, 2, 6, 11])
def test_every_flipped_bit_of_an_inclusion_proof_is_refused(count: int) -> None:
    root = mountain.root(LEAVES[:count])
    for index in range(count):
        honest = mountain.include(LEAVES[:count], index).to_bytes()
        for bit in range(8 * len(honest)):
            with pytest.raises(VerificationFailed):
                included(ENTRIES[index], flipped(honest, bit), count, root)


@settings(max_examples=50)
@given(st.integers(0, 60), st.integers(0, 60))
def test_growing_one_by_one_gives_the_root_of_the_whole(a: int, b: int) -> None:
    peaks: list[bytes] = []
    for count, leaf in enumerate(LEAVES[: min(a + b, 70)]):
        mountain.grow(peaks, count, leaf)
    total = min(a + b, 70)
    assert mountain.sealed_root(total, mountain.bag(peaks)) == mountain.root(LEAVES[:total])
