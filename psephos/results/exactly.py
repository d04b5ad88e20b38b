"""Exact numbers as people write them in a file: shares, rates, and amounts in whole tokens.

A TOML float was rounded before it came here (and may be NaN or infinite), so numbers with a
fractional part are written as text: "4 %", "1/4", "0.04", "12.5". Each reader takes the parsed
value and raises `ValueError` with what is wrong with it, for `psephos.configuration.Reader`.
"""

import calendar
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from re import fullmatch
from typing import Any

_NUMBER = r"\s*([+-]?)\s*([0-9]{1,60})(?:\.([0-9]{1,60})|\s*/\s*([0-9]{1,60}))?\s*(%?)\s*"


def text(value: Any) -> str:
    """A text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes, and say something")
    return value


def rational(value: Any) -> Fraction:
    """`4 %`, `1/4`, `0.04`, `-2 %`, or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, float):
        raise ValueError(f"is {value}: write it as a text, such as '4 %', '1/4' or '0.04'")
    found = fullmatch(_NUMBER, value) if isinstance(value, str) else None
    if found is None or (found[4] and not int(found[4])):
        raise ValueError(f"is {str(value)[:40]!r}: write a number, such as '4 %', '1/4' or '0.04'")
    sign, whole, decimals, below, percent = found.groups()
    number = Fraction(f"{whole}.{decimals}" if decimals else whole) / int(below or 1)
    return (-number if sign == "-" else number) / (100 if percent else 1)


def share(value: Any) -> Fraction:
    """A part of a whole, 0 to 1."""
    found = rational(value)
    if not 0 <= found <= 1:
        raise ValueError(f"is {value!r}: a share lies between 0 and 1, or 0 % and 100 %")
    return found


def spread(value: Any) -> Fraction:
    """A spread: never negative."""
    found = rational(value)
    if found < 0:
        raise ValueError(f"is {value!r}: a spread is not negative")
    return found


def amount(decimals: int) -> Callable[[Any], int]:
    """A reader of whole tokens into the smallest unit; more decimal places are refused."""

    def read(value: Any) -> int:
        if isinstance(value, str) and "%" in value:
            raise ValueError(f"is {value!r}: an amount is in whole tokens, not a share")
        found = rational(value) * 10**decimals
        if found < 0:
            raise ValueError(f"is {value!r}: an amount is not negative")
        if found.denominator != 1:
            raise ValueError(f"is {value!r}: a token has {decimals} decimal places")
        return int(found)

    return read


def day(value: Any) -> date:
    """A day, without a time."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"is {str(value)[:40]!r}: must be a day, such as 2024-09-10")
    return value


def one_of(*words: str) -> Callable[[Any], str]:
    """One of several words."""

    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"is {str(value)[:40]!r}: must be one of {', '.join(words)}")
        return str(value)

    return read


def label(value: Any) -> str:
    """A name of small letters, digits and dashes."""
    if not isinstance(value, str) or not fullmatch(r"[a-z][a-z0-9-]{0,40}", value):
        raise ValueError("must be a name of a-z, 0-9 and -, beginning with a letter")
    return value


def labels(value: Any) -> tuple[str, ...]:
    """Several names, each once."""
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list of names")
    found = tuple(label(one) for one in value)
    if len(set(found)) < len(found):
        raise ValueError("names somebody twice")
    return found


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(x, str) and x.strip() for x in value):
        raise ValueError("must be a list of texts")
    return tuple(value)


def seconds(of: date) -> int:
    """The first second of a day, UTC, since 1970."""
    return int(datetime(of.year, of.month, of.day, tzinfo=UTC).timestamp())


def day_of(time: int) -> date:
    """The day (UTC) of a time in seconds since 1970."""
    return datetime.fromtimestamp(time, UTC).date()


def days_from(first: date, every: str) -> Iterator[date]:
    """`first` and the days after it, a day, a week or a month apart.

    A month later is the same day of the next month, or its last where it has none.
    """
    place = 0
    while True:
        if every == "month":
            year, month = divmod(first.year * 12 + first.month - 1 + place, 12)
            last = calendar.monthrange(year, month + 1)[1]
            yield date(year, month + 1, min(first.day, last))
        else:
            yield first + timedelta(days=place * (7 if every == "week" else 1))
        place += 1
