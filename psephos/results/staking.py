"""Starknet's staking at any block, replayed from its events: stakes, pools, members, epochs.

The readable definition: events of all tables in the order of the chain, one after another. The
generations of the contract tell a stake in two ways, and say nothing at an upgrade, so the last
value told holds on:

    own        NewStaker, StakeBalanceChanged (V1, V2), StakeOwnBalanceChanged (since BTC)
    delegated  StakeBalanceChanged: STRK; StakeDelegatedBalanceChanged: each token's own pool
    member     NewPoolMember, PoolMemberBalanceChanged of the pool's contract

A staker that is leaving has told zeros with its intent: its stake is out of all sums at once, while
its pool's members still have what they delegated. `DeleteStaker` ends it. A balance acts `delay`
epochs after the one in which it was told (1 as deployed with BTC, 2 in V3).

Rows are those of `psephos.chain.events.starknet_staking` and `…starknet_pool`. Amounts are in each
token's own smallest unit; Bitcoin wrappers are brought to 18 decimals before they are added.

Source: starkware-libs/starknet-staking at c70512d3, 06d2fffb, 5c11a568 and 7a7add26:
`staking.cairo` (`unstake_intent`), `pool.cairo`, `staking/objects.cairo` (`EpochInfo`) and
`staking/utils.cairo`.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from analytics.minting import staking_power
from psephos.errors import DataError

STRK = bytes.fromhex("04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d")
"""The token of stakes that name none; the same on mainnet and sepolia."""

DECIMALS = 18
"""Decimals at which Bitcoin wrappers are added."""

Tables: TypeAlias = Mapping[str, pa.Table]
Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stake:
    """What one staker has: its own STRK, and what each token's pool delegates, none of 0."""

    own: int = 0
    delegated: Mapping[bytes, int] = field(default_factory=dict)
    leaving: bool = False

    def of(self, token: bytes) -> int:
        return self.delegated.get(token, 0) + (self.own if token == STRK else 0)


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool's staker, token and, in ten-thousandths, the commission it was opened with."""

    staker: bytes
    token: bytes
    commission: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A pool whose members have together not what its staker is told to be delegated."""

    pool: bytes
    staker: bytes
    token: bytes
    told: int
    members: int


def events(tables: Tables, names: Collection[str], block: int | None = None) -> Iterator[Any]:
    """(table, row) of the tables named, up to and with a block, in the order of the chain."""
    found = []
    for name in names:
        if name in tables:
            table = tables[name]
            if block is not None:
                table = table.filter(pc.less_equal(table["block_number"], block))
            found += [(name, row) for row in table.to_pylist()]
    place = ("block_number", "transaction_index", "log_index")
    return iter(sorted(found, key=lambda one: tuple(one[1][name] for name in place)))


STAKES = (
    "new_staker",
    "stake_balance_changed",
    "stake_own_balance_changed",
    "stake_delegated_balance_changed",
    "staker_exit_intent",
    "staker_exit_intent_early",
    "delete_staker",
)


def stakes(tables: Tables, block: int | None = None) -> dict[bytes, Stake]:
    """Every staker at the end of a block, those that are leaving too (with what they told)."""
    found: dict[bytes, Stake] = {}
    for name, row in events(tables, STAKES, block):
        staker = row["staker"]
        if name == "delete_staker":
            found.pop(staker, None)
        else:
            found[staker] = _after(found.get(staker, Stake()), name, row)
    return found


def _after(stake: Stake, name: str, row: Row) -> Stake:
    """A stake after one more event of its staker."""
    match name:
        case "new_staker":
            return Stake(int(row["self_stake"]))
        case "stake_own_balance_changed":
            return replace(stake, own=int(row["new_self_stake"]))
        case "stake_balance_changed":
            own = replace(stake, own=int(row["new_self_stake"]))
            return _delegated(own, STRK, int(row["new_delegated_stake"]))
        case "stake_delegated_balance_changed":
            return _delegated(stake, row["token"], int(row["new_delegated_stake"]))
        case _:
            return replace(stake, leaving=True)


def _delegated(stake: Stake, token: bytes, amount: int) -> Stake:
    others = {other: had for other, had in stake.delegated.items() if other != token}
    return replace(stake, delegated=others | ({token: amount} if amount else {}))


def pools(tables: Tables, block: int | None = None) -> dict[bytes, Pool]:
    """The pools of stakers at the end of a block, by contract: those of who is gone are closed.

    A pool that names no token is of STRK.
    """
    found: dict[bytes, Pool] = {}
    names = ("new_delegation_pool", "new_delegation_pool_early", "delete_staker")
    for name, row in events(tables, names, block):
        if name == "delete_staker":
            for closed in row["pools"]:
                found.pop(closed, None)
        else:
            found[row["pool"]] = Pool(row["staker"], row.get("token", STRK), row["commission"])
    return found


def members(tables: Tables, block: int | None = None) -> dict[tuple[bytes, bytes], int]:
    """What each member delegates, by (pool, member), none of 0."""
    found: dict[tuple[bytes, bytes], int] = {}
    names = ("new_pool_member", "pool_member_balance_changed")
    for name, row in events(tables, names, block):
        told = "amount" if name == "new_pool_member" else "new_delegated_stake"
        found[row["contract"], row["pool_member"]] = int(row[told])
    return {key: amount for key, amount in found.items() if amount}


def totals(found: Mapping[bytes, Stake]) -> dict[bytes, int]:
    """What is staked of each token, its stakers' own and delegated."""
    tokens = {STRK} | {token for stake in found.values() for token in stake.delegated}
    return {token: sum(stake.of(token) for stake in found.values()) for token in tokens}


def differences(
    found: Mapping[bytes, Stake],
    opened: Mapping[bytes, Pool],
    shares: Mapping[tuple[bytes, bytes], int],
) -> list[Difference]:
    """Pools whose members do not sum to what their staker is delegated: none, if all is told.

    Of stakers that are leaving, members keep a balance that is no stake: passed over.
    """
    sums = dict.fromkeys(opened, 0)
    for (pool, _), amount in shares.items():
        if pool in sums:
            sums[pool] += amount
    return [
        Difference(pool, one.staker, one.token, told, sums[pool])
        for pool, one in opened.items()
        if one.staker in found
        and not found[one.staker].leaving
        and (told := found[one.staker].delegated.get(one.token, 0)) != sums[pool]
    ]


def powers(found: Mapping[bytes, Stake], decimals: Mapping[bytes, int]) -> dict[bytes, int]:
    """Each staker's weight in consensus, of 10^10 together: STRK three quarters, Bitcoin one.

    `decimals` are those of the wrappers that are enabled; others weigh nothing. A staker without
    own stake has no power. DataError for a wrapper of more than 18 decimals.
    """
    if any(count > DECIMALS for count in decimals.values()):
        raise DataError("a wrapper of Bitcoin has more than 18 decimals")
    scale = {token: 10 ** (DECIMALS - count) for token, count in decimals.items() if token != STRK}
    btc = {
        staker: sum(stake.delegated.get(token, 0) * unit for token, unit in scale.items())
        for staker, stake in found.items()
    }
    strk = {staker: stake.of(STRK) for staker, stake in found.items()}
    of_all = sum(strk.values()), sum(btc.values())
    return {
        staker: staking_power(strk[staker], of_all[0], btc[staker], of_all[1], stake.own) or 0
        for staker, stake in found.items()
    }


@dataclass(frozen=True, slots=True)
class Epochs:
    """Epochs of `length` blocks, counted on from `epoch`, which begins at `block`."""

    block: int
    epoch: int
    length: int

    def at(self, block: int) -> int:
        return self.epoch + (block - self.block) // self.length


def epochs(first: Epochs, tables: Tables) -> tuple[Epochs, ...]:
    """All lengths that epochs had, oldest first; a new one holds from the next epoch on.

    `first` is what the contract was deployed with: no event tells it.
    """
    found = [first]
    for _, row in events(tables, ("epoch_info_changed",)):
        old, block = found[-1], row["block_number"]
        if block < old.block:
            raise DataError(f"epochs changed at block {block}, before a change had come into force")
        following = old.at(block) + 1
        begins = old.block + (following - old.epoch) * old.length
        found.append(Epochs(begins, following, row["epoch_length"]))
    return tuple(found)


def epoch_of(found: Sequence[Epochs], block: int) -> int | None:
    """The epoch in which a block lies; None before the first."""
    began = [one for one in found if one.block <= block]
    return began[-1].at(block) if began else None


def last_block(found: Sequence[Epochs], epoch: int) -> int | None:
    """The last block of an epoch; None of one before the first."""
    began = [one for one in found if one.epoch <= epoch]
    if not began:
        return None
    return began[-1].block + (epoch + 1 - began[-1].epoch) * began[-1].length - 1


def effective(
    tables: Tables, found: Sequence[Epochs], epoch: int, delay: int
) -> dict[bytes, Stake]:
    """The stakes that act in an epoch: those told `delay` epochs before it, or earlier."""
    upto = last_block(found, epoch - delay)
    return {} if upto is None else stakes(tables, upto)


def attested(
    tables: Tables, found: Sequence[Epochs], first: int, last: int, delay: int
) -> dict[bytes, tuple[int, int]]:
    """Of each staker, epochs `first` to `last` that it attested, and those that it owed: epochs
    in which its own stake acts, or which it attested."""
    told = {
        (row["staker"], row["epoch"])
        for _, row in events(tables, ("staker_attestation",))
        if first <= row["epoch"] <= last
    }
    owed = set(told)
    for epoch in range(first, last + 1):
        acting = effective(tables, found, epoch, delay).items()
        owed |= {(staker, epoch) for staker, stake in acting if stake.own}
    done, whole = (Counter(who for who, _ in pairs) for pairs in (told, owed))
    return {staker: (done[staker], whole[staker]) for staker in whole}
