"""Logs as columns: the fast reader equals the readable one, and both are strict."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psephos.chain.layout import layout
from psephos.chain.logs import (
    empty,
    exact,
    join,
    logs_of,
    matching,
    parse_logs,
    row,
    select,
    tidy,
)
from psephos.chain.node import Logs
from psephos.chain.sheet import RARE, regular
from psephos.errors import (
    LaggingNode,
    MalformedAnswer,
    MethodMissing,
    NodeContradiction,
    NodeError,
    RangeRefused,
    RateLimited,
)


def word(seed: int, size: int = 32) -> str:
    return "0x" + seed.to_bytes(size, "big").hex()


def log(block: int = 5, index: int = 0, **changed: Any) -> dict[str, Any]:
    """A log as anvil writes it; `changed` members replace or add, None removes."""
    told = {
        "address": word(0xA, 20),
        "topics": [word(1), word(2)],
        "data": word(7),
        "blockHash": word(1000 + block),
        "blockNumber": hex(block),
        "blockTimestamp": hex(1_700_000_000 + block),
        "transactionHash": word(2000 + index // 3),
        "transactionIndex": hex(index // 3),
        "logIndex": hex(index),
        "removed": False,
    }
    told |= changed
    return {name: value for name, value in told.items() if value is not None}


def answer(logs: list[Any], **options: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": logs}, **options).encode()


def tight(logs: list[Any]) -> bytes:
    return answer(logs, separators=(",", ":"))


def rows(logs: Logs) -> list[Any]:
    return [row(logs, i) for i in range(len(logs))]


LOGS = st.lists(
    st.builds(
        lambda block, index, topics, size, address, extra: log(
            block,
            index,
            topics=[word(10 + t) for t in range(topics)],
            data="0x" + "5a" * size,
            address=word(address, 20),
            **extra,
        ),
        st.integers(0, 40),
        st.integers(0, 400),
        st.integers(0, 4),
        st.sampled_from([0, 1, 31, 32, 64, 96]),
        st.integers(0, 3),
        st.sampled_from(
            [{}, {}, {}, {"removed": None}, {"blockTimestamp": None}, {"type": "mined"}]
        ),
    ),
    max_size=30,
    unique_by=lambda told: (told["blockNumber"], told["logIndex"]),
)


@settings(max_examples=60, deadline=None)
@given(LOGS, st.integers(1, 6), st.booleans())
def test_the_fast_reader_equals_the_readable_one(
    told: list[dict[str, Any]], times: int, spaced: bool
) -> None:
    """Also where logs are repeated in other blocks often enough to be read as a matrix."""
    many = [
        log | {"blockNumber": hex(base), "blockHash": word(base)}
        for copy in range(times * 8)
        for log in told
        for base in [int(log["blockNumber"], 16) + 41 * copy]
    ]
    many.sort(key=lambda log: (int(log["blockNumber"], 16), int(log["logIndex"], 16)))
    body = answer(many) if spaced else tight(many)
    assert rows(parse_logs(body)) == rows(tidy(exact(body)))


def test_a_regular_answer_is_read_fast_and_an_irregular_one_is_not() -> None:
    many = [log(block, index) for block in range(40) for index in range(20)]
    assert regular(tight(many), exact) is not None
    assert regular(answer(many), exact) is None  # with spaces
    assert regular(tight(many[: RARE - 1]), exact) is None  # too few to be worth it
    many[500]["nested"] = {"a": 1}
    assert regular(tight(many), exact) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"data": "0x" + "0" * 63},
        {"data": "0x" + "0" * 62 + "zz"},
        {"data": "0" * 64},
        {"blockHash": "0x" + "0" * 62},
        {"blockHash": None},
        {"blockNumber": None},
        {"blockNumber": "0x"},
        {"blockNumber": "0x1_0"},
        {"blockNumber": 5},
        {"blockNumber": "0x" + "f" * 17},
        {"logIndex": "0x100000000"},
        {"logIndex": "0xg"},
        {"transactionIndex": "-0x1"},
        {"topics": [word(1)] * 5},
        {"topics": [word(1), "0x12"]},
        {"topics": None},
        {"topics": word(1)},
        {"address": "0x" + "00" * 19},
        {"address": "0X" + "00" * 20},
        {"address": "0x" + "é" * 40},
        {"transactionHash": "0x" + "0g" * 32},
        {"removed": "no"},
    ],
    ids=str,
)
@pytest.mark.parametrize("place", [0, 250, 799])
def test_one_malformed_log_among_many_is_refused(broken: dict[str, Any], place: int) -> None:
    """A hole would be invisible later; a guess would be worse."""
    many = [log(block, index) for block in range(40) for index in range(20)]
    many[place] = log(place // 20, place % 20) | broken
    many[place] = {k: v for k, v in many[place].items() if v is not None}
    with pytest.raises(MalformedAnswer):
        parse_logs(tight(many))
    with pytest.raises(MalformedAnswer):
        parse_logs(answer([many[place]]))


BODY = tight([log(block, index) for block in range(40) for index in range(20)])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(BODY) - 1), st.integers(0, 255))
def test_a_flipped_byte_is_read_alike_by_both_readers_or_refused(place: int, byte: int) -> None:
    """The matrix lets nothing through that the readable reader would refuse."""
    body = BODY[:place] + bytes([byte]) + BODY[place + 1 :]
    try:
        found: Any = rows(parse_logs(body))
    except NodeError as error:
        found = type(error)
    try:
        expected: Any = rows(tidy(exact(body)))
    except NodeError as error:
        expected = type(error)
    assert found == expected


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(BODY) - 1))
def test_a_truncated_answer_is_refused(length: int) -> None:
    with pytest.raises(MalformedAnswer):
        parse_logs(BODY[:length])


@pytest.mark.parametrize("name", ["data", "address", "removed", "topics", "blockTimestamp"])
def test_a_name_twice_in_a_log_is_refused(name: str) -> None:
    """Two readers of such an answer could see two chains."""
    twice = json.dumps({name: log(0, 0)[name]}, separators=(",", ":"))[1:-1].encode()
    body = BODY.replace(b'"logIndex":"0x0"', b'"logIndex":"0x0",' + twice, 1)
    first = body[body.index(b"[{") + 1 : body.index(b"},{") + 1]
    assert json.loads(first) == log(0, 0)
    assert layout(first) is None
    with pytest.raises(MalformedAnswer, match="twice"):
        parse_logs(body)


def test_removed_logs_are_dropped() -> None:
    many = [log(block, index) for block in range(40) for index in range(20)]
    many[77]["removed"] = True
    kept = rows(parse_logs(tight(many)))
    assert len(kept) == 799
    assert kept == rows(parse_logs(tight(many[:77] + many[78:])))


def test_logs_are_put_in_order_and_told_once() -> None:
    told = [log(5, 0), log(5, 1), log(6, 0), log(5, 1), log(4, 9)]
    found = parse_logs(answer(told))
    assert [(int(b), int(i)) for b, i in zip(found.block, found.log, strict=True)] == [
        (4, 9),
        (5, 0),
        (5, 1),
        (6, 0),
    ]


@pytest.mark.parametrize(
    "told",
    [
        [log(5, 1), log(5, 1, data="0x")],
        [log(5, 1), log(5, 1, blockHash=word(9))],
        [log(5, 1), log(5, 2, blockHash=word(9))],
        [log(5, 4), log(5, 4, transactionIndex="0x0")],
        [log(5, 1, transactionIndex="0x2"), log(5, 2, transactionIndex="0x1")],
    ],
    ids=["another log there", "and under another hash", "two hashes", "two places", "no order"],
)
def test_an_answer_that_contradicts_itself_is_refused(told: list[Any]) -> None:
    with pytest.raises(NodeContradiction):
        parse_logs(answer(told))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"code": -32005, "message": "query returned more than 10000 results"}, RangeRefused),
        ({"code": -32000, "message": "what nobody has ever written before"}, RangeRefused),
        (
            {"code": -32005, "message": "daily request count exceeded, request rate limited"},
            RateLimited,
        ),
        ({"code": 429, "message": "slow down"}, RateLimited),
        ({"code": -32000, "message": "unknown block"}, LaggingNode),
        ({"code": -32601, "message": "nope"}, MethodMissing),
        ("a text", RangeRefused),
        ({}, RangeRefused),
    ],
)
def test_a_refusal_is_raised_as_what_it_means(error: Any, expected: type[NodeError]) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "error": error}).encode()
    with pytest.raises(expected):
        parse_logs(body)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"result":null}', b'{"result":{}}'])
def test_what_is_no_list_of_logs_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        parse_logs(body)


def test_select_and_join_are_inverse() -> None:
    many = [log(b, i, data="0x" + "11" * (i % 5)) for b in range(9) for i in range(9)]
    logs = parse_logs(answer(many))
    odd = (logs.block % 2 == 1) & (logs.log > 2)
    assert rows(join([select(logs, odd), select(logs, ~odd)])) == rows(logs)
    assert rows(select(logs, np.array([7, 3]))) == [row(logs, 7), row(logs, 3)]
    assert len(join([])) == len(empty()) == len(select(logs, np.zeros(81, np.bool_))) == 0


def test_matching_asks_for_contract_and_first_topic() -> None:
    a, b = bytes.fromhex(word(0xA, 20)[2:]), bytes.fromhex(word(0xB, 20)[2:])
    told = [
        log(1, 0),
        log(1, 1, address=word(0xB, 20)),
        log(1, 2, topics=[]),
        log(1, 3, topics=[word(0)]),
    ]
    logs = parse_logs(answer(told))
    one, zero = (1).to_bytes(32, "big"), bytes(32)
    assert matching(logs, [], []).tolist() == [True] * 4
    assert matching(logs, [a], []).tolist() == [True, False, True, True]
    assert matching(logs, [a, b], [one]).tolist() == [True, True, False, False]
    assert matching(logs, [a], [zero]).tolist() == [False, False, False, True]


def test_logs_of_receipts_equal_the_logs_themselves() -> None:
    many = [log(5, i) for i in range(9)]
    receipts = [{"logs": many[:4]}, {"logs": []}, {"logs": many[4:]}]
    assert rows(logs_of(receipts)) == rows(parse_logs(answer(many)))
    with pytest.raises(MalformedAnswer, match="logs are not"):
        logs_of([{"logs": [log(5, 0) | {"data": 5}]}])
