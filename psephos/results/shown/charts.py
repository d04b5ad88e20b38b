"""The pictures of a workbench: holders are counted as it counts them, a history by address."""

from re import match, sub
from typing import Any, Protocol

import polars as pl

from psephos.results.asking import default_kind
from psephos.results.figures import OF_POSITIONS
from psephos.results.history import history
from psephos.results.labels.entities import Entities
from psephos.results.labels.foundation import founders
from psephos.results.positions import positions, the_dataset
from psephos.results.shown import pictures
from psephos.results.shown.cards import Chart
from psephos.results.shown.flows import flows
from psephos.results.shown.pictures import bars, concentration, pebbles, steps
from psephos.store.reader import Release


class Bench(Protocol):
    """What is drawn: a release at a block, and the owners to count by."""

    release: Release
    block: int

    @property
    def entities(self) -> Entities: ...

    def owners(self, by_owner: bool | None) -> Entities | None: ...


class Charts:
    """Interactive pictures, drawn by plotly without a network."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def pebbles(self, kind: str | None = None, *, dataset: str | None = None) -> Chart:
        """A pebble a holder, filled up to the smallest majority; the foundation's in its colour."""
        held = self._held(kind, dataset)
        ours = founders(self._bench.release, held, self._bench.entities)
        return Chart(pebbles(held, founders=ours))

    def concentration(self, kind: str | None = None, *, dataset: str | None = None) -> Chart:
        """Cumulative share by rank."""
        return Chart(concentration(self._held(kind, dataset)))

    def history(
        self, measure: str = "nakamoto_one_half", kind: str | None = None, *,
        dataset: str | None = None, points: int = 120,
    ) -> Chart:  # fmt: skip
        """A measure from the dataset's first block to this one."""
        kind = kind or default_kind(self._bench.release)
        release, last = self._bench.release, self._bench.block
        found = history(release, measure, kind, dataset=dataset, points=points, last=last)
        definition = OF_POSITIONS[measure]
        return Chart(steps(found, f"{definition.title} of {kind}", definition.unit))

    def bars(
        self, frame: pl.DataFrame, name: str, value: str, title: str, *, unit: str = ""
    ) -> Chart:
        """One bar a row of a frame: its name in one column, its value in another. Texts that write
        numbers, as tables of studies hold them, are read: `1 234.5`, `16.2 %`."""
        values = [written(one) for one in frame[value].to_list()]
        return Chart(bars([str(one) for one in frame[name].to_list()], values, title, unit))

    def flows(self, *, dataset: str | None = None) -> Chart:
        """From whom voting power comes, and to whom it goes; by declared roles."""
        release, block = self._bench.release, self._bench.block
        name = the_dataset(release, "power", dataset)
        entry = release.datasets[name]
        found = flows(release, name, block, self._bench.entities)
        title = "From whom votes come, and to whom they go"
        return Chart(pictures.flows(found, title, entry.decimals, entry.symbol))

    def _held(self, kind: str | None, dataset: str | None) -> Any:
        kind = kind or default_kind(self._bench.release)
        asked: dict[str, Any] = {"dataset": dataset, "block": self._bench.block}
        owners = self._bench.owners(None)
        return positions(self._bench.release, kind, entities=owners, **asked)


def written(value: object) -> float:
    """The number that a cell of a study's table writes; 0 for what writes none."""
    text = str(value).replace("\u202f", "").replace("\u2009", "").replace("\u00a0", "")
    found = match(r"[−-]?[\d ,]*\d(?:\.\d+)?", text.strip())
    return float(sub("[ ,]", "", found[0]).replace("−", "-")) if found else 0.0
