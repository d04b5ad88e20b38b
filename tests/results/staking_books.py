"""A staking contract of four generations kept as plain books, told as its sources emit events.

Each deed of `Contract` is one block: it changes the books, and appends the events that the contract
of the current generation emits, in its order. Nothing here knows how events are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from psephos.chain.decode import decode
from psephos.chain.event import FeltEvent
from psephos.chain.events import STARKNET
from tests.chain.felt_entries import Entry, entry, logs

STRK = 0x4718F5A0FC34CC1AF16A1CDEE98FFB20C31F5CD61D6AB07201858F4287C938D
WBTC, TBTC = 0x3FE2B97C1FD, 0x4DAA17763B2
STAKING = 0x57A

SHAPES = {
    (source, event.table): event
    for source in ("starknet_staking", "starknet_pool", "starknet_attestation")
    for event in STARKNET[source].events
}
TABLES = tuple(event for event in SHAPES.values() if isinstance(event, FeltEvent))
OPTION = next(
    e
    for e in STARKNET["starknet_staking"].events
    if e.table == "delete_staker" and e.columns[-1].type == "Option<ContractAddress>"
)
SPAN = next(e for e in STARKNET["starknet_staking"].events if e.table == "delete_staker")


@dataclass
class Contract:
    """Books: own stake by staker (0 while leaving), pools, what members have."""

    own: dict[int, int] = field(default_factory=dict)
    pools: dict[tuple[int, int], int] = field(default_factory=dict)
    members: dict[tuple[int, int], int] = field(default_factory=dict)
    leaving: set[int] = field(default_factory=set)
    generation: int = 1
    block: int = 0
    entries: list[Entry] = field(default_factory=list)

    @property
    def paired(self) -> bool:
        return self.generation >= 3

    def delegated(self, staker: int, token: int) -> int:
        pool = self.pools.get((staker, token))
        if staker in self.leaving:
            return 0
        return sum(amount for (of, _), amount in self.members.items() if of == pool)

    def tell(self, table: str, *values: Any, contract: int = STAKING) -> None:
        source = "starknet_staking" if contract == STAKING else "starknet_pool"
        shape = SHAPES[source, table]
        assert isinstance(shape, FeltEvent)
        self.entries.append(entry(shape, *values, block=self.block, contract=contract))

    def told_stake(self, staker: int, token: int, own: int, delegated: int) -> None:
        """What a staker had, and what it has now."""
        new = self.own.get(staker, 0), self.delegated(staker, token)
        if not self.paired:
            self.tell("stake_balance_changed", staker, own, delegated, *new)
        elif own != new[0]:
            self.tell("stake_own_balance_changed", staker, own, new[0])
        else:
            self.tell("stake_delegated_balance_changed", staker, token, delegated, new[1])

    def stake(self, staker: int, amount: int) -> None:
        old, delegated = self.own.get(staker), self.delegated(staker, STRK)
        self.own[staker] = (old or 0) + amount
        if old is None:
            self.tell("new_staker", staker, staker + 1, staker + 2, amount)
        self.told_stake(staker, STRK, old or 0, delegated)

    def open_pool(self, staker: int, token: int, commission: int) -> None:
        pool = self.pools[staker, token] = 0x900 + len(self.pools) + 16 * self.block
        if self.paired:
            self.tell("new_delegation_pool", staker, pool, token, commission)
        else:
            self.tell("new_delegation_pool_early", staker, pool, commission)

    def delegate(self, staker: int, token: int, member: int, amount: int) -> None:
        pool, had = self.pools[staker, token], self.delegated(staker, token)
        old = self.members.get((pool, member))
        self.members[pool, member] = (old or 0) + amount
        self.told_stake(staker, token, self.own[staker], had)
        if old is None:
            self.tell("new_pool_member", member, staker, member + 1, amount, contract=pool)
        new = (old or 0) + amount
        self.tell("pool_member_balance_changed", member, old or 0, new, contract=pool)

    def leave_pool(self, staker: int, token: int, member: int, amount: int) -> None:
        pool, had = self.pools[staker, token], self.delegated(staker, token)
        old = self.members[pool, member]
        self.members[pool, member] = old - amount
        if staker not in self.leaving:
            self.told_stake(staker, token, self.own[staker], had)
        self.tell("pool_member_exit_intent", member, 5, amount, contract=pool)
        self.tell("pool_member_balance_changed", member, old, old - amount, contract=pool)

    def intend(self, staker: int) -> None:
        """The intent to exit: zeros are told at once, members keep what they have."""
        own, strk = self.own[staker], self.delegated(staker, STRK)
        had = {token: self.delegated(staker, token) for of, token in self.pools if of == staker}
        self.own[staker] = 0
        self.leaving.add(staker)
        if not self.paired:
            self.tell("staker_exit_intent_early", staker, 9, own + strk)
            self.tell("stake_balance_changed", staker, own, strk, 0, 0)
            return
        for token, amount in had.items():
            self.tell("stake_delegated_balance_changed", staker, token, amount, 0)
        self.tell("staker_exit_intent", staker, 9)
        self.tell("stake_own_balance_changed", staker, own, 0)

    def delete(self, staker: int) -> None:
        mine = {token: pool for (of, token), pool in self.pools.items() if of == staker}
        shape, told = SPAN, list(mine.values())
        if not self.paired:
            shape, told = OPTION, mine.get(STRK)  # type: ignore[assignment]
        assert isinstance(shape, FeltEvent)
        values = (staker, staker + 1, staker + 2, told)
        self.entries.append(entry(shape, *values, block=self.block, contract=STAKING))
        self.pools = {key: pool for key, pool in self.pools.items() if key[0] != staker}
        del self.own[staker]
        self.leaving.discard(staker)

    def happens(self, random: Random) -> None:
        """One deed, drawn; nothing where it cannot be done."""
        self.block += 1
        amount = random.randrange(1, 10**6) * 10**12
        there = [s for s in self.own if s not in self.leaving]
        if (deed := random.randrange(12)) < 3 or not there:
            new = random.randrange(1, 9) * 16
            if new not in self.leaving:
                self.stake(new, amount)
            return
        staker = random.choice(there)
        tokens = [token for of, token in self.pools if of == staker]
        wanted = random.choice([STRK, WBTC, TBTC] if self.paired else [STRK])
        if deed < 5 and wanted not in tokens:
            self.open_pool(staker, wanted, random.randrange(10_000))
        elif deed < 8 and tokens:
            token = random.choice(tokens)
            self.delegate(staker, token, 0x3000 + random.randrange(6), amount)
        elif deed == 8 and any(self.members.values()):
            (pool, member), had = random.choice([x for x in self.members.items() if x[1]])
            of = [key for key, one in self.pools.items() if one == pool]
            if of:
                self.leave_pool(*of[0], member, random.randrange(1, had + 1))
        elif deed == 9 and len(there) > 2:
            self.intend(staker)
        elif deed == 10 and self.leaving:
            self.delete(random.choice(sorted(self.leaving)))

    def tables(self) -> dict[str, Any]:
        return read(self.entries)


def read(entries: Sequence[Entry]) -> dict[str, Any]:
    """Tables of all events, as a collector stores them."""
    events = [
        event
        for source in ("starknet_staking", "starknet_pool", "starknet_attestation")
        for event in STARKNET[source].events
    ]
    return decode(events, logs(entries))
