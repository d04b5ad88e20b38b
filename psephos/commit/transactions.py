"""Transactions: what a block's `transactionsRoot` commits to, from the node's block object.

    0 legacy       rlp(nonce, price, gas, to, value, data, v, r, s)
    1 access list  1 ‖ rlp(chain, nonce, price, gas, to, value, data, access, y, r, s)
    2 fee market   2 ‖ rlp(chain, nonce, tip, cap, gas, to, value, data, access, y, r, s)
    3 blob         3 ‖ rlp(chain, nonce, tip, cap, gas, to, value, data, access,
                           blob cap, blob hashes, y, r, s)
    4 set code     4 ‖ rlp(chain, nonce, tip, cap, gas, to, value, data, access,
                           authorizations, y, r, s)
    hash    = keccak(all of it)
    signed  = keccak(the same without y, r, s); legacy: of six members, and since EIP-155
              of nine, (…, chain, 0, 0), with v = 35 + 2·chain + y in place of 27 + y
    root    = ordered trie over the transactions

Bound by the root: every member above, so hash, sender (`psephos.commit.senders`), nonce and the
price bounds. The price that was paid follows from them and the header's base fee. **Not** bound:
the price of blobs, which a fork's schedule makes of the header's excess blob gas.
Source: EIP-155, 2718, 2930, 1559, 4844, 7702; execution-specs, `forks/*/transactions.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psephos.commit.fields import octets, quantity
from psephos.commit.keccak import keccak
from psephos.commit.rlp import integer, sequence, string
from psephos.commit.trie import ordered_root
from psephos.errors import MalformedAnswer, NodeContradiction, UnknownFork, VerificationFailed

LIMIT = 10_000
"""Most transactions read of one block: 210 million gas at 21,000 each."""

BYTES = 1 << 25
"""Most bytes of all transactions of a block; EIP-7934 allows a whole block a third of that."""

LEGACY, ACCESS_LIST, FEE_MARKET, BLOB, SET_CODE = range(5)
BLOB_GAS = 131_072
"""Gas of one blob (EIP-4844)."""

TYPES_OF = {15: ACCESS_LIST, 16: FEE_MARKET, 17: FEE_MARKET, 20: BLOB, 21: SET_CODE}
"""The newest type that a block can hold, by the number of its header's members."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature over secp256k1 with the parity of its point's y: 0 or 1."""

    parity: int
    r: int
    s: int


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction as the root binds it. `price` and `tip` are its bounds per gas: what it pays
    at most, and what of it goes to the coinbase at most; for types 0 and 1 both are its price.
    `chain` is None where the signature names no chain, `to` empty where a contract is created;
    `digest` is what was signed."""

    kind: int
    chain: int | None
    nonce: int
    tip: int
    price: int
    gas: int
    to: bytes
    value: int
    blobs: int
    encoded: bytes
    hash: bytes
    digest: bytes
    signature: Signature

    def paid(self, base_fee: int | None) -> int:
        """The price per gas under a block's base fee (None before London, EIP-1559)."""
        return self.price if base_fee is None else min(self.price, base_fee + self.tip)


def transactions_root(transactions: Sequence[Transaction]) -> bytes:
    """The `transactionsRoot` of a block from all its transactions, in order: 32 bytes."""
    return ordered_root([transaction.encoded for transaction in transactions])


def transactions_of(told: object, members: int = 21) -> list[Transaction]:
    """The transactions of a block object, in their order.

    members: how many members the header has: a type that came with a later fork is refused.
    MalformedAnswer for what is no list of transaction objects or is longer than any block,
    UnknownFork for a type that is not known, VerificationFailed for what no block can hold,
    NodeContradiction if a transaction's stated position is another.
    """
    if not isinstance(told, list) or len(told) > LIMIT:
        raise MalformedAnswer(f"transactions are no list of at most {LIMIT} objects")
    found, size = [], 0
    for position, one in enumerate(told):
        if not isinstance(one, Mapping):
            raise MalformedAnswer(f"transaction {position} is {type(one).__name__}, no object")
        read = transaction(one)
        if read.kind > TYPES_OF.get(members, SET_CODE):
            raise VerificationFailed(f"transaction {position} is of a type its block cannot hold")
        if one.get("transactionIndex") is not None:
            stated = quantity(one["transactionIndex"], "transactionIndex")
            if stated != position:
                raise NodeContradiction(f"transactionIndex {stated} stands at position {position}")
        size += len(read.encoded)
        if size > BYTES:
            raise MalformedAnswer(f"transactions of more than {BYTES} bytes in one block")
        found.append(read)
    return found


def transaction(told: Mapping[str, Any]) -> Transaction:
    """One transaction from a node's JSON, with its bytes and what its signature is over.

    UnknownFork for a type that is not known; MalformedAnswer for a missing or malformed member;
    VerificationFailed for a `v`, `yParity` or `chainId` that cannot be or that contradict.
    """
    kind = quantity(told.get("type") or "0x0", "type")
    if kind > SET_CODE:
        raise UnknownFork(
            f"transaction of type {kind:#x}, which this version does not know",
            hint="its transactions root cannot be recomputed by this version",
        )
    nonce, gas, value = (quantity(told.get(name), name) for name in ("nonce", "gas", "value"))
    if nonce >= 1 << 64:
        raise VerificationFailed(f"a transaction's nonce is {nonce}, 2^64 or more (EIP-2681)")
    to = _to(told, kind)
    call = integer(gas) + string(to) + integer(value) + string(_data(told))
    chain, parity = _signer(told, kind)
    if kind <= ACCESS_LIST:
        price = tip = quantity(told.get("gasPrice"), "gasPrice")
        bounds = integer(price)
    else:
        price = quantity(told.get("maxFeePerGas"), "maxFeePerGas")
        tip = quantity(told.get("maxPriorityFeePerGas"), "maxPriorityFeePerGas")
        bounds = integer(tip) + integer(price)
    body = integer(nonce) + bounds + call
    if kind:
        assert chain is not None
        body = integer(chain) + body + _access_list(told.get("accessList"))
    more, blobs = _own(told, kind)
    encoded, digest, signature = _signed(told, kind, body + more, chain, parity)
    return Transaction(
        kind,
        chain,
        nonce,
        tip,
        price,
        gas,
        to,
        value,
        blobs,
        encoded,
        keccak(encoded),
        digest,
        signature,
    )


def _signed(
    told: Mapping[str, Any], kind: int, body: bytes, chain: int | None, parity: int
) -> tuple[bytes, bytes, Signature]:
    """All bytes, the digest that was signed, and the signature."""
    r, s = quantity(told.get("r"), "r"), quantity(told.get("s"), "s")
    signature = Signature(parity, r, s)
    rest = integer(r) + integer(s)
    if kind:
        mark = bytes((kind,))
        encoded = mark + sequence(body + integer(parity) + rest)
        return encoded, keccak(mark + sequence(body)), signature
    if chain is None:
        return sequence(body + integer(27 + parity) + rest), keccak(sequence(body)), signature
    encoded = sequence(body + integer(35 + 2 * chain + parity) + rest)
    return encoded, keccak(sequence(body + integer(chain) + b"\x80\x80")), signature


def _signer(told: Mapping[str, Any], kind: int) -> tuple[int | None, int]:
    """The chain that the signature names, and its parity; members told twice must agree."""
    named = None if told.get("chainId") is None else quantity(told["chainId"], "chainId")
    if kind:
        if named is None:
            raise MalformedAnswer(f"a transaction of type {kind} has no chainId")
        names = [name for name in ("yParity", "v") if told.get(name) is not None] or ["yParity"]
        parities = {quantity(told.get(name), name) for name in names}
        if len(parities) > 1 or not parities <= {0, 1}:
            raise VerificationFailed(f"a transaction of type {kind} has no parity of 0 or 1")
        return named, parities.pop()
    v = quantity(told.get("v"), "v")
    if v in (27, 28):
        return None, v - 27
    if v < 35:
        raise VerificationFailed(f"a transaction's v is {v}, neither 27, 28 nor 35 and more")
    chain, parity = divmod(v - 35, 2)
    if named is not None and named != chain:
        raise VerificationFailed(f"a transaction's v is of chain {chain}, its chainId {named}")
    return chain, parity


def _to(told: Mapping[str, Any], kind: int) -> bytes:
    """The account that is called; empty for a contract's creation."""
    if told.get("to") is None:
        if kind in (BLOB, SET_CODE):
            raise VerificationFailed(f"a transaction of type {kind} creates a contract")
        return b""
    return octets(told["to"], "to", 20)


def _data(told: Mapping[str, Any]) -> bytes:
    """Call data, `input` or by its older name."""
    return octets(told.get("input", told.get("data")), "input")


def _access_list(told: object) -> bytes:
    """list(list(address, list(slots)), …)"""
    rows = []
    for entry in _objects(told, "accessList"):
        slots = entry.get("storageKeys")
        if not isinstance(slots, list):
            raise MalformedAnswer("an entry of an access list has no storageKeys")
        keys = sequence(b"".join(string(octets(key, "storageKey", 32)) for key in slots))
        rows.append(sequence(string(octets(entry.get("address"), "address", 20)) + keys))
    return sequence(b"".join(rows))


def _own(told: Mapping[str, Any], kind: int) -> tuple[bytes, int]:
    """What only one type has: blob cap and hashes, or authorizations; and how many blobs."""
    if kind == BLOB:
        hashes = told.get("blobVersionedHashes")
        if not isinstance(hashes, list) or not hashes:
            raise MalformedAnswer("a blob transaction has no blobVersionedHashes")
        cap = integer(quantity(told.get("maxFeePerBlobGas"), "maxFeePerBlobGas"))
        named = b"".join(string(octets(one, "blobVersionedHash", 32)) for one in hashes)
        return cap + sequence(named), len(hashes)
    if kind == SET_CODE:
        entries = _objects(told.get("authorizationList"), "authorizationList")
        if not entries:
            raise VerificationFailed("a set-code transaction has no authorization")
        return sequence(b"".join(map(_authorization, entries))), 0
    return b"", 0


def _authorization(entry: Mapping[str, Any]) -> bytes:
    """list(chain, address, nonce, y, r, s) of EIP-7702; its signature may be worthless."""
    parity = entry.get("yParity", entry.get("v"))
    numbers = (quantity(parity, "yParity"), quantity(entry.get("r"), "r"))
    return sequence(
        integer(quantity(entry.get("chainId"), "chainId"))
        + string(octets(entry.get("address"), "address", 20))
        + integer(quantity(entry.get("nonce"), "nonce"))
        + b"".join(map(integer, numbers))
        + integer(quantity(entry.get("s"), "s"))
    )


def _objects(told: object, name: str) -> Sequence[Mapping[str, Any]]:
    if not isinstance(told, list) or not all(isinstance(one, Mapping) for one in told):
        raise MalformedAnswer(f"{name} of a transaction is no list of objects")
    return told
