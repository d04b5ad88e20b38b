"""Logs as columns: from a node's JSON to arrays, and the few things done with such columns.

`parse_logs` is the hot path of a collector. What a log means is `psephos.chain.decode`.
"""

import binascii
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from psephos.chain.answer import result, strict_json
from psephos.chain.node import Logs, Receipt
from psephos.commit.fields import quantity
from psephos.errors import MalformedAnswer, NodeContradiction

Texts = Sequence[str]


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


class Answer(msgspec.Struct):
    result: list[Entry] | None = None
    error: Any = None


_DECODER = msgspec.json.Decoder(Answer)


def parse_logs(answer: bytes) -> Logs:
    """The logs in the body of an `eth_getLogs` answer.

    Logs with `removed: true` are dropped, and so is a log told twice in equal words; the rest
    is in order of (block, transaction, log).

    Raises what a refusal in the body means: RateLimited, LaggingNode, MethodMissing, and
    RangeRefused for all else, since less can be asked for, and at one block its receipts;
    MalformedAnswer if the body is not strict JSON of that shape or the result is null;
    NodeContradiction if two logs stand at one place or one block has two hashes.
    """
    try:
        parsed = _DECODER.decode(answer)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        parsed = None
    if parsed is None or parsed.error is not None or parsed.result is None:
        return _odd(answer)
    return columns([entry for entry in parsed.result if not entry.removed])


def _odd(answer: bytes) -> Logs:
    """What is no plain list of logs: the error that it is."""
    rows = result(strict_json(answer), None, wide=True)
    if rows is None:
        raise MalformedAnswer("eth_getLogs answers null, which is neither logs nor an error")
    raise MalformedAnswer("eth_getLogs answers something that is no list of logs")


def logs_of(receipts: Iterable[Receipt]) -> Logs:
    """The logs in receipts of `eth_getBlockReceipts`; same rules as `parse_logs`."""
    logs = [log for receipt in receipts for log in receipt["logs"]]
    try:
        entries = msgspec.convert(logs, list[Entry])
    except msgspec.ValidationError as error:
        raise MalformedAnswer(f"a log in a receipt is malformed: {error}") from None
    return columns([entry for entry in entries if not entry.removed])


def columns(entries: Sequence[Entry]) -> Logs:
    """Columns of entries, in order, each row once."""
    counts = np.fromiter((len(e.topics) for e in entries), np.uint8, len(entries))
    if len(entries) and counts.max() > 4:
        raise MalformedAnswer("a log has more than four topics")
    data, offsets = _joined([e.data for e in entries])
    topics = np.zeros((len(entries), 4, 32), np.uint8)
    topics[np.arange(4) < counts[:, None]] = fixed([t for e in entries for t in e.topics], 32)
    return tidy(
        Logs(
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
    )


def fixed(texts: Texts, size: int) -> NDArray[np.uint8]:
    """Hex strings of `size` bytes each as an array (n, size)."""
    text = "".join(texts)
    width = 2 + 2 * size
    if len(text) != width * len(texts) or not text.isascii():
        raise MalformedAnswer(f"a field of a log does not have {size} bytes")
    digits = np.frombuffer(text.encode(), np.uint8).reshape(-1, width)
    if not (digits[:, :2] == (0x30, 0x78)).all():
        raise MalformedAnswer("a field of a log does not begin with 0x")
    return unhex(digits[:, 2:]).reshape(-1, size)


def unhex(digits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The bytes that hex digits (as ASCII codes, in order) write."""
    try:
        return np.frombuffer(binascii.unhexlify(digits.tobytes()), np.uint8)
    except binascii.Error:
        raise MalformedAnswer("a field of a log holds something that is no hex digit") from None


def _joined(texts: Texts) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Hex strings of any length as one run of bytes and its offsets."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts)) - 2
    if not all(text.startswith("0x") for text in texts) or (sizes & 1).any():
        raise MalformedAnswer("the data of a log are no hex bytes")
    digits = "".join(text[2:] for text in texts).encode()
    if len(digits) != sizes.sum():
        raise MalformedAnswer("the data of a log are no hex bytes")
    return unhex(np.frombuffer(digits, np.uint8)), starts(sizes // 2)


def starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Offsets (n + 1,) of n pieces laid one after another."""
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


class _Quantities(dict[str, int]):
    """Each distinct quantity is read once: block numbers and indexes repeat."""

    def __missing__(self, text: str) -> int:
        value = self[text] = quantity(text, "a quantity of a log")
        return value


def quantities(texts: Texts, kind: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    """Hex quantities as an array of `kind`."""
    known = _Quantities()
    try:
        return np.fromiter(map(known.__getitem__, texts), kind, len(texts))
    except OverflowError:
        raise MalformedAnswer("a quantity of a log is too large") from None


def tidy(logs: Logs) -> Logs:
    """Rows in order of (block, transaction, log), each once; contradictions are errors."""
    if not _regular(logs):
        logs = select(logs, np.lexsort((logs.log, logs.transaction, logs.block)))
        logs = select(logs, ~_repeated(logs))
    same = logs.block[1:] == logs.block[:-1]
    other = same & (logs.block_hash[1:] != logs.block_hash[:-1]).any(axis=1)
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
    found = np.zeros(len(values), np.bool_)
    for one in wanted:
        found |= (values == np.frombuffer(one, np.uint8)).all(axis=1)
    return found


def join(parts: Sequence[Logs]) -> Logs:
    """Several answers as one, in order, each row once."""
    if not parts:
        return empty()
    sizes = np.concatenate([part.offsets[1:] - part.offsets[:-1] for part in parts])
    joined = {n: np.concatenate([getattr(part, n) for part in parts]) for n in (*_FIXED, "data")}
    return tidy(Logs(**joined, offsets=starts(sizes)))


def empty() -> Logs:
    """No logs."""
    return columns([])
