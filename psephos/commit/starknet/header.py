"""A block's header as bytes that recompute to its hash: what is stored of a Starknet block.

    header = formula (1 byte) ‖ the members that the formula hashes, 32 bytes each, in its order

    1  before 0.7  number, root, n transactions, transactions, chain, parent
    2  0.7         number, root, sequencer, timestamp, n transactions, transactions, n events,
                   events, parent
    3  0.13.2      number, root, sequencer, timestamp, counts, state diff, transactions, events,
                   receipts, L1 gas wei, fri, L1 data gas wei, fri, version, parent
    4  0.13.4      number, …, L1 data gas fri, L2 gas wei, fri, version, parent

Constants of a formula (names, zeros) are not stored. The formulas are those of
`psephos.commit.starknet.block_hash`; a test holds the two equal. RLP of an Ethereum header begins
with 0xf7 or more, so the first byte tells a header's chain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from psephos.commit.starknet.block import Block
from psephos.commit.starknet.block_hash import GAS_PRICES, HASH0, HASH1, Commitments, counts
from psephos.commit.starknet.felt import PRIME, short_string
from psephos.commit.starknet.hashes import EXACT, Hashes, compiled
from psephos.commit.starknet.pairs import ready
from psephos.commit.starknet.versions import Era
from psephos.errors import UnknownFork, VerificationFailed

_HEAD = ("number", "root", "sequencer", "timestamp")
_OLD = ("transaction_count", "transactions")
_BODY = ("counts", "state_diff", "transactions", "events", "receipts")
_L1_PRICES = ("l1_gas_wei", "l1_gas_fri", "l1_data_gas_wei", "l1_data_gas_fri")
_L2_PRICES = ("l2_gas_wei", "l2_gas_fri")

MEMBERS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        1: ("number", "root", *_OLD, "chain", "parent"),
        2: (*_HEAD, *_OLD, "event_count", "events", "parent"),
        3: (*_HEAD, *_BODY, *_L1_PRICES, "version", "parent"),
        4: (*_HEAD, *_BODY, *_L1_PRICES, *_L2_PRICES, "version", "parent"),
    }
)
"""Formula → its members in order."""

FORMULA: Mapping[str, int] = MappingProxyType({"chain": 1, "pedersen": 2, "hash0": 3, "hash1": 4})
"""An era's `header` → its formula."""

FEW = 8
"""Headers up to which loading the compiled code costs more than hashing in exact Python."""


@dataclass(frozen=True, slots=True)
class StarknetHeader:
    """A header read: its formula and its members, felts by their names."""

    formula: int
    members: Mapping[str, int]

    @property
    def number(self) -> int:
        return self.members["number"]

    @property
    def parent(self) -> bytes:
        return self.members["parent"].to_bytes(32, "big")

    @property
    def timestamp(self) -> int | None:
        """None before 0.7: the hash did not bind it."""
        return self.members.get("timestamp")

    @property
    def root(self) -> int:
        """The state root."""
        return self.members["root"]

    @property
    def events(self) -> int | None:
        """What commits to the events; None before 0.7."""
        return self.members.get("events")

    @property
    def receipts(self) -> int | None:
        """What commits to the receipts; None before 0.13.2."""
        return self.members.get("receipts")

    @property
    def event_count(self) -> int | None:
        """How many events the block has; None before 0.7, when nothing said so."""
        if "counts" in self.members:
            return self.members["counts"] >> 128 & 2**64 - 1
        return self.members.get("event_count")


def encode(block: Block, known: Commitments, era: Era, *, sequencer: int, chain: int) -> bytes:
    """The bytes of a header that `block_hash` could hash. UnknownFork where it could not."""
    formula = FORMULA[era.header]
    told: dict[str, int | None] = {
        "number": block.number,
        "root": block.root,
        "sequencer": sequencer,
        "timestamp": block.timestamp,
        "transaction_count": known.transaction_count,
        "transactions": known.transactions,
        "event_count": known.event_count,
        "events": known.events,
        "counts": counts(known, blob=bool(block.blob)),
        "state_diff": known.state_diff,
        "receipts": known.receipts,
        "version": short_string(block.version or ""),
        "chain": chain,
        "parent": block.parent,
    }
    for name in ("l1_gas", "l1_data_gas", "l2_gas"):
        price = getattr(block, name)
        told[f"{name}_wei"] = price and price.wei
        told[f"{name}_fri"] = price and price.fri
    return bytes((formula,)) + b"".join(_word(told[name], name) for name in MEMBERS[formula])


def _word(value: int | None, name: str) -> bytes:
    if value is None:
        raise UnknownFork(f"the header does not tell {name}, which its hash binds")
    return value.to_bytes(32, "big")


def parse(encoded: bytes) -> StarknetHeader:
    """The members of a header. VerificationFailed unless these are the bytes of one."""
    names = MEMBERS.get(encoded[0] if encoded else 0)
    if names is None or len(encoded) != 1 + 32 * len(names):
        raise VerificationFailed("these bytes are no Starknet header")
    felts = [int.from_bytes(encoded[i : i + 32], "big") for i in range(1, len(encoded), 32)]
    members = dict(zip(names, felts, strict=True))
    if max(felts) >= PRIME:
        raise VerificationFailed("a member of a Starknet header is no felt")
    if max(members["number"], members.get("timestamp", 0)) >> 64:
        raise VerificationFailed("number or time of a Starknet header has more than 64 bits")
    return StarknetHeader(encoded[0], members)


def header_hashes(headers: Sequence[StarknetHeader], hashes: Hashes | None = None) -> list[bytes]:
    """The block hash of each header, 32 bytes; by compiled code where there are many, or where
    it is loaded."""
    used = hashes or (compiled() if len(headers) > FEW or ready() else EXACT)
    newest = [i for i, header in enumerate(headers) if header.formula == 4]
    prices = used.poseidon([[GAS_PRICES, *_named(headers[i], _PRICES)] for i in newest])
    gas = dict(zip(newest, prices, strict=True))
    modern = [i for i, header in enumerate(headers) if header.formula > 2]
    older = [i for i, header in enumerate(headers) if header.formula <= 2]
    own = used.poseidon([_modern(headers[i], gas.get(i)) for i in modern])
    own += used.pedersen([_older(headers[i]) for i in older])
    found = dict(zip([*modern, *older], own, strict=True))
    return [found[i].to_bytes(32, "big") for i in range(len(headers))]


_PRICES = (*_L1_PRICES, *_L2_PRICES)


def _named(header: StarknetHeader, names: Sequence[str]) -> list[int]:
    return [header.members[name] for name in names]


def _modern(header: StarknetHeader, gas: int | None) -> list[int]:
    prices = _named(header, _L1_PRICES) if gas is None else [gas]
    name = HASH0 if gas is None else HASH1
    version, parent = _named(header, ("version", "parent"))
    return [name, *_named(header, (*_HEAD, *_BODY)), *prices, version, 0, parent]


def _older(header: StarknetHeader) -> list[int]:
    if header.formula == 1:
        number, root, count, transactions, chain, parent = _named(header, MEMBERS[1])
        return [number, root, 0, 0, count, transactions, 0, 0, 0, 0, chain, parent]
    *body, parent = _named(header, MEMBERS[2])
    return [*body, 0, 0, parent]
