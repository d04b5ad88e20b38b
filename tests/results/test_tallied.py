"""What governors and staking contracts answer, against the votes and the stakes of their rows."""

from collections.abc import Iterator
from typing import Any

import pytest
from eth_hash.auto import keccak

from psephos.batch.ledger import Ledger
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.chain.ethereum import EthereumNode
from psephos.chain.verify import Verify
from psephos.chain.wire.transport import Endpoint
from psephos.commit.starknet.felt import keccak_250
from psephos.errors import NodeError
from psephos.evidence.check import Check
from psephos.results.conservation.staked import TOTAL, totalled
from psephos.results.conservation.tallied import PROPOSAL_VOTES, PROPOSALS, tallied
from psephos.store.index import Index
from tests.anvil.chain import Anvil
from tests.chain.events.test_compound import CALL, deployed
from tests.chain.test_starknet import SEPOLIA, Trusting
from tests.results.test_governors import openzeppelin, propose, token_of
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import SPACE, STAKING, TOKEN, Setting
from tests.simulated.starknet_seeds import dataset
from tests.simulated.starknet_view import View

DAY = 86_400

Collected = tuple[Index, Any, list[Dataset]]


class Saying:
    """A node that answers calls otherwise, or not at all."""

    def __init__(self, call: Any) -> None:
        self.call = call


def refusing(to: bytes, data: bytes, block: int) -> bytes:
    raise NodeError("this node serves no state of old blocks")


def only(found: dict[str, Check]) -> Check:
    (check,) = found.values()
    return check


@pytest.fixture
def governed(anvil: Anvil, tmp_path: Any) -> Iterator[Collected]:
    """OpenZeppelin's governor, one with Bravo's counting, Compound's Alpha: voted on for real."""
    a, b, c = anvil.accounts[:3]
    told = openzeppelin(anvil, token_of(anvil, "Token"), 2, 12, 10)
    governor = told["gov"]
    first = propose(governor, governor.data("setVotingDelay", 2), "first")
    second = propose(governor, governor.data("setVotingDelay", 3), "second")
    ids = [governor.call("hashProposal", *named) for named in (first, second)]
    anvil.mine(3)
    anvil.send(
        governor.tx("castVote", ids[0], 0, sender=b),
        governor.tx("castVote", ids[0], 1, sender=a),
        governor.tx("castVote", ids[1], 2, sender=c),
    )
    token = token_of(anvil, "Token4")
    timelock = anvil.deploy("Timelock4", 24, [], [bytes(20)], a)
    bravo = anvil.deploy("HouseBravo", token.address, timelock.address, 1, 8, 0, 50)
    named = propose(bravo, bravo.data("setVotingDelay", 1), "counted by Bravo")
    anvil.mine(2)
    id = bravo.call("hashProposal", *named)
    anvil.send(bravo.tx("castVote", id, 2), bravo.tx("castVote", id, 0, sender=c))
    _, compounds, alpha = deployed(anvil)
    alpha.send("propose", [compounds.address], *CALL, "Alpha's", gas=3_000_000)
    anvil.mine(2)
    alpha.send("castVote", alpha.call("latestProposalIds", a), True)
    anvil.mine(24, interval=DAY // 10)
    anvil.mine(70)
    node = EthereumNode([Endpoint(anvil.url, "anvil", rate=10_000)])
    chain = node.identity()[0]
    datasets = [
        Dataset("gov", chain, (governor.address,), ("governor",), 0),
        Dataset("bravo", chain, (bravo.address,), ("governor",), 0),
        Dataset("alpha", chain, (alpha.address,), ("governor_alpha",), 0),
    ]
    with Index.open(tmp_path / "i.duckdb") as index, Ledger.open(tmp_path / "l.bin") as ledger:
        sync(node, index, datasets, ledger=ledger)
        yield index, node, datasets


@pytest.mark.anvil
def test_real_governors_of_three_kinds_answer_what_their_rows_add_up_to(
    governed: Collected,
) -> None:
    index, node, datasets = governed
    found = tallied(index, node, datasets)
    assert {name: check.status for name, check in found.items()} == dict.fromkeys(
        ("gov", "bravo", "alpha"), "passed"
    ), found
    assert found["gov"].why.startswith("of 2 proposals at block ")
    assert tallied(index, node, datasets, {"gov": index.sealed_to("gov") or 0}) == {}, "none new"


@pytest.mark.anvil
def test_a_vote_that_was_altered_or_lost_is_named_with_its_proposal(governed: Collected) -> None:
    index, node, (gov, bravo, _) = governed
    with index.writing() as db:
        db.execute("UPDATE gov_vote_cast SET weight = weight + 1 WHERE support = 2")
        db.execute("DELETE FROM bravo_vote_cast WHERE support = 0")
    for one, words in (
        (gov, "21 abstaining, the contract has"),
        (bravo, "the rows give 0 against"),
    ):
        check = only(tallied(index, node, [one]))
        assert (check.status, words in check.why) == ("failed", True), check.why
        assert check.why.startswith("proposal 0x")
    assert index.quarantined() == {}, "one node's word stops nothing"


@pytest.mark.anvil
def test_a_node_that_serves_no_old_state_makes_it_not_possible(governed: Collected) -> None:
    index, node, (gov, *_) = governed
    check = only(tallied(index, Saying(refusing), [gov]))  # type: ignore[arg-type]
    assert (check.status, "no state of old blocks" in check.why) == ("not_possible", True)
    short = Saying(lambda to, data, block: node.call(to, data, block)[:64])
    check = only(tallied(index, short, [gov]))  # type: ignore[arg-type]
    assert check.status == "not_possible", check.why


def test_a_space_of_snapshot_x_is_asked_choice_by_choice(tmp_path: Any) -> None:
    """`vote_power(u256, choice)`: halves of the id and of the power, the low one first."""
    space = dataset("space", "snapshot_x_space", SPACE)
    slow = Setting(voting_delay=2_000, voting_time=80_000)
    chain = StarknetChain(
        seed=2, upgrades=(12, 30, 44), interval=4_000, busy=6, setting=slow, lag=8
    )
    chain.grow(70)
    with (
        Index.open(tmp_path / "i.duckdb", chain_id=SEPOLIA, genesis=None) as index,
        Ledger.open(tmp_path / "l.bin") as ledger,
        Server(View(chain)) as server,
    ):
        node = Trusting([Endpoint(server.url, "simulated", rate=100_000)])
        sync(node, index, [space], ledger=ledger, verify=Verify("none"), pause=lambda _: None)
        last = index.sealed_to("space")
        rows = index.query(
            "SELECT proposal_id, support, weight FROM space_vote_cast WHERE block_number <= ?",
            [last],
        )
    power: dict[tuple[int, int], int] = {}
    for id, support, weight in rows:
        key = int.from_bytes(id, "big"), int(support)
        power[key] = power.get(key, 0) + int(weight)
    assert power

    def call(to: bytes, data: bytes, block: int) -> bytes:
        words = [int.from_bytes(data[at : at + 32], "big") for at in range(0, len(data), 32)]
        entry, low, high, choice = words
        assert (entry, block) == (keccak_250(b"vote_power"), last)
        told = power.get((low + (high << 128), choice), 0) + bend
        return b"".join(half.to_bytes(32, "big") for half in (told % 2**128, told >> 128))

    with Index.open(tmp_path / "i.duckdb") as index:
        bend = 0
        assert only(tallied(index, Saying(call), [space])).status == "passed"  # type: ignore[arg-type]
        bend = 1 << 128
        assert only(tallied(index, Saying(call), [space])).status == "failed"  # type: ignore[arg-type]


def test_a_staking_contract_is_asked_for_its_total_at_the_last_sealed_block(tmp_path: Any) -> None:
    staking = dataset("staking", "starknet_staking", STAKING)
    chain = StarknetChain(seed=2, upgrades=(12, 30, 44), interval=4_000, busy=6, lag=8)
    chain.grow(70)
    with (
        Index.open(tmp_path / "i.duckdb", chain_id=SEPOLIA, genesis=None) as index,
        Ledger.open(tmp_path / "l.bin") as ledger,
        Server(View(chain)) as server,
    ):
        node = Trusting([Endpoint(server.url, "simulated", rate=100_000)])
        sync(node, index, [staking], ledger=ledger, verify=Verify("none"), pause=lambda _: None)
        last = index.sealed_to("staking")
        assert last is not None
        books = chain.blocks[last].books
        own = sum(own + books.delegated(who, TOKEN) for who, own in books.own.items() if own)
        assert own

        def call(to: bytes, data: bytes, block: int) -> bytes:
            assert (to, data, block) == (staking.contracts[0], TOTAL, last)
            return (own + bend).to_bytes(32, "big")

        said = Saying(call)
        bend = 0
        assert only(totalled(index, said, [staking])).status == "passed"  # type: ignore[arg-type]
        assert totalled(index, said, [staking], {"other": 0}) == {}  # type: ignore[arg-type]
        bend = 1
        check = only(totalled(index, said, [staking], {"staking": last}))  # type: ignore[arg-type]
        assert (check.status, f"the contract has {own + 1} at {last}" in check.why) == (
            "failed", True,
        )  # fmt: skip
        assert index.quarantined() == {}, "one node's word stops nothing"
        assert only(totalled(index, Saying(refusing), [staking])).status == "not_possible"  # type: ignore[arg-type]


def test_the_calls_are_those_of_the_contracts() -> None:
    assert keccak(b"proposalVotes(uint256)")[:4] == PROPOSAL_VOTES
    assert keccak(b"proposals(uint256)")[:4] == PROPOSALS
