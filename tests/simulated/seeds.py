"""Seeds of a chain that is read through faults: each ends as the chain is, or says why.

Three datasets, two hundred blocks, two reorganisations a seed, on a `Kind` of chain: Ethereum's
is here, Starknet's in `starknet_seeds`. One index serves many seeds: it is
emptied between them, since opening a database costs more than what is done with it.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pyarrow as pa

from psephos.batch.sync import sync
from psephos.chain.collect import collect
from psephos.chain.dataset import Dataset
from psephos.chain.node import Node
from psephos.chain.verify import Verify
from psephos.errors import PsephosError
from psephos.store.cursors import spans_of
from psephos.store.index import Index
from psephos.store.shape import KEY
from psephos.store.spans import COMPLETE, WHOLE, covered
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import FEES, GOVERNOR, TOKEN, at_once
from tests.simulated.faulty import FaultyNode
from tests.simulated.lives import SCENES, Life, Path, Scene, World, world

OTHER = Dataset("other", SimulatedChain.CHAIN, (SimulatedChain.STRANGER,), ("erc20",), 0)
DATASETS = (TOKEN, GOVERNOR, OTHER)
WITH_FEES = (*DATASETS, FEES)
"""Fees are read from every block's receipts: every ninth seed has them."""
HEIGHT = 200
DEPTHS = (1, 2, 3, 5, 8, 13, 21, 34)
WORLDS = 4
VERIFIED = {COMPLETE, WHOLE}
TRIES = 60
"""Runs after which a seed has no excuse any more."""


class Calm(SimulatedChain):
    """Blocks of which most hold nothing; every contract is there."""

    def code(self, address: bytes, block: int) -> bytes:
        return super().code(self.TOKEN, block)


@cache
def ethereum(number: int) -> World:
    """A prebuilt world of blocks."""
    chain = Calm(number, busy=2, share=0.3)
    stranger = Calm(1_000 + number, busy=2, share=0.3)
    stranger.grow(30)
    return world(chain, _fabricate, stranger, height=HEIGHT, depths=DEPTHS, key=number)


def _fabricate(chain: Any, number: int) -> Any:
    """Another block after the one before `number`, with a log of the token."""
    chain.random = random.Random(number)
    del chain.blocks[number:]
    chain._mine([[chain._event()] for _ in range(2)])
    return chain.blocks[number]


@dataclass(slots=True)
class Tally:
    """What many seeds came to."""

    ends: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    scenes: Counter[str] = field(default_factory=Counter)


def run(
    index: Index,
    life: Life,
    node: Node,
    honest: Node,
    datasets: Sequence[Dataset],
    options: Mapping[str, Any],
) -> str:
    """One life read through a faulty node, then honestly: `exact`, or the error it stopped with.

    An error that nothing explains is raised.
    """
    empty(index)
    allowed = () if life.scene is None else life.scene.ends
    for _ in range(TRIES):
        try:
            sync(node, index, datasets, **options)
        except PsephosError as error:
            if error.name in allowed:
                return stopped(index, error)
            if not (error.retry or error.name == "IncompleteBlock"):
                raise
        else:
            if len(life.stages) == 1:
                break
            life.step()
    life.finish()
    try:
        sync(honest, index, datasets, **options)
    except PsephosError as error:
        if error.name not in allowed:
            raise
        return stopped(index, error)
    return "exact"


def stopped(index: Index, error: PsephosError) -> str:
    """What an index says that stopped: the reason is written down, and nothing was deleted."""
    if error.name == "Contested":
        assert index.contested()
    return error.name


Tables = dict[tuple[str, str], pa.Table]


def assert_holds(index: Index, path: Path, datasets: Sequence[Dataset], wanted: Tables) -> None:
    """The index holds exactly the path's blocks and rows, and says that it has all of them."""
    found = index.query("SELECT number, hash FROM block ORDER BY number")
    assert [bytes(hash_) for _, hash_ in found] == [hash_of(block) for block in path.blocks]
    last = len(path.blocks) - 1
    spans = spans_of(index.connection)
    assert spans.keys() == {dataset.name for dataset in datasets}, index.quarantined()
    for dataset in datasets:
        own = spans[dataset.name]
        assert (own[0].first, own[-1].last) == (dataset.first, last), index.quarantined()
        assert covered(own, dataset.first, last)
        assert {one.level for one in own} <= VERIFIED
    counted = " UNION ALL ".join(
        f"SELECT '{dataset}_{table}' FROM \"{dataset}_{table}\""
        for (dataset, table), rows in wanted.items()
        if not len(rows)
    )
    assert index.query(f"{counted} LIMIT 1") == [], "rows of a table that has none"
    for (dataset, table), rows in wanted.items():
        if len(rows):
            sql = f'SELECT * FROM "{dataset}_{table}" ORDER BY {", ".join(KEY)}'
            assert index.arrow(sql).cast(rows.schema) == rows, (dataset, table)


def hash_of(block: Any) -> bytes:
    """The hash of a block of either chain."""
    if isinstance(block, tuple):
        return bytes(block[0].hash)
    return int(block.hash).to_bytes(32, "big")


def empty(index: Index) -> None:
    """Forget everything but the datasets; what holds nothing is passed over, for each statement
    costs more than a block."""
    kept = ("migration", "dataset", "dataset_table")
    filled = index.query("SELECT table_name FROM duckdb_tables() WHERE estimated_size > 0")
    with index.writing() as db:
        for (table,) in filled:
            if table not in kept:
                db.execute(f'DELETE FROM "{table}"')


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of chain: how many worlds of it are made and which, what is read of it, and nodes,
    an honest one and one with faults at a rate."""

    worlds: int
    world: Callable[[int], World]
    datasets: Callable[[int], tuple[Dataset, ...]]
    honest: Callable[[Any], Node]
    faulty: Callable[[Life, int, float], FaultyNode]


def _faulty(life: Life, seed: int, rate: float) -> FaultyNode:
    narrow = 8 + seed % 50 if seed % 5 == 0 else None
    rates = {"logs": 4 * rate}
    return FaultyNode(
        life.chain, seed, rate=rate, rates=rates, narrow=narrow, between=life.tick, even=True
    )


ETHEREUM = Kind(
    WORLDS,
    ethereum,
    lambda seed: DATASETS if seed % 9 else WITH_FEES,
    lambda chain: chain,
    _faulty,
)


@cache
def tables(kind: Kind, number: int, key: Any, datasets: tuple[Dataset, ...]) -> Tables:
    """The rows of a path of a world, read from it honestly."""
    made = kind.world(number)
    (path,) = [branch for branch in made.branches if branch.key == key]
    chain = made.chain.copy()
    chain.blocks = list(path.blocks)
    return rows_of(kind.honest(chain), len(path.blocks) - 1, datasets)


def rows_of(node: Node, last: int, datasets: Sequence[Dataset]) -> Tables:
    """The rows of all blocks up to `last`, as an honest node tells them."""
    pieces = list(collect(node, datasets, 0, last, verify=Verify("none")))
    return {
        (dataset, table): pa.concat_tables(p.tables[dataset][table] for p in pieces)
        for dataset, found in pieces[0].tables.items()
        for table in found
    }


def live(index: Index, kind: Kind, seeds: Iterable[int], **options: Any) -> Tally:
    """Many seeds, one after another, through the same index."""
    tally = Tally()
    for seed in seeds:
        scene = SCENES[seed % len(SCENES)] if seed % 3 else None
        one_seed(index, kind, seed, scene, tally, **options)
    return tally


def one_seed(
    index: Index,
    kind: Kind,
    seed: int,
    scene: Scene | None,
    tally: Tally,
    *,
    rate: float = 0.06,
    **options: Any,
) -> None:
    """One seed; what it came to is counted in `tally`."""
    number, datasets = seed % kind.worlds, kind.datasets(seed)
    life = Life(kind.world(number), seed, scene)
    node = kind.faulty(life, seed, rate)
    options = {"step": 1 + 37 * seed % 60, "pause": at_once} | options
    try:
        ended = run(index, life, node, kind.honest(life.chain), datasets, options)
        if ended == "exact":
            assert_holds(index, life.path, datasets, tables(kind, number, life.path.key, datasets))
    except (AssertionError, PsephosError) as wrong:
        wrong.add_note(f"seed {seed}, {scene}")
        raise
    tally.ends[ended] += 1
    tally.faults += node.injected
    tally.scenes += life.done
