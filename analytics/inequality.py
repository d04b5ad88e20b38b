"""How unevenly it is held: Gini, Theil, Lorenz."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import fsum, log

from analytics.concentration import curve
from analytics.diversity import log_ratio
from analytics.measure import Amounts, Value, measure, population


@measure(
    title="Gini coefficient",
    formula="Σ_i Σ_j |x_i − x_j| / (2n Σ x)",
    domain="[0, 1 − 1/n]",
    unit="index",
    direction="high",
    sensitive="who is counted: every small holder that is left out lowers it",
    reference="C. Gini, Variabilità e mutabilità, 1912",
    bounds=lambda n: (0, 1 - Fraction(1, n)),
)
def gini(amounts: Amounts) -> Value:
    """How far the holders are from holding the same: the mean difference, over twice the mean.

    0 for equal holders and for a single one, towards 1 − 1/n when one of n holds nearly all. Not
    multiplied by n/(n − 1), as some packages do. Because empty addresses are not counted, this is
    inequality **among holders**. Undefined for no holders.

    Exact, from the order alone: with x₁ ≥ … ≥ xₙ, G = Σ (n + 1 − 2i) xᵢ / (n Σ x).
    """
    n = len(amounts)
    if not n:
        return None
    uneven = sum((n + 1 - 2 * i) * x for i, x in enumerate(amounts, start=1))
    return Fraction(uneven, n * sum(amounts))


@measure(
    title="Theil index",
    formula="(1/n) Σ (x_i/μ) ln(x_i/μ) = ln n − H ln 2,  μ = Σ x / n, H in bits",
    domain="[0, ln n]",
    unit="nats",
    direction="high",
    sensitive="the number of holders and the largest of them",
    reference="H. Theil, Economics and Information Theory, 1967",
    bounds=lambda n: (0, log(n)),
)
def theil(amounts: Amounts) -> Value:
    """Theil's T: what the entropy lacks to that of equal holders.

    0 for equal holders and for a single one, towards ln n when one of n holds nearly all.
    Empty addresses are not counted, here as elsewhere; a source that counts them in n gives a
    greater value. Undefined for no holders.
    """
    n, whole = len(amounts), sum(amounts)
    if not n:
        return None
    return max(fsum(x / whole * log_ratio(n * x, whole) for x in amounts), 0.0)


def lorenz(
    amounts: Iterable[int], at: Sequence[int] | None = None
) -> tuple[tuple[Fraction, Fraction], ...]:
    """Points (share of holders, their share of the whole), poorest first, from (0, 0) to (1, 1).

    Twice the area between it and the diagonal is the Gini coefficient. `at` names the numbers of
    holders that are wanted, as in `concentration_curve`; without holders there is no point.
    """
    ascending = population(amounts)[::-1]
    n = len(ascending)
    points = curve(ascending, range(n + 1) if at is None else at)
    return tuple((Fraction(k, n), share) for k, share in points)
