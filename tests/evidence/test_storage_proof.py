"""What a node proves of a chain's state is what it is said to be, or a check fails."""

import copy
import json
import random
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rlp import encode

from psephos.commit.account import NO_CODE
from psephos.commit.keccak import keccak
from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_pair
from psephos.commit.trie import EMPTY_ROOT
from psephos.errors import CommandError
from psephos.evidence.storage_proof import verify_storage_proof
from tests.commit.starknet.proofs import World
from tests.commit.tries import Told, build, proof

SLOTS = {i: (i + 3) ** 11 for i in range(30)}
ADDRESS = bytes([7]) * 20
NOBODY = bytes([99]) * 20
ALL = [*SLOTS, 1000, 2**256 - 1]


def hexed(nodes: list[bytes]) -> list[str]:
    return ["0x" + node.hex() for node in nodes]


STORAGE = build({keccak(k.to_bytes(32, "big")).hex(): encode(v) for k, v in SLOTS.items()})
STORAGE_ROOT = keccak(Told().encoded(STORAGE))
STATE = build(
    {
        keccak(bytes([i]) * 20).hex(): encode(
            [i, 10**20 + i, STORAGE_ROOT if i == 7 else EMPTY_ROOT, NO_CODE]
        )
        for i in range(1, 60)
    }
)
ROOT = "0x" + keccak(Told().encoded(STATE)).hex()


def answer(address: bytes = ADDRESS, keys: list[int] = ALL) -> dict[str, Any]:
    """What an honest node answers to eth_getProof."""
    rich = address == ADDRESS
    there = address[0] < 60
    return {
        "address": "0x" + address.hex(),
        "accountProof": hexed(proof(STATE, keccak(address).hex())[1]),
        "nonce": hex(address[0] if there else 0),
        "balance": hex(10**20 + address[0] if there else 0),
        "codeHash": "0x" + NO_CODE.hex(),
        "storageHash": "0x" + (STORAGE_ROOT if rich else EMPTY_ROOT).hex(),
        "storageProof": [
            {
                "key": hex(key),
                "value": hex(SLOTS.get(key, 0) if rich else 0),
                "proof": hexed(proof(STORAGE, keccak(key.to_bytes(32, "big")).hex())[1])
                if rich
                else [],
            }
            for key in keys
        ],
    }


def requested(contract: bytes, keys: list[int], told: Any) -> dict[str, Any]:
    params = ["0x" + contract.hex(), [hex(key) for key in keys], "latest"]
    request = {"jsonrpc": "2.0", "id": 1, "method": "eth_getProof", "params": params}
    return {"request": request, "answer": {"jsonrpc": "2.0", "id": 1, "result": told}}


def failed(document: Any, root: str = ROOT, contract: str | None = None, keys: Any = ()) -> set:
    found = verify_storage_proof(document, root, contract, list(keys))
    names = {check.name for check in found.checks if check.status == "failed"}
    assert found.verified is (found.recomputed and not names)
    return names


WORLD = World(
    {11: (5, 3, {k: k * 7 + 1 for k in range(1, 9)}), 12: (6, 0, {}), 2**200: (7, 1, {5: 5})},
    {5: 50, 6: 60},
    pedersen,
    poseidon_pair,
)


def test_an_account_with_slots_present_and_absent_is_proven() -> None:
    found = verify_storage_proof(answer(), ROOT, None, [hex(k) for k in ALL])
    assert found.verified
    assert [c.name for c in found.checks] == ["request", "account", "storage", "told"]
    assert found.facts["present"] is True
    assert found.facts["contract"] == "0x" + ADDRESS.hex()
    assert (found.facts["nonce"], found.facts["balance"]) == ("7", str(10**20 + 7))
    values = {int(k, 16): int(v, 16) for k, v in found.facts["values"].items()}
    assert values == {k: SLOTS.get(k, 0) for k in ALL}
    json.dumps(found.facts)


def test_only_keys_that_are_asked_for_are_verified() -> None:
    told = answer()
    told["storageProof"][5]["proof"] = []
    assert not failed(told, keys=["0x1"])
    assert "storage" in failed(told, keys=["0x5"])
    assert not failed(told)
    found = verify_storage_proof(told, ROOT, "0x" + ADDRESS.hex(), [])
    assert "values" not in found.facts
    assert "storage" in failed(told, keys=["0x77"])


def test_an_account_that_is_not_there_is_proven_absent_with_zero_slots() -> None:
    found = verify_storage_proof(answer(NOBODY, [1, 2]), ROOT, None, ["0x1", "0x2"])
    assert found.verified
    assert found.facts["present"] is False
    assert set(found.facts["values"].values()) == {"0x0"}
    for told in ({"codeHash": "0x" + "00" * 32}, {"storageHash": "0x" + "00" * 32}):
        assert not failed(answer(NOBODY, []) | told)
    assert failed(answer(NOBODY, []) | {"balance": "0x1"}) == {"told"}


def test_the_empty_storage_of_an_account_holds_zeros() -> None:
    other = bytes([8]) * 20
    assert not failed(answer(other, [1]), keys=["0x1"])
    told = answer(other, [1])
    told["storageProof"][0]["proof"] = ["0x80"]
    assert not failed(told, keys=["0x1"])
    told["storageProof"][0]["value"] = "0x1"
    assert failed(told, keys=["0x1"]) == {"storage"}


@pytest.mark.parametrize("name", ["proof", "block_miner_proof"])
def test_real_proofs_verify_against_their_blocks_root(real_data: Path, name: str) -> None:
    here = real_data / "ethereum/helios/tests/testdata/rpc"
    root = json.loads((here / "block.json").read_text())["stateRoot"]
    told = json.loads((here / f"{name}.json").read_text())
    keys = [slot["key"] for slot in told["storageProof"]]
    found = verify_storage_proof(told, root, told["address"], keys)
    assert found.verified, found.checks
    assert list(found.facts.get("values", {})) == keys
    assert failed(told, "0x" + "12" * 32) == {"account"}


def test_a_document_of_request_and_answer_verifies_what_was_requested() -> None:
    found = verify_storage_proof(requested(ADDRESS, [1, 1000], answer()), ROOT)
    assert found.verified
    assert [int(v, 16) for v in found.facts["values"].values()] == [SLOTS[1], 0]
    whole = requested(ADDRESS, [1, 2], answer())
    assert not failed(whole, contract="0x" + ADDRESS.hex(), keys=["0x2"])
    assert failed(whole, keys=["0x3"]) == {"request"}
    assert failed(whole, contract="0x" + NOBODY.hex()) == {"request"}
    assert failed(requested(NOBODY, [], answer())) == {"account"}
    whole["request"]["method"] = "eth_getBalance"
    assert failed(whole) == {"request"}


def test_every_altered_member_is_noticed() -> None:
    """A flipped bit of each node and of each number told, and of the root."""
    keys, draw = [0, 1000], random.Random(5)
    told = answer(keys=keys)
    asked = [hex(k) for k in keys]
    for i in range(256):
        root = format(int(ROOT, 16) ^ 1 << i, "#066x")
        assert failed(told, root, keys=asked) == {"account"}
    for name in ("nonce", "balance", "codeHash", "storageHash", "address"):
        last = told[name][-1]
        wrong = told | {name: told[name][:-1] + ("0" if last != "0" else "1")}
        assert failed(wrong, contract="0x" + ADDRESS.hex(), keys=asked), name
    for place in ("accountProof", 0, 1):
        nodes = told[place] if isinstance(place, str) else told["storageProof"][place]["proof"]
        for n, node in enumerate(nodes):
            for _ in range(60):
                bit = draw.randrange(4 * (len(node) - 2))
                wrong = copy.deepcopy(told)
                some = wrong[place] if isinstance(place, str) else wrong["storageProof"][place]
                text = format(int(node, 16) ^ 1 << bit, f"#0{len(node)}x")
                (some if isinstance(place, str) else some["proof"])[n] = text
                assert failed(wrong, keys=asked)


def test_nodes_left_out_added_doubled_or_moved_are_refused_in_either_half() -> None:
    told = answer(keys=[0, 1000, 3])
    for half in ("account", 0, 1):
        nodes = told["accountProof"] if half == "account" else told["storageProof"][half]["proof"]
        strange = told["storageProof"][2]["proof"][-1]
        for wrong in (
            nodes[:-1],
            nodes[1:],
            [],
            nodes[::-1],
            [*nodes, strange],
            [*nodes, nodes[-1]],
            [nodes[0], *nodes],
            [*nodes, "0x"],
            [*nodes, "0x80"],
        ):
            if wrong == nodes:  # one node, reversed
                continue
            changed = copy.deepcopy(told)
            if half == "account":
                changed["accountProof"] = wrong
            else:
                changed["storageProof"][half]["proof"] = wrong
            expected = "account" if half == "account" else "storage"
            assert failed(changed, keys=["0x0", hex(1000)]) == {expected}


def test_a_proof_of_another_key_contract_or_state_is_refused() -> None:
    told = answer(keys=[1, 2])
    told["storageProof"][0]["proof"], told["storageProof"][1]["proof"] = (
        told["storageProof"][1]["proof"],
        told["storageProof"][0]["proof"],
    )
    assert failed(told, keys=["0x1"]) == {"storage"}
    other = answer(keys=[1]) | {"address": "0x" + (bytes([8]) * 20).hex()}
    assert failed(other) == {"account"}
    assert failed(answer(keys=[1]), contract="0x" + NOBODY.hex()) == {"account"}
    twice = answer(keys=[1, 1])
    assert failed(twice, keys=["0x1"]) == {"storage"}


def test_what_the_command_line_says_wrongly_is_its_error() -> None:
    for root, contract, keys in (
        ("12", None, []),
        ("0x", None, []),
        ("0x" + "1" * 65, None, []),
        (ROOT, "0xzz", []),
        (ROOT, "0x" + "1" * 41, []),
        (ROOT, None, ["7"]),
        (ROOT, None, ["0x1"] * 2000),
    ):
        with pytest.raises(CommandError):
            verify_storage_proof(answer(), root, contract, keys)
    with pytest.raises(CommandError, match="no contract"):
        verify_storage_proof(WORLD.answer({11: [1]}), hex(WORLD.root))


def test_a_starknet_contract_with_keys_present_and_absent_is_proven() -> None:
    told = WORLD.answer({11: [1, 2, 77]})
    found = verify_storage_proof(told, hex(WORLD.root), "0xb", ["0x1", "0x2", hex(77)])
    assert found.verified, found.checks
    assert found.facts["values"] == {"0x1": "0x8", "0x2": "0xf", hex(77): "0x0"}
    assert (found.facts["chain"], found.facts["class_hash"]) == ("starknet", "0x5")
    absent = verify_storage_proof(WORLD.answer({13: []}), hex(WORLD.root), "0xd")
    assert absent.verified
    assert absent.facts["present"] is False
    assert failed(told, hex(WORLD.root ^ 1), "0xb", ["0x1"]) == {"account"}
    assert failed(told, hex(WORLD.root), "0xb", ["0x4"])


@pytest.mark.parametrize("named", [True, False])
def test_a_starknet_request_says_what_is_verified(named: bool) -> None:
    stores = [{"contract_address": "0xb", "storage_keys": ["0x1"]}]
    params: Any = ["latest", [], ["0xb"], stores]
    if named:
        params = {"block_id": "latest", "contracts_storage_keys": stores}
    request = {"method": "starknet_getStorageProof", "params": params}
    whole = {"request": request, "answer": {"result": WORLD.answer({11: [1]})}}
    found = verify_storage_proof(whole, hex(WORLD.root))
    assert found.verified, found.checks
    assert found.facts["values"] == {"0x1": "0x8"}
    two = [*stores, {"contract_address": "0xc", "storage_keys": []}]
    asked = {**request, "params": {"contracts_storage_keys": two}}
    with pytest.raises(CommandError, match="2 contracts"):
        verify_storage_proof({**whole, "request": asked}, hex(WORLD.root))


def test_every_altered_felt_of_a_starknet_answer_is_noticed() -> None:
    told = WORLD.answer({11: [1, 77]})
    text = json.dumps(told)
    places = [i for i, c in enumerate(text) if text[i : i + 2] == "0x"]
    noticed = 0
    for place in places:
        end = text.index('"', place)
        if text[place - 15 : place].endswith('block_hash": "'):
            continue  # bound by nothing: the caller compares it
        number = int(text[place:end], 16)
        wrong = text[:place] + hex(number ^ 1) + text[end:]
        assert failed(json.loads(wrong), hex(WORLD.root), "0xb", ["0x1", hex(77)]), place
        noticed += 1
    assert noticed > 30


@pytest.mark.parametrize(
    "document", [None, 7, [], {}, {"answer": {}}, {"request": 1, "answer": {}}, {"result": 3}]
)
def test_what_is_no_proof_is_a_failed_check(document: Any) -> None:
    assert failed(document, contract="0x1") == {"request"}


def test_hostile_sizes_are_refused_within_a_second_and_100_megabytes() -> None:
    big = "0x" + "ff" * 5_000_000
    tracemalloc.start()
    begun = time.perf_counter()
    for change in (
        {"accountProof": ["0x80"] * 1_000_000},
        {"accountProof": [big]},
        {"storageProof": [{}] * 1_000_000},
        {"storageProof": [{"key": "0x1", "value": "0x0", "proof": ["0x80"] * 1_000_000}]},
        {"storageProof": [{"key": "0x1", "value": "0x0", "proof": [big] * 60}]},
    ):
        assert failed(answer(keys=[1]) | change, keys=["0x1"])
    assert time.perf_counter() - begun < 2
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


TEXT = st.text(max_size=8) | st.sampled_from(["0x1", "0x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.booleans(), st.data())
def test_any_json_in_any_place_is_a_verdict(wrapped: bool, data: st.DataObject) -> None:
    told = answer(keys=[1, 1000])
    whole: Any = requested(ADDRESS, [1, 1000], told) if wrapped else told
    place = whole
    while True:
        steps = sorted(place) if isinstance(place, dict) else range(len(place))
        step = data.draw(st.sampled_from(steps))
        inner = place[step]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            place[step] = data.draw(JSON)
            break
        place = inner
    with suppress(CommandError):
        found = verify_storage_proof(whole, ROOT, None, [])
        assert all(check.why for check in found.checks)
