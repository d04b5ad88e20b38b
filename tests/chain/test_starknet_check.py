"""A block is whole, complete or only seen, and what is no block of the chain is refused."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.check import check_header, check_headers
from psephos.chain.collect import collect
from psephos.chain.dataset import Dataset
from psephos.chain.starknet.check import check_block
from psephos.chain.starknet.logs import row
from psephos.chain.starknet.node import StarknetNode
from psephos.chain.starknet.settled import HASH, NUMBER, Settlement
from psephos.chain.starknet.told import header
from psephos.commit.keccak import keccak
from psephos.commit.starknet.hashes import compiled
from psephos.commit.starknet.versions import CHAINS
from psephos.commit.told import hashed
from psephos.errors import (
    IncompleteBlock,
    LaggingNode,
    MalformedAnswer,
    NodeContradiction,
    VerificationFailed,
)
from psephos.settings import Endpoint
from tests.chain.test_starknet import SEPOLIA, node_at, rows, tokens, transfers, word
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import TOKEN
from tests.simulated.starknet_view import COMMITTED, View

Json = dict[str, Any]


@pytest.fixture(scope="module")
def chain() -> StarknetChain:
    made = StarknetChain(seed=5, upgrades=(4, 8, 12), interval=10)
    made.grow(14)
    return made


def busiest(chain: StarknetChain) -> tuple[Json, Json]:
    block = max(chain.blocks, key=lambda block: len(block.told["transactions"]))
    return deepcopy(block.told), deepcopy(block.update)


def check(block: Json, update: Json | None) -> Any:
    return check_block(block, update, block["block_number"], SEPOLIA, compiled())


def as_of(spec: str, block: Json) -> Json:
    """The block as an older node tells it: no commitments."""
    return block if spec == "0.10" else {k: v for k, v in block.items() if k not in COMMITTED}


@pytest.mark.parametrize("spec", ["0.9", "0.10"])
def test_a_right_block_is_whole_and_its_header_recomputes_alone(
    chain: StarknetChain, spec: str
) -> None:
    block, update = busiest(chain)
    found = check(as_of(spec, block), update)
    assert (found.level, found.doubt) == ("whole", "")
    assert hashed([found.header.rlp])[0].hash == word(int(block["block_hash"], 16))
    events = [e for entry in block["transactions"] for e in entry["receipt"]["events"]]
    assert len(found.logs) == len(events)
    assert [row(found.logs, i)[6] for i in range(len(events))] == [len(e["keys"]) for e in events]


def test_a_real_block_of_0_14_1_is_whole(real_data: Path) -> None:
    """Sepolia 3100000, NethermindEth/starknet.go@15cbbdd."""
    folder = real_data / "starknet" / "rpc"
    block = json.loads((folder / "blockWithReceipts/sepolia3100000.json").read_text())["result"]
    update = json.loads((folder / "stateUpdate/sepolia3100000.json").read_text())["result"]
    found = check_block(block, update, 3_100_000, CHAINS["SN_SEPOLIA"], compiled())
    assert (found.level, len(found.logs)) == ("whole", block["event_count"])
    told = json.loads((folder / "blockWithHashes/sepolia3100000.json").read_text())["result"]
    check_header(header(told, 3_100_000, SEPOLIA))
    bare = {k: v for k, v in told.items() if k not in COMMITTED}
    assert header(bare, 3_100_000, SEPOLIA).rlp == b""


def test_without_state_update_a_header_that_commits_to_it_is_enough_for_events(
    chain: StarknetChain,
) -> None:
    block, _ = busiest(chain)
    assert check(block, None).level == "complete"
    assert check(as_of("0.9", block), None).level == "seen"


def test_an_unknown_version_lowers_the_level_and_stops_nothing(chain: StarknetChain) -> None:
    block, update = busiest(chain)
    found = check(block | {"starknet_version": "0.99.0"}, update)
    assert (found.level, found.header.rlp) == ("seen", b"")


def test_a_revert_reason_that_a_node_shortened_leaves_the_events_bound(
    chain: StarknetChain,
) -> None:
    block, update = busiest(chain)
    receipt = block["transactions"][0]["receipt"]
    receipt |= {"execution_status": "REVERTED", "revert_reason": "Error in…"}
    found = check(block, update)
    assert found.level == "complete"
    assert "receipts" in found.doubt
    with pytest.raises(VerificationFailed):  # an older node does not tell the true commitment
        check(as_of("0.9", block), update)


def altered_event(block: Json, update: Json) -> None:
    receipts = [entry["receipt"] for entry in block["transactions"]]
    next(r for r in receipts if r["events"])["events"][0]["data"] = ["0x7"]


def missing_event(block: Json, update: Json) -> None:
    receipts = [entry["receipt"] for entry in block["transactions"]]
    next(r for r in receipts if r["events"])["events"].pop()


def missing_transaction(block: Json, update: Json) -> None:
    block["transactions"].pop()


def other_calldata(block: Json, update: Json) -> None:
    tx = next(e["transaction"] for e in block["transactions"] if "calldata" in e["transaction"])
    tx["calldata"] = ["0x5", *tx["calldata"]]


def other_time(block: Json, update: Json) -> None:
    block["timestamp"] += 1


def other_parent(block: Json, update: Json) -> None:
    block["parent_hash"] = "0x77"


def other_commitment(block: Json, update: Json) -> None:
    block["event_commitment"] = "0x77"


def other_update(block: Json, update: Json) -> None:
    update["block_hash"] = "0x77"


def other_root(block: Json, update: Json) -> None:
    update["new_root"] = "0x77"


@pytest.mark.parametrize(
    "lie",
    [
        altered_event, missing_event, missing_transaction, other_calldata, other_time,
        other_parent, other_commitment, other_update, other_root,
    ],
    ids=lambda lie: lie.__name__,
)  # fmt: skip
def test_contents_that_are_not_the_blocks_are_refused(chain: StarknetChain, lie: Any) -> None:
    block, update = busiest(chain)
    lie(block, update)
    with pytest.raises((VerificationFailed, NodeContradiction)):
        check(block, update)


@pytest.mark.parametrize("status", ["PENDING", "PRE_CONFIRMED"])
def test_a_block_that_is_not_closed_is_never_read(chain: StarknetChain, status: str) -> None:
    block, update = busiest(chain)
    for told in (block | {"status": status}, {k: v for k, v in block.items() if k != "block_hash"}):
        with pytest.raises(LaggingNode, match="not closed"):
            check_block(told, update, block["block_number"], SEPOLIA, compiled())


@pytest.mark.parametrize("told", [[], 5, "x", {"block_hash": "0x1"}])
def test_what_is_no_block_is_malformed(told: Any) -> None:
    with pytest.raises(MalformedAnswer):
        check_block(told, None, 1, SEPOLIA, compiled())


def test_headers_that_were_told_in_two_ways_contradict_themselves(chain: StarknetChain) -> None:
    from dataclasses import replace

    told = [header(block.told, i, SEPOLIA) for i, block in enumerate(chain.blocks)]
    check_headers(told)
    for wrong in (
        replace(told[3], hash=bytes(32)),
        replace(told[3], timestamp=7),
        replace(told[3], number=4),
        replace(told[3], rlp=told[3].rlp[:-1]),
    ):
        with pytest.raises(NodeContradiction):
            check_headers([*told[:3], wrong])


class Altering(Server):
    """A node that tells one block with its last event left out, wherever it is asked."""

    def result(self, method: str, params: Any) -> Any:
        told = super().result(method, params)
        if method == "starknet_getBlockWithReceipts":
            told = deepcopy(told)
            for entry in reversed(told["transactions"]):
                if entry["receipt"]["events"]:
                    entry["receipt"]["events"].pop()
                    break
        return told


def test_a_block_that_never_recomputes_stops_the_run_and_stores_nothing(
    chain: StarknetChain,
) -> None:
    with Altering(View(chain, "0.9")) as server, pytest.raises(IncompleteBlock, match="block"):
        list(collect(node_at(server), [tokens()], 1, chain.head, pause=lambda _: None))


def test_another_endpoint_is_asked_where_a_block_does_not_recompute(chain: StarknetChain) -> None:
    with Altering(View(chain)) as liar, Server(View(chain)) as honest:
        node = StarknetNode(
            [Endpoint(liar.url, "liar", rate=10_000), Endpoint(honest.url, "honest", rate=10_000)]
        )
        pieces = list(collect(node, [tokens()], 0, chain.head, pause=lambda _: None))
        assert rows(pieces) == list(transfers(chain))
        assert {piece.level for piece in pieces} == {"whole"}


# What is final on Ethereum


class Core:
    """The core contract as an Ethereum node answers calls to it."""

    def __init__(self, number: int, block_hash: int) -> None:
        self.answers = {NUMBER: number.to_bytes(32, "big", signed=True), HASH: word(block_hash)}

    def finalized(self) -> Any:
        from psephos.chain.node import BlockId

        return BlockId(7, bytes(32))

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        assert (to, block) == (bytes(20), 7)
        return self.answers[data]


def test_the_last_state_update_in_a_final_block_of_ethereum_is_final(
    chain: StarknetChain,
) -> None:
    assert keccak(b"stateBlockNumber()")[:4].hex() == "35befa5d"
    block = chain.blocks[6]
    with Server(View(chain)) as server:
        right = node_at(server, settlement=Settlement(Core(6, block.hash), bytes(20)))
        assert right.finalized().hash == word(block.hash)
        wrong = node_at(server, settlement=Settlement(Core(6, 5), bytes(20)))
        with pytest.raises(NodeContradiction, match="on L1"):
            wrong.finalized()
        early = node_at(server, settlement=Settlement(Core(-1, 0), bytes(20)))
        with pytest.raises(LaggingNode, match="no state update"):
            early.finalized()


class Leaving(Server):
    """A node whose `getEvents` leaves out the second event of a page and adds one at its end."""

    def result(self, method: str, params: Any) -> Any:
        told = super().result(method, params)
        if method == "starknet_getEvents" and len(told["events"]) > 2:
            told = deepcopy(told)
            extra = deepcopy(told["events"][-1])
            extra["event_index"] += 50
            told["events"] = [told["events"][0], *told["events"][2:], extra]
        return told


def test_an_event_left_out_or_added_is_named_and_the_receipts_decide(
    chain: StarknetChain,
) -> None:
    strk = Dataset("tokens", SEPOLIA, (word(TOKEN),), ("starknet_erc20",))
    expected = [told for told in transfers(chain) if told[5] == word(TOKEN)]
    with Leaving(View(chain)) as server:
        pieces = list(collect(node_at(server), [strk], 0, chain.head))
    assert rows(pieces) == expected
    found = {one.number: one for piece in pieces for one in piece.contradictions}
    second, last = expected[1], expected[-1]
    entries = chain.blocks[second[0]].told["transactions"]
    before = sum(len(entry["receipt"]["events"]) for entry in entries[: second[2]])
    assert found[second[0]].missing == (before + second[3],)
    assert found[last[0]].added == (chain.blocks[last[0]].told["event_count"],)
    assert found.keys() == {second[0], last[0]}
