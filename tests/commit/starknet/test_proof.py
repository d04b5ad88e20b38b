"""Storage proofs: what honest answers prove, present and absent; every class of forgery by name."""

import copy
from functools import cache

import pytest

from psephos.commit.starknet import compiled
from psephos.commit.starknet.answer import Binary, Edge
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_pair
from psephos.commit.starknet.proof import prove, prove_class, walk
from psephos.commit.starknet.state import class_leaf
from psephos.errors import MalformedAnswer, VerificationFailed
from tests.commit.starknet.proofs import Built, World, nodes_json

TOKEN, EMPTY, NOBODY = 0x49D3, 2**250 + 5, 0x49D2
STORAGE = {2**247: 11, 2**247 + 1: 12, 3: 13, 2**251 - 1: PRIME - 1}
ABSENT = [0, 2, 2**247 + 2, 2**246, 2**250]
REFUSED = (VerificationFailed, MalformedAnswer)


@cache
def world() -> World:
    return World(
        {TOKEN: (77, 5, STORAGE), EMPTY: (78, 0, {}), 1: (0, 0, {9: 9}), 2**249: (5, 5, {1: 1})},
        {100: 1, 101: 2, 2**200: 3},
        pedersen,
        poseidon_pair,
    )


def test_presence_and_absence_are_proven_of_contracts_values_and_classes() -> None:
    state = world()
    keys = [*STORAGE, *ABSENT]
    found = prove(state.answer({TOKEN: keys}), state.root, TOKEN, keys)
    assert (found.present, found.class_hash, found.nonce) == (True, 77, 5)
    assert found.values == {**STORAGE, **dict.fromkeys(ABSENT, 0)}
    empty = prove(state.answer({EMPTY: [1]}), state.root, EMPTY, [1])
    assert (empty.class_hash, empty.storage_root, empty.values) == (78, 0, {1: 0})
    nobody = prove(state.answer({NOBODY: [1, 2]}), state.root, NOBODY, [1, 2])
    assert (nobody.present, nobody.values) == (False, {1: 0, 2: 0})
    system = prove(state.answer({1: [9]}), state.root, 1, [9])
    assert (system.class_hash, system.values) == (0, {9: 9})
    classes = state.answer({}, [100, 102])
    assert prove_class(classes, state.root, 100) == class_leaf(1)
    assert prove_class(classes, state.root, 102) == 0


def test_an_answer_for_many_contracts_proves_each() -> None:
    state = world()
    answer = state.answer({TOKEN: [3], NOBODY: [], EMPTY: [], 2**249: [1]}, [100])
    assert prove(answer, state.root, TOKEN, [3]).values == {3: 13}
    assert prove(answer, state.root, 2**249, [1]).values == {1: 1}
    assert not prove(answer, state.root, NOBODY, [7]).present
    with pytest.raises(VerificationFailed, match="missing"):
        prove(answer, state.root, TOKEN, [2**247])


def test_the_storage_root_may_be_left_out_and_an_absent_contract_may_be_null() -> None:
    state = world()
    answer = state.answer({TOKEN: [3], EMPTY: []})
    for leaf in answer["contracts_proof"]["contract_leaves_data"]:
        del leaf["storage_root"]
    assert prove(answer, state.root, TOKEN, [3]).values == {3: 13}
    assert prove(answer, state.root, EMPTY, []).class_hash == 78
    answer = state.answer({NOBODY: []})
    answer["contracts_proof"]["contract_leaves_data"] = [None]
    assert not prove(answer, state.root, NOBODY, []).present


def test_a_state_without_classes_has_the_root_of_its_version() -> None:
    state = World({TOKEN: (77, 5, {3: 1})}, {}, pedersen, poseidon_pair)
    answer = state.answer({TOKEN: [3]})
    for root in (state.root, state.contracts_trie.root):
        assert prove(answer, root, TOKEN, [3]).values == {3: 1}
        assert prove_class(answer, root, 5) == 0
    with pytest.raises(VerificationFailed, match="state root"):
        prove(answer, state.root + 1, TOKEN, [3])


def lists(answer) -> list[list]:
    """Every list of nodes in an answer."""
    return [
        answer["classes_proof"],
        answer["contracts_proof"]["nodes"],
        *answer["contracts_storage_proofs"],
    ]


def sample():
    """One answer, and what is asked of it."""
    state = world()
    return state.answer({TOKEN: [3, 2]}, [100]), (state.root, TOKEN, [3, 2])


def refused(answer, asked) -> None:
    with pytest.raises(REFUSED):
        prove(answer, *asked)


def test_a_dropped_node_is_refused_and_never_absence() -> None:
    """P1."""
    answer, asked = sample()
    for number, nodes in enumerate(lists(answer)):
        for position in range(len(nodes)):
            bad = copy.deepcopy(answer)
            del lists(bad)[number][position]
            with pytest.raises(VerificationFailed):
                prove_class(bad, asked[0], 100) if number == 0 else prove(bad, *asked)


def test_a_doubled_moved_or_foreign_node_is_refused() -> None:
    """P2."""
    answer, asked = sample()
    foreign = nodes_json(Built({5: 5}, pedersen).nodes)
    for number, nodes in enumerate(lists(answer)):
        for position, node in enumerate(nodes):
            for change in ("double", "append"):
                bad = copy.deepcopy(answer)
                lists(bad)[number].append(node if change == "double" else foreign[0])
                refused(bad, asked)
            bad = copy.deepcopy(answer)
            moved = lists(bad)[number].pop(position)
            lists(bad)[(number + 1) % 3].append(moved)
            refused(bad, asked)


def test_the_order_of_nodes_carries_nothing() -> None:
    answer, asked = sample()
    for nodes in lists(answer):
        nodes.reverse()
    assert prove(answer, *asked).values == {3: 13, 2: 0}


def test_a_proof_of_one_key_proves_no_other() -> None:
    """P3, P13."""
    state = world()
    answer = state.answer({TOKEN: [3]})
    with pytest.raises(VerificationFailed, match="missing"):
        prove(answer, state.root, TOKEN, [2**247])
    with pytest.raises(VerificationFailed, match=r"missing|leaf"):
        prove(answer, state.root, 2**249, [1])
    other = World({TOKEN: (77, 5, {3: 14})}, {}, pedersen, poseidon_pair)
    with pytest.raises(VerificationFailed, match="state root"):
        prove(other.answer({TOKEN: [3]}), state.root, TOKEN, [3])


def numbers(value, path=()):
    """Every number of an answer, with the way to it; the block hash is bound by nothing."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key != "block_hash":
                yield from numbers(item, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from numbers(item, (*path, position))
    else:
        yield path, value if isinstance(value, int) else int(value, 16)


def put(answer, path, number: int):
    bad = copy.deepcopy(answer)
    inside = bad
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = number if path[-1] == "length" else hex(number)
    return bad


def test_every_flipped_bit_of_a_sample_proof_is_refused() -> None:
    """P1, P9, P11: every number of an answer; here each 23rd bit, all of them in `tests/long`."""
    assert flipped(23) > 500


def flipped(step: int) -> int:
    """Flip bits of all felts, and all ten of lengths; how many flips were refused."""
    compiled.pedersen_pairs([])  # from here on everything is hashed by compiled code
    answer, asked = sample()
    flips = 0
    for path, number in numbers(answer):
        bits = range(10) if path[-1] == "length" else range(0, 256, step)
        for bit in bits:
            refused(put(answer, path, number ^ (1 << bit)), asked)
            flips += 1
    return flips


def test_every_flipped_bit_of_the_root_is_refused() -> None:
    answer, (root, contract, keys) = sample()
    for bit in range(256):
        with pytest.raises(REFUSED):
            prove(answer, root ^ (1 << bit), contract, keys)


def test_the_hash_of_the_other_trie_is_refused() -> None:
    """P12: contracts hashed by Poseidon, classes by Pedersen."""
    turned = World({TOKEN: (77, 5, STORAGE)}, {100: 1, 101: 2}, poseidon_pair, pedersen)
    answer = turned.answer({TOKEN: [3]}, [100])
    with pytest.raises(VerificationFailed, match="hash to its name"):
        prove(answer, turned.root, TOKEN, [3])
    with pytest.raises(VerificationFailed, match="hash to its name"):
        prove_class(answer, turned.root, 100)


def crafted(*nodes: tuple) -> tuple[int, dict]:
    """Nodes from the bottom up, each on the one before; its hash stands for None."""
    built, below = Built({}, pedersen), 1
    for node in nodes:
        below = built.add(tuple(below if part is None else part for part in node))
    return below, {"nodes": nodes_json(built.nodes)}


@pytest.mark.parametrize(
    ("what", "nodes"),
    [
        ("an edge of no bits", [("edge", None, 0, 0)]),
        ("an edge of no bits with a path", [("edge", None, 1, 0)]),
        ("an edge of negative length", [("edge", None, 0, -1)]),
        ("an edge longer than the trie", [("edge", None, 0, 252)]),
        ("an edge of a million bits", [("edge", None, 0, 10**6)]),
        ("a path that is longer than its edge", [("edge", None, 2, 1), ("edge", None, 0, 250)]),
        ("an edge below an edge", [("edge", None, 0, 1), ("edge", None, 0, 250)]),
        ("an edge longer than what is left", [("edge", None, 0, 251), ("binary", None, 5)]),
        ("an edge to nothing", [("edge", 0, 0, 251)]),
        ("a fork with nothing on one side", [("binary", None, 0)]),
        ("a trie that is too shallow", [("edge", None, 0, 250)]),
        ("a trie that is too deep", [("edge", None, 0, 251), ("binary", None, None)]),
    ],
)
def test_a_shape_that_no_trie_has_is_refused_though_its_hashes_are_right(what, nodes) -> None:
    """P4, P5, P11, behind the hash: the root commits to the lie."""
    root, proof = crafted(*nodes)
    answer = {
        "classes_proof": [],
        "contracts_proof": {**proof, "contract_leaves_data": []},
        "contracts_storage_proofs": [],
        "global_roots": {
            "contracts_tree_root": hex(root),
            "classes_tree_root": "0x0",
            "block_hash": "0x0",
        },
    }
    with pytest.raises(REFUSED):
        prove(answer, root, 0, [])


def test_a_cycle_ends() -> None:
    """Hashes have no cycles; were there one, a walk ends after 251 bits."""
    assert walk(1, 0, {1: Binary(1, 1)}) == walk(1, 0, {1: Edge(1, 0, 1)}) == 1
    with pytest.raises(VerificationFailed, match="longer"):
        walk(1, 0, {1: Edge(1, 0, 250)})


def test_a_value_that_is_the_hash_of_a_node_is_a_value() -> None:
    """P7: a leaf is told from a node by its depth, whatever it holds."""
    inner = Built({0: 7, 1: 8}, pedersen)
    name = next(n for n, node in inner.nodes.items() if node[0] == "binary")
    state = World({TOKEN: (1, 1, {0: 7, 1: 8, 2**250: name})}, {}, pedersen, poseidon_pair)
    answer = state.answer({TOKEN: [0, 2**250]})
    assert prove(answer, state.root, TOKEN, [0, 2**250]).values == {0: 7, 2**250: name}


def test_data_of_a_contract_that_is_not_there_are_refused() -> None:
    state = world()
    answer = state.answer({NOBODY: [1]})
    answer["contracts_proof"]["contract_leaves_data"][0]["class_hash"] = "0x5"
    with pytest.raises(VerificationFailed, match="not there"):
        prove(answer, state.root, NOBODY, [1])


WRONG = [None, True, 1, -1, 1.5, "", "0x", "0", "0x1_0", "0xg", hex(PRIME), "0x" + "f" * 64, [], {}]


def places(value, path=()):
    """The way to everything that stands in an answer; the block hash is bound by nothing."""
    if path and path[-1] != "block_hash":
        yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, key))


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_what_is_not_of_the_shape_is_refused_wherever_it_stands(wrong) -> None:
    """P9: every place of an answer in turn, and the answer itself."""
    answer, asked = sample()
    assert prove(answer, *asked).values == {3: 13, 2: 0}

    refused(wrong, asked)
    for path in list(places(answer)):
        if wrong == [] and path == ("classes_proof",):
            continue  # nothing is asked of classes
        if wrong is None and path[-1] == "storage_root":
            continue  # it may be left out
        bad = copy.deepcopy(answer)
        inside = bad
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = wrong
        refused(bad, asked)


def test_huge_answers_are_refused_before_they_are_hashed() -> None:
    """P10, P18."""
    answer, asked = sample()
    for path, count in (
        (("classes_proof",), 5000),
        (("contracts_storage_proofs",), 5000),
        (("contracts_proof", "nodes"), 5000),
        (("contracts_proof", "contract_leaves_data"), 5000),
    ):
        bad = copy.deepcopy(answer)
        inside = bad
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = [[]] * count
        with pytest.raises(MalformedAnswer, match="more than"):
            prove(bad, *asked)
    bad = copy.deepcopy(answer)
    bad["contracts_storage_proofs"] = [bad["contracts_proof"]["nodes"] * 1000] * 4
    with pytest.raises(MalformedAnswer, match="more than"):
        prove(bad, *asked)


@pytest.mark.parametrize("key", [-1, 2**251, 2**300, None, "0x3", 3.0, True])
def test_a_question_out_of_range_is_refused(key) -> None:
    answer, (root, contract, _) = sample()
    for ask in (
        lambda: prove(answer, root, key, []),
        lambda: prove(answer, root, contract, [key]),
        lambda: prove_class(answer, root, key),
    ):
        with pytest.raises(MalformedAnswer):
            ask()
