"""What holds on a simulated Starknet chain: balances, stakes, pools, power and votes.

Books are never changed: each deed makes new ones from the old, so that a chain that goes back
to an older block goes back to that block's books, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from psephos.commit.starknet.felt import keccak_250

Event = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Contract, keys, data."""


def selector(name: str) -> int:
    return keccak_250(name.encode())


def emitted(contract: int, name: str, keys: tuple[int, ...] = (), *data: int) -> Event:
    return contract, (selector(name), *keys), data


def u256(value: int) -> tuple[int, int]:
    """Low half first."""
    return value % 2**128, value >> 128


@dataclass(frozen=True, slots=True)
class Proposal:
    """Of a Snapshot X space: unix seconds, and power by choice (against, for, abstain)."""

    start: int
    end: int
    author: int
    power: tuple[int, int, int] = (0, 0, 0)
    executed: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Books:
    """What everybody has after a block.

    balance    (token, holder) → amount; what is staked lies with the staking contract
    own        staker → own stake; 0 from the intent to exit on
    pool       (staker, token) → pool
    member     (pool, member) → amount that is delegated
    leaving    (pool, member) → amount of an exit intent
    exiting    staker → what is paid back at the exit
    locked     holder → amount of STRK in vSTRK (its balance there)
    delegate   holder → to whom its power is delegated
    power      delegate → voting power
    proposal   id → proposal
    voted      (id, voter) → choice and power
    nonce      account → nonce
    """

    balance: Mapping[tuple[int, int], int] = field(default_factory=dict)
    own: Mapping[int, int] = field(default_factory=dict)
    pool: Mapping[tuple[int, int], int] = field(default_factory=dict)
    member: Mapping[tuple[int, int], int] = field(default_factory=dict)
    leaving: Mapping[tuple[int, int], int] = field(default_factory=dict)
    exiting: Mapping[int, int] = field(default_factory=dict)
    locked: Mapping[int, int] = field(default_factory=dict)
    delegate: Mapping[int, int] = field(default_factory=dict)
    power: Mapping[int, int] = field(default_factory=dict)
    proposal: Mapping[int, Proposal] = field(default_factory=dict)
    voted: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    nonce: Mapping[int, int] = field(default_factory=dict)

    def put(self, table: str, key: Any, value: Any) -> Self:
        """The same with one entry of a table changed."""
        return replace(self, **{table: {**getattr(self, table), key: value}})

    def moved(self, token: int, giver: int, taker: int, amount: int) -> Self:
        """The same after a transfer; 0 gives what is minted and takes what is burned."""
        new = dict(self.balance)
        for holder, change in ((giver, -amount), (taker, amount)):
            if holder:
                new[token, holder] = new.get((token, holder), 0) + change
                assert new[token, holder] >= 0, (hex(token), hex(holder), change)
        return replace(self, balance=new)

    def held(self, token: int, holder: int) -> int:
        return self.balance.get((token, holder), 0)

    def supply(self, token: int) -> int:
        return sum(amount for (of, _), amount in self.balance.items() if of == token)

    def delegated(self, staker: int, token: int) -> int:
        """What lies in a staker's pool of a token: the sum of its members."""
        pool = self.pool.get((staker, token))
        return sum(amount for (of, _), amount in self.member.items() if of == pool)
