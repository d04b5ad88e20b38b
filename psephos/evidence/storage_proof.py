"""What a node proved of a chain's state: accounts, contracts and their storage, on both chains.

    request   the document is an answer; if its request is beside it, of the contract and keys
    account   the state root leads to the account or contract, or proves that there is none
    storage   its storage root leads to the value of each key asked for, or proves it zero
    told      what an answer of Ethereum says beside its nodes is what they prove

The root is that of a block's header, which is for another check to tie to a chain. Only keys that
are asked for are verified; a proof without keys is of the account alone. Nothing is said of which
block the answer calls its own: no node of a proof holds that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from psephos.commit.account import NO_CODE, NOBODY, Account, account_at, slot_at
from psephos.commit.fields import octets, quantity
from psephos.commit.proof import NODE
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.proof import ContractProof, prove
from psephos.commit.trie import EMPTY_ROOT
from psephos.errors import CommandError, MalformedAnswer, NodeError, VerificationFailed
from psephos.evidence.check import Check, Verdict
from psephos.evidence.inside import kept, tried
from psephos.evidence.storage_request import (
    ETHEREUM,
    KEYS,
    METHODS,
    chain_of,
    many,
    parts,
    requested,
)

DEEPEST = 65
"""Most nodes on the way to a key of 64 digits."""

NO_HASH = bytes(32)
"""What some nodes tell as code hash and storage root of an account that is not there."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer, its chain, and what it is asked to prove: contract and keys as numbers."""

    chain: str
    answer: Mapping[str, Any]
    contract: int
    keys: tuple[int, ...]

    def __str__(self) -> str:
        return f"{METHODS[self.chain]} of {self.named}, {len(self.keys)} keys"

    @property
    def named(self) -> str:
        return f"0x{self.contract:040x}" if self.chain == ETHEREUM else hex(self.contract)


def verify_storage_proof(
    document: object, root: str, contract: str | None = None, keys: Sequence[str] = ()
) -> Verdict:
    """Check an answer of `eth_getProof` or `starknet_getStorageProof` against a state root.

    document: the answer, or `{"request", "answer"}`. root, contract and keys are `0x…`; without
    contract or keys the request's are taken, and without a request the contract that an answer
    of Ethereum names, without keys. Facts: root, chain, contract, `present`, its members, and
    `values` by key; hashes and values in hex, nonce and balance as decimal text.

    CommandError if root, contract or a key is not well formed, or no one contract is named. What
    is wrong inside the document is a failed check.
    """
    trusted = _argument(root, "--root")
    wanted = tuple(_argument(key, "--key") for key in keys)
    named = None if contract is None else _argument(contract, "--contract")
    if len(wanted) > KEYS:
        raise CommandError(f"{len(wanted)} keys; at most {KEYS} are verified at a time")
    facts: dict[str, Any] = {"root": root}
    try:
        asked = _asked(document, trusted, named, wanted)
    except (NodeError, VerificationFailed) as error:
        return Verdict((Check("request", "failed", error.message),), False, facts)
    checks = [Check("request", "passed", str(asked))]
    facts |= {"chain": asked.chain, "contract": asked.named}
    of_chain = _ethereum if asked.chain == ETHEREUM else _starknet
    recomputed = of_chain(checks, facts, asked, trusted)
    return Verdict(tuple(checks), recomputed, facts)


def _argument(text: str, name: str) -> int:
    """A number of the command line, at most 32 bytes."""
    try:
        return quantity(text, name)
    except MalformedAnswer as error:
        raise CommandError(error.message, hint="write it as 0x and hexadecimal digits") from error


def _asked(document: object, root: int, contract: int | None, keys: tuple[int, ...]) -> _Asked:
    """What the document is asked to prove. VerificationFailed if it answers something else."""
    request, answer = parts(document)
    chain = chain_of(answer)
    if request is not None:
        contract, keys = requested(request, chain, contract, keys)
    if contract is None and chain == ETHEREUM:
        contract = int.from_bytes(octets(answer.get("address"), "address", 20), "big")
    if contract is None:
        raise CommandError("this answer names no contract", hint="add --contract 0x…")
    if contract >> 160 if chain == ETHEREUM else max(contract, *keys, root) >= PRIME:
        raise CommandError(f"root, contract or a key is out of the range of {chain}")
    return _Asked(chain, answer, contract, keys)


def _ethereum(checks: list[Check], facts: dict[str, Any], asked: _Asked, root: int) -> bool:
    """The checks of an answer of eth_getProof; whether the state root was reached."""
    address = asked.contract.to_bytes(20, "big")
    found = kept(checks, "account", partial(_account, asked.answer, root, address), _presence)
    if not found:
        return False
    account = found[0] or NOBODY
    facts |= {
        "present": found[0] is not None,
        "nonce": str(account.nonce),
        "balance": str(account.balance),
        "code_hash": "0x" + account.code_hash.hex(),
        "storage_root": "0x" + account.storage_root.hex(),
    }
    if asked.keys:
        values = kept(checks, "storage", partial(_values, asked, account), _filled)
        facts["values"] = _written(values or {}, 64)
    checks.append(tried("told", partial(_told, asked.answer, found[0])))
    return True


def _account(answer: Mapping[str, Any], root: int, address: bytes) -> tuple[Account | None]:
    told = answer.get("address")
    if told is not None and octets(told, "address", 20) != address:
        raise VerificationFailed("the answer is about another address")
    nodes = _nodes(answer.get("accountProof"), "accountProof")
    return (account_at(root.to_bytes(32, "big"), address, nodes),)


def _nodes(told: object, name: str) -> list[bytes]:
    """The nodes of a proof, as many and as long as there can be."""
    found = many(told, name, DEEPEST)
    if any(isinstance(one, str) and len(one) > 2 + 2 * NODE for one in found):
        raise VerificationFailed(f"{name} holds a node of more than {NODE} bytes")
    return [octets(one, name) for one in found]


def _presence(found: tuple[Account | None]) -> str:
    return "there is no such account" if found[0] is None else "the root leads to the account"


def _values(asked: _Asked, account: Account) -> dict[int, int]:
    """The value of each key that is asked for; what the answer tells must be what is proven."""
    told: dict[int, Mapping[str, Any]] = {}
    for entry in many(asked.answer.get("storageProof"), "storageProof", KEYS):
        if not isinstance(entry, Mapping):
            raise MalformedAnswer("an entry of storageProof is no object")
        key = quantity(entry.get("key"), "key")
        if key in told:
            raise VerificationFailed(f"key {key:#x} is proven twice")
        told[key] = entry
    found = {}
    for key in asked.keys:
        if key not in told:
            raise VerificationFailed(f"the answer proves nothing of key {key:#x}")
        nodes = _nodes(told[key].get("proof"), "proof")
        found[key] = slot_at(account.storage_root, key.to_bytes(32, "big"), nodes)
        if quantity(told[key].get("value"), "value") != found[key]:
            raise VerificationFailed(f"key {key:#x} is told another value than is proven")
    return found


def _told(answer: Mapping[str, Any], account: Account | None) -> str:
    """Members that the answer tells in clear; an absent account's hashes may be told as zero."""
    real = account or NOBODY
    empty = () if account else (NO_HASH, EMPTY_ROOT, NO_CODE)
    for name, number in (("nonce", real.nonce), ("balance", real.balance)):
        if answer.get(name) is not None and quantity(answer[name], name) != number:
            raise VerificationFailed(f"the answer tells another {name} than is proven")
    for name, hash_ in (("storageHash", real.storage_root), ("codeHash", real.code_hash)):
        if answer.get(name) is not None and octets(answer[name], name) not in (hash_, *empty):
            raise VerificationFailed(f"the answer tells another {name} than is proven")
    return "nonce, balance, code and storage are told as they are"


def _starknet(checks: list[Check], facts: dict[str, Any], asked: _Asked, root: int) -> bool:
    """The checks of an answer of starknet_getStorageProof; whether the state root was reached."""
    proven = partial(prove, asked.answer, root, asked.contract, asked.keys)
    found = kept(checks, "account", proven, _contract)
    if found is None:
        return False
    facts |= {
        "present": found.present,
        "nonce": str(found.nonce),
        "class_hash": hex(found.class_hash),
        "storage_root": hex(found.storage_root),
    }
    if asked.keys:
        checks.append(Check("storage", "passed", _filled(found.values)))
        facts["values"] = _written(found.values, 0)
    return True


def _contract(found: ContractProof) -> str:
    return "the root leads to the contract" if found.present else "there is no such contract"


def _filled(values: Mapping[int, int]) -> str:
    zeros = sum(value == 0 for value in values.values())
    return f"{len(values)} keys have the values proven, {zeros} of them none"


def _written(values: Mapping[int, int], digits: int) -> dict[str, str]:
    """Keys as 32 bytes on Ethereum, as felts are written on Starknet; values as numbers."""
    return {f"0x{key:0{digits}x}": hex(value) for key, value in values.items()}
