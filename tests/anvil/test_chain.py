"""The harness itself: what every other test on anvil rests on."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from tests.anvil.artifact import AnvilError, Artifact
from tests.anvil.chain import GENESIS, Anvil, hexed

pytestmark = pytest.mark.anvil


def play(anvil: Anvil) -> list[str]:
    """A short chain; the hash of its every block."""
    token = anvil.deploy("Token", "Stark", "STRK", 10**28)
    anvil.send(*[token.tx("delegate", a, sender=a) for a in anvil.accounts[:5]])
    anvil.send(token.tx("transfer", anvil.accounts[1], 7), token.tx("burn", 1))
    anvil.mine(3)
    return [anvil.block(n)["hash"] for n in range(anvil.head() + 1)]


def test_the_same_calls_make_the_same_chain(
    anvil_binary: Path, contracts: Mapping[str, Artifact], anvil: Anvil
) -> None:
    with Anvil.start(anvil_binary, contracts) as second:
        assert play(anvil) == play(second)


def test_blocks_are_as_far_apart_as_asked(anvil: Anvil) -> None:
    anvil.mine(2)
    anvil.mine(2, interval=100)
    anvil.mine()
    anvil.set_time(GENESIS + 5_000)
    anvil.mine(2)
    times = [int(anvil.block(n)["timestamp"], 16) - GENESIS for n in range(8)]
    assert times == [0, 12, 24, 124, 224, 236, 5_000, 5_012]


def test_a_revert_is_an_error_with_the_contracts_reason(anvil: Anvil) -> None:
    token = anvil.deploy("Token", "Stark", "STRK", 1)
    vault = anvil.deploy("LockedGrant", token.address)
    with pytest.raises(AnvilError, match="dates"):
        vault.send("grant", anvil.accounts[1], 1, 2, 1, 3)
    late = anvil.send(vault.tx("release", sender=anvil.accounts[1]), check=False)
    assert late[0]["status"] == "0x0"


def test_a_string_may_be_sent_as_bytes_that_are_no_text(anvil: Anvil) -> None:
    token = anvil.deploy("Token", b"\xff\xfe", "STRK", 1)
    asked = {"to": hexed(token.address), "data": hexed(token.data("name"))}
    assert "02fffe" in anvil.rpc("eth_call", asked, "latest")


def test_a_reorganisation_replaces_blocks_and_their_transactions(anvil: Anvil) -> None:
    token = anvil.deploy("Token", "Stark", "STRK", 100)
    for _ in range(5):
        token.send("transfer", anvil.accounts[1], 1)
    before = [anvil.block(n)["hash"] for n in range(7)]
    anvil.reorg(3)
    after = [anvil.block(n)["hash"] for n in range(7)]
    assert [a == b for a, b in zip(before, after, strict=True)] == [True] * 4 + [False] * 3
    assert token.call("balanceOf", anvil.accounts[1]) == 2


def test_every_contract_can_be_deployed(anvil: Anvil) -> None:
    token = anvil.deploy("Token", "Stark", "STRK", 10**28)
    clock = anvil.deploy("TokenByTime", "Stark", "STRK", 10**28)
    timelock = anvil.deploy("Timelock", 60, [], [], anvil.accounts[0])
    anvil.deploy("House", token.address, timelock.address, 1, 5, 0, 4, 3)
    four = anvil.deploy("Token4", "Four", "FOUR", 10**28)
    anvil.deploy("House4", four.address, 1, 5, 0, 4)
    timelock4 = anvil.deploy("Timelock4", 60, [], [], anvil.accounts[0])
    anvil.deploy("HouseBravo", four.address, timelock4.address, 1, 5, 0, 4)
    anvil.deploy("Emitter").send("spam", 1, 8)
    uni = anvil.deploy("Uni", anvil.accounts[0], anvil.accounts[0], GENESIS + 10**6)
    alpha_lock = anvil.deploy("TimelockAlpha", anvil.accounts[0], 2 * 86_400)
    anvil.deploy("GovernorAlpha", alpha_lock.address, uni.address)
    anvil.deploy("Safe")
    assert token.call("CLOCK_MODE") == "mode=blocknumber&from=default"
    assert clock.call("CLOCK_MODE") == "mode=timestamp"


def test_a_node_that_does_not_start_says_why(anvil_binary: Path) -> None:
    with (
        pytest.raises(AnvilError, match=r"did not start.*no-such-flag"),
        Anvil.start(anvil_binary, no_such_flag=True),
    ):
        pass


def test_a_node_ends_with_its_block_also_when_a_test_fails(anvil_binary: Path) -> None:
    with pytest.raises(ZeroDivisionError), Anvil.start(anvil_binary) as anvil:
        raise ZeroDivisionError
    with pytest.raises(requests.ConnectionError):
        anvil.head()
