"""A Merkle mountain range: the root of an append-only list, and proofs about it.

    leaf(entry)  = BLAKE2s-256(entry bytes,       person "psephosE")
    node(l, r)   = BLAKE2s-256(l ‖ r,             person "psephosM")
    peaks        = roots of the perfect trees that n leaves split into, largest first
    bagged       = peaks joined by `node` from the right   (32 zero bytes where n = 0)
    root(n)      = BLAKE2s-256(n as 8 bytes ‖ bagged,  person "psephosR")

So bagged, the mountains are the tree of RFC 9162, 2.1, whose proofs are used here: inclusion,
and consistency, which shows that a longer list begins with the whole of a shorter one. Unlike
there, the root binds the length. Standard library only.
"""

from collections.abc import Sequence
from hashlib import blake2s

from psephos.batch import tree
from psephos.batch.tree import SIZE, Inclusion
from psephos.errors import LedgerBroken

ENTRY, MOUNTAIN, ROOT = b"psephosE", b"psephosM", b"psephosR"


def leaf(entry: bytes) -> bytes:
    """The leaf of one entry's bytes."""
    return blake2s(entry, person=ENTRY).digest()


def node(left: bytes, right: bytes) -> bytes:
    return blake2s(left + right, person=MOUNTAIN).digest()


def sealed_root(count: int, bagged: bytes) -> bytes:
    """The root of `count` leaves from their bagged peaks."""
    return blake2s(count.to_bytes(8, "big") + bagged, person=ROOT).digest()


def grow(peaks: list[bytes], count: int, leaf_hash: bytes) -> None:
    """Append a leaf to the peaks of `count` leaves, in place: as many joins as 1-bits end it."""
    while count & 1:
        leaf_hash = node(peaks.pop(), leaf_hash)
        count >>= 1
    peaks.append(leaf_hash)


def bag(peaks: Sequence[bytes]) -> bytes:
    """The peaks joined from the right."""
    if not peaks:
        return bytes(SIZE)
    bagged = peaks[-1]
    for peak in reversed(peaks[:-1]):
        bagged = node(peak, bagged)
    return bagged


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in order."""
    peaks: list[bytes] = []
    level = list(leaves)
    while level:
        if len(level) & 1:
            peaks.append(level.pop())
        level = [node(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return sealed_root(len(leaves), bag(peaks[::-1]))


def include(leaves: Sequence[bytes], index: int) -> Inclusion:
    """The proof that leaf `index` is under the root of `leaves`."""
    return Inclusion(index, len(leaves), tree.path(leaves, index, MOUNTAIN))


def verify_inclusion(entry: bytes, proof: Inclusion, count: int, wanted: bytes) -> None:
    """That `entry` is entry `proof.index` of the list with this count and root."""
    if proof.count != count:
        raise LedgerBroken(f"a proof in a ledger of {proof.count} entries, not {count}")
    bagged = tree.climb(leaf(entry), proof.index, count, proof.neighbours, MOUNTAIN)
    if sealed_root(count, bagged) != wanted:
        raise LedgerBroken(f"entry {proof.index} does not lead to the ledger's root")


def consistency(leaves: Sequence[bytes], old: int) -> tuple[bytes, ...]:
    """The proof that `leaves` begins with the list of its first `old` leaves.

    RFC 9162, 2.1.4.1, with the old tree's own hash always included, since the root hides it.
    Empty for old = 0 and old = len(leaves).
    """
    new = len(leaves)
    if not 0 <= old <= new:
        raise IndexError(f"no ledger of {old} entries inside one of {new}")
    if old in (0, new):
        return ()
    found: list[bytes] = []
    first, last, wanted = 0, new, old
    while wanted != last - first:
        split = 1 << (last - first - 1).bit_length() - 1
        if wanted <= split:
            found.append(tree.root(leaves[first + split : last], MOUNTAIN))
            last = first + split
        else:
            found.append(tree.root(leaves[first : first + split], MOUNTAIN))
            first, wanted = first + split, wanted - split
    found.append(tree.root(leaves[first:last], MOUNTAIN))
    return tuple(reversed(found))


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """That the list of `new` entries begins with the whole list of `old` entries.

    LedgerBroken if it does not, or if the proof is longer, shorter or other than it must be.
    """
    if not 0 <= old <= new:
        raise LedgerBroken(f"a ledger of {new} entries cannot continue one of {old}")
    if any(len(part) != SIZE for part in proof):
        raise LedgerBroken("a part of a consistency proof has not 32 bytes")
    if old in (0, new):
        right = old_root == (new_root if old == new else root(()))
        if proof or not right:
            raise LedgerBroken("the roots of one ledger differ, or a proof has too many parts")
        return
    was, now = _climb_both(old, new, list(proof))
    if sealed_root(old, was) != old_root:
        raise LedgerBroken(f"the proof does not lead to the root of {old} entries")
    if sealed_root(new, now) != new_root:
        raise LedgerBroken(f"the ledger of {new} entries does not begin with those {old}")


def _climb_both(old: int, new: int, proof: list[bytes]) -> tuple[bytes, bytes]:
    """The bagged peaks of both lists that a proof leads to (RFC 9162, 2.1.4.2)."""
    if not proof:
        raise LedgerBroken("a consistency proof is too short")
    position, end = old - 1, new - 1
    while position & 1:
        position, end = position >> 1, end >> 1
    was = now = proof.pop(0)
    for part in proof:
        if end == 0:
            raise LedgerBroken("a consistency proof is too long")
        if position & 1 or position == end:
            was, now = node(part, was), node(part, now)
            while not position & 1 and position:
                position, end = position >> 1, end >> 1
        else:
            now = node(now, part)
        position, end = position >> 1, end >> 1
    if end:
        raise LedgerBroken("a consistency proof is too short")
    return was, now
