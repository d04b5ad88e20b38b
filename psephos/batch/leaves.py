"""Row bytes of whole tables, and the leaves of their row tree: the fast twin of `rowbytes`.

A table is cut into pieces of fields. A piece has the same width in every row, an array
(n, width), or its own length in each, as (lengths, all bytes joined). Rows are put together by
scattering the pieces to where each row has them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2s

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from psephos.batch.rowbytes import Field, fields, optional, told
from psephos.batch.tree import LEAF
from psephos.errors import VerificationFailed

CHUNK = 65_536
"""Rows encoded at a time: bounds memory, not the result."""

Bytes = NDArray[np.uint8]
Piece = Bytes | tuple[NDArray[np.int64], Bytes]


@dataclass(frozen=True, slots=True)
class Encoded:
    """Rows of a table: row i is `data[offsets[i]:offsets[i + 1]]`."""

    data: bytes
    offsets: list[int]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, i: int) -> bytes:
        return self.data[self.offsets[i] : self.offsets[i + 1]]


def encode(table: pa.Table, schema: pa.Schema) -> Iterator[Encoded]:
    """The row bytes of a table with these columns, `CHUNK` rows at a time.

    Raises VerificationFailed if a column is missing, has another type, or is null where it
    must not be: these are not the rows that the schema describes.
    """
    layout = fields(schema)
    try:
        table = table.select(schema.names).cast(schema)
    except (KeyError, ValueError, pa.ArrowException) as error:
        raise VerificationFailed(f"rows do not have the columns of their table: {error}") from error
    for start in range(0, len(table), CHUNK):
        part = table.slice(start, CHUNK).combine_chunks()
        columns = {name: _array(part.column(name)) for name in schema.names}
        parts = [piece for field in layout for piece in _pieces(field, columns)]
        yield _assemble(parts, len(part))


def leaves(table: pa.Table, schema: pa.Schema) -> list[bytes]:
    """The leaf of each row, in order."""
    found: list[bytes] = []
    for rows in encode(table, schema):
        data, ends = rows.data, zip(rows.offsets, rows.offsets[1:], strict=False)
        found += [blake2s(data[a:b], person=LEAF).digest() for a, b in ends]
    return found


def _array(column: pa.ChunkedArray) -> pa.Array:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array


def _pieces(field: Field, columns: dict[str, pa.Array]) -> Iterator[Piece]:
    array = columns[field.name]
    if array.null_count and not field.optional:
        raise VerificationFailed(f"column {field.name} is absent in a row and must not be")
    if field.code.endswith("[]") or (field.optional and field.code in ("bytes", "text")):
        values = {name: columns[name].to_pylist() for name in (field.name, field.raw) if name}
        yield _joined([optional(field, told(field, values, i)) for i in range(len(array))])
    elif field.code in ("bytes", "text"):
        lengths, data = _variable(array, columns[field.raw] if field.raw else None)
        yield lengths.astype(">u4").view(np.uint8).reshape(-1, 4)
        yield lengths, data
    elif field.optional:
        there = np.asarray(array.is_valid())
        yield there.astype(np.uint8).reshape(-1, 1)
        width = _fixed(field, array.drop_null())
        yield there.astype(np.int64) * width.shape[1], width.reshape(-1)
    else:
        yield _fixed(field, array)


def _joined(values: list[bytes]) -> Piece:
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    return lengths, np.frombuffer(b"".join(values), np.uint8)


def _fixed(field: Field, array: pa.Array) -> Bytes:
    """A column without nulls as (n, width) bytes."""
    n = len(array)
    if field.code == "bool":
        return np.asarray(array).astype(np.uint8).reshape(n, 1)
    if field.code == "u128":
        words = _buffer(array, 16)[:, ::-1]
        if n and words[:, 0].max() > 127:
            raise VerificationFailed(f"column {field.name} holds a negative amount")
        return words
    if field.code[0] == "b":
        return _buffer(array, int(field.code[1:]))
    width = int(field.code[1:]) // 8
    numbers = np.asarray(array).astype(f">u{width}")
    return numbers.view(np.uint8).reshape(n, width)


def _buffer(array: pa.Array, width: int) -> Bytes:
    if not len(array):
        return np.zeros((0, width), np.uint8)
    values = np.frombuffer(array.buffers()[1], np.uint8)
    return values[width * array.offset : width * (array.offset + len(array))].reshape(-1, width)


def _variable(array: pa.Array, raw: pa.Array | None) -> tuple[NDArray[np.int64], Bytes]:
    """Lengths and joined bytes of a text or bytes column, raw bytes where there are any."""
    if raw is not None and raw.null_count < len(raw):
        array = _raw_first(array, raw)
    if not len(array):
        return np.zeros(0, np.int64), np.zeros(0, np.uint8)
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    joined = np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)
    return np.diff(ends).astype(np.int64), joined[ends[0] : ends[-1]]


def _raw_first(array: pa.Array, raw: pa.Array) -> pa.Array:
    pairs = zip(raw.to_pylist(), array.cast(pa.binary()).to_pylist(), strict=True)
    return pa.array([text if told is None else told for told, text in pairs], pa.binary())


def _assemble(parts: list[Piece], n: int) -> Encoded:
    """Rows from the pieces of their fields."""
    if all(isinstance(part, np.ndarray) for part in parts):
        whole = np.concatenate(parts, axis=1)
        width = whole.shape[1]
        return Encoded(whole.tobytes(), list(range(0, n * width + 1, width)))
    sizes = [p.shape[1] if isinstance(p, np.ndarray) else p[0] for p in parts]
    ends = np.cumsum(sum(sizes, np.zeros(n, np.int64)))
    position = np.concatenate(([0], ends[:-1])).astype(np.int64)
    out = np.empty(int(ends[-1]) if n else 0, np.uint8)
    for part, size in zip(parts, sizes, strict=True):
        if isinstance(part, np.ndarray):
            out[position[:, None] + np.arange(part.shape[1])] = part
        else:
            lengths, data = part
            starts = position - (np.cumsum(lengths) - lengths)
            out[np.repeat(starts, lengths) + np.arange(len(data))] = data
        position = position + size
    return Encoded(out.tobytes(), [0, *ends.tolist()])
