"""What the fields of a rule file may hold: each function takes a value of a file and gives it
checked, or raises ValueError with what it must be.
"""

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from re import fullmatch
from typing import Any

from analytics.threshold import Threshold
from psephos.configuration import text
from psephos.errors import CommandError

LONGEST = 10 * 365 * 24
NAME = r"[a-z][a-z0-9-]{0,40}"
AMOUNT = r"\s*(>=|>)\s*([0-9]{1,60})(\.[0-9]{1,30})?\s*"


def name(value: Any) -> str:
    if not isinstance(value, str) or not fullmatch(NAME, value):
        raise ValueError("must be a name of a-z, 0-9 and -, beginning with a letter")
    return value


def names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of names")
    found = tuple(name(one) for one in value)
    if len(set(found)) != len(found):
        raise ValueError("names somebody twice")
    return found


def texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    return tuple(text(one) for one in value)


def one_of(words: tuple[str, ...]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return str(value)

    return read


def several(words: tuple[str, ...]) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or len(set(map(str, value))) != len(value):
            raise ValueError(f"must be a list of {', '.join(words)}, each at most once")
        return tuple(one_of(words)(one) for one in value)

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


def day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a day, such as 2024-09-10")
    return value
