"""A reader's own measure as a figure: any function of amounts, with the evidence of its rows.

The function is given the amounts above zero, largest first, as exact integers, and answers an
integer, a Fraction, a float or None (undefined). Its name and the hash of its code stand in the
figure's definition, and so in its id: another function is another figure.
"""

import hashlib
import inspect
import math
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics import Measure, Value
from analytics.measure import Amounts, population
from psephos.errors import TableError
from psephos.results.figure import Figure
from psephos.results.figures import OF_POSITIONS, of_measure
from psephos.results.labels.entities import Entities
from psephos.results.labels.hypotheses import worlds
from psephos.results.positions import Positions

if TYPE_CHECKING:
    from psephos.store.reader import Release

Own = Callable[[Amounts], Value]


def own_figure(
    release: "Release",
    function: Own,
    held: Positions,
    entities: Entities | None = None,
    *,
    title: str = "",
    unit: str = "",
    formula: str = "",
) -> Figure:
    """The figure of `function` over positions that were read from `release`.

    title: the function's name, if left out; unit: "share" is shown in percent; formula: what a
    reader may compute by hand, shown before the code's hash. The interval is between the positions
    as they are and their most concentrated merging (`psephos.results.labels.hypotheses`): of a
    function that falls or rises with concentration these are its ends.

    `TableError` if the name is a measure's of the house, or the answer is no number.
    """
    name = getattr(function, "__name__", type(function).__name__)
    if name in OF_POSITIONS and OF_POSITIONS[name].of is not function:
        raise TableError(
            f"{name!r} is a measure of the house, and this is another function",
            hint="give the function a name of its own",
        )
    definition = Measure(
        name=name,
        title=title or name.strip("<>_").replace("_", " ").capitalize(),
        formula=f"{formula or 'a function of the amounts'}; {name}, code {code_hash(function)}",
        domain="as the function says",
        unit=unit,
        direction="high",
        sensitive="not told",
        reference="a reader's own",
        of=lambda amounts: _number(name, function(population(amounts))),
        bounds=lambda _: (-math.inf, math.inf),
    )
    may = worlds(held, entities)
    return of_measure(release, definition, held, entities, may=may)


def code_hash(function: Own) -> str:
    """16 digits of the BLAKE2s-256 of a function's source; of its bytecode and constants where no
    source is at hand; "unknown" of what has neither, such as a function of C."""
    try:
        text = inspect.getsource(function).encode()
    except (OSError, TypeError):
        code = getattr(function, "__code__", None)
        if code is None:
            return "unknown"
        text = code.co_code + repr(code.co_consts).encode()
    return hashlib.blake2s(text).hexdigest()[:16]


def _number(name: str, value: Value) -> Value:
    """The answer of a reader's function, if it is one."""
    whole = type(value) is int or isinstance(value, Fraction)
    if value is None or whole or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise TableError(
        f"{name} answers {str(value)[:40]!r}, a {type(value).__name__}",
        hint="a measure answers an int, a Fraction, a finite float, or None where it is undefined",
    )
