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


def members(data: bytes, *, most: int) -> list[bytes]:
    """The encodings of a list's members, not decoded, at most `most` of them.

    One pass over the heads: the library's reader takes time that grows with the square of a
    long list's members. Rejects with VerificationFailed what is no list, has more members, a
    length that lies, a longer head than needed, bytes left over.
    """
    start, size = _head(data, 0, 0xC0)
    if start + size != len(data):
        raise VerificationFailed("not valid RLP: a list of another length than it says")
    found: list[bytes] = []
    while start < len(data):
        if len(found) == most:
            raise VerificationFailed(f"an RLP list of more than {most} members")
        at, size = _head(data, start)
        if at + size > len(data):
            raise VerificationFailed("not valid RLP: a member reaches beyond its list")
        found.append(data[start : at + size])
        start = at + size
    return found


def content(data: bytes) -> bytes:
    """The byte string that is all of `data`; errors as in `members`."""
    start, size = _head(data, 0, 0x80)
    if start + size != len(data):
        raise VerificationFailed("not valid RLP: a string of another length than it says")
    return data[start:]


def _head(data: bytes, at: int, wanted: int | None = None) -> tuple[int, int]:
    """Where the content of the item at `at` begins, and its length. `wanted` says of which
    kind it must be: 0x80 a string, 0xC0 a list."""
    first = data[at] if at < len(data) else 0x100
    kind = 0xC0 if first >= 0xC0 else 0x80
    if first == 0x100 or (wanted and kind != wanted):
        raise VerificationFailed("not valid RLP: another item than must be here")
    if first < 0x80:
        return at, 1
    length, start = first - kind, at + 1
    if length > 55:
        start += length - 55
        length = int.from_bytes(data[at + 1 : start], "big")
        if length < 56 or data[at + 1] == 0:
            raise VerificationFailed("not valid RLP: a longer head than needed")
    if kind == 0x80 and length == 1 and start < len(data) and data[start] < 0x80:
        raise VerificationFailed("not valid RLP: a small byte with a head")
    return start, length
