"""P18: whatever an answer is, a second and a hundred megabytes suffice, and an error is ours."""

import time
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.commit.starknet import compiled
from psephos.commit.starknet.answer import MAX_CONTRACTS, MAX_NODES
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_pair
from psephos.commit.starknet.proof import prove, prove_class
from psephos.errors import MalformedAnswer, VerificationFailed
from tests.commit.starknet.liars import attack
from tests.commit.starknet.proofs import Built, World, nodes_json
from tests.commit.starknet.test_proof import places, sample

REFUSED = (VerificationFailed, MalformedAnswer)


def nested(depth: int) -> list:
    found: list = []
    for _ in range(depth):
        found = [found]
    return found


def answer(**parts) -> dict:
    whole = {
        "classes_proof": [],
        "contracts_proof": {"nodes": [], "contract_leaves_data": []},
        "contracts_storage_proofs": [],
        "global_roots": {"contracts_tree_root": "0x1", "classes_tree_root": "0x0"},
    }
    return {**whole, **parts}


LONG = "0x" + "1" * 10_000_000
HOSTILE = {
    "a felt of ten million digits": answer(
        global_roots={"contracts_tree_root": LONG, "classes_tree_root": "0x0"}
    ),
    "a name of ten million digits": answer(classes_proof=[{"node_hash": LONG, "node": {}}]),
    "nested a hundred thousand deep": nested(100_000),
    "a felt nested a hundred thousand deep": answer(
        classes_proof=[{"node_hash": nested(100_000), "node": {}}]
    ),
    "a node nested a hundred thousand deep": answer(
        classes_proof=[{"node_hash": "0x1", "node": {"left": nested(100_000), "right": "0x1"}}]
    ),
    "a length nested a hundred thousand deep": answer(
        classes_proof=[
            {"node_hash": "0x1", "node": {"path": "0x0", "length": nested(10**5), "child": "0x1"}}
        ]
    ),
    "a length of a million bits": answer(
        classes_proof=[
            {"node_hash": "0x1", "node": {"path": "0x0", "length": 1 << 10**6, "child": "0x1"}}
        ]
    ),
    "a million nodes": answer(classes_proof=[{}] * 10**6),
    "a million storage proofs": answer(contracts_storage_proofs=[[]] * 10**6),
    "a node of a million parts": answer(
        classes_proof=[{"node_hash": "0x1", "node": dict.fromkeys(map(str, range(10**6)))}]
    ),
    "a million in place of a felt": answer(classes_proof=[{"node_hash": [0] * 10**6, "node": {}}]),
    "a number for a felt": answer(
        global_roots={"contracts_tree_root": 10**5000, "classes_tree_root": "0x0"}
    ),
}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["0x0", "0x1", hex(PRIME), hex(2**251)]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["node", "node_hash", "left", "right", "path", "length", "child"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(st.data())
def test_any_json_anywhere_is_refused_or_changes_nothing(data) -> None:
    told, asked = sample()
    path = data.draw(st.sampled_from(list(places(told))))
    inside = told
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = data.draw(JSON)
    with suppress(*REFUSED):
        assert prove(told, *asked).values == {3: 13, 2: 0}


def bounded(call) -> None:
    """Refused within a second of CPU, and with a hundred megabytes besides the answer's own."""
    compiled.pedersen_pairs([(1, 2)] * 300)
    compiled.poseidon_pairs([(1, 2)])
    began = time.process_time()
    with pytest.raises(REFUSED) as raised:
        call()
    assert time.process_time() - began < 1
    assert len(str(raised.value)) < 300
    tracemalloc.start()
    try:
        with pytest.raises(REFUSED):
            call()
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_answers_are_refused_quickly(what: str) -> None:
    bounded(lambda: prove(HOSTILE[what], 1, 1, [1]))
    bounded(lambda: prove_class(HOSTILE[what], 1, 1))


def test_the_largest_answer_is_refused_in_a_second_though_only_its_end_is_wrong() -> None:
    """As many nodes as there may be, all of them right but one, and as many contracts."""
    built = Built({}, lambda a, b: compiled.pedersen_pairs([(a, b)])[0])
    below = 1
    for i in range(MAX_NODES):
        below = built.add(("binary", below, i + 2))
    nodes = nodes_json(built.nodes)
    nodes[-1]["node"]["right"] = "0x1"
    leaves = [{"nonce": hex(i), "class_hash": "0x1"} for i in range(MAX_CONTRACTS)]
    roots = {"contracts_tree_root": hex(below), "classes_tree_root": "0x0"}
    proof = {"nodes": nodes, "contract_leaves_data": leaves}
    bounded(lambda: prove(answer(contracts_proof=proof, global_roots=roots), below, 1, [1]))


def test_leaves_without_storage_root_are_not_tried_without_end() -> None:
    state = World({5: (1, 1, {2: 3})}, {}, pedersen, poseidon_pair)
    told = state.answer({5: [2]})
    told["contracts_proof"]["contract_leaves_data"] = [
        {"nonce": hex(i), "class_hash": "0x9"} for i in range(MAX_CONTRACTS)
    ]
    bounded(lambda: prove(told, state.root, 5, [2]))


@pytest.mark.parametrize("seed", range(3))
def test_no_liar_gets_a_lie_accepted(seed: int) -> None:
    """Hash-consistent lies and others: `tests/commit/starknet/liars.py`; many more are `long`."""
    told = attack(seed, 1200)
    assert told["behind the hash: refused"] > 100
    assert sum(n for what, n in told.items() if what.endswith("refused")) > 400
