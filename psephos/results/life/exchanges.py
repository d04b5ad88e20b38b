"""StarkEx on L1, the service that came before Starknet: state updates with sequence and batch.

Four generations of its event: the oldest tells sequence, vault root and order root; later ones a
batch, and a vault root each for validium and rollup; a perpetual tells sequence and batch alone.
A root or a batch that a generation does not tell is None.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.life.blocks import Gaps, gaps

if TYPE_CHECKING:
    from psephos.store.reader import Release

TOLD = {
    "root_update_first": ("NULL", "vault_root", "order_root"),
    "root_update_batch": ("batch_id", "vault_root", "order_root"),
    "root_update": ("batch_id", "rollup_vault_root", "order_root"),
    "perpetual_update": ("batch_id", "NULL", "NULL"),
}
"""Of each generation's table: the columns of batch, vaults (of the rollup) and orders."""
NEWEST = 10


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One state update of an exchange."""

    block: int
    time: int
    sequence: int
    batch: int | None
    vaults: bytes | None
    orders: bytes | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """Updates of a window, the seconds between them, and the newest up to a block, newest first."""

    updates: int
    gaps: Gaps | None
    newest: tuple[Exchanged, ...]


def exchanges(release: "Release", name: str, first: int, last: int, block: int) -> Exchange:
    """What an exchange's dataset tells of times from `first` to before `last`, up to a block."""
    parts = " UNION ALL ".join(
        f"SELECT block_number, log_index, sequence_number, {batch}::BLOB AS batch, "
        f'{vaults}::BLOB AS vaults, {orders}::BLOB AS orders FROM "{name}_{table}"'
        for table, (batch, vaults, orders) in TOLD.items()
        if reading.has(release, f"{name}_{table}")
    )
    if not parts:
        return Exchange(0, None, ())
    query = f"""
        SELECT block_number, timestamp, sequence_number, batch, vaults, orders
        FROM ({parts}) AS told JOIN block ON number = block_number
        WHERE block_number <= ? ORDER BY block_number, log_index"""
    rows = [
        Exchanged(int(at), int(time), int.from_bytes(sequence, "big"),
                  None if batch is None else int.from_bytes(batch, "big"), vaults, orders)
        for at, time, sequence, batch, vaults, orders in reading.rows(release, query, (block,))
    ]  # fmt: skip
    times = [one.time for one in rows if first <= one.time < last]
    between = gaps([after - before for before, after in pairwise(times)])
    return Exchange(len(times), between, tuple(reversed(rows[-NEWEST:])))
