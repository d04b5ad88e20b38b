"""Simple Serialize, as far as it is hashed: a value's root is that of a tree of 32-byte chunks.

    chunk(uint64)        8 bytes little-endian, zeros behind
    root(bytes n)        tree over ⌈n/32⌉ chunks, zeros behind the last byte
    root(list of bytes)  H(tree over ⌈limit/32⌉ chunks ‖ length)
    root(container)      tree over the roots of its members
    tree over n chunks   the next power of two of leaves, the missing ones are zero
    H                    SHA-256 of 64 bytes

A member of a container is reached from the root by its generalised index: the root has 1, the
children of i have 2i and 2i + 1. Only what is hashed is here; nothing is read or written.
Source: consensus-specs, `ssz/simple-serialize.md` and `ssz/merkle-proofs.md`.
"""

from collections.abc import Sequence
from hashlib import sha256

from psephos.errors import VerificationFailed

ZERO = bytes(32)


def pair(left: bytes, right: bytes) -> bytes:
    """SHA-256 of two chunks: a node of the tree."""
    return sha256(left + right).digest()


def tree(chunks: Sequence[bytes], leaves: int | None = None) -> bytes:
    """The root over 32-byte chunks, filled with zeros up to `leaves` (default: as many).

    ValueError if there are more chunks than leaves; the root over no leaf is zero.
    """
    wanted = len(chunks) if leaves is None else leaves
    if len(chunks) > wanted:
        raise ValueError(f"{len(chunks)} chunks where {wanted} fit")
    level, zero = list(chunks), ZERO
    for _ in range(max(wanted - 1, 0).bit_length()):
        if len(level) % 2:
            level.append(zero)
        level = [pair(level[i], level[i + 1]) for i in range(0, len(level), 2)]
        zero = pair(zero, zero)
    return level[0] if level else zero


def uint64(value: int) -> bytes:
    """The chunk of a number below 2^64; OverflowError from there on."""
    return value.to_bytes(8, "little") + bytes(24)


def uint256(value: int) -> bytes:
    """The chunk of a number below 2^256; OverflowError from there on."""
    return value.to_bytes(32, "little")


def octets(data: bytes) -> bytes:
    """The root of bytes of a fixed length (20, 32, 48, 256 …)."""
    return tree([data[i : i + 32].ljust(32, b"\0") for i in range(0, len(data), 32)])


def octet_list(data: bytes, limit: int) -> bytes:
    """The root of up to `limit` bytes, with their number mixed in."""
    chunks = [data[i : i + 32].ljust(32, b"\0") for i in range(0, len(data), 32)]
    return pair(tree(chunks, (limit + 31) // 32), uint64(len(data)))


def check_branch(leaf: bytes, branch: Sequence[bytes], index: int, root: bytes, what: str) -> None:
    """That `leaf` lies at generalised `index` under `root`; VerificationFailed otherwise.

    A branch has one chunk a level. A longer one, as containers of a later fork carry it, must
    begin with zeros (consensus-specs, `is_valid_normalized_merkle_branch`).
    """
    extra = len(branch) - (index.bit_length() - 1)
    if extra < 0 or any(chunk != ZERO for chunk in branch[:extra]):
        raise VerificationFailed(f"the branch of the {what} has {len(branch)} chunks, not {-extra}")
    node = leaf
    for depth, chunk in enumerate(branch[extra:]):
        node = pair(chunk, node) if index >> depth & 1 else pair(node, chunk)
    if node != root:
        raise VerificationFailed(f"the {what} is not the one that its header commits to")
