"""Recursive length prefix (Yellow Paper, appendix B): how Ethereum writes what it hashes.

Reading is the `rlp` library's, strict. Writing is done here because a block's receipts are
written again for every block that is verified, and these four functions are eight times as
fast as the library; the tests hold them equal to it (docs/decisions/0040-rlp-writers.md).
"""

from typing import Any

from psephos.errors import VerificationFailed


def string(data: bytes) -> bytes:
    """The encoding of one byte string; a single byte below 128 is its own encoding."""
    if len(data) == 1 and data[0] < 0x80:
        return data
    return _prefix(0x80, len(data)) + data


def integer(value: int) -> bytes:
    """The encoding of a natural number: big-endian without leading zeros, zero is empty."""
    return string(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def sequence(payload: bytes) -> bytes:
    """The encoding of a list, from the joined encodings of its members."""
    return _prefix(0xC0, len(payload)) + payload


def _prefix(offset: int, length: int) -> bytes:
    if length < 56:
        return bytes((offset + length,))
    width = (length.bit_length() + 7) // 8
    return bytes((offset + 55 + width,)) + length.to_bytes(width, "big")


def strings(data: bytes, *, limit: int) -> list[bytes]:
    """A list of byte strings from its only valid encoding; errors as in `items`, and for a list
    inside the list."""
    members = items(data, limit=limit)
    if not all(isinstance(member, bytes) for member in members):
        raise VerificationFailed("RLP is not a flat list of byte strings")
    return members


def items(data: bytes, *, limit: int) -> list[Any]:
    """A list from its only valid encoding; its members are byte strings or lists of such.

    Rejects with VerificationFailed: more than `limit` bytes, a length that lies, a longer
    encoding than needed, bytes left over, a byte string that is no list.
    """
    import rlp  # here: with what it brings it is a fifth of all that a collector imports

    if len(data) > limit:
        raise VerificationFailed(f"RLP of {len(data)} bytes where at most {limit} are allowed")
    try:
        members = rlp.decode(data, strict=True)
    except (rlp.exceptions.RLPException, RecursionError) as error:
        raise VerificationFailed(f"not valid RLP: {type(error).__name__}") from error
    if not isinstance(members, list):
        raise VerificationFailed("RLP is a byte string where a list must be")
    return members
