"""Compound's governors and timelock on a real node: deployed code of Alpha, own source of Bravo."""

import pytest
import rlp
from eth_abi.abi import encode
from eth_hash.auto import keccak

from tests.anvil.chain import Anvil, Contract, hexed
from tests.chain.events.emitted import Row, emitted, number, silent

pytestmark = pytest.mark.anvil
DAY = 86_400
CALL = ([0], ["setDelay(uint256)"], [encode(["uint256"], [3 * DAY])])


def deployed(anvil: Anvil) -> tuple[Contract, Contract, Contract]:
    """Uniswap's token (account 0 has most votes, 1 a few), its timelock and its first governor."""
    a, b = anvil.accounts[:2]
    start = int(anvil.block("latest")["timestamp"], 16)
    token = anvil.deploy("Uni", a, a, start + 100 * DAY)
    anvil.send(token.tx("transfer", b, 10**24))
    anvil.send(token.tx("delegate", a), token.tx("delegate", b, sender=b))
    nonce = int(anvil.rpc("eth_getTransactionCount", hexed(a), "latest"), 16)
    alpha = keccak(rlp.encode([a, nonce + 1]))[12:]  # as on mainnet: the timelock is born obeying
    timelock = anvil.deploy("TimelockAlpha", alpha, 2 * DAY)
    return token, timelock, anvil.deploy("GovernorAlpha", timelock.address, token.address)


def end_now(anvil: Anvil, governor: Contract, slot: int, proposal: int) -> None:
    """End a vote whose period is 40,320 blocks: `endBlock` is the ninth member of a proposal."""
    place = int.from_bytes(keccak(encode(["uint256", "uint256"], [proposal, slot])), "big") + 8
    value = "0x" + anvil.head().to_bytes(32, "big").hex()
    anvil.rpc("anvil_setStorageAt", hexed(governor.address), hex(place), value)
    anvil.mine()


def hand_over(anvil: Anvil, timelock: Contract, governor: Contract) -> None:
    """The timelock makes the governor its pending admin, by a call to itself after its delay."""
    eta = int(anvil.block("latest")["timestamp"], 16) + 2 * DAY + 100
    new = encode(["address"], [hexed(governor.address)])
    call = (timelock.address, 0, "setPendingAdmin(address)", new, eta)
    timelock.send("queueTransaction", *call)
    anvil.set_time(eta)
    timelock.send("executeTransaction", *call)


def passed(anvil: Anvil, governor: Contract, timelock: Contract, slot: int, support: object) -> int:
    """A proposal that account 0 carries through queue and execution; its id."""
    governor.send("propose", [timelock.address], *CALL, "Wait longer", gas=3_000_000)
    proposal = governor.call("latestProposalIds", anvil.accounts[0])
    anvil.mine(2)
    governor.send("castVote", proposal, support)
    end_now(anvil, governor, slot, proposal)
    governor.send("queue", proposal)
    anvil.mine(2, interval=3 * DAY)
    governor.send("execute", proposal)
    return proposal


def test_alpha_proposals_and_votes_are_read_from_the_deployed_code(anvil: Anvil) -> None:
    a, b = anvil.accounts[:2]
    token, timelock, governor = deployed(anvil)
    proposal = passed(anvil, governor, timelock, 3, True)
    governor.send("propose", [b], [1], [""], [b"\1"], "Undo", gas=3_000_000)
    anvil.mine()
    governor.send("castVote", proposal + 1, False, sender=b)
    anvil.send(token.tx("delegate", b))
    anvil.mine(2)
    governor.send("cancel", proposal + 1)
    tables = emitted(anvil, "governor_alpha", governor)
    assert not silent(tables)
    first, second = tables["vote_cast"]
    assert (first["voter"], first["support"], number(first["proposal_id"])) == (a, 1, proposal)
    assert (second["voter"], second["support"], second["weight"]) == (b, 0, 10**24)
    assert first["weight"] == governor.call("proposals", proposal)[5]
    _created(tables["proposal_created"][0], a, timelock)
    assert [number(r["proposal_id"]) for r in tables["proposal_canceled"]] == [proposal + 1]
    assert [number(r["proposal_id"]) for r in tables["proposal_executed"]] == [proposal]
    (queued,) = tables["proposal_queued"]
    _timelock(anvil, timelock, number(queued["eta"]))


def _created(row: Row, proposer: bytes, timelock: Contract) -> None:
    assert row["proposer"] == proposer
    assert row["targets"] == [timelock.address]
    assert row["signatures"] == CALL[1]
    assert row["calldatas"] == CALL[2]
    assert number(row["vote_end"]) - number(row["vote_start"]) == 40_320


def _timelock(anvil: Anvil, timelock: Contract, eta: int) -> dict[str, list[Row]]:
    tables = emitted(anvil, "timelock_compound", timelock)
    row = tables["transaction_executed"][-1]
    words = [hexed(timelock.address), 0, CALL[1][0], CALL[2][0], eta]
    packed = encode(["address", "uint256", "string", "bytes", "uint256"], words)
    assert row["transaction_id"] == tables["transaction_queued"][-1]["transaction_id"]
    assert row["transaction_id"] == keccak(packed)
    assert (row["signature"], row["call_data"], number(row["eta"])) == (words[2], words[3], eta)
    assert number(tables["delay_set"][-1]["delay"]) == timelock.call("delay") == 3 * DAY
    return tables


def test_bravo_is_read_from_its_own_source(anvil: Anvil) -> None:
    a, b, c = anvil.accounts[:3]
    token, _, alpha = deployed(anvil)
    timelock = anvil.deploy("TimelockAlpha", a, 2 * DAY)
    code = anvil.deploy("GovernorBravoDelegate")
    rules = (40_320, 1, 10**21)
    made = anvil.deploy(
        "GovernorBravoDelegator", timelock.address, token.address, a, code.address, *rules
    )
    governor = anvil.at("GovernorBravoDelegate", made.address)
    hand_over(anvil, timelock, governor)
    alpha.send("propose", [c], *CALL, "so that Bravo counts on from 1", gas=3_000_000)
    governor.send("_initiate", alpha.address)
    anvil.send(
        governor.tx("_setVotingDelay", 2),
        governor.tx("_setVotingPeriod", 40_320),
        governor.tx("_setProposalThreshold", 2 * 10**21),
        governor.tx("_setWhitelistGuardian", b),
        governor.tx("_setWhitelistAccountExpiration", c, 2**256 - 1),
    )
    anvil.mine()
    governor.send("propose", [timelock.address], *CALL, "Wait longer", gas=3_000_000)
    anvil.mine(3)
    governor.send("castVoteWithReason", 2, 0, b"\xc3\x28", sender=b)
    governor.send("cancel", 2)
    proposal = passed(anvil, governor, timelock, 10, 1)
    anvil.send(governor.tx("_setPendingAdmin", b))
    anvil.send(governor.tx("_acceptAdmin", sender=b))
    tables = emitted(anvil, "governor_bravo", made)
    assert not silent(tables)
    against, in_favour = tables["vote_cast"]
    assert (against["support"], against["reason"], against["reason_raw"]) == (
        0,
        "\ufffd(",
        b"\xc3\x28",
    )
    assert (in_favour["support"], in_favour["reason"], in_favour["reason_raw"]) == (1, "", None)
    assert in_favour["weight"] == governor.call("proposals", proposal)[5]
    _created(tables["proposal_created"][1], a, timelock)
    assert number(tables["voting_delay_set"][0]["new_voting_delay"]) == governor.call("votingDelay")
    assert tables["implementation_changed"][0]["new_implementation"] == code.address
    assert [(r["old_admin"], r["new_admin"]) for r in tables["admin_changed"]] == [(a, b)]
    assert [r["new_pending_admin"] for r in tables["pending_admin_changed"]] == [b, bytes(20)]
    assert [
        (r["old_guardian"], r["new_guardian"]) for r in tables["whitelist_guardian_changed"]
    ] == [(bytes(20), b)]
    (spared,) = tables["whitelist_expiration_set"]
    assert (spared["account"], spared["expiration"]) == (c, b"\xff" * 32)
    found = _timelock(anvil, timelock, number(tables["proposal_queued"][0]["eta"]))
    assert not silent(found)
    assert [row["target"] for row in found["transaction_cancelled"]] == [timelock.address]
    assert [row["admin"] for row in found["admin_set"]] == [made.address]
    assert [row["pending_admin"] for row in found["pending_admin_set"]] == [made.address]


def test_openzeppelins_bravo_fills_the_tables_of_bravo(anvil: Anvil) -> None:
    a = anvil.accounts[0]
    token = anvil.deploy("Token4", "Stark", "STRK", 1000)
    token.send("delegate", a)
    timelock = anvil.deploy("Timelock4", 24, [], [bytes(20)], a)
    governor = anvil.deploy("HouseBravo", token.address, timelock.address, 1, 5, 0, 4)
    timelock.send("grantRole", timelock.call("PROPOSER_ROLE"), governor.address)
    named = "propose(address[],uint256[],string[],bytes[],string)"
    governor.send(named, [a], [0], ["ping(uint256)"], [b"\7"], "Ping", gas=3_000_000)
    (created,) = emitted(anvil, "governor_bravo", governor)["proposal_created"]
    proposal = number(created["proposal_id"])
    anvil.mine(2)
    governor.send("castVoteWithReason", proposal, 1, "yes")
    anvil.mine(6)
    governor.send("queue(uint256)", proposal, gas=3_000_000)
    tables = emitted(anvil, "governor_bravo", governor)
    ping = keccak(b"ping(uint256)")[:4]  # the event's signatures are empty: selectors are in front
    assert (created["signatures"], created["calldatas"]) == ([""], [ping + b"\7"])
    assert [(r["voter"], r["weight"], r["reason"]) for r in tables["vote_cast"]] == [
        (a, 1000, "yes")
    ]
    assert number(tables["proposal_queued"][0]["eta"]) == governor.call("proposalEta", proposal)
