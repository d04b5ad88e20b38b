"""Accounts and storage of Ethereum, proven against a block's state root (`eth_getProof`).

    state    keccak(address)        → rlp(nonce, balance, storage root, code hash)
    storage  keccak(slot, 32 bytes) → rlp(value without leading zeros); a slot of zero is absent

An account that is absent is none that ever was used or that is empty since EIP-161: nonce and
balance 0, no code, no storage. Source: Yellow Paper, 4.1; EIP-1186.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psephos.commit.keccak import keccak
from psephos.commit.proof import value_at
from psephos.commit.rlp import strings
from psephos.commit.trie import EMPTY_ROOT
from psephos.errors import VerificationFailed

NO_CODE = keccak(b"")
"""The code hash of an account without code."""

LARGEST = 128
"""Longest account or value read, in bytes; an account has at most 110."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the state root binds of an address. Balance in wei."""

    nonce: int
    balance: int
    storage_root: bytes
    code_hash: bytes


NOBODY = Account(0, 0, EMPTY_ROOT, NO_CODE)
"""What an address has that has no account."""


def account_at(state_root: bytes, address: bytes, nodes: Sequence[bytes]) -> Account | None:
    """The account of an address of 20 bytes; None if it is proven that there is none.

    VerificationFailed if the proof does not hold, or if its value is no account.
    """
    value = value_at(state_root, keccak(address), nodes)
    if value is None:
        return None
    members = strings(value, limit=LARGEST)
    if len(members) != 4:
        raise VerificationFailed(f"the value of an account proof has {len(members)} members, not 4")
    nonce, balance, root, code = members
    if len(root) != 32 or len(code) != 32:
        raise VerificationFailed("an account's storage root or code hash is not of 32 bytes")
    return Account(number(nonce, 8), number(balance, 32), root, code)


def slot_at(storage_root: bytes, slot: bytes, nodes: Sequence[bytes]) -> int:
    """The number in a storage slot (32 bytes); 0 if it is proven that nothing is there.

    VerificationFailed if the proof does not hold, or if its value is no number of 1 to 2^256 − 1
    in its one encoding.
    """
    value = value_at(storage_root, keccak(slot), nodes)
    if value is None:
        return 0
    content = string(value)
    if not content:
        raise VerificationFailed("a storage trie holds a zero, which it never does")
    return number(content, 32)


def string(encoded: bytes) -> bytes:
    """A byte string of at most 55 bytes from its only encoding (Yellow Paper, B)."""
    if len(encoded) == 1 and encoded[0] < 0x80:
        return encoded
    content = encoded[1:]
    if (
        not 1 <= len(encoded) <= 56
        or encoded[0] != 0x80 + len(content)
        or (len(content) == 1 and content[0] < 0x80)
    ):
        raise VerificationFailed("a value in a trie is no canonical byte string")
    return content


def number(content: object, size: int) -> int:
    """A natural number from big-endian bytes without leading zeros, at most `size` of them."""
    if not isinstance(content, bytes) or len(content) > size or content[:1] == b"\0":
        raise VerificationFailed("a number in a trie is not canonical")
    return int.from_bytes(content, "big")
