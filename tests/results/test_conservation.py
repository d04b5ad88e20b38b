"""What the transfers add up to is what the token holds: proven, called, or found to differ."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from psephos.batch.ledger import Ledger
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.chain.ethereum import EthereumNode
from psephos.chain.node import BlockId
from psephos.chain.wire.transport import Endpoint
from psephos.commit.storage import mapping_slot, namespace
from psephos.errors import MethodMissing, NodeUnreachable
from psephos.results.conservation.replay import conserve, held_at
from psephos.results.conservation.token import Conserved, Held, conserved
from psephos.store.index import Index

DAY = 86_400


def test_slots_are_those_of_solidity_and_of_erc_7201() -> None:
    """ERC-7201's own example, and the slot OpenZeppelin 5 writes into its upgradeable token."""
    assert (
        namespace("example.main")
        == 0x183A6125C38840424C4A85FA12BAB2AB606C4B6D0E7CC73C0C06BA5300EAB500
    )
    assert (
        namespace("openzeppelin.storage.ERC20")
        == 0x52C63247E1F47DB19D5CE0460030C497F067CA4CEBF71BA98EEADABE20BACE00
    )
    # keccak of 64 zero bytes, the place of mapping[0] at slot 0
    assert mapping_slot(b"", 0).hex() == (
        "ad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5"
    )


@pytest.fixture
def traded(anvil, tmp_path):
    """A real token after some transfers, collected and sealed: node, index, dataset."""
    token = anvil.deploy("Token", "Stark", "STRK", 10**28)
    people = [i.to_bytes(20, "big") for i in range(0xA001, 0xA001 + 130)]
    for start in range(0, len(people), 26):
        anvil.send(
            *(token.tx("transfer", who, 10**18 * (7 + who[-1])) for who in people[start:][:26])
        )
    anvil.mine(40, interval=DAY // 10)
    anvil.mine(70)
    node = EthereumNode([Endpoint(anvil.url, "anvil", rate=10_000)])
    dataset = Dataset("strk", node.identity()[0], (token.address,), ("erc20",), 0)
    with Index.open(tmp_path / "i.duckdb") as index, Ledger.open(tmp_path / "l.bin") as ledger:
        sync(node, index, [dataset], ledger=ledger)
        yield node, index, dataset


class Calls:
    """The node without its proofs; what it answers may be bent."""

    def __init__(self, node: Any, bend: int = 0) -> None:
        self._node, self._bend = node, bend

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        told = int.from_bytes(self._node.call(to, data, block), "big")
        return (told + self._bend).to_bytes(32, "big")


def at_head(index: Index, node: Any, dataset: Dataset) -> Any:
    cursor = index.block(node.head().number)
    assert cursor is not None
    (held,) = held_at(index, dataset, BlockId(cursor.number, cursor.hash))
    return held


def statuses(found: Conserved) -> set[str]:
    return {check.status for check in found.checks}


@pytest.mark.anvil
def test_supply_and_the_hundred_largest_balances_equal_the_storage_that_a_real_node_proves(traded):
    node, index, dataset = traded
    held = at_head(index, node, dataset)
    assert (held.supply, len(held.largest)) == (10**28, 100)
    found = conserved(held, node)
    assert (found.level, statuses(found)) == ("complete", {"passed"}), found.checks


@pytest.mark.anvil
def test_without_proofs_the_token_is_called_and_that_is_only_seen(traded):
    node, index, dataset = traded
    found = conserved(at_head(index, node, dataset), Calls(node))
    assert (found.level, statuses(found)) == ("seen", {"passed"})
    assert all("seen and not proven: this node gives no proofs" in c.why for c in found.checks)


@pytest.mark.anvil
def test_rows_that_are_not_the_token_s_own_fail_with_the_holder_and_both_numbers(traded):
    node, index, dataset = traded
    held = at_head(index, node, dataset)
    (first, *others, last) = held.largest
    altered = replace(held, largest=(first, *others, (last[0], last[1] + 1)))
    found = conserved(altered, node)
    (why,) = [check.why for check in found.checks if check.status == "failed"]
    assert found.level == "complete"
    assert f"0x{last[0].hex()}: the rows give {last[1] + 1}, the token has {last[1]}" in why
    more = conserved(replace(held, supply=held.supply + 1), Calls(node))
    assert [c.status for c in more.checks] == ["failed", "passed"]


class Lying:
    """Proofs of the real node with one thing changed."""

    def __init__(self, node: Any, change: Any) -> None:
        self._node, self._change = node, change

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        raise NodeUnreachable("no call")

    def proof(self, address: bytes, slots: Sequence[bytes], block: int) -> Mapping[str, Any]:
        return self._change(dict(self._node.proof(address, slots, block)))


def _flip(answer: dict[str, Any]) -> dict[str, Any]:
    last = answer["storageProof"][0]["proof"][-1]
    answer["storageProof"][0]["proof"][-1] = last[:-1] + ("0" if last[-1] != "0" else "1")
    return answer


LIES = {
    "a flipped node": _flip,
    "no account proof": lambda a: a | {"accountProof": []},
    "no list": lambda a: a | {"accountProof": None},
    "one slot less": lambda a: a | {"storageProof": a["storageProof"][1:]},
    "two slots exchanged": lambda a: a | {"storageProof": a["storageProof"][::-1]},
    "a slot of no shape": lambda a: a | {"storageProof": ["0x"] * len(a["storageProof"])},
    "a node of no bytes": lambda a: a | {"accountProof": ["zz"]},
}


@pytest.mark.anvil
def test_a_lying_proof_proves_nothing_and_is_never_a_pass(traded):
    node, index, dataset = traded
    held = at_head(index, node, dataset)
    for name, change in LIES.items():
        found = conserved(held, Lying(node, change))
        assert (found.level, statuses(found)) == ("seen", {"not_possible"}), name


@pytest.mark.anvil
def test_conservation_is_taken_once_at_the_newest_sealed_block_and_noted(traded):
    node, index, dataset = traded
    (outcome,) = conserve(index, node, [dataset])["strk"]
    assert outcome.held.block.number == index.sealed_to("strk")
    assert statuses(outcome) == {"passed"}, outcome.checks
    assert conserve(index, node, [dataset]) == {}
    ((level, holders, status),) = index.query("SELECT level, holders, status FROM conservation")
    assert (level, holders, status) == (outcome.level, 100, "passed")


@pytest.mark.anvil
def test_a_proven_difference_stops_the_dataset_with_its_reason(traded):
    node, index, dataset = traded
    with index.writing() as db:
        db.execute("DELETE FROM strk_transfer WHERE block_number = (SELECT max(block_number)"
                   " FROM strk_transfer)")  # fmt: skip
    (outcome,) = conserve(index, node, [dataset])["strk"]
    assert outcome.failed
    if outcome.level == "complete":
        name, message = index.quarantined()["strk"]
        assert name == "VerificationFailed"
        assert message.startswith("conservation: 0x")


def test_a_node_that_fails_is_no_failure_of_the_rows(tmp_path: Path) -> None:
    class Silent:
        def call(self, to: bytes, data: bytes, block: int) -> bytes:
            raise MethodMissing("no eth_call here")

    held = Held(b"t" * 20, BlockId(1, bytes(32)), bytes(32), 5, ((b"h" * 20, 5),))
    assert statuses(conserved(held, Silent())) == {"not_possible"}
