"""Simulated Starknet blocks are of the official shape, and differ by their seed alone."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from psephos.commit.starknet.hashes import EXACT, compiled
from psephos.commit.starknet.recompute import recompute
from psephos.commit.starknet.shapes import read_document, read_state_update
from psephos.commit.starknet.versions import CHAINS
from tests.commit.starknet.published import PUBLISHED
from tests.simulated.starknet_block import LARGE, Shape, simulated


@pytest.mark.parametrize("seed", range(4))
def test_a_simulated_block_and_its_state_update_are_of_the_official_shape(
    real_data: Path, seed: int
) -> None:
    described = json.loads((real_data / "starknet/spec/starknet_api_openrpc.json").read_text())
    block, update = simulated(seed, compiled(), number=seed)
    for name, told in (("BLOCK_WITH_RECEIPTS", block), ("STATE_UPDATE", update)):
        schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        Draft7Validator(schema).validate(told)


def test_a_seed_gives_one_block_and_another_seed_another() -> None:
    assert simulated(1, compiled()) == simulated(1, compiled())
    assert simulated(1, compiled())[0]["block_hash"] != simulated(2, compiled())[0]["block_hash"]


@pytest.mark.parametrize("version", ["0.13.3", "0.14.1"])
def test_exact_compiled_and_published_hashes_agree_on_a_block(version: str) -> None:
    shape = Shape(transactions=9, calldata=3, events=7, event_data=2, contracts=2, storage=5)
    block, update = simulated(3, compiled(), shape=shape, version=version)
    read, diff = read_document(block).block, read_state_update(update).diff
    found = [
        recompute(read, diff, CHAINS["SN_SEPOLIA"], hashes)
        for hashes in (EXACT, compiled(), PUBLISHED)
    ]
    assert found[0] == found[1] == found[2]
    assert found[0].hash == int(block["block_hash"], 16)


def test_the_shape_of_the_benchmark_is_the_one_it_states() -> None:
    block, update = simulated(4, compiled(), shape=LARGE)
    assert (block["transaction_count"], block["event_count"]) == (200, 400)
    entries = [e for d in update["state_diff"]["storage_diffs"] for e in d["storage_entries"]]
    assert len(entries) == 1_500
    assert all(len(entry["transaction"]["calldata"]) == 50 for entry in block["transactions"])
    events = [e for entry in block["transactions"] for e in entry["receipt"]["events"]]
    assert all(len(event["keys"]) + len(event["data"]) == 11 for event in events)
