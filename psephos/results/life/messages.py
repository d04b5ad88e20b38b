"""Messages from L1 to L2: how long they wait, which still do, which were taken back.

A message is one by sender, receiver, selector, payload and nonce. On L2 it is handled by a
transaction whose hash follows from what L1 told of it; so a handler is found in the rows of L2's
fees without a word of its node. On L1 it is consumed when an update that handled it comes there, so
that wait holds the proof's lag too. No message can be forced in: one that waits for days is a sign,
no proof, of censorship. What wallets sent and no sequencer took is visible nowhere.

Source: starkware-libs/cairo-lang, `starknet/solidity/StarknetMessaging.sol`; the hash of an L1
handler: `psephos.commit.starknet.transaction`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psephos.commit.starknet.hashes import compiled
from psephos.commit.starknet.transaction import (
    FORMULAS,
    OLD_FORMULAS,
    Transaction,
    transaction_hashes,
)
from psephos.results import reading
from psephos.results.life.blocks import Gaps, gaps

if TYPE_CHECKING:
    from psephos.store.reader import Release

SAME = ("from_address", "to_address", "selector", "payload", "nonce")
SENT = ("message_to_l2", "message_to_l2_early")
ENDS = ("message_to_l2_consumed", "message_canceled", "message_cancellation_started")
L1_HANDLER = 3


@dataclass(frozen=True, slots=True)
class Message:
    """A message with the block and time at which L1 told of it, and when it ended there.

    Times in seconds; `stopping` is when its cancellation began; None of what has not happened.
    """

    block: int
    time: int
    transaction: Transaction
    consumed: int | None
    canceled: int | None
    stopping: int | None

    def state(self, handled: int | None) -> str:
        """How it stands, of the last that happened to it."""
        if self.consumed is not None:
            return "consumed"
        if self.canceled is not None:
            return "cancelled"
        if handled is not None:
            return "handled"
        return "pending" if self.stopping is None else "being cancelled"


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


def sent(release: "Release", core: str, first: int, block: int) -> list[Message] | None:
    """Messages from time `first` up to a block of L1, oldest first; None where none are told."""
    there = [table for table in SENT if reading.has(release, f"{core}_{table}")]
    if not there:
        return None
    names = ", ".join(SAME)
    parts = " UNION ALL ".join(
        f"SELECT {names}, timestamp, block_number, transaction_index, log_index "
        f'FROM "{core}_{table}" AS sent JOIN block ON block.number = sent.block_number '
        "WHERE timestamp >= $first AND block_number <= $block"
        for table in there
    )
    ends = [_end(release, core, table, at) for at, table in enumerate(ENDS)]
    query = f"""
        SELECT block_number, sent.timestamp, {", ".join(f"sent.{name}" for name in SAME)},
            {", ".join(f"end_{at}.time" for at in range(len(ENDS)))}
        FROM ({parts}) AS sent {" ".join(ends)}
        ORDER BY block_number, transaction_index, log_index"""
    rows = reading.rows(release, query, {"first": first, "block": block})
    return [
        Message(int(at), int(time), handler(row[:5]), *(_seconds(end) for end in row[5:]))
        for at, time, *row in rows
    ]


def messages(release: "Release", core: str, first: int, block: int) -> Messages | None:
    """Messages sent from time `first` up to a block; None where the core tells none."""
    now, found = reading.timestamp(release, block), sent(release, core, first, block)
    if found is None or now is None:
        return None
    waits = [one.consumed - one.time for one in found if one.consumed is not None]
    left = [one for one in found if one.consumed is None]
    pending = [one for one in left if one.canceled is None]
    return Messages(
        len(found), len(waits), len(left) - len(pending),
        sum(one.stopping is not None for one in pending),
        gaps(waits), now - min(one.time for one in pending) if pending else None,
    )  # fmt: skip


def handled(
    release: "Release", fees: str, block: int, found: Sequence[Message]
) -> list[int | None]:
    """When L2 handled each message, up to a block of it: seconds; None where it did not.

    `release` is the L2's and `fees` its dataset of fees, in which every transaction has a row. By
    today's formula of the hash first, by the formulas of the first blocks for what is left.
    """
    query = f"""
        SELECT transaction_hash, timestamp FROM "{fees}_fee_transaction" AS one
        JOIN block ON block.number = one.block_number
        WHERE kind = ? AND block_number <= ?"""
    rows = reading.rows(release, query, (L1_HANDLER, block)) if found else ()
    when = {int.from_bytes(told, "big"): int(time) for told, time in rows}
    times: list[int | None] = [None] * len(found)
    for formulas in (FORMULAS, *OLD_FORMULAS) if when else ():
        left = [at for at, time in enumerate(times) if time is None]
        some = [found[at].transaction for at in left]
        for at, told in zip(
            left, transaction_hashes(some, release.chain.id, compiled(), formulas), strict=True
        ):
            times[at] = when.get(told)
    return times


def handler(row: Sequence[Any]) -> Transaction:
    """The transaction by which L2 handles a message, from the words that L1 told of it (`SAME`).

    The first word of its calldata is the sender on L1.
    """
    sender, to, selector, payload, nonce = row
    words = (_number(sender), *map(_number, payload))
    return Transaction(
        "L1_HANDLER", 0, 0, sender=_number(to), selector=_number(selector),
        calldata=words, nonce=_number(nonce),
    )  # fmt: skip


def _number(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _seconds(time: int | None) -> int | None:
    return None if time is None else int(time)


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
