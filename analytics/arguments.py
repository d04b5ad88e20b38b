"""What a function was given: lists, tables and rules, each of its kind, before it is read.

A text is a list of letters and a number has no members, so a wrong argument would raise one of
Python's own errors somewhere inside, or give a number. Each function here gives back what it was
given, checked, or raises `DataError` that names the argument, what it was, and what it must be.
"""

from collections.abc import Hashable, Iterable, Mapping
from math import isfinite, isnan
from numbers import Real
from typing import Any, TypeVar

from psephos.errors import DataError

Kind = TypeVar("Kind")


def listed(values: Iterable[Any], what: str) -> list[Any]:
    """`values` as a list; neither a text, nor bytes, nor a table, which are of something else."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise _wrong(values, what, "a list")
    return list(values)


def several(values: Iterable[Any], what: str) -> set[Any]:
    """`values` as a set: of a list, of a set, or of who is in a table."""
    return set(values if isinstance(values, Mapping) else listed(values, what))


def table(values: Mapping[Any, Any], what: str) -> Mapping[Any, Any]:
    """`values` if it is a mapping."""
    if not isinstance(values, Mapping):
        raise _wrong(values, what, "a table (a dict)")
    return values


def rows(values: Iterable[Any], size: int, what: str) -> list[tuple[Any, ...]]:
    """`values` as a list of tuples of `size` each; the first row that is none is named."""
    found = listed(values, what)
    return [row(one, size, f"row {place} of {what}") for place, one in enumerate(found)]


def row(value: Any, size: int, what: str) -> tuple[Any, ...]:
    """`value` as a tuple of `size`."""
    if not isinstance(value, tuple | list) or len(value) != size:
        raise _wrong(value, what, f"{size} values")
    return tuple(value)


def of_kind(value: Any, kind: type[Kind], what: str) -> Kind:
    """`value` if it is one of a class of ours: a threshold, a game, a measure."""
    if not isinstance(value, kind):
        raise _wrong(value, what, f"a {kind.__name__}")
    return value


def named(value: Any, what: str) -> Hashable:
    """`value` if it may be a name: of a holder, a voter, a delegate."""
    try:
        hash(value)  # a tuple is hashable by its type, but not with a list in it
    except TypeError:
        raise _wrong(value, what, "a name, or an address") from None
    return value  # type: ignore[no-any-return]


def one_of(value: Any, choices: Iterable[str], what: str) -> str:
    """`value` if it is one of some words."""
    known = tuple(choices)
    if not isinstance(value, str) or value not in known:
        raise _wrong(value, what, " or ".join(known))
    return value


def truth(value: Any, what: str) -> bool:
    """`value` if it is yes or no: nothing, a number and a text are neither."""
    if not isinstance(value, bool):
        raise _wrong(value, what, "True or False")
    return value


def real(value: Any, what: str) -> Any:
    """`value` if it is a number of either sign, whole, rational or rounded, infinite ones too."""
    if isinstance(value, bool) or not isinstance(value, Real) or _nan(value):
        raise DataError(f"{what} is no number: {brief(value)[:40]!r}")
    return value


def double(value: Any, what: str) -> float:
    """`value` as a double: a number that is finite, and not beyond 1.8 · 10³⁰⁸ of either sign."""
    try:
        found = float(real(value, what))
    except OverflowError:
        found = float("inf")
    if not isfinite(found):
        raise DataError(
            f"{what} is beyond what a double holds: {brief(value)[:40]!r}",
            hint="it is rounded to a double, which ends at 1.8 · 10³⁰⁸",
        )
    return found


def _nan(value: Any) -> bool:
    try:
        return isnan(value)
    except OverflowError:  # a whole or rational number, beyond a double
        return False


def brief(value: Any) -> str:
    """`value` as text, for a message; Python itself refuses to write a number of many digits."""
    try:
        return str(value)
    except ValueError:
        return "a number of more digits than are written"


def _wrong(value: Any, what: str, must: str) -> DataError:
    return DataError(f"{what} is {brief(value)[:40]!r}: it must be {must}")
