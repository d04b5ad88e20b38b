"""An event is a row of a table: what is declared here is all that the collector, the index, the
canonical row bytes and the site know about it.

A contract is added by one file of `psephos.chain.events`; `psephos.chain.decode` reads logs of
Ethereum into rows, `psephos.chain.starknet.felts` those of Starknet. Rows that no log holds
(fees of a block) are declared as a `RowType` and keyed alike.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pyarrow as pa

from psephos.chain.kinds import ARROW, CAIRO, DYNAMIC, RAW, Kind
from psephos.chain.node import Header, Receipt
from psephos.commit.keccak import keccak
from psephos.commit.starknet.felt import keccak_250

Family = Literal["ethereum", "starknet"]

Bound = Literal["receipt", "event", "header", "transaction", "nothing"]
"""The commitment of a block that binds a column.

receipt      Ethereum's receipts root: all members of a log, gas used
event        Starknet's event commitment: who emitted an event, its keys and data
header       the header's own fields
transaction  the transactions root, or all four commitments of a Starknet block: payer, price, a
             transaction's hash, on Starknet fees too. *Seen* until transactions are verified
nothing      no commitment that we recompute: *seen* for ever
"""

ADDRESS_BYTES: Mapping[Family, int] = {"ethereum": 20, "starknet": 32}

KEY_FIELDS: Mapping[Family, tuple[pa.Field, ...]] = {
    family: (
        pa.field("block_number", pa.uint64(), nullable=False),
        pa.field("block_hash", pa.binary(32), nullable=False),
        pa.field("transaction_index", pa.uint32(), nullable=False),
        pa.field("log_index", pa.uint32(), nullable=False),
        pa.field("transaction_hash", pa.binary(32), nullable=False),
        pa.field("contract", pa.binary(size), nullable=False),
    )
    for family, size in ADDRESS_BYTES.items()
}
KEY_COLUMNS: tuple[str, ...] = tuple(field.name for field in KEY_FIELDS["ethereum"])
"""The columns every table begins with; zero where a row is not of a log (see `RowType`).

`log_index` counts in the block on Ethereum, in the transaction on Starknet."""

KEY_BOUND: Mapping[Family, Mapping[str, Bound]] = {
    "ethereum": {
        "block_number": "header",
        "block_hash": "header",
        "transaction_index": "receipt",
        "log_index": "receipt",
        "transaction_hash": "transaction",
        "contract": "receipt",
    },
    "starknet": {  # the event commitment names no transaction before 0.13.2
        "block_number": "header",
        "block_hash": "header",
        "transaction_index": "transaction",
        "log_index": "transaction",
        "transaction_hash": "transaction",
        "contract": "event",
    },
}


@dataclass(frozen=True, slots=True)
class Column:
    """One member of an event: `name` in our tables, `type` in the contract's own language.

    `indexed` is what stands in a topic, or is a #[key] of Cairo. `bound_by` is the commitment
    that binds it: what a log holds, its receipt commits to.
    """

    name: str
    type: str
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
        return f"{self.name}({','.join(c.type for c in self.columns)})"

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
class FeltEvent:
    """The declared shape of one event of a Cairo contract, as `EventType` of a Solidity one.

    A log is of a shape if its first key is the selector of `name` and it has the shape's number
    of keys and of data felts, at a block and of a contract that it holds for. Where more than
    one shape of an event fits, the first declared that reads the log is taken: put the newest
    first. A `CAIRO` type of two parts fills the column and the next one.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    since: int | None = None
    until: int | None = None
    contracts: tuple[bytes, ...] = ()

    @property
    def members(self) -> tuple[tuple[Column, ...], ...]:
        """The columns that each member fills: one, or two of a type that has two parts."""
        found, at = [], 0
        while at < len(self.columns):
            parts = len(CAIRO[self.columns[at].type].parts)
            found.append(self.columns[at : at + parts])
            at += parts
        return tuple(found)

    @property
    def signature(self) -> str:
        """`VoteCast(u256,UserAddress,enum3,u256,LongString)`."""
        return f"{self.name}({','.join(member[0].type for member in self.members)})"

    @property
    def keys(self) -> int:
        """How many keys a log of this shape has, the selector counted."""
        return 1 + sum(CAIRO[one.type].felts for one, *_ in self.members if one.indexed)

    @property
    def least(self) -> int:
        """How many data felts a log of this shape has at least; exactly, if it is `static`."""
        return sum(CAIRO[one.type].felts for one, *_ in self.members if not one.indexed)

    @property
    def static(self) -> bool:
        """Every member takes a fixed number of felts."""
        return all(CAIRO[column.type].fixed for column in self.columns)


@dataclass(frozen=True, slots=True)
class RowType:
    """A table whose rows are computed from a block's header and receipts, not read from a log.

    Its key columns are those of every table; what a row does not have (a transaction, a log,
    a contract) is zero there, so that index, row bytes and releases know one key only.
    """

    table: str
    columns: tuple[Column, ...]
    chain: Family = "ethereum"


def member(
    name: str, cairo: str = "ContractAddress", kind: Kind | None = None, *, key: bool = False
) -> Column:
    """A member of a Cairo event that fills one column, of its type's first kind if none is said."""
    return Column(name, cairo, kind or CAIRO[cairo].parts[0][0], key, "event")


def pair(first: str, second: str, cairo: str) -> tuple[Column, Column]:
    """A member of a Cairo type of two parts, and the two columns that it fills."""
    (one, *_), (other, *_) = CAIRO[cairo].parts
    return Column(first, cairo, one, bound_by="event"), Column(
        second, cairo, other, bound_by="event"
    )


LogType = EventType | FeltEvent
Shape = LogType | RowType

Rows = Callable[[Header, Sequence[Receipt], Collection[bytes]], dict[str, pa.Table]]
"""`rows(header, receipts, contracts)` → tables of one block. A receipt of Starknet is an entry
of `starknet_getBlockWithReceipts`: its transaction and its receipt."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of `psephos.chain.events`: events as data, or `rows` and the tables they fill."""

    name: str
    title: str
    events: tuple[LogType, ...] = ()
    tables: tuple[RowType, ...] = ()
    rows: Rows | None = None

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return (*self.events, *self.tables)

    @property
    def family(self) -> Family:
        """The chains whose contracts it reads."""
        return family(self.shapes[0])


def family(shape: Shape) -> Family:
    if isinstance(shape, RowType):
        return shape.chain
    return "starknet" if isinstance(shape, FeltEvent) else "ethereum"


@cache
def topic0(event: LogType) -> bytes:
    """The first topic of every log of the event: Keccak-256 of its signature; on Starknet the
    first key: the low 250 bits of Keccak-256 of its name, in 32 bytes."""
    if isinstance(event, FeltEvent):
        return keccak_250(event.name.encode("ascii")).to_bytes(32, "big")
    return keccak(event.signature.encode())


@cache
def schema(shape: Shape) -> pa.Schema:
    """The Arrow schema of a table: `KEY_FIELDS`, then each column in the event's own order.

    A `text` or `text[]` column `x` is followed by `x_raw`, null where `x` says it all. No
    other column is nullable.
    """
    fields = list(KEY_FIELDS[family(shape)])
    for column in shape.columns:
        fields.append(pa.field(column.name, ARROW[column.kind], nullable=False))
        if column.kind in RAW:
            fields.append(pa.field(f"{column.name}_raw", RAW[column.kind]))
    return pa.schema(fields)


@cache
def no_rows(shape: Shape) -> pa.Table:
    """The table of a shape without rows. Most tables of a few blocks are this one, and Arrow
    takes longer to make it than to read a hundred rows."""
    return schema(shape).empty_table()
