"""How much the few hold: coalitions, shares of the largest, Herfindahl–Hirschman."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate
from operator import mul

from analytics.arguments import listed, of_kind
from analytics.measure import REFERENCE, Amounts, Value, measure, population
from analytics.threshold import ONE_HALF, ONE_THIRD, TWO_THIRDS, Threshold
from analytics.whole import moment, positive

SRINIVASAN = "B. S. Srinivasan, L. Lee, Quantifying Decentralization, 2017"
HIRSCHMAN = "A. O. Hirschman, The Paternity of an Index, American Economic Review 54, 1964"
HALL = "M. Hall, N. Tideman, Measures of Concentration, Journal of the ASA 62, 1967"
LAAKSO = "M. Laakso, R. Taagepera, Effective Number of Parties, Comparative Political Studies, 1979"
ADELMAN = "M. A. Adelman, The Measurement of Industrial Concentration, 1951"


def coalition(amounts: Iterable[int], threshold: Threshold) -> int | None:
    """The fewest holders who together meet `threshold`; `None` when nobody holds anything.

    The largest holders first: no other choice of as many holds more. Integers are compared, so
    a coalition of exactly half is not more than half, however many amounts sum to it.
    """
    held = population(amounts)
    of_kind(threshold, Threshold, "the threshold")
    whole = sum(held)
    for size, part in enumerate(accumulate(held), start=1):
        if threshold.met(part, whole):
            return size
    return None


@measure(
    title="Nakamoto coefficient, more than a third",
    formula="min |S| : Σ_{i∈S} x_i > ⅓ Σ x",
    latex=r"\min\Big\{|S| : \sum_{i\in S} x_i > \frac13\sum_j x_j\Big\}",
    domain="1 … ⌊n/3⌋ + 1",
    unit="holders",
    direction="low",
    sensitive="who counts as one holder; ties and the sign of the threshold",
    reference=SRINIVASAN,
    bounds=lambda n: (1, n // 3 + 1),
)
def nakamoto_one_third(amounts: Amounts) -> Value:
    """The fewest holders who together hold more than a third: enough to halt a two-thirds vote.

    Exactly a third is not enough: three equal holders give 2. Undefined for no holders.
    """
    return coalition(amounts, ONE_THIRD)


@measure(
    title="Nakamoto coefficient, more than half",
    formula="min |S| : Σ_{i∈S} x_i > ½ Σ x",
    latex=r"\min\Big\{|S| : \sum_{i\in S} x_i > \frac12\sum_j x_j\Big\}",
    domain="1 … ⌊n/2⌋ + 1",
    unit="holders",
    direction="low",
    sensitive="who counts as one holder; ties and the sign of the threshold",
    reference=SRINIVASAN,
    bounds=lambda n: (1, n // 2 + 1),
)
def nakamoto_one_half(amounts: Amounts) -> Value:
    """The fewest holders who together hold more than half: the smallest majority.

    Two equal holders give 2 and ten give 6, since half is no majority. Published figures that
    stop at half or more are smaller by one at a tie. Undefined for no holders.
    """
    return coalition(amounts, ONE_HALF)


@measure(
    title="Nakamoto coefficient, more than two thirds",
    formula="min |S| : Σ_{i∈S} x_i > ⅔ Σ x",
    latex=r"\min\Big\{|S| : \sum_{i\in S} x_i > \frac23\sum_j x_j\Big\}",
    domain="1 … ⌊2n/3⌋ + 1",
    unit="holders",
    direction="low",
    sensitive="who counts as one holder; ties and the sign of the threshold",
    reference=SRINIVASAN,
    bounds=lambda n: (1, 2 * n // 3 + 1),
)
def nakamoto_two_thirds(amounts: Amounts) -> Value:
    """The fewest holders who together hold more than two thirds: a qualified majority.

    Three equal holders give 3: two of them hold exactly two thirds. Undefined for no holders.
    """
    return coalition(amounts, TWO_THIRDS)


@measure(
    title="Herfindahl–Hirschman index",
    formula="Σ (x_i / Σ x)²",
    latex=r"\sum_i p_i^2,\quad p_i = \frac{x_i}{\sum_j x_j}",
    domain="[1/n, 1]",
    unit="index",
    direction="high",
    sensitive="the largest holders; hardly by the many small ones",
    reference=HIRSCHMAN,
    bounds=lambda n: (Fraction(1, n), 1),
)
def hhi(amounts: Amounts) -> Value:
    """The sum of squared shares: the chance that two units drawn at random have one holder.

    1 for a single holder, 1/n for n equal ones. Competition authorities write it in points,
    ×10,000; "highly concentrated" is above 1,800 in the US Merger Guidelines of 2023, above 2,500
    in those of 2010. Exact: Σ x² and (Σ x)² are integers. Undefined for no holders.
    """
    return Fraction(sum(map(mul, amounts, amounts)), sum(amounts) ** 2) if amounts else None


@measure(
    title="Effective number of holders",
    formula="1 / HHI = (Σ x)² / Σ x²",
    latex=r"\frac{\big(\sum_i x_i\big)^2}{\sum_i x_i^2}",
    domain="[1, n]",
    unit="holders",
    direction="low",
    sensitive="the largest holders; hardly by the many small ones",
    reference=LAAKSO,
    bounds=lambda n: (1, n),
)
def effective_number(amounts: Amounts) -> Value:
    """How many equal holders would be as concentrated: the inverse of the HHI.

    1 for a single holder, n for n equal ones. Exact. Undefined for no holders.
    """
    return Fraction(sum(amounts) ** 2, sum(map(mul, amounts, amounts))) if amounts else None


@measure(
    title="Hall–Tideman index",
    formula="1 / (2 Σ i p_i − 1), largest first",
    latex=r"\frac{1}{2\sum_i i\,p_{(i)} - 1},\quad p_{(1)}\ge p_{(2)}\ge\dots",
    domain="[1/n, 1]",
    unit="index",
    direction="high",
    sensitive="how many holders there are, weighted by their rank",
    reference=HALL,
    bounds=lambda n: (Fraction(1, n), 1),
    into=REFERENCE,
)
def hall_tideman(amounts: Amounts) -> Value:
    """Shares weighted by rank: 1 for a single holder, 1/n for n equal ones.

    Equal to 1 / (n (1 − G)) with the Gini coefficient G; ties do not matter, since holders of the
    same may change ranks. Exact. Undefined for no holders.
    """
    ranked = sum(i * x for i, x in enumerate(amounts, start=1))
    return Fraction(sum(amounts), 2 * ranked - sum(amounts)) if amounts else None


def top_share(amounts: Iterable[int], k: int) -> Fraction | None:
    """The share that the k largest holders hold together (concentration ratio).

    1 when there are no more than k holders. The share of the single largest is also known as the
    maximum power ratio, or Berger–Parker index. Exact. Undefined for no holders.
    """
    positive(k, "the number of the largest")
    held = population(amounts)
    return Fraction(sum(held[:k]), sum(held)) if held else None


def _enter_top(k: int) -> None:
    def top(amounts: Amounts) -> Value:
        return top_share(amounts, k)

    top.__name__, top.__doc__ = f"top_{k}", top_share.__doc__
    measure(
        title="Share of the largest holder" if k == 1 else f"Share of the {k} largest holders",
        formula=f"Σ_{{i≤{k}}} x_i / Σ x, largest first" if k > 1 else "max x / Σ x",
        latex=rf"\sum_{{i=1}}^{{{k}}} p_{{(i)}},\quad p_{{(1)}}\ge p_{{(2)}}\ge\dots",
        domain=f"[min({k}, n)/n, 1]" if k > 1 else "[1/n, 1]",
        unit="share",
        direction="high",
        sensitive=f"nothing but the {k} largest and the whole"
        if k > 1
        else "nothing but the largest and the whole",
        reference=ADELMAN,
        bounds=lambda n: (Fraction(min(k, n), n), 1),
    )(top)


for _k in (1, 3, 5, 10):
    _enter_top(_k)


def concentration_curve(
    amounts: Iterable[int], at: Sequence[int] | None = None
) -> tuple[tuple[int, Fraction], ...]:
    """Points (k, share of the k largest), from (0, 0) to (n, 1); without holders no point.

    `at` names the k that are wanted (a chart of a million holders needs a few hundred); those
    beyond n are left out. Each share is exact.
    """
    held = population(amounts)
    return curve(held, range(len(held) + 1) if at is None else at)


def curve(ordered: Sequence[int], at: Iterable[int]) -> tuple[tuple[int, Fraction], ...]:
    """Points (k, share of the first k) of amounts in the order given, for each k of `at`."""
    sums = [0, *accumulate(ordered)]
    if not sums[-1]:
        return ()
    return tuple((k, Fraction(sums[k], sums[-1])) for k in ranked(at) if 0 <= k < len(sums))


def ranked(at: Iterable[int]) -> list[int]:
    """`at` as whole numbers; `DataError` names the first that is none."""
    return [moment(k, f"rank {place}") for place, k in enumerate(listed(at, "the ranks"))]
