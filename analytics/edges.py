"""What a measure says at its edges: worked out by the measure, so it cannot be out of date."""

from fractions import Fraction

from analytics.measure import Measure, Value

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


def edges(entry: Measure) -> tuple[tuple[str, Value], ...]:
    """(case, value) of a measure of positions at each of `EDGES`; `None` where undefined."""
    return tuple((case, entry.of(held)) for case, held in EDGES)


def written(value: Value) -> str:
    """A value in words: a fraction with its decimals (alone, if it is long), or `undefined`."""
    if value is None:
        return "undefined"
    if isinstance(value, Fraction) and value.denominator > 1:
        long = value.denominator > 10**6
        return f"{float(value):.15g}" if long else f"{value} ({float(value):.6g})"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
