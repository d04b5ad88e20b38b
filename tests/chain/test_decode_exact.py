"""The exact reader against eth_abi, the fast one against the exact one, both against lies."""

from typing import Any

import duckdb
import pytest
from eth_abi.abi import encode
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.chain.abi import AMOUNT_LIMIT, Value, decode_one, text
from psephos.chain.decode import decode
from psephos.chain.event import KEY_COLUMNS, Column, EventType, topic0
from psephos.chain.events import ETHEREUM
from psephos.chain.node import Logs
from psephos.errors import AmountTooLarge, DataError, MalformedEvent
from tests.chain.entries import Entry, entry, logs, word

ODD = EventType(  # kinds and widths that no declared event has yet
    "Odd",
    "odd",
    (
        Column("flag", "bool", "bool"),
        Column("part", "uint96", "amount", indexed=True),
        Column("time", "uint48", "uint", indexed=True),
        Column("mark", "bytes32", "word"),
        Column("small", "uint128", "amount"),
        Column("said", "bool", "bool", indexed=True),
    ),
)
EVENTS = [*dict.fromkeys(e for source in ETHEREUM.values() for e in source.events), ODD, ODD]
STATIC = [event for event in EVENTS if event.static]
DYNAMIC = [event for event in EVENTS if not event.static]
CREATED = next(event for event in EVENTS if event.table == "proposal_created")
CAST = next(event for event in DYNAMIC if event.table == "vote_cast")
Row = dict[str, Value]

ADDRESS = st.binary(min_size=20, max_size=20)
EDGES = (0, 1, 2**64 - 1, 2**64, AMOUNT_LIMIT - 1, AMOUNT_LIMIT, 2**128, 2**256 - 1)
NUMBER = st.one_of(st.integers(0, 2**256 - 1), st.sampled_from(EDGES))
TEXT = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=70)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "address": ADDRESS,
    "uint256": NUMBER,
    "int256": st.integers(-(2**255), 2**255 - 1),
    "bytes32": st.binary(min_size=32, max_size=32),
    "bytes4": st.binary(min_size=4, max_size=4),
    "bool": st.booleans(),
    "string": TEXT,
    "bytes": st.binary(max_size=70),
    "address[]": st.lists(ADDRESS, max_size=4),
    "uint256[]": st.lists(NUMBER, max_size=4),
    "string[]": st.lists(TEXT, max_size=4),
    "bytes[]": st.lists(st.binary(max_size=70), max_size=4),
    **{f"uint{bits}": st.integers(0, 2**bits - 1) for bits in range(8, 129, 8)},
}
WILD = st.one_of(
    st.binary(min_size=32, max_size=32),
    NUMBER.map(word),
    ADDRESS.map(lambda address: bytes(12) + address),
    st.integers(0, 600).map(word),
)


def said(column: Column, value: Any) -> Value:
    """A member as our row says it."""
    if column.kind == "word" and isinstance(value, int):
        return word(value % 2**256)  # of an int256, the two's complement
    if column.type == "bytes4":
        return value + bytes(28)  # at the head of its word
    if column.kind == "word[]":
        return [word(one) for one in value]
    return int(value) if column.kind == "uint" else value


def fast(event: EventType, found: Logs) -> list[Row]:
    """Rows of the fast reader in the exact reader's types, without the key."""
    amounts = {column.name for column in event.columns if column.kind == "amount"}
    return [
        {
            name: int(value) if name in amounts else value
            for name, value in row.items()
            if name not in KEY_COLUMNS
        }
        for row in decode([event], found)[event.table].to_pylist()
    ]


def exact(event: EventType, found: Logs, first: int = 0) -> list[Row]:
    return [decode_one(event, found, row) for row in range(first, len(found))]


def outcome(read: Any, *args: Any) -> Any:
    """What a reader says: its rows, or the error, word by word."""
    try:
        return read(*args)
    except DataError as error:
        return error.name, error.message, error.hint


@settings(max_examples=150, deadline=None)
@given(data=st.data(), event=st.sampled_from(EVENTS))
def test_what_eth_abi_encodes_is_read_back_by_both_readers(
    data: st.DataObject, event: EventType
) -> None:
    members = [(column, data.draw(VALUES[column.type])) for column in event.columns]
    found = logs([entry(event, *(value for _, value in members))])
    if any(column.kind == "amount" and value >= AMOUNT_LIMIT for column, value in members):
        with pytest.raises(AmountTooLarge):
            exact(event, found)
    else:
        row = {column.name: said(column, value) for column, value in members}
        row |= {f"{c.name}_raw": None for c, _ in members if c.kind in ("text", "text[]")}
        assert exact(event, found) == [row]
    assert outcome(fast, event, found) == outcome(exact, event, found)


@st.composite
def wild(draw: st.DrawFn, event: EventType) -> Entry:
    """A log of the event's topics whose words are anything, mostly of the length declared."""
    topics = (topic0(event), *(draw(WILD) for _ in range(event.topics - 1)))
    words = b"".join(draw(WILD) for _ in range(event.head // 32))
    return Entry(topics, words + draw(st.sampled_from([b"", b"", b"", b"\0", bytes(32)])))


@settings(max_examples=200, deadline=None)
@given(data=st.data(), event=st.sampled_from(STATIC))
def test_the_fast_reader_equals_the_exact_one_rows_and_errors_alike(
    data: st.DataObject, event: EventType
) -> None:
    entries = data.draw(st.lists(wild(event), min_size=1, max_size=5))
    before = data.draw(st.lists(st.binary(max_size=40), max_size=2))  # shifts where words begin
    found = logs([*(Entry((), raw) for raw in before), *entries])
    assert outcome(fast, event, found) == outcome(exact, event, found, len(before))


@settings(max_examples=200, deadline=None)
@given(data=st.data(), event=st.sampled_from(DYNAMIC))
def test_hostile_offsets_are_read_or_refused_and_no_byte_is_read_twice(
    data: st.DataObject, event: EventType
) -> None:
    topics = (topic0(event), *(bytes(12) + data.draw(ADDRESS) for _ in range(event.topics - 1)))
    near = st.integers(0, 12).map(lambda k: word(32 * k))
    words = data.draw(st.lists(st.one_of(near, near, WILD), max_size=16))
    found = logs([Entry(topics, b"".join(words) + data.draw(st.binary(max_size=40)))])
    read = outcome(exact, event, found)
    if isinstance(read, list):
        assert sum(size(read[0][c.name]) for c in event.columns if not c.indexed) <= len(found.data)
    assert outcome(fast, event, found) == read


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_kinds_that_no_contract_uses_yet_are_read_alike_too(data: st.DataObject) -> None:
    found = logs(data.draw(st.lists(wild(ODD), min_size=1, max_size=4)))
    assert outcome(fast, ODD, found) == outcome(exact, ODD, found)


@pytest.mark.parametrize(
    ("member", "head", "why"),
    [
        ("flag", word(2), "is no bool: 2"),
        ("part", word(2**96), f"is no uint96: {2**96}"),
        ("time", word(2**48), f"is no uint48: {2**48}"),
        ("small", word(2**128), f"is no uint128: {2**128}"),
        ("said", word(2**255), "is no bool"),
    ],
)
def test_a_number_wider_than_its_type_is_refused(member: str, head: bytes, why: str) -> None:
    good = {column.name: bytes(32) for column in ODD.columns} | {member: head}
    topics = tuple(good[column.name] for column in ODD.columns if column.indexed)
    data = b"".join(good[column.name] for column in ODD.columns if not column.indexed)
    with pytest.raises(MalformedEvent, match=f"log 0: `{member}` {why}"):
        decode([ODD], logs([Entry((topic0(ODD), *topics), data)]))


def size(value: Value) -> int:
    if isinstance(value, list):
        return sum(size(one) for one in value)
    return len(value) if isinstance(value, bytes) else 0


@settings(max_examples=100, deadline=None)
@given(data=st.data(), cut=st.integers(1, 400))
def test_truncated_data_are_refused_or_say_the_same(data: st.DataObject, cut: int) -> None:
    values = [data.draw(VALUES[column.type]) for column in CREATED.columns]
    whole = entry(CREATED, *values)
    row = decode_one(CREATED, logs([whole]), 0)
    short = logs([Entry(whole.topics, whole.data[:-cut])])
    read = outcome(decode_one, CREATED, short, 0)
    # at most the padding behind the last byte may be missing: it says nothing
    assert read == row if cut < 32 and isinstance(read, dict) else read[0] == "MalformedEvent"


def proposal(**changed: bytes) -> Entry:
    """A proposal whose heads are replaced by name."""
    whole = entry(
        CREATED, 1, "0x" + "a1" * 20, ["0x" + "b2" * 20], [3], ["f()"], [b"\1"], 4, 5, "t"
    )
    names = [column.name for column in CREATED.columns]
    words = [whole.data[at : at + 32] for at in range(0, len(whole.data), 32)]
    for name, new in changed.items():
        words[names.index(name)] = new
    return Entry(whole.topics, b"".join(words))


@pytest.mark.parametrize(
    ("member", "head", "why"),
    [
        ("description", word(10**6), "reaches to byte 1000032 of"),
        ("description", word(2**256 - 1), "reaches to byte"),
        ("targets", word(2**255), "reaches to byte"),
        ("call_values", word(0), "begins at byte 0, before the tail at 288"),
        ("call_values", word(256), "begins at byte 256, before the tail at 288"),
        ("calldatas", word(9 * 32), "reaches to byte"),
        ("proposer", b"\1" + bytes(31), "is no address: its first 12 bytes are not zero"),
        ("proposer", b"\xff" * 32, "is no address"),
    ],
)
def test_a_head_that_lies_is_refused_with_its_member(member: str, head: bytes, why: str) -> None:
    with pytest.raises(MalformedEvent, match=rf"at block 7, log 0: `{member}` ({why})"):
        decode([CREATED], logs([proposal(**{member: head})]))


def test_an_array_that_claims_more_than_the_data_is_refused_before_it_is_read() -> None:
    whole = proposal()
    at = int.from_bytes(whole.data[64:96], "big")
    data = whole.data[:at] + word(2**200) + whole.data[at + 32 :]
    with pytest.raises(MalformedEvent, match="`targets` reaches to byte"):
        decode([CREATED], logs([Entry(whole.topics, data)]))


def test_many_strings_that_share_their_bytes_are_refused() -> None:
    """n offsets that all point at one string of n bytes would grow to n² bytes."""
    count = 500
    body = word(count) + word(32 * count) * count + word(32 * count) + bytes(32 * count)
    heads = [word(1), word(0xA1), *[word(9 * 32)] * 4, word(4), word(5), word(9 * 32)]
    with pytest.raises(MalformedEvent, match="overlaps another member"):
        decode([CREATED], logs([Entry((topic0(CREATED),), b"".join(heads) + body)]))


def test_padding_behind_a_string_says_nothing() -> None:
    good = entry(CAST, "0x" + "a1" * 20, 1, 1, 1, "why")
    dirty = Entry(good.topics, good.data[:-1] + b"\7")
    assert decode_one(CAST, logs([dirty]), 0) == decode_one(CAST, logs([good]), 0)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"\xff", "\ufffd"),
        (b"a\0b", "a\ufffdb"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),  # a lone surrogate
        (b"\xc0\x80", "\ufffd\ufffd"),  # NUL in two bytes
        (b"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"),  # above U+10FFFF
        (b"\xe2\x82", "\ufffd"),  # cut off
    ],
)
def test_bytes_that_are_no_text_are_kept_beside_it(raw: bytes, shown: str) -> None:
    assert text(raw) == (shown, raw)
    event = entry(CAST, "0x" + "a1" * 20, 1, 1, 1, "?")
    data = encode(["uint256", "uint8", "uint256", "bytes"], [1, 1, 1, raw])
    found = decode([CAST], logs([Entry(event.topics, data)]))["vote_cast"]
    assert found["reason"].to_pylist() == [shown]
    assert found["reason_raw"].to_pylist() == [raw]


@pytest.mark.parametrize(
    "shown", ["", "\u202e gnp.exe", "\u200b", "ѕtrk", "\ufffd", "\U0010ffff", "=1+1"]
)
def test_text_that_is_text_is_kept_as_it_is(shown: str) -> None:
    """How it is displayed is the reader's matter; what was said is not changed."""
    assert text(shown.encode()) == (shown, None)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40))
def test_no_byte_of_a_string_is_lost(raw: bytes) -> None:
    shown, kept = text(raw)
    assert (shown.encode() if kept is None else kept) == raw
    assert "\0" not in shown
    assert shown.encode().decode() == shown


def test_strings_in_an_array_keep_their_raw_bytes_together() -> None:
    data = encode(
        [
            "uint256",
            "address",
            "address[]",
            "uint256[]",
            "bytes[]",
            "bytes[]",
            "uint256",
            "uint256",
            "bytes",
        ],
        [1, "0x" + "a1" * 20, [], [], [b"ok", b"\xff", b""], [], 1, 1, b"d"],
    )
    row = decode_one(CREATED, logs([Entry((topic0(CREATED),), data)]), 0)
    assert row["signatures"] == ["ok", "\ufffd", ""]
    assert row["signatures_raw"] == [b"ok", b"\xff", b""]


def test_every_kind_of_row_goes_into_duckdb_and_comes_back() -> None:
    con = duckdb.connect()
    table = decode([CREATED], logs([proposal()] * 3))["proposal_created"]
    con.register("found", table)
    con.execute("create table kept as select * from found")
    assert con.sql("select * from kept").to_arrow_table().to_pylist() == table.to_pylist()
