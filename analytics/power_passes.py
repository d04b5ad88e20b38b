"""The loops under power indices of thousands of voters, compiled.

`chances[k]` is the chance that the weights of those who agree add up to k, for k below a limit,
when every voter agrees with chance t. Only additions of what is not negative build it, so it loses
no precision far out in its tail.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])
Chances = NDArray[np.float64]

BLOCK = 4096
"""Sums worked on at a time: they and their sources stay in the fastest memory."""


def kernel(function: Function) -> Function:
    """Compiled when first called, and kept where there is a folder to keep it in.

    Sums may be reordered, so that they run in parallel lanes; nothing else is relaxed.
    """
    made: Any
    relaxed = {"reassoc", "nsz"}
    try:
        made = njit(cache=True, nogil=True, fastmath=relaxed)(function)
    except RuntimeError:
        made = njit(nogil=True, fastmath=relaxed)(function)
    return cast(Function, made)


@kernel
def spread(
    source: Chances, low: int, high: int, weight: int, coins: Chances, heads: int, out: Chances
) -> tuple[int, int]:
    """`out` = `source` after some voters of one weight have tossed their coins.

    source: zero outside low … high − 1. coins[j]: the chance that heads + j of them agree.
    Sums at the length of `out` or above are dropped. Returns the range that `out` is valid in.
    """
    limit = len(out)
    start = low + heads * weight
    stop = min(limit, high + (heads + len(coins) - 1) * weight)
    for at in range(start, stop, BLOCK):
        end = min(at + BLOCK, stop)
        out[at:end] = 0.0
        for j in range(len(coins)):
            shift = (heads + j) * weight
            first, last = max(at, low + shift), min(end, high + shift)
            if first < last:
                chance = coins[j]
                to = out[first:last]
                by = source[first - shift : last - shift]
                for k in range(last - first):
                    to[k] += chance * by[k]
    return start, stop


@kernel
def trimmed(chances: Chances, low: int, high: int, negligible: float) -> tuple[int, int]:
    """The range without what is negligible at either end."""
    while low < high and chances[low] <= negligible:
        low += 1
    while low < high and chances[high - 1] <= negligible:
        high -= 1
    return low, high


@kernel
def swing(chances: Chances, low: int, high: int, quota: int, weight: int, t: float) -> float:
    """The chance that the others' sum lies in quota − weight … quota − 1, without one voter.

    with(k) = (1 − t) without(k) + t without(k − weight), so that
    Σ without = Σ_j (−t/(1−t))^j Σ_{k ∈ block j} with(k) / (1 − t), block j the `weight` sums
    below quota − j·weight. For t ≤ ½ no error grows.
    """
    ratio = t / (1.0 - t)
    factor = 1.0 / (1.0 - t)
    total = 0.0
    end = quota
    while end > low and factor != 0.0:
        begin = max(end - weight, low)
        stop = min(end, high)
        part = 0.0
        for k in range(begin, stop):
            part += chances[k]
        total += factor * part
        factor *= -ratio
        end -= weight
    return total
