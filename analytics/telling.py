"""Where a function that is no measure of amounts alone says what it is, as measures do.

Beside it a worked example: arguments, the call as a reader writes it, and what it answers, made by
the function itself, so that pages and the command line cannot be out of date.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from analytics.measure import Measure
from analytics.threshold import Threshold

FUNCTIONS: dict[str, Measure] = {}
"""Functions that are no measure of amounts alone, by name."""

EXAMPLES: dict[str, tuple[Any, ...]] = {}
"""Arguments of a worked example on a function's page; the page works it out."""

OPTIONS: dict[str, dict[str, Any]] = {}
"""Arguments of the same that are given by name."""


def tell(
    of: Callable[..., Any],
    title: str,
    formula: str,
    latex: str,
    domain: str,
    unit: str,
    sensitive: str,
    reference: str,
) -> None:
    """Enter a function into `FUNCTIONS` under its own name."""
    FUNCTIONS[of.__name__] = Measure(
        name=of.__name__, title=title, formula=formula, domain=domain, unit=unit, direction="high",
        sensitive=sensitive, reference=reference, of=of, latex=latex,
    )  # fmt: skip


def answered(entry: Measure) -> Any:
    """What a function answers in its worked example."""
    found = entry.of(*EXAMPLES[entry.name], **OPTIONS.get(entry.name, {}))
    return list(found) if isinstance(found, Iterator) else found


def called(entry: Measure) -> list[str]:
    """The worked example of a function in two lines: the call, and what it answers."""
    given = [argument(one) for one in EXAMPLES[entry.name]]
    given += [f"{key}={argument(one)}" for key, one in OPTIONS.get(entry.name, {}).items()]
    return [f"{entry.name}({', '.join(given)})", f"= {argument(answered(entry))}"]


def argument(value: object) -> str:
    """A value as a reader writes it; what is smaller than 10⁻¹² is rounding, and is told as 0.

    Whether rounding leaves exactly 0 or 10⁻¹⁶ is the processor's matter, and no reader's.
    """
    if isinstance(value, float):
        return "0" if abs(value) < 1e-12 else f"{value:.10g}"
    if isinstance(value, Fraction | Threshold):
        return str(value) if isinstance(value, Fraction) else f"'{value}'"
    if isinstance(value, np.ndarray | Measure) or callable(value):
        return argument(value.tolist()) if isinstance(value, np.ndarray) else _called(value)
    if is_dataclass(value):
        told = ((field.name, getattr(value, field.name)) for field in fields(value))
        return f"{type(value).__name__}({', '.join(f'{k}={argument(x)}' for k, x in told)})"
    return _several(value) if isinstance(value, dict | frozenset | list | tuple) else repr(value)


def _several(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {argument(x)}" for key, x in value.items()) + "}"
    parts = [argument(x) for x in value]
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(parts)) + "}"  # a set's own order is chance
    return "[" + ", ".join(parts) + "]"


def _called(value: Any) -> str:
    return str(value.name if isinstance(value, Measure) else value.__name__)


def numbers(value: Any, name: str = "") -> list[tuple[str, float]]:
    """(where it stands, it) of every finite number in a value, for a picture of it."""
    if isinstance(value, bool | str | bytes | Measure | Threshold):
        return []
    if isinstance(value, int | Fraction | float):
        return [(name, float(value))] if -(10**300) < value < 10**300 else []
    if isinstance(value, dict):
        parts = [(str(key), x) for key, x in value.items()]
    elif isinstance(value, np.ndarray | list | tuple):
        parts = [(str(place), x) for place, x in enumerate(value, start=1)]
    elif is_dataclass(value):
        parts = [(field.name, getattr(value, field.name)) for field in fields(value)]
    else:
        return []
    return [one for key, x in parts for one in numbers(x, f"{name} {key}".strip())]
