"""Logs to rows: which shape a log has, and that no log is lost or bent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from psephos.chain.decode import decode
from psephos.chain.event import EventType, Source, schema
from psephos.chain.events import ETHEREUM
from psephos.errors import AmountTooLarge, MalformedEvent
from tests.chain.entries import CONTRACT, Entry, entry, logs, word

TRANSFER, PLAIN_TRANSFER = ETHEREUM["erc20"].events
ALICE, BOB = "0x" + "a1" * 20, "0x" + "b0" * 20
EVENTS = [event for source in ETHEREUM.values() for event in source.events]
APPROVAL = bytes.fromhex("8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925")


def test_a_transfer_becomes_a_row_with_its_key() -> None:
    found = decode([TRANSFER], logs([entry(TRANSFER, ALICE, BOB, 10**38 - 1)]))["transfer"]
    assert found.to_pylist() == [
        {
            "block_number": 7,
            "block_hash": (7).to_bytes(32, "big"),
            "transaction_index": 0,
            "log_index": 0,
            "transaction_hash": b"\xff" * 32,
            "contract": CONTRACT,
            "sender": b"\xa1" * 20,
            "recipient": b"\xb0" * 20,
            "amount": Decimal(10**38 - 1),
        }
    ]


@pytest.mark.parametrize("source", ETHEREUM.values(), ids=lambda source: source.name)
def test_every_declared_table_is_there_without_logs_too(source: Source) -> None:
    found = decode(source.events, logs([]))
    assert set(found) == {event.table for event in source.events}
    for event in source.events:
        assert found[event.table].schema == schema(event)
        assert found[event.table].num_rows == 0


def test_two_layouts_of_one_event_fill_one_table_in_the_order_of_the_logs() -> None:
    shapes = [TRANSFER, PLAIN_TRANSFER] * 3
    entries = [entry(shape, ALICE, BOB, i) for i, shape in enumerate(shapes)]
    found = decode([TRANSFER, PLAIN_TRANSFER], logs(entries))["transfer"]
    assert found["amount"].to_pylist() == list(range(6))
    assert found["log_index"].to_pylist() == list(range(6))
    found.validate(full=True)


def test_an_event_that_is_not_declared_is_passed_over() -> None:
    approval = Entry((APPROVAL, word(1), word(2)), word(3))
    anonymous = Entry((), word(3))
    found = decode([TRANSFER], logs([approval, entry(TRANSFER, ALICE, BOB, 5), anonymous]))
    assert found["transfer"]["amount"].to_pylist() == [5]
    assert found["transfer"]["log_index"].to_pylist() == [1]


def test_a_declared_topic_with_an_undeclared_number_of_topics_is_a_hole_and_refused() -> None:
    nft = entry(TRANSFER, ALICE, BOB, 5)
    nft = replace(nft, topics=(*nft.topics, word(5)), data=b"")
    with pytest.raises(MalformedEvent, match=rf"0x{CONTRACT.hex()} at block 7, log 1.* 4 topics"):
        decode([TRANSFER, PLAIN_TRANSFER], logs([entry(TRANSFER, ALICE, BOB, 1), nft]))


def test_a_shape_reads_only_the_blocks_it_holds_for() -> None:
    old, new = replace(TRANSFER, until=9), replace(PLAIN_TRANSFER, since=10)
    good = [entry(old, ALICE, BOB, 1, block=9), entry(new, ALICE, BOB, 2, block=10)]
    assert decode([old, new], logs(good))["transfer"].num_rows == 2
    with pytest.raises(MalformedEvent, match="at block 10, log 0"):
        decode([old, new], logs([entry(old, ALICE, BOB, 1, block=10)]))


def test_a_shape_reads_only_the_contracts_it_is_of() -> None:
    odd = b"\x0d" * 20
    own, other = replace(PLAIN_TRANSFER, contracts=(odd,)), replace(TRANSFER, contracts=(CONTRACT,))
    good = [entry(own, ALICE, BOB, 1, contract=odd), entry(other, ALICE, BOB, 2)]
    assert decode([own, other], logs(good))["transfer"]["amount"].to_pylist() == [1, 2]
    with pytest.raises(MalformedEvent, match=f"0x{CONTRACT.hex()}"):
        decode([own, other], logs([entry(own, ALICE, BOB, 1)]))


@pytest.mark.parametrize("before", [0, 1, 40])
def test_a_log_without_the_data_it_should_have_is_refused_wherever_it_stands(before: int) -> None:
    bare = replace(entry(TRANSFER, ALICE, BOB, 1), data=b"")
    others = [Entry((APPROVAL, word(1), word(2)), b"\0" * before)] if before else []
    with pytest.raises(MalformedEvent, match=f"log {len(others)}: 0 bytes of data where 32 are"):
        decode([TRANSFER], logs([*others, bare]))


def test_the_first_wrong_log_is_named_whatever_is_wrong_with_it() -> None:
    good = entry(TRANSFER, ALICE, BOB, 1)
    short, large = replace(good, data=b""), entry(TRANSFER, ALICE, BOB, 10**38)
    with pytest.raises(AmountTooLarge, match="log 1"):
        decode([TRANSFER], logs([good, large, short]))
    with pytest.raises(MalformedEvent, match="log 1"):
        decode([TRANSFER], logs([good, short, large]))


def test_an_amount_of_ten_to_the_38_is_refused_and_never_rounded() -> None:
    for amount in (10**38, 2**127, 2**128, 2**256 - 1):
        with pytest.raises(AmountTooLarge, match=f"log 1: `amount` is {amount}"):
            decode(
                [TRANSFER],
                logs([entry(TRANSFER, ALICE, BOB, 1), entry(TRANSFER, ALICE, BOB, amount)]),
            )


@pytest.mark.parametrize(
    "event", [e for e in EVENTS if e.static], ids=lambda e: f"{e.table}-{e.topics}"
)
def test_data_longer_or_shorter_than_declared_are_refused(event: EventType) -> None:
    values = [
        {"address": ALICE, "bytes32": bytes(32), "bytes4": bytes(4), "bool": True}.get(
            column.type, 1
        )
        for column in event.columns
    ]
    good = entry(event, *values)
    assert decode([event], logs([good]))[event.table].num_rows == 1
    for data in (good.data + b"\0", good.data + word(0), good.data[:-1]):
        if data != good.data:
            with pytest.raises(MalformedEvent, match=f"bytes of data where {event.head} are"):
                decode([event], logs([good, replace(good, data=data)]))
