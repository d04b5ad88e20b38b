"""Every lie of `tests.simulated.starknet_lies`, met by `StarknetNode` and `collect`."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from psephos.chain.collect import collect
from psephos.chain.dataset import Dataset
from psephos.chain.starknet.node import StarknetNode
from psephos.chain.verify import Verify
from psephos.chain.wire.patience import Clock, Patience
from psephos.commit.starknet.versions import CHAINS
from psephos.settings import Endpoint
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_lies import LIES
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import ETHER, STAKING, TOKEN, VSTRK, WRAPPED
from tests.simulated.starknet_view import View

BLOCKS = 16
PAGE = 20
"""Events a page at most, so that there are several."""


@pytest.fixture(scope="module")
def chain() -> StarknetChain:
    chain = StarknetChain(seed=3, upgrades=(5, 8, 12), lag=10)
    chain.grow(BLOCKS)
    return chain


def dataset(name: str, source: str, *contracts: int) -> Dataset:
    addresses = tuple(contract.to_bytes(32, "big") for contract in contracts)
    return Dataset(name, CHAINS["SN_SEPOLIA"], addresses, (source,), 0)


DATASETS = (
    dataset("tokens", "starknet_erc20", TOKEN, ETHER, WRAPPED),
    dataset("staking", "starknet_staking", STAKING),
    dataset("votes", "starknet_votes", VSTRK),
)


def node_at(url: str) -> StarknetNode:
    return StarknetNode(
        [Endpoint(url, "liar", 10_000, timeout=300.0)],
        chain_id=CHAINS["SN_SEPOLIA"],
        patience=Patience(attempts=8, largest=4 << 20),
        clock=Clock(sleep=lambda seconds: None),
    )


def rows(node: Any, **options: Any) -> dict[tuple[str, str], list[Any]]:
    """Everything that collecting all blocks gives."""
    found: dict[tuple[str, str], list[Any]] = {}
    options = {"step": 9, "pause": lambda seconds: None} | options
    for piece in collect(node, DATASETS, 0, BLOCKS, **options):
        assert not piece.broken
        for name, tables in piece.tables.items():
            for table, part in tables.items():
                found.setdefault((name, table), []).extend(part.to_pylist())
    return found


@pytest.fixture(scope="module")
def truth(chain: StarknetChain) -> dict[tuple[str, str], list[Any]]:
    with Server(View(chain, page=PAGE)) as server:
        found = rows(node_at(server.url))
    assert sum(len(of) for of in found.values()) > 60
    return found


QUICK = (
    "a missing event", "a lost token", "a stuck token", "empty pages without end",
    "an event left out of a block", "a fabricated block", "a block that is still open",
    "a lagging node", "wrong chain",
)  # fmt: skip
"""Told in every run; the others in the long one."""


def told(names: Iterable[str], quick: Sequence[str]) -> list[Any]:
    return [name if name in quick else pytest.param(name, marks=pytest.mark.long) for name in names]


@pytest.mark.parametrize("name", told(LIES, QUICK))
def test_a_lie_ends_in_the_truth_or_in_a_clear_error(
    chain: StarknetChain, truth: dict[tuple[str, str], list[Any]], name: str
) -> None:
    lie = LIES[name]
    with Server(View(chain, page=PAGE), lie, seed=1) as server:
        if lie.ends is None:
            assert rows(node_at(server.url)) == truth
        else:
            with pytest.raises(lie.ends):
                rows(node_at(server.url))
    assert server.told, "the lie was never told"


UNSEEN = (
    "a missing event", "an altered event", "another key", "no events",
    "a token that leads too far",
)  # fmt: skip


@pytest.mark.parametrize("name", told(UNSEEN, UNSEEN[:2]))
def test_without_verification_the_same_lie_goes_unnoticed(
    chain: StarknetChain, truth: dict[tuple[str, str], list[Any]], name: str
) -> None:
    with Server(View(chain, page=PAGE), LIES[name], seed=1) as server:
        assert rows(node_at(server.url), verify=Verify("none")) != truth
