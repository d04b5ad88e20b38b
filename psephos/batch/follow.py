"""One run after another, for as long as somebody wants the index to keep up with the chain."""

from collections.abc import Callable, Iterator, Sequence
from time import sleep
from typing import Any

from psephos.batch.sync import SyncReport, sync
from psephos.chain.dataset import Dataset
from psephos.chain.node import BlockId, Node
from psephos.errors import PsephosError, RateLimited
from psephos.store.index import Index

LONGEST = 300.0
"""Seconds that are waited at most after an error, if the node does not wish for more."""


def follow(
    node: Node,
    index: Index,
    datasets: Sequence[Dataset],
    *,
    every: float = 6.0,
    pause: Callable[[float], None] = sleep,
    waiting: Callable[[PsephosError, float], None] | None = None,
    **options: Any,
) -> Iterator[SyncReport]:
    """Sync for ever: yield a report whenever the node's newest block changed.

    `every` is how many seconds lie between two looks; `options` are those of `sync`. After an
    error that may pass by itself (`retry`) it waits, each time twice as long up to LONGEST or as
    long as the node wishes, tells `waiting` (error, seconds) before, and goes on. Any other
    error ends it.
    """
    seen: BlockId | None = None
    failed = 0
    while True:
        try:
            head = node.head()
            report = None if head == seen else sync(node, index, datasets, pause=pause, **options)
        except PsephosError as error:
            if not error.retry:
                raise
            wished = (error.after or 0.0) if isinstance(error, RateLimited) else 0.0
            seconds = max(wished, min(every * 2**failed, LONGEST))
            failed = min(failed + 1, 30)
            if waiting is not None:
                waiting(error, seconds)
            pause(seconds)
            continue
        failed = 0
        if report is not None:
            seen = report.head
            yield report
        pause(every)
