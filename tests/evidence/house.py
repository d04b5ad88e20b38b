"""A house on a simulated chain: collected, sealed, released; copied for every test to harm."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from psephos.batch.ledger import Ledger
from psephos.batch.seal import seal
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.publish.release import release
from psephos.settings import ChainSettings, DatasetSettings, Settings
from psephos.store.index import Index
from psephos.store.reader import Release
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import at_once

HOURS = 3600
DATASETS = (
    Dataset("token", SimulatedChain.CHAIN, (SimulatedChain.TOKEN,), ("votes",), 0),
    Dataset("gov", SimulatedChain.CHAIN, (SimulatedChain.GOVERNOR,), ("governor",), 1),
)


@dataclass(frozen=True)
class House:
    """A folder with index, ledger and releases, and the chain they are about."""

    folder: Path
    chain: SimulatedChain

    @property
    def settings(self) -> Settings:
        chain = ChainSettings("simulated", SimulatedChain.CHAIN, self.chain.identity()[1], 0, ())
        datasets = tuple(DatasetSettings(d.name, d.sources, d.contracts, d.first) for d in DATASETS)
        return Settings(chain, datasets, self.folder, self.releases)

    @property
    def releases(self) -> Path:
        return self.folder / "releases"

    def run(self) -> str:
        """Collect, seal, release; the release's id."""
        settings = self.settings
        with Index.open(settings.index) as index, Ledger.open(settings.ledger) as ledger:
            sync(self.chain, index, DATASETS, pause=at_once)
            seal(index, ledger, DATASETS)
            return release(index, ledger, self.releases, settings).id

    def copy(self, folder: Path) -> "House":
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    def open(self) -> Release:
        return Release.open(self.releases)


def build(folder: Path, blocks: int = 60) -> House:
    """Six blocks a day for some days."""
    house = House(folder, SimulatedChain(5, interval=4 * HOURS))
    house.chain.grow(blocks)
    house.run()
    return house
