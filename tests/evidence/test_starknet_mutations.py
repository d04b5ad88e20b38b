"""An altered value of a block is noticed by a check, or declared to be bound by nothing.

Whole documents are altered, not fields that we happened to think of: every leaf, every list,
every key that is a felt; of simulated blocks in both shapes, and of real ones where they are.
"""

import json
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from psephos.commit.starknet.block import Block, Event, Message, Receipt, StateDiff, Update
from psephos.commit.starknet.bound import BOUND, NEVER_READ, UNBOUND
from psephos.commit.starknet.hashes import compiled
from psephos.commit.starknet.transaction import Transaction
from psephos.evidence.check import Verdict
from psephos.evidence.starknet_block import verify_starknet_block
from tests.commit.starknet.altered import get, key_renamed, leaves, lists, other, put, reordered
from tests.simulated.starknet_block import Shape, as_gateway, simulated

SMALL = Shape(transactions=9, calldata=2, events=10, event_data=2, contracts=2, storage=4)
Pair = dict[str, Any]


def verify(pair: Pair, chain: str | None = None) -> Verdict:
    block, update = pair["block"], pair.get("update")
    return verify_starknet_block(block, update, None, chain=chain, hashes=compiled())


def failed(verdict: Verdict) -> bool:
    return any(check.status == "failed" for check in verdict.checks)


def noticed(verdict: Verdict) -> bool:
    """Whether a reader sees that something is not as it should be: wrong, or not verified."""
    return failed(verdict) or not verdict.verified


def unread(path: tuple[str | int, ...]) -> bool:
    """Whether the path leads to what the table says that no hash takes in."""
    names = [str(key) for key in path]
    if names[-2:] in (["receipt", "type"], ["execution_resources", "l2_gas"]):
        return True
    if names[-2:] == ["total_gas_consumed", "l2_gas"]:
        return True
    if names[0] == "update" and names[-1] == "old_root":
        return True
    return any(name in NEVER_READ for name in names)


@cache
def pairs() -> dict[str, Pair]:
    block, update = simulated(11, compiled(), shape=SMALL)
    gateway, its_update = as_gateway(block, update)
    old, old_update = simulated(12, compiled(), shape=SMALL, version="0.13.2")
    return {
        "node 0.14.1": {"block": block, "update": update},
        "gateway 0.14.1": {"block": gateway, "update": its_update},
        "node 0.13.2": {"block": old, "update": old_update},
    }


def free(name: str, path: tuple[str | int, ...]) -> bool:
    """Whether this era leaves the value free: prices of L2 gas enter with 0.13.4."""
    return name.endswith("0.13.2") and "l2_gas_price" in path


NAMES = ("node 0.14.1", "gateway 0.14.1", "node 0.13.2")


@pytest.mark.parametrize("name", NAMES)
def test_every_altered_value_fails_a_check_or_is_declared_unbound(name: str) -> None:
    """An altered version may be one whose formulas are not known: then nothing is verified."""
    pair = pairs()[name]
    assert verify(pair).verified
    silent, loud = [], []
    for path in leaves(pair):
        verdict = verify(put(pair, path, other(get(pair, path))))
        if unread(path) or free(name, path):
            loud += [path] if noticed(verdict) else []
        else:
            seen = noticed if path[-1] == "starknet_version" else failed
            silent += [] if seen(verdict) else [path]
    assert not silent
    assert not loud, "declared unbound, yet noticed: the table is wrong"


def alike(path: tuple[str | int, ...], how: str, values: list[Any]) -> bool:
    """Orders that the commitment does not bind: a state diff is sorted before it is hashed."""
    return path[0] == "update" and how == "moved"


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_that_is_dropped_doubled_or_moved_fails_a_check(name: str) -> None:
    pair = pairs()[name]
    checked = 0
    for path in lists(pair):
        values = get(pair, path)
        for how, changed in reordered(values):
            verdict = verify(put(pair, path, changed))
            assert failed(verdict) is not alike(path, how, values), (path, how)
            checked += 1
    assert checked > 100


def felt_keys(document: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(document, dict):
        for key, value in document.items():
            if key.startswith("0x"):
                yield (*path, key)
            yield from felt_keys(value, (*path, key))


def test_every_altered_address_that_is_a_key_fails_a_check() -> None:
    pair = pairs()["gateway 0.14.1"]
    found = list(felt_keys(pair))
    assert len(found) >= 5
    for path in found:
        assert failed(verify(key_renamed(pair, path))), path


def test_what_is_left_out_is_refused_or_lowers_the_level_and_never_lies() -> None:
    """Without a key the block still has its own hash, or it is not verified."""
    for pair in pairs().values():
        own = verify(pair).facts["hash"]
        for path in leaves(pair["block"]):
            *to, key = path
            parent = get(pair["block"], tuple(to))
            if isinstance(parent, dict):
                less = {k: v for k, v in parent.items() if k != key}
                verdict = verify({**pair, "block": put(pair["block"], tuple(to), less)})
                assert not verdict.verified or verdict.facts["hash"] == own, path


def test_every_field_that_is_read_is_in_the_table_of_what_binds_it() -> None:
    parts = {
        "block": Block,
        "transaction": Transaction,
        "receipt": Receipt,
        "event": Event,
        "message": Message,
        "update": Update,
        "state_diff": StateDiff,
    }
    read = {f"{name}.{field.name}" for name, of in parts.items() for field in fields(of)}
    assert read == (BOUND.keys() | UNBOUND.keys()) - {"event.transaction"}


REAL = {
    "rpc/blockWithReceipts/sepolia3100000.json": "rpc/stateUpdate/sepolia3100000.json",
    "feeder/pathfinder/0.13.2/block/sepolia_integration_35748.json": (
        "feeder/pathfinder/0.13.2/state_update/sepolia_integration_35748.json"
    ),
    "feeder/pathfinder/0.13.4/block/sepolia_integration_63881.json": (
        "feeder/pathfinder/0.13.4/state_update/sepolia_integration_63881.json"
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_every_altered_value_of_a_real_block_is_noticed_or_declared_unbound(
    real_data: Path, name: str
) -> None:
    folder = real_data / "starknet"
    block, update = (json.loads((folder / file).read_text()) for file in (name, REAL[name]))
    pair = {"block": block.get("result", block), "update": update.get("result", update)}
    assert verify(pair).verified
    for path in leaves(pair):
        verdict = verify(put(pair, path, other(get(pair, path))))
        silent = unread(path) or (
            block.get("starknet_version") == "0.13.2" and free("0.13.2", path)
        )
        assert noticed(verdict) is not silent, path


UNBOUND_BEFORE_0_13_2 = {
    "actual_fee",
    "l2_to_l1_messages",
    "execution_status",
    "status",
    "starknet_version",
    "transaction_commitment",
    "event_commitment",
}


@pytest.mark.parametrize("file", ["sepolia/block/5.json", "goerli2/block/110238.json"])
def test_what_an_old_real_block_binds_is_what_the_table_says(real_data: Path, file: str) -> None:
    """Fees, messages and outcomes of blocks before 0.13.2 are as somebody told them."""
    block = json.loads((real_data / "starknet/feeder" / file).read_text())
    for path in leaves(block):
        changed = put(block, path, other(get(block, path)))
        names = {str(key) for key in path}
        bound = not names & (UNBOUND_BEFORE_0_13_2 | NEVER_READ.keys())
        bound &= not any(name.endswith(("gas_price", "da_mode")) for name in names)
        if bound:
            assert noticed(verify({"block": changed})), path
        elif "starknet_version" not in names and "execution_status" not in names:
            assert not noticed(verify({"block": changed})), path


def test_before_0_13_2_the_signature_binds_every_value_of_the_state_diff(real_data: Path) -> None:
    folder = real_data / "starknet/feeder/sepolia"
    block, update, signature = (
        json.loads((folder / kind / "4.json").read_text())
        for kind in ("block", "state_update", "signature")
    )
    assert not failed(
        verify_starknet_block(block, update, signature, chain=None, hashes=compiled())
    )
    for path in (path for path in leaves(update) if path[-1] != "old_root"):
        changed = put(update, path, other(get(update, path)))
        verdict = verify_starknet_block(block, changed, signature, chain=None, hashes=compiled())
        assert failed(verdict), path
