"""What a notebook shows of control, of a changed count, and of a simulation: frames and a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from psephos.results.control.told import Control, told
from psephos.results.control.words import text
from psephos.results.economy.simulate import QUANTILES, Simulated
from psephos.results.shown.cards import Chart
from psephos.results.shown.pictures import band
from psephos.results.whatif import Compared, Outcome

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
        """Members by body: weight (exact), normalised Banzhaf and Shapley-Shubik indices."""
        indices = {"banzhaf": pl.Float64, "shapley": pl.Float64}
        schema: dict[str, Any] = {"member": pl.String, "weight": pl.Decimal(38, 0), **indices}
        return {
            name: pl.DataFrame(
                [(one.name, one.weight, one.normalised, one.shapley) for one in found.players],
                schema=schema,
                orient="row",
            )
            for name, found in self.control.powers.items()
            if found is not None
        }

    def __repr__(self) -> str:
        return text(self.control, TOP)


@dataclass(frozen=True, slots=True)
class Supposed:
    """The same measures and votes before and after a change of how votes count."""

    words: tuple[str, ...]
    measured: Sequence[Compared]
    voted: Sequence[Outcome]

    @property
    def measures(self) -> pl.DataFrame:
        """Rational values to the nearest double, for reading; exact ones are in `measured`."""
        rows = [(one.title, _read(one.before), _read(one.after)) for one in self.measured]
        return pl.DataFrame(rows, schema=["measure", "before", "after"], orient="row",
                            strict=False)  # fmt: skip

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
