"""Blocks recomputed from their stored headers: a closed chain, and which blocks are silent.

A header's bytes hash to the block's hash; its parent hash is the hash of the block before. So
the hashes of two blocks fix every header between them, and with it the logs bloom and the
receipts root of each, or the event commitment of a Starknet block.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from psephos.batch.header import BatchHeader, date_of, day_of
from psephos.chain.check import Watch
from psephos.chain.dataset import Dataset
from psephos.commit.header import HeaderFields
from psephos.commit.starknet.header import StarknetHeader
from psephos.commit.told import hashed
from psephos.errors import VerificationFailed
from psephos.evidence.check import NotPossible
from psephos.store.reader import Release

AT_ONCE = 20_000
"""Blocks read by one query."""

SELECT = "SELECT number, hash, parent, timestamp, header FROM block WHERE"


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A block whose header hashes to its hash. `timestamp` is as stored where the hash binds none
    (Starknet before 0.7)."""

    number: int
    hash: bytes
    fields: HeaderFields | StarknetHeader
    timestamp: int

    @property
    def day(self) -> int:
        return day_of(self.timestamp)


def recomputed(release: Release, first: int, last: int) -> Iterator[Recomputed]:
    """The stored blocks from `first` to `last`, each recomputed and linked to the one before.

    VerificationFailed if a header does not hash to its block's hash, if what the block table
    tells differs from the header, or if a block does not follow the one before it. NotPossible
    at a block stored without its header.
    """
    before: Recomputed | None = None
    for low in range(first, last + 1, AT_ONCE):
        high = min(low + AT_ONCE - 1, last)
        for block in _recomputed(_rows(release, low, high)):
            number, parent = block.number, block.fields.parent
            if before is not None and before.number + 1 == number and before.hash != parent:
                raise VerificationFailed(f"block {number} does not follow block {number - 1}")
            before = block
            yield block


def at(release: Release, numbers: Sequence[int]) -> list[Recomputed]:
    """The stored blocks of these numbers, each recomputed; errors as in `recomputed`."""
    rows = release.sql(f"{SELECT} number IN (SELECT unnest(?)) ORDER BY number", [list(numbers)])
    return list(_recomputed(rows.rows()))


Row = tuple[int, bytes, bytes, int, bytes]
"""Number, hash, parent, timestamp and header of a stored block."""


def _rows(release: Release, first: int, last: int) -> list[Row]:
    return release.sql(f"{SELECT} number BETWEEN ? AND ? ORDER BY number", [first, last]).rows()


def _recomputed(rows: Sequence[Row]) -> Iterator[Recomputed]:
    """The blocks of the rows in order, as far as they recompute; errors as in `recomputed`."""
    there = [row[4] for row in takewhile(lambda row: row[4], rows)]
    for (number, hash_, parent, timestamp, _), found in zip(rows, hashed(there), strict=False):
        if found.hash != hash_:
            raise VerificationFailed(
                f"the header of block {number} does not hash to 0x{hash_.hex()}"
            )
        bound = timestamp if found.timestamp is None else found.timestamp
        if (found.number, found.parent, bound) != (number, parent, timestamp):
            raise VerificationFailed(f"block {number} is stored otherwise than its header says")
        yield Recomputed(number, hash_, found.fields, timestamp)
    if len(there) < len(rows):
        raise NotPossible(f"block {rows[len(there)][0]} is stored without its header")


def closed(blocks: Mapping[int, Recomputed], batch: BatchHeader, first: int) -> str:
    """That a batch's blocks are a closed chain from its parent to its last block, and its day.

    `blocks` are recomputed ones by number, those beside the batch too where they are known;
    `first` is the dataset's first block. VerificationFailed names the block that is wrong.
    """
    where = f"{batch.dataset}/{batch.date}"
    inside = [blocks.get(number) for number in range(batch.first, batch.last + 1)]
    for number, block in enumerate(inside, batch.first):
        if block is None:
            raise VerificationFailed(f"{where}: block {number} is missing")
        if block.day != batch.day:
            raise VerificationFailed(f"{where}: block {number} is of {date_of(block.day)}")
        linked = blocks.get(number - 1)
        if linked is not None and linked.hash != block.fields.parent:
            raise VerificationFailed(f"{where}: block {number} does not follow block {number - 1}")
    begin, end = blocks[batch.first], blocks[batch.last]
    if begin.fields.parent != batch.parent:
        raise VerificationFailed(f"{where}: block {begin.number} follows another block")
    if end.hash != batch.last_hash:
        raise VerificationFailed(f"{where}: block {end.number} is another one")
    before, after = blocks.get(batch.first - 1), blocks.get(batch.last + 1)
    if before is not None and batch.first != first and before.day >= batch.day:
        raise VerificationFailed(f"{where}: the day began before block {batch.first}")
    if after is not None and after.day <= batch.day:
        raise VerificationFailed(f"{where}: the day went on after block {batch.last}")
    return (
        f"blocks {batch.first}-{batch.last} hash from 0x{batch.parent.hex()[:16]}… to"
        f" 0x{batch.last_hash.hex()[:16]}…"
    )


def check_days(
    release: Release,
    batches: Iterable[BatchHeader],
    seen_by: Sequence[Callable[[Recomputed], None]] = (),
) -> str:
    """That every batch is closed, in one walk over the release's blocks, each of which is shown
    to `seen_by`.

    A day is looked at when the block after it was seen, and forgotten when no later one needs
    its blocks.
    """
    unique = {(b.dataset, b.day, b.first, b.last, b.parent, b.last_hash): b for b in batches}
    days = sorted(unique.values(), key=lambda batch: batch.last)
    if not days:
        return "nothing is sealed yet"
    needed = list(accumulate((day.first - 1 for day in reversed(days)), min))[::-1]
    window: dict[int, Recomputed] = {}
    seen = done = 0
    for block in recomputed(release, max(needed[0], 0), days[-1].last + 1):
        window[block.number] = block
        seen += 1
        for see in seen_by:
            see(block)
        while done < len(days) and days[done].last < block.number:
            closed(window, days[done], release.datasets[days[done].dataset].first)
            done += 1
            if done < len(days) and needed[done] > needed[done - 1]:
                window = {n: kept for n, kept in window.items() if n >= needed[done]}
    for day in days[done:]:
        closed(window, day, release.datasets[day.dataset].first)
    return f"{seen} blocks: {len({day.day for day in days})} days are closed chains"


def audible(blocks: Iterable[Recomputed], dataset: Dataset) -> list[Recomputed]:
    """The blocks that may hold rows: whose bloom does not exclude the dataset's events, or whose
    header counts events where there is no bloom.

    The others are proven to hold none. A dataset with rows of every block (fees) hears all.
    """
    watch = Watch(dataset.contracts, dataset.topics)
    return [block for block in blocks if dataset.rows or _possible(block.fields, watch)]


def _possible(fields: HeaderFields | StarknetHeader, watch: Watch) -> bool:
    if isinstance(fields, StarknetHeader):
        return fields.event_count != 0
    return watch.possible(fields.logs_bloom)
