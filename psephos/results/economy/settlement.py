"""What settling on L1 costs: the fees of the transactions that brought state updates there.

Of a chain's core contract (`starknet_core`, `starkex`) and a dataset of fees that watches it. What
is *exact* is gas used times the effective price; the *blob* part rests on a price that no
commitment of a block holds, and is told apart. Proofs and memory pages that went to Ethereum's
verifier in transactions of their own are not in it: one pays for several chains at once, and no
event says which part is whose. So what L1 costs is at least this, and a margin at most.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.results import reading

if TYPE_CHECKING:
    from psephos.store.reader import Release

SETTLES = "starknet_core"
"""Who settles Starknet. StarkEx's exchanges settle themselves: no fee of Starknet pays for it."""
CORES = (SETTLES, "starkex")
UPDATES = (
    "state_update", "state_update_early",
    "root_update_first", "root_update_batch", "root_update", "perpetual_update",
)  # fmt: skip
"""Event tables of state updates: of Starknet's two generations, and of StarkEx's four."""
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


@dataclass(frozen=True, slots=True)
class Update:
    """A state update: its block on L1, the last L2 block it covers, and what its transaction paid.

    gas, blobs: None where the dataset of fees has not got the transaction; covers: None where the
    core tells no block (StarkEx)
    """

    block: int
    time: int
    covers: int | None
    gas: int | None
    blobs: int | None


def updates(release: "Release", core: str, first: int, last: int) -> list[Update]:
    """A core's updates in blocks with a timestamp from `first` to before `last`, in order.

    Two updates in one transaction share its fee: it stands with the first of them.
    """
    names = reading.datasets(release, "fees")
    there = [table for table in UPDATES if reading.has(release, f"{core}_{table}")]
    if not there:
        return []
    kept = "block_number, transaction_index, log_index"
    starkex = "starkex" in reading.dataset(release, core).sources
    covers = "NULL" if starkex else "l2_block_number"
    parts = " UNION ALL ".join(
        f'SELECT {kept}, {covers} AS covers FROM "{core}_{table}"' for table in there
    )
    paid = "SELECT NULL AS block_number, NULL AS transaction_index, NULL AS gas, NULL AS blob_fee"
    if names:
        paid = f"""SELECT block_number, transaction_index,
            base_fee_burned + priority_fee AS gas, blob_fee FROM "{names[0]}_fee_transaction" """
    query = f"""
        SELECT told.block_number, timestamp, covers, transaction_index, gas, blob_fee
        FROM ({parts}) AS told JOIN block ON block.number = told.block_number
        LEFT JOIN ({paid}) AS paid USING (block_number, transaction_index)
        WHERE timestamp >= ? AND timestamp < ? ORDER BY told.block_number, 4, log_index"""
    found, seen = [], set()
    for block, time, to, place, gas, blobs in reading.rows(release, query, (first, last)):
        again = (block, place) in seen
        seen.add((block, place))
        costs = None if gas is None else (0, 0) if again else (int(gas), int(blobs))
        number = None if to is None else int.from_bytes(bytes(to), "big", signed=True)
        found.append(Update(int(block), int(time), number, *(costs or (None, None))))
    return found
