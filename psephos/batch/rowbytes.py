"""Canonical row bytes: a row as the bytes that a leaf of the row tree is the hash of.

    row   = its fields, one after another, in the schema's order: the key columns
            (block_number, block_hash, transaction_index, log_index, transaction_hash,
            contract), then the event's columns as declared
    u8 … u64, u128   unsigned integer, big-endian, 1 to 8 or (amounts) 16 bytes
    bool             one byte, 00 or 01
    b20, b32         so many bytes, as they are
    bytes, text      length (4 bytes), then the bytes; a text's are its UTF-8, or the raw bytes
                     that the chain holds where they are no UTF-8
    x[]              number of elements (4 bytes), then each element as above
    x?               00 if absent, else 01 and then as above

The rows of a table stand in order of (block, transaction, log). A worked example is in
docs/method/header.md. This is the definition, a row at a time; `psephos.batch.leaves` does the
same for whole tables.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

import numpy as np
import pyarrow as pa

from psephos.errors import VerificationFailed

SCHEMA = b"psephosS"
ORDER = ("block_number", "transaction_index", "log_index")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a row: the column's name, its code (see above), the column of raw bytes."""

    name: str
    code: str
    optional: bool = False
    raw: str | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.code}{'?' if self.optional else ''}"


def fields(schema: pa.Schema) -> tuple[Field, ...]:
    """The fields of a table's rows. A column `x_raw` behind a text `x` is no field of its own."""
    found: list[Field] = []
    for column in schema:
        before = found[-1] if found else None
        if before and before.code in ("text", "text[]") and column.name == f"{before.name}_raw":
            found[-1] = Field(before.name, before.code, before.optional, column.name)
        else:
            found.append(Field(column.name, _code(column.type), column.nullable))
    return tuple(found)


def _code(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return _code(kind.value_type) + "[]"
    if pa.types.is_fixed_size_binary(kind):
        return f"b{kind.byte_width}"
    if pa.types.is_unsigned_integer(kind):
        return f"u{kind.bit_width}"
    known = {
        pa.bool_(): "bool",
        pa.decimal128(38, 0): "u128",
        pa.binary(): "bytes",
        pa.string(): "text",
    }
    if kind not in known:
        raise ValueError(f"row bytes are not defined for {kind}")
    return known[kind]


def schema_hash(schema: pa.Schema) -> bytes:
    """BLAKE2s-256, person "psephosS", of one line a field: name, space, code, line feed."""
    lines = "".join(f"{field}\n" for field in fields(schema))
    return blake2s(lines.encode("ascii"), person=SCHEMA).digest()


def row(layout: Sequence[Field], values: Sequence[Any]) -> bytes:
    """One row's bytes from Python values in the order of `layout`.

    A text may be given as `str`, or as `bytes` where it is no UTF-8. None only where the
    field is optional. Raises ValueError for a value that the field cannot hold.
    """
    return b"".join(optional(field, value) for field, value in zip(layout, values, strict=True))


def optional(field: Field, value: Any) -> bytes:
    if not field.optional:
        return element(field.code, value)
    return b"\0" if value is None else b"\1" + element(field.code, value)


def element(code: str, value: Any) -> bytes:
    """The bytes of one value by its code."""
    if code.endswith("[]"):
        return len(value).to_bytes(4, "big") + b"".join(element(code[:-2], v) for v in value)
    if code in ("bytes", "text"):
        data = value.encode() if isinstance(value, str) else bytes(value)
        return len(data).to_bytes(4, "big") + data
    if code == "bool":
        return bytes((bool(value),))
    size = int(code[1:])
    if code[0] == "b":
        if len(value) != size:
            raise ValueError(f"{len(value)} bytes where {size} belong")
        return bytes(value)
    if not 0 <= int(value) < 1 << size:
        raise ValueError(f"{value} does not fit {code}")
    return int(value).to_bytes(size // 8, "big")


def rows_of(table: pa.Table, schema: pa.Schema) -> Iterator[bytes]:
    """The exact rows of a table, one by one: what `leaves.encode` must equal."""
    layout = fields(schema)
    columns = {name: table.column(name).to_pylist() for name in schema.names}
    for i in range(len(table)):
        yield row(layout, [told(field, columns, i) for field in layout])


def told(field: Field, columns: dict[str, list[Any]], i: int) -> Any:
    raw = columns[field.raw][i] if field.raw else None
    return columns[field.name][i] if raw is None else raw


def check_order(table: pa.Table) -> None:
    """VerificationFailed unless rows ascend strictly in (block, transaction, log)."""
    keys = [table.column(name).to_numpy() for name in ORDER if name in table.column_names]
    ascends = np.zeros(max(len(table) - 1, 0), bool)
    for key in reversed(keys):
        ascends = (key[1:] > key[:-1]) | ((key[1:] == key[:-1]) & ascends)
    if not ascends.all():
        at = int(np.flatnonzero(~ascends)[0]) + 1
        raise VerificationFailed(f"row {at} is twice or out of order (block {int(keys[0][at])})")
