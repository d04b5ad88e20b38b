"""Walking back to a fork believes no answer that is too short, and no other chain."""

from typing import Any

import pytest

from psephos.batch.sync import sync
from psephos.errors import NodeContradiction, WrongChain
from psephos.store.index import Index
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import TOKEN, at_once, chain


class Short:
    """A node that leaves the last header out once it was asked for one alone."""

    def __init__(self, node: SimulatedChain) -> None:
        self.node = node

    def __getattr__(self, name: str) -> Any:
        return getattr(self.node, name)

    def headers(self, first: int, last: int) -> Any:
        found = self.node.headers(first, last)
        return found[:-1] if first == last else found


def test_no_header_where_one_was_asked_for_is_a_contradiction(tmp_path):
    told = chain(1)
    with Index.open(tmp_path / "index") as index:
        sync(told, index, (TOKEN,))
        told.grow(3)
        with pytest.raises(NodeContradiction):
            sync(Short(told), index, (TOKEN,), pause=at_once)


def other_first_block(node: SimulatedChain) -> SimulatedChain:
    """Another chain that claims the first block of this one when it is asked who it is."""
    other = SimulatedChain(99)
    other.grow(70)
    other.identity = node.identity  # type: ignore[method-assign]
    return other


def test_a_branch_that_shares_not_even_the_first_block_is_another_chain(tmp_path):
    told = chain(1)
    told.settled = 0
    with Index.open(tmp_path / "index") as index:
        sync(told, index, (TOKEN,))
        with index.writing() as db:
            db.execute("DELETE FROM final")
        with pytest.raises(WrongChain):
            sync(other_first_block(told), index, (TOKEN,), pause=at_once)
        assert index.top().number == told.head().number
