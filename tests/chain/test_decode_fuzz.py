"""Damaged logs by the hundred thousand: read or refused, by both readers alike, never otherwise."""

import random
from collections import Counter
from typing import Any

import pytest

from psephos.chain.abi import decode_one
from psephos.chain.event import Column, EventType
from psephos.chain.events import ETHEREUM
from psephos.errors import AmountTooLarge, MalformedEvent
from tests.chain.entries import Entry, entry, logs, word
from tests.chain.test_decode_exact import fast

EVENTS = list(dict.fromkeys(e for source in ETHEREUM.values() for e in source.events))
ROUND = 250
"""Logs in one call of the fast reader."""


def member(column: Column, dice: random.Random) -> Any:
    """A value that the column can hold."""
    if column.type.endswith("[]"):
        one = Column(column.name, column.type[:-2], "word")
        return [member(one, dice) for _ in range(dice.randrange(4))]
    if column.type in ("string", "bytes"):
        raw = dice.randbytes(dice.randrange(80))
        return raw if column.type == "bytes" else raw.decode("latin-1")
    if column.type in ("address", "bytes32"):
        return dice.randbytes(20 if column.type == "address" else 32)
    if column.type == "bytes4":
        return dice.randbytes(4)
    if column.type == "bool":
        return dice.random() < 0.5
    if column.type == "int256":
        return dice.randrange(-(2**120), 2**120)
    bits = min(120, int(column.type.removeprefix("uint")))
    return dice.getrandbits(bits)


def damaged(good: Entry, dice: random.Random) -> Entry:
    """A bit, a word, the length, a topic or nothing is changed."""
    data, topics = bytearray(good.data), list(good.topics)
    for _ in range(dice.randrange(3)):
        what = dice.randrange(5)
        at = dice.randrange(len(data)) if data else 0
        if what == 0 and data:
            data[at] ^= 1 << dice.randrange(8)
        elif what == 1 and data:
            data[at - at % 32 : at - at % 32 + 32] = word(dice.choice([0, 1, 32, 2**255, 2**64]))
        elif what == 2:
            del data[at:]
        elif what == 3:
            data += dice.randbytes(dice.randrange(1, 40))
        elif len(topics) > 1:
            topics[dice.randrange(1, len(topics))] = dice.randbytes(32)
    return Entry(tuple(topics), bytes(data))


def attack(event: EventType, dice: random.Random) -> Counter[str]:
    """One round: what the exact reader says of each log is what the fast one says of them."""
    entries = [
        damaged(entry(event, *(member(column, dice) for column in event.columns)), dice)
        for _ in range(ROUND)
    ]
    found, said, fit = logs(entries), Counter[str](), []
    rows = []
    for row, one in enumerate(entries):
        try:
            rows.append(decode_one(event, found, row))
            fit.append(one)
        except (MalformedEvent, AmountTooLarge) as error:
            said[error.name] += 1
            if said[error.name] < 3:
                with pytest.raises(type(error), match=f"of contract 0x{one.contract.hex()}"):
                    fast(event, logs([*fit, one]))
    assert fast(event, logs(fit)) == rows
    return said + Counter(read=len(rows))


def fuzz(count: int, seed: int) -> None:
    dice = random.Random(seed)
    said: Counter[str] = Counter()
    while said.total() < count:
        said += attack(EVENTS[dice.randrange(len(EVENTS))], dice)
    print(f"seed {seed}: {said.total():,} logs, {dict(said)}")
    assert said["read"] > count // 10
    assert said["MalformedEvent"] > count // 10


def test_damaged_logs_are_read_or_refused_alike() -> None:
    fuzz(2_000, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_a_hundred_thousand_damaged_logs_are_read_or_refused_alike(seed: int) -> None:
    fuzz(50_000, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(10, 14))
def test_two_million_damaged_logs_are_read_or_refused_alike(seed: int) -> None:
    fuzz(500_000, seed)
