"""Two blocks of one height under the sequencer's own signature: kept apart, and only *seen*."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from psephos.batch.sync import sync
from psephos.chain.node import Node
from psephos.chain.starknet.gateway import Gateway
from psephos.chain.starknet.node import StarknetNode
from psephos.chain.wire.patience import Clock, Patience
from psephos.commands.status import double_signature
from psephos.commit.starknet.signature import valid_signature
from psephos.publish.testimony import double_signatures
from psephos.settings import Endpoint
from psephos.store.index import Index
from psephos.store.signed import doubled
from tests.chain.test_starknet import SEPOLIA, tokens
from tests.simulated.gateway import FeederGateway
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_view import View

PATIENT = Patience(connect=2.0, attempts=1, base=0.0)


@pytest.fixture(scope="module")
def grown() -> StarknetChain:
    """Twenty blocks, of which the newest eight are not final."""
    made = StarknetChain(seed=3, lag=8, share=0.5)
    made.grow(20)
    return made


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "index.duckdb", chain_id=SEPOLIA, genesis=None) as opened:
        yield opened


def synced(index: Index, chain: StarknetChain, *gateways: FeederGateway, key: int = 0) -> None:
    """One run against the chain, asking the gateways who signed."""
    asked = [
        Gateway(Endpoint(g.url, f"gateway {i}", 1000), [key or g.key], PATIENT, Clock())
        for i, g in enumerate(gateways)
    ]
    with Server(View(chain)) as server:
        endpoint = Endpoint(server.url, "node", 1000)
        node = cast(Node, StarknetNode([endpoint], patience=PATIENT, gateways=asked))
        sync(node, index, (tokens(),), pause=lambda _: None)


def test_a_reorganisation_shows_two_signed_blocks_of_one_height_with_both_signatures(
    index: Index, grown: StarknetChain
) -> None:
    other = grown.copy()
    other.reorg(3, longer=1)
    with FeederGateway(grown) as gateway:
        synced(index, grown, gateway)
        assert doubled(index) == {}
        gateway.chain = other
        synced(index, other, gateway)
        heights = range(grown.head - 2, grown.head + 1)
        found = doubled(index)
        assert list(found) == sorted(heights, reverse=True)
        for number, blocks in found.items():
            hashes = [chain.blocks[number].hash for chain in (grown, other)]
            assert [int.from_bytes(one.hash) for one in blocks] == hashes
            assert all(one.read for one in blocks)
            for one in blocks:
                message, r, s = map(int.from_bytes, (one.hash, one.r, one.s))
                assert valid_signature(message, r, s, gateway.key)
    told = double_signatures(index)
    assert {one["level"] for one in told} == {"seen"}
    words = double_signature(told[0])
    assert f"{grown.head}" in words
    assert "seen" in words
    assert all(one["hash"] in words for one in told[0]["signed"])


def test_two_gateways_that_show_two_blocks_of_one_height_are_both_kept(
    index: Index, grown: StarknetChain
) -> None:
    other = grown.copy()
    other.reorg(1, longer=1)
    with FeederGateway(grown) as one, FeederGateway(other) as two:
        synced(index, grown, one, two)
    (blocks,) = doubled(index).values()
    assert {one.gateway for one in blocks} == {"gateway 0", "gateway 1"}
    assert sorted(one.read for one in blocks) == [False, True]


def test_final_heights_of_one_block_are_let_go_and_those_of_two_stay(
    index: Index, grown: StarknetChain
) -> None:
    other = grown.copy()
    other.reorg(2, longer=1)
    with FeederGateway(grown) as gateway:
        synced(index, grown, gateway)
        gateway.chain = other
        synced(index, other, gateway)
        later = other.copy()
        later.grow(8)
        gateway.chain = later
        synced(index, later, gateway)
    kept = {n for (n,) in index.query("SELECT DISTINCT number FROM signed_block")}
    final = later.head - later.lag
    assert {n for n in kept if n <= final} == {grown.head - 1, grown.head}
    assert {n for n in kept if n > final} == set(range(final + 1, later.head + 1))


def test_a_block_whose_signature_is_known_is_not_asked_for_again(
    index: Index, grown: StarknetChain
) -> None:
    with FeederGateway(grown) as gateway:
        synced(index, grown, gateway)
        assert gateway.asked == list(range(grown.head - grown.lag + 1, grown.head + 1))
        gateway.asked.clear()
        synced(index, grown, gateway)
        assert gateway.asked == []


@pytest.mark.parametrize(
    "lie", ["another key", "an older block", "a page", "no hash", "nobody there"]
)
def test_a_gateway_that_lies_or_fails_makes_no_double_and_stops_nothing(
    index: Index, grown: StarknetChain, lie: str
) -> None:
    with FeederGateway(grown) as honest, FeederGateway(grown) as liar:
        key = 0
        if lie == "another key":
            key, liar.secret = honest.key, 6
            liar.shown = {grown.head: grown.head - 1}
        elif lie == "an older block":
            liar.shown = {grown.head: 2}
        elif lie == "no hash":
            liar.body = b'{"signature": ["0x1", "0x2"]}'
        elif lie == "nobody there":
            liar.chain = StarknetChain(seed=1)
        else:
            liar.body = b"<html>502 Bad Gateway</html>"
        synced(index, grown, honest, liar, key=key)
    assert doubled(index) == {}
    assert [span.last for span in index.spans("tokens")] == [grown.head]
