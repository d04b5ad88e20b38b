"""Locked grants: what has vested by the clock, what was released, and what is still locked.

Vested at time t, of one grant of `amount` from `start`, with a `cliff` and a `finish` (seconds):

    0                                        t < cliff
    ⌊amount · (t − start) / (finish − start)⌋  cliff ≤ t < finish
    amount                                   t ≥ finish

Locked is amount − vested, or less if more than what has vested was released: what nobody can have
spent yet. Time is the timestamp of the block, as the contract sees it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.results.reading import dataset, gap, has, rows, the_block, times

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
    return [grant for _, grant in _created(release, name, the_block(release, block))]


def accounts(release: "Release", name: str, block: int | None = None) -> list[Account] | None:
    """What each beneficiary was promised, has vested and has taken, most locked first.

    None where it is undefined: blocks not read yet, or a block whose time is not known.
    """
    return next(found for _, found in accounts_at(release, name, [the_block(release, block)]))


def accounts_at(
    release: "Release", name: str, blocks: Sequence[int]
) -> Iterator[tuple[int, list[Account] | None]]:
    """`accounts` at each of several blocks, from one reading of the rows."""
    last = max(blocks, default=0)
    created, released = _created(release, name, last), _released(release, name, last)
    when = times(release, blocks)
    missing = gap(dataset(release, name), last)
    for block in blocks:
        if block not in when or (missing is not None and missing <= block):
            yield block, None
            continue
        promised = [grant for at, grant in created if at <= block]
        taken = [(who, amount) for at, who, amount in released if at <= block]
        yield block, sums(promised, taken, when[block])


def sums(promised: Iterable[Grant], taken: Iterable[tuple[bytes, int]], time: int) -> list[Account]:
    """Grants and what was released of them, added up by beneficiary, most locked first."""
    amount: dict[bytes, int] = defaultdict(int)
    vested: dict[bytes, int] = defaultdict(int)
    released: dict[bytes, int] = defaultdict(int)
    for grant in promised:
        amount[grant.beneficiary] += grant.amount
        vested[grant.beneficiary] += grant.vested(time)
    for who, part in taken:
        released[who] += part
    found = [Account(who, amount[who], vested[who], released[who]) for who in amount]
    return sorted(found, key=lambda account: (-account.locked, account.beneficiary))


def unlocks(release: "Release", name: str, upto: list[int]) -> list[int]:
    """What all grants known today will have vested by each of these times (seconds)."""
    known = grants(release, name)
    return [sum(grant.vested(time) for grant in known) for time in upto]


def _created(release: "Release", name: str, last: int) -> list[tuple[int, Grant]]:
    """(block, grant) up to a block, oldest first."""
    found = rows(
        release,
        'SELECT block_number, beneficiary, amount, start, "cliff", "finish" '
        f'FROM "{name}_grant_created" WHERE block_number <= ? '
        "ORDER BY block_number, transaction_index, log_index",
        (last,),
    )
    return [(block, Grant(*row)) for block, *row in found]


def _released(release: "Release", name: str, last: int) -> list[tuple[int, bytes, int]]:
    """(block, beneficiary, amount) of every release up to a block."""
    if not has(release, f"{name}_grant_released"):
        return []
    query = (
        f'SELECT block_number, beneficiary, amount FROM "{name}_grant_released" '
        "WHERE block_number <= ?"
    )
    return [(block, who, amount) for block, who, amount in rows(release, query, (last,))]
