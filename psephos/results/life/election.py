"""Is the election fair: the share of rewarded blocks of each staker against its share of the stake.

    p      = a staker's share of the stake at the window's end
    fair   : P(X ≤ low) ≥ α/2 and P(X ≤ high) ≥ 1 − α/2 first hold at the ends, X ~ B(n, p)

A staker whose blocks lie between is as chance would have it. Of n stakers α · n are outside by
chance alone. Stakes that moved within the window make it wider in truth than it is here. Only
rewards of blocks are an election: before the first epoch of consensus rewards everybody who
attests is rewarded every epoch.
"""

from dataclasses import dataclass
from math import exp, floor, lgamma, log, sqrt
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.positions import positions

if TYPE_CHECKING:
    from psephos.store.reader import Release

SIGNIFICANCE = 0.05
REACH = 12
"""Standard deviations beyond which nothing is summed: less than 10^-30 of the whole."""


def binomial_interval(
    events: int, share: float, significance: float = SIGNIFICANCE
) -> tuple[int, int]:
    """The least and the greatest count that chance explains, of so many events; (0, n) at most.

    Float sums of logarithms, right to a count or two of 10^9. A share of 0 or 1 leaves no choice.
    """
    if share <= 0 or share >= 1:
        return (events, events) if share >= 1 else (0, 0)
    reach = REACH * sqrt(events * share * (1 - share)) + REACH
    first, last = max(0, floor(events * share - reach)), min(events, floor(events * share + reach))
    low, below = None, 0.0
    for count in range(first, last + 1):
        below += exp(
            lgamma(events + 1) - lgamma(count + 1) - lgamma(events - count + 1)
            + count * log(share) + (events - count) * log(1 - share)
        )  # fmt: skip
        if low is None and below >= significance / 2:
            low = count
        if low is not None and below >= 1 - significance / 2:
            return low, count
    return first if low is None else low, last


@dataclass(frozen=True, slots=True)
class Elected:
    """A staker's stake, its rewarded blocks, and the counts that chance explains."""

    staker: bytes
    stake: int
    blocks: int
    low: int
    high: int

    @property
    def fair(self) -> bool:
        return self.low <= self.blocks <= self.high


def elected(
    release: "Release", staking: str, first: int, last: int, block: int
) -> list[Elected] | None:
    """Every staker with stake or a rewarded block in the window, largest stake first.

    None where blocks are not rewarded yet, or stakes are undefined.
    """
    began = f"{staking}_consensus_rewards_first_epoch_set"
    rewards = f"{staking}_staker_rewards_updated"
    held = positions(release, "stake", dataset=staking, block=block)
    if held.undefined or not (reading.has(release, began) and reading.has(release, rewards)):
        return None
    set_at = reading.rows(
        release, f'SELECT min(block_number) FROM "{began}" WHERE block_number <= ?', (block,)
    )[0][0]
    if set_at is None:
        return None
    query = f"""
        SELECT staker, count(DISTINCT block_number) FROM "{rewards}" AS told
        JOIN block ON number = block_number
        WHERE timestamp >= ? AND timestamp < ? AND block_number > ? AND block_number <= ?
        GROUP BY staker"""
    given = (first, last, int(set_at), block)
    counts = {bytes(who): int(count) for who, count in reading.rows(release, query, given)}
    stakes = dict(zip(held.holders, held.amounts, strict=True))
    events = sum(counts.values())
    found = []
    for who in {**stakes, **counts}:
        share = stakes.get(who, 0) / held.total if held.total else 0.0
        low, high = binomial_interval(events, share)
        found.append(Elected(who, stakes.get(who, 0), counts.get(who, 0), low, high))
    return sorted(found, key=lambda one: (-one.stake, one.staker)) if events else None
