"""The logs bloom (Yellow Paper, 4.4.1): which addresses and topics a block can have logged.

    bits(item) = {keccak(item)[2i..2i+1] mod 2048 : i = 0, 1, 2}
    bloom      = the union over every log's address and topics, as 2048 bits, big-endian

It has no false negatives: an item whose bits are not all set was not logged. It has false
positives (on a full block most items hit), so a hit says nothing.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from psephos.commit.keccak import keccak

SIZE = 256
EMPTY = bytes(SIZE)


@lru_cache(maxsize=65536)
def _bits(item: bytes) -> int:
    digest = keccak(item)
    return (
        1 << (int.from_bytes(digest[0:2], "big") & 2047)
        | 1 << (int.from_bytes(digest[2:4], "big") & 2047)
        | 1 << (int.from_bytes(digest[4:6], "big") & 2047)
    )


def bloom_has(bloom: bytes, item: bytes) -> bool:
    """Whether `item` may have been logged; False is a proof of absence under this bloom."""
    bits = _bits(item)
    return int.from_bytes(bloom, "big") & bits == bits


def bloom_of(logs: Iterable[tuple[bytes, Sequence[bytes]]]) -> bytes:
    """The bloom of logs given as (address, topics): 256 bytes."""
    union = 0
    for address, topics in logs:
        union |= _bits(address)
        for topic in topics:
            union |= _bits(topic)
    return union.to_bytes(SIZE, "big")


def bloom_union(blooms: Iterable[bytes]) -> bytes:
    """The bloom of a block from those of its receipts."""
    union = 0
    for bloom in blooms:
        union |= int.from_bytes(bloom, "big")
    return union.to_bytes(SIZE, "big")
