"""The simulated Starknet chain: its blocks verify, its answers are of the official shape."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from psephos.commit.starknet.proof import prove
from psephos.evidence.starknet_block import verify_starknet_block
from tests.simulated.rpc import Refused
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_books import selector
from tests.simulated.starknet_rpc import METHODS, Server, answer
from tests.simulated.starknet_scene import (
    PEOPLE,
    SPACE,
    STAKING,
    TOKEN,
    VSTRK,
    WRAPPED,
)
from tests.simulated.starknet_view import COMMITTED, View


@pytest.fixture(scope="module")
def chain() -> StarknetChain:
    made = StarknetChain(seed=4, version={0: "0.13.4", 60: "0.14.1"})
    made.grow(169)
    return made


def questions(chain: StarknetChain) -> list[tuple[str, dict[str, Any]]]:
    """Every method, and each kind of block id."""
    block, latest = chain.blocks[120].told, {"block_id": "latest"}
    asked = [(name, {}) for name, (names, _) in METHODS.items() if not names]
    ids = ("latest", "l1_accepted", {"block_number": 7}, {"block_hash": block["block_hash"]})
    for body in ("TxHashes", "Txs", "Receipts"):
        asked += [(f"starknet_getBlockWith{body}", {"block_id": one}) for one in ids]
    asked += [("starknet_getStateUpdate", {"block_id": one}) for one in ids]
    asked += [("starknet_getBlockTransactionCount", {"block_id": one}) for one in ids]
    for entry in block["transactions"]:
        told = {"transaction_hash": entry["receipt"]["transaction_hash"]}
        asked.append(("starknet_getTransactionReceipt", told))
    wanted = {"from_block": {"block_number": 3}, "to_block": "latest", "chunk_size": 50}
    asked.append(("starknet_getEvents", {"filter": wanted}))
    for name in ("starknet_getClassHashAt", "starknet_getNonce"):
        asked.append((name, latest | {"contract_address": hex(PEOPLE[0])}))
    request = {"contract_address": hex(TOKEN), "calldata": []}
    request["entry_point_selector"] = hex(selector("total_supply"))
    asked.append(("starknet_call", latest | {"request": request}))
    stored = [{"contract_address": hex(TOKEN), "storage_keys": ["0x5"]}]
    asked.append(("starknet_getStorageProof", latest | {"contracts_storage_keys": stored}))
    return asked


def test_every_answer_and_every_question_is_of_the_official_shape(
    chain: StarknetChain, real_data: Path
) -> None:
    described = json.loads((real_data / "starknet/spec/starknet_api_openrpc.json").read_text())
    methods = {method["name"]: method for method in described["methods"]}
    for name, params in questions(chain):
        told = answer(View(chain), name, params)
        components = {"components": described["components"]}
        Draft7Validator(closed(methods[name]["result"]["schema"]) | components).validate(told)
        for param in methods[name]["params"]:
            if param["name"] in params:
                Draft7Validator(param["schema"] | components).validate(params[param["name"]])
    assert {name for name, _ in questions(chain)} == METHODS.keys()
    for body in ("TX_HASHES", "TXS", "RECEIPTS"):
        schema = {"$ref": f"#/components/schemas/PRE_CONFIRMED_BLOCK_WITH_{body}"}
        opened = View(chain).opened({"TX_HASHES": "hashes"}.get(body, body.lower()))
        Draft7Validator(schema | components).validate(opened)


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The alternative of a closed block: the description lets it pass as an open one, too."""
    others = [one for one in schema.get("oneOf", ()) if not one["title"].startswith("Pre-conf")]
    return others[0] if len(others) == 1 else schema


def test_older_versions_leave_out_what_they_did_not_have(chain: StarknetChain) -> None:
    """0.8 and 0.9 have no commitments in headers, no places of events, no list of addresses."""
    for spec in ("0.8", "0.9"):
        view = View(chain, spec)
        block = answer(view, "starknet_getBlockWithReceipts", ["latest"])
        assert not set(COMMITTED) & block.keys()
        page = answer(view, "starknet_getEvents", [{"chunk_size": 2, "address": hex(TOKEN)}])
        assert not {"event_index", "transaction_index"} & page["events"][0].keys()
        with pytest.raises(Refused, match="address"):
            answer(view, "starknet_getEvents", [{"chunk_size": 2, "address": [hex(TOKEN)]}])
    with pytest.raises(Refused, match="block_id"):
        answer(View(chain, "0.8"), "starknet_getBlockWithReceipts", ["l1_accepted"])
    assert "parent_hash" in answer(View(chain, "0.8"), "starknet_getBlockWithTxs", ["pending"])
    assert "block_number" in answer(View(chain), "starknet_getBlockWithTxs", ["pre_confirmed"])


@pytest.mark.parametrize("number", [0, 20, 59, 60, 100, 151, 169])
def test_blocks_verify_to_their_hash(chain: StarknetChain, number: int) -> None:
    block = chain.blocks[number]
    verdict = verify_starknet_block(block.told, block.update, None, chain="SN_SEPOLIA")
    passed = {check.name for check in verdict.checks if check.status == "passed"}
    assert verdict.verified
    assert "state diff commitment" in passed


def test_blocks_follow_each_other_also_after_a_reorganisation() -> None:
    chain = StarknetChain(seed=1)
    chain.grow(30)
    old = [block.hash for block in chain.blocks]
    other = chain.copy()
    other.reorg(12, longer=3)
    assert [block.hash for block in chain.blocks] == old
    new = [block.hash for block in other.blocks]
    assert new[:19] == old[:19]
    assert not set(new[19:]) & set(old)
    assert len(new) == len(old) + 3
    for before, block in zip(other.blocks, other.blocks[1:], strict=False):
        assert block.told["parent_hash"] == before.told["block_hash"]
        assert block.update["old_root"] == before.update["new_root"]


def test_a_storage_proof_holds_under_the_root_of_its_block(chain: StarknetChain) -> None:
    keys = {"contract_address": hex(1), "storage_keys": [hex(100), hex(10_000)]}
    told = answer(
        View(chain),
        "starknet_getStorageProof",
        {"block_id": "latest", "contract_addresses": [hex(1)], "contracts_storage_keys": [keys]},
    )
    root = int(chain.blocks[-1].told["new_root"], 16)
    proven = prove(told, root, 1, [100, 10_000])
    assert proven.values == {100: chain.blocks[100].hash, 10_000: 0}


def test_pages_of_events_put_together_are_all_events(chain: StarknetChain) -> None:
    view = View(chain)
    wanted: dict[str, Any] = {"keys": [[], [hex(PEOPLE[3])]], "chunk_size": 3}
    found, token = [], None
    while True:
        page = answer(view, "starknet_getEvents", [wanted | {"continuation_token": token}])
        found += page["events"]
        token = page.get("continuation_token")
        if token is None:
            break
    expected = [
        event
        for block in chain.blocks
        for entry in block.told["transactions"]
        for event in entry["receipt"]["events"]
        if len(event["keys"]) > 1 and int(event["keys"][1], 16) == PEOPLE[3]
    ]
    assert [event["data"] for event in found] == [event["data"] for event in expected]
    assert len(expected) > 3
    for params, code in (
        ({"chunk_size": 1025}, 31),
        ({"chunk_size": 1, "continuation_token": "x"}, 33),
    ):
        with pytest.raises(Refused) as refused:
            answer(view, "starknet_getEvents", [params])
        assert refused.value.error["code"] == code


def test_books_are_what_the_events_add_up_to(chain: StarknetChain) -> None:
    """Balances, stakes and power replayed from events are the simulator's own."""
    balance: dict[tuple[int, int], int] = {}
    own: dict[int, int] = {}
    power: dict[int, int] = {}
    seen = set()
    for _, contract, keys, data in told(chain):
        seen.add((contract, keys[0]))
        if keys[0] == selector("Transfer"):
            giver, taker = keys[1:] if contract == WRAPPED else data[:2]
            amount = data[-2] + (data[-1] << 128)
            balance[contract, giver] = balance.get((contract, giver), 0) - amount
            balance[contract, taker] = balance.get((contract, taker), 0) + amount
        elif keys[0] in (selector("NewStaker"), selector("StakeBalanceChanged")):
            own[keys[1]] = data[2]
        elif keys[0] == selector("StakeOwnBalanceChanged"):
            own[keys[1]] = data[1]
        elif keys[0] == selector("StakerExitIntent"):
            own[keys[1]] = 0
        elif keys[0] == selector("DeleteStaker"):
            del own[keys[1]]
        elif keys[0] == selector("DelegateVotesChanged"):
            power[data[0]] = data[3] + (data[4] << 128)
    books = chain.blocks[-1].books
    assert {k: v for k, v in balance.items() if k[1] and v} == {
        k: v for k, v in books.balance.items() if v
    }
    assert own == books.own
    assert power == books.power
    for name, contract in (
        ("StakeDelegatedBalanceChanged", STAKING), ("StakerAttestationSuccessful", None),
        ("VoteCast", SPACE), ("ProposalExecuted", SPACE), ("DelegateChanged", VSTRK),
        ("RemoveFromDelegationPoolAction", STAKING), ("StakerRewardsUpdated", STAKING),
    ):  # fmt: skip
        assert any(key == selector(name) and contract in (None, c) for c, key in seen), name


def told(chain: StarknetChain) -> list[tuple[int, int, tuple[int, ...], tuple[int, ...]]]:
    return [
        (
            number,
            int(event["from_address"], 16),
            tuple(int(k, 16) for k in event["keys"]),
            tuple(int(d, 16) for d in event["data"]),
        )
        for number, block in enumerate(chain.blocks)
        for entry in block.told["transactions"]
        for event in entry["receipt"]["events"]
    ]


def test_the_same_is_answered_over_http(chain: StarknetChain) -> None:
    import urllib.request

    with Server(View(chain)) as server:
        asked = [
            {"jsonrpc": "2.0", "id": i, "method": name, "params": params}
            for i, (name, params) in enumerate(questions(chain)[:8])
        ]
        request = urllib.request.Request(server.url, json.dumps(asked).encode())
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request) as response:
            found = json.loads(response.read())
        assert [one["result"] for one in found] == [
            answer(View(chain), one["method"], one["params"]) for one in asked
        ]
