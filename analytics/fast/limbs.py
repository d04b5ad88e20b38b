"""Amounts of up to 128 bits as two arrays of 64: made, checked and sorted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.fast.kernels import sort_runs
from psephos.errors import DataError

Words = npt.NDArray[np.uint64]
MASK = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Limbs:
    """Amounts x = high · 2^64 + low, in any order: two arrays of uint64 of one length."""

    low: Words
    high: Words

    def __post_init__(self) -> None:
        if self.low.shape != self.high.shape or self.low.ndim != 1:
            raise DataError(f"limbs of shapes {self.low.shape} and {self.high.shape}: give pairs")
        if self.low.dtype != np.uint64 or self.high.dtype != np.uint64:
            raise DataError(f"limbs of {self.low.dtype} and {self.high.dtype}: both are uint64")

    def __len__(self) -> int:
        return len(self.low)

    def __getitem__(self, place: int) -> int:
        return int(self.high[place]) << 64 | int(self.low[place])

    @classmethod
    def of_integers(cls, amounts: Sequence[int]) -> "Limbs | None":
        """Limbs of Python integers; `None` when one is 2^127 or more, or no integer."""
        try:
            joined = b"".join([amount.to_bytes(16, "little", signed=True) for amount in amounts])
        except (OverflowError, AttributeError, TypeError):
            return None
        return cls.of_bytes(joined)

    @classmethod
    def of_bytes(cls, data: Any) -> "Limbs":
        """Limbs of consecutive 16-byte little-endian integers (Arrow's decimal128 is one).

        A negative amount of two's complement would be a huge one, so a set highest bit raises
        `DataError` with its place.
        """
        words = np.frombuffer(data, dtype="<u8").reshape(-1, 2)
        if len(words) and int(words[:, 1].max()) >> 63:
            place = int(np.argmax(words[:, 1] >> np.uint64(63)))
            amount = (int(words[place, 1]) << 64 | int(words[place, 0])) - 2**128
            raise DataError(
                f"amount {place} is negative: {amount}",
                hint="a position below zero means that earlier rows are missing",
            )
        low, high = np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1])
        return cls(low.astype(np.uint64, copy=False), high.astype(np.uint64, copy=False))

    def ascending(self) -> "Limbs":
        """The same amounts, the smallest first.

        The 64 highest bits that are used decide nearly every comparison, so these are sorted
        and only runs of equal ones are looked at again.
        """
        if not len(self):
            return self
        shift = max(int(self.high.max()).bit_length(), 0)
        if not shift:
            return Limbs(np.sort(self.low), self.high)
        by, back = np.uint64(shift), np.uint64(64 - shift)
        if shift == 64:
            top, rest = self.high, self.low
        else:
            top = (self.high << back) | (self.low >> by)
            rest = self.low & np.uint64((1 << shift) - 1)
        order = np.argsort(top)
        top, rest = top[order], rest[order]
        del order
        sort_runs(top, rest)
        if shift == 64:
            return Limbs(rest, top)
        return Limbs((top << by) | rest, top >> back)

    def positive(self) -> "Limbs":
        """Those above zero, of amounts that ascend."""
        zeros = int(np.searchsorted(self.high, np.uint64(1)))
        zeros = int(np.searchsorted(self.low[:zeros], np.uint64(1)))
        return Limbs(self.low[zeros:], self.high[zeros:]) if zeros else self


def joined(limbs: Sequence[int]) -> int:
    """One integer of its limbs, the least significant first."""
    return sum(int(limb) << (64 * i) for i, limb in enumerate(limbs))


def rows_of(numbers: Sequence[int], count: int) -> Words:
    """A row of `count` words of each integer, the least significant first."""
    parts = [[number >> (64 * i) & MASK for i in range(count)] for number in numbers]
    return np.array(parts, dtype=np.uint64).reshape(-1, count)
