"""Floats: the same measures, rounded to about thirteen digits."""

from math import frexp, inf, ldexp, log, nextafter
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.fast import kernels
from analytics.fast.result import Measured, at_ranks, entropies_of
from psephos.errors import DataError


def of_floats(x: npt.NDArray[np.float64], ranks: Any, thresholds: Any) -> Measured:
    x, power = scaled(x)
    n, total = len(x), float(x.sum())
    squares, ranked, uneven = kernels.rounded_sums(x)
    above = n - int(np.searchsorted(x, total / n, side="right"))
    limits = np.array(
        [at if t.strict else nextafter(at, -inf) for t in thresholds for at in [t.share * total]]
    )
    at = at_ranks(ranks, above, x)
    sizes, sums = kernels.rounded_walk(x, limits, at)
    spread, logs = entropies_of([x], total, float(x[-1]))
    held = dict(zip(at.tolist(), map(float, sums), strict=True))
    return Measured(
        n=n,
        total=ldexp(total, power),
        exact=False,
        gini=uneven / (n * total),
        hhi=squares / total**2,
        hoover=max((held[above] - above * (total / n)) / total, 0.0) if above else 0.0,
        hall_tideman=total / (2 * ranked - total),
        shannon=spread / log(2),
        theil=max(log(n) - spread, 0.0),
        theil_l=max(-logs / n - log(n), 0.0),
        top={k: held[min(k, n)] / total for k in ranks},
        nakamoto=dict(zip(thresholds, map(int, sizes), strict=True)),
    )


def scaled(x: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], int]:
    """Amounts and the power of two they were divided by, so that no square over- or underflows."""
    least, most = float(x[0]), float(x[-1])
    if least > 1e-140 and most < 1e140:
        return x, 0
    power = frexp(most)[1]
    if least / most < 1e-280 or power + len(x).bit_length() > 1000:
        raise DataError(
            f"amounts from {least} to {most} are more than floats can add up",
            hint="give them as integers of the smallest unit",
        )
    return np.ldexp(x, -power), power
