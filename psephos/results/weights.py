"""Weight in consensus at a block: of all stakes as told, and of those that act in its epoch.

A balance acts `delay` epochs after the one in which it was told (`psephos.results.staking`, where
the replay from events is the definition; here the last event of each counts, by SQL). Who is
leaving has told zeros. Source: starknet-staking, `staking.cairo`; SNIP-31.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.life.attested import counted
from psephos.results.stakes import EVENT, Counting, assets, decimals_of, stakes
from psephos.results.staking import (
    DECIMALS,
    STRK,
    Stake,
    epoch_of,
    last_block,
    powers,
)

if TYPE_CHECKING:
    from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Weighed:
    """Every staker with what it has at a block, and its weight in consensus, of 10^10 in all."""

    block: int
    stakes: Mapping[bytes, Stake]
    powers: Mapping[bytes, int]


def weighed(release: "Release", name: str, block: int) -> Weighed:
    """Stakes and weights at the end of a block: STRK three quarters, enabled wrappers one."""
    found = stakes(release, name, block)
    pools: dict[bytes, dict[bytes, int]] = {who: {} for who in found.own}
    for (who, token), amount in found.delegated.items():
        pools.setdefault(who, {})[token] = amount
    known = {one.token: one for one in assets(release.chain.id)}
    decimals = {token: decimals_of(known, token) for token in enabled(release, name, block)}
    held = {who: Stake(found.own.get(who, 0), of) for who, of in pools.items()}
    return Weighed(block, held, powers(held, decimals))


def bitcoin_of(chain: int, stake: Stake) -> int:
    """What a staker is delegated in wrappers of Bitcoin, enabled or not, in 18 decimals."""
    known = {one.token: one for one in assets(chain)}
    return sum(
        amount * 10 ** (DECIMALS - decimals_of(known, token))
        for token, amount in stake.delegated.items()
        if token != STRK
    )


def enabled(release: "Release", name: str, block: int) -> set[bytes]:
    """The tokens beside STRK that weigh at a block: enabled, and not disabled since."""
    parts = [
        f"SELECT token, {EVENT} AS place, {weighs} AS weighs "
        f'FROM "{name}_{table}" WHERE block_number <= $block'
        for table, weighs in (("token_enabled", "true"), ("token_disabled", "false"))
        if reading.has(release, f"{name}_{table}")
    ]
    if not parts:
        return set()
    told = " UNION ALL ".join(parts)
    query = f"SELECT token, arg_max(weighs, place) FROM ({told}) GROUP BY token"
    return {bytes(token) for token, on in reading.rows(release, query, {"block": block}) if on}


def acting(release: "Release", name: str, block: int, how: Counting) -> tuple[int, Weighed] | None:
    """(the epoch of a block, what acts in it): stakes told `delay` epochs before, or earlier.

    None before the first epoch.
    """
    found = counted(release, name, how, block)
    epoch = epoch_of(found, block)
    if epoch is None:
        return None
    upto = last_block(found, epoch - how.delay)
    return epoch, Weighed(-1, {}, {}) if upto is None else weighed(release, name, upto)
