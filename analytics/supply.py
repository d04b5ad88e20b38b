"""A token's books: what was minted, burned and is held; what circulates; how fast it moves.

All exact. Amounts are whole numbers of the smallest unit; a part that is greater than its whole,
or a series with a hole, is an error that names it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median

from analytics.arguments import listed, rows, table
from analytics.measure import population
from analytics.whole import least_zero, moment, whole
from psephos.errors import DataError


@dataclass(frozen=True, slots=True)
class Identity:
    """`minted` − `burned` is what exists; `held` is what holders have; `missing` the difference.

    `missing` above 0: tokens nobody holds; below 0: holders have more than exists. Both mean that
    rows are missing or wrong, or that the token moves balances without telling.
    """

    minted: int
    burned: int
    held: int

    @property
    def supply(self) -> int:
        return self.minted - self.burned

    @property
    def missing(self) -> int:
        return self.supply - self.held


def supply_identity(minted: int, burned: int, held: Iterable[int]) -> Identity:
    """Minted − burned = held by everybody, as three sums of integers.

    `minted` and `burned` are sums of events, `held` what each holder has, the zero address not
    among them. The identity holds if `missing` is 0. Burning more than was minted raises
    `DataError`.
    """
    minted, burned = whole(minted, "minted"), whole(burned, "burned")
    if burned > minted:
        raise DataError(f"burned {burned} is more than was minted, {minted}")
    return Identity(minted, burned, sum(population(held)))


def circulating(supply: int, outside: Mapping[str, int]) -> int:
    """Supply − Σ of what does not circulate, by name: locked, treasury, burned … Exact.

    What is outside is declared: a list of addresses, or grants by their schedule. No unit may be
    outside twice: a sum greater than the supply raises `DataError`.
    """
    supply = whole(supply, "supply")
    outside = table(outside, "what does not circulate")
    parts = [whole(amount, name) for name, amount in outside.items()]
    if sum(parts) > supply:
        raise DataError(
            f"{' + '.join(outside)} = {sum(parts)}, more than the supply, {supply}",
            hint="something is counted twice: take the union of the addresses",
        )
    return supply - sum(parts)


def staking_ratio(stake: int, base: int) -> Fraction | None:
    """Stake / base, the total supply (as the curve's rule says) or what circulates. Exact.

    Say which base it is: of one day both were published, as 7.4 % and 1.9 %. Undefined of nothing;
    a stake above its base raises `DataError`.
    """
    stake, base = whole(stake, "stake"), whole(base, "base")
    if stake > base:
        raise DataError(f"stake {stake} is more than its base, {base}")
    return Fraction(stake, base) if base else None


def mean_over_time(steps: Sequence[tuple[int, int]], first: int, last: int) -> Fraction | None:
    """The mean of what was there from `first` to `last`, each amount weighted by how long. Exact.

    `steps` are (time, the amount from then on), times rising, the first no later than `first`,
    else `DataError`. Undefined for no time at all.
    """
    first, last = moment(first, "where the mean begins"), moment(last, "where it ends")
    steps = rows(steps, 2, "the steps")
    times = [moment(time, f"time {place}") for place, (time, _) in enumerate(steps)]
    if any(b <= a for a, b in pairwise(times)):
        raise DataError(f"times do not rise: {times[:6]}")
    if not times or times[0] > first:
        raise DataError(f"nothing is known at {first}, where the mean begins")
    if last <= first:
        return None
    population(amount for _, amount in steps)
    area = sum(
        amount * max(min(end, last) - max(begin, first), 0)
        for (begin, amount), end in zip(steps, [*times[1:], last], strict=True)
    )
    return Fraction(area, last - first)


def velocity(volume: int, base: Fraction | int | None) -> Fraction | None:
    """Volume / mean supply: how often a token changed hands in the window. Exact.

    `volume` is the sum of transfers in the window without minting and burning; `base` the mean of
    what circulated, or of the supply where it is not known what does. A transfer to oneself and
    one through an exchange count like any other, so this is an upper bound of use. Undefined where
    nothing was there.
    """
    volume = whole(volume, "volume")
    mean = None if base is None else least_zero(base, "the base of velocity")
    return volume / mean if mean else None


@dataclass(frozen=True, slots=True)
class Pressure:
    """What unlocks next, as a share of what circulates and in days of the median daily volume."""

    of_circulating: Fraction | None
    of_daily_volume: Fraction | None


def unlock_pressure(unlocks: int, circulating: int, volumes: Sequence[int]) -> Pressure:
    """Unlocks of the next days / circulating, and / the median of daily volumes. Exact.

    Either is undefined where its base is 0 or there is no day.
    """
    unlocks, circulating = whole(unlocks, "unlocks"), whole(circulating, "circulating")
    volumes = listed(volumes, "the volumes")
    days = [whole(volume, f"volume of day {place}") for place, volume in enumerate(volumes)]
    middle = Fraction(median([Fraction(day) for day in days])) if days else Fraction(0)
    return Pressure(
        Fraction(unlocks, circulating) if circulating else None,
        unlocks / middle if middle else None,
    )
