"""What the fields of a rule file may hold: each function takes a value of a file and gives it
checked, or raises ValueError with what it must be.
"""

from collections.abc import Callable
from fractions import Fraction
from re import fullmatch
from typing import Any

from analytics.threshold import Threshold
from psephos.errors import CommandError
from psephos.results import exactly

LONGEST = 10 * 365 * 24
AMOUNT = r"\s*(>=|>)\s*([0-9]{1,60})(\.[0-9]{1,30})?\s*"


def several(words: tuple[str, ...]) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or len(set(map(str, value))) != len(value):
            raise ValueError(f"must be a list of {', '.join(words)}, each at most once")
        return tuple(exactly.one_of(*words)(one) for one in value)

    return read


def threshold(value: Any) -> Threshold:
    if not isinstance(value, str):
        raise ValueError("must be a text such as '>1/2' or '>=2/3'")
    try:
        return Threshold.parse(value)
    except CommandError as error:
        raise ValueError(f"is {value!r}: {error.message}") from None


def share(value: Any) -> Fraction:
    found = fullmatch(r"([0-9]{1,3})/([1-9][0-9]{0,5})", value) if isinstance(value, str) else None
    if found is None or (part := Fraction(int(found[1]), int(found[2]))) > 1:
        raise ValueError("must be a text such as '23/100', at most 1")
    return part


def amount(value: Any) -> tuple[bool, Fraction]:
    """(strict, whole tokens) of `>25000` or `>=0.5`."""
    found = fullmatch(AMOUNT, value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("must be a text such as '>25000' or '>=0'")
    return found[1] == ">", Fraction(found[2] + (found[3] or ""))


def natural(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**30:
        raise ValueError("must be a whole number, 0 or more")
    return value


def hours(value: Any) -> int:
    found = natural(value)
    if found > LONGEST:
        raise ValueError(f"is {found} hours, more than ten years: a delay is in hours")
    return found
