"""Σ p ln p of millions of shares: a logarithm that a compiler can do several of at once.

Calls into a library stop a loop from being vectorised, so the logarithm is written out: x = 2^k m
with m around one, f = m − 1, s = f / (2 + f), and ln m = 2 s (1 + s²/3 + s⁴/5 + …) by a polynomial.
Wrong by less than one unit in the last place. Source: FreeBSD msun, `e_log.c` (Sun, 1993).
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from analytics.fast.wide import Emit, compiled

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
L1, L2 = 6.666666666666735130e-01, 3.999999999940941908e-01
L3, L4 = 2.857142874366239149e-01, 2.222219843214978396e-01
L5, L6 = 1.818357216161805012e-01, 1.531383769920937332e-01
L7 = 1.479819860511658591e-01
CHUNK = 1 << 13
"""Amounts added up at a time: rounding grows with the number of chunks, not of holders."""
ROOT_HALF = 0x3FE6A09E667F3BCD
"""The bits of √½: m is within √½ and √2."""


def _same_bits(target: Any) -> Emit:
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], target)

    return emit


def _bits(typing: Any, x: Any) -> tuple[Any, Emit]:
    """The 64 bits of a float, as an integer."""
    return types.int64(types.float64), _same_bits(ir.IntType(64))


def _float(typing: Any, x: Any) -> tuple[Any, Emit]:
    """The float of 64 bits."""
    return types.float64(types.int64), _same_bits(ir.DoubleType())


_made: Any = intrinsic
bits_of, float_of = _made(_bits), _made(_float)


def _entropies(x: Any, scale: Any, falling: Any) -> Any:
    """(Σ −p ln p, Σ ln p), p = x · scale, of positive numbers; none of p below 2^-1022.

    Those that fall are read from their end: the same amounts give the same bits either way.
    """
    spread, logs = 0.0, 0.0
    for start in range(0, len(x), CHUNK):
        some, few = 0.0, 0.0
        for i in range(start, min(start + CHUNK, len(x))):
            at = np.uint64(len(x) - 1 - i) if falling else np.uint64(i)
            p = float(x[at]) * scale
            bits = bits_of(p)
            k = (bits - ROOT_HALF) >> 52
            f = float_of(bits - (k << 52)) - 1.0
            s = f / (2.0 + f)
            z = s * s
            r = z * (L1 + z * (L2 + z * (L3 + z * (L4 + z * (L5 + z * (L6 + z * L7))))))
            half = 0.5 * f * f
            ln = k * LN2_HIGH - ((half - (s * (half + r) + k * LN2_LOW)) - f)
            some -= p * ln
            few += ln
        spread, logs = spread + some, logs + few
    return spread, logs


entropies = compiled(_entropies, fastmath={"reassoc", "contract"}, error_model="numpy")
"""Sums in any order, as several lanes need it, and no look at a divisor that is never nothing."""
