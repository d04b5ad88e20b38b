"""What became of a queued proposal in its timelock, where the governor itself emits nothing.

A timelock is scheduled by the governor in the transaction that queues the proposal; its operation
can be executed or cancelled there directly (OpenZeppelin 5.7.0, `GovernorTimelockControl.state`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.voting.rules import Rules

if TYPE_CHECKING:
    from psephos.store.reader import Release

EVENT = "(block_number, transaction_index, log_index)"


@dataclass(frozen=True, slots=True)
class Operation:
    """A proposal's operation in the timelock."""

    done: bool = False
    cancelled: bool = False


def operations(release: "Release", by: Rules, block: int) -> dict[bytes, Operation]:
    """The operation of each queued proposal at a block, by proposal id."""
    queued, lock = f"{by.governor}_proposal_queued", by.timelock
    needed = [queued, *(f"{lock}_{table}" for table in ("call_scheduled", "call_executed"))]
    if lock is None or not all(reading.has(release, table) for table in needed):
        return {}
    query = f"""
        WITH operation AS (
            SELECT queued.proposal_id, arg_max(scheduled.id, scheduled.log_index) AS id
            FROM "{queued}" AS queued JOIN "{lock}_call_scheduled" AS scheduled
              ON scheduled.transaction_hash = queued.transaction_hash
             AND scheduled.block_hash = queued.block_hash
             AND scheduled.log_index < queued.log_index
            WHERE queued.block_number <= $block GROUP BY queued.proposal_id
        ), last AS (
            SELECT id, arg_max(what, event) AS what FROM (
                SELECT id, 'scheduled' AS what, {EVENT} AS event FROM "{lock}_call_scheduled"
                WHERE block_number <= $block
                UNION ALL
                SELECT id, 'done', {EVENT} FROM "{lock}_call_executed"
                WHERE block_number <= $block
                UNION ALL
                SELECT id, 'cancelled', {EVENT} FROM "{lock}_call_cancelled"
                WHERE block_number <= $block
            ) GROUP BY id
        )
        SELECT proposal_id, what FROM operation JOIN last USING (id)"""
    found = reading.rows(release, query, {"block": block})
    return {id: Operation(what == "done", what == "cancelled") for id, what in found}
