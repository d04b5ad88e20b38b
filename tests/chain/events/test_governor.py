"""Governors of OpenZeppelin on a real node: every event of theirs becomes the row it should."""

import pytest
from eth_hash.auto import keccak

from tests.anvil.chain import Anvil, Contract
from tests.chain.events.emitted import Row, emitted, number, silent

pytestmark = pytest.mark.anvil
HOSTILE = b"\xff\xfe </script>\xe2\x80\xae\0 \xed\xa0\x80"
TEXT = "Raise the quorum: ψῆφος"


def house(anvil: Anvil) -> tuple[Contract, Contract, Contract]:
    """A token of which accounts 0 to 2 vote, its governor, and the timelock that obeys it."""
    a, b, c = anvil.accounts[:3]
    token = anvil.deploy("Token", "Stark", "STRK", 1000)
    anvil.send(token.tx("transfer", b, 300), token.tx("transfer", c, 20))
    anvil.send(*[token.tx("delegate", who, sender=who) for who in (a, b, c)])
    timelock = anvil.deploy("Timelock", 24, [], [bytes(20)], a)
    governor = anvil.deploy("House", token.address, timelock.address, 2, 20, 10, 50, 15)
    roles = ("PROPOSER_ROLE", "CANCELLER_ROLE")
    anvil.send(
        *[timelock.tx("grantRole", timelock.call(role), governor.address) for role in roles],
        timelock.tx("revokeRole", timelock.call("CANCELLER_ROLE"), a),
    )
    return token, governor, timelock


def propose(anvil: Anvil, governor: Contract, *calls: bytes, text: str = TEXT) -> tuple:
    """Propose calls of the governor upon itself; the arguments that name the proposal."""
    act = ([governor.address] * len(calls), [0] * len(calls), list(calls))
    governor.send("propose(address[],uint256[],bytes[],string)", *act, text, gas=3_000_000)
    anvil.mine(2)
    return act


def test_a_proposal_is_read_from_creation_to_execution(anvil: Anvil) -> None:
    a, b, c = anvil.accounts[:3]
    _, governor, timelock = house(anvil)
    calls = [
        governor.data("setVotingDelay", 3),
        governor.data("setVotingPeriod", 30),
        governor.data("setProposalThreshold", 2**256 - 1),
        governor.data("updateQuorumNumerator", 51),
        governor.data("setLateQuorumVoteExtension", 16),
    ]
    act = propose(anvil, governor, *calls)
    named = (*act, keccak(TEXT.encode()))
    proposal = governor.call("hashProposal", *named)
    anvil.send(
        governor.tx("castVoteWithReason", proposal, 0, HOSTILE, sender=b),
        governor.tx("castVoteWithReasonAndParams", proposal, 2, "why", b"\1\2", sender=c),
    )
    anvil.mine(12)
    governor.send("castVote", proposal, 1, sender=a)  # late: the deadline moves
    anvil.mine(17)
    governor.send("queue(address[],uint256[],bytes[],bytes32)", *named, gas=3_000_000)
    anvil.mine(3)
    governor.send("execute(address[],uint256[],bytes[],bytes32)", *named, gas=3_000_000)
    tables = emitted(anvil, "governor", governor)
    assert silent(tables) == {"proposal_canceled"}

    created = tables["proposal_created"][0]
    assert number(created["proposal_id"]) == proposal
    assert created["proposer"] == a
    assert (created["targets"], created["calldatas"]) == ([governor.address] * 5, calls)
    assert created["call_values"] == [bytes(32)] * 5
    assert (created["signatures"], created["signatures_raw"]) == ([""] * 5, None)
    assert (created["description"], created["description_raw"]) == (TEXT, None)
    assert number(created["vote_start"]) == governor.call("proposalSnapshot", proposal)
    _votes(tables, governor, proposal)
    _parameters(tables, governor, timelock)

    (queued,), (executed,) = tables["proposal_queued"], tables["proposal_executed"]
    assert number(queued["eta"]) == governor.call("proposalEta", proposal)
    assert number(executed["proposal_id"]) == proposal
    (extended,) = tables["proposal_extended"]
    assert extended["extended_deadline"] == governor.call("proposalDeadline", proposal)
    assert extended["extended_deadline"] > number(created["vote_end"])


def _votes(tables: dict[str, list[Row]], governor: Contract, proposal: int) -> None:
    plain, with_params = tables["vote_cast"], tables["vote_cast_with_params"]
    tally = [0, 0, 0]
    for row in plain + with_params:
        tally[row["support"]] += int(row["weight"])
    assert tuple(tally) == tuple(governor.call("proposalVotes", proposal)) == (300, 680, 20)
    assert [row["reason_raw"] for row in plain] == [HOSTILE, None]
    assert plain[0]["reason"] == "\ufffd\ufffd </script>\u202e\ufffd \ufffd\ufffd\ufffd"
    assert (with_params[0]["reason"], with_params[0]["params"]) == ("why", b"\1\2")


def _parameters(tables: dict[str, list[Row]], governor: Contract, timelock: Contract) -> None:
    for table, what, function in (
        ("voting_delay_set", "voting_delay", "votingDelay"),
        ("voting_period_set", "voting_period", "votingPeriod"),
        ("proposal_threshold_set", "proposal_threshold", "proposalThreshold"),
        ("quorum_numerator_updated", "quorum_numerator", "quorumNumerator"),
    ):
        first, second = tables[table]
        assert number(first[f"old_{what}"]) == 0
        assert first[f"new_{what}"] == second[f"old_{what}"]
        signature = f"{function}()" if function == "quorumNumerator" else function
        assert number(second[f"new_{what}"]) == governor.call(signature)
    late = tables["late_quorum_extension_set"]
    assert [(row["old_vote_extension"], row["new_vote_extension"]) for row in late] == [
        (0, 15),
        (15, 16),
    ]
    (moved,) = tables["timelock_change"]
    assert (moved["old_timelock"], moved["new_timelock"]) == (bytes(20), timelock.address)


def test_a_cancelled_proposal_says_so(anvil: Anvil) -> None:
    _, governor, _ = house(anvil)
    act = ([governor.address], [0], [b""])
    governor.send("propose(address[],uint256[],bytes[],string)", *act, "x", gas=3_000_000)
    named = (*act, keccak(b"x"))
    governor.send("cancel(address[],uint256[],bytes[],bytes32)", *named)
    (row,) = emitted(anvil, "governor", governor)["proposal_canceled"]
    assert number(row["proposal_id"]) == governor.call("hashProposal", *named)


def test_a_timelock_is_read_with_its_roles(anvil: Anvil) -> None:
    a, b = anvil.accounts[:2]
    timelock = anvil.deploy("Timelock", 24, [a], [a], a)
    call = (b, 5, b"\xca\xfe", bytes(32))
    for salt in (b"\1" * 32, b"\2" * 32):
        timelock.send("schedule", *call, salt, 24)
    first, second = (timelock.call("hashOperation", *call, salt * 32) for salt in (b"\1", b"\2"))
    timelock.send("cancel", second)
    anvil.mine(3)
    anvil.send(timelock.tx("execute", *call, b"\1" * 32, value=5))
    role = timelock.call("EXECUTOR_ROLE")
    timelock.send("revokeRole", role, a)
    tables = emitted(anvil, "timelock", timelock)
    assert not silent(tables)
    scheduled, executed = tables["call_scheduled"][0], tables["call_executed"][0]
    assert scheduled["id"] == executed["id"] == first
    for row in (scheduled, executed):
        assert (row["target"], number(row["call_value"]), row["call_data"]) == (b, 5, b"\xca\xfe")
        assert number(row["call_index"]) == 0
    assert (scheduled["predecessor"], number(scheduled["delay"])) == (bytes(32), 24)
    assert [row["id"] for row in tables["call_cancelled"]] == [second]
    assert {row["id"]: row["salt"] for row in tables["call_salt"]} == {
        first: b"\1" * 32,
        second: b"\2" * 32,
    }
    (delay,) = tables["min_delay_change"]
    assert number(delay["new_delay"]) == timelock.call("getMinDelay")
    _roles(emitted(anvil, "roles", timelock), timelock, role, a)


def _roles(tables: dict[str, list[Row]], timelock: Contract, role: bytes, a: bytes) -> None:
    held = {(row["role"], row["account"]) for row in tables["role_granted"]}
    (gone,) = ((row["role"], row["account"]) for row in tables["role_revoked"])
    assert gone == (role, a)
    for name, account in held:
        assert timelock.call("hasRole", name, account) == ((name, account) != gone)


@pytest.mark.parametrize("delay", [0, 24])
def test_the_timelock_of_openzeppelin_4_also_says_who_is_admin_of_a_role(
    anvil: Anvil, delay: int
) -> None:
    a = anvil.accounts[0]
    timelock = anvil.deploy("Timelock4", delay, [a], [a], a)
    tables = emitted(anvil, "roles", timelock)
    admins = {row["role"]: row["new_admin_role"] for row in tables["role_admin_changed"]}
    assert admins == {role: timelock.call("getRoleAdmin", role) for role in admins}
    assert len(admins) == 4


def test_a_governor_of_openzeppelin_4_fills_the_same_tables(anvil: Anvil) -> None:
    a, b = anvil.accounts[:2]
    token = anvil.deploy("Token4", "Stark", "STRK", 1000)
    anvil.send(token.tx("transfer", b, 300))
    anvil.send(*[token.tx("delegate", who, sender=who) for who in (a, b)])
    governor = anvil.deploy("House4", token.address, 1, 10, 0, 4)
    act = propose(anvil, governor, governor.data("setVotingDelay", 3))
    named = (*act, keccak(TEXT.encode()))
    proposal = governor.call("hashProposal", *named)
    anvil.send(
        governor.tx("castVoteWithReason", proposal, 1, "because", sender=a),
        governor.tx("castVoteWithReasonAndParams", proposal, 0, "no", b"\3", sender=b),
    )
    anvil.mine(12)
    governor.send("execute(address[],uint256[],bytes[],bytes32)", *named)
    tables = emitted(anvil, "governor", governor)
    plain, with_params = tables["vote_cast"], tables["vote_cast_with_params"]
    assert governor.call("proposalVotes", proposal) == (300, 700, 0)
    assert [(r["voter"], r["weight"], r["reason"]) for r in plain] == [(a, 700, "because")]
    assert [(r["voter"], r["weight"], r["params"]) for r in with_params] == [(b, 300, b"\3")]
    assert number(tables["proposal_created"][0]["vote_end"]) == governor.call(
        "proposalDeadline", proposal
    )
    assert [number(r["proposal_id"]) for r in tables["proposal_executed"]] == [proposal]
    assert number(tables["voting_delay_set"][-1]["new_voting_delay"]) == 3
