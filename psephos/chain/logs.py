"""Logs as columns: from a node's JSON to arrays, and the few things done with such columns.

`parse_logs` is the hot path of a collector: it reads by `psephos.chain.sheet` what is written
regularly, and by `exact` the rest. What a log means is `psephos.chain.decode`.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from psephos.chain.columns import fixed, joined, quantities, starts
from psephos.chain.node import Logs, Receipt
from psephos.chain.sheet import regular
from psephos.chain.wire.answer import result, strict_json
from psephos.errors import MalformedAnswer, NodeContradiction


class Entry(msgspec.Struct, rename="camel", gc=False):
    """One log as JSON-RPC writes it. Other members (`blockTimestamp`, `type`) are ignored."""

    address: str
    topics: list[str]
    data: str
    block_number: str
    block_hash: str
    transaction_hash: str
    transaction_index: str
    log_index: str
    removed: bool | None = False


def parse_logs(answer: bytes | memoryview) -> Logs:
    """The logs in the body of an `eth_getLogs` answer.

    Logs with `removed: true` are dropped, and so is a log told twice in equal words; the rest
    is in order of (block, transaction, log).

    Raises what a refusal in the body means: RateLimited, LaggingNode, MethodMissing, and
    RangeRefused for all else, since less can be asked for, and at one block its receipts;
    MalformedAnswer if the body is not strict JSON of that shape or the result is null;
    NodeContradiction if two logs stand at one place or one block has two hashes.
    """
    logs = regular(answer, exact)
    return tidy(exact(bytes(answer)) if logs is None else logs)


def exact(answer: bytes) -> Logs:
    """The logs of an answer as told, removed ones left out: the readable truth."""
    told = result(strict_json(answer), None, wide=True)
    if told is None:
        raise MalformedAnswer("eth_getLogs answers null, which is neither logs nor an error")
    return columns(_entries(told))


def logs_of(receipts: Iterable[Receipt]) -> Logs:
    """The logs in receipts of `eth_getBlockReceipts`; same rules as `parse_logs`."""
    return tidy(columns(_entries([log for receipt in receipts for log in receipt["logs"]])))


def _entries(told: Any) -> list[Entry]:
    try:
        entries = msgspec.convert(told, list[Entry])
    except msgspec.ValidationError as error:
        raise MalformedAnswer(f"logs are not as they should be: {error}") from None
    return [entry for entry in entries if not entry.removed]


def columns(entries: Sequence[Entry]) -> Logs:
    """Columns of entries, in their order."""
    counts = np.fromiter((len(e.topics) for e in entries), np.uint8, len(entries))
    if len(entries) and counts.max() > 4:
        raise MalformedAnswer("a log has more than four topics")
    data, offsets = joined([e.data for e in entries])
    topics = np.zeros((len(entries), 4, 32), np.uint8)
    topics[np.arange(4) < counts[:, None]] = fixed([t for e in entries for t in e.topics], 32)
    return Logs(
        block=quantities([e.block_number for e in entries], np.uint64),
        block_hash=fixed([e.block_hash for e in entries], 32),
        transaction=quantities([e.transaction_index for e in entries], np.uint32),
        log=quantities([e.log_index for e in entries], np.uint32),
        transaction_hash=fixed([e.transaction_hash for e in entries], 32),
        address=fixed([e.address for e in entries], 20),
        topics=topics,
        topic_count=counts,
        data=data,
        offsets=offsets,
    )


def tidy(logs: Logs) -> Logs:
    """Rows in order of (block, transaction, log), each once; contradictions are errors."""
    if not _regular(logs):
        logs = select(logs, np.lexsort((logs.log, logs.transaction, logs.block)))
        logs = select(logs, ~_repeated(logs))
    same = logs.block[1:] == logs.block[:-1]
    hashes = words(logs.block_hash)
    other = same & (hashes[1:] != hashes[:-1]).any(axis=1)
    if other.any():
        raise NodeContradiction(f"block {logs.block[1:][other][0]} has two hashes in one answer")
    if not _regular(logs):
        raise NodeContradiction("two different logs stand at one place of a block")
    return logs


def _regular(logs: Logs) -> bool:
    """Blocks ascend; in a block log indexes ascend strictly and transactions do not descend."""
    earlier = logs.block[:-1] < logs.block[1:]
    within = (
        (logs.block[:-1] == logs.block[1:])
        & (logs.log[:-1] < logs.log[1:])
        & (logs.transaction[:-1] <= logs.transaction[1:])
    )
    return bool((earlier | within).all())


def _repeated(logs: Logs) -> NDArray[np.bool_]:
    """Which rows equal the row before them in every column."""
    repeated = np.zeros(len(logs), np.bool_)
    places = np.stack([logs.block, logs.transaction, logs.log], axis=1)
    for i in (np.flatnonzero((places[1:] == places[:-1]).all(axis=1)) + 1).tolist():
        repeated[i] = row(logs, i) == row(logs, i - 1)
    return repeated


def row(logs: Logs, i: int) -> tuple[int, bytes, int, int, bytes, bytes, tuple[bytes, ...], bytes]:
    """Row i: block, its hash, transaction, log, transaction's hash, address, topics, data."""
    return (
        int(logs.block[i]),
        logs.block_hash[i].tobytes(),
        int(logs.transaction[i]),
        int(logs.log[i]),
        logs.transaction_hash[i].tobytes(),
        logs.address[i].tobytes(),
        tuple(logs.topics[i, k].tobytes() for k in range(logs.topic_count[i])),
        logs.data[logs.offsets[i] : logs.offsets[i + 1]].tobytes(),
    )


def select(logs: Logs, index: NDArray[Any]) -> Logs:
    """The rows that a mask (n,) or an array of positions picks, in its order."""
    rows = np.flatnonzero(index) if index.dtype == np.bool_ else index
    sizes = (logs.offsets[1:] - logs.offsets[:-1])[rows]
    offsets = starts(sizes)
    source = np.arange(offsets[-1]) + np.repeat(logs.offsets[rows] - offsets[:-1], sizes)
    picked = {name: getattr(logs, name)[rows] for name in _FIXED}
    return Logs(**picked, data=logs.data[source], offsets=offsets)


_FIXED = tuple(name for name in Logs.__dataclass_fields__ if name not in ("data", "offsets"))
"""The columns with one entry a row."""


def matching(logs: Logs, addresses: Sequence[bytes], topics: Sequence[bytes]) -> NDArray[np.bool_]:
    """Which rows are of one of `addresses` with one of `topics` first (none given: all)."""
    mask = np.ones(len(logs), np.bool_)
    if addresses:
        mask &= _any_of(logs.address, addresses)
    if topics:
        mask &= _any_of(logs.topics[:, 0], topics) & (logs.topic_count > 0)
    return mask


def _any_of(values: NDArray[np.uint8], wanted: Sequence[bytes]) -> NDArray[np.bool_]:
    """Which rows (n, k) are one of the byte strings of length k."""
    if len(values) < SHORT * len(wanted):
        known = set(wanted)
        return np.fromiter((cell.tobytes() in known for cell in values), np.bool_, len(values))
    columns = by_word(values)
    found = np.zeros(len(values), np.bool_)
    for one in wanted:
        found |= equal(columns, one)
    return found


SHORT = 40
"""Rows for each wanted value up to which looking each row up costs less than comparing all."""


def by_word(values: NDArray[np.uint8]) -> NDArray[Any]:
    """Byte strings (n, k) as their first words, then their second ones, and so on.

    Reducing along rows so short costs several times as much as along columns in one piece.
    """
    return np.ascontiguousarray(words(values).T)


def equal(columns: NDArray[Any], one: bytes) -> NDArray[np.bool_]:
    """Which byte strings, of which `columns` are the words, equal one."""
    same = np.ones(columns.shape[1], np.bool_)
    for column, word in zip(columns, words(np.frombuffer(one, np.uint8)), strict=True):
        same &= column == word
    return same


def words(values: NDArray[np.uint8]) -> NDArray[Any]:
    """Byte strings of 20 or 32 bytes as words of 4 or 8, which are compared so much faster."""
    return values.view(np.uint64 if values.shape[-1] % 8 == 0 else np.uint32)


def join(parts: Sequence[Logs]) -> Logs:
    """Several answers as one, in order, each row once."""
    if not parts:
        return empty()
    sizes = np.concatenate([part.offsets[1:] - part.offsets[:-1] for part in parts])
    joined = {n: np.concatenate([getattr(part, n) for part in parts]) for n in (*_FIXED, "data")}
    return tidy(Logs(**joined, offsets=starts(sizes)))


@cache
def empty() -> Logs:
    """No logs; always the same, as there is nothing in it to change."""
    return columns([])
