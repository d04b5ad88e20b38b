"""A real Ethereum node answers as web3 says it does, before and after a reorganisation."""

import pytest
from web3 import Web3

from psephos.chain.ethereum import EthereumNode
from psephos.chain.logs import logs_of, row
from psephos.commit.keccak import keccak
from psephos.errors import LaggingNode, NodeUnreachable
from psephos.settings import Endpoint
from tests.anvil.chain import Anvil

pytestmark = pytest.mark.anvil


@pytest.fixture
def node(anvil: Anvil) -> EthereumNode:
    emitter = anvil.deploy("Emitter")
    for seed in range(4):
        emitter.send("spam", seed, 25)
        anvil.mine(3)
    return EthereumNode([Endpoint(anvil.url, "anvil", 10_000)])


def test_logs_and_headers_are_those_that_web3_reads(anvil: Anvil, node: EthereumNode) -> None:
    w3 = Web3(Web3.HTTPProvider(anvil.url))
    head = node.head().number
    logs = node.logs(0, head, [], [])
    theirs = w3.eth.get_logs({"fromBlock": 0, "toBlock": head})
    assert len(logs) == len(theirs) >= 100
    for i, told in enumerate(theirs):
        assert row(logs, i) == (
            told["blockNumber"],
            bytes(told["blockHash"]),
            told["transactionIndex"],
            told["logIndex"],
            bytes(told["transactionHash"]),
            bytes.fromhex(told["address"][2:]),
            tuple(bytes(topic) for topic in told["topics"]),
            bytes(told["data"]),
        )
    for header in node.headers(0, head):
        block = w3.eth.get_block(header.number)
        assert (header.hash, header.parent) == (bytes(block["hash"]), bytes(block["parentHash"]))
        assert header.timestamp == block["timestamp"]
        assert keccak(header.rlp) == header.hash
    assert node.identity() == (w3.eth.chain_id, bytes(w3.eth.get_block(0)["hash"]))
    assert node.finalized().number == w3.eth.get_block("finalized")["number"]


def test_receipts_hold_the_logs(node: EthereumNode) -> None:
    head = node.head().number
    receipts = [r for header in node.headers(0, head) for r in node.receipts(header.id)]
    ours, told = logs_of(receipts), node.logs(0, head, [], [])
    assert [row(ours, i) for i in range(len(ours))] == [row(told, i) for i in range(len(told))]


def test_an_abandoned_block_is_not_empty_but_unknown(anvil: Anvil, node: EthereumNode) -> None:
    before = node.head()
    anvil.reorg(3)
    after = node.headers(before.number, before.number)[0]
    assert after.hash != before.hash
    assert node.receipts(after.id) == []
    with pytest.raises(LaggingNode):
        node.receipts(before)
    assert node.witnesses(before).endpoints == ()
    assert node.witnesses(after.id).endpoints == ("anvil",)


def test_a_node_that_ended_is_unreachable(anvil: Anvil, node: EthereumNode) -> None:
    gone = EthereumNode([Endpoint("http://127.0.0.1:1", "gone"), Endpoint(anvil.url, "anvil")])
    assert gone.head() == node.head()
    with pytest.raises(NodeUnreachable, match="gone: cannot be reached"):
        EthereumNode([Endpoint("http://127.0.0.1:1", "gone")]).head()
