"""A scorecard: components side by side under their principles, and what weights would make of it.

A component's value is a figure; its score is where the value lies between two declared ends, 0 at
`worst` and 1 at `best`, cut off beyond them. No principle has a score without its components
beside it. A component that is undefined makes the score an interval: 0 to 1 for it.

    score = Σ w_i s_i / Σ w_i
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.arguments import listed, of_kind
from analytics.whole import least_zero, rate
from psephos.errors import DataError


@dataclass(frozen=True, slots=True)
class Component:
    """One figure of a principle: `worst` and `best` are the declared ends of its scale."""

    principle: str
    name: str
    value: Fraction | None
    worst: Fraction
    best: Fraction
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Score:
    """A score with everything that it hangs on.

    low, high: the same but where components are undefined
    parts:     (component, its score or None), as given: never shown without them
    by_weight: the least and the greatest score over all weights: the worst and the best component
    leaving_out: the score without each component, by name
    """

    low: Fraction
    high: Fraction
    parts: tuple[tuple[Component, Fraction | None], ...]
    by_weight: tuple[Fraction, Fraction]
    leaving_out: Mapping[str, tuple[Fraction, Fraction] | None]


def scored(of: Component) -> Fraction | None:
    """Where a value lies between the ends, from 0 to 1; None where it is undefined.

    `worst` may be above `best` (a gap is better short). Ends that are one raise `DataError`, as do
    numbers that were rounded and a weight below 0.
    """
    of_kind(of, Component, "a component")
    for name in ("worst", "best", "value"):
        if name != "value" or of.value is not None:
            rate(getattr(of, name), f"{name} of {of.name}")
    least_zero(of.weight, f"the weight of {of.name}")
    if of.worst == of.best:
        raise DataError(f"{of.name}: worst and best are both {of.best}, which is no scale")
    if of.value is None:
        return None
    place = (of.value - of.worst) / (of.best - of.worst)
    return min(max(place, Fraction(0)), Fraction(1))


def score(components: Sequence[Component]) -> Score | None:
    """The weighted mean of the components' scores, as an interval; None without components.

    Weights that are negative, or all 0, raise `DataError` with the component; so do two of one
    name.
    """
    components = listed(components, "the components")
    if not components:
        return None
    parts = tuple((one, scored(one)) for one in components)
    names = [one.name for one in components]
    if twice := [name for name in names if names.count(name) > 1]:
        raise DataError(f"two components are called {twice[0]!r}")
    low, high = _mean(parts)
    ends = [end for _, place in parts for end in ((0, 1) if place is None else (place, place))]
    out = {
        one.name: _mean(rest) if (rest := tuple(p for p in parts if p[0] is not one)) else None
        for one in components
        if _heavy(components, one)
    }
    return Score(low, high, parts, (Fraction(min(ends)), Fraction(max(ends))), out)


def _heavy(components: Sequence[Component], without: Component) -> bool:
    """Whether something has weight without one component, so that a score is left."""
    return len(components) == 1 or any(one.weight for one in components if one is not without)


def _mean(parts: Sequence[tuple[Component, Fraction | None]]) -> tuple[Fraction, Fraction]:
    for one, _ in parts:
        least_zero(one.weight, f"the weight of {one.name}")
    whole = sum(one.weight for one, _ in parts)
    if not whole:
        raise DataError("no component has weight: there is nothing to be the mean of")
    low = sum(one.weight * (place or 0) for one, place in parts)
    high = sum(one.weight * (1 if place is None else place) for one, place in parts)
    return Fraction(low) / whole, Fraction(high) / whole
