"""Where a function that is no measure of amounts alone says what it is, as measures do."""

from collections.abc import Callable
from typing import Any

from analytics.measure import Measure

FUNCTIONS: dict[str, Measure] = {}
"""Functions that are no measure of amounts alone, by name."""

EXAMPLES: dict[str, tuple[Any, ...]] = {}
"""Arguments of a worked example on a function's page; the page works it out."""


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
