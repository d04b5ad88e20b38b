"""Rows as Arrow: key columns of logs, columns of bytes, and rows of several shapes as one table."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from psephos.chain.node import FeltLogs, Logs

Bytes: TypeAlias = NDArray[np.uint8]
Index: TypeAlias = NDArray[np.intp]


def keys(logs: Logs | FeltLogs, pick: Index | None) -> list[pa.Array]:
    """The key columns of the picked rows; None picks all of them."""
    return [
        pa.array(picked(logs.block, pick)),
        cells(picked(logs.block_hash, pick)),
        pa.array(picked(logs.transaction, pick)),
        pa.array(picked(logs.log, pick)),
        cells(picked(logs.transaction_hash, pick)),
        cells(picked(logs.address, pick)),
    ]


def picked(column: NDArray[Any], pick: Index | None) -> NDArray[Any]:
    """The picked rows of a column; None picks all of them, without a copy."""
    return column if pick is None else column.take(pick, axis=0)


def cells(found: Bytes) -> pa.Array:
    """Bytes of shape (rows, width) as an Arrow column."""
    rows, width = found.shape
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), rows, [None, pa.py_buffer(np.ascontiguousarray(found))]
    )


def amounts(low: NDArray[np.uint64], high: NDArray[np.uint64]) -> pa.Array:
    """Numbers high · 2^64 + low, below 10^38, as DECIMAL(38, 0)."""
    numbers = np.empty((len(low), 2), "<u8")
    numbers[:, 0], numbers[:, 1] = low, high
    return pa.Array.from_buffers(pa.decimal128(38, 0), len(numbers), [None, pa.py_buffer(numbers)])


def decimals(found: Sequence[int]) -> pa.Array:
    """Integers from 0 to below 10^38 as DECIMAL(38, 0): Arrow's own way is by Python's Decimals,
    and takes three times as long."""
    numbers = b"".join([number.to_bytes(16, "little") for number in found])
    return pa.Array.from_buffers(pa.decimal128(38, 0), len(found), [None, pa.py_buffer(numbers)])


def joined(parts: Sequence[tuple[Index, pa.Table]], none: pa.Table) -> pa.Table:
    """The rows of all shapes of one table, in the order of the logs; `none` if there are none."""
    if not parts:
        return none
    if len(parts) == 1:
        return parts[0][1]
    order = np.argsort(np.concatenate([rows for rows, _ in parts]))
    return pa.concat_tables([table for _, table in parts]).take(order).combine_chunks()
