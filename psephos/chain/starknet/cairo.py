"""One event of Starknet read by the rules of Cairo's Serde, exactly: what such an event says.

Readable and strict rather than fast; `psephos.chain.starknet.felts` has the fast twin for events
whose members all take a fixed number of felts, and a property test holds the two equal.

    u8 … u128, bool, ContractAddress, ClassHash, EthAddress   one felt that fits the type
    u256                  two felts below 2^128, the low half first
    enum                  the variant's index, then what it carries
    Option<T>             0 and T, or 1
    Span<T>, Array<T>     the number of elements, then each
    ByteArray             number of words of 31 bytes, the words, the rest as a number, its length
    LongString            an array of felts, each up to 31 characters without their leading zeros

Nothing may be left over, and no felt is read twice. A felt is below Starknet's prime.

Source: "Serialization of Cairo types" in the Cairo book and starknet-docs; corelib at Cairo 2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from psephos.chain.abi import AMOUNT_LIMIT, Refused, text
from psephos.chain.event import Column, FeltEvent, topic0
from psephos.chain.node import FeltLogs
from psephos.commit.starknet.felt import PRIME
from psephos.errors import AmountTooLarge, MalformedEvent

Value: TypeAlias = (
    bytes | int | bool | str | list[bytes] | list[int] | list[str] | list[bytes | None] | None
)

SHOWN = 48
"""How many of an event's felts an error shows."""


def decode_one(event: FeltEvent, logs: FeltLogs, row: int) -> dict[str, Value]:
    """Row `row` of the events as a row of `event.table`, without its key columns.

    felt, word, address, bytes → bytes; amount, uint → int; text → str, and `x_raw`: the raw
    bytes where they are not UTF-8 or hold a NUL, else None. Raises MalformedEvent or
    AmountTooLarge naming contract, block, event and its felts.
    """
    keys, data = felts_of(logs, row)
    try:
        return members(event, keys, data)
    except Refused as refused:
        raise refused.error(
            f"{event.name} {place(logs, row)}: {refused}; {shown(keys, data)}",
            hint="the event contradicts its declared shape: is the contract of this kind?",
        ) from None


def shape_of(events: Sequence[FeltEvent], logs: FeltLogs, row: int) -> FeltEvent | None:
    """The declared shape of an event, or None where its first key is none of theirs.

    Where several fit by keys, data felts, block and contract, the first that reads it; where
    none reads it, the first that fits. Raises MalformedEvent where none fits.
    """
    keys, data = felts_of(logs, row)
    named = [event for event in events if keys and keys[0] == number(topic0(event))]
    if not named:
        return None
    fit = [event for event in named if fits(event, logs, row)]
    if not fit:
        raise MalformedEvent(
            f"{named[0].name} {place(logs, row)}: no declared shape of it has {len(keys)} keys and "
            f"{len(data)} data felts there; {shown(keys, data)}",
            hint="a contract was upgraded? A shape is declared in psephos/chain/events",
        )
    return next((event for event in fit if reads(event, keys, data)), fit[0])


def fits(event: FeltEvent, logs: FeltLogs, row: int) -> bool:
    """Whether an event has a shape's number of keys and felts, at its blocks, of its contracts."""
    keys = int(logs.key_count[row])
    data = int(logs.offsets[row + 1] - logs.offsets[row]) - keys
    block = int(logs.block[row])
    return (
        keys == event.keys
        and (data == event.least if event.static else data >= event.least)
        and (event.since is None or block >= event.since)
        and (event.until is None or block <= event.until)
        and (not event.contracts or logs.address[row].tobytes() in event.contracts)
    )


def reads(event: FeltEvent, keys: Sequence[int], data: Sequence[int]) -> bool:
    try:
        members(event, keys, data)
    except Refused as refused:
        return refused.error is AmountTooLarge  # it is of this shape, and is refused for that
    return True


def felts_of(logs: FeltLogs, row: int) -> tuple[list[int], list[int]]:
    """Keys and data of an event as numbers."""
    found = logs.felts[logs.offsets[row] : logs.offsets[row + 1]].tobytes()
    felts = [number(found[at : at + 32]) for at in range(0, len(found), 32)]
    keys = int(logs.key_count[row])
    return felts[:keys], felts[keys:]


def place(logs: FeltLogs, row: int) -> str:
    """Where an event lies: contract, block, transaction and index in the transaction."""
    contract, block = logs.address[row].tobytes().hex().lstrip("0"), int(logs.block[row])
    where = f"transaction {int(logs.transaction[row])}, event {int(logs.log[row])}"
    return f"of contract 0x{contract or '0'} at block {block}, {where}"


def shown(keys: Sequence[int], data: Sequence[int]) -> str:
    """The raw felts of an event, the first `SHOWN` of its data."""
    told = [", ".join(hex(felt) for felt in felts[:SHOWN]) for felts in (keys, data)]
    more = f" and {len(data) - SHOWN} more" if len(data) > SHOWN else ""
    return f"keys [{told[0]}], data [{told[1]}]{more}"


def members(event: FeltEvent, keys: Sequence[int], data: Sequence[int]) -> dict[str, Value]:
    """The members of an event from its keys and data; raises `Refused`."""
    if len(keys) != event.keys or keys[0] != number(topic0(event)):
        raise Refused(f"its keys are not those of {event.signature}")
    indexed, rest = Felts(keys[1:]), Felts(data)
    values: dict[str, Value] = {}
    for member in event.members:
        cursor = indexed if member[0].indexed else rest
        try:
            for column, value in zip(member, TYPES[member[0].type](cursor, member), strict=True):
                _keep(values, column, value)
        except Refused as refused:
            raise Refused(f"`{member[0].name}` {refused}", refused.error) from None
    if rest.left:
        raise Refused(f"{rest.left} of {len(data)} data felts are left over")
    return values


def _keep(values: dict[str, Value], column: Column, value: Value) -> None:
    """A value in its column; of text, what VARCHAR holds and, if that is not all, the raw bytes."""
    if column.kind == "text" and isinstance(value, bytes):
        values[column.name], values[f"{column.name}_raw"] = text(value)
    elif column.kind == "text[]" and isinstance(value, list):
        raws = [raw for raw in value if isinstance(raw, bytes)]
        texts = [text(raw) for raw in raws]
        values[column.name] = [shown for shown, _ in texts]
        kept = any(raw is not None for _, raw in texts)
        values[f"{column.name}_raw"] = list(raws) if kept else None
    else:
        values[column.name] = value


def number(felt: bytes) -> int:
    return int.from_bytes(felt, "big")


def word(value: int) -> bytes:
    return value.to_bytes(32, "big")


@dataclass(slots=True)
class Felts:
    """Felts that are read one after another."""

    felts: Sequence[int]
    at: int = 0

    @property
    def left(self) -> int:
        return len(self.felts) - self.at

    def take(self, bits: int | None = None) -> int:
        """The next felt, below 2^bits."""
        if not self.left:
            raise Refused("reaches behind the last felt")
        value = self.felts[self.at]
        self.at += 1
        if value >= PRIME:
            raise Refused(f"is no felt: {value:#x} is not below the prime")
        if bits is not None and value >> bits:
            raise Refused(f"is no u{bits}: {value:#x}")
        return value

    def variant(self, count: int) -> int:
        """The index of one of an enum's variants."""
        value = self.take()
        if value >= count:
            raise Refused(f"is no variant: {value:#x} of {count}")
        return value

    def length(self) -> int:
        """A number of elements, each of which takes a felt at least."""
        count = self.take()
        if count > self.left:
            raise Refused(f"has {count:#x} elements in {self.left} felts")
        return count

    def words(self) -> list[bytes]:
        """A length, then as many felts."""
        return [word(self.take()) for _ in range(self.length())]

    def long_string(self) -> bytes:
        """An array of felts, each as its bytes without leading zeros."""
        return b"".join(self.take().to_bytes(32, "big").lstrip(b"\0") for _ in range(self.length()))

    def byte_array(self) -> bytes:
        """Words of 31 bytes, then the rest as a number, then how many bytes it has."""
        full = b"".join(self.take(248).to_bytes(31, "big") for _ in range(self.length()))
        rest, size = self.take(), self.take()
        if size > 30 or rest >> 8 * size:
            raise Refused(f"ends in {rest:#x} of {size} bytes")
        return full + rest.to_bytes(size, "big")


Columns: TypeAlias = tuple[Column, ...]
Read: TypeAlias = Callable[[Felts, Columns], tuple[Value, ...]]


def _uint(bits: int) -> Read:
    return lambda felts, _: (felts.take(bits),)


def _amount(value: int, column: Column) -> tuple[Value]:
    if column.kind == "word":
        return (word(value),)
    if value >= AMOUNT_LIMIT:
        raise Refused(f"is {value}, and an amount must be below 10^38", AmountTooLarge)
    return (value,)


def _u256(felts: Felts, columns: Columns) -> tuple[Value, ...]:
    low, high = felts.take(128), felts.take(128)
    return _amount(low + (high << 128), columns[0])


def _felt(felts: Felts, _: Columns) -> tuple[Value, ...]:
    return (word(felts.take()),)


def _option(felts: Felts, _: Columns) -> tuple[Value, ...]:
    return ([word(felts.take())] if felts.variant(2) == 0 else [],)


def _received(felts: Felts, _: Columns) -> tuple[Value, ...]:
    whos: list[bytes] = []
    amounts: list[int] = []
    for _each in range(felts.length()):
        whos.append(word(felts.take()))
        amounts.append(felts.take(128))
        if amounts[-1] >= AMOUNT_LIMIT:
            raise Refused(f"has {amounts[-1]}, and an amount must be below 10^38", AmountTooLarge)
    return whos, amounts


def _strategies(felts: Felts, _: Columns) -> tuple[Value, ...]:
    found = [(word(felts.take()), b"".join(felts.words())) for _each in range(felts.length())]
    return [address for address, _ in found], [parameters for _, parameters in found]


def _user(felts: Felts, _: Columns) -> tuple[Value, ...]:
    variant = felts.variant(3)
    if variant == 2:
        return variant, word(felts.take(128) + (felts.take(128) << 128))
    return variant, word(felts.take(160 if variant == 1 else None))


def _initializer(felts: Felts, _: Columns) -> tuple[Value, ...]:
    return ([word(felts.take())], felts.words()) if felts.variant(2) == 0 else ([], [])


TYPES: dict[str, Read] = {
    "felt252": _felt,
    "ContractAddress": _felt,
    "ClassHash": _felt,
    "EthAddress": lambda felts, _: (felts.take(160).to_bytes(20, "big"),),
    "bool": lambda felts, _: (bool(felts.variant(2)),),
    "u8": _uint(8),
    "u16": _uint(16),
    "u32": _uint(32),
    "u64": _uint(64),
    "u128": lambda felts, columns: _amount(felts.take(128), columns[0]),
    "u256": _u256,
    "enum3": lambda felts, _: (felts.variant(3),),
    "LongString": lambda felts, _: (felts.long_string(),),
    "ByteArray": lambda felts, _: (felts.byte_array(),),
    "Span<felt252>": lambda felts, _: (felts.words(),),
    "Span<ContractAddress>": lambda felts, _: (felts.words(),),
    "Span<u8>": lambda felts, _: (bytes(felts.take(8) for _each in range(felts.length())),),
    "Span<LongString>": lambda felts, _: (
        [felts.long_string() for _each in range(felts.length())],
    ),
    "Option<ContractAddress>": _option,
    "Span<(ContractAddress, u128)>": _received,
    "Span<Strategy>": _strategies,
    "UserAddress": _user,
    "Option<EICData>": _initializer,
}
"""How the felts of each Cairo type are read: one value for each column that it fills."""
