"""Reorganisations of two thousand blocks: an hour of Starknet, walked back by hash, read again."""

from functools import cache
from typing import Any

import pytest

from psephos.store.index import Index
from tests.simulated.collected import insist
from tests.simulated.faulty import FAULTS, FaultyNode
from tests.simulated.lives import Path
from tests.simulated.seeds import DATASETS, ETHEREUM, Calm, Kind, assert_holds, rows_of
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_seeds import DATASETS as FELT_DATASETS
from tests.simulated.starknet_seeds import FELT_FAULTS, STARKNET

DEPTH = 2_000
SHARED = 60
"""Blocks that both branches have; the newest of them is final."""


@cache
def ethereum() -> Any:
    chain = Calm(7, busy=2, share=0.1)
    chain.grow(DEPTH + SHARED)
    return chain


@cache
def starknet() -> Any:
    chain = StarknetChain(7, busy=1, share=0.05, remember=False, upgrades=(20, 40, 900))
    chain.grow(DEPTH + SHARED)
    return chain


def deep(folder: Any, kind: Kind, chain: Any, datasets: Any, faults: Any, seed: int) -> None:
    """Read a chain through faults, let it go back, read it on: it is the chain, every row."""
    chain.settled = len(chain.blocks) - 1 - DEPTH
    chain.random.seed(seed)
    node = FaultyNode(kind.honest(chain), seed, rate=0.05, faults=faults)
    with Index.open(folder / "index") as index:
        insist(node, index, *datasets)
        chain.reorg(DEPTH, longer=1 + seed % 3)
        insist(node, index, *datasets)
        ((depth,),) = index.query("SELECT depth FROM reorganisation")
        assert depth == DEPTH
        insist(kind.honest(chain), index, *datasets)  # a head that lagged at last left some to read
        last = len(chain.blocks) - 1
        wanted = rows_of(kind.honest(chain), last, datasets)
        assert_holds(index, Path(chain.blocks, 0, ""), datasets, wanted)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_two_thousand_blocks_of_ethereum_go_back(tmp_path, seed):
    deep(tmp_path, ETHEREUM, ethereum().copy(), DATASETS, FAULTS, seed)


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(seed, marks=pytest.mark.campaign if seed else pytest.mark.long)
        for seed in range(10)
    ],
)
def test_two_thousand_blocks_of_starknet_go_back(tmp_path, seed):
    deep(tmp_path, STARKNET, starknet().copy(), FELT_DATASETS, FELT_FAULTS, seed)
