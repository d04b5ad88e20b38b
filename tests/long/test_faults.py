"""Hundreds of seeds of a node that errs, lies and reorganises: every one ends exactly right.

A seed that fails is named in the test's output; keep it by adding it to `KEPT`.
"""

import shutil
from collections import Counter

import pytest

from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.chain.verify import Verify
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.simulated.collected import FEES, TOKEN, at_once, chain, insist, pieces, rows
from tests.simulated.faulty import FAULTS, FaultyNode

KEPT: tuple[int, ...] = ()
LIES = ("missing log", "empty answer", "half an answer", "added log", "altered data")


@pytest.fixture
def template(tmp_path):
    """An index with the datasets' tables and nothing in them: made once, copied for every seed."""
    with Index.open(tmp_path / "template") as index:
        index.register(TOKEN, FEES)
    return tmp_path / "template"


def ends_right(template, seed: int, datasets: tuple[Dataset, ...]) -> Counter:
    """One life: read through faults, then once honestly; the faults that there were."""
    told = chain(seed, blocks=40, lag=24)

    def between(draw):
        chance = draw.random()
        if chance < 0.01:
            told.reorg(draw.randrange(1, 22))
        elif chance < 0.03:
            told.grow(draw.randrange(1, 4))

    node = FaultyNode(told, seed, rate=0.12, narrow=seed % 12 or None, between=between)
    path = template.with_name(f"seed{seed}")
    shutil.copy(template, path)
    with Index.open(path) as index:
        insist(node, index, *datasets, step=1 + seed % 9)
        sync(told, index, datasets, pause=at_once)
        assert_holds(index, told, datasets, seed)
    path.unlink()
    return node.injected


def assert_holds(index, told, datasets, seed) -> None:
    """The index holds exactly the chain's blocks and rows, and says that it has all of them."""
    last = told.head().number
    blocks = index.blocks(0, 2**40).to_pylist()
    assert [block["hash"] for block in blocks] == [header.hash for header, _ in told.blocks], seed
    found = pieces(told, *datasets)
    for dataset in datasets:
        assert [(s.first, s.last, s.level) for s in index.spans(dataset.name)] == [
            (0, last, "complete")
        ], seed
        for table in dataset.tables():
            ours = index.rows(dataset.name, table, 0, 2**40)
            assert ours == rows(found, dataset.name, table), f"seed {seed}: {table}"


def all_end_right(template, seeds) -> Counter:
    total: Counter = Counter()
    for seed in seeds:
        total += ends_right(template, seed, (TOKEN, FEES) if seed % 7 == 0 else (TOKEN,))
    print(f"{len(seeds)} seeds, {total.total()} faults of {len(total)} kinds: {dict(total)}")
    return total


@pytest.mark.long
def test_three_hundred_seeds_end_as_the_chain_is(template):
    total = all_end_right(template, (*KEPT, *range(300)))
    assert total.total() > 2_500
    assert len(total) == len(FAULTS), "some fault was never drawn"


@pytest.mark.campaign
@pytest.mark.parametrize("thousand", range(1, 4))
def test_three_thousand_seeds_end_as_the_chain_is(template, thousand):
    all_end_right(template, range(1_000 * thousand, 1_000 * (thousand + 1)))


@pytest.mark.long
def test_without_verification_the_same_lies_go_unnoticed(tmp_path):
    """The check is what holds: with it switched off, seeds end wrong."""
    wrong = 0
    for seed in range(20):
        told = chain(seed, blocks=40, lag=24)
        node = FaultyNode(told, seed, rate=0.5, only=LIES)
        with Index.open(tmp_path / f"{seed}a") as index, Index.open(tmp_path / f"{seed}b") as fresh:
            insist(node, index, TOKEN, step=4, verify=Verify("none"))
            sync(told, fresh, (TOKEN,), pause=at_once)
            wrong += digest(index)["token_transfer"] != digest(fresh)["token_transfer"]
    assert wrong >= 18
