"""Messages from L1 to L2: how long they wait, which still do, which were taken back.

A message is one by sender, receiver, selector, payload and nonce. It is consumed when an update
that handled it comes to L1, so the wait until then holds the proof's lag too; that on L2 alone is
in no table of L1. No message can be forced in: one that waits for days is a sign, no proof, of
censorship. What wallets sent and no sequencer took is visible nowhere.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.life.blocks import Gaps, gaps

if TYPE_CHECKING:
    from psephos.store.reader import Release

SAME = ("from_address", "to_address", "selector", "payload", "nonce")
SENT = ("message_to_l2", "message_to_l2_early")
ENDS = ("message_to_l2_consumed", "message_canceled", "message_cancellation_started")


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages sent in a window, as they stand at a block.

    waits: seconds until consumed, of those that were; oldest: seconds that the oldest pending one
    has waited; stopping: those whose cancellation was begun
    """

    sent: int
    consumed: int
    canceled: int
    stopping: int
    waits: Gaps | None
    oldest: int | None

    @property
    def pending(self) -> int:
        return self.sent - self.consumed - self.canceled


def messages(release: "Release", core: str, first: int, block: int) -> Messages | None:
    """Messages sent from time `first` up to a block; None where the core tells none."""
    sent = [table for table in SENT if reading.has(release, f"{core}_{table}")]
    now = reading.timestamp(release, block)
    if not sent or now is None:
        return None
    names = ", ".join(SAME)
    parts = " UNION ALL ".join(
        f'SELECT {names}, timestamp FROM "{core}_{table}" AS sent '
        "JOIN block ON block.number = sent.block_number "
        "WHERE timestamp >= $first AND block_number <= $block"
        for table in sent
    )
    ends = [_end(release, core, table, at) for at, table in enumerate(ENDS)]
    query = f"""
        SELECT sent.timestamp, {", ".join(f"end_{at}.time" for at in range(len(ENDS)))}
        FROM ({parts}) AS sent {" ".join(ends)}"""
    rows = reading.rows(release, query, {"first": first, "block": block})
    waits = [int(done) - int(time) for time, done, _, _ in rows if done is not None]
    pending = [int(time) for time, done, gone, _ in rows if done is None and gone is None]
    return Messages(
        len(rows), len(waits), sum(row[1] is None and row[2] is not None for row in rows),
        sum(row[1] is None and row[2] is None and row[3] is not None for row in rows),
        gaps(waits), now - min(pending) if pending else None,
    )  # fmt: skip


def _end(release: "Release", core: str, table: str, at: int) -> str:
    """A join that gives the first time at which a message ended so, or nothing."""
    if not reading.has(release, f"{core}_{table}"):
        return f"LEFT JOIN (SELECT NULL::UBIGINT AS time) AS end_{at} ON false"
    names = ", ".join(SAME)
    same = " AND ".join(f"sent.{name} = end_{at}.{name}" for name in SAME)
    return (
        f'LEFT JOIN (SELECT {names}, min(timestamp) AS time FROM "{core}_{table}" AS told '
        "JOIN block ON block.number = told.block_number WHERE block_number <= $block "
        f"GROUP BY {names}) AS end_{at} ON {same}"
    )
