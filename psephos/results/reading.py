"""What results ask of a release: exact rows, a block's place in time, and how far a dataset reads.

Every query of `psephos.results` goes through `rows`, which turns DECIMAL(38,0) into Python ints
and refuses any column that came back as a double: a sum that left the exact types is an error.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from psephos.errors import AmountTooLarge, NotCollected, TableError

if TYPE_CHECKING:
    from psephos.store.reader import Dataset, Release

Row = tuple[Any, ...]
STREAMED = 10_000
"""Rows that are Python's at a time, where they are asked for one after the other."""


def rows(
    release: "Release", query: str, params: Sequence[Any] | Mapping[str, Any] = ()
) -> list[Row]:
    """The rows of a query, amounts as Python ints.

    Raises `AmountTooLarge` for a sum of 10^38 or more, and for one that is no longer exact.
    """
    return _exact(release, query, params).rows()


def streamed(
    release: "Release", query: str, params: Sequence[Any] | Mapping[str, Any] = ()
) -> Iterator[Row]:
    """The same one after the other: a row in Python has five times the bytes of one in a column."""
    for part in _exact(release, query, params).iter_slices(STREAMED):
        yield from part.rows()


def columns(
    release: "Release", query: str, params: Sequence[Any] | Mapping[str, Any] = ()
) -> list[list[Any]]:
    """The same by column: of many rows at a tenth of the time."""
    return [column.to_list() for column in _exact(release, query, params).get_columns()]


def _exact(
    release: "Release", query: str, params: Sequence[Any] | Mapping[str, Any]
) -> pl.DataFrame:
    """The answer with amounts as whole numbers of 128 bits."""
    table = release.sql(query, params)
    inexact = [name for name, kind in table.schema.items() if kind.is_float()]
    if inexact:
        raise AmountTooLarge(f"column {inexact[0]} came back as a double: it may be rounded")
    # 10^38 fits into 127 bits; polars makes ints of these five times faster than Python of Decimals
    whole = [
        pl.col(name).cast(pl.Int128)
        for name, kind in table.schema.items()
        if isinstance(kind, pl.Decimal) and kind.scale == 0
    ]
    return table.with_columns(whole)


def dataset(release: "Release", name: str) -> "Dataset":
    """A dataset of the release by name; `TableError` names those there are."""
    found = release.datasets.get(name)
    if found is None:
        there = ", ".join(release.datasets) or "none"
        raise TableError(f"no dataset {name!r} in this release", hint=f"there are: {there}")
    return found


def datasets(release: "Release", *sources: str) -> tuple[str, ...]:
    """Names of the datasets that read any of `sources`, in the order of the manifest."""
    found = release.datasets.values()
    return tuple(entry.name for entry in found if set(sources) & set(entry.sources))


def the_block(release: "Release", block: int | None) -> int:
    """The block asked for; none means the newest final one. `NotCollected` past the head,
    `TableError` before the first."""
    if block is None:
        return release.final
    if block < 0:
        raise TableError(f"there is no block {block}", hint="blocks are counted from 0")
    if block > release.head:
        raise NotCollected(
            f"block {block} is not in this release: it ends at block {release.head}",
            hint="ask for an earlier block, or run `psephos sync` and `psephos release`",
        )
    return block


def gap(entry: "Dataset", last: int, first: int | None = None) -> int | None:
    """The first block not read from `first` (the dataset's own) to `last`; none if all were."""
    wanted = entry.first if first is None else first
    for span in sorted(entry.spans):
        if span.first > wanted:
            break
        wanted = max(wanted, span.last + 1)
    return wanted if wanted <= last else None


def backfill(entry: "Dataset", last: int, first: int | None = None) -> str | None:
    """Why what depends on blocks `first` to `last` is undefined; none where it is defined."""
    missing = gap(entry, last, first)
    if missing is None:
        return None
    return (
        f"stopped at block {missing}: {entry.stopped}"
        if entry.stopped
        else (f"backfill at block {missing}")
    )


def broken(release: "Release", kind: str, entry: "Dataset", last: int) -> str | None:
    """Why positions of a kind at block `last` are undefined; none where they are defined.

    Beside blocks that were not read: a dataset whose positions contradict themselves is stopped
    and has none of that kind.
    """
    if why := backfill(entry, last):
        return why
    if (kind, entry.name) in release.positions:
        return None
    return f"stopped: {entry.stopped}" if entry.stopped else "its positions are not published"


def timestamp(release: "Release", block: int) -> int | None:
    """Seconds since 1970 of a block; none where the release has not got its header."""
    found = rows(release, "SELECT timestamp FROM block WHERE number = ?", (block,))
    return int(found[0][0]) if found else None


def times(release: "Release", blocks: Sequence[int]) -> dict[int, int]:
    """Seconds since 1970 of several blocks, those that the release has."""
    query = "SELECT number, timestamp FROM block WHERE number IN (SELECT unnest(?::UBIGINT[]))"
    return {int(number): int(time) for number, time in rows(release, query, (list(blocks),))}


def block_at(release: "Release", time: int) -> int | None:
    """The newest block with a timestamp of `time` or less; none before the first block read."""
    found = rows(release, "SELECT max(number) FROM block WHERE timestamp <= ?", (time,))
    return None if found[0][0] is None else int(found[0][0])


def exact(name: str, amounts: Iterable[int], places: int = 0) -> pl.Series:
    """Amounts as an exact column of a frame, the last `places` digits behind the point."""
    parts = (Decimal(amount).as_tuple() for amount in amounts)
    cells = [Decimal((one.sign, one.digits, -places)) for one in parts]
    return pl.Series(name, cells, dtype=pl.Decimal(38, places))


def has(release: "Release", table: str) -> bool:
    """Whether the release has a table of this name."""
    return table in release.tables()


def last(release: "Release", table: str, column: str, block: int) -> int | None:
    """The newest number in a column up to a block; None where there is none, or no such table."""
    if not has(release, table):
        return None
    event = "(block_number, transaction_index, log_index)"
    query = f'SELECT arg_max("{column}", {event}) FROM "{table}" WHERE block_number <= ?'
    found = rows(release, query, (block,))[0][0]
    return int.from_bytes(found, "big") if isinstance(found, bytes) else found
