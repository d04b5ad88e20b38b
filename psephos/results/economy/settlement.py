"""What settling on L1 costs: the fees of the transactions that brought state updates there.

Of a chain's core contract (`starknet_core`, `starkex`) and a dataset of fees that watches it. What
is *exact* is gas used times the effective price; the *blob* part rests on a price that no
commitment of a block holds, and is told apart. Proofs and memory pages that went to other contracts
are counted where the fees dataset watches these.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.results import reading

if TYPE_CHECKING:
    from psephos.store.reader import Release

CORES = ("starknet_core", "starkex")
UPDATES = ("state_update", "state_update_early")
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Settlement:
    """Of the full days before a block's day: state updates, and what their transactions paid.

    gas, blobs: in the smallest unit of `fees`, exact and by the blob price; untold: updates whose
    transaction the dataset of fees does not have
    """

    core: str
    fees: str
    days: int
    updates: int
    untold: int
    gas: int
    blobs: int

    @property
    def cost(self) -> int:
        """All of it."""
        return self.gas + self.blobs


def settlement(release: "Release", core: str, block: int, days: int) -> Settlement | None:
    """What a core contract's state updates cost in the full days before a block's day.

    None where no fees are told, where blocks of either dataset are missing in them, or where the
    core was not collected for as long.
    """
    now = reading.timestamp(release, block)
    names = reading.datasets(release, "fees")
    there = [table for table in UPDATES if reading.has(release, f"{core}_{table}")]
    if now is None or not names or not there:
        return None
    last = now // DAY * DAY
    before = reading.block_at(release, last - days * DAY - 1)
    if before is None:
        return None
    for name in (core, names[0]):
        entry = reading.dataset(release, name)
        if entry.first > before + 1 or reading.backfill(entry, block, before + 1):
            return None
    parts = " UNION ".join(
        f'SELECT block_number, transaction_index FROM "{core}_{table}"' for table in there
    )
    query = f"""
        SELECT count(*), count(paid.block_number),
            coalesce(sum(paid.base_fee_burned + paid.priority_fee), 0),
            coalesce(sum(paid.blob_fee), 0)
        FROM ({parts}) AS told
        JOIN block ON block.number = told.block_number
        LEFT JOIN "{names[0]}_fee_transaction" AS paid
            ON paid.block_number = told.block_number
            AND paid.transaction_index = told.transaction_index
        WHERE block.timestamp >= ? AND block.timestamp < ? AND told.block_number <= ?"""
    given = (last - days * DAY, last, block)
    updates, known, gas, blobs = map(int, reading.rows(release, query, given)[0])
    return Settlement(core, names[0], days, updates, updates - known, gas, blobs)
