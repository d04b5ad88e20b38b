"""Hundreds of seeds of a node that errs, lies and reorganises: every one ends exactly right.

A seed that fails is named in the test's output; keep it by adding it to `KEPT`.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from psephos.chain.verify import Verify
from psephos.store.index import Index
from tests.simulated.faulty import FAULTS
from tests.simulated.lives import SCENES
from tests.simulated.seeds import ETHEREUM, WITH_FEES, Tally, live

KEPT: tuple[int, ...] = (47,)


@pytest.fixture
def index(tmp_path) -> Iterator[Index]:
    with Index.open(tmp_path / "index") as opened:
        opened.register(*WITH_FEES)
        yield opened


def assert_all_lied(tally: Tally) -> None:
    """A fault or a scene that no run applied shows nothing."""
    told = {f"{question}: {name}" for question, name, _ in FAULTS}
    assert told == set(tally.faults), "some fault was never drawn"
    assert {scene.name for scene in SCENES} < set(tally.scenes), "some scene was never played"


@pytest.mark.long
def test_two_hundred_seeds_end_as_the_chain_is_or_say_why(index):
    seeds = (*KEPT, *range(200))
    tally = live(index, ETHEREUM, seeds)
    print(tally)
    assert_all_lied(tally)
    assert tally.ends["exact"] > 0.9 * len(seeds)
    assert tally.scenes["reorganisation"] > 1.9 * tally.ends["exact"]


@pytest.mark.campaign
@pytest.mark.parametrize("thousand", range(1, 4))
def test_three_thousand_seeds_end_as_the_chain_is_or_say_why(index, thousand):
    print(live(index, ETHEREUM, range(1_000 * thousand, 1_000 * (thousand + 1))))


@pytest.mark.long
def test_without_verification_the_same_lies_go_unnoticed(index):
    """The check is what holds: with it switched off, seeds end wrong."""
    ended: Counter[bool] = Counter()
    for seed in range(40):
        try:
            live(index, ETHEREUM, [seed], verify=Verify("none"), rate=0.4)
        except AssertionError:
            ended[False] += 1
        else:
            ended[True] += 1
    print(ended)
    assert ended[False] >= 20
