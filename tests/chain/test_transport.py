"""One endpoint: patience, limits, and no word of its address."""

import gc
import json
import logging
import socket
import threading
import traceback
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from psephos.chain.ethereum import EthereumNode
from psephos.chain.wire.answer import Call, pair, strict_json
from psephos.chain.wire.exchange import retry_after
from psephos.chain.wire.patience import Breaker, Bucket, Clock, Patience, jitter
from psephos.chain.wire.secret import STRUCK, secrets, strike
from psephos.errors import (
    MalformedAnswer,
    NodeError,
    NodeUnreachable,
    RateLimited,
)
from psephos.settings import Endpoint
from tests.simulated.chain import SimulatedChain
from tests.simulated.lies import BOMB, EVERY, LIES, http
from tests.simulated.proxy import Exchange, Lie, Proxy

CANARY = "c4n4ry0key0c4n4ry"


@dataclass
class Time:
    """A clock that only moves when somebody sleeps."""

    seconds: float = 0.0
    chance: float = 1.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.seconds, sleep=self.sleep, random=lambda: self.chance)


@pytest.fixture(scope="module")
def chain() -> SimulatedChain:
    chain = SimulatedChain(seed=2)
    chain.grow(20)
    return chain


def ask(url: str, time: Time | None = None, **patience: float) -> EthereumNode:
    return EthereumNode(
        [Endpoint(url, "ours", 10_000, timeout=300)],
        patience=Patience(**patience),  # type: ignore[arg-type]
        clock=(time or Time()).clock,
    )


# what is waited for


def test_a_bucket_lets_a_second_of_questions_through_and_then_its_rate() -> None:
    time = Time()
    bucket = Bucket(10, time.clock)
    for _ in range(10):
        bucket.take(1)
    assert time.slept == []
    bucket.take(20)
    assert time.seconds == pytest.approx(2.0)
    time.seconds += 100
    bucket.take(10)
    assert time.seconds == pytest.approx(102.0), "an idle hour saves no more than a second's worth"


def test_waits_grow_and_are_drawn_from_zero_to_their_bound() -> None:
    patience = Patience(base=0.5, longest=3)
    assert [jitter(patience, Time(chance=1).clock, i) for i in range(5)] == [0.5, 1, 2, 3, 3]
    assert [jitter(patience, Time(chance=0).clock, i) for i in range(3)] == [0, 0, 0]


def test_a_breaker_rests_an_endpoint_that_fails_again_and_again() -> None:
    time = Time()
    breaker = Breaker(Patience(trips=2, rest=30), time.clock)
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert not breaker.resting
    breaker.failed()
    assert breaker.resting
    time.seconds += 30
    assert not breaker.resting


@pytest.mark.parametrize(
    ("told", "date", "seconds"),
    [
        ("7", None, 7.0),
        ("0", None, 0.0),
        ("Wed, 21 Oct 2026 07:28:10 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 10.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:10 GMT", 0.0),
        ("soon", None, None),
        ("-5", None, None),
        ("9" * 400, None, None),
        (None, None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(
    told: str | None, date: str | None, seconds: float | None
) -> None:
    assert retry_after(told, date) == seconds


def test_the_wait_that_a_node_asks_for_is_kept(chain: SimulatedChain) -> None:
    time = Time(chance=0)
    with Proxy(chain, LIES["429 retry-after"], seed=1) as proxy:
        node = ask(proxy.url, time, attempts=9)
        for _ in range(30):
            node.head()
        assert proxy.told
    assert time.slept == [7.0] * proxy.told


def test_a_wait_of_an_hour_is_not_kept(chain: SimulatedChain) -> None:
    time = Time()
    with Proxy(chain, LIES["429 retry-after an hour"]) as proxy:
        with pytest.raises(RateLimited) as caught:
            ask(proxy.url, time).head()
        assert caught.value.after == 3600
    assert time.slept == []


def test_an_endpoint_that_is_down_is_asked_as_often_as_agreed(chain: SimulatedChain) -> None:
    time = Time()
    with Proxy(chain, LIES["503 for ever"]) as proxy:
        with pytest.raises(NodeUnreachable):
            ask(proxy.url, time, attempts=4, base=1.0).head()
        assert proxy.told == 4
    assert time.slept == [1.0, 2.0, 4.0]


# what comes back


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,"a":2}',
        b'{"b":{"a":1,"a":1}}',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e999",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"{} {}",
        b"\xff",
        b'"\xed\xa0\x80"',
        b"9" * 5000,
        b"<html></html>",
        b"'a'",
        b"[1,]",
    ],
    ids=lambda body: body[:12],
)
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        strict_json(body)


@pytest.mark.parametrize("body", [b'{"a":1}', b'{"a":1,"a":2}', b"nothing"])
@pytest.mark.parametrize("swept", [True, False])
def test_reading_an_answer_leaves_the_search_for_cycles_as_it_was(body: bytes, swept: bool) -> None:
    (gc.enable if swept else gc.disable)()
    try:
        with suppress(MalformedAnswer):
            strict_json(body)
        assert gc.isenabled() is swept
    finally:
        gc.enable()


def test_strict_json_reads_what_json_is() -> None:
    assert strict_json(b' {"a": [1, -2.5, null, "\\u00e9"]} ') == {"a": [1, -2.5, None, "é"]}


@pytest.mark.parametrize("order", ["as usual", "id first", "second first", "spaced"])
def test_a_batch_of_two_is_taken_apart_whatever_its_order(order: str) -> None:
    logs = {"jsonrpc": "2.0", "id": 7, "result": [{"a": '{"jsonrpc"'}]}
    block = {"jsonrpc": "2.0", "id": 8, "result": {"hash": "0x1", "withdrawals": [{"b": 1}]}}
    told = [logs, block]
    if order == "id first":
        told = [dict(reversed(list(t.items()))) for t in told]
    if order == "second first":
        told.reverse()
    separators = (", ", ": ") if order == "spaced" else (",", ":")
    text, second = pair(json.dumps(told, separators=separators).encode(), 7)
    assert json.loads(bytes(text)) == logs
    assert second == block["result"]


@pytest.mark.parametrize(
    "told", [[], [{"id": 7, "result": []}], [{"id": 7, "result": []}] * 2, {"id": 7}, 5, None]
)
def test_a_batch_that_is_not_two_answers_is_refused(told: object) -> None:
    with pytest.raises(MalformedAnswer):
        pair(json.dumps(told).encode(), 7)


def test_a_gzip_bomb_is_not_inflated(chain: SimulatedChain) -> None:
    """50 MB in 48 kB; what is held stays near the limit of 1 MB."""
    assert len(BOMB) < 60_000
    with Proxy(chain, LIES["gzip bomb for ever"]) as proxy:
        node = ask(proxy.url, attempts=1, largest=1 << 20)
        tracemalloc.start()
        with pytest.raises(MalformedAnswer, match="more than 1048576 bytes"):
            node.head()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "deflate", "zstd"])
def test_an_encoding_nobody_asked_for_is_refused(chain: SimulatedChain, encoding: str) -> None:
    with (
        Proxy(chain, Lie(http(200, BOMB, Content_Encoding=encoding), EVERY, 1, None)) as proxy,
        pytest.raises(NodeUnreachable, match="encoding"),
    ):
        ask(proxy.url, attempts=1).head()


@pytest.mark.parametrize("spoil", [lambda b: b[:-9], lambda b: b + b"more"], ids=["cut", "more"])
def test_a_damaged_gzip_answer_is_refused(chain: SimulatedChain, spoil) -> None:  # type: ignore[no-untyped-def]
    import gzip

    def damage(exchange: Exchange, i: int) -> None:
        exchange.body = spoil(gzip.compress(exchange.text()))
        exchange.headers["Content-Encoding"] = "gzip"

    with (
        Proxy(chain, Lie(damage, EVERY, 1, None)) as proxy,
        pytest.raises(NodeUnreachable, match="breaks off"),
    ):
        ask(proxy.url, attempts=1).head()


def test_a_compressed_answer_is_read(chain: SimulatedChain) -> None:
    import gzip

    def compress(exchange: Exchange, i: int) -> None:
        exchange.body = gzip.compress(exchange.text())
        exchange.headers["Content-Encoding"] = "gzip"

    with Proxy(chain, Lie(compress, EVERY, 1, None)) as proxy:
        assert ask(proxy.url).head() == chain.head()


@contextmanager
def dripping() -> Iterator[str]:
    """A server that sends a byte every 50 ms: no single read of it times out."""
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        try:
            connection, _ = server.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not ended.wait(0.05):
                connection.sendall(b" ")
        except OSError:
            pass
        finally:
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        ended.set()
        thread.join()
        server.close()


def test_an_answer_that_drips_is_given_up_in_time() -> None:
    with dripping() as url:
        node = EthereumNode(
            [Endpoint(url, "ours", 100, timeout=0.4)], patience=Patience(attempts=1)
        )
        with pytest.raises(NodeUnreachable, match=r"within 0\.4 s"):
            node.head()


# what is not said


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        (f"https://node.example/v3/{CANARY}", True),
        (f"https://node.example/?key={CANARY}", True),
        (f"https://me:{CANARY}@node.example/", True),
        (f"https://{CANARY}:x@node.example/", True),
        (f"https://{CANARY}.node.example/", True),
        ("https://node.example/v3/rpc", False),
    ],
)
def test_the_parts_of_an_address_that_may_be_keys_are_known(url: str, hidden: bool) -> None:
    text = strike(f"asked {CANARY.upper()} and v3", secrets(url))
    assert (text == f"asked {STRUCK} and v3") is hidden


LEAKS = [
    "503 for ever",
    "401",
    "redirect",
    "html for ever",
    "gzip bomb for ever",
    "429 for ever",
    "wrong chain",
    "silence for ever",
]


@pytest.mark.parametrize("name", [*LEAKS, "nobody there", "its own words"])
def test_an_address_is_in_no_message_no_log_and_no_repr(
    chain: SimulatedChain, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """requests and web3 say the address where they fail."""
    caplog.set_level(logging.DEBUG)
    words = json.dumps({"error": {"code": -32000, "message": f"no project {CANARY}"}}).encode()
    lie = LIES[name] if name in LIES else Lie(http(403, words), EVERY, 1, None)
    with Proxy(chain, lie, path=f"/v3/{CANARY}?key={CANARY}") as proxy:
        url = proxy.url if name != "nobody there" else f"http://127.0.0.1:1/v3/{CANARY}"
        node = EthereumNode(
            [Endpoint(url, "ours", 10_000, timeout=0.2)],
            chain_id=chain.CHAIN,
            patience=Patience(attempts=2, largest=1 << 20),
            clock=Time().clock,
        )
        said = [repr(node), str(node), repr(node._transports[0])]
        for question in (node.head, lambda: node.web3().eth.chain_id):
            try:
                question()
            except Exception as error:
                said += ["".join(traceback.format_exception(error)), repr(error)]
        said += [str(node.web3().provider), repr(node.web3().provider)]
    said += [f"{record.getMessage()} {record.args}" for record in caplog.records]
    assert len(said) >= 7
    assert any(record.name.startswith("web3") for record in caplog.records)
    assert not [text for text in said if CANARY in text]


def test_the_label_stands_before_every_error(chain: SimulatedChain) -> None:
    with (
        Proxy(chain, LIES["503 for ever"]) as proxy,
        pytest.raises(NodeError, match=r"^ours: answers HTTP 503$"),
    ):
        ask(proxy.url, attempts=1).head()


def test_hostile_words_of_a_node_are_one_short_line(chain: SimulatedChain) -> None:
    words = "a\nb\x1b[31m\u202e\ud800" + "x" * 10_000
    body = json.dumps({"error": {"code": -32000, "message": words}}).encode()
    with (
        Proxy(chain, Lie(http(200, body), EVERY, 1, None)) as proxy,
        pytest.raises(NodeError) as caught,
    ):
        ask(proxy.url, attempts=1).head()
    message = str(caught.value)
    assert len(message) < 250
    assert message.isascii()
    assert message.isprintable()


def test_a_call_in_words_of_json() -> None:
    asked = Call("eth_getLogs", ({"fromBlock": "0x1"},)).body(3)
    assert json.loads(asked) == {
        "jsonrpc": "2.0",
        "id": 3,
        "method": "eth_getLogs",
        "params": [{"fromBlock": "0x1"}],
    }
