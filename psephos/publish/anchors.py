"""Declared checkpoints that the collected blocks lead to: what may call figures *anchored*.

A block that is *complete* was recomputed to its hash, and its parent's hash is the block's before
it; the index refuses a chain with a break. So every block of a complete range below a checkpoint
is tied to it, and nothing has to be hashed again. `psephos verify batch` hashes again.
"""

from collections.abc import Iterable

from psephos.errors import VerificationFailed
from psephos.publish.sealed import joined
from psephos.settings import Checkpoint
from psephos.store.index import Index
from psephos.store.manifest import Anchor, Dataset


def anchors(
    index: Index, checkpoints: Iterable[Checkpoint], datasets: Iterable[Dataset]
) -> tuple[Anchor, ...]:
    """The checkpoints that are reached, each with the first block that is tied to it.

    VerificationFailed if a checkpoint's block was collected with another hash.
    """
    complete = joined(
        (first, last)
        for dataset in datasets
        for first, last, level in dataset.coverage
        if level != "seen"
    )
    found = []
    for mark in sorted(checkpoints, key=lambda mark: mark.block):
        stored = index.block(mark.block)
        if stored and bytes(stored.hash) != mark.hash:
            raise VerificationFailed(
                f"block {mark.block} is 0x{bytes(stored.hash).hex()}, but 0x{mark.hash.hex()}"
                f" was declared from {mark.source}",
                hint="either the node or the checkpoint in psephos.toml is wrong: ask another",
            )
        for first, last in complete:
            if stored and first <= mark.block <= last:
                found.append(Anchor(first, mark.block, "0x" + mark.hash.hex(), mark.source))
    return tuple(found)
