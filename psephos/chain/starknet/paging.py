"""`starknet_getEvents`, page by page, from a node that may lose, repeat or never end them.

What a page shows by itself is checked; what it cannot show (a token lost where no event follows
on the same page) is found by recomputing blocks. Each of these refuses the range, so that a
narrower one is asked and at last a block is read from its receipts: nothing is lost, and no
question is asked for ever.

    a token that was there before               the node turns in a circle
    a page that does not go on after the last   it began anew, or repeats itself
    an unknown token (error 33)                 it forgot where it was
    a full page without a token                 whether more follows, nobody says
    more empty pages than blocks                it never comes to an end
    more events on a page than were asked for   it does not do what it is asked
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2s
from typing import Any

from psephos.chain.node import FeltLogs
from psephos.chain.starknet.logs import concatenated
from psephos.chain.starknet.page import UNPLACED, Page, read_page
from psephos.chain.wire.answer import Call, result, shown, strict_json
from psephos.chain.wire.transport import Transport
from psephos.errors import LaggingNode, MalformedAnswer, RangeRefused

CHUNK = 1024
"""Events a page at first; halved where a node says that it is too large (error 31)."""

ADDRESSES = 100
"""Addresses in one question, from 0.10.1 on; before, a question names one."""

PAGE_TOO_BIG, BAD_TOKEN, TOO_MANY_KEYS, NO_BLOCK = 31, 33, 34, 24
"""Error codes of the Starknet RPC."""


@dataclass(slots=True)
class Limits:
    """What one endpoint was found to allow."""

    chunk: int = CHUNK
    keys: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Events of blocks `first` to `last` of some addresses with some first keys (none: any)."""

    first: int
    last: int
    addresses: tuple[bytes, ...]
    selectors: tuple[bytes, ...]

    def filter(self, chunk: int, token: str | None) -> dict[str, Any]:
        names = ["0x" + address.hex() for address in self.addresses]
        asked: dict[str, Any] = {
            "from_block": {"block_number": self.first},
            "to_block": {"block_number": self.last},
            "chunk_size": chunk,
        }
        if names:
            asked["address"] = _short(names[0]) if len(names) == 1 else [_short(n) for n in names]
        if self.selectors:
            asked["keys"] = [[_short("0x" + one.hex()) for one in self.selectors]]
        return asked if token is None else asked | {"continuation_token": token}


def _short(felt: str) -> str:
    """A felt as the specification's pattern wants it: without leading zeros."""
    return hex(int(felt, 16))


def questions(wanted: Wanted, lists: bool, most_keys: int | None) -> list[Wanted]:
    """The questions that ask for all of it: addresses one by one where no lists are allowed."""
    size = ADDRESSES if lists else 1
    step = most_keys or max(len(wanted.selectors), 1)
    return [
        replace(wanted, addresses=addresses, selectors=selectors)
        for addresses in _cut(wanted.addresses, size)
        for selectors in _cut(wanted.selectors, step)
    ]


def _cut(values: tuple[bytes, ...], size: int) -> list[tuple[bytes, ...]]:
    """The values, so many at a time; one empty group of none."""
    return [values[i : i + size] for i in range(0, len(values), size)] or [()]


@dataclass(slots=True)
class _Walk:
    """The pages of one question so far, and what they showed."""

    wanted: Wanted
    parts: list[FeltLogs] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    seen: set[bytes] = field(default_factory=set)
    empty: int = 0
    end: tuple[int, int, int] = (-1, -1, -1)

    def take(self, page: Page, chunk: int) -> str | None:
        """Keep a page; the token of the next. RangeRefused where it cannot be believed."""
        logs = page.logs
        if len(logs) > chunk:
            raise RangeRefused(f"tells {len(logs)} events on a page of {chunk}")
        if len(logs):
            self._goes_on(logs)
            self.parts.append(logs)
        else:
            self.empty += 1
            if self.empty > self.wanted.last - self.wanted.first + 2:
                raise RangeRefused("tells empty pages and never comes to an end")
        if page.token is None:
            if len(logs) == chunk:
                raise RangeRefused("tells a full page of events and no way to the next")
            return None
        if page.token in self.tokens:
            raise RangeRefused("tells a continuation token a second time")
        self.tokens.add(page.token)
        return page.token

    def _goes_on(self, logs: FeltLogs) -> None:
        begin = (int(logs.block[0]), int(logs.transaction[0]), int(logs.log[0]))
        if begin[1] != UNPLACED:
            fits = begin > self.end
        else:  # nothing tells a place: a page that was there before is one that was told again
            digest = blake2s(logs.felts.tobytes() + logs.transaction_hash.tobytes()).digest()
            fits = begin[0] >= self.end[0] and digest not in self.seen
            self.seen.add(digest)
        if not fits:
            raise RangeRefused("tells a page of events that does not follow the one before")
        self.end = (int(logs.block[-1]), int(logs.transaction[-1]), int(logs.log[-1]))


class _PageTooBig(Exception):
    """The node wants fewer events a page."""


class _TooManyKeys(Exception):
    """The node wants fewer keys in a filter."""


def read_events(transport: Transport, limits: Limits, wanted: Wanted, *, lists: bool) -> FeltLogs:
    """All events that are wanted, in no order: several questions where the node needs them.

    `lists` says whether it takes several addresses in one question. Raises RangeRefused as the
    module says, LaggingNode, and whatever else the node raises.
    """
    while True:
        try:
            asked = questions(wanted, lists, limits.keys)
            return concatenated([part for one in asked for part in _walked(transport, limits, one)])
        except _TooManyKeys:
            limits.keys = (limits.keys or len(wanted.selectors)) // 2
            if not limits.keys:
                raise RangeRefused("refuses to tell events of a single key") from None


def _walked(transport: Transport, limits: Limits, wanted: Wanted) -> list[FeltLogs]:
    """The pages of one question.

    The node is asked beside each page whether it has the last block: one that lags would answer
    without its events.
    """
    walk = _Walk(wanted)
    token: str | None = None
    while True:
        chunk = limits.chunk
        try:
            page = _page(transport, wanted.filter(chunk, token), wanted.last)
        except _PageTooBig:
            limits.chunk = chunk // 2
            if not limits.chunk:
                raise RangeRefused("refuses to tell a single event on a page") from None
            continue
        token = walk.take(page, chunk)
        if token is None:
            return walk.parts


_REFUSALS: Mapping[int, type[Exception]] = {
    PAGE_TOO_BIG: _PageTooBig,
    BAD_TOKEN: RangeRefused,
    TOO_MANY_KEYS: _TooManyKeys,
    NO_BLOCK: LaggingNode,
}


def _page(transport: Transport, asked: Mapping[str, Any], last: int) -> Page:
    """A page; a refusal in it is raised as what its code means."""
    beside = Call("starknet_getBlockTransactionCount", ({"block_number": last},))
    answer, count = transport.ask_beside([Call("starknet_getEvents", (asked,)), beside])
    if not isinstance(count, int):
        raise MalformedAnswer(f"tells the number of transactions as JSON {type(count).__name__}")
    body = bytes(answer)
    if body.find(b'"error"') >= 0:
        _refused(strict_json(body))
    return read_page(body)


def _refused(answer: Any) -> None:
    """Raise what an error object with a code of the Starknet RPC means; the rest is `result`'s."""
    match answer:
        case {"error": {"code": int(code), **told}} if code in _REFUSALS:
            words = shown(told.get("message", ""))
            raise _REFUSALS[code](f"refuses to tell events: {words} ({code})")
    result(answer, None, wide=True)
