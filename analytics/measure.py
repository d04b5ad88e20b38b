"""What a measure is, who is counted, and the table of all measures.

A measure is a pure function of a population. It says of itself what a page, a notebook and a
test need to know: title, formula, domain, unit, which end is concentrated, what it is sensitive
to, where it comes from. Adding a measure is adding a decorated function; the pages of
`docs/method/`, the command and the laws in the tests find it in `ALL`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from operator import index
from typing import Concatenate, Literal, ParamSpec

from analytics.arguments import brief, listed
from analytics.whole import LONGEST, whole
from psephos.errors import DataError

Value = int | Fraction | float | None
"""Exact where the value is rational, a float only for logarithms, `None` where it is undefined."""

Options = ParamSpec("Options")

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
    A negative amount raises `DataError`, since no share of a whole can be made of it; so does what
    is no whole number (a float, a `Decimal`, NaN, an infinity), since it was rounded, or may be,
    before; True, with which Python counts; and a number of more than 3,913 digits, which could not
    be written. All name the value and its place, the first being 0.
    """
    if isinstance(amounts, Amounts):
        return amounts
    given = listed(amounts, "the list of amounts")
    try:
        found = sorted(map(index, given), reverse=True)
    except TypeError:
        raise _no_amount(given) from None
    if bool in set(map(type, given)):  # Python counts with True; it is no amount
        raise _no_amount(given)
    if found and (found[-1] < 0 or found[0].bit_length() > LONGEST):
        raise _no_amount(given)
    if found and not found[-1]:
        return Amounts(amount for amount in found if amount)
    return Amounts(found)


def _whole(amount: object) -> int | None:
    """What an amount is as an integer, numpy's too; None if it is none. True is none."""
    try:
        return None if isinstance(amount, bool) else index(amount)  # type: ignore[arg-type]
    except TypeError:
        return None


def _no_amount(given: list[int]) -> DataError:
    """What is wrong with the first amount that is none."""
    for place, amount in enumerate(given):
        found = _whole(amount)
        if found is not None and found.bit_length() > LONGEST:
            return DataError(f"amount {place} has more than {LONGEST:,} bits: no token has so many")
        if found is None:
            return DataError(
                f"amount {place} is no whole number: {brief(amount)[:40]!r}",
                hint="amounts are integers of the smallest unit, neither rounded nor missing",
            )
        if found < 0:
            return DataError(
                f"amount {place} is negative: {brief(found)}",
                hint="a position below zero means that earlier rows are missing",
            )
    raise AssertionError("every amount is one")


def with_empty(amounts: Amounts, empty: int) -> int:
    """How many are counted when `empty` holders of nothing are declared to be counted, too."""
    return len(amounts) + whole(empty, "the number of holders of nothing")


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure and what it says of itself.

    `formula` is one line of plain text, `latex` the same for a page. `domain` is for people,
    `bounds` the same for tests (positions only); `direction` is the end at which few hold much;
    `least` the fewest holders for whom it is defined. `of` takes any amounts (of positions), and
    is the function itself.
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
    latex: str = ""
    least: int = 1

    @property
    def definition(self) -> str:
        """The function's own docstring, without the indent."""
        lines = (self.of.__doc__ or "").splitlines()
        return "\n".join(line.removeprefix("    ") for line in lines).strip()


MEASURES: dict[str, Measure] = {}
"""Every measure of a position that a release publishes, in the order in which a page shows them."""

REFERENCE: dict[str, Measure] = {}
"""Every other measure of a position: computed when somebody asks (`measure --table`)."""


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
    latex: str,
    least: int = 1,
    into: dict[str, Measure] = MEASURES,
) -> Callable[
    [Callable[Concatenate[Amounts, Options], Value]],
    Callable[Concatenate[Iterable[int], Options], Value],
]:
    """Enter a function of a population into a table of measures, under its own name.

    The function then takes amounts in any order: a measure that trusts its caller to have
    sorted them gives a wrong number, not an error, when they are not.
    """

    def enter(
        function: Callable[Concatenate[Amounts, Options], Value],
    ) -> Callable[Concatenate[Iterable[int], Options], Value]:
        def of(amounts: Iterable[int], /, *args: Options.args, **options: Options.kwargs) -> Value:
            return function(population(amounts), *args, **options)

        of.__name__ = of.__qualname__ = function.__name__
        of.__module__, of.__doc__ = function.__module__, function.__doc__
        of.__dict__["__wrapped__"] = function  # so that its options can be asked for
        into[of.__name__] = Measure(
            name=of.__name__,
            title=title,
            formula=formula,
            domain=domain,
            unit=unit,
            direction=direction,
            sensitive=sensitive,
            reference=reference,
            of=of,
            bounds=bounds,
            latex=latex,
            least=least,
        )
        return of

    return enter
