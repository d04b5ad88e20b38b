"""Every governor we read, against its own answers at every stage, on a real node.

OpenZeppelin 5 by both clocks, OpenZeppelin 4 with Bravo's counting, and Compound's Alpha.
"""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pytest
from eth_hash.auto import keccak

from psephos.chain.decode import decode
from psephos.chain.events import SOURCES
from psephos.chain.logs import parse_logs
from psephos.results.positions import positions, supply
from psephos.results.power import unexplained
from psephos.results.voting.proposals import proposals
from psephos.results.voting.rules import State
from tests.anvil.chain import Anvil, Contract, hexed
from tests.chain.events.test_compound import CALL, deployed, end_now
from tests.results.house import House, Opened, word

pytestmark = pytest.mark.anvil
COMPOUND = ("Pending", "Active", "Canceled", "Defeated", "Succeeded", "Queued", "Expired")
STATES = tuple(State(name) for name in (*COMPOUND, "Executed"))
ROLES = ("PROPOSER_ROLE", "CANCELLER_ROLE")
DAY = 86_400
NAMED = "propose(address[],uint256[],bytes[],string)"


def read(
    anvil: Anvil, source: str, links: Mapping[str, str], told: Mapping[str, Contract],
    times: Sequence[int], ends: Mapping[int, int] = MappingProxyType({}),
) -> Opened:  # fmt: skip
    """What the contracts emitted up to now, as a release that knows the time of `times`.

    `ends`: deadlines that the test moved behind the contract's back.
    """
    house = House({"gov": links}, source=source)
    sources = {"dao": ("erc20", "votes"), "gov": (source, "governor"), "lock": ("timelock",)}
    for name, contract in told.items():
        events = [event for s in sources[name] for event in SOURCES[s].events]
        asked = {"fromBlock": "0x0", "toBlock": "latest", "address": hexed(contract.address)}
        body = {"jsonrpc": "2.0", "id": 1, "result": anvil.rpc("eth_getLogs", asked)}
        tables = decode(list(dict.fromkeys(events)), parse_logs(json.dumps(body).encode()))
        for table, found in tables.items():
            house.rows[f"{name}_{table}"] = found.to_pylist()
    for row in house.rows["gov_proposal_created"]:
        end = ends.get(int.from_bytes(row["proposal_id"], "big"))
        row["vote_end"] = row["vote_end"] if end is None else word(end)
    known = anvil.batch([("eth_getBlockByNumber", (hex(n), False)) for n in times])
    house.times = {int(b["number"], 16): int(b["timestamp"], 16) for b in known}
    return house.open(anvil.head())


def agree(anvil: Anvil, release: Opened, told: Mapping[str, Contract], blocks: Sequence[int]):
    """States, votes and deadlines are the governor's own at each block, at every fifth so are the
    token's supply, balances and power; the states that were seen."""
    governor, token, seen = told["gov"], told["dao"], set()
    for block in blocks:
        for one in proposals(release, block):
            state = STATES[governor.call("state", one.number, block=block)]
            assert one.state == state, (block, one.undefined)
            seen.add(state)
            _votes_agree(governor, one, block)
        if block % 5:
            continue
        power = positions(release, "power", dataset="dao", block=block)
        balance = positions(release, "balance", dataset="dao", block=block)
        votes = "getVotes" if token.artifact.name != "Uni" else "getCurrentVotes"
        for who in anvil.accounts[:5]:
            assert power.of(who) == token.call(votes, who, block=block)
            assert balance.of(who) == token.call("balanceOf", who, block=block)
        assert supply(release, "dao", block) == token.call("totalSupply", block=block)
        assert unexplained(release, dataset="dao", block=block) == {}
    return seen


def _votes_agree(governor: Contract, one, block: int) -> None:
    if governor.artifact.name != "House":
        told = governor.call("proposals", one.number, block=block)
        assert (one.tally.for_, one.tally.against) == (told[5], told[6])
        assert one.tally.abstain == (0 if governor.artifact.name == "GovernorAlpha" else told[7])
        return
    cast = governor.call("proposalVotes", one.number, block=block)
    assert (one.tally.against, one.tally.for_, one.tally.abstain) == cast
    assert one.deadline == governor.call("proposalDeadline", one.number, block=block)
    if one.quorum is not None:
        assert one.quorum == governor.call("quorum", one.snapshot, block=block)


def token_of(anvil: Anvil, name: str) -> Contract:
    """1000 units: 680 with account 0, 300 with 1, 20 with 2, each its own delegate."""
    a, b, c = anvil.accounts[:3]
    token = anvil.deploy(name, "Stark", "STRK", 1000)
    anvil.send(token.tx("transfer", b, 300), token.tx("transfer", c, 20))
    anvil.send(*[token.tx("delegate", who, sender=who) for who in (a, b, c)])
    return token


def openzeppelin(anvil: Anvil, token: Contract, *clock: int) -> dict[str, Contract]:
    """A governor of version 5 with a quorum of 50 % and a timelock of two blocks."""
    a = anvil.accounts[0]
    timelock = anvil.deploy("Timelock", 24, [a], [bytes(20)], a)
    delay, period, extension = clock
    rules = (delay, period, 0, 50, extension)
    governor = anvil.deploy("House", token.address, timelock.address, *rules)
    anvil.send(*[timelock.tx("grantRole", timelock.call(r), governor.address) for r in ROLES])
    return {"dao": token, "gov": governor, "lock": timelock}


def propose(governor: Contract, call: bytes, text: str, to: Contract | None = None) -> tuple:
    act = ([(to or governor).address], [0], [call])
    governor.send(NAMED, *act, text, gas=3_000_000)
    return (*act, keccak(text.encode()))


def many_fates(anvil: Anvil, told: Mapping[str, Contract]) -> None:
    """Executed by a late quorum, vetoed in the timelock, executed there directly, and defeated."""
    b, c = anvil.accounts[1:3]
    governor, timelock = told["gov"], told["lock"]
    late = propose(governor, governor.data("updateQuorumNumerator", 60), "late")
    vetoed = propose(governor, governor.data("setVotingDelay", 2), "vetoed")
    token = told["dao"]
    direct = propose(governor, token.data("totalSupply"), "direct", to=token)
    short = propose(governor, governor.data("setVotingDelay", 3), "short of the quorum")
    cancelled = propose(governor, governor.data("setVotingDelay", 4), "cancelled")
    ids = [governor.call("hashProposal", *named) for named in (late, vetoed, direct, short)]
    governor.send("cancel(address[],uint256[],bytes[],bytes32)", *cancelled)
    anvil.mine(2)
    anvil.send(
        governor.tx("castVote", ids[0], 0, sender=b),
        *[governor.tx("castVote", id, 1) for id in ids[1:3]],
        governor.tx("castVote", ids[3], 1, sender=b),
        governor.tx("castVote", ids[3], 2, sender=c),
    )
    anvil.mine(4)
    governor.send("castVote", ids[0], 1)  # the quorum comes late: the deadline moves
    anvil.mine(12)
    queue = "queue(address[],uint256[],bytes[],bytes32)"
    anvil.send(*[governor.tx(queue, *named, gas=3_000_000) for named in (late, vetoed, direct)])
    salts = [bytes(x ^ y for x, y in zip(governor.address + bytes(12), n[3], strict=True))
             for n in (vetoed, direct)]  # fmt: skip
    veto = timelock.call("hashOperationBatch", *vetoed[:3], bytes(32), salts[0])
    timelock.send("grantRole", timelock.call("CANCELLER_ROLE"), anvil.accounts[0])
    timelock.send("cancel", veto)
    anvil.mine(3)
    timelock.send("executeBatch", *direct[:3], bytes(32), salts[1], gas=3_000_000)
    governor.send("execute(address[],uint256[],bytes[],bytes32)", *late, gas=3_000_000)
    anvil.mine(2)


FATES = {"Pending", "Active", "Canceled", "Defeated", "Succeeded", "Queued", "Executed"}


def test_openzeppelin_5_by_blocks_agrees_at_every_block(anvil: Anvil) -> None:
    told = openzeppelin(anvil, token_of(anvil, "Token"), 2, 12, 10)
    many_fates(anvil, told)
    head = anvil.head()
    links = {"token": "dao", "timelock": "lock"}
    release = read(anvil, "governor", links, told, range(head + 1))
    assert agree(anvil, release, told, range(7, head + 1, 2)) == FATES


def test_openzeppelin_5_by_seconds_agrees_at_every_block(anvil: Anvil) -> None:
    told = openzeppelin(anvil, token_of(anvil, "TokenByTime"), 2 * 12, 12 * 12, 10 * 12)
    many_fates(anvil, told)
    head = anvil.head()
    links = {"token": "dao", "timelock": "lock", "clock": "timestamp"}
    release = read(anvil, "governor", links, told, range(head + 1))
    assert agree(anvil, release, told, range(7, head + 1, 2)) == FATES


def test_openzeppelin_4_with_bravos_counting_agrees_at_every_block(anvil: Anvil) -> None:
    a, _, c = anvil.accounts[:3]
    token = token_of(anvil, "Token4")
    timelock = anvil.deploy("Timelock4", 24, [], [bytes(20)], a)
    governor = anvil.deploy("HouseBravo", token.address, timelock.address, 1, 8, 0, 50)
    timelock.send("grantRole", timelock.call("PROPOSER_ROLE"), governor.address)
    for support in (1, 2):  # abstaining does not reach Bravo's quorum
        named = propose(governor, governor.data("setVotingDelay", support), f"{support}")
        id = governor.call("hashProposal", *named)
        anvil.mine(2)
        anvil.send(governor.tx("castVote", id, support), governor.tx("castVote", id, 1, sender=c))
        anvil.mine(9)
        if support == 1:
            governor.send("queue(uint256)", id, gas=3_000_000)
            anvil.mine(3)
            governor.send("execute(uint256)", id, gas=3_000_000)
    told = {"dao": token, "gov": governor, "lock": timelock}
    links = {"token": "dao", "timelock": "lock", "counted": "for"}
    head = anvil.head()
    release = read(anvil, "governor", links, told, range(head + 1))
    seen = agree(anvil, release, told, range(7, head + 1))
    assert seen == FATES - {"Canceled"}


def test_compounds_alpha_agrees_and_lets_the_queued_expire(anvil: Anvil) -> None:
    b = anvil.accounts[1]
    token, timelock, governor = deployed(anvil)
    ends: dict[int, int] = {}
    first = anvil.head()
    for text in ("executed", "expired"):
        governor.send("propose", [timelock.address], *CALL, text, gas=3_000_000)
        id = governor.call("latestProposalIds", anvil.accounts[0])
        anvil.mine(2)
        governor.send("castVote", id, True)
        governor.send("castVote", id, False, sender=b)
        ends[id] = anvil.head()
        end_now(anvil, governor, 3, id)  # a vote takes 40,320 blocks
        governor.send("queue", id)
        anvil.mine(2, interval=3 * DAY if text == "executed" else 20 * DAY)
        if text == "executed":
            governor.send("execute", id)
    blocks = range(first, anvil.head() + 1)
    told = {"dao": token, "gov": governor}
    links = {"token": "dao", "quorum": str(governor.call("quorumVotes"))}
    release = read(anvil, "governor_alpha", links, told, blocks, ends)
    seen = agree(anvil, release, told, blocks)
    assert seen == FATES - {"Canceled", "Defeated"} | {"Expired"}
