"""Block headers: from a node's JSON to the bytes whose Keccak-256 is the block hash, and back.

    header = list(parent, uncles, coinbase, state root, transactions root, receipts root,
                  bloom, difficulty, number, gas limit, gas used, timestamp, extra, mix, nonce
                  [, base fee]                                    London, EIP-1559
                  [, withdrawals root]                            Shanghai, EIP-4895
                  [, blob gas used, excess blob gas, beacon root] Cancun, EIP-4844 and 4788
                  [, requests hash])                              Prague, EIP-7685; and Osaka
    hash   = keccak(rlp(header))

A header of a later fork has members that are not known here. It is not guessed:
UnknownFork says that it cannot be recomputed, and whatever rests on it stays *seen*.
Source: execution-specs, `forks/*/blocks.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from psephos.commit import rlp
from psephos.commit.fields import octets, quantity
from psephos.commit.keccak import keccak
from psephos.errors import MalformedAnswer, UnknownFork, VerificationFailed

LIMIT = 4096
"""Longest header read, in bytes; mainnet's longest are below 700, clique's below 2000."""

NUMBER, BYTES = -1, -2
# name in JSON, name here, size in bytes
FIELDS: tuple[tuple[str, str, int], ...] = (
    ("parentHash", "parent", 32),
    ("sha3Uncles", "uncles", 32),
    ("miner", "coinbase", 20),
    ("stateRoot", "state_root", 32),
    ("transactionsRoot", "transactions_root", 32),
    ("receiptsRoot", "receipts_root", 32),
    ("logsBloom", "logs_bloom", 256),
    ("difficulty", "difficulty", NUMBER),
    ("number", "number", NUMBER),
    ("gasLimit", "gas_limit", NUMBER),
    ("gasUsed", "gas_used", NUMBER),
    ("timestamp", "timestamp", NUMBER),
    ("extraData", "extra", BYTES),
    ("mixHash", "mix", 32),
    ("nonce", "nonce", 8),
    ("baseFeePerGas", "base_fee", NUMBER),
    ("withdrawalsRoot", "withdrawals_root", 32),
    ("blobGasUsed", "blob_gas_used", NUMBER),
    ("excessBlobGas", "excess_blob_gas", NUMBER),
    ("parentBeaconBlockRoot", "beacon_root", 32),
    ("requestsHash", "requests_hash", 32),
)
FORKS = {15: "Frontier", 16: "London", 17: "Shanghai", 20: "Cancun", 21: "Prague"}
"""Number of members, and the fork that introduced it."""

_BESIDE = {"hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals"}
_EXPECTED = _BESIDE | {name for name, _, _ in FIELDS}
_HEADS = {size: rlp.string(bytes(size))[:-size] for _, _, size in FIELDS if size > 0}
"""What stands before so many bytes in RLP."""


@dataclass(frozen=True, slots=True)
class HeaderFields:
    """The members of a header. What a fork did not have yet is None."""

    parent: bytes
    uncles: bytes
    coinbase: bytes
    state_root: bytes
    transactions_root: bytes
    receipts_root: bytes
    logs_bloom: bytes
    difficulty: int
    number: int
    gas_limit: int
    gas_used: int
    timestamp: int
    extra: bytes
    mix: bytes
    nonce: bytes
    base_fee: int | None = None
    withdrawals_root: bytes | None = None
    blob_gas_used: int | None = None
    excess_blob_gas: int | None = None
    beacon_root: bytes | None = None
    requests_hash: bytes | None = None

    @property
    def members(self) -> int:
        """How many there are: a key of FORKS."""
        return sum(getattr(self, name) is not None for _, name, _ in FIELDS)


def header_rlp(fields: Mapping[str, str]) -> bytes:
    """The header's bytes from the JSON fields of `eth_getBlockByNumber`.

    A field that is null counts as absent. MalformedAnswer if a field is missing or is not
    what it should be. UnknownFork if fields are there that no known fork has, unless the
    known ones alone already hash to the block's own `hash`: then the others lie beside the
    header (some nodes tell more than they must).
    """
    told = [fields.get(name) for name, _, _ in FIELDS]
    present = len(told) - told.count(None)
    if present not in FORKS or None in told[:present]:
        missing = [name for name, _, _ in FIELDS[:present] if fields.get(name) is None]
        raise MalformedAnswer(
            f"block header of no fork: {present} fields, {missing or ['more']} missing"
        )
    members = [_member(fields[name], name, size) for name, _, size in FIELDS[:present]]
    encoded = rlp.sequence(b"".join(members))
    unknown = sorted(name for name in fields.keys() - _EXPECTED if fields[name] is not None)
    if unknown and header_hash(encoded) != octets(fields.get("hash"), "hash", 32):
        raise UnknownFork(
            f"block {fields['number']} has header fields of an unknown fork: {', '.join(unknown)}",
            hint="its hash cannot be recomputed by this version; a newer one may know the fork",
        )
    return encoded


def _member(value: str, name: str, size: int) -> bytes:
    if size == NUMBER:
        return rlp.integer(quantity(value, name))
    if size == BYTES:
        return rlp.string(octets(value, name))
    return _HEADS[size] + octets(value, name, size)


def header_hash(encoded: bytes) -> bytes:
    """The block hash: Keccak-256 of the header's bytes."""
    return keccak(encoded)


def parse_header(encoded: bytes) -> HeaderFields:
    """The members of a header from its bytes.

    Strict: the one valid RLP, every size right, numbers without leading zeros and below
    2^256, as many members as a known fork has. VerificationFailed otherwise; UnknownFork
    where there are more members than any known fork has.
    """
    members = rlp.strings(encoded, limit=LIMIT)
    if len(members) > len(FIELDS):
        raise UnknownFork(f"block header with {len(members)} members, of an unknown fork")
    if len(members) not in FORKS:
        raise VerificationFailed(f"block header with {len(members)} members, as no fork has")
    pairs = zip(FIELDS, members, strict=False)
    return HeaderFields(**{name: _read(data, name, size) for (_, name, size), data in pairs})  # type: ignore[arg-type]


def _read(data: bytes, name: str, size: int) -> int | bytes:
    if size == NUMBER:
        if len(data) > 32 or data[:1] == b"\0":
            raise VerificationFailed(f"{name} in a block header is no canonical number")
        return int.from_bytes(data, "big")
    if size != BYTES and len(data) != size:
        raise VerificationFailed(f"{name} in a block header has {len(data)} bytes, not {size}")
    return data
