"""Builds answers of `starknet_getStorageProof` from tables of a state, independently of `psephos`'s
tries: nodes are made of lists of leaves from the bottom up. What is built can then be spoiled.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.state import class_leaf, global_root

Pair = Callable[[int, int], int]
Json = Any


class Built:
    """A trie's nodes by hash: ("binary", left, right) or ("edge", child, path, length)."""

    def __init__(self, leaves: Mapping[int, int], pair: Pair, height: int = 251) -> None:
        self.pair = pair
        self.height = height
        self.nodes: dict[int, tuple] = {}
        held = {format(key, f"0{height}b"): value for key, value in leaves.items() if value}
        self.root = self._make(held) if held else 0

    def _make(self, leaves: Mapping[str, int]) -> int:
        """Leaves by the bits of their keys that are left; all of one length."""
        shared = _shared(list(leaves))
        if shared:
            child = self._make({key[shared:]: value for key, value in leaves.items()})
            path = next(iter(leaves))[:shared]
            return self.add(("edge", child, int(path, 2), shared))
        if len(leaves) == 1:
            return next(iter(leaves.values()))
        sides = [
            self._make({key[1:]: value for key, value in leaves.items() if key[0] == bit})
            for bit in "01"
        ]
        return self.add(("binary", *sides))

    def add(self, node: tuple) -> int:
        """A node, whatever it is, under the hash that it has."""
        name = self.pair(node[1], node[2])
        if node[0] == "edge":
            name = (name + node[3]) % PRIME
        self.nodes[name] = node
        return name

    def path(self, key: int) -> dict[int, tuple]:
        """The nodes from the root to a key, or to where its absence shows."""
        found: dict[int, tuple] = {}
        here, left = self.root, self.height
        while left and here:
            node = found[here] = self.nodes[here]
            taken = 1 if node[0] == "binary" else node[3]
            left -= taken
            bits = (key >> left) & ((1 << taken) - 1)
            if node[0] == "edge" and bits != node[2]:
                break
            here = node[1] if node[0] == "edge" else node[1 + bits]
        return found


def _shared(keys: list[str]) -> int:
    first, last = min(keys), max(keys)
    return next((i for i, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(first))


@dataclass
class World:
    """A state: contracts as (class hash, nonce, storage), classes as hash → compiled hash."""

    contracts: dict[int, tuple[int, int, dict[int, int]]]
    classes: dict[int, int]
    pedersen: Pair
    poseidon: Pair
    storage: dict[int, Built] = field(init=False)
    contracts_trie: Built = field(init=False)
    classes_trie: Built = field(init=False)
    root: int = field(init=False)

    def __post_init__(self) -> None:
        self.storage = {a: Built(c[2], self.pedersen) for a, c in self.contracts.items()}
        self.contracts_trie = Built({a: self.leaf(a) for a in self.contracts}, self.pedersen)
        classes = {key: class_leaf(value) for key, value in self.classes.items()}
        self.classes_trie = Built(classes, self.poseidon)

        roots = self.contracts_trie.root, self.classes_trie.root
        self.root = global_root(*roots, since_0_14=True)

    def leaf(self, address: int, storage_root: int | None = None) -> int:
        """The leaf of a contract, with another storage root if one is given."""
        class_hash, nonce, _ = self.contracts[address]
        root = self.storage[address].root if storage_root is None else storage_root
        if class_hash == nonce == root == 0:
            return 0
        return self.pedersen(self.pedersen(self.pedersen(class_hash, root), nonce), 0)

    def answer(self, asked: Mapping[int, Iterable[int]], classes: Iterable[int] = ()) -> Json:
        """What an honest node answers for contracts with storage keys, and for classes."""
        union: dict[int, tuple] = {}
        stores, leaves = [], []
        for address, keys in asked.items():
            union |= self.contracts_trie.path(address)
            found: dict[int, tuple] = {}
            class_hash, nonce, _ = self.contracts.get(address, (0, 0, {}))
            trie = self.storage.get(address)
            for key in keys if trie else ():
                found |= trie.path(key)
            stores.append(nodes_json(found))
            leaves.append(
                {
                    "nonce": hex(nonce),
                    "class_hash": hex(class_hash),
                    "storage_root": hex(trie.root if trie else 0),
                }
            )
        of_classes: dict[int, tuple] = {}
        for class_hash in classes:
            of_classes |= self.classes_trie.path(class_hash)
        return {
            "classes_proof": nodes_json(of_classes),
            "contracts_proof": {"nodes": nodes_json(union), "contract_leaves_data": leaves},
            "contracts_storage_proofs": stores,
            "global_roots": {
                "contracts_tree_root": hex(self.contracts_trie.root),
                "classes_tree_root": hex(self.classes_trie.root),
                "block_hash": "0x1",
            },
        }


def nodes_json(nodes: Mapping[int, tuple]) -> list[Json]:
    """Nodes as the RPC writes them."""
    return [{"node_hash": hex(name), "node": node_json(node)} for name, node in nodes.items()]


def node_json(node: tuple) -> Json:
    if node[0] == "binary":
        return {"left": hex(node[1]), "right": hex(node[2])}
    return {"path": hex(node[2]), "length": node[3], "child": hex(node[1])}
