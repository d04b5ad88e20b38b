"""A recording of Starknet answers what the node answered, is collected as it, and ends by L1."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path

import pytest

from psephos.chain.collect import collect
from psephos.chain.node import BlockId
from psephos.chain.open import open_node
from psephos.chain.starknet.logs import row
from psephos.chain.starknet.node import StarknetNode
from psephos.chain.starknet.replay import StarknetReplayNode, record
from psephos.chain.starknet.settled import HASH, NUMBER, Settlement
from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    NodeContradiction,
    NodeError,
    WrongChain,
)
from psephos.settings import ChainSettings, Endpoint
from tests.chain.test_starknet import SEPOLIA, TRANSFER, node_at, tokens, transfers, word
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_books import selector
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import STAKING, TOKEN
from tests.simulated.starknet_view import View

SUPPLY = word(selector("total_supply"))


@pytest.fixture(scope="module")
def chain() -> StarknetChain:
    made = StarknetChain(seed=5, upgrades=(4, 8, 12), lag=6, remember=False)
    made.grow(16)
    return made


@pytest.fixture(scope="module")
def node(chain: StarknetChain) -> Iterator[StarknetNode]:
    with Server(View(chain)) as server:
        yield node_at(server)


@pytest.fixture(scope="module")
def recorded(node: StarknetNode, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recorded") / "starknet.xz"
    record(node, path, calls=[(word(TOKEN), SUPPLY, 9)])
    return path


def test_a_replay_answers_what_the_node_answered(
    chain: StarknetChain, node: StarknetNode, recorded: Path
) -> None:
    replay = StarknetReplayNode(recorded)
    assert replay.identity() == node.identity()
    assert (replay.head(), replay.finalized()) == (node.head(), node.finalized())
    assert replay.headers(0, 16) == node.headers(0, 16)
    assert replay.receipts(replay.head()) == node.receipts(node.head())
    assert list(replay.blocks(3, 5)) == list(node.blocks(3, 5))
    for block in (0, 3, 4, 11, 12, 16):  # the staking contract becomes another at 4, 8 and 12
        assert replay.code(word(STAKING), block) == node.code(word(STAKING), block)
    assert len({replay.code(word(STAKING), block) for block in (0, 4, 8, 12)}) == 4
    assert replay.code(word(7), 16) == node.code(word(7), 16) == b""
    assert replay.call(word(TOKEN), SUPPLY, 9) == node.call(word(TOKEN), SUPPLY, 9)
    told = replay.logs(2, 14, [word(TOKEN)], [word(int(TRANSFER, 16))])
    theirs = node.logs(2, 14, [word(TOKEN)], [word(int(TRANSFER, 16))])
    assert [row(told, i) for i in range(len(told))] == [row(theirs, i) for i in range(len(theirs))]


def test_a_replay_is_collected_whole(chain: StarknetChain, recorded: Path) -> None:
    replay = StarknetReplayNode(recorded)
    (piece,) = collect(replay, [tokens()], 0, 16, step=100)  # type: ignore[arg-type]
    assert piece.level == "whole"
    assert piece.contradictions == ()
    rows = piece.tables["tokens"]["transfer"]
    assert len(rows) == len(list(transfers(chain)))


def test_what_was_not_recorded_is_not_answered(recorded: Path) -> None:
    replay = StarknetReplayNode(recorded)
    with pytest.raises(NodeError, match="holds no answer"):
        replay.call(word(TOKEN), SUPPLY, 10)
    with pytest.raises(LaggingNode):
        replay.headers(16, 17)
    with pytest.raises(LaggingNode, match="another block 3"):
        replay.receipts(BlockId(3, bytes(32)))
    assert replay.witnesses(BlockId(3, bytes(32))).domains == 0


@pytest.mark.parametrize("at", [0, 3, 12, -1])
def test_a_damaged_recording_is_refused_with_its_line(
    recorded: Path, tmp_path: Path, at: int
) -> None:
    lines = lzma.decompress(recorded.read_bytes()).splitlines(keepends=True)
    del lines[at]
    path = tmp_path / "damaged.xz"
    path.write_bytes(lzma.compress(b"".join(lines)))
    with pytest.raises(MalformedAnswer, match=r"damaged\.xz"):
        StarknetReplayNode(path).headers(0, 16)


class L1:
    """An Ethereum node that tells which block was settled."""

    def __init__(self, number: int, hash_: bytes) -> None:
        self.told = {NUMBER: number.to_bytes(32, "big"), HASH: hash_}

    def finalized(self) -> BlockId:
        return BlockId(99, bytes(32))

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        assert (to, block) == (bytes(20), 99)
        return self.told[data]


def test_what_is_final_ethereum_says(chain: StarknetChain, recorded: Path) -> None:
    hash_ = word(chain.blocks[6].hash)
    replay = StarknetReplayNode(recorded, Settlement(L1(6, hash_), bytes(20)))
    assert replay.finalized() == BlockId(6, hash_)
    other = StarknetReplayNode(recorded, Settlement(L1(6, word(1)), bytes(20)))
    with pytest.raises(NodeContradiction, match="another one on L1"):
        other.finalized()


def test_a_configuration_opens_it(recorded: Path, node: StarknetNode) -> None:
    endpoint = Endpoint(f"replay:{recorded}", "recording")
    settings = ChainSettings("simulated", SEPOLIA, None, 0, (endpoint,), kind="starknet")
    assert open_node(settings).identity() == node.identity()
    wrong = ChainSettings("simulated", 7, None, 0, (endpoint,), kind="starknet")
    with pytest.raises(WrongChain):
        open_node(wrong)


def test_lines_are_json_that_anybody_can_read(recorded: Path) -> None:
    first, *blocks, call, last = lzma.decompress(recorded.read_bytes()).splitlines()
    assert json.loads(first)["starknet"] == 1
    assert [json.loads(line)["block"]["block_number"] for line in blocks] == list(range(17))
    assert json.loads(call)["call"]["block"] == 9
    assert json.loads(last) == {"head": 16, "finalized": 10}
