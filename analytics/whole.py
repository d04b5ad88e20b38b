"""What an amount or a share must be before anything is computed of it: exact, and not below zero.

A float was rounded before it came here, NaN and the infinities are no amounts at all, and a
negative amount says that something earlier is missing. Each is an error that names the value and
what it was given as.
"""

from fractions import Fraction
from operator import index
from typing import Any

from analytics.arguments import brief
from psephos.errors import DataError

LONGEST = 13_000
"""So many bits a number has at most, 3,913 digits: Python itself does not write more than 4,300, so
that no message could name it."""


def moment(value: Any, what: str) -> int:
    """`value` as an integer of either sign: a time, a block, a place."""
    try:
        return _no_longer(index(_no_truth(value)), what)
    except TypeError:
        raise DataError(
            f"{what} is no whole number: {brief(value)[:40]!r}",
            hint="amounts are integers of the smallest unit, neither rounded nor missing",
        ) from None


def whole(value: Any, what: str) -> int:
    """`value` as an integer of the smallest unit, 0 or more; `DataError` says what is none."""
    found = moment(value, what)
    if found < 0:
        raise DataError(f"{what} is negative: {brief(value)}")
    return found


def _no_truth(value: Any) -> Any:
    """Python counts with True and False; an amount is neither."""
    return None if isinstance(value, bool) else value


def _no_longer(value: int, what: str) -> int:
    """`value` if it can be written."""
    if value.bit_length() > LONGEST:
        raise DataError(f"{what} has more than {LONGEST:,} bits: no amount of a token has")
    return value


def positive(value: Any, what: str) -> int:
    """The same, and more than nothing."""
    found = whole(value, what)
    if not found:
        raise DataError(f"{what} is 0: it must be at least 1")
    return found


def rate(value: Any, what: str) -> Fraction:
    """`value` as an exact rational number of either sign; floats are refused, however round."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise DataError(
            f"{what} is no exact number: {brief(value)[:40]!r}",
            hint="write a fraction, such as Fraction(1, 4)",
        )
    _no_longer(value.numerator, what)
    _no_longer(value.denominator, what)
    return Fraction(value)


def least_zero(value: Any, what: str) -> Fraction:
    """`value` as an exact rational number, 0 or more: a price, a weight."""
    found = rate(value, what)
    if found < 0:
        raise DataError(f"{what} is negative: {brief(found)}")
    return found


def share(value: Any, what: str) -> Fraction:
    """`value` as an exact part of a whole, 0 to 1."""
    found = rate(value, what)
    if not 0 <= found <= 1:
        raise DataError(
            f"{what} is no share of a whole: {brief(found)}", hint="it lies between 0 and 1"
        )
    return found
