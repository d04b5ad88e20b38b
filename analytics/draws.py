"""Draws from a seed: the same on every machine and in every version of numpy.

numpy promises the raw stream of a bit generator for ever, but not what its distributions make of
it; so everything here is made of raw 64-bit words.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analytics.arguments import brief
from analytics.whole import whole
from psephos.errors import DataError

Uniform = Callable[[int], npt.NDArray[np.float64]]

MOST = 10**6
"""So many times a population is drawn anew at most: more would say no more, and never end."""


def times(resamples: int) -> int:
    """`resamples` if it is a whole number from 0 to a million; else `DataError`."""
    if whole(resamples, "resamples") > MOST:
        raise DataError(f"resamples are {brief(resamples)[:40]}: at most {MOST:,} are drawn")
    return resamples


def uniform(seed: int) -> Uniform:
    """A function that draws numbers in [0, 1) with 53 bits, the next ones at each call.

    A seed below 0 raises `DataError`.
    """
    bits = np.random.PCG64(whole(seed, "the seed"))

    def draw(count: int) -> npt.NDArray[np.float64]:
        words = np.asarray(bits.random_raw(count), np.uint64) >> np.uint64(11)
        return words.astype(np.float64) * 2.0**-53

    return draw


def resampled(counts: npt.NDArray[np.int64], draw: Uniform) -> npt.NDArray[np.int64]:
    """As many events as there are, each drawn from all of them with replacement, by entity."""
    ends = np.cumsum(counts)
    events = np.floor(draw(int(ends[-1])) * ends[-1]).astype(np.int64)
    return np.bincount(np.searchsorted(ends, events, side="right"), minlength=len(counts))
