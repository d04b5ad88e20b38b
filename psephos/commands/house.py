"""What a house consists of while a command works on it: node, index, ledger and datasets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.batch.ledger import Ledger
from psephos.chain.dataset import Dataset
from psephos.chain.events import SOURCES
from psephos.chain.node import Node
from psephos.chain.open import open_node
from psephos.commands.trust import trusting_l1
from psephos.errors import ConfigurationError, NotCollected
from psephos.settings import Settings
from psephos.store.index import Index

if TYPE_CHECKING:
    from psephos.results.conservation.crossing import Across


@dataclass(frozen=True, slots=True)
class House:
    settings: Settings
    node: Node
    index: Index
    ledger: Ledger
    datasets: tuple[Dataset, ...]


def configured(settings: Settings) -> tuple[Dataset, ...]:
    """The datasets of a configuration, their sources known and their contracts named."""
    for dataset in settings.datasets:
        for source in dataset.sources:
            if source not in SOURCES:
                known = ", ".join(sorted(SOURCES))
                raise ConfigurationError(
                    f"dataset {dataset.name}: there is no source {source!r}",
                    hint=f"there are {known}",
                )
            if (family := SOURCES[source].family) != settings.chain.kind:
                raise ConfigurationError(
                    f"dataset {dataset.name}: source {source!r} reads contracts of {family}",
                    hint=f'kind = "{family}" under [chain] says that the chain is one',
                )
    return tuple(
        Dataset(
            d.name, settings.chain.id, d.contracts, d.sources, max(d.first, settings.chain.start)
        )
        for d in settings.datasets
    )


@contextmanager
def kept(settings: Settings) -> Iterator[tuple[Index, Ledger]]:
    """Index and ledger alone, without a node: what was collected can be published when none
    answers. Raises NotCollected when there is no index yet."""
    if not settings.index.exists():
        raise NotCollected(
            f"there is no index at {settings.index.name}", hint="run `psephos sync` first"
        )
    chain = settings.chain
    with (
        Index.open(settings.index, chain_id=chain.id, genesis=chain.genesis) as index,
        Ledger.open(settings.ledger) as ledger,
    ):
        yield index, ledger


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    """Node, index and ledger of a configuration; the index is closed whatever happens."""
    datasets = configured(settings)
    if not datasets:
        raise ConfigurationError(
            "no dataset is configured", hint="add a [[dataset]] with its sources and contracts"
        )
    node = open_node(trusting_l1(settings.chain)[0])
    chain_id, genesis = node.identity()
    with (
        Index.open(settings.index, chain_id=chain_id, genesis=genesis) as index,
        Ledger.open(settings.ledger) as ledger,
    ):
        yield House(settings, node, index, ledger, datasets)


def across(settings: Settings, house: House) -> "Across | None":
    """What was read of the chain on the other side, L1 or what settles on it; None without one.

    A second connection, to be closed: where one process drives both, each goes on with its own.
    StoreError where another process has it.
    """
    from psephos.results.conservation.crossing import Across

    l1, others = settings.chain.l1, [one for one in settings.houses if one != house.settings]
    if l1 is None or len(others) != 1 or not others[0].index.exists():
        return None
    return Across(Index.open(others[0].index), configured(others[0]), l1.contract)
