"""Keccak-256, the hash every Ethereum commitment is made of."""

from Crypto.Hash import keccak as _keccak


def keccak(data: bytes) -> bytes:
    """Keccak-256 of `data`: 32 bytes. Not SHA3-256, which pads differently."""
    return _keccak.new(data=data, digest_bits=256).digest()
