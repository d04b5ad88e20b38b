"""Logs to rows: which declared shape a log has, and its members as Arrow columns.

Events whose members all fit one word are read column by column with numpy. What a column says is
defined by `psephos.chain.abi.decode_one`: numpy only finds the rows that are wrong, the exact
reader says why. Events with strings or arrays are read by it altogether.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NoReturn, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from psephos.chain.abi import AMOUNT_LIMIT, decode_one, place
from psephos.chain.cells import Bytes, Index, amounts, cells, joined, keys, picked
from psephos.chain.event import (
    KEY_COLUMNS,
    Column,
    EventType,
    LogType,
    no_rows,
    schema,
    topic0,
)
from psephos.chain.logs import by_word, equal
from psephos.chain.node import FeltLogs, Logs
from psephos.errors import MalformedEvent

__all__ = ["decode", "decode_one"]

Mask: TypeAlias = NDArray[np.bool_]

HIGH, LOW = (np.uint64(part) for part in divmod(AMOUNT_LIMIT, 2**64))


def decode(events: Sequence[LogType], logs: Logs | FeltLogs) -> dict[str, pa.Table]:
    """One table a declared table name, empty ones too, rows in the order of the logs.

    Logs of events that are not declared are passed over (a token's `Approval`). A log with a
    declared topic 0 and no declared shape, or one that does not decode, raises MalformedEvent
    or AmountTooLarge naming contract, block and log: a hole would be invisible later. Events
    of Starknet are read by `psephos.chain.starknet.felts`.
    """
    if isinstance(logs, FeltLogs):
        from psephos.chain.starknet.felts import (
            decode_felts,  # here: collecting Ethereum needs none of it
        )

        return decode_felts(events, logs)
    parts: dict[str, list[tuple[Index, pa.Table]]] = {event.table: [] for event in events}
    none = {event.table: no_rows(event) for event in events}
    if not len(logs):
        return none
    for event, rows in _shapes([e for e in events if isinstance(e, EventType)], logs):
        parts[event.table].append((rows, _table(event, logs, rows)))
    return {table: joined(found, none[table]) for table, found in parts.items()}


def _shapes(events: Sequence[EventType], logs: Logs) -> Iterator[tuple[EventType, Index]]:
    """Each shape that occurs, with the rows that have it, ascending."""
    first = by_word(logs.topics[:, 0])
    for wanted, shapes in groupby(sorted(set(events), key=topic0), key=topic0):
        rows = np.flatnonzero(equal(first, wanted) & (logs.topic_count > 0))
        for shape in shapes:
            fits = _fits(shape, logs, rows)
            if fits.any():
                yield shape, rows[fits]
            rows = rows[~fits]
        if len(rows):
            _no_shape(logs, rows[0], shape)


def _fits(shape: EventType, logs: Logs, rows: Index) -> Mask:
    """Which of the rows, all of its topic 0, have the shape's topics, block and contract."""
    fits: Mask = logs.topic_count[rows] == shape.topics
    if shape.since is not None:
        fits &= logs.block[rows] >= shape.since
    if shape.until is not None:
        fits &= logs.block[rows] <= shape.until
    if shape.contracts:
        own = np.array([np.frombuffer(contract, np.uint8) for contract in shape.contracts])
        fits &= (logs.address[rows][:, None] == own).all(axis=2).any(axis=1)
    return fits


def _no_shape(logs: Logs, row: int, shape: EventType) -> NoReturn:
    raise MalformedEvent(
        f"{shape.name} {place(logs, row)}: no declared shape of {shape.signature} has "
        f"{int(logs.topic_count[row])} topics there",
        hint="is the contract of this kind? A shape is declared in psephos/chain/events",
    )


def _table(event: EventType, logs: Logs, rows: Index) -> pa.Table:
    pick = None if len(rows) == len(logs) else rows
    columns = _columns(event, logs, rows) if event.static else _exact(event, logs, rows)
    return pa.Table.from_arrays([*keys(logs, pick), *columns], schema=schema(event))


def _exact(event: EventType, logs: Logs, rows: Index) -> list[pa.Array]:
    """Event columns by the exact reader, row by row."""
    found = [decode_one(event, logs, int(row)) for row in rows]
    fields = list(schema(event))[len(KEY_COLUMNS) :]
    return [pa.array([row[field.name] for row in found], field.type) for field in fields]


def _columns(event: EventType, logs: Logs, rows: Index) -> list[pa.Array]:
    """Event columns by numpy, for an event without tails."""
    pick = None if len(rows) == len(logs) else rows
    odd = picked(np.diff(logs.offsets), pick) != event.head
    if odd.any():
        first = int(np.argmax(odd))
        if first:  # the first wrong row is named, whatever is wrong with it
            _columns(event, logs, rows[:first])
        _explain(event, logs, rows[first])
    topics = iter(range(1, 4))
    heads = iter(_heads(event, logs, pick).swapaxes(0, 1))
    columns = []
    wrong: Mask = np.zeros(len(rows), np.bool_)
    for column in event.columns:
        words = _topic(logs, next(topics), pick) if column.indexed else next(heads)
        bad, array = READERS[column.kind](np.ascontiguousarray(words), column)
        wrong |= bad
        columns.append(array)
    if wrong.any():
        _explain(event, logs, rows[np.argmax(wrong)])
    return columns


def _explain(event: EventType, logs: Logs, row: int) -> NoReturn:
    """The exact reader says what is wrong with a row that numpy found."""
    decode_one(event, logs, int(row))
    raise AssertionError(f"{event.name} {place(logs, row)}: the two readers disagree")


def _topic(logs: Logs, topic: int, pick: Index | None) -> Bytes:
    """One topic of the picked rows: (rows, 32)."""
    if pick is None:
        return logs.topics[:, topic]
    return logs.topics.reshape(-1, 32).take(4 * pick + topic, axis=0)


def _heads(event: EventType, logs: Logs, pick: Index | None) -> Bytes:
    """The data of the picked rows, all of length `event.head`, as words: (rows, words, 32)."""
    count = event.head // 32
    if not count:
        return np.zeros((0, 0, 32), np.uint8)
    if pick is None:
        return logs.data[logs.offsets[0] : logs.offsets[-1]].reshape(-1, count, 32)
    # every place of the data seen as the start of a row: only the picked ones are copied
    windows = np.lib.stride_tricks.sliding_window_view(logs.data, event.head)
    data: Bytes = windows[logs.offsets[pick]].reshape(-1, count, 32)
    return data


# Readers: words (rows, 32) → which rows are wrong, and the column.


def _address(words: Bytes, _: Column) -> tuple[Mask, pa.Array]:
    parts = words.view(np.uint32)
    return (parts[:, 0] | parts[:, 1] | parts[:, 2]) != 0, cells(words[:, 12:])


def _word(words: Bytes, _: Column) -> tuple[Mask, pa.Array]:
    return np.zeros(len(words), np.bool_), cells(words)


def _amount(words: Bytes, column: Column) -> tuple[Mask, pa.Array]:
    limbs = words.view(np.uint64)
    high, low = words.view(">u8")[:, 2:].astype(np.uint64).T
    wrong = (limbs[:, 0] | limbs[:, 1]) != 0
    wrong |= (high > HIGH) | ((high == HIGH) & (low >= LOW))
    wrong |= _too_wide(words, column)
    return wrong, amounts(low, high)


def _uint(words: Bytes, column: Column) -> tuple[Mask, pa.Array]:
    return _too_wide(words, column), pa.array(words.view(">u8")[:, 3].astype(np.uint64))


def _bool(words: Bytes, column: Column) -> tuple[Mask, pa.Array]:
    return _too_wide(words, column), pa.array(words[:, 31] != 0)


def _too_wide(words: Bytes, column: Column) -> Mask:
    """Rows in which a number has a bit above those of its Solidity type."""
    if column.type == "bool":
        unused, last = 31, 1
    else:
        unused, last = 32 - int(column.type.removeprefix("uint")) // 8, 255
    wrong: Mask = (words[:, :unused] != 0).any(axis=1) | (words[:, 31] > last)
    return wrong


READERS = {
    "address": _address,
    "amount": _amount,
    "word": _word,
    "uint": _uint,
    "bool": _bool,
}
