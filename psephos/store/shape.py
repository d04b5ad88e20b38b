"""What the index is given, and the SQL of a table made from an Arrow schema.

The store does not know the chain: a dataset, a header and a piece are whatever has these members.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pyarrow as pa

from psephos.errors import PsephosError

KEY = ("block_number", "transaction_index", "log_index")
"""The order of rows. With one hash a block, it is unique as (block_hash, …) is."""


class DatasetLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def id(self) -> bytes: ...
    @property
    def first(self) -> int: ...
    def tables(self) -> dict[str, pa.Schema]: ...


class HeaderLike(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def parent(self) -> bytes: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def rlp(self) -> bytes: ...


class ContradictionLike(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def missing(self) -> Sequence[int]: ...
    @property
    def added(self) -> Sequence[int]: ...
    @property
    def altered(self) -> Sequence[int]: ...


class SeedLike(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def hash(self) -> bytes: ...


class SampleLike(Protocol):
    @property
    def seed(self) -> SeedLike: ...
    @property
    def drawn(self) -> int: ...
    @property
    def clean(self) -> int: ...


class PieceLike(Protocol):
    """Blocks `first` to `last` of some datasets: what one transaction stores."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def headers(self) -> Sequence[HeaderLike]: ...
    @property
    def tables(self) -> Mapping[str, Mapping[str, pa.Table]]: ...
    @property
    def level(self) -> str: ...
    @property
    def broken(self) -> Mapping[str, PsephosError]: ...
    @property
    def contradictions(self) -> Sequence[ContradictionLike]: ...
    @property
    def sample(self) -> SampleLike | None: ...


BLOCK = pa.schema(
    [
        pa.field("number", pa.uint64(), nullable=False),
        pa.field("hash", pa.binary(32), nullable=False),
        pa.field("parent", pa.binary(32), nullable=False),
        pa.field("timestamp", pa.uint64(), nullable=False),
        pa.field("header", pa.binary(), nullable=False),
    ]
)


def sql_type(kind: pa.DataType) -> str:
    """DuckDB's type for a column's Arrow type; TypeError for one that could lose something."""
    if pa.types.is_list(kind):
        return sql_type(kind.value_type) + "[]"
    if pa.types.is_decimal128(kind) and (kind.precision, kind.scale) == (38, 0):
        return "DECIMAL(38,0)"
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return "BLOB"
    known = {
        pa.string(): "VARCHAR",
        pa.bool_(): "BOOLEAN",
        pa.uint8(): "UTINYINT",
        pa.uint16(): "USMALLINT",
        pa.uint32(): "UINTEGER",
        pa.uint64(): "UBIGINT",
    }
    if kind not in known:
        raise TypeError(f"no exact column for {kind}: amounts are decimal128(38, 0), ids are bytes")
    return known[kind]


def create(name: str, schema: pa.Schema) -> str:
    """CREATE TABLE for rows of `schema`.

    No PRIMARY KEY: see docs/decisions/0030. Names come from declarations (a-z, 0-9, _), so
    quoting is enough.
    """
    columns = ", ".join(
        f'"{f.name}" {sql_type(f.type)}{"" if f.nullable else " NOT NULL"}' for f in schema
    )
    return f'CREATE TABLE "{name}" ({columns})'


def create_abandoned(name: str, schema: pa.Schema) -> str:
    """The table apart for rows of `name` that a reorganisation took away."""
    with_id = pa.schema([pa.field("reorganisation", pa.uint64(), nullable=False), *schema])
    return create(f"abandoned_{name}", with_id)


def blocks_of(headers: Sequence[HeaderLike]) -> pa.Table:
    """Headers as rows of table `block`."""
    return pa.table(
        {
            "number": [h.number for h in headers],
            "hash": [h.hash for h in headers],
            "parent": [h.parent for h in headers],
            "timestamp": [h.timestamp for h in headers],
            "header": [h.rlp for h in headers],
        },
        schema=BLOCK,
    )
