"""Fees: what they pay for, what they are worth, and how they would be divided. All exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.arguments import listed, row, table
from analytics.whole import rate, share, whole
from psephos.errors import DataError


@dataclass(frozen=True, slots=True)
class Cover:
    """Fees beside issuance and cost. `of_issuance` and `of_cost` are how much of each they pay."""

    fees: int
    issuance: int
    cost: int
    of_issuance: Fraction | None
    of_cost: Fraction | None

    @property
    def margin(self) -> int:
        """Fees − cost; below 0 where running the system costs more than it takes."""
        return self.fees - self.cost


def fee_cover(fees: int, issuance: int, cost: int, units: Sequence[str] = ()) -> Cover:
    """Fee revenue against issuance and against what L1 costs, all of one window and one unit.

    `units` are those of the three, in this order, where they are known: two different ones raise
    `DataError`, since wei and fri cannot be compared without a price. A ratio is undefined where
    there is nothing to pay.
    """
    fees, issuance, cost = whole(fees, "fees"), whole(issuance, "issuance"), whole(cost, "cost")
    units = listed(units, "the units")
    for name, unit in zip(("fees", "issuance", "cost"), units, strict=False):
        if unit != units[0]:
            raise DataError(
                f"fees are in {units[0]!r} and {name} in {unit!r}",
                hint="convert with a table of prices first",
            )
    return Cover(
        fees,
        issuance,
        cost,
        Fraction(fees, issuance) if issuance else None,
        Fraction(fees, cost) if cost else None,
    )


def priced(amount: int, decimals: int, price: Fraction) -> Fraction:
    """What an amount is worth: amount / 10^decimals · the price of a whole token. Exact."""
    if rate(price, "price") < 0:
        raise DataError(f"price is negative: {price}")
    return Fraction(whole(amount, "amount"), 10 ** whole(decimals, "decimals")) * price


@dataclass(frozen=True, slots=True)
class Developers:
    """How fees would be divided: by application, to core developers, kept, and left by rounding."""

    applications: dict[str, int]
    core: int
    kept: int
    left: int


STORAGE, STEPS = Fraction(55, 1000), Fraction(2)
"""Weights of the pilot: fees for storage differences and fees for steps."""


def developers_share(
    fees: int,
    uses: Mapping[str, tuple[int, int]],
    applications: Fraction = Fraction(8, 100),
    core: Fraction = Fraction(2, 100),
) -> Developers:
    """Fees divided as the pilot of developers' shares did: 8 % to applications, 2 % to core.

    `uses` are an application's fees for storage differences and for steps; its weight is
    0.055 · storage + 2 · steps. The pot of all applications is ⌊fees · 8/100⌋, each gets its part
    by weight rounded down, and what rounding leaves is told. Parts always add up to `fees`. Shares
    above 1 together, or negative ones, raise `DataError`; without any use the pot is left whole.
    """
    fees = whole(fees, "fees")
    for name, value in (("applications", applications), ("core", core)):
        share(value, f"share of {name}")
    if applications + core > 1:
        raise DataError(f"shares of {applications} and {core} are more than the whole")
    told = {
        name: row(use, 2, f"the use of {name}") for name, use in table(uses, "the uses").items()
    }
    pot, of_core = int(fees * applications), int(fees * core)
    weights = {
        name: STORAGE * whole(storage, f"storage fees of {name}")
        + STEPS * whole(steps, f"step fees of {name}")
        for name, (storage, steps) in told.items()
    }
    together = sum(weights.values())
    parts = {name: int(pot * w / together) if together else 0 for name, w in weights.items()}
    return Developers(parts, of_core, fees - pot - of_core, pot - sum(parts.values()))
