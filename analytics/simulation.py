"""Supply, stake, unlocks and yield under assumptions, step by step, with bands from a seed.

One step of a path, all amounts whole numbers of the smallest unit, all divisions rounded down:

    unlocked = what the calendar says of this step                       locked  −= unlocked
    granted  = what the treasury gives away                              treasury −= granted
    minted   = min(⌊yearly_mint(stake, supply, c) / steps of a year⌋, cap)
    burned   = ⌊fees · burn⌋                                             supply  += minted − burned
    stake   += ⌊restake · rewards⌋ + ⌊unlock_stake · unlocked⌋ + ⌊stake · (growth + spread · z)⌋
    fees     = ⌊fees · (1 + fee_growth + fee_spread · z′)⌋

Stake lies between 0 and what is neither locked nor in the treasury; fees are never below 0. z and
z′ are shocks of mean 0 and variance 1, made of 16 fair bits each: halves between −4 and 4, close
to normal, exact, and the same on every machine. So supply = start + Σ minted − Σ burned on every
path to the last unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from fractions import Fraction

from analytics.arguments import listed, of_kind, rows
from analytics.minting import reward_split, yearly_mint
from analytics.whole import positive, rate, share, whole
from psephos.errors import DataError

Shocks = Iterable[tuple[int, int]]
"""(2 z, 2 z′) for each step."""


@dataclass(frozen=True, slots=True)
class State:
    """Amounts at the end of a step; what it minted, burned, unlocked, granted and rewarded.

    `rewards` are those of STRK stakers in this step, `paid_on` the stake that earned them.
    """

    supply: int
    stake: int
    locked: int
    treasury: int = 0
    fees: int = 0
    minted: int = 0
    burned: int = 0
    unlocked: int = 0
    granted: int = 0
    rewards: int = 0
    paid_on: int = 0

    @property
    def circulating(self) -> int:
        """Supply − locked − treasury."""
        return self.supply - self.locked - self.treasury


@dataclass(frozen=True, slots=True)
class Rates:
    """What is assumed from a step on; shares and rates are exact, rates of one step.

    c: inflation cap in ten-thousandths; cap: most minted in a step, or None; btc: share of rewards
    of Bitcoin stakers; restake: share of rewards that is staked again; unlock_stake: share of what
    unlocks that is staked; grants: what the treasury gives in a step; burn: share of fees burned.
    """

    c: int
    cap: int | None = None
    btc: Fraction = Fraction(0)
    restake: Fraction = Fraction(0)
    unlock_stake: Fraction = Fraction(0)
    growth: Fraction = Fraction(0)
    spread: Fraction = Fraction(0)
    grants: int = 0
    burn: Fraction = Fraction(0)
    fee_growth: Fraction = Fraction(0)
    fee_spread: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        for name in ("btc", "restake", "unlock_stake", "burn"):
            share(getattr(self, name), name)
        for name in ("growth", "fee_growth"):
            rate(getattr(self, name), name)
        for name in ("spread", "fee_spread"):
            if rate(getattr(self, name), name) < 0:
                raise DataError(f"{name} is negative: {getattr(self, name)}")
        for name in ("c", "grants"):
            whole(getattr(self, name), name)
        if self.cap is not None:
            whole(self.cap, "cap")


@dataclass(frozen=True, slots=True)
class Plan:
    """Where it starts, how many steps a year has, and what unlocks and is assumed in each step."""

    start: State
    steps_of_year: int
    unlocks: tuple[int, ...]
    rates: tuple[Rates, ...]

    def __post_init__(self) -> None:
        positive(self.steps_of_year, "steps of a year")
        of_kind(self.start, State, "the start")
        for n, assumed in enumerate(listed(self.rates, "the rates")):
            of_kind(assumed, Rates, f"what is assumed of step {n}")
        listed(self.unlocks, "the unlocks")
        if len(self.unlocks) != len(self.rates):
            raise DataError(f"{len(self.unlocks)} steps unlock, {len(self.rates)} have rates")
        for field in fields(self.start):
            whole(getattr(self.start, field.name), field.name)
        if self.start.circulating < 0:
            raise DataError(
                f"locked {self.start.locked} and treasury {self.start.treasury} are more than the "
                f"supply, {self.start.supply}"
            )
        if self.start.stake > self.start.circulating:
            raise DataError(
                f"stake {self.start.stake} is more than what is neither locked nor in the "
                f"treasury, {self.start.circulating}"
            )
        if (unlocks := sum(whole(u, f"unlock of step {n}") for n, u in enumerate(self.unlocks))) > (
            self.start.locked
        ):
            raise DataError(f"{unlocks} unlocks, more than is locked, {self.start.locked}")


def path(plan: Plan, shocks: Shocks = ()) -> list[State]:
    """The states after each step; without `shocks` (or after they end) every z is 0.

    The path without shocks is the expected one where the shares are constant; where the curve
    bends, the mean of many paths differs a little from it.
    """
    found, now = [], of_kind(plan, Plan, "the plan").start
    drawn = iter(rows(shocks, 2, "the shocks"))
    for unlocked, assumed in zip(plan.unlocks, plan.rates, strict=True):
        now = _step(now, plan.steps_of_year, unlocked, assumed, *next(drawn, (0, 0)))
        found.append(now)
    return found


def _step(now: State, year: int, unlocked: int, by: Rates, z: int, z_fees: int) -> State:
    minted = yearly_mint(now.stake, now.supply, by.c) // year
    if by.cap is not None:
        minted = min(minted, by.cap)
    strk = reward_split(minted, by.btc).strk
    locked = now.locked - unlocked
    granted = min(by.grants, now.treasury)
    treasury = now.treasury - granted
    free = now.supply + minted - locked - treasury
    stake = now.stake + _of(strk, by.restake) + _of(unlocked, by.unlock_stake)
    stake += _drifted(now.stake, by.growth, by.spread, z)
    burned = min(_of(now.fees, by.burn), free)
    supply = now.supply + minted - burned
    return State(
        supply=supply,
        stake=min(max(stake, 0), supply - locked - treasury),
        locked=locked,
        treasury=treasury,
        fees=max(now.fees + _drifted(now.fees, by.fee_growth, by.fee_spread, z_fees), 0),
        minted=minted,
        burned=burned,
        unlocked=unlocked,
        granted=granted,
        rewards=strk,
        paid_on=now.stake,
    )


def _of(amount: int, part: Fraction) -> int:
    return amount * part.numerator // part.denominator


def _drifted(amount: int, growth: Fraction, spread: Fraction, z: int) -> int:
    """⌊amount · (growth + spread · z / 2)⌋ in integers: fractions would take most of a path."""
    a, b = growth.denominator, spread.denominator
    return amount * (2 * growth.numerator * b + spread.numerator * z * a) // (2 * a * b)
