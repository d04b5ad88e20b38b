"""A few seeds of a node that errs and lies, one for each scene; hundreds are in the long run."""

from psephos.chain.verify import Verify
from psephos.store.index import Index
from tests.simulated.collected import pieces
from tests.simulated.faulty import FAULTS
from tests.simulated.lives import SCENES
from tests.simulated.seeds import DATASETS, ETHEREUM, Tally, ethereum, one_seed


def test_a_seed_of_each_scene_ends_as_the_chain_is_or_says_why(tmp_path):
    tally = Tally()
    with Index.open(tmp_path / "index") as index:
        index.register(*DATASETS)
        for seed, scene in enumerate(SCENES, 1):
            one_seed(index, ETHEREUM, seed, scene, tally)
    assert tally.ends.total() == len(SCENES)
    assert tally.ends["exact"] >= len(SCENES) - 2


def test_there_are_enough_ways_to_lie():
    """Of single answers and for a while; each is a line of a table."""
    assert len(FAULTS) + len(SCENES) >= 40
    assert len({(question, name) for question, name, _ in FAULTS}) == len(FAULTS)


def test_a_fabricated_block_recomputes_to_itself():
    """It is another block of the height, with the parent of the true one."""
    world = ethereum(0)
    path = world.branches[-1]
    other, true = world.fabricated(path, 190), path.blocks[190]
    assert other[0].hash != true[0].hash
    assert other[0].parent == true[0].parent
    chain = world.chain.copy()
    chain.blocks = [*path.blocks[:190], other]
    (piece,) = pieces(chain, *DATASETS, verify=Verify("all"))[-1:]
    assert piece.level == "complete"
