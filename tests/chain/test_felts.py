"""Events of Starknet: an independent writer against both readers, the two readers against each
other, and every shape found by keys, data felts, block and contract."""

from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.chain.declared import check
from psephos.chain.decode import decode
from psephos.chain.event import KEY_COLUMNS, Column, FeltEvent, member, pair, schema
from psephos.chain.events import STARKNET
from psephos.chain.kinds import CAIRO
from psephos.chain.starknet.cairo import Value, decode_one, shape_of
from psephos.errors import AmountTooLarge, ConfigurationError, DataError, MalformedEvent
from psephos.store.shape import sql_type
from tests.chain.felt_entries import CONTRACT, PRIME, WRITERS, Entry, entry, logs, selector

EVERY = FeltEvent(  # types and keys that no declared event has yet, too
    "Every",
    "every",
    (
        *(
            member(f"fixed_{i}", name, key=i % 3 == 0)
            for i, name in enumerate(name for name, one in CAIRO.items() if one.fixed)
        ),
        member("wide", "u256", "word"),
        member("halved", "u128", "word"),
        member("said", "ByteArray"),
    ),
)
EVENTS = [*dict.fromkeys(e for source in STARKNET.values() for e in source.events), EVERY]
STATIC = [event for event in EVENTS if event.static]
TRANSFER, PLAIN = STARKNET["starknet_erc20"].events
VOTE = next(e for e in STARKNET["snapshot_x_space"].events if e.table == "vote_cast")
STAKING = {event.table: event for event in STARKNET["starknet_staking"].events}
Row = dict[str, Value]

FELT = st.integers(0, PRIME - 1)
U128 = st.one_of(st.integers(0, 2**128 - 1), st.sampled_from([0, 10**38 - 1, 10**38]))
RAW = st.binary(max_size=70).map(lambda raw: raw.lstrip(b"\0"))
LONG = st.one_of(RAW, st.text(max_size=40).map(lambda text: text.lstrip("\0").encode())).filter(
    lambda raw: all(raw[at] for at in range(0, len(raw), 31))  # a piece keeps no leading zero
)
STRATEGY = st.tuples(FELT, st.lists(FELT, max_size=3))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "felt252": FELT,
    "ContractAddress": FELT,
    "ClassHash": FELT,
    "EthAddress": st.integers(0, 2**160 - 1),
    "bool": st.booleans(),
    **{f"u{bits}": st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    "u128": U128,
    "u256": st.one_of(U128, st.integers(0, 2**256 - 1)),
    "enum3": st.integers(0, 2),
    "LongString": LONG,
    "ByteArray": st.binary(max_size=70),
    "Span<felt252>": st.lists(FELT, max_size=4),
    "Span<ContractAddress>": st.lists(FELT, max_size=4),
    "Span<u8>": st.lists(st.integers(0, 255), max_size=4),
    "Span<LongString>": st.lists(LONG, max_size=3),
    "Option<ContractAddress>": st.none() | FELT,
    "Span<(ContractAddress, u128)>": st.lists(st.tuples(FELT, U128), max_size=3),
    "Span<Strategy>": st.lists(STRATEGY, max_size=3),
    "UserAddress": st.one_of(
        st.tuples(st.just(0), FELT),
        st.tuples(st.just(1), st.integers(0, 2**160 - 1)),
        st.tuples(st.just(2), st.integers(0, 2**256 - 1)),
    ),
    "Option<EICData>": st.none() | STRATEGY,
}


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def shown(raw: bytes) -> tuple[str, bytes | None]:
    text = raw.decode("utf-8", "replace").replace("\0", "\ufffd")
    return text, None if text.encode() == raw else raw


def said(columns: tuple[Column, ...], value: Any) -> Row:
    """A member as our row says it."""
    one, name = columns[0], columns[0].name
    match one.type:
        case "felt252" | "ContractAddress" | "ClassHash":
            return {name: word(value)}
        case "EthAddress":
            return {name: value.to_bytes(20, "big")}
        case "LongString" | "ByteArray":
            return dict(zip((name, f"{name}_raw"), shown(value), strict=True))
        case "Span<LongString>":
            texts = [shown(raw) for raw in value]
            kept = list(value) if any(raw is not None for _, raw in texts) else None
            return {name: [text for text, _ in texts], f"{name}_raw": kept}
        case "Span<u8>":
            return {name: bytes(value)}
        case "Span<felt252>" | "Span<ContractAddress>":
            return {name: [word(felt) for felt in value]}
        case "Option<ContractAddress>":
            return {name: [] if value is None else [word(value)]}
        case "Option<EICData>":
            found = ([], []) if value is None else ([word(value[0])], [word(f) for f in value[1]])
        case "Span<(ContractAddress, u128)>":
            found = [word(who) for who, _ in value], [amount for _, amount in value]
        case "Span<Strategy>":
            found = (
                [word(address) for address, _ in value],
                [b"".join(word(felt) for felt in felts) for _, felts in value],
            )
        case "UserAddress":
            found = value[0], word(value[1])
        case _:
            return {name: word(value) if one.kind == "word" else value}
    return {column.name: part for column, part in zip(columns, found, strict=True)}


def too_large(event: FeltEvent, values: list[Any]) -> bool:
    """Whether a value of an amount is 10^38 or more."""
    for columns, value in zip(event.members, values, strict=True):
        if columns[0].kind == "amount" and value >= 10**38:
            return True
        received = value if columns[0].type == "Span<(ContractAddress, u128)>" else ()
        if any(amount >= 10**38 for _, amount in received):
            return True
    return False


def fast(event: FeltEvent, found: Any) -> list[Row]:
    """Rows of the fast reader in the exact reader's types, without the key."""
    table = decode([event], found)[event.table]
    table.validate(full=True)
    rows = []
    for row in table.to_pylist():
        kept = {name: value for name, value in row.items() if name not in KEY_COLUMNS}
        for column in event.columns:
            if column.kind == "amount":
                kept[column.name] = int(kept[column.name])
            if column.kind == "amount[]":
                kept[column.name] = [int(amount) for amount in kept[column.name]]
        rows.append(kept)
    return rows


def exact(event: FeltEvent, found: Any, first: int = 0) -> list[Row]:
    return [decode_one(event, found, row) for row in range(first, len(found))]


def outcome(read: Any, *args: Any) -> Any:
    """What a reader says: its rows, or the error, word by word."""
    try:
        return read(*args)
    except DataError as error:
        return error.name, error.message, error.hint


def test_every_cairo_type_has_a_reader_a_writer_and_values() -> None:
    assert set(WRITERS) == set(VALUES) == set(CAIRO)


@settings(max_examples=120, deadline=None)
@given(data=st.data(), event=st.sampled_from(EVENTS))
def test_what_a_contract_writes_is_read_back_by_both_readers(
    data: st.DataObject, event: FeltEvent
) -> None:
    values = [data.draw(VALUES[columns[0].type]) for columns in event.members]
    found = logs([entry(event, *values)])
    if too_large(event, values):
        with pytest.raises(AmountTooLarge):
            exact(event, found)
    else:
        row: Row = {}
        for columns, value in zip(event.members, values, strict=True):
            row |= said(columns, value)
        assert exact(event, found) == [row]
    assert outcome(fast, event, found) == outcome(exact, event, found)


WILD = st.one_of(
    st.integers(0, 2**256 - 1),
    FELT,
    st.integers(0, 4),
    st.sampled_from([2**k for k in (8, 16, 32, 64, 128, 160, 248)]),
    st.sampled_from([PRIME - 1, PRIME, PRIME + 1, PRIME + 2**128, 10**38, 10**38 - 1]),
)


@settings(max_examples=120, deadline=None)
@given(data=st.data(), event=st.sampled_from(STATIC))
def test_the_fast_reader_equals_the_exact_one_rows_and_errors_alike(
    data: st.DataObject, event: FeltEvent
) -> None:
    """Felts may be anything; other events before them shift where felts begin."""
    entries = [
        Entry(
            (selector(event), *(data.draw(WILD) for _ in range(event.keys - 1))),
            tuple(data.draw(WILD) for _ in range(event.least)),
        )
        for _ in range(data.draw(st.integers(1, 4)))
    ]
    before = [Entry((), (1,) * data.draw(st.integers(0, 2)))] * data.draw(st.integers(0, 2))
    found = logs([*before, *entries])
    assert outcome(fast, event, found) == outcome(exact, event, found, len(before))


@settings(max_examples=80, deadline=None)
@given(data=st.data(), event=st.sampled_from([e for e in EVENTS if not e.static]))
def test_hostile_lengths_are_read_or_refused_and_nothing_is_left_over(
    data: st.DataObject, event: FeltEvent
) -> None:
    keys = (selector(event), *(data.draw(FELT) for _ in range(event.keys - 1)))
    found = logs(
        [
            Entry(
                keys,
                tuple(data.draw(st.lists(WILD, min_size=event.least, max_size=event.least + 5))),
            )
        ]
    )
    read = outcome(exact, event, found)
    assert outcome(fast, event, found) == read
    if isinstance(read, list):
        assert sum(size(value) for value in read[0].values()) <= 40 * len(found.felts)


def size(value: Value) -> int:
    if isinstance(value, list):
        return sum(size(one) for one in value)
    return len(value) if isinstance(value, bytes) else 0


SOURCED = [source for source in STARKNET.values() if source.events]


@settings(max_examples=120, deadline=None)
@given(data=st.data(), source=st.sampled_from(SOURCED))
def test_every_event_is_of_the_shape_that_reads_it_and_of_one_table(
    data: st.DataObject, source: Any
) -> None:
    events = [e for e in source.events if isinstance(e, FeltEvent)]
    entries = []
    for event in data.draw(st.lists(st.sampled_from(events), min_size=1, max_size=5)):
        values = [data.draw(VALUES[columns[0].type]) for columns in event.members]
        if not too_large(event, values):
            entries.append(entry(event, *values))
    found = logs(entries)
    tables = decode(events, found)
    assert sum(table.num_rows for table in tables.values()) == len(entries)
    for i in range(len(entries)):
        shape = shape_of(events, found, i)
        assert shape is not None
        (row,) = [r for r in tables[shape.table].to_pylist() if r["log_index"] == i]
        told = decode_one(shape, found, i)
        assert {name: row[name] for name in told} == told


def test_a_transfer_becomes_a_row_with_its_key() -> None:
    found = decode([PLAIN], logs([entry(PLAIN, 0xA1, 0xB0, 10**38 - 1)]))["transfer"]
    (row,) = found.to_pylist()
    assert row.pop("amount") == 10**38 - 1
    assert row == {
        "block_number": 7,
        "block_hash": word(7),
        "transaction_index": 0,
        "log_index": 0,
        "transaction_hash": word(0xFF),
        "contract": word(CONTRACT),
        "sender": word(0xA1),
        "recipient": word(0xB0),
    }


def test_both_layouts_of_a_transfer_fill_one_table_in_the_order_of_the_events() -> None:
    entries = [entry(shape, 1, 2, i) for i, shape in enumerate([TRANSFER, PLAIN] * 3)]
    found = decode([TRANSFER, PLAIN], logs(entries))["transfer"]
    assert found["amount"].to_pylist() == list(range(6))
    found.validate(full=True)


@pytest.mark.parametrize("source", STARKNET.values(), ids=lambda source: source.name)
def test_every_declared_table_is_there_without_events_too(source: Any) -> None:
    found = decode(source.events, logs([]))
    assert found == {event.table: schema(event).empty_table() for event in source.events}


def test_an_event_that_is_not_declared_is_passed_over() -> None:
    others = [Entry((0x134692B230B9, 1), (3,)), Entry((), (3,)), Entry((), ())]
    found = decode([PLAIN], logs([*others, entry(PLAIN, 1, 2, 5)]))["transfer"]
    assert found["log_index"].to_pylist() == [3]


def test_an_unknown_shape_of_a_known_selector_names_block_event_and_raw_felts() -> None:
    odd = Entry((selector(PLAIN), 0xAB), (0xCD, 0xEF, 5), block=1234)
    with pytest.raises(MalformedEvent) as error:
        decode([TRANSFER, PLAIN], logs([entry(PLAIN, 1, 2, 3), odd]))
    assert error.value.message == (
        "Transfer of contract 0xc0 at block 1234, transaction 0, event 1: no declared shape of it "
        "has 2 keys and 3 data felts there; "
        f"keys [{selector(PLAIN):#x}, 0xab], data [0xcd, 0xef, 0x5]"
    )


def test_a_shape_reads_only_the_blocks_and_contracts_it_is_of() -> None:
    old, new = replace(PLAIN, until=9), replace(PLAIN, since=10, columns=TRANSFER.columns)
    good = [entry(old, 1, 2, 3, block=9), entry(new, 1, 2, 3, block=10)]
    assert decode([old, new], logs(good))["transfer"].num_rows == 2
    with pytest.raises(MalformedEvent, match="at block 10, transaction 0, event 0"):
        decode([old, new], logs([entry(old, 1, 2, 3, block=10)]))
    with pytest.raises(MalformedEvent, match="at block 9"):
        decode([old, new], logs([entry(new, 1, 2, 3, block=9)]))
    own = replace(PLAIN, contracts=(word(5),))
    assert decode([own], logs([entry(own, 1, 2, 3, contract=5)]))["transfer"].num_rows == 1
    with pytest.raises(MalformedEvent, match="of contract 0xc0"):
        decode([own], logs([entry(own, 1, 2, 3)]))


@pytest.mark.parametrize("amount", [10**38, 2**127, 2**128 - 1, 2**128, 2**256 - 1])
def test_an_amount_of_ten_to_the_38_is_refused_and_never_rounded(amount: int) -> None:
    with pytest.raises(AmountTooLarge, match=f"event 1: `amount` is {amount}"):
        decode([PLAIN], logs([entry(PLAIN, 1, 2, 1), entry(PLAIN, 1, 2, amount)]))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ((1, 2, 2**128, 0), f"`amount` is no u128: {2**128:#x}"),
        ((1, 2, 0, 2**128), f"`amount` is no u128: {2**128:#x}"),
        ((PRIME, 2, 3, 0), "`sender` is no felt"),
        ((1, 2**256 - 1, 3, 0), "`recipient` is no felt"),
    ],
)
def test_a_half_or_a_felt_too_wide_is_refused(data: tuple[int, ...], why: str) -> None:
    with pytest.raises(MalformedEvent, match=why):
        decode([PLAIN], logs([Entry((selector(PLAIN),), data)]))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ((7, 0, 3, 0xCA, 1, 5, 0, 0), "`voter_kind` is no variant: 0x3 of 3"),
        ((7, 0, 1, 2**160, 1, 5, 0, 0), "`voter_kind` is no u160"),
        ((7, 0, 1, 0xCA, 3, 5, 0, 0), "`support` is no variant: 0x3 of 3"),
        ((7, 0, 1, 0xCA, 1, 5, 0, 1), "`metadata_uri` has 0x1 elements in 0 felts"),
        ((7, 0, 1, 0xCA, 1, 5, 0, 0, 9), "1 of 9 data felts are left over"),
        ((7, 0, 2, 0xCA, 0, 1, 5, 0), "`metadata_uri` reaches behind the last felt"),
        ((7, 2**128, 1, 0xCA, 1, 5, 0, 0), "`proposal_id` is no u128"),
        ((7, 0, 1, 0xCA, 1, 5, 0, PRIME - 1, 1), "`metadata_uri` has 0x8"),
    ],
)
def test_a_vote_that_is_none_is_refused_with_the_member(data: tuple[int, ...], why: str) -> None:
    with pytest.raises(MalformedEvent, match=why):
        decode([VOTE], logs([Entry((selector(VOTE),), data)]))


@pytest.mark.parametrize(
    ("felts", "kept"),
    [
        ([1, 0xFF], b"\xff"),
        ([1, int.from_bytes(b"ok\0", "big")], b"ok\0"),
        ([1, 2**250], (2**250).to_bytes(32, "big")),  # wider than 31 characters
        ([2, 0x61, 0xE282], b"a\xe2\x82"),  # cut off
    ],
)
def test_a_string_that_is_no_text_is_kept_beside_it(felts: list[int], kept: bytes) -> None:
    found = logs([Entry((selector(VOTE),), (7, 0, 0, 5, 1, 5, 0, *felts))])
    (row,) = decode([VOTE], found)["vote_cast"].to_pylist()
    assert row["metadata_uri_raw"] == kept
    assert row["metadata_uri"].encode() != kept


@pytest.mark.parametrize(
    ("felts", "why"),
    [
        ([0, 0, 31], "ends in 0x0 of 31 bytes"),
        ([0, 0x100, 1], "ends in 0x100 of 1 bytes"),
        ([1, 2**248, 0, 0], "is no u248"),
        ([9, 1, 0, 0], "has 0x9 elements in 3 felts"),
    ],
)
def test_a_byte_array_that_is_none_is_refused(felts: list[int], why: str) -> None:
    named = FeltEvent("Named", "named", (member("name", "ByteArray"),))
    with pytest.raises(MalformedEvent, match=f"`name` {why}"):
        decode([named], logs([Entry((selector(named),), tuple(felts))]))


def test_rewards_without_pools_say_the_same_in_either_generation() -> None:
    """[rewards, 0] is a list without pools, and was a sum of 0 before: nobody received anything."""
    shapes = [e for e in STAKING.values() if e.name == "StakerRewardsUpdated"]
    early = STAKING["staker_rewards_updated_early"]
    found = decode(shapes, logs([entry(early, 5, 100, 0), entry(early, 5, 100, 7)]))
    (row,) = found["staker_rewards_updated"].to_pylist()
    assert (row["staker_rewards"], row["pools"], row["pool_rewards"]) == (100, [], [])
    (row,) = found["staker_rewards_updated_early"].to_pylist()
    assert (row["staker_rewards"], row["pool_rewards"]) == (100, 7)


def test_no_other_two_shapes_of_an_event_read_one_log() -> None:
    """Options and spans of pools have no encoding in common."""
    span, option = (e for e in STARKNET["starknet_staking"].events if e.table == "delete_staker")
    assert isinstance(span, FeltEvent)
    assert isinstance(option, FeltEvent)
    for pools, shape in (([], span), ([9], span), (None, option), (9, option)):
        found = logs([entry(shape, 1, 2, 3, pools)])
        assert shape_of([span, option], found, 0) == shape
        (row,) = decode([span, option], found)["delete_staker"].to_pylist()
        assert row["pools"] == ([] if pools in ([], None) else [word(9)])


def test_every_kind_of_row_goes_into_duckdb_and_comes_back() -> None:
    con = duckdb.connect()
    for event in EVENTS:
        names = [f"{f.name} {sql_type(f.type)}" for f in schema(event)]
        con.execute(f"create or replace table kept ({', '.join(names)})")
    shape = STAKING["staker_rewards_updated"]
    table = decode([shape], logs([entry(shape, 5, 100, [(8, 10**38 - 1), (9, 0)])] * 2))
    found: pa.Table = table["staker_rewards_updated"]
    con.register("found", found)
    con.execute("create or replace table kept as select * from found")
    assert con.sql("select * from kept").to_arrow_table().to_pylist() == found.to_pylist()


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ((member("x", "u128", "uint"),), "a u128 is no uint"),
        ((Column("x", "uint256", "word"),), "no Cairo type is called uint256"),
        ((replace(member("x", "Span<felt252>"), indexed=True),), "a key has one length"),
        (pair("x", "y", "UserAddress")[:1], "a UserAddress fills 2 columns"),
        ((pair("x", "y", "UserAddress")[0], member("y")), "a UserAddress fills 2 columns"),
        ((member("x"), member("x")), "has a column twice"),
    ],
)
def test_a_member_that_cannot_be_is_refused(columns: tuple[Column, ...], why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        check([FeltEvent("Odd", "odd", columns)])


def test_two_shapes_that_could_both_read_one_event_are_refused() -> None:
    one = FeltEvent("Odd", "odd", (member("x"), member("y", key=True)))
    other = FeltEvent("Odd", "odd", (member("x", key=True), member("y")))
    with pytest.raises(ConfigurationError, match="both have 2 keys and 1 data felts"):
        check([one, other])
    check([replace(one, until=9), replace(other, since=10)])
    check([replace(one, contracts=(word(1),)), replace(other, contracts=(word(2),))])
