"""Withdrawals of the beacon chain (EIP-4895) and ommers: the two other lists of a block.

withdrawal = rlp(index, validator, address, amount in gwei)      root: ordered trie
ommers     = keccak(rlp(list of headers))                        empty since the Merge
"""

from collections.abc import Mapping, Sequence

from psephos.commit.fields import octets, quantity
from psephos.commit.header import header_rlp
from psephos.commit.keccak import keccak
from psephos.commit.rlp import integer, sequence, string
from psephos.commit.trie import ordered_root
from psephos.errors import MalformedAnswer

LIMIT = 1 << 10
"""Most withdrawals read of one block; mainnet allows 16."""

NO_OMMERS = keccak(b"\xc0")
"""The `sha3Uncles` of a block without ommers."""


def withdrawals_root(told: object) -> bytes:
    """The `withdrawalsRoot` of a block from its list of withdrawals: 32 bytes.

    MalformedAnswer if it is no list of objects, longer than LIMIT, or lacks a member.
    """
    return ordered_root([_withdrawal(one) for one in _objects(told, "withdrawals", LIMIT)])


def _withdrawal(told: Mapping[str, str]) -> bytes:
    numbers = (quantity(told.get(name), name) for name in ("index", "validatorIndex"))
    return sequence(
        b"".join(map(integer, numbers))
        + string(octets(told.get("address"), "address", 20))
        + integer(quantity(told.get("amount"), "amount"))
    )


def ommers_hash(headers: object) -> bytes:
    """The `sha3Uncles` of a block from its ommers' header objects (at most two): 32 bytes."""
    return keccak(sequence(b"".join(header_rlp(one) for one in _objects(headers, "uncles", 2))))


def _objects(told: object, name: str, limit: int) -> Sequence[Mapping[str, str]]:
    if not isinstance(told, list) or len(told) > limit:
        raise MalformedAnswer(f"{name} are no list of at most {limit}")
    if not all(isinstance(one, Mapping) for one in told):
        raise MalformedAnswer(f"{name} are no list of objects")
    return told
