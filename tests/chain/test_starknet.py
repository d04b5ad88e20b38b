"""A Starknet node of every version: what it tells is collected, whole, and in its order."""

from collections.abc import Iterator
from typing import Any

import pytest

from psephos.chain.collect import Piece, collect
from psephos.chain.dataset import Dataset
from psephos.chain.starknet.node import StarknetNode
from psephos.chain.starknet.told import spec_version
from psephos.chain.verify import Verify, fitting
from psephos.commit.starknet.felt import keccak_250, short_string
from psephos.commit.told import hashed
from psephos.errors import (
    CommandError,
    LaggingNode,
    MalformedAnswer,
    MethodMissing,
    WrongChain,
)
from psephos.settings import Endpoint
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import ETHER, TOKEN, WRAPPED
from tests.simulated.starknet_view import View

SPECS = ("0.8", "0.9", "0.10")
TOKENS = (TOKEN, ETHER, WRAPPED)
SEPOLIA = short_string("SN_SEPOLIA")
TRANSFER = hex(keccak_250(b"Transfer"))


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


class Trusting(StarknetNode):
    """A node that has code wherever it is asked: the simulated chain tells of pools that it never
    deployed."""

    def code(self, address: bytes, block: int) -> bytes:
        return bytes(31) + b"\x01"


def node_at(server: Server, **named: Any) -> StarknetNode:
    return StarknetNode([Endpoint(server.url, "simulated", rate=100_000)], **named)


def tokens(first: int = 0) -> Dataset:
    return Dataset("tokens", SEPOLIA, tuple(map(word, TOKENS)), ("starknet_erc20",), first)


@pytest.fixture(scope="module")
def chain() -> StarknetChain:
    made = StarknetChain(seed=11, upgrades=(10, 20, 30), interval=10)
    made.grow(34)
    return made


def transfers(chain: StarknetChain) -> Iterator[tuple[Any, ...]]:
    """Every Transfer of the tokens, read from the blocks by its layout: keys or data."""
    for block in chain.blocks:
        for i, entry in enumerate(block.told["transactions"]):
            for j, event in enumerate(entry["receipt"]["events"]):
                if int(event["from_address"], 16) in TOKENS and event["keys"][0] == TRANSFER:
                    felts = [int(felt, 16) for felt in (*event["keys"][1:], *event["data"])]
                    sender, recipient, low, high = felts
                    yield (
                        block.told["block_number"],
                        word(block.hash),
                        i,
                        j,
                        word(int(entry["receipt"]["transaction_hash"], 16)),
                        word(int(event["from_address"], 16)),
                        word(sender),
                        word(recipient),
                        low + (high << 128),
                    )


def rows(pieces: list[Piece]) -> list[tuple[Any, ...]]:
    found = []
    for piece in pieces:
        table = piece.tables["tokens"]["transfer"]
        found += list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return found


def collected(chain: StarknetChain, spec: str, mode: str | None, **named: Any) -> list[Piece]:
    rule = None if mode is None else Verify.parse(mode)
    with Server(View(chain, spec)) as server:
        node = node_at(server)
        return list(collect(node, [tokens()], 0, chain.head, verify=rule, **named))


@pytest.mark.parametrize("spec", SPECS)
def test_every_block_is_recomputed_by_default_and_every_transfer_is_a_row(
    chain: StarknetChain, spec: str
) -> None:
    pieces = collected(chain, spec, None, step=7)
    assert rows(pieces) == list(transfers(chain))
    assert {piece.level for piece in pieces} == {"whole"}
    assert not any(piece.contradictions or piece.short for piece in pieces)
    headers = [header for piece in pieces for header in piece.headers]
    assert [header.hash for header in headers] == [word(block.hash) for block in chain.blocks]
    own = [one.hash for one in hashed([header.rlp for header in headers])]
    assert own == [header.hash for header in headers]


@pytest.mark.parametrize("spec", SPECS)
def test_unverified_blocks_give_the_same_rows_and_are_only_seen(
    chain: StarknetChain, spec: str
) -> None:
    pieces = collected(chain, spec, "none")
    assert rows(pieces) == list(transfers(chain))
    assert {piece.level for piece in pieces} == {"seen"}


@pytest.mark.parametrize("spec", ["0.8", "0.10"])
def test_a_sample_of_blocks_is_recomputed_whole(chain: StarknetChain, spec: str) -> None:
    pieces = collected(chain, spec, "sample 4")
    assert rows(pieces) == list(transfers(chain))
    assert [(p.sample.drawn, p.sample.clean) for p in pieces if p.sample] == [(4, 4)]


def test_headers_alone_show_no_absence_and_are_refused(chain: StarknetChain) -> None:
    assert str(fitting([tokens()])) == "all"
    with pytest.raises(CommandError, match="headers of Starknet"):
        collected(chain, "0.10", "headers")


@pytest.mark.parametrize("spec", SPECS)
def test_head_and_finality_are_closed_blocks(chain: StarknetChain, spec: str) -> None:
    with Server(View(chain, spec)) as server:
        node = node_at(server)
        assert node.identity() == (SEPOLIA, word(chain.blocks[0].hash))
        assert node.head().hash == word(chain.blocks[-1].hash)
        assert node.finalized().number == chain.accepted
        moved = chain.copy()
        moved.settle(3)
        server.node.chain = moved
        assert node.finalized().number == 3
        assert node.code(word(TOKEN), chain.head) != b""
        assert node.code(word(0x777), chain.head) == b""
        assert node.witnesses(node.head()).endpoints == ("simulated",)
        with pytest.raises(LaggingNode):
            node.headers(chain.head + 1, chain.head + 1)


def test_another_chain_or_genesis_is_refused(chain: StarknetChain) -> None:
    with Server(View(chain)) as server:
        with pytest.raises(WrongChain, match="SN_SEPOLIA, not on SN_MAIN"):
            node_at(server, chain_id=short_string("SN_MAIN")).head()
        with pytest.raises(WrongChain, match="genesis"):
            node_at(server, genesis=bytes(32)).head()


def test_only_known_versions_of_the_specification_are_spoken() -> None:
    assert spec_version("0.8.1") == (0, 8, 1)
    assert spec_version("0.10.4-rc.1") == (0, 10, 4)
    for unknown in ("0.7.1", "0.11.0", "1.0.0"):
        with pytest.raises(MethodMissing, match="Starknet RPC"):
            spec_version(unknown)
    for none in (None, 10, "", "0.10", "v0.10.0", "0.x.1"):
        with pytest.raises(MalformedAnswer):
            spec_version(none)
