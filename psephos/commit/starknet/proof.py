"""Proofs of Starknet's storage: what `starknet_getStorageProof` answers, checked to a state root.

    storage value → storage root → contract leaf → contracts' root → state root
                       class leaf → classes' root ↗

A path begins at a root with all 251 bits of the key left. A binary node takes one, the most
significant first; an edge takes `length` of them, which must be `path`. Where an edge's bits are
not the key's, the key is **proven absent** and its value is 0; a node that is missing proves
nothing. What is reached when no bit is left is the value.

Strict: 1 ≤ length ≤ bits left, path < 2^length, no child is 0, no edge hangs on an edge, every
node given hashes to its name, is given once, and hangs on the root; nodes of other keys may be
there. Their order carries nothing. `block_hash` of the answer is bound by nothing in it: compare
it, or the state root, with a verified header. Source: Starknet documentation, "State";
starkware-libs/starknet-specs, `starknet_getStorageProof` of 0.8 to 0.10.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psephos.commit.starknet.answer import (
    MAX_CONTRACTS,
    Answer,
    Binary,
    Edge,
    LeafData,
    Nodes,
    parse_answer,
)
from psephos.commit.starknet.felt import PRIME, check_felts
from psephos.commit.starknet.pairs import Pairs, pedersen_batch, poseidon_batch
from psephos.commit.starknet.patricia import STATE_HEIGHT, check_keys
from psephos.commit.starknet.state import global_root
from psephos.errors import MalformedAnswer, VerificationFailed


@dataclass(frozen=True, slots=True)
class ContractProof:
    """What a state root says of a contract; all 0 where there is none.

    `values` has every key that was asked for; the value of one that is absent is 0.
    """

    address: int
    class_hash: int
    nonce: int
    storage_root: int
    values: Mapping[int, int]

    @property
    def present(self) -> bool:
        """Whether there is such a contract."""
        return bool(self.class_hash or self.nonce or self.storage_root)


def prove(answer: object, state_root: int, contract: int, keys: Sequence[int]) -> ContractProof:
    """What `answer` proves of a contract and of its storage under `keys`.

    VerificationFailed where it proves nothing of the kind; MalformedAnswer where it is not of
    the shape, too large, or a key is out of range.
    """
    check_keys((contract, *keys), STATE_HEIGHT)
    told = _checked(answer, state_root)
    leaf = walk(told.contracts_root, contract, told.contract_nodes)
    stores = [(_top(nodes), nodes) for nodes in told.storage_nodes]
    if leaf == 0:
        _check_nothing(told.leaves)
        return ContractProof(contract, 0, 0, 0, dict.fromkeys(keys, 0))
    found, storage_root = _leaf_data(told.leaves, [top for top, _ in stores], leaf)
    nodes: Nodes = {}
    for top, given in stores:
        if top == storage_root:
            nodes = {**nodes, **given}
    values = {key: walk(storage_root, key, nodes) for key in keys}
    return ContractProof(contract, found.class_hash, found.nonce, storage_root, values)


def prove_class(answer: object, state_root: int, class_hash: int) -> int:
    """The leaf of a class in the classes trie (`state.class_leaf` of its compiled hash), or 0.

    Errors as of `prove`.
    """
    check_keys((class_hash,), STATE_HEIGHT)
    told = _checked(answer, state_root)
    return walk(told.classes_root, class_hash, told.class_nodes)


def walk(root: int, key: int, nodes: Nodes, height: int = STATE_HEIGHT) -> int:
    """The value under `key` below `root`, 0 where it is proven absent; nodes hash to their names.

    VerificationFailed where the nodes do not lead there.
    """
    if root == 0:
        return 0
    here, left = root, height
    while left:
        node = nodes.get(here)
        if node is None:
            raise VerificationFailed(f"a node of the proof is missing: {here:#x}")
        if isinstance(node, Edge):
            if node.length > left:
                raise VerificationFailed(f"an edge is longer than its trie is high: {here:#x}")
            left -= node.length
            if (key >> left) & ((1 << node.length) - 1) != node.path:
                return 0
            here = node.child
        else:
            left -= 1
            here = node.right if key >> left & 1 else node.left
    return here


def _checked(answer: object, state_root: int) -> Answer:
    """The answer's parts, every node hashed and hung on a root that `state_root` commits to."""
    check_felts(state_root, name="the state root")
    told = parse_answer(answer)
    roots = (told.contracts_root, told.classes_root)
    # Without classes the root was the contracts' own before 0.14.0; each form binds both roots.
    before = roots[1] == 0 and state_root == global_root(*roots, since_0_14=False)
    if not before and state_root != global_root(*roots, since_0_14=True):
        raise VerificationFailed(
            f"the answer's roots are not of state root {state_root:#x}",
            hint="nodes have answered with the newest tries under an older block: ask again",
        )
    _check_hashes((told.contract_nodes, *told.storage_nodes), pedersen_batch)
    _check_hashes((told.class_nodes,), poseidon_batch)
    _check_shape(told.contracts_root, told.contract_nodes)
    _check_shape(told.classes_root, told.class_nodes)
    return told


def _check_hashes(parts: Sequence[Nodes], pairs: Pairs) -> None:
    """Every node hashes to the name that it was given under."""
    named = {name: node for nodes in parts for name, node in nodes.items()}
    asked = [
        (node.child, node.path) if isinstance(node, Edge) else (node.left, node.right)
        for node in named.values()
    ]
    for (name, node), value in zip(named.items(), pairs(asked), strict=True):
        length = node.length if isinstance(node, Edge) else 0
        if (value + length) % PRIME != name:
            raise VerificationFailed(f"a node of the proof does not hash to its name: {name:#x}")


def _check_shape(root: int, nodes: Nodes) -> None:
    """All nodes hang on the root, each at one height, as those of a trie do."""
    heights: dict[int, int] = {}
    ahead = [(root, STATE_HEIGHT, False)]
    while ahead:
        name, left, after_edge = ahead.pop()
        node = nodes.get(name) if left else None
        if node is None or heights.get(name) == left:
            continue
        is_edge = isinstance(node, Edge)
        taken = node.length if isinstance(node, Edge) else 1
        if name in heights or taken > left or (is_edge and after_edge):
            raise VerificationFailed(f"a node stands where no trie has it: {name:#x}")
        heights[name] = left
        ahead += [(child, left - taken, is_edge) for child in _children(node)]
    if len(heights) < len(nodes):
        raise VerificationFailed("the proof has nodes that do not hang on its root")


def _children(node: Binary | Edge) -> tuple[int, ...]:
    return (node.child,) if isinstance(node, Edge) else (node.left, node.right)


def _top(nodes: Nodes) -> int:
    """The root of a contract's storage: the one node that is no other's child; 0 of no nodes.

    A value may be the name of a node, but never of one above it: hashes have no cycles.
    """
    if not nodes:
        return 0
    below = {child for node in nodes.values() for child in _children(node)}
    tops = [name for name in nodes if name not in below]
    if len(tops) != 1:
        raise VerificationFailed("a proof of storage has nodes that hang on nothing")
    _check_shape(tops[0], nodes)
    return tops[0]


def _leaf_data(leaves: Sequence[LeafData], tops: Sequence[int], leaf: int) -> tuple[LeafData, int]:
    """The data that hash to a contract's leaf, and its storage root.

    Nodes may leave out the storage root: then it is the top of a storage proof, or 0.
    """
    tried = [
        (data, root)
        for data in leaves
        for root in ({*tops, 0} if data.storage_root is None else {data.storage_root})
    ]
    if len(tried) > MAX_CONTRACTS:
        raise MalformedAnswer("too many contracts without storage root: ask for one at a time")
    hashes = pedersen_batch([(data.class_hash, root) for data, root in tried])
    hashes = pedersen_batch([(h, data.nonce) for h, (data, _) in zip(hashes, tried, strict=True)])
    hashes = pedersen_batch([(h, 0) for h in hashes])
    for found, value in zip(tried, hashes, strict=True):
        if value == leaf:
            return found
    raise VerificationFailed(f"no class hash, nonce and storage root make the leaf {leaf:#x}")


def _check_nothing(leaves: Sequence[LeafData]) -> None:
    """A contract that is not there has no data, so one of the entries, if any, is empty."""
    if leaves and not any(
        data.class_hash == data.nonce == (data.storage_root or 0) == 0 for data in leaves
    ):
        raise VerificationFailed("class hash and nonce are given for a contract that is not there")
