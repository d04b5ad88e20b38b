"""The measures of a population from its sums: what every kind of amounts ends in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.diversity import log_ratio
from analytics.fast.limbs import joined
from analytics.fast.logarithms import entropies
from analytics.threshold import Threshold

Number = Fraction | float


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of a population of n > 0; rational ones are fractions if `exact`.

    `top` is the share of the k largest by k; `nakamoto` the fewest holders by threshold.
    """

    n: int
    total: int | float
    exact: bool
    gini: Number
    hhi: Number
    hoover: Number
    hall_tideman: Number
    shannon: float
    theil: float
    theil_l: float
    top: dict[int, Number]
    nakamoto: dict[Threshold, int]


def at_ranks(ranks: Sequence[int], above: int, x: Any) -> npt.NDArray[np.int64]:
    """The ranks whose sums are needed, rising: those asked for, and that of Hoover's index."""
    return np.array(sorted({*(min(k, len(x)) for k in ranks), above or len(x)}), np.int64)


def entropies_of(
    chunks: Iterable[Any], total: int | float, largest: int | float, falling: bool = False
) -> tuple[float, float]:
    """(Σ −p ln p, Σ ln p) with p = x / T, of chunks of which each rises, or falls.

    No term is negative, so nothing cancels; the largest share may be near one, and its logarithm
    is taken from the exact difference.
    """
    spread, logs, scale = 0.0, 0.0, 1.0 / total
    for chunk in chunks:
        more, ln = entropies(chunk, scale, falling)
        spread, logs = spread + more, logs + ln
    if isinstance(total, int) and isinstance(largest, int) and 2 * largest > total:
        rough = float(largest) * scale
        spread += rough * float(np.log(rough)) - largest / total * log_ratio(largest, total)
    return max(spread, 0.0), logs


def exact_of(
    n: int,
    total: int,
    squares: int,
    ranked: int,
    at: npt.NDArray[np.int64],
    walked: tuple[Any, Any],
    above: int,
    thresholds: Sequence[Threshold],
    ranks: Sequence[int],
    entropies: tuple[float, float],
) -> Measured:
    """The measures from compiled sums: `walked` are sizes by threshold and sums by rank of `at`."""
    sizes, sums = walked
    held = dict(zip(at.tolist(), map(joined, sums.tolist()), strict=True))
    fewest = dict(zip(thresholds, sizes.tolist(), strict=True))
    return of_sums(n, total, squares, ranked, held, above, fewest, ranks, entropies)


def of_sums(
    n: int,
    total: int,
    squares: int,
    ranked: int,
    held: dict[int, int],
    above: int,
    walked: dict[Threshold, int],
    ranks: Sequence[int],
    entropies: tuple[float, float],
) -> Measured:
    """The measures from their sums: `ranked` is Σ i·x from the smallest, `held` sums by rank."""
    spread, logs = entropies
    return Measured(
        n=n,
        total=total,
        exact=True,
        gini=Fraction(2 * ranked - (n + 1) * total, n * total),
        hhi=Fraction(squares, total**2),
        hoover=Fraction(n * held[above] - above * total, n * total) if above else Fraction(0),
        hall_tideman=Fraction(total, 2 * ((n + 1) * total - ranked) - total),
        shannon=spread / log(2),
        theil=max(log(n) - spread, 0.0),
        theil_l=max(-logs / n - log(n), 0.0),
        top={k: Fraction(held[min(k, n)], total) for k in ranks},
        nakamoto=walked,
    )
