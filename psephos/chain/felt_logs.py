"""Starknet's logs as columns: from a node's JSON to arrays, and the few things done with them.

`read_page` is the hot path of a collector: a page in which every name stands once an event is read
by msgspec; any other by strict JSON, which gives the same columns at three times the cost, or says
what is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from psephos.chain.answer import result, strict_json, too_deep
from psephos.chain.columns import starts, unhex
from psephos.chain.node import FeltLogs
from psephos.commit.starknet.felt import PRIME
from psephos.errors import MalformedAnswer, NodeContradiction

UNPLACED = 2**32 - 1
"""The transaction of a log whose place the node did not tell (before 0.10 none does)."""


class Entry(msgspec.Struct, gc=False):
    """One event as `starknet_getEvents` writes it."""

    from_address: str
    keys: list[str]
    data: list[str]
    transaction_hash: str
    block_hash: str | None = None
    block_number: int | None = None
    transaction_index: int | None = None
    event_index: int | None = None


class _Chunk(msgspec.Struct, gc=False):
    events: list[Entry]
    continuation_token: str | None = None


class _Page(msgspec.Struct, gc=False):
    id: int
    result: _Chunk
    jsonrpc: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its logs in the node's order, and the token that asks for the next."""

    logs: FeltLogs
    token: str | None


def read_page(answer: bytes | memoryview, number: int | None = None) -> Page:
    """The page in the body of a `starknet_getEvents` answer to question `number`.

    Events of a block that is not closed yet (no hash) are dropped: pre-confirmed is never kept.
    MalformedAnswer if it is not strict JSON of that shape; else what a refusal in it means.
    """
    body = bytes(answer)
    page = _plain(body, number)
    if page is None:
        chunk = result(strict_json(body), number, wide=True)
        try:
            page = msgspec.convert(chunk, _Chunk)
        except msgspec.ValidationError as error:
            raise MalformedAnswer(f"events are not as they should be: {error}") from None
    return Page(columns(page.events), page.continuation_token)


def _plain(body: bytes, number: int | None) -> _Chunk | None:
    """A page that msgspec reads as strict JSON would; None for any other body.

    msgspec takes the last of two equal names. A colon stands behind each name, or inside a text:
    a page with as many colons as it has members has no name twice, and none that was not read.
    """
    if too_deep(body):
        return None
    try:
        page = msgspec.json.decode(body, type=_Page)
    except (msgspec.DecodeError, RecursionError):
        return None
    if number is not None and page.id != number:
        return None
    events = page.result.events
    token = page.result.continuation_token
    members = 3 + (page.jsonrpc != "") + (0 if token is None else 1 + token.count(":"))
    members += len(Entry.__struct_fields__) * len(events)
    if events and events[0].event_index is None:
        members -= 2 * len(events)
    return page.result if body.count(b":") == members else None


def columns(entries: Sequence[Entry]) -> FeltLogs:
    """Columns of entries, in their order; those of an open block (no hash) are left out.

    MalformedAnswer for what is no felt, no index, or a log without its block's number.
    """
    kept = [entry for entry in entries if entry.block_hash is not None]
    if any(entry.block_number is None for entry in kept):
        raise MalformedAnswer("an event tells its block's hash and not its number")
    texts = [felt for entry in kept for felt in (*entry.keys, *entry.data)]
    return FeltLogs(
        block=_whole([entry.block_number for entry in kept], np.uint64),
        block_hash=_repeated([entry.block_hash or "" for entry in kept]),
        transaction=_places([entry.transaction_index for entry in kept]),
        log=_places([entry.event_index for entry in kept]),
        transaction_hash=_repeated([entry.transaction_hash for entry in kept]),
        address=_repeated([entry.from_address for entry in kept]),
        felts=felts(texts),
        key_count=np.fromiter((len(entry.keys) for entry in kept), np.uint32, len(kept)),
        offsets=starts(np.fromiter((len(e.keys) + len(e.data) for e in kept), np.int64, len(kept))),
    )


def _whole(values: Sequence[int | None], kind: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    try:
        return np.fromiter(values, kind, len(values))
    except (OverflowError, TypeError, ValueError):
        raise MalformedAnswer("an event tells a number of its block that is none") from None


def _places(values: Sequence[int | None]) -> NDArray[np.uint32]:
    """Indexes; UNPLACED where they are not told, which is all or none of a page."""
    if values and values.count(None) == len(values):
        return np.full(len(values), UNPLACED, np.uint32)
    found: NDArray[np.uint32] = _whole(values, np.uint32)
    if (found == UNPLACED).any():
        raise MalformedAnswer("an event tells an index beyond all there can be")
    return found


def felts(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Felts as nodes write them, `0x` and up to 64 digits, as bytes (n, 32).

    MalformedAnswer for anything else, and for numbers of the prime and above.
    """
    digits = "".join([text[2:].zfill(64) for text in texts])
    begun = "".join([text[:2] for text in texts]) == "0x" * len(texts)
    if len(digits) != 64 * len(texts) or not begun or "0x" in texts:
        raise MalformedAnswer("a felt of an event is not 0x and 1 to 64 digits")
    if not digits.isascii():
        raise MalformedAnswer("a felt of an event holds something that is no hex digit")
    found = unhex(np.frombuffer(digits.encode(), np.uint8)).reshape(-1, 32)
    if len(found) and int(found[:, 0].max()) >= 8:
        _check_below_prime(found)
    return found


def _repeated(texts: Sequence[str]) -> NDArray[np.uint8]:
    """The same for a column of few different felts, each read once."""
    known: dict[str, int] = {}
    places = [known.setdefault(text, len(known)) for text in texts]
    return felts(list(known))[places]


def _check_below_prime(found: NDArray[np.uint8]) -> None:
    for row in found[found[:, 0] >= 8]:
        if int.from_bytes(row.tobytes(), "big") >= PRIME:
            raise MalformedAnswer("a felt of an event is not below the prime")


# Rows


_FIXED = tuple(n for n in FeltLogs.__dataclass_fields__ if n not in ("felts", "offsets"))
"""The columns with one entry a row."""


def select(logs: FeltLogs, index: NDArray[Any]) -> FeltLogs:
    """The rows that a mask (n,) or an array of positions picks, in its order."""
    rows = np.flatnonzero(index) if index.dtype == np.bool_ else index
    sizes = (logs.offsets[1:] - logs.offsets[:-1])[rows]
    offsets = starts(sizes)
    source = np.arange(offsets[-1]) + np.repeat(logs.offsets[rows] - offsets[:-1], sizes)
    picked = {name: getattr(logs, name)[rows] for name in _FIXED}
    return FeltLogs(**picked, felts=logs.felts[source], offsets=offsets)


def concatenated(parts: Sequence[FeltLogs]) -> FeltLogs:
    """Several sets of rows one after another, in their order."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return empty()
    sizes = np.concatenate([part.offsets[1:] - part.offsets[:-1] for part in parts])
    whole = {n: np.concatenate([getattr(part, n) for part in parts]) for n in (*_FIXED, "felts")}
    return FeltLogs(**whole, offsets=starts(sizes))


def ordered(logs: FeltLogs) -> FeltLogs:
    """Rows in order of (block, transaction, log), one told twice in equal words once.
    NodeContradiction if two stand at one place or one block has two hashes."""
    if not _ascends(logs).all():
        logs = select(logs, np.lexsort((logs.log, logs.transaction, logs.block)))
        after = np.flatnonzero(~_ascends(logs)) + 1
        again = [i for i in after.tolist() if row(logs, i) == row(logs, i - 1)]
        logs = select(logs, np.delete(np.arange(len(logs)), again))
        if not (fine := _ascends(logs)).all():
            at = int(np.flatnonzero(~fine)[0]) + 1
            raise NodeContradiction(f"two events stand at one place of block {logs.block[at]}")
    same = logs.block[1:] == logs.block[:-1]
    other = same & (logs.block_hash[1:] != logs.block_hash[:-1]).any(axis=1)
    if other.any():
        raise NodeContradiction(f"block {logs.block[1:][other][0]} has two hashes in one answer")
    return logs


def _ascends(logs: FeltLogs) -> NDArray[np.bool_]:
    """Whether each row comes after the one before it."""
    block, transaction, log = logs.block, logs.transaction, logs.log
    within = (transaction[1:] > transaction[:-1]) | (
        (transaction[1:] == transaction[:-1]) & (log[1:] > log[:-1])
    )
    found: NDArray[np.bool_] = (block[1:] > block[:-1]) | ((block[1:] == block[:-1]) & within)
    return found


def matching(
    logs: FeltLogs, addresses: Sequence[bytes], selectors: Sequence[bytes]
) -> NDArray[np.bool_]:
    """Which rows are of one of `addresses` with one of `selectors` as first key (none: all)."""
    mask = np.ones(len(logs), np.bool_)
    if addresses:
        mask &= _any_of(logs.address, addresses)
    if selectors and len(logs):
        keyed = logs.key_count > 0
        first = np.minimum(logs.offsets[:-1], max(len(logs.felts) - 1, 0))
        mask &= keyed & (_any_of(logs.felts[first], selectors) if len(logs.felts) else keyed)
    return mask


def _any_of(values: NDArray[np.uint8], wanted: Iterable[bytes]) -> NDArray[np.bool_]:
    """Which rows (n, 32) are one of the byte strings."""
    known = {bytes(one) for one in wanted}
    if len(known) > MANY:
        return np.fromiter((cell.tobytes() in known for cell in values), np.bool_, len(values))
    found = np.zeros(len(values), np.bool_)
    words = values.view(np.uint64).T
    for one in known:
        same = np.ones(len(values), np.bool_)
        for column, word in zip(words, np.frombuffer(one, np.uint64), strict=True):
            same &= column == word
        found |= same
    return found


MANY = 32
"""Wanted values from which looking each row up costs less than comparing all with each."""


def row(logs: FeltLogs, i: int) -> tuple[int, int, int, bytes, bytes, bytes, int, bytes]:
    """Row i: block, transaction, log, hashes of block and transaction, address, keys, felts."""
    return (
        int(logs.block[i]),
        int(logs.transaction[i]),
        int(logs.log[i]),
        logs.block_hash[i].tobytes(),
        logs.transaction_hash[i].tobytes(),
        logs.address[i].tobytes(),
        int(logs.key_count[i]),
        logs.felts[logs.offsets[i] : logs.offsets[i + 1]].tobytes(),
    )


def logs_of(number: int, block_hash: bytes, receipts: Iterable[Mapping[str, Any]]) -> FeltLogs:
    """All logs in the receipts of a block, in order and in their places.

    receipts: `receipt` objects of `starknet_getBlockWithReceipts`, one a transaction.
    """
    name = "0x" + block_hash.hex()
    entries = []
    for place, receipt in enumerate(receipts):
        try:
            own, told = receipt["transaction_hash"], receipt["events"]
            found = msgspec.convert(told, list[_Content])
        except (KeyError, TypeError, msgspec.ValidationError):
            raise MalformedAnswer(
                f"receipt {place} of block {number} tells its events in no known shape"
            ) from None
        entries += [
            Entry(event.from_address, event.keys, event.data, own, name, number, place, i)
            for i, event in enumerate(found)
        ]
    return columns(entries)


class _Content(msgspec.Struct, gc=False):
    """An event in a receipt."""

    from_address: str
    keys: list[str]
    data: list[str]


def empty() -> FeltLogs:
    """No logs."""
    return columns([])


# Places that a node does not tell


def unplaced(logs: FeltLogs) -> bool:
    """Whether some logs lack their places in the block."""
    return bool((logs.transaction == UNPLACED).any())


def placed(told: FeltLogs, whole: FeltLogs) -> FeltLogs:
    """`told`, unplaced, with the places that equal events have in `whole`, all logs of the blocks.

    Equal: in block, transaction, contract and felts; of events that are equal in all that, the
    first told is the first there is. An event that is not there comes after all transactions.
    """
    places: dict[object, list[tuple[int, int]]] = {}
    for i in range(len(whole) - 1, -1, -1):
        block, transaction, log, *content = row(whole, i)
        places.setdefault((block, *content), []).append((transaction, log))
    found = np.empty((len(told), 2), np.uint32)
    for i in range(len(told)):
        block, _, _, *content = row(told, i)
        left = places.get((block, *content))
        found[i] = left.pop() if left else (UNPLACED, i)
    return ordered(replace(told, transaction=found[:, 0].copy(), log=found[:, 1].copy()))
