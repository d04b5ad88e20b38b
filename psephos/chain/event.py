"""An event is a row of a table: what is declared here is all that the collector, the index, the
canonical row bytes and the site know about it.

A contract is added by one file of `psephos.chain.events`; `psephos.chain.decode` reads logs into
rows. Rows that no log holds (fees of a block) are declared as a `RowType` and keyed alike.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Literal

import pyarrow as pa

from psephos.chain.node import Header, Receipt
from psephos.commit.keccak import keccak
from psephos.errors import ConfigurationError

Kind = Literal[
    "address",  # 20 bytes
    "amount",  # a quantity of a watched token: DECIMAL(38,0), smallest unit, below 10^38
    "word",  # any other uint256, an int256 (two's complement) or a bytes32: 32 bytes
    "uint",  # uint8 to uint64 (or a bool that counts): UBIGINT
    "bool",
    "text",  # a string: VARCHAR, and its raw bytes beside it where VARCHAR cannot hold them
    "bytes",  # BLOB
    "address[]",
    "word[]",
    "text[]",
    "bytes[]",
]

Bound = Literal["receipt", "header", "transaction", "nothing"]
"""The commitment of a block that binds a column.

receipt      the receipts root: all members of a log, gas used
header       the header's own fields
transaction  the transactions root: payer, gas price, a transaction's hash. *Seen* until
             transactions are verified
nothing      no commitment that we recompute: *seen* for ever
"""

ARROW: Mapping[Kind, pa.DataType] = {
    "address": pa.binary(20),
    "amount": pa.decimal128(38, 0),
    "word": pa.binary(32),
    "uint": pa.uint64(),
    "bool": pa.bool_(),
    "text": pa.string(),
    "bytes": pa.binary(),
    "address[]": pa.list_(pa.binary(20)),
    "word[]": pa.list_(pa.binary(32)),
    "text[]": pa.list_(pa.string()),
    "bytes[]": pa.list_(pa.binary()),
}

RAW: Mapping[Kind, pa.DataType] = {"text": pa.binary(), "text[]": pa.list_(pa.binary())}
"""Kinds whose column `x` is followed by `x_raw`: null, unless VARCHAR cannot hold the bytes."""

UINTS = tuple(f"uint{bits}" for bits in range(8, 257, 8))
SOLIDITY: Mapping[Kind, tuple[str, ...]] = {
    "address": ("address",),
    "amount": UINTS,
    "word": ("uint256", "int256", "bytes32"),
    "uint": (*UINTS[:8], "bool"),
    "bool": ("bool",),
    "text": ("string",),
    "bytes": ("bytes",),
    "address[]": ("address[]",),
    "word[]": ("uint256[]", "bytes32[]"),
    "text[]": ("string[]",),
    "bytes[]": ("bytes[]",),
}
"""The Solidity types that a kind may be read from."""

DYNAMIC: frozenset[Kind] = frozenset(
    ("text", "bytes", "address[]", "word[]", "text[]", "bytes[]")  # their words lie in the tail
)

KEY_FIELDS = (
    pa.field("block_number", pa.uint64(), nullable=False),
    pa.field("block_hash", pa.binary(32), nullable=False),
    pa.field("transaction_index", pa.uint32(), nullable=False),
    pa.field("log_index", pa.uint32(), nullable=False),
    pa.field("transaction_hash", pa.binary(32), nullable=False),
    pa.field("contract", pa.binary(20), nullable=False),
)
KEY_COLUMNS: tuple[str, ...] = tuple(field.name for field in KEY_FIELDS)
"""The columns every table begins with; zero where a row is not of a log (see `RowType`)."""

KEY_BOUND: Mapping[str, Bound] = {
    "block_number": "header",
    "block_hash": "header",
    "transaction_index": "receipt",
    "log_index": "receipt",
    "transaction_hash": "transaction",
    "contract": "receipt",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One member of an event: `name` in our tables, `solidity` type in the signature.

    `bound_by` is the commitment that binds it: what a log holds, its receipt commits to.
    """

    name: str
    solidity: str
    kind: Kind
    indexed: bool = False
    bound_by: Bound = "receipt"


@dataclass(frozen=True, slots=True)
class EventType:
    """The declared shape of one event, valid for blocks `since` to `until` (inclusive).

    `table` is the table's name, `name` the event's in Solidity. Two shapes of one event (a
    member indexed in one version and not in the other) are two `EventType`s of one `table`
    with the same columns; the number of topics tells them apart. `contracts` limits a shape
    to the contracts that use it; empty means all.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    since: int | None = None
    until: int | None = None
    contracts: tuple[bytes, ...] = ()

    @property
    def signature(self) -> str:
        """`Transfer(address,address,uint256)`."""
        return f"{self.name}({','.join(c.solidity for c in self.columns)})"

    @property
    def topics(self) -> int:
        """How many topics a log of this shape has, topic 0 counted."""
        return 1 + sum(column.indexed for column in self.columns)

    @property
    def head(self) -> int:
        """How many bytes the members that are not indexed take before any tail."""
        return 32 * (len(self.columns) + 1 - self.topics)

    @property
    def static(self) -> bool:
        """No member has a tail: the data are exactly the head."""
        return not any(column.kind in DYNAMIC for column in self.columns)


@dataclass(frozen=True, slots=True)
class RowType:
    """A table whose rows are computed from a block's header and receipts, not read from a log.

    Its key columns are those of every table; what a row does not have (a transaction, a log,
    a contract) is zero there, so that index, row bytes and releases know one key only.
    """

    table: str
    columns: tuple[Column, ...]


Shape = EventType | RowType

Rows = Callable[[Header, Sequence[Receipt], Collection[bytes]], dict[str, pa.Table]]
"""`rows(header, receipts, contracts)` → tables of one block."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of `psephos.chain.events`: events as data, or `rows` and the tables they fill."""

    name: str
    title: str
    events: tuple[EventType, ...] = ()
    tables: tuple[RowType, ...] = ()
    rows: Rows | None = None

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return (*self.events, *self.tables)


@cache
def topic0(event: EventType) -> bytes:
    """Keccak-256 of the signature: the first topic of every log of the event."""
    return keccak(event.signature.encode())


@cache
def schema(shape: Shape) -> pa.Schema:
    """The Arrow schema of a table: `KEY_FIELDS`, then each column in the event's own order.

    A `text` or `text[]` column `x` is followed by `x_raw`, null where `x` says it all. No
    other column is nullable.
    """
    fields = list(KEY_FIELDS)
    for column in shape.columns:
        fields.append(pa.field(column.name, ARROW[column.kind], nullable=False))
        if column.kind in RAW:
            fields.append(pa.field(f"{column.name}_raw", RAW[column.kind]))
    return pa.schema(fields)


def check(shapes: Iterable[Shape]) -> None:
    """Refuse declarations that could read one log in two ways, or one table in two layouts.

    Laws: kinds fit their Solidity types; at most three members are indexed, none with a tail;
    shapes of one table have the same columns; shapes of one signature that hold at one block
    of one contract differ in their number of topics.
    """
    shapes = tuple(shapes)
    for shape in shapes:
        _check_columns(shape)
    for one, other in combinations(shapes, 2):
        if one.table == other.table and schema(one) != schema(other):
            raise ConfigurationError(
                f"two shapes of table `{one.table}` have different columns",
                hint="give one of them a table of its own, or its contract a dataset of its own",
            )
        if isinstance(one, EventType) and isinstance(other, EventType) and _overlap(one, other):
            raise ConfigurationError(
                f"two shapes of {one.signature} overlap: both have {one.topics} topics",
                hint="limit them to different blocks or contracts",
            )


def _check_columns(shape: Shape) -> None:
    names = schema(shape).names
    if len(set(names)) != len(names):
        raise ConfigurationError(f"table `{shape.table}` has a column twice: {', '.join(names)}")
    for column in shape.columns:
        if column.solidity not in SOLIDITY[column.kind]:
            raise ConfigurationError(
                f"`{shape.table}.{column.name}`: a {column.solidity} is no {column.kind}"
            )
        if column.indexed and column.kind in DYNAMIC:
            raise ConfigurationError(
                f"`{shape.table}.{column.name}`: an indexed {column.solidity} is only a hash"
            )
    if isinstance(shape, EventType) and shape.topics > 4:
        raise ConfigurationError(f"{shape.signature}: at most three members can be indexed")


def _overlap(one: EventType, other: EventType) -> bool:
    first = max(one.since or 0, other.since or 0)
    ends = [end for end in (one.until, other.until) if end is not None]
    return (
        one.signature == other.signature
        and one.topics == other.topics
        and (not ends or first <= min(ends))
        and bool(
            not one.contracts or not other.contracts or set(one.contracts) & set(other.contracts)
        )
    )
