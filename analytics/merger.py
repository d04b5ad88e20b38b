"""The Herfindahl–Hirschman index as competition authorities use it: points, bands, mergers.

Both sets of bands stand side by side: a market of 2,000 points was "moderately concentrated"
under the guidelines of 2010 and is "highly concentrated" under those of 2023. Whoever shows one
says which. Bands are of markets for goods; for votes they are a scale people know, not a law.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from analytics.arguments import brief
from analytics.concentration import HIRSCHMAN, hhi
from analytics.measure import REFERENCE, Amounts, Value, measure, population, with_empty
from analytics.whole import rate, whole
from psephos.errors import DataError

POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Guidelines:
    """Where the bands of one edition begin, in points, and what it presumes of a merger.

    Above `moderate` a market is moderately concentrated, above `high` highly; a merger that ends
    above `high` and adds more than `change` is presumed to harm, and one that adds more than
    `change` and makes a share above `share`, where the edition says so.
    """

    year: int
    moderate: int
    high: int
    change: int
    share: Fraction | None
    source: str


GUIDELINES = {
    2010: Guidelines(
        2010, 1500, 2500, 200, None,
        "US Department of Justice and FTC, Horizontal Merger Guidelines, 2010, §5.3",
    ),
    2023: Guidelines(
        2023, 1000, 1800, 100, Fraction(30, 100),
        "US Department of Justice and FTC, Merger Guidelines, 2023, guideline 1; the lower band "
        "as in the Department's note on the Herfindahl-Hirschman index",
    ),
}  # fmt: skip
"""The bands by the year of the edition."""


@measure(
    title="Herfindahl–Hirschman index in points",
    formula="10,000 · Σ (x_i / Σ x)²",
    latex=r"10^4\sum_i p_i^2",
    domain="[10,000/n, 10,000]",
    unit="points",
    direction="high",
    sensitive="the largest holders; hardly by the many small ones",
    reference=f"{HIRSCHMAN}; bands: US Merger Guidelines of 2010 and of 2023",
    bounds=lambda n: (Fraction(POINTS, n), POINTS),
    into=REFERENCE,
)
def hhi_points(amounts: Amounts) -> Value:
    """The HHI as competition authorities write it: the sum of squared percentages.

    10,000 for a single holder. Above 1,500 (2010) or 1,000 (2023) points a market is moderately
    concentrated, above 2,500 (2010) or 1,800 (2023) highly. Exact. Undefined for no holders.
    """
    value = hhi(amounts)
    return None if value is None else Fraction(value) * POINTS


@measure(
    title="Herfindahl–Hirschman index, normalised",
    formula="(HHI − 1/n) / (1 − 1/n)",
    latex=r"\frac{\sum_i p_i^2 - \frac1n}{1-\frac1n}",
    domain="[0, 1]",
    unit="index",
    direction="high",
    sensitive="the largest holders, and how many there are",
    reference="M. A. Adelman, Comment on the H Concentration Measure, 1969",
    bounds=lambda n: (0, 1),
    least=2,
    into=REFERENCE,
)
def hhi_normalised(amounts: Amounts, *, empty: int = 0) -> Value:
    """The HHI between its least and its greatest value among n holders: 0 equal, 1 all in one hand.

    Two small holders who become one may lower it, since n falls too. `empty` holders of nothing
    are counted in n where that is declared. Exact. Undefined for fewer than two that are counted.
    """
    n, value = with_empty(amounts, empty), hhi(amounts)
    if value is None or n < 2:
        return None
    return (Fraction(value) * n - 1) / (n - 1)


def merger_band(points: Fraction | int, year: int) -> str:
    """`unconcentrated`, `moderately concentrated` or `highly concentrated` by one edition.

    Reaching a limit is not passing it: exactly 1,800 points are not highly concentrated in 2023.
    Points outside (0, 10,000] and years without an edition raise `DataError`.
    """
    bands = edition(year)
    if not 0 < rate(points, "the HHI") <= POINTS:
        raise DataError(f"an HHI of {brief(points)[:40]} points: it is above 0 and at most 10,000")
    if points > bands.high:
        return "highly concentrated"
    return "moderately concentrated" if points > bands.moderate else "unconcentrated"


def merger_change(amounts: Iterable[int], first: int, second: int) -> Fraction | None:
    """The points that a merger of two of the holders adds: 10,000 · 2 p_a p_b.

    `first` and `second` are the amounts of the two, whole numbers; they must be there. Exact;
    undefined for no holders.
    """
    whole(first, "the first who merges")
    whole(second, "the second who merges")
    held = population(amounts)
    if not held:
        return None
    left = list(held)
    for amount in (first, second):
        if amount not in left:
            raise DataError(f"nobody (else) holds {amount}: who merges must be a holder")
        left.remove(amount)
    return Fraction(2 * first * second * POINTS, sum(held) ** 2)


def presumed_harmful(amounts: Iterable[int], first: int, second: int, year: int) -> bool | None:
    """Whether an edition presumes that a merger of two holders harms.

    More than its limit is added, and the market ends above its upper band, or (2023) the two have
    more than 30 % together; reaching a limit is not passing it. Exact; undefined for no holders.
    Two who are not there and years without an edition raise `DataError`.
    """
    bands, held = edition(year), population(amounts)
    change = merger_change(held, first, second)
    before = hhi_points(held)
    if change is None or before is None:
        return None
    dominant = bands.share is not None and Fraction(first + second, sum(held)) > bands.share
    return change > bands.change and (before + change > bands.high or dominant)


def edition(year: int) -> Guidelines:
    """The guidelines of a year, or an error that lists those there are."""
    if not isinstance(year, int) or year not in GUIDELINES:
        known = ", ".join(map(str, GUIDELINES))
        raise DataError(
            f"no merger guidelines of {brief(year)[:40]}", hint=f"there are those of {known}"
        )
    return GUIDELINES[year]
