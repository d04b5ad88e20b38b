"""What a measure is, who is counted, and the table of all measures.

A measure is a pure function of a population. It says of itself what a page, a notebook and a
test need to know: title, formula, domain, unit, which end is concentrated, what it is sensitive
to, where it comes from. Adding a measure is adding a decorated function; the pages of
`docs/method/`, the command and the laws in the tests find it in `MEASURES`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from operator import index
from typing import Literal

from psephos.errors import DataError

Value = int | Fraction | float | None
"""Exact where the value is rational, a float only for logarithms, `None` where it is undefined."""

Bounds = Callable[[int], tuple[int | Fraction | float, int | Fraction | float]]
"""Least and greatest value among n holders."""

WHO_COUNTS = (
    "The population is everybody who holds more than nothing. Who holds nothing is left out: "
    "how many empty addresses exist is anybody's free choice, so they may not move a figure. "
    "Negative amounts are an error."
)


class Amounts(tuple[int, ...]):
    """A population: positive whole amounts, largest first. `population` makes it."""

    __slots__ = ()


def population(amounts: Iterable[int]) -> Amounts:
    """Those who are counted: the amounts above zero, largest first.

    Amounts are whole numbers of the smallest unit, of any size; order and zeros do not matter.
    A negative amount raises `DataError`, since no share of a whole can be made of it. What is no
    whole number (a float, a `Decimal`) raises `TypeError`: it was rounded, or may be, before.
    """
    if isinstance(amounts, Amounts):
        return amounts
    found = sorted(map(index, amounts), reverse=True)
    if found and found[-1] < 0:
        raise DataError(
            f"an amount is negative: {found[-1]}",
            hint="a position below zero means that earlier rows are missing",
        )
    return Amounts(amount for amount in found if amount)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and what it says of itself.

    `domain` is for people, `bounds` the same for tests (positions only); `direction` is the end
    at which few hold much. `of` takes any amounts (of positions), and is the function itself.
    """

    name: str
    title: str
    formula: str
    domain: str
    unit: str
    direction: Literal["high", "low"]
    sensitive: str
    reference: str
    of: Callable[..., Value]
    bounds: Bounds | None = None

    @property
    def definition(self) -> str:
        """The function's own docstring, without the indent."""
        lines = (self.of.__doc__ or "").splitlines()
        return "\n".join(line.removeprefix("    ") for line in lines).strip()


MEASURES: dict[str, Measure] = {}
"""Every measure of a position, by name, in the order in which a page shows them."""


def measure(
    *,
    title: str,
    formula: str,
    domain: str,
    unit: str,
    direction: Literal["high", "low"],
    sensitive: str,
    reference: str,
    bounds: Bounds,
) -> Callable[[Callable[[Amounts], Value]], Callable[[Iterable[int]], Value]]:
    """Enter a function of a population into `MEASURES`, under its own name.

    The function then takes amounts in any order: a measure that trusts its caller to have
    sorted them gives a wrong number, not an error, when they are not.
    """

    def enter(function: Callable[[Amounts], Value]) -> Callable[[Iterable[int]], Value]:
        def of(amounts: Iterable[int]) -> Value:
            return function(population(amounts))

        of.__name__ = of.__qualname__ = function.__name__
        of.__module__, of.__doc__ = function.__module__, function.__doc__
        MEASURES[of.__name__] = Measure(
            of.__name__, title, formula, domain, unit, direction, sensitive, reference, of, bounds
        )
        return of

    return enter
