"""State roots: published leaves and roots, and real runs of blocks replayed to every root."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.starknet.felt import PRIME, felt
from psephos.commit.starknet.patricia import root
from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_many, poseidon_pair
from psephos.commit.starknet.state import STATE, State, class_leaf, contract_leaf, global_root
from psephos.errors import MalformedAnswer


def test_published_leaves_and_roots() -> None:
    """eqlabs/pathfinder and starkware-libs/sequencer."""
    assert contract_leaf(1, 2, 3) == (
        0x7FDEB85518534A06E6B50C2CCDEA7BBF3D47C607A9B36FBF690C41274976950
    )
    assert class_leaf(1) == 0x2F57789E16766426FE7F33B3EC589957350BE6F186A75FE2B3EE0503A421323
    one_two = 0x794DF522F4BC0D998D32559D28CE3A436BFA592902B1BDA398023BAD7C1F71E
    assert global_root(1, 2, since_0_14=False) == global_root(1, 2, since_0_14=True) == one_two


def test_an_empty_state_is_zero_and_one_without_classes_differs_by_version() -> None:
    assert contract_leaf(0, 0, 0) == 0
    assert global_root(0, 0, since_0_14=False) == global_root(0, 0, since_0_14=True) == 0
    assert global_root(7, 0, since_0_14=False) == 7
    assert global_root(7, 0, since_0_14=True) == poseidon_many([STATE, 7, 0])
    assert global_root(0, 7, since_0_14=False) == poseidon_many([STATE, 0, 7])


def changes(update: dict) -> dict:
    """A gateway's state diff as `State.apply` takes it."""
    diff = update["state_diff"]
    return {
        "storage": {
            felt(address): {felt(entry["key"]): felt(entry["value"]) for entry in entries}
            for address, entries in diff["storage_diffs"].items()
        },
        "contracts": {
            felt(entry["address"]): felt(entry["class_hash"])
            for entry in diff["deployed_contracts"] + diff.get("replaced_classes", [])
        },
        "nonces": {felt(a): felt(n) for a, n in diff.get("nonces", {}).items()},
        "classes": {
            felt(entry["class_hash"]): felt(entry["compiled_class_hash"])
            for entry in diff.get("declared_classes", [])
        },
    }


@pytest.mark.parametrize(("network", "last"), [("mainnet", 2), ("sepolia", 6), ("goerli2", 6)])
def test_real_blocks_replay_to_every_state_root(real_data: Path, network: str, last: int) -> None:
    state = State()
    for number in range(last + 1):
        file = real_data / "starknet" / "feeder" / network / "state_update" / f"{number}.json"
        update = json.loads(file.read_text())
        state.apply(**changes(update))
        told = "0x" + update["new_root"].removeprefix("0x")
        assert state.root(since_0_14=False) == felt(told), number


ADDRESSES = st.integers(0, 3)
TABLE = st.dictionaries(ADDRESSES, st.integers(0, 2), max_size=3)
DIFFS = st.fixed_dictionaries(
    {
        "storage": st.dictionaries(ADDRESSES, TABLE, max_size=3),
        "contracts": TABLE,
        "nonces": TABLE,
        "classes": TABLE,
    }
)


@settings(max_examples=12)
@given(st.lists(DIFFS, max_size=3))
def test_a_replayed_state_has_the_root_of_its_own_tables(diffs: list[dict]) -> None:
    state = State()
    held: dict[str, dict] = {"storage": {}, "contracts": {}, "nonces": {}, "classes": {}}
    for diff in diffs:
        state.apply(**diff)
        for name in ("contracts", "nonces", "classes"):
            held[name].update(diff[name])
        for address, entries in diff["storage"].items():
            held["storage"].setdefault(address, {}).update(entries)
        leaves = {
            address: contract_leaf(
                held["contracts"].get(address, 0),
                root(held["storage"].get(address, {}), 251, pedersen),
                held["nonces"].get(address, 0),
            )
            for address in range(4)
        }
        classes = {key: class_leaf(value) for key, value in held["classes"].items()}
        expected = global_root(
            root(leaves, 251, pedersen), root(classes, 251, poseidon_pair), since_0_14=True
        )
        assert state.root(since_0_14=True) == expected


def test_a_wrong_diff_changes_nothing() -> None:
    state = State()
    state.apply(storage={1: {2: 3}}, contracts={1: 5})
    before = state.root(since_0_14=True)
    for wrong in (
        {"storage": {1: {2: 4}}, "nonces": {1: PRIME}},
        {"storage": {2**251: {2: 4}}},
        {"storage": {1: {2**251: 4}}},
        {"contracts": {1: 6}, "classes": {-1: 1}},
    ):
        with pytest.raises(MalformedAnswer):
            state.apply(**wrong)
        assert state.root(since_0_14=True) == before
