"""Starknet's minting curve and the split of its rewards, exact to the fri.

Products are of 512 bits in the contracts and of any size here; every division rounds down where
the contract's does. Amounts are fri (10⁻¹⁸ STRK). Source: starknet-staking, minting_curve.cairo,
reward_supplier.cairo and staking.cairo; the curve is SNIP-18's, changed by the vote of
September 2024.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, sqrt

from analytics.arguments import double, rows
from analytics.whole import positive, rate, share, whole
from psephos.errors import DataError

YEAR = 31_536_000
"""Seconds of a year, as the contracts count them: 365 days."""

IN_TEN_THOUSAND = 10_000
"""The denominator of C and of commissions."""

BTC_SHARE = Fraction(1, 4)
"""What Bitcoin stakers get of all rewards, and weigh of all power (SNIP-31)."""

POWER = 10**10
"""All staking power: 7.5·10⁹ of STRK and 2.5·10⁹ of Bitcoin."""

LEAST_BLOCK, MOST_BLOCK = 200, 500
"""Bounds of the mean time of a block that rewards are paid for, in hundredths of a second."""


def yearly_mint(stake: int, supply: int, c: int) -> int:
    """What the curve mints in a year: ⌊c · ⌊√(stake · supply)⌋ / 10,000⌋ fri.

    `stake` is the STRK that is staked or delegated (Bitcoin is not counted), `supply` the total
    supply as it was last told from L1, `c` the inflation cap in ten-thousandths: 160 is 1.6 %. In
    percent it is M = (C / 10) · √S. Nothing staked mints nothing; a stake above the supply is a
    `DataError`, and so is a cap above 10,000.
    """
    stake, supply, c = whole(stake, "stake"), whole(supply, "supply"), whole(c, "c")
    if stake > supply:
        raise DataError(f"stake {stake} is more than the supply, {supply}")
    if c > IN_TEN_THOUSAND:
        raise DataError(f"c is {c}: the cap is given in ten-thousandths, 160 for 1.6 %")
    return c * isqrt(stake * supply) // IN_TEN_THOUSAND


def mint_share(c: int, staked: Fraction) -> float:
    """The curve without its rounding: M = (c / 10,000) · √S, as a share of the supply in a year.

    `staked` is S, the share of the supply that is staked, 0 to 1; outside it `DataError` is raised.
    A float: what is minted to the fri is `yearly_mint`.
    """
    cap = double(Fraction(whole(c, "c"), IN_TEN_THOUSAND), "c in ten-thousandths")
    return cap * sqrt(share(staked, "share staked"))


def epoch_rewards(yearly: int, epoch: int) -> int:
    """Rewards of one epoch of `epoch` seconds: ⌊yearly / ⌊31,536,000 / epoch⌋⌋.

    The number of epochs in a year is rounded down first, as the contract does. `DataError` for an
    epoch longer than a year.
    """
    yearly, epoch = whole(yearly, "yearly mint"), positive(epoch, "seconds of an epoch")
    if epoch > YEAR:
        raise DataError(f"an epoch of {epoch} seconds is longer than a year")
    return yearly // (YEAR // epoch)


def block_rewards(yearly: int, hundredths: int) -> int:
    """Rewards of one block: ⌊yearly · t / (100 · 31,536,000)⌋, t its mean time in 1/100 s.

    t is brought into 200 to 500 (2 to 5 seconds) first. Since consensus rewards (generation 3).
    """
    yearly, hundredths = whole(yearly, "yearly mint"), whole(hundredths, "hundredths of a second")
    bounded = min(max(hundredths, LEAST_BLOCK), MOST_BLOCK)
    return yearly * bounded // (100 * YEAR)


@dataclass(frozen=True, slots=True)
class Split:
    """Rewards of those who stake STRK and of those who stake Bitcoin; together all of them."""

    strk: int
    btc: int


def reward_split(rewards: int, btc: Fraction = BTC_SHARE) -> Split:
    """Rewards split between STRK and Bitcoin stakers: Bitcoin's part rounded down, STRK the rest.

    `btc` is Bitcoin's share, a quarter since SNIP-31 and 0 before.
    """
    rewards, btc = whole(rewards, "rewards"), share(btc, "share of Bitcoin")
    part = rewards * btc.numerator // btc.denominator
    return Split(rewards - part, part)


@dataclass(frozen=True, slots=True)
class Paid:
    """What a staker gets, its commissions included, and each of its pools after them."""

    staker: int
    pools: tuple[int, ...]


def staker_rewards(
    rewards: int, own: int, pools: Sequence[tuple[int, int, int]], total: int, commission: int
) -> Paid | None:
    """A staker's part of an epoch's rewards, and those of its pools.

    The staker gets ⌊rewards · own / total⌋ of the STRK rewards and, of each pool, the commission
    ⌊r · commission / 10,000⌋ of r = ⌊rewards of its token · pool / total of its token⌋; the pool
    gets the rest of r. `pools` are (rewards of its token, staked in the pool, total of its token);
    the STRK pool is one of them. `None` where nothing is staked at all. A part greater than its
    total, or a commission above 10,000, is a `DataError`.
    """
    if whole(commission, "commission") > IN_TEN_THOUSAND:
        raise DataError(f"commission is {commission}: at most 10,000 ten-thousandths")
    if not whole(total, "total stake"):
        return None
    staker = _part(rewards, own, total, "own stake")
    left = []
    for place, (of_token, staked, whole_token) in enumerate(rows(pools, 3, "the pools")):
        if not whole(whole_token, f"total of pool {place}"):
            left.append(0)
            continue
        gross = _part(of_token, staked, whole_token, f"stake of pool {place}")
        kept = gross * commission // IN_TEN_THOUSAND
        staker += kept
        left.append(gross - kept)
    return Paid(staker, tuple(left))


def staking_power(strk: int, total_strk: int, btc: int, total_btc: int, own: int) -> int | None:
    """Weight in consensus, of 10¹⁰: ⌊7.5·10⁹ · strk / total⌋ + ⌊2.5·10⁹ · btc / total⌋.

    Bitcoin of all wrappers is added up in 18 decimals first. Who has nothing of its own (`own`)
    has no power, whatever is delegated to it; `None` where no STRK is staked at all.
    """
    if not whole(total_strk, "total of STRK"):
        return None
    if not whole(own, "own stake"):
        return 0
    of_btc = int(POWER * BTC_SHARE)
    power = _part(POWER - of_btc, strk, total_strk, "stake of STRK")
    if whole(total_btc, "total of Bitcoin"):
        power += _part(of_btc, btc, total_btc, "stake of Bitcoin")
    return power


def _part(amount: int, part: int, total: int, what: str) -> int:
    amount, part, total = whole(amount, "rewards"), whole(part, what), whole(total, "total")
    if part > total:
        raise DataError(f"{what} is {part}, more than the total, {total}")
    return amount * part // total


def apr(rewards: int, stake: int) -> Fraction | None:
    """Rewards of a year for each unit staked; undefined where nothing is staked. Exact.

    Without compounding. `rewards` are those of the stake alone: of the STRK stakers' part of the
    minting, not of what Bitcoin gets.
    """
    rewards, stake = whole(rewards, "rewards"), whole(stake, "stake")
    return Fraction(rewards, stake) if stake else None


def real_yield(nominal: Fraction, minted: Fraction) -> Fraction:
    """What is left of a yield when everybody's share is diluted: (1 + APR) / (1 + M) − 1. Exact.

    `nominal` is the yearly yield, fees included if they are paid to stakers, and `minted` the
    share by which the supply grows in the same year.
    """
    nominal, minted = rate(nominal, "yield"), rate(minted, "share minted")
    if nominal < -1 or minted < 0:
        raise DataError(f"a yield of {nominal} with {minted} minted: at least −1, and at least 0")
    return (1 + nominal) / (1 + minted) - 1
