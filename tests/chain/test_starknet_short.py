"""A Starknet node that tells fewer blocks than it was asked for, of any range."""

import pytest

from psephos.chain.collect import collect
from psephos.errors import NodeContradiction
from tests.simulated.collected import at_once
from tests.simulated.faulty import FaultyNode
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_seeds import DATASETS, FELT_FAULTS, Twin


@pytest.mark.parametrize("last", [0, 6])
def test_a_block_that_is_not_told_is_a_contradiction(last: int) -> None:
    chain = StarknetChain(1, busy=1, remember=False)
    chain.grow(8)
    twin = Twin(chain)
    node = FaultyNode(twin, 1, rate=1, only=("too few",), faults=FELT_FAULTS)  # type: ignore[arg-type]
    with pytest.raises(NodeContradiction, match="no block"):
        list(collect(node, DATASETS, 0, last, pause=at_once))
