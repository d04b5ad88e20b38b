"""The shape of an answer of `starknet_getStorageProof`, read strictly before anything is hashed.

    {"classes_proof": [node…], "contracts_storage_proofs": [[node…]…],
     "contracts_proof": {"nodes": [node…],
                         "contract_leaves_data": [leaf…]},
     "global_roots": {"contracts_tree_root", "classes_tree_root", "block_hash"}}
    leaf  {"nonce", "class_hash", "storage_root"?} | null
    node  {"node_hash", "node": {"left", "right"} | {"path", "length", "child"}}

Felts are `0x…`, a length is a JSON number from 1 to 251. Counts are bounded before anything is
made of them: 4,096 nodes in all, 256 contracts; nodes of the network answer 100 keys at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psephos.commit.starknet.felt import felt
from psephos.commit.starknet.patricia import STATE_HEIGHT
from psephos.errors import MalformedAnswer, VerificationFailed

MAX_NODES = 4096
MAX_CONTRACTS = 256


@dataclass(frozen=True, slots=True)
class Binary:
    """A fork: both children are there."""

    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Edge:
    """`length` bits without a fork: `path`, the most significant first."""

    child: int
    path: int
    length: int


Nodes = dict[int, Binary | Edge]


@dataclass(frozen=True, slots=True)
class LeafData:
    """What a contract's leaf is made of; no storage root where the node left it out."""

    class_hash: int
    nonce: int
    storage_root: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of an answer; nothing is hashed yet."""

    contracts_root: int
    classes_root: int
    contract_nodes: Nodes
    class_nodes: Nodes
    storage_nodes: tuple[Nodes, ...]
    leaves: tuple[LeafData, ...]


def parse_answer(answer: object) -> Answer:
    """The parts of an answer.

    MalformedAnswer where it is not of the shape or too large; VerificationFailed for a node that
    no trie has.
    """
    whole = _object(answer, "the answer")
    proof = _object(whole.get("contracts_proof"), "contracts_proof")
    roots = _object(whole.get("global_roots"), "global_roots")
    contract_nodes = _list(proof.get("nodes"), "nodes of contracts_proof", MAX_NODES)
    class_nodes = _list(whole.get("classes_proof"), "classes_proof", MAX_NODES)
    stores = [
        _list(part, "a proof of storage", MAX_NODES)
        for part in _list(
            whole.get("contracts_storage_proofs"), "contracts_storage_proofs", MAX_CONTRACTS
        )
    ]
    leaves = _list(proof.get("contract_leaves_data"), "contract_leaves_data", MAX_CONTRACTS)
    if len(contract_nodes) + len(class_nodes) + sum(map(len, stores)) > MAX_NODES:
        raise MalformedAnswer(f"a storage proof of more than {MAX_NODES} nodes: ask for fewer keys")
    return Answer(
        felt(roots.get("contracts_tree_root"), "contracts_tree_root"),
        felt(roots.get("classes_tree_root"), "classes_tree_root"),
        _nodes(contract_nodes),
        _nodes(class_nodes),
        tuple(map(_nodes, stores)),
        tuple(map(_leaf_data, leaves)),
    )


def _nodes(entries: Sequence[object]) -> Nodes:
    nodes: Nodes = {}
    for entry in entries:
        item = _object(entry, "an entry of a proof")
        name = felt(item.get("node_hash"), "node_hash")
        if name in nodes:
            raise VerificationFailed(f"a node of the proof is given twice: {name:#x}")
        nodes[name] = _node(_object(item.get("node"), "a node of a proof"))
    return nodes


def _node(node: Mapping[str, Any]) -> Binary | Edge:
    if node.keys() == {"left", "right"}:
        fork = Binary(felt(node["left"], "left"), felt(node["right"], "right"))
        if not fork.left or not fork.right:
            raise VerificationFailed("a binary node of the proof has an empty child")
        return fork
    if node.keys() != {"path", "length", "child"}:
        raise MalformedAnswer("a node of a proof is neither binary (left, right) nor an edge")
    length = node["length"]
    if type(length) is not int:
        raise MalformedAnswer("the length of an edge is no number")
    edge = Edge(felt(node["child"], "child"), felt(node["path"], "path"), length)
    if not 1 <= length <= STATE_HEIGHT or edge.path >> length or not edge.child:
        raise VerificationFailed("an edge of the proof has no possible length, path or child")
    return edge


def _leaf_data(entry: object) -> LeafData:
    if entry is None:
        return LeafData(0, 0, 0)
    item = _object(entry, "an entry of contract_leaves_data")
    root = item.get("storage_root")
    return LeafData(
        felt(item.get("class_hash"), "class_hash"),
        felt(item.get("nonce"), "nonce"),
        None if root is None else felt(root, "storage_root"),
    )


def _object(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MalformedAnswer(f"{name} is no JSON object")
    return value


def _list(value: object, name: str, most: int) -> list[object]:
    if not isinstance(value, list):
        raise MalformedAnswer(f"{name} is no JSON list")
    if len(value) > most:
        raise MalformedAnswer(f"{name} has {len(value)} entries, more than {most}")
    return value
