"""Keccak-256, the hash every Ethereum commitment is made of."""

from eth_hash.auto import keccak as _hash


def keccak(data: bytes) -> bytes:
    """Keccak-256 of `data`: 32 bytes. Not SHA3-256, which pads differently."""
    return _hash(data)
