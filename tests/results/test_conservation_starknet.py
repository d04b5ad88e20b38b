"""A token of Starknet holds what its transfers add up to: by proof of its storage, or by calls."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from psephos.chain.node import BlockId
from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_pair
from psephos.errors import NodeError
from psephos.results.conservation.starknet import BALANCE_OF, BALANCES, SUPPLY, SUPPLY_OF
from psephos.results.conservation.token import Held, conserved
from tests.commit.starknet.proofs import World

TOKEN = 0x4718F5A0FC34CC1AF16A1CDEE98FFB20C31F5CD61D6AB07201858F4287C938D
HELD = {0x11: 5, 0x22: 1 << 130, 0x33: 7}
TOTAL = sum(HELD.values())


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def halves(place: int, amount: int) -> dict[int, int]:
    return {place: amount % 2**128, place + 1: amount >> 128}


def storage(held: Mapping[int, int], supply: int) -> dict[int, int]:
    """`ERC20_balances` and `ERC20_total_supply`, laid by hand."""
    found = halves(SUPPLY, supply)
    for holder, amount in held.items():
        found |= halves(pedersen(BALANCES, holder) % (2**251 - 256), amount)
    return {key: value for key, value in found.items() if value}


class Node:
    """Proves the storage of one token, or only answers calls."""

    def __init__(self, held: Mapping[int, int], supply: int, *, proves: bool) -> None:
        self.held, self.supply, self.proves = held, supply, proves
        contracts = {TOKEN: (7, 0, storage(held, supply)), 9: (7, 1, {1: 2})}
        self.world = World(contracts, {}, pedersen, poseidon_pair)

    def proof(self, address: bytes, slots: Sequence[bytes], block: int) -> Mapping[str, Any]:
        if not self.proves:
            raise NodeError("the node doesn't support storage proofs for old blocks (42)")
        keys = [int.from_bytes(slot, "big") for slot in slots]
        answer: Mapping[str, Any] = self.world.answer({int.from_bytes(address, "big"): keys}, [])
        return answer

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        entry = int.from_bytes(data[:32], "big")
        if entry == SUPPLY_OF[1]:
            return b"".join(map(word, halves(0, self.supply).values()))
        if entry == BALANCE_OF[1]:
            amount = self.held[int.from_bytes(data[32:], "big")]
            return b"".join(map(word, halves(0, amount).values()))
        raise NodeError("Requested entry point does not exist in the contract (21)")


def told(node: Node, held: Mapping[int, int], supply: int) -> Held:
    largest = sorted(
        ((word(holder), amount) for holder, amount in held.items()), key=lambda h: -h[1]
    )
    return Held(word(TOKEN), BlockId(5, bytes(32)), word(node.world.root), supply, tuple(largest))


def test_balances_are_proven_against_the_state_root() -> None:
    node = Node(HELD, TOTAL, proves=True)
    found = conserved(told(node, HELD, TOTAL), node)  # type: ignore[arg-type]
    assert (found.level, found.failed) == ("complete", False), found.checks


def test_where_there_is_no_proof_the_token_is_called() -> None:
    node = Node(HELD, TOTAL, proves=False)
    found = conserved(told(node, HELD, TOTAL), node)  # type: ignore[arg-type]
    assert (found.level, found.failed) == ("seen", False), found.checks


@pytest.mark.parametrize("proves", [True, False])
def test_a_transfer_that_was_left_out_is_noticed(proves: bool) -> None:
    node = Node(HELD, TOTAL, proves=proves)
    for held, supply in ((HELD | {0x33: 8}, TOTAL), (HELD, TOTAL + 1)):
        assert conserved(told(node, held, supply), node).failed  # type: ignore[arg-type]


def test_a_proof_of_another_state_proves_nothing() -> None:
    node, other = Node(HELD, TOTAL, proves=True), Node(HELD | {0x33: 9}, TOTAL, proves=True)
    held = told(other, HELD, TOTAL)
    assert conserved(held, node).level == "seen"  # type: ignore[arg-type]
