"""Starknet's state root, and the state that is replayed from state diffs.

    contract leaf   Pedersen(Pedersen(Pedersen(class hash, storage root), nonce), 0)
                    0 where all three are 0: there is no such contract
    class leaf      Poseidon("CONTRACT_CLASS_LEAF_V0", compiled class hash)
    state root      0                                           where both tries are empty
                    the contracts' root                         before 0.14.0 without classes
                    Poseidon-many("STARKNET_STATE_V0", contracts' root, classes' root)   else

Keys of the tries: contract address, class hash, storage address; height 251. Classes of Cairo 0
are in no trie. Source: Starknet documentation, "State"; eqlabs/pathfinder `common/src/lib.rs`
(the rule of 0.14.0).
    contract_leaf(1, 2, 3) = 0x7fdeb85518534a06e6b50c2ccdea7bbf3d47c607a9b36fbf690c41274976950
    class_leaf(1)          = 0x2f57789e16766426fe7f33b3ec589957350be6f186a75fe2b3ee0503a421323
    global_root(1, 2)      = 0x794df522f4bc0d998d32559d28ce3a436bfa592902b1bda398023bad7c1f71e
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from psephos.commit.starknet.felt import check_felts, short_string
from psephos.commit.starknet.pairs import Pairs, pedersen_batch, poseidon_batch
from psephos.commit.starknet.patricia import STATE_HEIGHT, check_keys
from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_many, poseidon_pair
from psephos.commit.starknet.trie import Trie

STATE = short_string("STARKNET_STATE_V0")
CLASS_LEAF = short_string("CONTRACT_CLASS_LEAF_V0")

_NONE: Mapping[int, int] = {}
_NOWHERE: Mapping[int, Mapping[int, int]] = {}


def contract_leaf(class_hash: int, storage_root: int, nonce: int) -> int:
    """The leaf of a contract in the contracts trie; 0 for a contract that is not there."""
    if class_hash == storage_root == nonce == 0:
        return 0
    return pedersen(pedersen(pedersen(class_hash, storage_root), nonce), 0)


def class_leaf(compiled_class_hash: int) -> int:
    """The leaf of a class in the classes trie."""
    return poseidon_pair(CLASS_LEAF, compiled_class_hash)


def global_root(contracts_root: int, classes_root: int, *, since_0_14: bool) -> int:
    """The state root of a block from the roots of its two tries."""
    if contracts_root == classes_root == 0:
        return 0
    if classes_root == 0 and not since_0_14:
        return contracts_root
    return poseidon_many([STATE, contracts_root, classes_root])


@dataclass(slots=True)
class _Contract:
    storage: Trie
    class_hash: int = 0
    nonce: int = 0


@dataclass(slots=True)
class State:
    """The state of a chain, from its first block on."""

    pedersen_pairs: Pairs = pedersen_batch
    poseidon_pairs: Pairs = poseidon_batch
    contracts: dict[int, _Contract] = field(default_factory=dict)
    _contracts: Trie = field(init=False)
    _classes: Trie = field(init=False)

    def __post_init__(self) -> None:
        self._contracts = Trie(self.pedersen_pairs)
        self._classes = Trie(self.poseidon_pairs)

    def apply(
        self,
        *,
        storage: Mapping[int, Mapping[int, int]] = _NOWHERE,
        contracts: Mapping[int, int] = _NONE,
        nonces: Mapping[int, int] = _NONE,
        classes: Mapping[int, int] = _NONE,
    ) -> None:
        """The state after one block's diff.

        `storage` address → key → value, `contracts` address → class hash of those deployed or
        replaced, `nonces` address → nonce, `classes` class hash → compiled class hash of those
        declared or migrated (Cairo 0 left out). MalformedAnswer before anything is changed.
        """
        for table in (contracts, nonces, classes, *storage.values()):
            check_keys(table, STATE_HEIGHT)
            check_felts(*table.values(), name="a value of a state diff")
        touched = {*storage, *contracts, *nonces}
        check_keys(tuple(storage), STATE_HEIGHT)
        for address in touched:
            contract = self.contracts.setdefault(address, _Contract(Trie(self.pedersen_pairs)))
            contract.storage.update(storage.get(address, _NONE))
            contract.class_hash = contracts.get(address, contract.class_hash)
            contract.nonce = nonces.get(address, contract.nonce)
        self._contracts.update(self._leaves(sorted(touched)))
        leaves = self.poseidon_pairs([(CLASS_LEAF, compiled) for compiled in classes.values()])
        self._classes.update(dict(zip(classes, leaves, strict=True)))

    def root(self, *, since_0_14: bool) -> int:
        """The state root now."""
        return global_root(self._contracts.root(), self._classes.root(), since_0_14=since_0_14)

    def _leaves(self, addresses: Sequence[int]) -> dict[int, int]:
        """Leaves of contracts, each of the three hashes for all of them at once."""
        held = [self.contracts[address] for address in addresses]
        roots = [contract.storage.root() for contract in held]
        hashes = self.pedersen_pairs(
            [(contract.class_hash, root) for contract, root in zip(held, roots, strict=True)]
        )
        hashes = self.pedersen_pairs(
            [(value, contract.nonce) for value, contract in zip(hashes, held, strict=True)]
        )
        hashes = self.pedersen_pairs([(value, 0) for value in hashes])
        return {
            address: leaf if contract.class_hash or contract.nonce or root else 0
            for address, contract, root, leaf in zip(addresses, held, roots, hashes, strict=True)
        }
