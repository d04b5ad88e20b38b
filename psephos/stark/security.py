"""How hard it is to forge a proof: proven bits, the regime they are proven in, what binds them.

    k rows (a power of two), B blowup, n = k·B, ρ = 1/B, |F| = 2^f, q queries, g grinding bits,
    a fold arity, c points opened per column, d constraint degree, L lookups a row of W_i values
    each, T totals under one challenge; constraints and columns have coefficients of their own

    unique decoding    α = (1 + (k+c)/n)/2            ℓ = 1       E = n + 1
    Johnson, m ≥ 3     α = (1 + 1/(2m))·√ρ            ℓ = m'/√ρ   m' = m + ½, γ = 1 − α
                       E = (2m'⁵ + 3m'γρ)·n/(3ρ^1.5) + m'/√ρ

    ALI     f − log₂ ℓ                                a constraint that does not hold
    DEEP    f − 2·log₂ ℓ − log₂(d(k+c−1) + k−1)       an evaluation that is not the polynomial's
    LOGUP   f − log₂ ℓ − log₂(k·Σ (W_i+2))            a value that is in no table
    TOTALS  f − log₂ ℓ − log₂ T                       totals that only add up together
    BATCH   f − log₂ E                                a column far from every polynomial
    COMMIT  f − log₂ E − log₂(a−1)                    a fold that comes near by luck
    QUERY   g − q·log₂ α                              queries that miss every difference
    HASH    4·(bytes of a digest)                     a collision of BLAKE2s

Proven bits are the least term of the better regime. Unique decoding: ePrint 2020/654 and
2024/1553, theorem 3. Johnson: ePrint 2025/2055, theorems 1.5 and 4.2; DEEP with ℓ² as in
2024/1553, theorem 2. That proximity gaps reach up to capacity was disproved in November 2025
(ePrint 2025/2046, 2025/2010): no number here rests on it. Grinding is work that a forger
repeats, not soundness: it counts for QUERY only and is shown apart.

LOGUP: over all lookups, k·Σ 1 bounds the denominators that are zero, and k·Σ max(1, W_i−1) the
degree of the sum of all fractions in α and the β. Standard library only.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from math import e, floor, log2, sqrt

UNIQUE, JOHNSON = "unique", "johnson"
LISTS = range(3, 201)
"""m that are tried; going to 1,000 gains less than half a bit."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how secure a proof is; letters as in the formulas above."""

    rows: int
    blowup: int
    queries: int
    grinding: int
    field_bits: float = 128.0
    arity: int = 4
    points: int = 2
    degree: int = 3
    lookups: int = 9
    width: int = 1
    totals: int = 1
    members: int = 0
    """Σ (W_i + 2) over all lookups; 0 if they all have the same width: L·(W + 2)."""
    digest: int = 32

    def __post_init__(self) -> None:
        """Raises ValueError for numbers with which no proof is made: they have no security."""
        whole = (self.rows, self.blowup, self.arity)
        if any(x < 2 or x & (x - 1) for x in whole):
            raise ValueError(f"rows, blowup and arity are powers of two from 2 on, not {whole}")
        if self.queries < 1 or not 0 <= self.grinding < 64:
            raise ValueError(f"{self.queries} queries with {self.grinding} bits of grinding")


@dataclass(frozen=True, slots=True)
class Security:
    """Proven bits of one regime: `bits` is the least of `terms`, that of `binding_term`.

    `queries_alone` is the same without grinding: 100 bits may be 80 and 20 bits of work.
    """

    bits: float
    regime: str
    binding_term: str
    terms: Mapping[str, float]
    pow_bits: int
    queries_alone: float

    def __str__(self) -> str:
        alone = floor(self.queries_alone)
        parts = f"{alone} + {floor(self.bits) - alone}"
        return f"{floor(self.bits)} bits ({parts}), {self.regime}, bound by {self.binding_term}"


def security_bits(shape: Shape, regime: str | None = None) -> Security:
    """Proven bits in `regime`, or in whichever of the two gives more.

    Bits are cut off below a hundredth, never rounded up. Raises ValueError for a regime that
    is neither "unique" nor "johnson".
    """
    if regime == UNIQUE:
        return _security(shape, UNIQUE, unique(shape))
    if regime == JOHNSON:
        # QUERY grows with m and no other term does, so the best is where they meet
        meet = bisect_left(LISTS, True, key=lambda m: not _asks_more(johnson(shape, m)))
        near = LISTS[max(meet - 1, 0) : meet + 1]
        found = [_security(shape, JOHNSON, johnson(shape, m)) for m in near]
        return max(found, key=lambda security: security.bits)
    if regime is not None:
        raise ValueError(f"{regime!r} is no regime: {UNIQUE} or {JOHNSON}")
    return max(
        security_bits(shape, UNIQUE),
        security_bits(shape, JOHNSON),
        key=lambda security: security.bits,
    )


def unique(shape: Shape) -> dict[str, float]:
    """Each term in the unique-decoding regime: at most one polynomial is near a word."""
    n = shape.rows * shape.blowup
    alpha = (1 + (shape.rows + shape.points) / n) / 2
    return _terms(shape, alpha, 1.0, log2(n + 1))


def johnson(shape: Shape, m: int) -> dict[str, float]:
    """Each term up to the Johnson bound, `m` away from it: up to ℓ polynomials are near."""
    rho = 1 / shape.blowup
    alpha, wide = (1 + 1 / (2 * m)) * sqrt(rho), m + 0.5
    listed = wide / sqrt(rho)
    gap = (2 * wide**5 + 3 * wide * max(1 - alpha, 0) * rho) / (3 * rho**1.5)
    return _terms(shape, min(alpha, 1.0), listed, log2(gap * shape.rows * shape.blowup + listed))


def _terms(shape: Shape, alpha: float, listed: float, gap: float) -> dict[str, float]:
    """The formulas at the head; `gap` is log₂ E."""
    f, ell, k = shape.field_bits, log2(listed), shape.rows
    deep = shape.degree * (k + shape.points - 1) + (k - 1)
    terms = {
        "ALI": f - ell,
        "DEEP": f - 2 * ell - log2(deep),
        "TOTALS": f - ell - log2(shape.totals),
        "BATCH": f - gap,
        "COMMIT": f - gap - log2(shape.arity - 1),
        "QUERY": shape.grinding - shape.queries * log2(alpha),
        "HASH": 4.0 * shape.digest,
    }
    if members := shape.members or shape.lookups * (shape.width + 2):
        terms["LOGUP"] = f - ell - log2(members * k)
    return terms


def _asks_more(terms: dict[str, float]) -> bool:
    """That more queries would help: QUERY is less than every other term."""
    return min(terms, key=terms.__getitem__) == "QUERY"


def _security(shape: Shape, regime: str, terms: dict[str, float]) -> Security:
    binding = min(terms, key=terms.__getitem__)
    alone = min(terms[binding], terms["QUERY"] - shape.grinding)
    return Security(
        cut(terms[binding]), regime, binding, terms, shape.grinding, max(cut(alone), 0.0)
    )


def cut(bits: float) -> float:
    """Bits cut off below a hundredth; what a float may have added is taken off before."""
    return floor((bits - 1e-9) * 100) / 100


def random_words(shape: Shape) -> float:
    """*Conjectured* bits if words as bad as random ones are the worst (2025/2010, 1.5).

    For comparison only: nothing in psephos accepts a proof because of it.
    """
    rho = 1 / shape.blowup
    eta = rho * (log2(e) + log2(shape.blowup)) / shape.field_bits
    terms = unique(shape)
    terms["QUERY"] = shape.grinding - shape.queries * log2(rho + eta)
    return cut(min(terms.values()))
