"""Every lie of `tests.simulated.lies`, met by `EthereumNode` and `collect`: truth, or an error."""

from typing import Any

import pytest

from psephos.chain.collect import collect
from psephos.chain.dataset import Dataset
from psephos.chain.ethereum import EthereumNode
from psephos.chain.wire.patience import Clock, Patience
from psephos.errors import NodeError
from psephos.settings import Endpoint
from tests.simulated.chain import SimulatedChain
from tests.simulated.lies import LIES, silence
from tests.simulated.proxy import Lie, Proxy

BLOCKS = 48
PATIENCE = Patience(attempts=8, largest=4 << 20, batch=16)


@pytest.fixture(scope="module")
def chain() -> SimulatedChain:
    chain = SimulatedChain(seed=11)
    chain.grow(BLOCKS - 1)
    return chain


def dataset() -> Dataset:
    contracts = (SimulatedChain.TOKEN,)
    return Dataset("token", SimulatedChain.CHAIN, contracts, ("erc20", "votes"))


def rows(node: Any) -> dict[str, list[Any]]:
    """Everything that collecting blocks 0 to BLOCKS gives."""
    found: dict[str, list[Any]] = {}
    for piece in collect(node, [dataset()], 0, BLOCKS, step=32, pause=lambda seconds: None):
        assert not piece.broken
        for name, table in piece.tables["token"].items():
            found.setdefault(name, []).extend(table.to_pylist())
    return found


@pytest.fixture(scope="module")
def truth(chain: SimulatedChain) -> dict[str, list[Any]]:
    found = rows(chain)
    assert all(len(found[name]) > 20 for name in ("transfer", "delegate_votes_changed"))
    return found


def ask(url: str, lie: Lie) -> EthereumNode:
    """Only a silence is waited for in vain: a busy machine must not look like one."""
    clock = Clock(sleep=lambda seconds: None)
    timeout = 1.0 if lie.spoil is silence else 300.0
    return EthereumNode(
        [Endpoint(url, "liar", 10_000, timeout=timeout)],
        chain_id=SimulatedChain.CHAIN,
        patience=PATIENCE,
        clock=clock,
    )


def lied_to(chain: SimulatedChain, truth: dict[str, list[Any]], lie: Lie, seed: int) -> int:
    """Collect through the lie; how often it was told."""
    with Proxy(chain, lie, seed=seed) as proxy:
        node = ask(proxy.url, lie)
        if lie.ends is None:
            assert rows(node) == truth
        else:
            with pytest.raises(lie.ends) as caught:
                rows(node)
            assert type(caught.value) in lie.ends
        return proxy.told


SLOW = ("silence for ever",)
"""Lies that are waited for in vain, second after second; a silence now and then stays."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.long if name in SLOW else ()) for name in LIES],
)
def test_a_lie_is_met_with_the_truth_or_a_clear_error(
    chain: SimulatedChain, truth: dict[str, list[Any]], name: str
) -> None:
    """Never a silent loss: the rows are those of the chain, or the run stops and says why."""
    assert any(lied_to(chain, truth, LIES[name], seed) for seed in range(5)), "never told"


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, lie in LIES.items() if lie.share < 1])
def test_a_lie_is_met_whenever_it_is_told(
    chain: SimulatedChain, truth: dict[str, list[Any]], name: str
) -> None:
    """The same at other moments: each seed lies about other questions.

    A liar who by chance lies at every try stops the run, with an error that says to try again.
    """
    told = stopped = 0
    for seed in range(5, 25):
        try:
            told += lied_to(chain, truth, LIES[name], seed)
        except NodeError as error:
            if not error.retry:
                raise
            stopped += 1
    assert told >= 10
    assert stopped <= 4
