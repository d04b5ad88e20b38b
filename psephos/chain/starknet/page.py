"""Pages of Starknet's events: from a node's JSON to columns.

`read_page` is the hot path of a collector: a page in which every name stands once an event is read
by msgspec; any other by strict JSON, which gives the same columns at three times the cost, or says
what is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from psephos.chain.columns import starts, unhex
from psephos.chain.node import FeltLogs
from psephos.chain.wire.answer import result, strict_json, too_deep
from psephos.commit.starknet.felt import PRIME
from psephos.errors import MalformedAnswer

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
    page = plain(body, number)
    if page is None:
        chunk = result(strict_json(body), number, wide=True)
        try:
            page = msgspec.convert(chunk, _Chunk)
        except msgspec.ValidationError as error:
            raise MalformedAnswer(f"events are not as they should be: {error}") from None
    return Page(columns(page.events), page.continuation_token)


def plain(body: bytes, number: int | None) -> _Chunk | None:
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
