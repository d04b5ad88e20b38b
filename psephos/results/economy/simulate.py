"""Runs a scenario: fills in what a release gives, simulates, and tells the bands.

Indexed values are read at one block of a release: supply, locked grants and their calendar, what
the foundation and the treasury hold by their labels, and fees (with growth and spread of the past
months, weeks or days). What a release cannot give is refused, naming the key of the file.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from analytics.bands import (
    Band,
    Drift,
    Quantity,
    apr_of,
    bands,
    ratio_of,
    real_yield_of,
)
from analytics.revenue import priced
from analytics.simulation import Plan, Rates, State
from analytics.unlocks import still_locked, unlock_calendar
from psephos.errors import DataError, TableError
from psephos.results.economy.indexed import Source
from psephos.results.economy.prices import Price
from psephos.results.economy.scenarios import INDEXED, SCHEDULED, STEPS_OF_YEAR, Given, Scenario
from psephos.results.economy.schedules import Schedule
from psephos.results.evidence import Evidence
from psephos.results.labels.entities import Entities
from psephos.results.shown.wording import decimal

if TYPE_CHECKING:
    from psephos.store.reader import Release

QUANTILES = (Fraction(1, 20), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(19, 20))

AMOUNTS: dict[str, Quantity] = {
    "supply": lambda state: state.supply,
    "stake": lambda state: state.stake,
    "circulating": lambda state: state.circulating,
    "locked": lambda state: state.locked,
    "unlocked": lambda state: state.unlocked,
    "minted": lambda state: state.minted,
    "burned": lambda state: state.burned,
    "fees": lambda state: state.fees,
}
"""What is told of each step in the token's smallest unit."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """The bands of every quantity after each step, and what they rest on.

    `taken` are the values that a release gave, by key; `under` its evidence, None without one.
    """

    scenario: Scenario
    seed: int
    runs: int
    plan: Plan
    bands: dict[str, list[Band]]
    taken: dict[str, int | Fraction]
    under: Evidence | None


def simulate(
    scenario: Scenario,
    seed: int,
    *,
    runs: int | None = None,
    release: "Release | None" = None,
    block: int | None = None,
    labels: Entities | None = None,
) -> Simulated:
    """The bands of a scenario, of `runs` paths (the file's own number, if none is given).

    The same file, seed, runs and release give the same bytes. `ConfigurationError` where the file
    contradicts itself or the release, `TableError` for a scenario that needs a release and has
    none.
    """
    if scenario.indexed and release is None:
        raise TableError(
            f"{scenario.name} takes values from a release, and there is none",
            hint="name it with --releases, or write the amounts into the file",
        )
    taken: dict[str, int | Fraction] = {}
    under = None
    source = None
    if scenario.indexed and release is not None:
        source = Source(scenario, release, block, labels)
        under = source.under()
    start = {key: _amount(scenario, key, given, source) for key, given in scenario.state.items()}
    taken |= {key: start[key] for key, given in scenario.state.items() if given == INDEXED}
    rates = scenario.rates
    if scenario.drifts:
        assert source is not None
        found = source.drift()
        taken |= {"fee_growth": found.growth, "fee_spread": found.spread}
        rates = tuple(_drifting(one, found) for one in rates)
    year = STEPS_OF_YEAR[scenario.step]
    try:
        plan = Plan(State(**start), year, _unlocks(scenario, source), rates)
    except DataError as error:
        raise scenario.complain("state", f"contradicts itself: {error.message}") from None
    count = scenario.runs if runs is None else runs
    quantities: dict[str, Quantity] = {
        **AMOUNTS,
        "staked_share": ratio_of,
        "apr": lambda state: apr_of(state, year),
        "real_yield": lambda state: real_yield_of(state, year),
    }
    return Simulated(
        scenario, seed, count, plan, bands(plan, seed, count, quantities, QUANTILES), taken, under
    )


def _amount(scenario: Scenario, key: str, given: Given, source: "Source | None") -> int:
    if given == SCHEDULED:
        assert isinstance(scenario.schedule, Schedule)
        return still_locked(scenario.schedule.tranches, scenario.edges[0])
    if given == INDEXED:
        assert source is not None
        return source.amount(key)
    assert isinstance(given, int)
    return given


def _unlocks(scenario: Scenario, source: "Source | None") -> tuple[int, ...]:
    """What becomes free in each step."""
    if scenario.schedule is None:
        return tuple(0 for _ in pairwise(scenario.edges))
    if scenario.schedule == INDEXED:
        assert source is not None
        return source.unlocks()
    assert isinstance(scenario.schedule, Schedule)
    calendar = unlock_calendar(scenario.schedule.tranches, scenario.edges)
    return tuple(period.amount for period in calendar)


def _drifting(rates: Rates, found: Drift) -> Rates:
    return replace(rates, fee_growth=found.growth, fee_spread=found.spread)


def told(of: Simulated) -> dict[str, Any]:
    """The answer as plain JSON: amounts as texts of whole smallest units, rates as numbers."""
    scenario = of.scenario
    return {
        "scenario": {
            "file": scenario.name,
            "title": scenario.title,
            "source": scenario.source,
            "token": scenario.token,
            "decimals": scenario.decimals,
            "step": scenario.step,
            "start": scenario.start.isoformat(),
            "steps": len(of.plan.rates),
        },
        "seed": of.seed,
        "runs": of.runs,
        "state": {key: str(getattr(of.plan.start, key)) for key in scenario.state},
        "indexed": {key: _plain(value) for key, value in of.taken.items()},
        "days": [day.isoformat() for day in scenario.days[1:]],
        "quantiles": [str(q) for q in QUANTILES],
        "bands": {name: [_band(one) for one in listed] for name, listed in of.bands.items()},
    }


def worth(of: Simulated, price: Price | None) -> dict[str, Any] | None:
    """Amounts of the last step without shocks in another currency, to two places; None unpriced.

    The price is declared, and taken not to move.
    """
    if price is None:
        return None
    amounts = {name: of.bands[name][-1].expected for name in AMOUNTS}
    return {
        "currency": price.currency,
        "price": price.text,
        "day": price.day.isoformat(),
        "source": price.source,
        "declared": price.words,
        "worth": {
            name: decimal(priced(int(amount or 0), of.scenario.decimals, price.price), 2)
            for name, amount in amounts.items()
        },
    }


def _band(of: Band) -> dict[str, Any]:
    return {
        "expected": _plain(of.expected),
        "mean": _plain(of.mean),
        "quantiles": [_plain(value) for value in of.quantiles],
        "defined": of.count,
    }


def _plain(value: int | Fraction | float | None) -> str | float | None:
    """Integers and exact means as text, rates as numbers."""
    if isinstance(value, Fraction):
        return str(value) if value.denominator > 1 else str(value.numerator)
    return str(value) if isinstance(value, int) else value
