"""The loops under power indices, step by step in whole arrays: the definition of the compiled ones.

The same functions as in `analytics.power_passes`, which does them in one pass each. Of some
hundred voters these take no longer, and they need no compiler, whose code alone is 100 MB of
memory.
"""

import numpy as np
from numpy.typing import NDArray

Chances = NDArray[np.float64]


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
    out[start:stop] = 0.0
    for j, chance in enumerate(coins):
        first = low + (heads + j) * weight
        last = min(limit, high + (heads + j) * weight)
        if first < last:
            out[first:last] += chance * source[low : low + last - first]
    return start, stop


def trimmed(chances: Chances, low: int, high: int, negligible: float) -> tuple[int, int]:
    """The range without what is negligible at either end."""
    kept = np.flatnonzero(chances[low:high] > negligible)
    if not len(kept):
        return high, high
    return low + int(kept[0]), low + int(kept[-1]) + 1


def swing(chances: Chances, low: int, high: int, quota: int, weight: int, t: float) -> float:
    """The chance that the others' sum lies in quota − weight … quota − 1, without one voter.

    with(k) = (1 − t) without(k) + t without(k − weight), so that
    Σ without = Σ_j (−t/(1−t))^j Σ_{k ∈ block j} with(k) / (1 − t), block j the `weight` sums
    below quota − j·weight. For t ≤ ½ no error grows. An empty range has no chance of anything.
    """
    if low >= high:
        return 0.0
    ratio = t / (1.0 - t)
    first = max(0, (quota - high) // weight)  # the blocks before hold nothing
    ends = np.minimum(np.arange(quota - first * weight, low, -weight), high)
    if not len(ends):
        return 0.0
    begins = np.append(ends[1:], low)
    parts = np.add.reduceat(chances[: int(ends[0])], begins[::-1])[::-1]
    powers = (-ratio) ** np.arange(first, first + len(ends))
    return float(parts @ powers) / (1.0 - t)
