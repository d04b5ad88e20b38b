"""Seeds of a Starknet node that errs, lies and reorganises: each ends exactly right, or says why.

A seed that fails is named in the test's output; keep it by adding it to `KEPT`.
"""

from collections.abc import Iterator

import pytest

from psephos.chain.verify import Verify
from psephos.store.index import Index
from tests.simulated.lives import SCENES
from tests.simulated.seeds import live
from tests.simulated.starknet_seeds import DATASETS, FELT_FAULTS, STARKNET

KEPT: tuple[int, ...] = ()


@pytest.fixture
def index(tmp_path) -> Iterator[Index]:
    with Index.open(tmp_path / "index") as opened:
        opened.register(*DATASETS)
        yield opened


@pytest.mark.long
def test_thirty_seeds_end_as_the_chain_is_or_say_why(index):
    seeds = (*KEPT, *range(30))
    tally = live(index, STARKNET, seeds, rate=0.25)
    print(tally)
    told = {f"{question}: {name}" for question, name, _ in FELT_FAULTS}
    assert told == set(tally.faults), "some fault was never drawn"
    assert {scene.name for scene in SCENES} < set(tally.scenes), "some scene was never played"
    assert tally.ends["exact"] > 0.8 * len(seeds)


@pytest.mark.campaign
@pytest.mark.parametrize("hundred", range(1, 11))
def test_a_thousand_seeds_end_as_the_chain_is_or_say_why(index, hundred):
    print(live(index, STARKNET, range(100 * hundred, 100 * (hundred + 1)), rate=0.15))


@pytest.mark.long
def test_without_verification_the_same_lies_go_unnoticed(index):
    """The check is what holds: with it switched off, seeds end wrong."""
    wrong = 0
    for seed in range(9):
        try:
            live(index, STARKNET, [seed], verify=Verify("none"), rate=0.5)
        except AssertionError:
            wrong += 1
    assert wrong >= 5
