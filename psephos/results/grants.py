"""Locked grants: what has vested by the clock, what was released, and what is still locked.

Vested at time t, of one grant of `amount` from `start`, with a `cliff` and a `finish` (seconds):

    0                                        t < cliff
    ⌊amount · (t − start) / (finish − start)⌋  cliff ≤ t < finish
    amount                                   t ≥ finish

Locked is amount − vested, or less if more than what has vested was released: what nobody can have
spent yet. Time is the timestamp of the block, as the contract sees it.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.results.reading import backfill, dataset, has, rows, the_block, timestamp

if TYPE_CHECKING:
    from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Grant:
    """`amount` promised to `beneficiary`, linear from `start` to `finish`, none before `cliff`."""

    beneficiary: bytes
    amount: int
    start: int
    cliff: int
    finish: int

    def vested(self, time: int) -> int:
        """What is the beneficiary's at `time`, released or not."""
        if time < self.cliff or time < self.start:
            return 0
        if time >= self.finish:
            return self.amount
        return self.amount * (time - self.start) // (self.finish - self.start)


@dataclass(frozen=True, slots=True)
class Account:
    """All grants of one beneficiary at a block: amounts in the token's smallest unit."""

    beneficiary: bytes
    amount: int
    vested: int
    released: int

    @property
    def locked(self) -> int:
        """What nobody can have spent yet."""
        return self.amount - max(self.vested, self.released)

    @property
    def releasable(self) -> int:
        """What the beneficiary could take out now."""
        return max(self.vested - self.released, 0)


def grants(release: "Release", name: str, block: int | None = None) -> list[Grant]:
    """Every grant created up to a block, oldest first."""
    block = the_block(release, block)
    found = rows(
        release,
        f'SELECT beneficiary, amount, start, "cliff", "finish" FROM "{name}_grant_created" '
        "WHERE block_number <= ? ORDER BY block_number, transaction_index, log_index",
        (block,),
    )
    return [Grant(*row) for row in found]


def accounts(release: "Release", name: str, block: int | None = None) -> list[Account] | None:
    """What each beneficiary was promised, has vested and has taken, most locked first.

    None where it is undefined: blocks not read yet, or a block whose time is not known.
    """
    block = the_block(release, block)
    time = timestamp(release, block)
    if time is None or backfill(dataset(release, name), block) is not None:
        return None
    amount: dict[bytes, int] = defaultdict(int)
    vested: dict[bytes, int] = defaultdict(int)
    for grant in grants(release, name, block):
        amount[grant.beneficiary] += grant.amount
        vested[grant.beneficiary] += grant.vested(time)
    released = _released(release, name, block)
    found = [Account(who, amount[who], vested[who], released.get(who, 0)) for who in amount]
    return sorted(found, key=lambda account: (-account.locked, account.beneficiary))


def unlocks(release: "Release", name: str, upto: list[int]) -> list[int]:
    """What all grants known today will have vested by each of these times (seconds)."""
    known = grants(release, name)
    return [sum(grant.vested(time) for grant in known) for time in upto]


def _released(release: "Release", name: str, block: int) -> dict[bytes, int]:
    if not has(release, f"{name}_grant_released"):
        return {}
    query = (
        f'SELECT beneficiary, sum(amount) FROM "{name}_grant_released" '
        "WHERE block_number <= ? GROUP BY beneficiary"
    )
    return dict(rows(release, query, (block,)))
