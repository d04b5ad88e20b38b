"""Whether the rows of sealed blocks are all there are: by blooms here, by receipts from a node.

A release says of blocks that they are *complete*. Here is what can be known of that without
believing it: a block whose bloom excludes a dataset's events holds no row of it. The rows of the
other blocks follow from their receipts, which a release does not hold and a node does.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import SystemRandom
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psephos.batch.header import BatchHeader
from psephos.chain.dataset import Dataset
from psephos.chain.node import BlockId, Header, Node, Receipt, Teller
from psephos.errors import MethodMissing, VerificationFailed
from psephos.evidence.blocks import Recomputed, at, audible
from psephos.evidence.check import NotPossible
from psephos.evidence.receipts import compare
from psephos.evidence.rows import read_at
from psephos.store.reader import Release

Numbers = NDArray[np.uint64]
"""Numbers of blocks."""

AT_ONCE = 500
"""Blocks whose rows and headers are read by one query, and whose receipts are kept together."""

Progress = Callable[[int, int, int], None]
"""`progress(blocks done, blocks in all, 0)`."""


@dataclass(slots=True)
class Hearing:
    """The sealed blocks of a dataset, as they are walked: how many, and which may hold rows."""

    dataset: Dataset
    ends: list[tuple[int, int]]
    blocks: int = 0
    loud: "array[int]" = field(default_factory=lambda: array("Q"))

    @classmethod
    def of(cls, dataset: Dataset, batches: Sequence[BatchHeader]) -> "Hearing":
        """To be given every block of the release once, in order (`see`)."""
        return cls(dataset, sorted({(batch.last, batch.first) for batch in batches}))

    def see(self, block: Recomputed) -> None:
        place = bisect_left(self.ends, (block.number, 0))
        if place < len(self.ends) and self.ends[place][1] <= block.number:
            self.blocks += 1
            if audible([block], self.dataset):
                self.loud.append(block.number)


def covered(release: Release, hearing: Hearing) -> str:
    """That no row lies in a sealed block whose bloom excludes it, and that what is said to be
    read is there. VerificationFailed names the first block."""
    name = hearing.dataset.name
    for first, last, _ in release.manifest.datasets[name].coverage:
        sql = "SELECT count(DISTINCT number) FROM block WHERE number BETWEEN ? AND ?"
        if release.sql(sql, [first, last]).row(0)[0] != last - first + 1:
            raise VerificationFailed(f"{name}: not all blocks {first}-{last} are in the release")
    for table in hearing.dataset.tables():
        rows = _blocks_with_rows(release, f"{name}_{table}", hearing)
        if wrong := rows[~np.isin(rows, np.frombuffer(hearing.loud, np.uint64))].tolist():
            raise VerificationFailed(
                f"{name}_{table} has rows of block {wrong[0]}, excluded by its bloom"
            )
    rest = len(hearing.loud)
    proven = (
        f"{hearing.blocks - rest} of {hearing.blocks} sealed blocks are proven to hold no row, and"
        " hold none"
    )
    return proven + (
        f"; that the rows of the other {rest} are all there are, only receipts can prove, which a"
        " node has"
        if rest
        else ""
    )


def _blocks_with_rows(release: Release, view: str, hearing: Hearing) -> Numbers:
    """Numbers of the sealed blocks that have rows in a table, in order."""
    sql = f'SELECT DISTINCT block_number FROM "{view}" ORDER BY block_number'
    rows = release.sql(sql)["block_number"].to_numpy()
    starts = np.array([first for _, first in hearing.ends], np.uint64)
    ends = np.array([last for last, _ in hearing.ends], np.uint64)
    place = np.minimum(np.searchsorted(ends, rows), len(ends) - 1)
    sealed: Numbers = rows[(starts[place] <= rows) & (rows <= ends[place])]
    return sealed


@dataclass(slots=True)
class Asked:
    """A node that is asked once for the receipts of a block that several datasets hear."""

    node: Node
    told: Callable[[], None]
    kept: dict[BlockId, Sequence[Receipt]] = field(default_factory=dict)

    def receipts(self, block: BlockId) -> Sequence[Receipt]:
        if block not in self.kept:
            self.kept[block] = self.node.receipts(block)
            self.told()
        return self.kept[block]

    def transactions(self, block: BlockId) -> list[Mapping[str, Any]]:
        """Not kept: only a dataset with payers asks for them."""
        if not isinstance(self.node, Teller):
            raise MethodMissing("this node tells no transactions")
        return self.node.transactions(block)

    def headers(self, first: int, last: int) -> Sequence[Header]:
        """Not kept: only a dataset with rows of every block asks for them."""
        return self.node.headers(first, last)


def recompute(
    release: Release,
    node: Node,
    hearings: Sequence[Hearing],
    sample: int | None = None,
    progress: Progress | None = None,
) -> str:
    """That the rows of the sealed blocks which may hold some are those of their receipts.

    sample: that many blocks instead of all, drawn anew each time so that no publisher knows them.
    VerificationFailed names the block and table; NotPossible if the node is of another chain or
    its receipts do not recompute.
    """
    chain_id, _ = node.identity()
    if chain_id != release.chain.id:
        raise NotPossible(f"the node is of chain {chain_id}, the release of {release.chain.id}")
    heard = sorted(set().union(*(hearing.loud for hearing in hearings)))
    chosen = heard
    if sample is not None:
        chosen = sorted(SystemRandom().sample(heard, min(sample, len(heard))))
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, len(chosen), 0)

    loose = False
    for numbers in _cut(chosen):
        blocks = {block.number: block for block in at(release, numbers)}
        asked = Asked(node, told)
        for hearing in hearings:
            own = np.intersect1d(numbers, hearing.loud).tolist()
            rows = read_at(release, hearing.dataset, own)
            found = compare(asked, hearing.dataset, [blocks[n] for n in own], rows)
            loose |= found.payers is False
    drawn = f"{len(chosen)}, drawn from the {len(heard)}" if sample is not None else str(len(heard))
    more = "; payers and prices only as told: the node tells no transactions" if loose else ""
    return f"{drawn} blocks that may hold rows recompute from a node's receipts to these rows{more}"


def _cut(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    edges = [*range(0, len(numbers), AT_ONCE), len(numbers)]
    return (numbers[a:b] for a, b in pairwise(edges) if b > a)
