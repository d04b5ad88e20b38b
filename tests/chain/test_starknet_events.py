"""Pages of events: read as strict JSON would read them, and never believed to end where they may
not, nor asked for without end."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psephos.chain.starknet.logs import empty, matching, ordered, placed, row, select, unplaced
from psephos.chain.starknet.page import UNPLACED, columns, felts, plain, read_page
from psephos.chain.starknet.paging import CHUNK, Limits, Wanted, read_events
from psephos.chain.wire.answer import Call, strict_json
from psephos.commit.starknet.felt import PRIME
from psephos.errors import LaggingNode, MalformedAnswer, NodeContradiction, RangeRefused

Json = dict[str, Any]


def event(block: int = 5, transaction: int = 0, log: int = 0, **changes: Any) -> Json:
    told = {
        "from_address": "0xa",
        "keys": ["0x1", "0x2"],
        "data": ["0x3"],
        "block_hash": hex(1000 + block),
        "block_number": block,
        "transaction_hash": hex(100 * block + transaction),
        "transaction_index": transaction,
        "event_index": log,
    }
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


def body(events: Sequence[Json], token: str | None = None, **beside: Any) -> bytes:
    result = {"events": list(events)} | ({} if token is None else {"continuation_token": token})
    answer = {"jsonrpc": "2.0", "id": 1, "result": result, **beside}
    return json.dumps(answer, separators=(",", ":")).encode()


class Told:
    """Answers `starknet_getEvents` from a list of bodies, and then from the last one for ever."""

    def __init__(self, *bodies: bytes) -> None:
        self.bodies = list(bodies)
        self.filters: list[Any] = []

    def ask_beside(self, calls: Sequence[Call]) -> tuple[bytes, Any]:
        self.filters.append(calls[0].params[0])
        answer = self.bodies.pop(0) if len(self.bodies) > 1 else self.bodies[0]
        return answer, 3


def asked(*bodies: bytes, limits: Limits | None = None, **named: Any) -> tuple[Any, Told]:
    told = Told(*bodies)
    wanted = named.pop("wanted", Wanted(0, 9, (bytes(31) + b"\x0a",), ()))
    return read_events(told, limits or Limits(), wanted, lists=True), told  # type: ignore[arg-type]


def test_pages_follow_their_tokens_to_the_last() -> None:
    logs, told = asked(body([event(1), event(2)], "a"), body([], "b"), body([event(3)]))
    assert logs.block.tolist() == [1, 2, 3]
    assert [one.get("continuation_token") for one in told.filters] == [None, "a", "b"]
    assert all(one["address"] == "0xa" for one in told.filters)


FULL = [event(1, 0, i) for i in range(CHUNK)]


@pytest.mark.parametrize(
    ("bodies", "why"),
    [
        ((body([event(1)], "a"), body([event(2)], "a")), "a second time"),
        ((body([event(1)], "a"), body([event(1)], "b")), "does not follow"),
        ((body([event(3)], "a"), body([event(2)], "b")), "does not follow"),
        ((body(FULL),), "no way to the next"),
        ((body([*FULL, event(2)]),), "on a page of"),
        (
            (
                body([event(1)], "a"),
                b'{"jsonrpc":"2.0","id":1,"error":{"code":33,"message":"unknown token"}}',
            ),
            r"\(33\)",
        ),
    ],
    ids=["stuck", "repeated", "backwards", "lost", "too long", "forgotten"],
)
def test_a_page_that_cannot_be_believed_refuses_the_range(
    bodies: tuple[bytes, ...], why: str
) -> None:
    with pytest.raises(RangeRefused, match=why):
        asked(*bodies)


def test_a_page_told_again_is_noticed_where_nodes_tell_no_places() -> None:
    same = event(2, transaction_index=None, event_index=None)
    logs, _ = asked(body([same, same], "a"), body([event(3) | {"event_index": None}][:0]))
    assert len(logs) == 2  # two equal events on one page are two events
    with pytest.raises(RangeRefused, match="does not follow"):
        asked(body([same], "a"), body([same], "b"))


def test_empty_pages_with_ever_new_tokens_come_to_an_end() -> None:
    told = Told(*(body([], str(i)) for i in range(50)))
    with pytest.raises(RangeRefused, match="never comes to an end"):
        read_events(told, Limits(), Wanted(0, 9, (), ()), lists=True)  # type: ignore[arg-type]
    assert len(told.filters) <= 13


def refused(code: int) -> bytes:
    return json.dumps(
        {"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": "no"}}
    ).encode()


def test_a_page_that_is_too_large_is_halved_and_remembered() -> None:
    limits = Limits()
    _, told = asked(refused(31), refused(31), body([event(1)]), limits=limits)
    assert [one["chunk_size"] for one in told.filters] == [1024, 512, 256]
    assert limits.chunk == 256
    with pytest.raises(RangeRefused, match="single event"):
        asked(refused(31))


def test_keys_that_are_too_many_are_asked_for_in_parts() -> None:
    keys = tuple(bytes(31) + bytes((i,)) for i in range(1, 6))
    limits = Limits()
    logs, told = asked(
        refused(34), body([event(1)]), body([event(2)]), body([]),
        limits=limits, wanted=Wanted(0, 9, (), keys),
    )  # fmt: skip
    assert limits.keys == 2
    assert [key for one in told.filters[1:] for key in one["keys"][0]] == [
        hex(i) for i in range(1, 6)
    ]
    assert len(logs) == 2


def test_addresses_are_asked_for_one_by_one_where_no_lists_are_taken() -> None:
    told = Told(body([]))
    contracts = (bytes(31) + b"\x07", bytes(31) + b"\x08")
    read_events(told, Limits(), Wanted(0, 9, contracts, ()), lists=False)  # type: ignore[arg-type]
    assert [one["address"] for one in told.filters] == ["0x7", "0x8"]
    read_events(told, Limits(), Wanted(0, 9, contracts, ()), lists=True)  # type: ignore[arg-type]
    assert told.filters[-1]["address"] == ["0x7", "0x8"]


def test_a_node_without_the_last_block_lags() -> None:
    with pytest.raises(LaggingNode):
        asked(refused(24))


# What a page says


def test_an_event_of_an_open_block_is_no_event() -> None:
    open_ = event(9, block_hash=None, block_number=None)
    assert len(read_page(body([event(1), open_])).logs) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"keys": ["0x"]},
        {"keys": ["1"]},
        {"keys": ["0xg"]},
        {"keys": [hex(PRIME)]},
        {"keys": ["0x" + "0" * 65]},
        {"keys": "0x1"},
        {"data": [7]},
        {"data": None},
        {"block_number": -1},
        {"block_number": 2**64},
        {"block_number": "5"},
        {"block_number": None},
        {"transaction_index": None},
        {"transaction_index": UNPLACED},
        {"event_index": 2**32},
        {"from_address": "0xé"},
        {"transaction_hash": ""},
    ],
    ids=str,
)
def test_what_is_no_event_is_malformed(changes: Json) -> None:
    for events in ([event(1, **changes)], [event(1), event(2, **changes)]):
        if changes == {"transaction_index": None} and len(events) == 1:
            continue  # without its event_index that is an event of a node before 0.10
        with pytest.raises(MalformedAnswer):
            read_page(body(events))


@pytest.mark.parametrize(
    "text",
    [
        body([event(1)]).replace(b'"0xa"', b'"0xb","from_address":"0xa"'),
        body([event(1)]).replace(b'"id":1', b'"id":2,"id":1'),
        body([event(1)]).replace(b'"event_index":0', b'"event_index" :0,"keys":["0x9"]'),
        body([event(1)]) + b"x",
        body([event(1)])[:-1],
        b"[" * 9999,
    ],
    ids=["twice", "twice outside", "spaced", "trailing", "cut", "deep"],
)
def test_a_lenient_reading_of_a_page_is_never_taken(text: bytes) -> None:
    assert plain(text, None) is None
    with pytest.raises(MalformedAnswer):
        read_page(text)


WORDS = st.integers(0, PRIME - 1)


@given(
    st.lists(st.tuples(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=4)), max_size=6),
    st.booleans(),
    st.integers(0, 2),
)
def test_the_fast_reading_of_a_page_is_the_exact_one(
    contents: list[Any], placed_: bool, spaces: int
) -> None:
    events = []
    for i, (keys, data) in enumerate(contents):
        changes: Json = {"keys": list(map(hex, keys)), "data": list(map(hex, data))}
        if not placed_:
            changes |= {"transaction_index": None, "event_index": None}
        events.append(event(i, **changes))
    text = body(events, "token")
    page = read_page(text)
    told = strict_json(text)["result"]["events"]
    assert (plain(text, 1) is not None) or not placed_ or not events
    assert page.token == "token"
    for i, one in enumerate(told):
        own = row(page.logs, i)
        assert own[0] == one["block_number"]
        assert own[7] == b"".join(
            int(felt, 16).to_bytes(32, "big") for felt in (*one["keys"], *one["data"])
        )
        assert own[6] == len(one["keys"])
    loose = json.dumps(json.loads(text), indent=spaces).encode()
    again = read_page(loose).logs
    assert all(
        np.array_equal(getattr(again, name), getattr(page.logs, name))
        for name in type(again).__dataclass_fields__
    )


def test_felts_are_read_with_and_without_leading_zeros() -> None:
    for text in ("0x5", "0x05", "0x" + "5".zfill(64), "0x" + "0" * 63 + "5"):
        assert felts([text])[0].tobytes() == (5).to_bytes(32, "big")
    assert felts([hex(PRIME - 1)])[0].tobytes() == (PRIME - 1).to_bytes(32, "big")
    assert len(empty()) == 0


def test_rows_are_picked_by_contract_and_first_key() -> None:
    events = [event(1), event(2, from_address="0xb"), event(3, keys=[]), event(4, keys=["0x2"])]
    logs = read_page(body(events)).logs
    a, one = bytes(31) + b"\x0a", bytes(31) + b"\x01"
    assert matching(logs, [a], [one]).tolist() == [True, False, False, False]
    assert matching(logs, [a], []).tolist() == [True, False, True, True]
    assert matching(logs, [], [one]).tolist() == [True, True, False, False]
    many = [i.to_bytes(32, "big") for i in range(100, 140)]
    assert matching(logs, [*many, a], []).tolist() == [True, False, True, True]
    picked = select(logs, np.array([3, 0]))
    assert [row(picked, i)[0] for i in range(2)] == [4, 1]


def test_events_get_the_places_that_receipts_have() -> None:
    whole = read_page(body([event(1, 0, 0), event(1, 0, 1), event(1, 2, 0)])).logs
    bare = [event(1, t, transaction_index=None, event_index=None) for t in (2, 0, 0)]
    told = read_page(body(bare)).logs
    assert unplaced(told)
    found = placed(told, whole)
    assert list(zip(found.transaction.tolist(), found.log.tolist(), strict=True)) == [
        (0, 0), (0, 1), (2, 0),
    ]  # fmt: skip
    strange = read_page(body([event(1, 5, transaction_index=None, event_index=None)])).logs
    assert placed(strange, whole).transaction.tolist() == [UNPLACED]


def test_a_real_page_holds_both_layouts_of_a_transfer(real_data: Path) -> None:
    """NethermindEth/starknet.go@15cbbdd `sepoliaEvents.json`."""
    text = (real_data / "starknet/rpc/events/sepoliaEvents.json").read_bytes()
    page = read_page(text)
    assert page.token == json.loads(text)["result"]["continuation_token"]
    assert page.logs.key_count.tolist() == [1] + [3] * 9
    assert np.diff(page.logs.offsets).tolist() == [5] * 10
    assert (page.logs.block[0], page.logs.transaction[0], page.logs.log[0]) == (6487, 2, 0)


def test_an_event_told_twice_in_equal_words_is_one_and_in_others_a_contradiction() -> None:
    twice = ordered(read_page(body([event(2), event(1), event(1), event(1, 0, 1)])).logs)
    assert list(zip(twice.block.tolist(), twice.log.tolist(), strict=True)) == [
        (1, 0), (1, 1), (2, 0),
    ]  # fmt: skip
    with pytest.raises(NodeContradiction, match="one place"):
        ordered(read_page(body([event(2), event(1), event(1, data=["0x9"])])).logs)
    with pytest.raises(NodeContradiction, match="two hashes"):
        ordered(read_page(body([event(1), event(1, 0, 1, block_hash="0x77")])).logs)
    assert columns([]).offsets.tolist() == [0]
