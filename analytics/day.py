"""The exact measures of one day, from all amounts anew: what `analytics.fast.daily` computes."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from analytics.concentration import coalition, hhi, top_share
from analytics.inequality import gini
from analytics.threshold import ONE_HALF, ONE_THIRD, TWO_THIRDS, Threshold

THRESHOLDS = (ONE_THIRD, ONE_HALF, TWO_THIRDS)
RANKS = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Day:
    """The exact measures of one day; n holders of more than nothing, n > 0."""

    n: int
    total: int
    gini: Fraction
    hhi: Fraction
    top: dict[int, Fraction]
    nakamoto: dict[Threshold, int]


def measured(amounts: Iterable[int]) -> Day | None:
    """The measures of these amounts; None when nobody holds anything."""
    held = sorted((amount for amount in amounts if amount), reverse=True)
    if not held:
        return None
    return Day(
        n=len(held),
        total=sum(held),
        gini=cast(Fraction, gini(held)),
        hhi=cast(Fraction, hhi(held)),
        top={k: cast(Fraction, top_share(held, k)) for k in RANKS},
        nakamoto={limit: cast(int, coalition(held, limit)) for limit in THRESHOLDS},
    )
