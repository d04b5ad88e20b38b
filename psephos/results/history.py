"""A measure over time: one value a block asked for, from one pass over what changed.

The last change of each holder before each block asked for is found by SQL; between two of them
only what changed is applied, so a history costs its changes and not its blocks times holders.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analytics import Value
from analytics.measure import population
from psephos.results import reading
from psephos.results.economy.grants import accounts_at
from psephos.results.figures import OF_POSITIONS
from psephos.results.positions import LOCKED, the_dataset

if TYPE_CHECKING:
    from psephos.store.reader import Release

AT_ONCE = 30
"""Blocks whose changes are in memory together."""
Point = tuple[int, int | None, Value]
"""Block, its timestamp in seconds, and the value; None where it is undefined."""


def history(
    release: "Release",
    measure: str,
    kind: str,
    *,
    dataset: str | None = None,
    points: int = 120,
    last: int | None = None,
    key: bytes | None = None,
) -> list[Point]:
    """A measure at up to `points` blocks, evenly spaced, the last one being `last`."""
    return histories(release, [measure], kind, dataset=dataset, points=points, last=last, key=key)[
        measure
    ]


def histories(
    release: "Release",
    measures: Sequence[str],
    kind: str,
    *,
    dataset: str | None = None,
    points: int = 120,
    last: int | None = None,
    key: bytes | None = None,
) -> dict[str, list[Point]]:
    """Several measures of the same positions at the same blocks."""
    name = the_dataset(release, kind, dataset)
    entry = reading.dataset(release, name)
    last = reading.the_block(release, last)
    blocks = spaced(entry.first, last, points)
    when = reading.times(release, blocks)
    missing = reading.gap(entry, last)
    found: dict[str, list[Point]] = {measure: [] for measure in measures}
    for block, held in held_at(release, kind, name, blocks, key):
        known = held is not None and (missing is None or block < missing)
        counted = population(held) if held is not None and known else None  # in order, once
        for measure in measures:
            value = OF_POSITIONS[measure].of(counted) if counted is not None else None
            found[measure].append((block, when.get(block), value))
    return found


def spaced(first: int, last: int, points: int) -> list[int]:
    """Up to `points` blocks from `first` to `last`, both included, as even as integers allow."""
    span = last - first
    if span < 0 or points < 1:
        return []
    steps = min(points - 1, span)
    if steps == 0:
        return [last]
    return [first + span * step // steps for step in range(steps + 1)]


def held_at(
    release: "Release", kind: str, name: str, blocks: Sequence[int], key: bytes | None = None
) -> Iterator[tuple[int, list[int] | None]]:
    """The amounts held at the end of each of these blocks (ascending), in no order, none of 0.

    None for what is locked at a block whose time is not known.
    """
    if kind == LOCKED:
        yield from _locked_at(release, name, blocks)
        return
    changes = changes_at(release, kind, name, blocks, key)
    held: dict[bytes, int] = {}
    ahead = next(changes, None)
    for block in blocks:
        while ahead is not None and ahead[0] <= block:
            _, holder, amount = ahead
            if amount:
                held[holder] = amount
            else:
                held.pop(holder, None)
            ahead = next(changes, None)
        yield block, list(held.values())


def changes_at(
    release: "Release", kind: str, name: str, blocks: Sequence[int], key: bytes | None
) -> Iterator[tuple[int, bytes, int]]:
    """(block asked for, holder, amount): the last change of each holder before each block.

    In the order of blocks. There may be as many as blocks times holders, so those of some blocks
    are read at a time.
    """
    query = """
        WITH wanted AS (SELECT unnest($blocks::UBIGINT[]) AS block),
        change AS (
            SELECT wanted.block, change.holder, change.block_number, change.amount
            FROM (
                SELECT holder, block_number, amount FROM position
                WHERE kind = $kind AND dataset = $dataset AND key IS NOT DISTINCT FROM $key
                  AND block_number > $after AND block_number <= $last
            ) AS change ASOF JOIN wanted ON change.block_number <= wanted.block
        )
        SELECT block, holder, arg_max(amount, block_number) AS amount
        FROM change GROUP BY block, holder ORDER BY block"""
    after = -1
    for start in range(0, len(blocks), AT_ONCE):
        some = list(blocks[start : start + AT_ONCE])
        given = {"blocks": some, "kind": kind, "dataset": name, "key": key, "after": after}
        yield from reading.streamed(release, query, given | {"last": some[-1]})
        after = some[-1]


def _locked_at(
    release: "Release", name: str, blocks: Sequence[int]
) -> Iterator[tuple[int, list[int] | None]]:
    """What is locked at each block, as its position says; None where that is undefined."""
    for block, found in accounts_at(release, name, blocks):
        locked = None if found is None else [one.locked for one in found if one.locked > 0]
        yield block, locked
