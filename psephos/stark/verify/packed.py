"""Many sums of products at once: numbers side by side in one large integer, 160 bits for each.

Σ weight·number, for every place in a row of numbers, costs one product of a large integer by a
small one for each weight. Sums of up to 2^32 products of numbers below p do not touch each other.
"""

from collections.abc import Sequence
from operator import mul as times
from struct import iter_unpack, pack

from psephos.stark.verify.field import P

PACKED_BYTES = 20


def packed(numbers: Sequence[int]) -> int:
    """Field elements side by side, the first in the lowest bits."""
    return int.from_bytes(pack("<" + "Q12x" * len(numbers), *numbers), "little")


def weighed(weights: Sequence[int], rows: Sequence[int], count: int) -> list[int]:
    """Σ weight·row modulo p at each of `count` places, of rows that were packed."""
    total = sum(map(times, weights, rows))
    words = iter_unpack("<QQI", total.to_bytes(PACKED_BYTES * count, "little"))
    # 2^64 = 2^32 - 1 and 2^128 = -2^32 modulo p
    return [(low + middle * 0xFFFFFFFF - (top << 32)) % P for low, middle, top in words]
