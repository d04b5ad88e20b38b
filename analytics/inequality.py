"""How unevenly it is held: Gini, Hoover, Lorenz. What rests on logarithms is in `welfare`.

Each counts everybody who holds more than nothing. `empty` declares how many holders of nothing
are counted beside them, where a source does so: zeros raise every one of these.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from operator import mul

from analytics.concentration import curve, ranked
from analytics.measure import REFERENCE, Amounts, Value, measure, population, with_empty

GINI = "C. Gini, Variabilità e mutabilità, 1912"


@measure(
    title="Gini coefficient",
    formula="Σ_i Σ_j |x_i − x_j| / (2n Σ x)",
    latex=r"\frac{\sum_i\sum_j|x_i-x_j|}{2n\sum_i x_i}",
    domain="[0, 1 − 1/n]",
    unit="index",
    direction="high",
    sensitive="who is counted: every small holder that is left out lowers it",
    reference=GINI,
    bounds=lambda n: (0, 1 - Fraction(1, n)),
)
def gini(amounts: Amounts, *, empty: int = 0) -> Value:
    """How far the holders are from holding the same: the mean difference, over twice the mean.

    0 for equal holders and for a single one, towards 1 − 1/n when one of n holds nearly all. Not
    multiplied by n/(n − 1), as some packages do. Because empty addresses are not counted, this is
    inequality **among holders**. Undefined for no holders.

    Exact, from the order alone: with x₁ ≥ … ≥ xₙ, G = Σ (n + 1 − 2i) xᵢ / (n Σ x).
    """
    n = with_empty(amounts, empty)
    if not amounts:
        return None
    uneven = sum(map(mul, range(n - 1, -n - 1, -2), amounts))
    return Fraction(uneven, n * sum(amounts))


@measure(
    title="Gini coefficient, unbiased",
    formula="n/(n − 1) · Gini",
    latex=r"\frac{\sum_i\sum_j|x_i-x_j|}{2(n-1)\sum_i x_i}",
    domain="[0, 1]",
    unit="index",
    direction="high",
    sensitive="who is counted; of few holders, how few",
    reference="G. Deltas, The Small-Sample Bias of the Gini Coefficient, 2003",
    bounds=lambda n: (0, 1),
    least=2,
    into=REFERENCE,
)
def gini_unbiased(amounts: Amounts, *, empty: int = 0) -> Value:
    """The Gini coefficient of pairs of *different* holders: 1 when one of n holds all.

    What some packages call Gini. For holders who are a sample it removes the bias of few; of a
    census it is another measure, and not the same in a population and in two copies of it. Exact.
    Undefined for fewer than two that are counted.
    """
    n, value = with_empty(amounts, empty), gini(amounts, empty=empty)
    return None if value is None or n < 2 else Fraction(value) * n / (n - 1)


@measure(
    title="Hoover index",
    formula="½ Σ |p_i − 1/n|",
    latex=r"\frac12\sum_i\Big|p_i-\frac1n\Big|",
    domain="[0, 1 − 1/n]",
    unit="share",
    direction="high",
    sensitive="who is above the mean and who below; not how much within either",
    reference="E. M. Hoover, The Measurement of Industrial Localization, 1936",
    bounds=lambda n: (0, 1 - Fraction(1, n)),
    into=REFERENCE,
)
def hoover(amounts: Amounts, *, empty: int = 0) -> Value:
    """The share of the whole that would have to change hands for all to hold the same.

    Also known as Pietra's index, or as the greatest distance of the Lorenz curve from its
    diagonal. 0 for equal holders and for a single one. Exact. Undefined for no holders.
    """
    n, whole = with_empty(amounts, empty), sum(amounts)
    if not amounts:
        return None
    return Fraction(sum(n * x - whole for x in amounts if n * x > whole), n * whole)


def lorenz(
    amounts: Iterable[int], at: Sequence[int] | None = None, *, empty: int = 0
) -> tuple[tuple[Fraction, Fraction], ...]:
    """Points (share of holders, their share of the whole), poorest first, from (0, 0) to (1, 1).

    Twice the area between it and the diagonal is the Gini coefficient. `at` names the numbers of
    holders that are wanted, as in `concentration_curve`; without holders there is no point. With
    `empty` holders of nothing the curve lies on the ground up to (empty/n, 0), and is that of
    `gini(…, empty=…)`; without `at` no point is told between.
    """
    held = population(amounts)
    n = with_empty(held, empty)
    ranks = sorted({0, *range(empty, n + 1)}) if at is None else ranked(at)
    told = [k for k in ranks if 0 <= k <= n]
    points = curve(held[::-1], [max(k - empty, 0) for k in told])
    return tuple((Fraction(k, n), share) for k, (_, share) in zip(told, points, strict=False))
