"""A state diff as Starknet writes it into blobs: from words to what changed.

    n                                 contracts, by ascending address
    n × (address,
         class changed · 2^128 + nonce · 2^64 + m,
         [class hash,]                where the class changed: deployed or replaced
         m × (key, value))            by ascending key
    n                                 declared classes, by ascending hash
    n × (class hash, compiled class hash)
    0 …                               to the blob's end

A nonce of 0 says that it did not change. From 0.13.3 on the words are compressed, and from 0.13.4
keys and addresses are replaced by short aliases that a contract of the state keeps (address 0x2),
so the diff does not follow from the blob alone: UnknownFork, since no real blob of those versions
was there to check a reader on. They are told apart by the first word: a number of contracts is
small, the compressed form's header begins with lengths of 20 bits each.

Source: Starknet documentation, "Data availability" (v0.11.0 format); starkware-libs/cairo-lang
66355d7, `os/data_availability/compression.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from psephos.commit.starknet.felt import PRIME
from psephos.errors import UnknownFork, VerificationFailed

HIGHEST = 2**251
"""Addresses and keys are below it."""

COMPRESSED = 2**20


@dataclass(frozen=True, slots=True)
class ContractDiff:
    """What changed in a contract; None: did not change. `nonce` 0 cannot be told from it."""

    address: int
    nonce: int | None
    class_hash: int | None
    storage: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class BlobDiff:
    """What a state update changed, by ascending address and class hash."""

    contracts: tuple[ContractDiff, ...]
    classes: tuple[tuple[int, int], ...]
    words: int

    @property
    def entries(self) -> int:
        """How many storage entries changed."""
        return sum(len(contract.storage) for contract in self.contracts)


def read_diff(words: Sequence[int]) -> BlobDiff:
    """The state diff in the coefficients of an update's blobs, one after another.

    VerificationFailed if it is not exactly of this layout; UnknownFork if it is compressed.
    """
    if words and words[0] >= COMPRESSED:
        raise UnknownFork(
            "the state diff is compressed (0.13.3 and later): it does not follow from its blobs",
            hint="aliases of addresses and keys lie in the state of contract 0x2",
        )
    left = _Left(words)
    contracts = [_contract(left) for _ in range(left.count("contracts", 2))]
    _ascending([contract.address for contract in contracts], "contracts")
    classes = _pairs(left, left.count("classes", 2), "classes")
    if any(words[left.at :]):
        raise VerificationFailed("the state diff is followed by something that is not zero")
    return BlobDiff(tuple(contracts), classes, left.at)


class _Left:
    def __init__(self, words: Sequence[int]) -> None:
        self.words = words
        self.at = 0

    def felt(self, name: str, below: int = PRIME) -> int:
        if self.at >= len(self.words):
            raise VerificationFailed(f"the blobs end before the {name} of the state diff")
        word = self.words[self.at]
        if not 0 <= word < below:
            raise VerificationFailed(f"word {self.at} of the state diff is no {name}")
        self.at += 1
        return word

    def count(self, name: str, each: int) -> int:
        """A number of things of at least `each` words, which must fit into what is left."""
        number = self.felt(f"number of {name}")
        if number * each > len(self.words) - self.at:
            raise VerificationFailed(f"{min(number, 2**64)} {name} do not fit into the blobs")
        return number


def _contract(left: _Left) -> ContractDiff:
    address, packed = left.felt("address", HIGHEST), left.felt("packed word", 2**129)
    changed, nonce, entries = packed >> 128, packed >> 64 & 2**64 - 1, packed & 2**64 - 1
    class_hash = left.felt("class hash") if changed else None
    if entries > (len(left.words) - left.at) // 2:
        raise VerificationFailed(f"{entries} storage entries do not fit into the blobs")
    if not (changed or nonce or entries):
        raise VerificationFailed(f"contract {address:#x} is listed without a change")
    return ContractDiff(address, nonce or None, class_hash, _pairs(left, entries, "entries"))


def _pairs(left: _Left, count: int, name: str) -> tuple[tuple[int, int], ...]:
    found = tuple((left.felt("key", HIGHEST), left.felt("value")) for _ in range(count))
    _ascending([key for key, _ in found], name)
    return found


def _ascending(keys: Sequence[int], name: str) -> None:
    if any(one >= other for one, other in pairwise(keys)):
        raise VerificationFailed(f"the {name} of the state diff are not in ascending order")
