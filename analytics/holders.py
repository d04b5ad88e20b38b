"""Holders with names, and what may be wrong with a list of them.

A measure sees amounts only. Whoever has names checks here that each holder is there once and that
everything is in one unit: both mistakes give a number that looks right.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence

from analytics.arguments import listed, named
from analytics.arguments import rows as pairs_of
from analytics.measure import population
from psephos.errors import DataError


def holdings(
    rows: Mapping[Hashable, int] | Iterable[tuple[Hashable, int]],
    units: Sequence[str] | None = None,
) -> dict[Hashable, int]:
    """Who holds how much, more than nothing, in the order given.

    Raises `DataError` for a holder who is there twice (add up first, if that is meant) or is no
    name, for amounts that are negative or no whole numbers, and for `units` (one a row, where
    they are known) that differ; each time with the place, the first being 0.
    """
    pairs = list(rows.items()) if isinstance(rows, Mapping) else pairs_of(rows, 2, "the holders")
    places: dict[Hashable, int] = {}
    for place, (holder, _) in enumerate(pairs):
        before = places.setdefault(named(holder, f"holder {place}"), place)
        if before != place:
            raise DataError(
                f"holder {shown(holder)} is there twice: in places {before} and {place}",
                hint="add up what belongs to one holder before it is measured",
            )
    population(amount for _, amount in pairs)
    if units is not None:
        one_unit(units, len(pairs))
    return {holder: int(amount) for holder, amount in pairs if amount}


def one_unit(units: Sequence[str], rows: int) -> str | None:
    """The one unit of all rows; `None` for no rows. Raises `DataError` where two units meet."""
    units = listed(units, "the units")
    if len(units) != rows:
        raise DataError(f"{len(units)} units for {rows} amounts: give one for each")
    for place, unit in enumerate(units):
        if unit != units[0]:
            raise DataError(
                f"amounts are in different units: {units[0]!r} in place 0, {unit!r} in {place}",
                hint="bring everything to the smallest unit first",
            )
    return units[0] if rows else None


def shown(holder: Hashable) -> str:
    """A holder in a message: bytes as hex, text quoted, never endless."""
    return f"0x{holder.hex()}" if isinstance(holder, bytes) else repr(holder)[:60]
