"""BLAKE2s, with personalisation so that no two uses can be taken for each other."""

from hashlib import blake2s

SIZE = 28
"""Bytes of a digest in a Merkle tree: a collision costs 2^112."""

LEAF, NODE = b"pstark-L", b"pstark-N"


def digest(person: bytes, data: bytes) -> bytes:
    """32 bytes."""
    return blake2s(data, person=person).digest()


def leaf(values: bytes) -> bytes:
    """The digest of a leaf: its field elements, 8 bytes each."""
    return blake2s(values, digest_size=SIZE, person=LEAF).digest()


def node(pair: bytes) -> bytes:
    """The digest over two neighbours, joined."""
    return blake2s(pair, digest_size=SIZE, person=NODE).digest()
