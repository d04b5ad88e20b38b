"""A liar with a seed: honest storage proofs, spoiled in one place.

Two kinds of lie. Those *before the hash* change an answer and keep the root: whatever is still
accepted must be the truth. Those *behind the hash* put a node that no trie has on the way to a
key, and hash everything above it anew, so that the root itself commits to the lie: they must be
refused, since random bytes never get past the first hash and would test nothing but it.
"""

import copy
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any

from psephos.commit.starknet import compiled
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.proof import prove
from psephos.commit.starknet.state import STATE
from psephos.errors import MalformedAnswer, VerificationFailed
from tests.commit.starknet.proofs import Built, World, nodes_json

Json = Any
Asked = tuple[int, int, list[int]]
"""State root, contract, keys."""


@lru_cache(maxsize=1 << 16)
def pedersen(a: int, b: int) -> int:
    return compiled.pedersen_pairs([(a, b)])[0]


@lru_cache(maxsize=1 << 12)
def poseidon(a: int, b: int) -> int:
    return compiled.poseidon_pairs([(a, b)])[0]


def key(rng: Random) -> int:
    """Keys that share bits above, or below, or none."""
    return rng.choice(
        (
            *(rng.randrange(8), 2**251 - 1 - rng.randrange(8), rng.randrange(8) << 248),
            *(rng.randrange(2**251), 1 << rng.randrange(251)),
        )
    )


def world(rng: Random) -> World:
    """A few contracts with a few entries each, and sometimes classes."""
    contracts = {
        key(rng): (
            rng.choice((0, 7, PRIME - 1)),
            rng.randrange(3),
            {key(rng): rng.randrange(1, PRIME) for _ in range(rng.randrange(7))},
        )
        for _ in range(rng.randrange(1, 6))
    }
    classes = {key(rng): rng.randrange(9) for _ in range(rng.randrange(3))}
    return World(contracts, classes, pedersen, poseidon)


def lists(answer: Json) -> list[list[Json]]:
    return [
        *answer["contracts_storage_proofs"],
        answer["contracts_proof"]["nodes"],
        answer["classes_proof"],
    ]


def drop(rng: Random, answer: Json) -> None:
    nodes = rng.choice(lists(answer))
    if nodes:
        del nodes[rng.randrange(len(nodes))]


def double(rng: Random, answer: Json) -> None:
    nodes = rng.choice(lists(answer))
    if nodes:
        nodes.insert(rng.randrange(len(nodes)), rng.choice(nodes))


def move(rng: Random, answer: Json) -> None:
    nodes = rng.choice(lists(answer))
    if nodes:
        rng.choice(lists(answer)).append(nodes.pop(rng.randrange(len(nodes))))


def swap(rng: Random, answer: Json) -> None:
    """The node of one name under that of another; or a fork's two sides."""
    nodes = rng.choice(lists(answer))
    if nodes:
        a, b = rng.choice(nodes), rng.choice(nodes)
        a["node"], b["node"] = b["node"], a["node"]
        if "left" in a["node"]:
            a["node"] = {"left": a["node"]["right"], "right": a["node"]["left"]}


def flip(rng: Random, answer: Json) -> None:
    """One bit of any number."""
    nodes = [entry for part in lists(answer) for entry in part]
    places: list[tuple[Json, str]] = [(entry, "node_hash") for entry in nodes]
    places += [(entry["node"], name) for entry in nodes for name in entry["node"]]
    for part in (*answer["contracts_proof"]["contract_leaves_data"], answer["global_roots"]):
        places += [(part, name) for name in part]
    inside, name = rng.choice(places)
    if name == "length":
        inside[name] ^= 1 << rng.randrange(10)
    else:
        inside[name] = hex(int(inside[name], 16) ^ (1 << rng.randrange(256)))


def graft(rng: Random, answer: Json) -> None:
    """A true node of another trie."""
    other = Built({key(rng): 1 + rng.randrange(9) for _ in range(3)}, pedersen)
    rng.choice(lists(answer)).append(rng.choice(nodes_json(other.nodes)))


def compensate(rng: Random, answer: Json) -> None:
    """An edge of another length, its path moved to fit (the hash adds the length)."""
    nodes = [e["node"] for part in lists(answer) for e in part if "length" in e["node"]]
    if nodes:
        node = rng.choice(nodes)
        by = rng.choice((-2, -1, 1, 2))
        node["length"] += by
        node["path"] = hex((int(node["path"], 16) + rng.choice((-by, by, 0))) % PRIME)


def empty(rng: Random, answer: Json) -> None:
    """A whole part left out, or another contract's in its place."""
    answer["contracts_storage_proofs"].reverse()
    part = rng.choice(lists(answer))
    if rng.random() < 0.7:
        part.clear()


def data(rng: Random, answer: Json) -> None:
    """Leaf data of another contract, or none, or without a storage root."""
    leaves = answer["contracts_proof"]["contract_leaves_data"]
    at = rng.randrange(len(leaves))
    leaves[at] = rng.choice(
        (
            None,
            {"nonce": "0x1", "class_hash": "0x7"},
            {"nonce": "0x0", "class_hash": "0x0", "storage_root": "0x0"},
            {name: value for name, value in leaves[at].items() if name != "storage_root"},
        )
    )


BEFORE: tuple[Callable[[Random, Json], None], ...] = (
    *(drop, double, move, swap, flip, graft, compensate, empty, data),
)


def spoiled(rng: Random, node: tuple) -> tuple[bool, list[tuple]] | None:
    """What takes a node's place, from above; whether no trie at all can have it.

    None where the lie has no place. An edge of another length may stand in some trie: absence
    that it shows is right, anything else below it is not.
    """
    match rng.randrange(7), node[0]:
        case 0, "edge" if node[3] > 1:  # an edge in two
            cut = rng.randrange(1, node[3])
            low = ("edge", node[1], node[2] & ((1 << cut) - 1), cut)
            return True, [("edge", None, node[2] >> cut, node[3] - cut), low]
        case 1, "edge":  # longer
            longer = node[3] + rng.choice((1, 2, 251))
            return longer > 251, [("edge", node[1], node[2], longer)]
        case 2, "edge":  # shorter: what is below comes too early
            return node[3] == 1, [("edge", node[1], node[2] >> 1, node[3] - 1)]
        case 3, "edge" if node[3] < 251:  # bits beyond the length
            return True, [("edge", node[1], node[2] | 1 << node[3], node[3])]
        case 4, "edge":
            return True, [("edge", 0, node[2], node[3])]
        case 5, _:  # an edge of no length in between
            return True, [("edge", None, rng.randrange(2), 0), node]
        case 6, "binary":  # nothing on one side
            sides = [node[1], node[2]]
            sides[rng.randrange(2)] = 0
            return True, [("binary", *sides)]
    return None


def rehashed(path: list[tuple[int, tuple]], lie: list[tuple]) -> Built:
    """The nodes of `path` from the root down, the last of them replaced, hashed anew.

    None in a node is where the next one hangs.
    """
    built = Built({}, pedersen)
    below = 0
    for node in reversed(lie):
        below = built.add(tuple(below if part is None else part for part in node))
    names = [name for name, _ in path]
    for hole, (_, node) in zip(reversed(names[1:]), reversed(path[:-1]), strict=True):
        children = node[1:3] if node[0] == "binary" else node[1:2]
        changed = [below if child == hole else child for child in children]
        below = built.add((node[0], *changed, *node[1 + len(changed) :]))
    built.root = below
    return built


def behind(rng: Random, state: World, asked: Asked) -> tuple[Json, Asked, list[tuple]] | None:
    """An answer and a root that commit to a lie on the way to a contract or to a value.

    Last, what may be accepted of it: absence, or nothing.
    """
    _, address, (key, *_) = asked
    answer = state.answer({address: [key]})
    class_hash, nonce, _ = state.contracts.get(address, (0, 0, {}))
    trie, absent = state.contracts_trie, (0, 0, {key: 0})
    if address in state.contracts and state.storage[address].root and rng.random() < 0.6:
        made = _lie(rng, state.storage[address], key)
        if made is None:
            return None
        never, root, answer["contracts_storage_proofs"][0] = made
        answer["contracts_proof"]["contract_leaves_data"][0]["storage_root"] = hex(root)
        held = {a: state.leaf(a, root if a == address else None) for a in state.contracts}
        trie, absent = Built(held, pedersen), (class_hash, nonce, {key: 0})
        answer["contracts_proof"]["nodes"] = nodes_json(trie.path(address))
        top = trie.root
    else:
        made = _lie(rng, trie, address)
        if made is None:
            return None
        never, top, answer["contracts_proof"]["nodes"] = made
        answer["contracts_proof"]["contract_leaves_data"] = []
    answer["global_roots"]["contracts_tree_root"] = hex(top)
    (state_root,) = compiled.poseidon_lists([[STATE, top, state.classes_trie.root]])
    return answer, (state_root, address, [key]), [] if never else [absent]


def _lie(rng: Random, trie: Built, wanted: int) -> tuple[bool, int, list[Json]] | None:
    """Whether no trie can have it, its root, and its nodes."""
    path = list(trie.path(wanted).items())
    at = rng.randrange(len(path)) if path else 0
    made = spoiled(rng, path[at][1]) if path else None
    if made is None:
        return None
    never, lie = made
    built = rehashed(path[: at + 1], lie)
    return never, built.root, nodes_json({**built.nodes, **dict(path[at + 1 :])})


def truth(state: World, address: int, keys: list[int]) -> tuple:
    class_hash, nonce, storage = state.contracts.get(address, (0, 0, {}))
    return class_hash, nonce, {key: storage.get(key, 0) for key in keys}


def attack(seed: int, count: int) -> Counter:
    """So many lies of one seed; what became of them. Raises what no liar may bring about."""
    rng = Random(seed)
    told: Counter = Counter()
    state = world(rng)
    for number in range(count):
        if number % 50 == 0:
            state = world(rng)
        address = rng.choice([*state.contracts, key(rng)])
        storage = state.contracts.get(address, (0, 0, {}))[2]
        keys = [rng.choice([*storage, key(rng)]) for _ in range(rng.randrange(1, 4))]
        asked = (state.root, address, keys)
        if rng.random() < 0.4:
            made = behind(rng, state, asked)
            if made is None:
                told["no place for the lie"] += 1
                continue
            told[f"behind the hash: {_outcome(*made)}"] += 1
        else:
            others = [a for a in state.contracts if a != address][: rng.randrange(2)]
            answer = copy.deepcopy(state.answer({address: keys, **dict.fromkeys(others, ())}))
            lie = rng.choice(BEFORE)
            lie(rng, answer)
            outcome = _outcome(answer, asked, [truth(state, address, keys)])
            told[f"{lie.__name__}: {outcome}"] += 1
    return told


def _outcome(answer: Json, asked: Asked, allowed: list[tuple]) -> str:
    try:
        found = prove(answer, *asked)
    except (VerificationFailed, MalformedAnswer):
        return "refused"
    told = (found.class_hash, found.nonce, dict(found.values))
    assert told in allowed, f"accepted {told}, not of {allowed}: {answer}, {asked}"
    return "true all the same"
