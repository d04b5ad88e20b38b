"""Reorganisations by a real node (`anvil_reorg`): found by hash, rolled back, read again."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.chain.ethereum import EthereumNode
from psephos.settings import Endpoint
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.anvil.chain import Anvil


def deep(anvil: Anvil, folder: Path, depths: Iterable[int]) -> None:
    """Follow a reorganisation of each depth, and compare with a fresh sync each time.

    anvil's final block is 64 behind the head, and it moves on between two of them.
    """
    emitter = anvil.deploy("Emitter")
    for seed in range(40):
        emitter.send("spam(uint256,uint256)", seed, 5)
    anvil.mine(40)
    datasets = (Dataset("spam", 31_337, (emitter.address,), ("erc20", "votes"), 0),)
    node = EthereumNode([Endpoint(anvil.url, "anvil", 10_000)])
    with Index.open(folder / "index") as index:
        sync(node, index, datasets)
        for depth in depths:
            old = index.top()
            again = (emitter.tx("spam(uint256,uint256)", 1_000 + depth, 3), 0)
            anvil.reorg(depth, again)
            anvil.mine(1)
            report = sync(node, index, datasets)
            (moved,) = report.reorganisations
            assert (moved.depth, moved.head) == (depth, old)
            assert report.contradictions == ()
            with Index.open(folder / f"{depth}") as fresh:
                sync(node, fresh, datasets)
                assert digest(index) == digest(fresh)


@pytest.mark.anvil
def test_depths_up_to_64_end_equal_to_a_fresh_sync(anvil, tmp_path):
    deep(anvil, tmp_path, (1, 2, 13, 64))
