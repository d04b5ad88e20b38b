"""Compound's governors and timelock on a real node.

Alpha, the timelock and their token are the deployed code of Uniswap's first governor (npm). Bravo's
events come from two emitters: a small governor of this project with Bravo's interface
(contracts/events_bravo.sol), and OpenZeppelin 4's compatibility governor as it is.
"""

import pytest
import rlp
from eth_abi.abi import encode
from eth_hash.auto import keccak

from tests.anvil.chain import Anvil, Contract, hexed
from tests.chain.events.emitted import Row, emitted, number, silent

pytestmark = pytest.mark.anvil
DAY = 86_400
PERIOD = 12
"""Blocks for which our own governor votes; Alpha's 40,320 are fixed in its code."""
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


def passed(
    anvil: Anvil, governor: Contract, timelock: Contract, support: object, slot: int | None = None
) -> int:
    """A proposal that account 0 carries through queue and execution; its id."""
    governor.send("propose", [timelock.address], *CALL, "Wait longer", gas=3_000_000)
    proposal = governor.call("latestProposalIds", anvil.accounts[0])
    anvil.mine(2)
    governor.send("castVote", proposal, support)
    if slot is None:
        anvil.mine(PERIOD)
    else:
        end_now(anvil, governor, slot, proposal)
    governor.send("queue", proposal)
    anvil.mine(2, interval=3 * DAY)
    governor.send("execute", proposal)
    return proposal


def test_alpha_proposals_and_votes_are_read_from_the_deployed_code(anvil: Anvil) -> None:
    a, b = anvil.accounts[:2]
    token, timelock, governor = deployed(anvil)
    proposal = passed(anvil, governor, timelock, True, slot=3)
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
    _created(tables["proposal_created"][0], a, timelock, 40_320)
    assert [number(r["proposal_id"]) for r in tables["proposal_canceled"]] == [proposal + 1]
    assert [number(r["proposal_id"]) for r in tables["proposal_executed"]] == [proposal]
    (queued,) = tables["proposal_queued"]
    _timelock(anvil, timelock, number(queued["eta"]))


def _created(row: Row, proposer: bytes, timelock: Contract, period: int) -> None:
    assert row["proposer"] == proposer
    assert row["targets"] == [timelock.address]
    assert row["signatures"] == CALL[1]
    assert row["calldatas"] == CALL[2]
    assert number(row["vote_end"]) - number(row["vote_start"]) == period


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


def bravo(anvil: Anvil, timelock: Contract, token: Contract) -> Contract:
    """Our own governor with Bravo's interface, behind its proxy and under the rule of account 0."""
    code, better = anvil.deploy("Bravo"), anvil.deploy("Bravo")
    admin = anvil.accounts[0]
    made = anvil.deploy(
        "BravoProxy", timelock.address, token.address, admin, code.address, 9, 1, 10**21
    )
    made.send("_setImplementation", better.address)
    hand_over(anvil, timelock, made)
    return anvil.at("Bravo", made.address)


def test_every_event_of_bravo_is_read_from_an_emitter_of_our_own(anvil: Anvil) -> None:
    a, b, c = anvil.accounts[:3]
    token, _, alpha = deployed(anvil)
    timelock = anvil.deploy("TimelockAlpha", a, 2 * DAY)
    governor = bravo(anvil, timelock, token)
    alpha.send("propose", [c], *CALL, "so that Bravo counts on from 1", gas=3_000_000)
    governor.send("_initiate", alpha.address)
    anvil.send(
        governor.tx("_setVotingDelay", 2),
        governor.tx("_setVotingPeriod", PERIOD),
        governor.tx("_setProposalThreshold", 2 * 10**21),
        governor.tx("_setWhitelistGuardian", b),
        governor.tx("_setWhitelistAccountExpiration", c, 2**256 - 1),
    )
    anvil.mine()
    governor.send("propose", [timelock.address], *CALL, "Wait longer", gas=3_000_000)
    anvil.mine(3)
    governor.send("castVoteWithReason", 2, 0, b"\xc3\x28", sender=b)
    governor.send("cancel", 2)
    proposal = passed(anvil, governor, timelock, 1)
    anvil.send(governor.tx("_setPendingAdmin", b))
    anvil.send(governor.tx("_acceptAdmin", sender=b))
    tables = emitted(anvil, "governor_bravo", governor)
    assert not silent(tables)
    _voted(tables["vote_cast"], governor, proposal)
    _created(tables["proposal_created"][1], a, timelock, PERIOD)
    _ruled(tables, governor, (a, b, c))
    found = _timelock(anvil, timelock, number(tables["proposal_queued"][0]["eta"]))
    assert not silent(found)
    assert [row["target"] for row in found["transaction_cancelled"]] == [timelock.address]
    assert [row["admin"] for row in found["admin_set"]] == [governor.address]
    assert [row["pending_admin"] for row in found["pending_admin_set"]] == [governor.address]


def _voted(rows: list[Row], governor: Contract, proposal: int) -> None:
    """A vote with a reason that is no UTF-8, and one without."""
    seen = [(r["support"], r["reason"], r["reason_raw"]) for r in rows]
    assert seen == [(0, "\ufffd(", b"\xc3\x28"), (1, "", None)]
    assert list(governor.call("tally", 2)) == [rows[0]["weight"], 0, 0]
    assert list(governor.call("tally", proposal)) == [0, rows[1]["weight"], 0]


def _ruled(tables: dict[str, list[Row]], governor: Contract, accounts: tuple[bytes, ...]) -> None:
    """What the rows say of the rules is what the contract says of them."""
    a, b, c = accounts
    for table, what, asked, before in (
        ("voting_delay_set", "voting_delay", "votingDelay", 1),
        ("voting_period_set", "voting_period", "votingPeriod", 9),
        ("proposal_threshold_set", "proposal_threshold", "proposalThreshold", 10**21),
    ):
        (row,) = tables[table]
        assert number(row[f"old_{what}"]) == before
        assert number(row[f"new_{what}"]) == governor.call(asked)
    first, second = tables["implementation_changed"]
    assert first["old_implementation"] == bytes(20)
    assert first["new_implementation"] == second["old_implementation"]
    assert second["new_implementation"].hex() == governor.call("implementation")[2:]
    assert [(r["old_admin"], r["new_admin"]) for r in tables["admin_changed"]] == [(a, b)]
    assert [r["new_pending_admin"] for r in tables["pending_admin_changed"]] == [b, bytes(20)]
    guardians = [
        (r["old_guardian"], r["new_guardian"]) for r in tables["whitelist_guardian_changed"]
    ]
    assert guardians == [(bytes(20), b)]
    (spared,) = tables["whitelist_expiration_set"]
    assert (spared["account"], spared["expiration"]) == (c, b"\xff" * 32)
    assert governor.call("isWhitelisted", c)


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
