"""Events of Starknet written by hand: entries, the columns that hold them, and a writer of Cairo
values that knows nothing of the reader."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from psephos.chain.event import FeltEvent, topic0
from psephos.chain.node import FeltLogs

CONTRACT = 0xC0
PRIME = 2**251 + 17 * 2**192 + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One event."""

    keys: tuple[int, ...]
    data: tuple[int, ...]
    contract: int = CONTRACT
    block: int = 7


def logs(entries: Sequence[Entry]) -> FeltLogs:
    """Columns of entries; entry i is event i of transaction 0, hashes follow from the block."""
    sizes = [len(entry.keys) + len(entry.data) for entry in entries]
    felts = [felt for entry in entries for felt in (*entry.keys, *entry.data)]
    return FeltLogs(
        block=np.array([entry.block for entry in entries], np.uint64),
        block_hash=cells([entry.block for entry in entries]),
        transaction=np.zeros(len(entries), np.uint32),
        log=np.arange(len(entries), dtype=np.uint32),
        transaction_hash=cells([0xFF for _ in entries]),
        address=cells([entry.contract for entry in entries]),
        felts=cells(felts),
        key_count=np.array([len(entry.keys) for entry in entries], np.uint32),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
    )


def cells(numbers: Iterable[int]) -> Any:
    raw = b"".join(number.to_bytes(32, "big") for number in numbers)
    return np.frombuffer(raw, np.uint8).reshape(-1, 32)


def told(events: Iterable[Mapping[str, Any]], block: int) -> list[Entry]:
    """Events as nodes and gateways write them."""
    return [
        Entry(
            tuple(int(key, 16) for key in event["keys"]),
            tuple(int(felt, 16) for felt in event["data"]),
            int(event["from_address"], 16),
            block,
        )
        for event in events
    ]


def selector(event: FeltEvent) -> int:
    return int.from_bytes(topic0(event), "big")


def entry(event: FeltEvent, *values: Any, block: int = 7, contract: int = CONTRACT) -> Entry:
    """The event that a contract emits for these values, one for each member."""
    keys, data = [selector(event)], []
    for member, value in zip(event.members, values, strict=True):
        (keys if member[0].indexed else data).extend(WRITERS[member[0].type](value))
    return Entry(tuple(keys), tuple(data), contract, block)


def _one(value: int) -> list[int]:
    return [int(value)]


def _span(write: Callable[[Any], list[int]]) -> Callable[[Any], list[int]]:
    return lambda values: [len(values), *(felt for value in values for felt in write(value))]


def _u256(value: int) -> list[int]:
    return [value % 2**128, value >> 128]


def _long_string(text: bytes) -> list[int]:
    pieces = [text[at : at + 31] for at in range(0, len(text), 31)]
    return [len(pieces), *(int.from_bytes(piece, "big") for piece in pieces)]


def _byte_array(text: bytes) -> list[int]:
    full, rest = divmod(len(text), 31)
    words = [int.from_bytes(text[31 * i : 31 * i + 31], "big") for i in range(full)]
    return [full, *words, int.from_bytes(text[31 * full :], "big"), rest]


def _user(value: tuple[int, int]) -> list[int]:
    return [value[0], *(_u256(value[1]) if value[0] == 2 else [value[1]])]


def _strategy(value: tuple[int, Sequence[int]]) -> list[int]:
    return [value[0], len(value[1]), *value[1]]


WRITERS: dict[str, Callable[[Any], list[int]]] = {
    "u256": _u256,
    "LongString": _long_string,
    "ByteArray": _byte_array,
    "Span<felt252>": _span(_one),
    "Span<ContractAddress>": _span(_one),
    "Span<u8>": _span(_one),
    "Span<LongString>": _span(_long_string),
    "Option<ContractAddress>": lambda value: [1] if value is None else [0, value],
    "Span<(ContractAddress, u128)>": _span(list),
    "Span<Strategy>": _span(_strategy),
    "UserAddress": _user,
    "Option<EICData>": lambda value: [1] if value is None else [0, *_strategy(value)],
    **dict.fromkeys(("felt252", "ContractAddress", "ClassHash", "EthAddress"), _one),
    **dict.fromkeys(("bool", "u8", "u16", "u32", "u64", "u128", "enum3"), _one),
}
