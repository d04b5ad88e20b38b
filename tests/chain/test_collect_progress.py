"""A node that fails again and again still lets a sync go forward: what was read is kept."""

import pytest

from psephos.batch.sync import sync
from psephos.errors import NodeUnreachable
from psephos.store.index import Index
from tests.simulated.collected import TOKEN, at_once, chain, insist
from tests.simulated.faulty import FaultyNode


class Fails:
    """The node, every `nth` question about logs refused."""

    def __init__(self, node, nth: int) -> None:
        self._node, self._nth, self._asked = node, nth, 0

    def __getattr__(self, name):
        return getattr(self._node, name)

    def logs(self, *asked):
        self._asked += 1
        if self._asked % self._nth == 0:
            raise NodeUnreachable("every nth question")
        return self._node.logs(*asked)


def test_what_was_read_before_an_error_is_stored_and_not_read_again(tmp_path):
    told = chain(3, blocks=40, lag=5)
    node = Fails(told, 10)
    with Index.open(tmp_path / "i") as index:
        with pytest.raises(NodeUnreachable):
            sync(Fails(told, 1), index, (TOKEN,), pause=at_once, step=1)
        assert index.top() is None
        tops = []
        for _ in range(60):
            try:
                sync(node, index, (TOKEN,), pause=at_once, step=1)
                break
            except NodeUnreachable:
                top = index.top()
                tops.append(top.number if top else -1)
        assert index.top().number == told.head().number
        assert tops == sorted(tops)


def test_a_chain_that_grows_under_a_failing_node_is_still_caught_up(tmp_path):
    """Seed 2197 of the campaign: one answer in eight fails, one block is told at a time."""
    told = chain(2197, blocks=40, lag=24)

    def between(draw):
        chance = draw.random()
        if chance < 0.01:
            told.reorg(draw.randrange(1, 22))
        elif chance < 0.03:
            told.grow(draw.randrange(1, 4))

    node = FaultyNode(told, 2197, rate=0.12, narrow=1, between=between)
    with Index.open(tmp_path / "i") as index:
        insist(node, index, TOKEN, step=2)
        sync(told, index, (TOKEN,), pause=at_once)
        assert index.top().number == told.head().number
