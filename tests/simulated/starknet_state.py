"""What is asked about the state of a simulated Starknet chain: classes, calls, storage proofs."""

from collections.abc import Sequence
from typing import Any

from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_pair
from tests.commit.starknet.proofs import World
from tests.simulated.rpc import Refused
from tests.simulated.starknet import Json, StarknetChain
from tests.simulated.starknet_books import selector, u256
from tests.simulated.starknet_view import CONTRACT_NOT_FOUND, NO_PROOF, View

PROVABLE = 3
"""Storage proofs are given of so many of the newest blocks."""


def class_hash_at(view: View, block_id: Any, address: str) -> str:
    found = _contracts(view, block_id).get(int(address, 16))
    if found is None:
        raise Refused(*CONTRACT_NOT_FOUND)
    return hex(found)


def _contracts(view: View, block_id: Any) -> dict[int, int]:
    """Class hashes by address after a block."""
    number = view.block(block_id).told["block_number"]
    found: dict[int, int] = {}
    for block in view.chain.blocks[: number + 1]:
        diff = block.update["state_diff"]
        for entry in diff["deployed_contracts"]:
            found[int(entry["address"], 16)] = int(entry["class_hash"], 16)
        for entry in diff["replaced_classes"]:
            found[int(entry["contract_address"], 16)] = int(entry["class_hash"], 16)
    return found


def nonce(view: View, block_id: Any, address: str) -> str:
    if int(address, 16) not in _contracts(view, block_id):
        raise Refused(*CONTRACT_NOT_FOUND)
    return hex(view.block(block_id).books.nonce.get(int(address, 16), 0))


def call(view: View, request: Json, block_id: Any) -> list[str]:
    """Balance and supply of tokens, in both spellings: two felts."""
    books = view.block(block_id).books
    contract = int(request["contract_address"], 16)
    if contract not in _contracts(view, block_id):
        raise Refused(*CONTRACT_NOT_FOUND)
    entry, data = int(request["entry_point_selector"], 16), request.get("calldata") or []
    if entry in map(selector, ("balance_of", "balanceOf")) and len(data) == 1:
        return [hex(half) for half in u256(books.held(contract, int(data[0], 16)))]
    if entry in map(selector, ("total_supply", "totalSupply")) and not data:
        return [hex(half) for half in u256(books.supply(contract))]
    raise Refused(21, "Requested entry point does not exist in the contract")


def storage_proof(view: View, block_id: Any, classes: Any, contracts: Any, keys: Any) -> Json:
    """Proofs of the newest blocks, from tries that are built anew."""
    block = view.block(block_id)
    if block.told["block_number"] <= view.chain.head - PROVABLE:
        raise Refused(*NO_PROOF)
    world = world_at(view.chain, block.told["block_number"])
    asked: dict[int, list[int]] = {int(address, 16): [] for address in contracts or ()}
    for entry in keys or ():
        into = asked.setdefault(int(entry["contract_address"], 16), [])
        into += [int(key, 16) for key in entry["storage_keys"]]
    told: Json = world.answer(asked, [int(one, 16) for one in classes or ()])
    told["global_roots"]["block_hash"] = block.told["block_hash"]
    return told


def world_at(chain: StarknetChain, number: int) -> World:
    """The state after a block, as tries that can prove it."""
    merged: dict[int, tuple[int, int, dict[int, int]]] = {}
    classes: dict[int, int] = {}

    def change(address: str, *, made: str = "", nonce: str = "", put: Sequence[Json] = ()) -> None:
        class_hash, old, storage = merged.get(int(address, 16), (0, 0, {}))
        storage = storage | {int(e["key"], 16): int(e["value"], 16) for e in put}
        merged[int(address, 16)] = (
            int(made, 16) if made else class_hash,
            int(nonce, 16) if nonce else old,
            storage,
        )

    for block in chain.blocks[: number + 1]:
        diff = block.update["state_diff"]
        for entry in diff["storage_diffs"]:
            change(entry["address"], put=entry["storage_entries"])
        for entry in diff["deployed_contracts"]:
            change(entry["address"], made=entry["class_hash"])
        for entry in diff["replaced_classes"]:
            change(entry["contract_address"], made=entry["class_hash"])
        for entry in diff["nonces"]:
            change(entry["contract_address"], nonce=entry["nonce"])
        for entry in diff["declared_classes"]:
            classes[int(entry["class_hash"], 16)] = int(entry["compiled_class_hash"], 16)
    return World(merged, classes, pedersen, poseidon_pair)
