"""Several endpoints as one node: failover, witnesses, the right chain on every connection."""

import pytest

from psephos.chain.collect import collect
from psephos.chain.dataset import Dataset
from psephos.chain.ethereum import EthereumNode
from psephos.chain.logs import row
from psephos.chain.node import BlockId, Logs, Witnesses
from psephos.chain.verify import Verify
from psephos.chain.wire.domain import registrable_domain
from psephos.chain.wire.patience import Clock, Patience
from psephos.errors import (
    ConfigurationError,
    LaggingNode,
    MethodMissing,
    NodeContradiction,
    NodeError,
    NodeUnreachable,
    RangeRefused,
    WrongChain,
)
from psephos.settings import Endpoint
from tests.simulated.chain import SimulatedChain
from tests.simulated.collected import FEES
from tests.simulated.lies import LIES, LOGS, RECEIPTS, error, result
from tests.simulated.paying import paid
from tests.simulated.proxy import Exchange, Lie, Proxy

TOKEN = SimulatedChain.TOKEN


@pytest.fixture
def chain() -> SimulatedChain:
    chain = SimulatedChain(seed=4)
    chain.grow(40)
    return chain


def ask(*proxies: Proxy, **options: object) -> EthereumNode:
    endpoints = [Endpoint(p.url, f"n{i}", 10_000, timeout=300) for i, p in enumerate(proxies)]
    patience = Patience(attempts=2, batch=16)
    clock = Clock(sleep=lambda seconds: None)
    return EthereumNode(endpoints, patience=patience, clock=clock, **options)  # type: ignore[arg-type]


def rows(logs: Logs) -> list[object]:
    return [row(logs, i) for i in range(len(logs))]


def test_every_question_is_answered_as_the_chain_has_it(chain: SimulatedChain) -> None:
    with Proxy(chain) as proxy:
        node = ask(proxy)
        assert node.identity() == chain.identity()
        assert node.head() == chain.head()
        assert node.finalized() == chain.finalized()
        told = node.headers(0, 41)
        assert [(h.id, h.parent, h.timestamp, h.rlp) for h in told] == [
            (h.id, h.parent, h.timestamp, h.rlp) for h in chain.headers(0, 41)
        ]
        for contracts in ([], [TOKEN]):
            for topics in ([], [chain.TRANSFER, chain.VOTE_CAST]):
                ours = node.logs(3, 41, contracts, topics)
                assert rows(ours) == rows(chain.logs(3, 41, contracts, topics))
        assert [node.receipts(h.id) for h in told] == [chain.receipts(h.id) for h in told]
        assert node.code(TOKEN, 5) == chain.code(TOKEN, 5)
        assert node.code(TOKEN, 0) == b""
        assert node.call(TOKEN, b"\1", 5) == chain.call(TOKEN, b"\1", 5)


def test_receipts_come_one_by_one_where_the_node_has_no_method_for_a_block(
    chain: SimulatedChain,
) -> None:
    with Proxy(chain, LIES["no receipts method"]) as proxy:
        node = ask(proxy)
        for told in chain.headers(0, 41):
            assert node.receipts(told.id) == chain.receipts(told.id)
        assert proxy.asked["eth_getTransactionReceipt"]


def test_a_node_that_refuses_batches_is_asked_one_by_one(chain: SimulatedChain) -> None:
    batches = []

    def no_batches(exchange: Exchange, i: int) -> None:
        if exchange.batch:
            batches.append(i)
            exchange.body = b'{"error":{"code":-32600,"message":"batch requests not supported"}}'

    every = ("eth_chainId", "eth_getBlockByNumber", "eth_getLogs")
    with Proxy(chain, Lie(no_batches, every, 1, None)) as proxy:
        node = ask(proxy)
        assert [h.id for h in node.headers(0, 41)] == [h.id for h in chain.headers(0, 41)]
        assert rows(node.logs(0, 41, [], [])) == rows(chain.logs(0, 41, [], []))
        assert len(batches) == 16 + 2, "the first batch, and the greeting; none after that"


# lagging


def test_no_block_that_the_node_does_not_have_is_empty(chain: SimulatedChain) -> None:
    with Proxy(chain) as proxy:
        node = ask(proxy)
        stranger = BlockId(5, b"\7" * 32)
        for question in (
            lambda: node.headers(40, 42),
            lambda: node.logs(40, 42, [], []),
            lambda: node.logs(9000, 9001, [TOKEN], []),
            lambda: node.receipts(stranger),
            lambda: node.code(TOKEN, 99),
        ):
            with pytest.raises(LaggingNode):
                question()


def test_logs_of_another_branch_than_the_last_block_are_refused(chain: SimulatedChain) -> None:
    last = next(n for n in range(41, 0, -1) if len(chain.logs(n, n, [], [])))
    moved = Lie(
        result(lambda logs, x: [entry | {"blockHash": "0x" + "ab" * 32} for entry in logs]),
        LOGS,
        1,
        None,
    )
    with Proxy(chain, moved) as proxy, pytest.raises(NodeContradiction, match="another hash"):
        ask(proxy).logs(last, last, [], [])


# ranges


@pytest.mark.parametrize("name", ["the same range suggested", "avalanche", "words nobody knows"])
def test_no_range_is_asked_for_twice_and_no_hint_is_followed(
    chain: SimulatedChain, name: str
) -> None:
    dataset = Dataset("token", chain.CHAIN, (TOKEN,), ("erc20", "votes"))
    with Proxy(chain, LIES[name]) as proxy:
        for _ in collect(ask(proxy), [dataset], 0, 41, verify=Verify("none"), step=64):
            pass
        assert len(proxy.ranges) == len(set(proxy.ranges))
        assert all(0 <= first <= last <= 41 for first, last in proxy.ranges)


def test_one_block_whose_logs_are_refused_is_still_a_refused_range(chain: SimulatedChain) -> None:
    refusal = Lie(error(-32005, "query returned more than 10000 results"), LOGS, 1, None)
    with Proxy(chain, refusal) as proxy, pytest.raises(RangeRefused):
        ask(proxy).logs(5, 5, [], [])


# several endpoints


def test_the_next_endpoint_answers_when_one_is_down(chain: SimulatedChain) -> None:
    with Proxy(chain, LIES["503 for ever"]) as down, Proxy(chain) as well:
        node = ask(down, well)
        assert [h.id for h in node.headers(0, 41)] == [h.id for h in chain.headers(0, 41)]
        for _ in range(8):
            node.head()
        assert down.told == 3 * 2, "an endpoint that fails is left alone for a while"


@pytest.mark.parametrize("name", ["html for ever", "401", "gzip bomb for ever", "null receipts"])
def test_every_failure_is_a_reason_to_ask_the_next_one(chain: SimulatedChain, name: str) -> None:
    spoil = LIES[name].spoil
    with Proxy(chain, Lie(spoil, RECEIPTS, 1, None)) as bad, Proxy(chain) as well:
        node = ask(bad, well)
        told = chain.headers(7, 7)[0]
        assert node.receipts(told.id) == chain.receipts(told.id)


def test_when_all_fail_each_is_named_with_its_reason(chain: SimulatedChain) -> None:
    with Proxy(chain, LIES["503 for ever"]) as one, Proxy(chain, LIES["html for ever"]) as other:
        with pytest.raises(NodeUnreachable) as caught:
            ask(one, other).head()
        assert "n0: answers HTTP 503" in caught.value.message
        assert "n1: not strict JSON" in caught.value.message


def test_an_endpoint_that_is_distrusted_is_asked_last(chain: SimulatedChain) -> None:
    with Proxy(chain, LIES["a missing log"]) as liar, Proxy(chain) as honest:
        node = ask(liar, honest)
        assert len(node.logs(0, 41, [], [])) < len(chain.logs(0, 41, [], []))
        node.distrust("a log is missing")
        assert rows(node.logs(0, 41, [], [])) == rows(chain.logs(0, 41, [], []))


def test_no_endpoint_is_no_configuration() -> None:
    with pytest.raises(ConfigurationError):
        EthereumNode([])


# the right chain


def test_a_wrong_chain_id_or_genesis_is_refused_before_any_answer(chain: SimulatedChain) -> None:
    with Proxy(chain) as proxy:
        with pytest.raises(WrongChain, match="chain 31337, not on 1"):
            ask(proxy, chain_id=1).head()
        with pytest.raises(WrongChain, match="genesis"):
            ask(proxy, chain_id=31337, genesis=b"\1" * 32).logs(1, 2, [], [])


def test_two_endpoints_of_two_chains_are_refused(chain: SimulatedChain) -> None:
    with Proxy(chain) as one, Proxy(SimulatedChain(seed=5)) as other:
        node = ask(one, other)
        assert node.head() == chain.head()
        node.distrust("for the test")
        with pytest.raises(WrongChain):
            node.head()


def test_a_new_connection_is_asked_for_its_chain_again(chain: SimulatedChain) -> None:
    """A balancer, or a restart, may put another node behind the same address."""

    def restart(exchange: Exchange, i: int) -> None:
        exchange.close = True
        proxy.node = chain if same else SimulatedChain(seed=6)

    same = True
    with Proxy(chain, Lie(restart, ("eth_getCode",), 1, None)) as proxy:
        node = ask(proxy)
        for _ in range(3):
            node.head()
        assert proxy.asked["eth_chainId"] == 1, "once for one connection"
        assert node.code(TOKEN, 5) == chain.code(TOKEN, 5)
        assert proxy.asked["eth_chainId"] == 2
        same = False
        with pytest.raises(WrongChain):
            node.code(TOKEN, 5)


# witnesses


def test_only_endpoints_that_know_the_block_by_its_hash_are_witnesses(
    chain: SimulatedChain,
) -> None:
    fork = SimulatedChain(seed=4)
    fork.grow(40)
    fork.reorg(5)
    block = chain.head()
    with (
        Proxy(chain) as one,
        Proxy(chain) as two,
        Proxy(fork) as forked,
        Proxy(chain, LIES["503 for ever"]) as down,
    ):
        node = ask(one, two, forked, down)
        assert node.witnesses(block) == Witnesses(("n0", "n1"), 1)
        assert node.witnesses(BlockId(3, chain.headers(3, 3)[0].hash)) == Witnesses(
            ("n0", "n1", "n2"), 1
        )
        assert node.witnesses(BlockId(3, b"\1" * 32)) == Witnesses((), 0)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://eth.llama.example.org/v1/key", "example.org"),
        ("https://EXAMPLE.org.:443", "example.org"),
        ("https://a.b.co.uk", "b.co.uk"),
        ("https://co.uk", "co.uk"),
        ("https://one.fly.dev", "one.fly.dev"),
        ("https://a.one.fly.dev", "one.fly.dev"),
        ("http://localhost:8545", "this machine"),
        ("http://127.0.0.1:8545", "this machine"),
        ("http://[::1]:8545", "this machine"),
        ("http://10.0.0.7:8545", "10.0.0.7"),
        ("http://geth:8545", "geth"),
    ],
)
def test_the_registrable_domain_follows_a_small_rule(url: str, domain: str) -> None:
    assert registrable_domain(url) == domain


def test_web3_asks_over_the_same_session(chain: SimulatedChain) -> None:
    with Proxy(chain) as proxy:
        w3 = ask(proxy).web3()
        assert w3.eth.chain_id == chain.CHAIN
        assert w3.eth.block_number == chain.head().number
    with Proxy(chain, LIES["a name twice"]) as proxy, pytest.raises(NodeError):
        ask(proxy).web3().eth.get_block(3)


def test_transactions_of_a_block_are_told_whole_and_make_it_whole_or_are_missing() -> None:
    paying = paid(2, blocks=8)
    with Proxy(paying) as proxy:
        node = ask(proxy)
        for header in paying.headers(0, 9):
            assert node.transactions(header.id) == paying.transactions(header.id)
        found = list(collect(node, [FEES], 0, 9, step=5))
        assert {piece.level for piece in found} == {"whole"}
        with pytest.raises(LaggingNode):
            node.transactions(BlockId(3, b"\x99" * 32))


def test_a_node_that_tells_only_hashes_of_transactions_lowers_the_level(
    chain: SimulatedChain,
) -> None:
    busy = next(header for header, receipts in chain.blocks if receipts)
    with Proxy(chain) as proxy:
        node = ask(proxy)
        with pytest.raises(MethodMissing):
            node.transactions(busy.id)
        levels = {piece.level for piece in collect(node, [FEES], busy.number, busy.number)}
        assert levels == {"complete"}
