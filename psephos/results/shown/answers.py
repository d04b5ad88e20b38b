"""What a notebook shows of control, votes, a changed count and a simulation: frames, a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from analytics import Measure
from psephos.results import reading
from psephos.results.bases import OF_BASES
from psephos.results.control.system import Powers
from psephos.results.control.told import Control, told
from psephos.results.control.words import text
from psephos.results.economy.simulate import QUANTILES, Simulated
from psephos.results.figures import OF_POSITIONS
from psephos.results.positions import Positions
from psephos.results.shown.cards import Chart, hexed
from psephos.results.shown.frames import amounts
from psephos.results.shown.pictures import band
from psephos.results.shown.text import display
from psephos.results.voting.proposals import Proposal
from psephos.results.voting.rules import rules
from psephos.results.voting.votes import votes
from psephos.results.whatif import Compared, Outcome
from psephos.store.reader import Release

TOP = 10


@dataclass(frozen=True, slots=True)
class Controlled:
    """Who controls a system: `print` it, or take `.told` (JSON) or `.powers` (a frame a body)."""

    control: Control

    @property
    def told(self) -> dict[str, Any]:
        return told(self.control, TOP)

    @property
    def powers(self) -> dict[str, pl.DataFrame]:
        """Members by body: `weight_strk` (exact) or `weight_seats`, normalised Banzhaf and
        Shapley-Shubik indices (shares of one).
        """
        of = self.control
        return {
            name: _players(found, of.bodies[name].held)
            for name, found in of.powers.items()
            if found is not None
        }

    def __repr__(self) -> str:
        return text(self.control, TOP)


def _players(found: Powers, held: Positions | None) -> pl.DataFrame:
    """A body's members; whoever holds tokens weighs in them, others by seats."""
    weights = [one.weight for one in found.players]
    weight = (
        pl.Series("weight_seats", weights, dtype=pl.Int64)
        if held is None
        else amounts("weight", weights, held.decimals, held.symbol)
    )
    indices = {"banzhaf": pl.Float64, "shapley": pl.Float64}
    rows = [(one.name, one.normalised, one.shapley) for one in found.players]
    frame = pl.DataFrame(rows, schema={"member": pl.String, **indices}, orient="row")
    return frame.insert_column(1, weight)


def unit_of(measure: str) -> str:
    """What a measure is in: those of a body by its rules are the fewest members, or an index."""
    known: dict[str, Measure] = {**OF_POSITIONS, **OF_BASES}
    of_rules = "index" if measure.endswith("_most") else "members"
    return known[measure].unit if measure in known else of_rules


@dataclass(frozen=True, slots=True)
class Supposed:
    """The same measures and votes before and after a change of how votes count."""

    words: tuple[str, ...]
    measured: Sequence[Compared]
    voted: Sequence[Outcome]

    @property
    def measures(self) -> pl.DataFrame:
        """Rational values to the nearest double, for reading; exact ones are in `measured`."""
        rows = [
            (one.title, _read(one.before), _read(one.after), unit_of(one.name))
            for one in self.measured
        ]
        heads = ["measure", "before", "after", "unit"]
        return pl.DataFrame(rows, schema=heads, orient="row", strict=False)

    @property
    def votes(self) -> pl.DataFrame:
        """Whether each decided vote passes, before and after; null with the reason."""
        rows = [(one.proposal.title, one.before, one.after, one.why) for one in self.voted]
        schema = {
            "proposal": pl.String,
            "before": pl.Boolean,
            "after": pl.Boolean,
            "why": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def __repr__(self) -> str:
        turned = sum(one.before != one.after for one in self.voted)
        return f"{'; '.join(self.words)}: {turned} of {len(self.voted)} votes turn"


def cast(release: Release, proposal: Proposal, block: int) -> pl.DataFrame:
    """The votes on a proposal; the weight in the token that its governor counts."""
    found = votes(release, proposal.id, block, dataset=proposal.dataset)
    token = rules(release, proposal.dataset).token or proposal.dataset
    of = reading.dataset(release, token)
    weight = amounts("weight", [int(one) for one in found["weight"]], of.decimals, of.symbol)
    reasons = [display(reason) for reason in found["reason"]]
    told = found.with_columns(pl.Series("reason", reasons, dtype=pl.String)).drop("weight")
    return hexed(told.insert_column(found.columns.index("weight"), weight))


@dataclass(frozen=True, slots=True)
class Paths:
    """A simulation's bands: `.frame("supply")`, `.chart("supply")`; the names are in `.names`."""

    simulated: Simulated

    @property
    def names(self) -> list[str]:
        return list(self.simulated.bands)

    def frame(self, name: str) -> pl.DataFrame:
        """day, expected (without shocks), mean, and the quantiles; amounts in whole tokens, for
        reading, rates as shares of one."""
        of, unit = self.simulated, self._unit(name)
        unit_name = "tokens" if unit > 1 else "share"
        heads = ["day", *(f"{head}_{unit_name}" for head in ("expected", "mean", *_quantiles()))]
        rows = [
            (day, *(_scaled(value, unit) for value in (one.expected, one.mean, *one.quantiles)))
            for day, one in zip(of.scenario.days[1:], of.bands[name], strict=True)
        ]
        return pl.DataFrame(rows, schema=heads, orient="row", strict=False)

    def chart(self, name: str) -> Chart:
        """The mean, and the band between the outer quantiles."""
        found = self.frame(name)
        mean, low, *_, high = (found[one].to_list() for one in found.columns[2:])
        days = [day.isoformat() for day in found["day"]]
        title = f"{name.replace('_', ' ').capitalize()}, {self.simulated.runs} paths"
        return Chart(band(days, low, mean, high, title))

    def _unit(self, name: str) -> int:
        """What amounts are divided by; rates are as they are."""
        rates = ("staked_share", "apr", "real_yield")
        return 1 if name in rates else 10**self.simulated.scenario.decimals

    def __repr__(self) -> str:
        of = self.simulated
        return f"{of.scenario.title}: {of.runs} paths from seed {of.seed}: {', '.join(self.names)}"


def _quantiles() -> list[str]:
    """`q_05`, in hundredths."""
    return [f"q_{int(100 * q):02}" for q in QUANTILES]


def _read(value: int | Fraction | float | None) -> float | None:
    return None if value is None else float(value)


def _scaled(value: int | Fraction | float | None, unit: int) -> float | None:
    if value is None:
        return None
    return float(Fraction(value) / unit) if not isinstance(value, float) else value / unit
