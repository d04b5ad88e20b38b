"""One log read by the rules of the Solidity ABI, exactly: the definition of what a log says.

Readable and strict rather than fast; `psephos.chain.decode` has the fast twin for events whose
members all fit one word, and a property test holds the two equal.

What the EVM ignores is ignored: padding behind the last byte of a `bytes` or `string`. All else
is refused: a number, address or bool that does not fit its type, an offset or length that leaves
the data, members that overlap, and data of another length than a shape without tails declares.

Source: Solidity documentation, "Contract ABI Specification", "Formal Specification of the
Encoding" and "Events".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from psephos.chain.event import Column, EventType, topic0
from psephos.chain.kinds import DYNAMIC, Kind
from psephos.chain.node import Logs
from psephos.errors import AmountTooLarge, DataError, MalformedEvent

AMOUNT_LIMIT = 10**38
"""The first integer that DECIMAL(38,0) cannot hold."""

Value: TypeAlias = bytes | int | bool | str | list[bytes] | list[str] | list[bytes | None] | None


class Refused(Exception):
    """Why a member is not what its type says; `decode_one` adds where."""

    def __init__(self, why: str, error: type[DataError] = MalformedEvent) -> None:
        super().__init__(why)
        self.error = error


def decode_one(event: EventType, logs: Logs, row: int) -> dict[str, Value]:
    """Row `row` of the logs as a row of `event.table`, without its key columns.

    address, word, bytes → bytes; amount, uint → int; text → str, and `x_raw`: the raw bytes
    where they are not UTF-8 or hold a NUL, else None. Raises MalformedEvent or AmountTooLarge
    naming contract, block and log.
    """
    topics = [logs.topics[row, i].tobytes() for i in range(int(logs.topic_count[row]))]
    data = logs.data[logs.offsets[row] : logs.offsets[row + 1]].tobytes()
    try:
        return members(event, topics, data)
    except Refused as refused:
        raise refused.error(
            f"{event.name} {place(logs, row)}: {refused}",
            hint="the log contradicts the declared event: is the contract of this kind?",
        ) from None


def place(logs: Logs, row: int) -> str:
    """Where a log lies: contract, block and index in the block."""
    contract = logs.address[row].tobytes().hex()
    return f"of contract 0x{contract} at block {int(logs.block[row])}, log {int(logs.log[row])}"


def members(event: EventType, topics: Sequence[bytes], data: bytes) -> dict[str, Value]:
    """The members of an event from the topics and data of its log; raises `Refused`."""
    head = event.head
    if len(topics) != event.topics or topics[0] != topic0(event):
        raise Refused(f"its topics are not those of {event.signature}")
    if len(data) != head and (len(data) < head or event.static):
        raise Refused(f"{len(data)} bytes of data where {head} are declared")
    tail = Tail(data, head, len(data) - head)
    indexed = iter(topics[1:])
    heads = iter([data[at : at + 32] for at in range(0, head, 32)])
    values: dict[str, Value] = {}
    for column in event.columns:
        word = next(indexed) if column.indexed else next(heads)
        try:
            _member(values, column, word, tail)
        except Refused as refused:
            raise Refused(f"`{column.name}` {refused}", refused.error) from None
    return values


def _member(values: dict[str, Value], column: Column, word: bytes, tail: "Tail") -> None:
    if column.kind not in DYNAMIC:
        values[column.name] = WORDS[column.kind](word, column)
    elif column.kind == "text":
        values[column.name], values[f"{column.name}_raw"] = text(tail.string(number(word)))
    elif column.kind == "text[]":
        raws = tail.array_of_strings(number(word))
        texts = [text(raw) for raw in raws]
        values[column.name] = [shown for shown, _ in texts]
        kept = any(raw is not None for _, raw in texts)
        values[f"{column.name}_raw"] = raws if kept else None
    else:
        values[column.name] = TAILS[column.kind](tail, number(word))


def number(word: bytes) -> int:
    return int.from_bytes(word, "big")


def text(raw: bytes) -> tuple[str, bytes | None]:
    """A string as VARCHAR holds it, and its raw bytes where that is not all of it.

    Bytes that are not UTF-8 (a lone surrogate is not) and NUL, which many readers of text take
    for its end, become U+FFFD.
    """
    shown = raw.decode("utf-8", "replace").replace("\0", "\ufffd")
    return shown, None if shown.encode() == raw else raw


def _address(word: bytes, _: Column) -> bytes:
    if any(word[:12]):
        raise Refused("is no address: its first 12 bytes are not zero")
    return word[12:]


def _word(word: bytes, _: Column) -> bytes:
    return word


def _uint(word: bytes, column: Column) -> int:
    bits = 1 if column.type == "bool" else int(column.type.removeprefix("uint"))
    value = number(word)
    if value >> bits:
        raise Refused(f"is no {column.type}: {value}")
    return value


def _amount(word: bytes, column: Column) -> int:
    value = _uint(word, column)
    if value >= AMOUNT_LIMIT:
        raise Refused(f"is {value}, and an amount must be below 10^38", AmountTooLarge)
    return value


def _bool(word: bytes, column: Column) -> bool:
    return bool(_uint(word, column))


WORDS: dict[Kind, Callable[[bytes, Column], Value]] = {
    "address": _address,
    "amount": _amount,
    "word": _word,
    "uint": _uint,
    "bool": _bool,
}


@dataclass(slots=True)
class Tail:
    """The data of a log, where its tail begins, and how many bytes of it no member has taken.

    No encoder lets members share bytes. A hostile node could: n strings that all point at the
    same long one would decode to n times the data.
    """

    data: bytes
    first: int
    left: int

    def take(self, start: int, size: int) -> bytes:
        if start < self.first:
            raise Refused(f"begins at byte {start}, before the tail at {self.first}")
        if start + size > len(self.data):
            raise Refused(f"reaches to byte {start + size} of {len(self.data)} bytes of data")
        self.left -= size
        if self.left < 0:
            raise Refused("overlaps another member")
        return self.data[start : start + size]

    def string(self, at: int) -> bytes:
        """A length, then as many bytes."""
        return self.take(at + 32, number(self.take(at, 32)))

    def array_of_words(self, at: int) -> list[bytes]:
        """A length, then as many words."""
        words = self.take(at + 32, 32 * number(self.take(at, 32)))
        return [words[i : i + 32] for i in range(0, len(words), 32)]

    def array_of_addresses(self, at: int) -> list[bytes]:
        words = self.array_of_words(at)
        if any(any(word[:12]) for word in words):
            raise Refused("holds a word that is no address: its first 12 bytes are not zero")
        return [word[12:] for word in words]

    def array_of_strings(self, at: int) -> list[bytes]:
        """A length, as many offsets counted from behind the length, then the elements."""
        return [self.string(at + 32 + number(word)) for word in self.array_of_words(at)]


TAILS: dict[Kind, Callable[[Tail, int], Value]] = {
    "bytes": Tail.string,
    "address[]": Tail.array_of_addresses,
    "word[]": Tail.array_of_words,
    "bytes[]": Tail.array_of_strings,
}
