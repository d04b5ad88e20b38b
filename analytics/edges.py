"""What a measure says at its edges: worked out by the measure, so it cannot be out of date."""

from fractions import Fraction
from typing import Any

from analytics.measure import Measure
from analytics.telling import EXAMPLES, argument

EDGES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("nobody", ()),
    ("only holders of nothing", (0, 0)),
    ("one holder", (7,)),
    ("two equal", (7, 7)),
    ("ten equal", (7,) * 10),
    ("5, 3, 1 and 1", (5, 3, 1, 1)),
    ("5, 3, 1, 1 and three of nothing", (5, 3, 1, 1, 0, 0, 0)),
    ("10²⁸ and 1", (10**28, 1)),
)
"""Empty, one, all equal, ties, zeros, and one unit beside a fortune."""

OF_HOLDERS = {
    "coalition": 1, "tau": 1, "top_share": 1, "concentration_curve": 0, "lorenz": 0, "renyi": 1,
    "hill": 1, "generalised_entropy": 1, "atkinson": 1, "power_law": 1,
}  # fmt: skip
"""Functions of a population, and how many more arguments of their worked example they are given."""


def counts_holders(entry: Measure) -> bool:
    """Whether it is of a population: of everybody who holds more than nothing."""
    return entry.bounds is not None or entry.name in OF_HOLDERS


def edges(entry: Measure) -> tuple[tuple[str, Any], ...]:
    """(case, value) of a measure of positions at each of `EDGES`; `None` where undefined."""
    more = OF_HOLDERS.get(entry.name, 0)
    others = EXAMPLES[entry.name][1 : 1 + more] if more else ()
    return tuple((case, entry.of(held, *others)) for case, held in EDGES)


def written(value: Any) -> str:
    """A value in words: a fraction with its decimals (alone, if it is long), or `undefined`.

    A curve without points is undefined, too.
    """
    if value is None or value == ():
        return "undefined"
    if isinstance(value, Fraction) and value.denominator > 1:
        long = value.denominator > 10**6
        return f"{float(value):.15g}" if long else f"{value} ({float(value):.6g})"
    if isinstance(value, int | Fraction):
        return str(value)
    return f"{value:.6g}" if isinstance(value, float) else argument(value)
