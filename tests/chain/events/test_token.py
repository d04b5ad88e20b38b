"""ERC-20 and delegation, from tokens on a real node: rows add up to the contracts' own answers."""

from collections import Counter

import pytest

from tests.anvil.chain import Anvil
from tests.chain.events.emitted import emitted, silent

pytestmark = pytest.mark.anvil
ZERO = bytes(20)
TOKENS = ("Token", "TokenByTime", "Token4")


@pytest.mark.parametrize("name", TOKENS)
def test_transfers_add_up_to_balances_and_delegations_to_votes(anvil: Anvil, name: str) -> None:
    a, b, c, d = anvil.accounts[:4]
    token = anvil.deploy(name, "Stark", "STRK", 10**28)
    anvil.send(token.tx("transfer", b, 5 * 10**27 + 1), token.tx("transfer", c, 7))
    anvil.send(token.tx("delegate", d, sender=a), token.tx("delegate", b, sender=b))
    anvil.send(token.tx("delegate", c, sender=a), token.tx("transfer", d, 3, sender=b))
    anvil.send(token.tx("transfer", a, 0, sender=b), token.tx("transfer", b, 9, sender=b))

    rows = emitted(anvil, "erc20", token)["transfer"]
    held: Counter[bytes] = Counter()
    for row in rows:
        held[row["sender"]] -= int(row["amount"])
        held[row["recipient"]] += int(row["amount"])
    assert -held.pop(ZERO) == token.call("totalSupply")
    assert held == {who: token.call("balanceOf", who) for who in held}

    votes = emitted(anvil, "votes", token)
    assert not silent(votes)
    power = {row["delegate"]: int(row["new_votes"]) for row in votes["delegate_votes_changed"]}
    assert power == {who: token.call("getVotes", who) for who in power}
    chosen = {row["delegator"]: row["to_delegate"] for row in votes["delegate_changed"]}
    assert chosen == {a: c, b: b}
    assert chosen == {who: bytes.fromhex(token.call("delegates", who)[2:]) for who in chosen}


def test_a_token_that_indexes_nothing_fills_the_same_table(anvil: Anvil) -> None:
    a, b = anvil.accounts[:2]
    plain = anvil.deploy("PlainToken", 10**20)
    token = anvil.deploy("Token", "Stark", "STRK", 10**28)
    anvil.send(plain.tx("transfer", b, 7), token.tx("transfer", b, 8), plain.tx("transfer", b, 9))
    rows = emitted(anvil, "erc20", plain, token)["transfer"]
    assert [int(row["amount"]) for row in rows] == [10**20, 10**28, 7, 8, 9]
    assert [row["contract"] for row in rows[2:]] == [plain.address, token.address, plain.address]
    assert {(row["sender"], row["recipient"]) for row in rows[2:]} == {(a, b)}
    assert plain.call("balanceOf", b) == 16


def test_uniswaps_deployed_token_is_read_by_the_same_tables(anvil: Anvil) -> None:
    a, b = anvil.accounts[:2]
    start = int(anvil.block("latest")["timestamp"], 16)
    token = anvil.deploy("Uni", a, a, start + 10_000)
    anvil.send(token.tx("transfer", b, 10**24), token.tx("delegate", b))
    supply = {row["amount"] for row in emitted(anvil, "erc20", token)["transfer"]}
    assert supply == {token.call("totalSupply"), 10**24}
    (change,) = emitted(anvil, "votes", token)["delegate_votes_changed"]
    assert change["delegate"] == b
    assert change["new_votes"] == token.call("getCurrentVotes", b) == 10**27 - 10**24


def test_a_grant_is_read_as_the_contract_keeps_it(anvil: Anvil) -> None:
    b = anvil.accounts[1]
    token = anvil.deploy("Token", "Stark", "STRK", 10**28)
    vault = anvil.deploy("LockedGrant", token.address)
    start = int(anvil.block("latest")["timestamp"], 16)
    token.send("approve", vault.address, 10**28)
    vault.send("grant", b, 10**20 + 7, start, start + 50, start + 100)
    anvil.mine(4)
    vault.send("release", sender=b)
    tables = emitted(anvil, "grant", vault)
    assert not silent(tables)
    (made,), (released,) = tables["grant_created"], tables["grant_released"]
    _, amount, paid, *times = vault.call("grants", b)
    assert made["beneficiary"] == released["beneficiary"] == b
    assert (made["amount"], released["amount"]) == (amount, paid)
    assert [made["start"], made["cliff"], made["finish"]] == times
