"""Events of Starknet to rows: which declared shape an event has, and its members as Arrow columns.

A shape is found by the first key (the selector), the number of keys, the number of data felts, the
block and the contract: contracts were upgraded and kept their selectors. Events whose members all
take a fixed number of felts are read column by column with numpy. What a column says is defined by
`psephos.chain.starknet.cairo.decode_one`: numpy only finds the events that are wrong, the exact
reader says why. Events with strings, arrays or enums that carry something are read by it
altogether.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NoReturn, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from psephos.chain.abi import AMOUNT_LIMIT
from psephos.chain.cells import Bytes, Index, amounts, cells, joined, keys
from psephos.chain.event import (
    KEY_COLUMNS,
    Column,
    FeltEvent,
    LogType,
    no_rows,
    schema,
    topic0,
)
from psephos.chain.kinds import CAIRO
from psephos.chain.node import FeltLogs
from psephos.chain.starknet.cairo import decode_one, place, shape_of
from psephos.commit.starknet.felt import PRIME

Mask: TypeAlias = NDArray[np.bool_]
Limbs: TypeAlias = NDArray[np.uint64]

HIGH, LOW = (np.uint64(part) for part in divmod(AMOUNT_LIMIT, 2**64))
TOP = np.uint64(PRIME >> 192)


def decode_felts(events: Sequence[LogType], logs: FeltLogs) -> dict[str, pa.Table]:
    """One table a declared table name, empty ones too, rows in the order of the events.

    Events that are not declared are passed over. An event with a declared selector and no
    declared shape, or one that does not decode, raises MalformedEvent or AmountTooLarge naming
    contract, block, event and raw felts: a hole would be invisible later.
    """
    parts: dict[str, list[tuple[Index, pa.Table]]] = {event.table: [] for event in events}
    none = {event.table: no_rows(event) for event in events}
    if not len(logs):
        return none
    declared = [event for event in events if isinstance(event, FeltEvent)]
    for event, rows in _shapes(declared, logs):
        parts[event.table].append((rows, _table(event, logs, rows)))
    return {table: joined(found, none[table]) for table, found in parts.items()}


def _shapes(events: Sequence[FeltEvent], logs: FeltLogs) -> Iterator[tuple[FeltEvent, Index]]:
    """Each shape that occurs, with the rows that have it, ascending."""
    sizes = np.diff(logs.offsets) - logs.key_count
    having = np.flatnonzero(logs.key_count > 0)
    first = limbs(logs.felts[logs.offsets[having]])
    for wanted, shapes in groupby(sorted(dict.fromkeys(events), key=topic0), key=topic0):
        same = (first == limbs(np.frombuffer(wanted, np.uint8))).all(axis=-1)
        rows = having[same]
        if len(rows):
            yield from _told_apart(list(shapes), logs, rows, sizes[rows])


def _told_apart(
    shapes: list[FeltEvent], logs: FeltLogs, rows: Index, sizes: NDArray[np.int64]
) -> Iterator[tuple[FeltEvent, Index]]:
    """The rows of one selector by shape. Rows that fit more than one are read to find out."""
    fits = np.array([_fits(shape, logs, rows, sizes) for shape in shapes])
    count = fits.sum(axis=0)
    if not count.all():
        shape_of(shapes, logs, int(rows[np.argmin(count)]))
    chosen = np.argmax(fits, axis=0)
    for at in np.flatnonzero(count > 1).tolist():
        shape = shape_of(shapes, logs, int(rows[at]))
        chosen[at] = next(i for i, one in enumerate(shapes) if one is shape)
    for i, shape in enumerate(shapes):
        if (chosen == i).any():
            yield shape, rows[chosen == i]


def _fits(event: FeltEvent, logs: FeltLogs, rows: Index, sizes: NDArray[np.int64]) -> Mask:
    """Which rows, all of its selector, have the shape's keys, felts, block and contract."""
    fits: Mask = logs.key_count[rows] == event.keys
    fits &= (sizes == event.least) if event.static else (sizes >= event.least)
    if event.since is not None:
        fits &= logs.block[rows] >= event.since
    if event.until is not None:
        fits &= logs.block[rows] <= event.until
    if event.contracts:
        own = np.array([np.frombuffer(contract, np.uint8) for contract in event.contracts])
        fits &= (logs.address[rows][:, None] == own).all(axis=2).any(axis=1)
    return fits


def _table(event: FeltEvent, logs: FeltLogs, rows: Index) -> pa.Table:
    columns = _columns(event, logs, rows) if event.static else _exact(event, logs, rows)
    pick = None if len(rows) == len(logs) else rows
    return pa.Table.from_arrays([*keys(logs, pick), *columns], schema=schema(event))


def _exact(event: FeltEvent, logs: FeltLogs, rows: Index) -> list[pa.Array]:
    """Event columns by the exact reader, row by row."""
    found = [decode_one(event, logs, int(row)) for row in rows]
    fields = list(schema(event))[len(KEY_COLUMNS) :]
    return [pa.array([row[field.name] for row in found], field.type) for field in fields]


def _columns(event: FeltEvent, logs: FeltLogs, rows: Index) -> list[pa.Array]:
    """Event columns by numpy, for an event whose members take a fixed number of felts."""
    width = event.keys + event.least
    felts = logs.felts[logs.offsets[rows][:, None] + np.arange(width)]  # (rows, width, 32)
    numbers = limbs(felts)
    key, data = 1, event.keys
    wrong: Mask = np.zeros(len(rows), np.bool_)
    found = []
    for column in event.columns:
        size = CAIRO[column.type].felts
        at = key if column.indexed else data
        key, data = (key + size, data) if column.indexed else (key, data + size)
        reader = READERS[column.kind]
        bad, array = reader(felts[:, at : at + size], numbers[:, at : at + size], column)
        wrong |= bad
        found.append(array)
    if wrong.any():
        _explain(event, logs, int(rows[np.argmax(wrong)]))
    return found


def _explain(event: FeltEvent, logs: FeltLogs, row: int) -> NoReturn:
    """The exact reader says what is wrong with an event that numpy found."""
    decode_one(event, logs, row)
    raise AssertionError(f"{event.name} {place(logs, row)}: the two readers disagree")


def limbs(felts: Bytes) -> Limbs:
    """Felts (…, 32) as four limbs (…, 4) of 64 bits, the highest first."""
    return np.ascontiguousarray(felts).view(">u8").astype(np.uint64)


# Readers: felts (rows, 1 or 2, 32) and their limbs → which rows are wrong, and the column.


def _felt(felts: Bytes, numbers: Limbs, _: Column) -> tuple[Mask, pa.Array]:
    one = numbers[:, 0]
    rest: Mask = (one[:, 1] | one[:, 2] | one[:, 3]) != 0
    above: Mask = one[:, 0] > TOP
    return above | ((one[:, 0] == TOP) & rest), cells(felts[:, 0])


def _address(felts: Bytes, numbers: Limbs, _: Column) -> tuple[Mask, pa.Array]:
    wrong = (numbers[:, 0, 0] | (numbers[:, 0, 1] >> np.uint64(32))) != 0
    return wrong, cells(felts[:, 0, 12:])


def _wide(numbers: Limbs) -> Mask:
    """Rows in which a felt is 2^128 or more."""
    wide: Mask = np.bitwise_or.reduce(numbers[:, :, 0] | numbers[:, :, 1], axis=1) != 0
    return wide


def _amount(_: Bytes, numbers: Limbs, __: Column) -> tuple[Mask, pa.Array]:
    high, low = numbers[:, 0, 2], numbers[:, 0, 3]
    wrong = _wide(numbers) | (high > HIGH) | ((high == HIGH) & (low >= LOW))
    if numbers.shape[1] == 2:
        wrong |= (numbers[:, 1, 2] | numbers[:, 1, 3]) != 0
    return wrong, amounts(low, high)


def _word(felts: Bytes, numbers: Limbs, _: Column) -> tuple[Mask, pa.Array]:
    """A u128, or a u256 whose high half comes second."""
    found = felts[:, 0].copy()
    if felts.shape[1] == 2:
        found[:, :16] = felts[:, 1, 16:]
    return _wide(numbers), cells(found)


def _uint(_: Bytes, numbers: Limbs, column: Column) -> tuple[Mask, pa.Array]:
    one = numbers[:, 0]
    wrong: Mask = (one[:, 0] | one[:, 1] | one[:, 2]) != 0
    last = 2 if column.type == "enum3" else 2 ** int(column.type.removeprefix("u")) - 1
    above: Mask = one[:, 3] > np.uint64(last)
    return wrong | above, pa.array(one[:, 3])


def _bool(_: Bytes, numbers: Limbs, __: Column) -> tuple[Mask, pa.Array]:
    one = numbers[:, 0]
    wrong: Mask = (one[:, 0] | one[:, 1] | one[:, 2]) != 0
    above: Mask = one[:, 3] > 1
    return wrong | above, pa.array(one[:, 3] != 0)


READERS = {
    "felt": _felt,
    "address": _address,
    "amount": _amount,
    "word": _word,
    "uint": _uint,
    "bool": _bool,
}
