"""Which days of a dataset are finished: the closed ranges of blocks that can be sealed.

A day is finished when a final block of a later day is known and the dataset has been read over
all its blocks. A day without blocks has no batch; that none is missing is seen from the hashes:
a batch names the block before it, which is the last of the batch before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from psephos.batch.header import SECONDS
from psephos.store.index import Index
from psephos.store.spans import Span, covered


@dataclass(frozen=True, slots=True)
class Day:
    """The blocks of one UTC day, from the dataset's first block on."""

    day: int
    first: int
    last: int
    parent: bytes
    last_hash: bytes


BLOCKS_OF_DAYS = f"""
    SELECT timestamp // {SECONDS} AS day, min(number), max(number), count(*),
           arg_min(parent, number), arg_max(hash, number)
    FROM block WHERE number BETWEEN ? AND ? GROUP BY day ORDER BY day
"""


def finished(index: Index, spans: Sequence[Span], start: int, final: int) -> list[Day]:
    """The finished days among blocks `start` to `final`, in order.

    `start` begins a day of the dataset: it is its first block, or follows a day that ended.
    Of the days after a gap only those count whose beginning is seen: a block of an earlier
    day right before it.
    """
    found = _grouped(index, start, final)
    days: list[Day] = []
    before = start - 1
    for (this, count), (after, _) in pairwise(found):
        whole = count == this.last - this.first + 1 and this.last + 1 == after.first
        if whole and before + 1 == this.first and covered(spans, this.first, this.last):
            days.append(this)
        before = this.last
    return days


def _grouped(index: Index, start: int, final: int) -> list[tuple[Day, int]]:
    rows: list[tuple[Any, ...]] = index.query(BLOCKS_OF_DAYS, [start, final])
    return [
        (Day(day, first, last, bytes(parent), bytes(last_hash)), count)
        for day, first, last, count, parent, last_hash in rows
    ]
