"""A house with a small coherent chain: a token whose balances never fall below zero."""

import copy
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from psephos.batch.ledger import Ledger
from psephos.batch.sync import sync
from psephos.publish.release import ReleaseReport, release
from psephos.settings import ChainSettings, Checkpoint, DatasetSettings, Prove, Settings
from psephos.store.index import Index
from psephos.store.reader import Release
from tests.simulated.chain import SimulatedChain, _word
from tests.simulated.collected import GOVERNOR, TOKEN, Told, at_once

HOURS = 3600
ZERO = bytes(20)


class House:
    """A chain of six blocks a day with its index, ledger and releases in one folder."""

    def __init__(self, folder: Path, chain: Told | None = None) -> None:
        self.folder = folder
        self.chain = chain or Told(7, lag=5, interval=4 * HOURS)
        self.balances: dict[bytes, int] = {}
        self.datasets = (TOKEN, GOVERNOR)
        self.checkpoints: tuple[Checkpoint, ...] = ()
        self.prove: Prove | None = None

    @property
    def settings(self) -> Settings:
        datasets = tuple(
            DatasetSettings(d.name, d.sources, d.contracts, d.first, symbol="T")
            for d in self.datasets
        )
        chain = ChainSettings("simulated", SimulatedChain.CHAIN, None, 0, (), self.checkpoints)
        return Settings(chain, datasets, self.folder, self.folder / "releases", prove=self.prove)

    def live(self, blocks: int) -> None:
        """Mine blocks in which a token is minted and moved, and votes are cast."""
        random = self.chain.random
        for _ in range(blocks):
            logs = [self.move() for _ in range(random.randrange(4))]
            logs += [self.vote()] if random.random() < 0.3 else []
            self.chain.say(*logs) if logs else self.chain.say()

    def move(self) -> tuple[bytes, list[bytes], bytes]:
        random, people = self.chain.random, self.chain.people
        holders = [holder for holder, amount in self.balances.items() if amount]
        sender = ZERO if not holders or random.random() < 0.2 else random.choice(holders)
        amount = 10**24 if sender == ZERO else random.randrange(self.balances[sender] + 1)
        recipient = random.choice(people)
        if sender != ZERO:
            self.balances[sender] -= amount
        self.balances[recipient] = self.balances.get(recipient, 0) + amount
        topics = [self.chain.TRANSFER, _word(sender), _word(recipient)]
        return self.chain.TOKEN, topics, _word(amount)

    def vote(self) -> tuple[bytes, list[bytes], bytes]:
        chain = self.chain
        topics = [chain.VOTE_CAST, _word(chain.random.randbytes(20))]
        return chain.GOVERNOR, topics, chain._vote(_word(chain.random.randrange(10**24)))

    @contextmanager
    def open(self) -> Iterator[tuple[Index, Ledger]]:
        with (
            Index.open(self.folder / "index.duckdb") as index,
            Ledger.open(self.folder / "ledger.bin") as ledger,
        ):
            yield index, ledger

    def sync(self, **options: Any) -> None:
        with self.open() as (index, ledger):
            sync(self.chain, index, self.datasets, ledger=ledger, pause=at_once, **options)

    def release(self, **options: Any) -> ReleaseReport:
        with self.open() as (index, ledger):
            return release(index, ledger, self.settings.releases, self.settings, **options)

    def read(self, name: str | None = None) -> Release:
        return Release.open(self.settings.releases, name, threads=1)


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Three weeks, collected and sealed, not yet released."""
    made = House(tmp_path_factory.mktemp("month"))
    made.live(125)
    made.sync()
    return made


@pytest.fixture
def house(month: House, tmp_path: Path) -> House:
    """A copy of those three weeks that a test may go on with."""
    shutil.copytree(month.folder, tmp_path, dirs_exist_ok=True)
    made = copy.deepcopy(month)
    made.folder = tmp_path
    return made


@pytest.fixture(scope="session")
def proven(month: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Three weeks, released with proofs of the balances when the last sealed day ended."""
    made = copy.deepcopy(month)
    made.folder = tmp_path_factory.mktemp("proven")
    shutil.copytree(month.folder, made.folder, dirs_exist_ok=True)
    made.prove = Prove(("balance",), most=4)
    made.release()
    return made
