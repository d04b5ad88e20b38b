"""What a release gives a scenario: amounts, unlocks and growth that its file calls "indexed"."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.bands import Drift, drift
from psephos.results import reading
from psephos.results.economy import token as economy
from psephos.results.economy.fees import FEES, fees_paid
from psephos.results.economy.scenarios import INDEXED, Scenario
from psephos.results.evidence import Evidence, evidence
from psephos.results.labels.entities import Entities
from psephos.results.positions import SOURCES, positions

if TYPE_CHECKING:
    from psephos.store.reader import Release


@dataclass(frozen=True, slots=True)
class Source:
    """What a release gives a scenario at a block (none: its newest final one)."""

    scenario: Scenario
    release: "Release"
    block: int | None
    labels: Entities | None

    @property
    def at(self) -> int:
        return reading.the_block(self.release, self.block)

    @property
    def token(self) -> str:
        """The dataset of the token, of the symbol and the decimals that the scenario says."""
        there = economy.tokens(self.release)
        named = self.scenario.dataset or (there[0] if len(there) == 1 else None)
        if named not in there:
            said = f"is {named!r}" if named else "is missing"
            raise self.scenario.complain(
                "dataset", f"{said}: the release has {', '.join(there) or 'no token'}"
            )
        entry = reading.dataset(self.release, named)
        for key, told in (("token", entry.symbol), ("decimals", entry.decimals)):
            said = getattr(self.scenario, key)
            if told not in (said, ""):  # a symbol may be untold; 0 decimals are none
                raise self.scenario.complain(key, f"is {said!r}, and {named} has {told!r}")
        return named

    def amount(self, key: str) -> int:
        """An amount of the start; refused where the release does not tell it."""
        found: int | None
        if key == "fees":
            self._check_fee_unit()
            found = next(iter(reversed(self.fees())), None)
        elif key == "stake":
            found = self._staked()
        else:
            labels = self.labels or Entities(self.release.chain.id)
            known = economy.floating(self.release, self.token, self.at, labels)
            amounts = {} if known is None else {"supply": known.supply, **known.outside}
            if known is not None:
                amounts["treasury"] += amounts["foundation"]
            found = amounts.get(key)
        if found is None:
            raise self.scenario.complain(
                f"state.{key}", f"is indexed, and the release does not tell it at block {self.at}"
            )
        return found

    def _staked(self) -> int | None:
        """All STRK that is staked or delegated with validators who are not leaving."""
        names = reading.datasets(self.release, *SOURCES["stake"])
        found = [positions(self.release, "stake", dataset=n, block=self.at) for n in names]
        if not found or any(held.undefined for held in found):
            return None
        return sum(held.total for held in found)

    def unlocks(self) -> tuple[int, ...]:
        """What known grants unlock in each step, counted from the block's own time.

        The first step begins at the block, or at `start` if that is later; grants that unlock
        between the two are in the first step, so that locked and unlocks agree.
        """
        now = reading.timestamp(self.release, self.at)
        if now is None or now >= self.scenario.edges[1]:
            raise self.scenario.complain(
                "start", f"is before block {self.at} of the release, by a step or more"
            )
        edges = [now, *self.scenario.edges[1:]]
        found = economy.coming(self.release, self.token, self.at, edges)
        if found is None:
            raise self.scenario.complain("schedule", f"is not known at block {self.at}")
        free = [period.amount for period in found]
        locked = self.amount("locked")
        left: list[int] = []
        for amount in free:  # what was taken out early unlocks no second time
            left.append(min(amount, locked - sum(left)))
        return tuple(left)

    def fees(self) -> list[int]:
        """Fees of each full step before the block's day, oldest first."""
        return fees_paid(self.release, self.at, self.scenario.step)

    def drift(self) -> Drift:
        """Growth and spread of fees in the past."""
        found = drift(self.fees())
        if found is None:
            raise self.scenario.complain(
                "rates.fee_growth", "is indexed, and the release has fewer than three such periods"
            )
        return found

    def under(self) -> Evidence:
        """The evidence of everything that is taken."""
        state = self.scenario.state
        uses: list[tuple[str, str]] = []
        if any(state[key] == INDEXED for key in ("supply", "treasury", "locked")):
            uses += [(self.token, "supply"), (self.token, "balance")]
        if state["locked"] == INDEXED or self.scenario.schedule == INDEXED:
            uses += [(name, "locked") for name in economy.locks(self.release, self.token)]
        if state["stake"] == INDEXED:
            uses += [(name, "stake") for name in reading.datasets(self.release, *SOURCES["stake"])]
        if state["fees"] == INDEXED or self.scenario.drifts:
            uses += [(name, "paid") for name in reading.datasets(self.release, *FEES)]
        labels = (self.labels.words,) if self.labels and self.labels.owners else ()
        declared = (f"scenario {self.scenario.name}", *labels)
        return evidence(self.release, uses, self.at, declared=declared)

    def _check_fee_unit(self) -> None:
        units = {self.release.datasets[n].symbol for n in reading.datasets(self.release, *FEES)}
        if units - {self.scenario.token}:
            raise self.scenario.complain(
                "state.fees",
                f"is indexed, and the release has fees in {', '.join(sorted(units))}, not in "
                f"{self.scenario.token}: give the amount",
            )
