"""A real HTTP server in front of a `Node`, that lies as real providers do.

    with Proxy(chain, LIES["gzip bomb"], seed=1) as proxy:
        EthereumNode([Endpoint(proxy.url, "liar")])

A lie is one line of `tests.simulated.lies`: which questions it concerns, what share of them, and
a function that spoils the `Exchange` before it is sent. The seed decides which.
"""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from psephos.errors import LaggingNode, PsephosError
from tests.simulated.rpc import Refused, answer


@dataclass
class Exchange:
    """One HTTP request and what is going to be answered; `node` is what the proxy serves."""

    node: Any
    calls: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    random: random.Random
    batch: bool
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    body: bytes | None = None
    sent: int | None = None  # bytes of the body that are sent before the connection is closed
    pause: float = 0.0
    close: bool = False

    def text(self) -> bytes:
        if self.body is not None:
            return self.body
        told = self.answers if self.batch else self.answers[0]
        return json.dumps(told, separators=(",", ":")).encode()


Spoil = Callable[[Exchange, int], None]
"""Spoils the exchange on account of the question at a position in it."""


@dataclass(frozen=True)
class Lie:
    """`ends`: None if the truth comes out in spite of it, or the errors that may be raised."""

    spoil: Spoil
    methods: tuple[str, ...]
    share: float
    ends: tuple[type[PsephosError], ...] | None


class Proxy:
    """Serves a node on a port of this machine, with one lie or none."""

    def __init__(self, node: Any, lie: Lie | None = None, *, seed: int = 0, path: str = "") -> None:
        self.node = node
        self.lie = lie
        self.random = random.Random(seed)
        self.asked: Counter[str] = Counter()
        self.ranges: list[tuple[int, int]] = []
        self.told = 0
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._path = path

    def __enter__(self) -> Self:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one segment: unbuffered, each answer takes 40 ms

            def do_POST(self) -> None:
                proxy._serve(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that gave up, as it should when it was lied to."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}{self._path}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        asked = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        with self._lock:
            exchange = self._exchange(asked)
        if exchange.pause:
            self.ended.wait(exchange.pause)
        body = exchange.text()
        handler.send_response(exchange.status)
        for name, value in exchange.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.close_connection = exchange.close or exchange.sent is not None
        if handler.close_connection:
            handler.send_header("Connection", "close")
        handler.end_headers()
        try:
            handler.wfile.write(body[: exchange.sent])
        except ConnectionError:
            handler.close_connection = True

    def _exchange(self, asked: Any) -> Exchange:
        calls: list[dict[str, Any]] = asked if isinstance(asked, list) else [asked]
        answers = [self._answer(call) for call in calls]
        exchange = Exchange(self.node, calls, answers, self.random, isinstance(asked, list))
        for call in calls:
            self.asked[call["method"]] += 1
            if call["method"] == "eth_getLogs":
                wanted = call["params"][0]
                self.ranges.append((int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)))
        self._spoil(exchange)
        return exchange

    def _spoil(self, exchange: Exchange) -> None:
        """Lie about every question that the lie concerns, or sometimes about one of them."""
        lie = self.lie
        if lie is None:
            return
        concerned = [i for i, c in enumerate(exchange.calls) if c["method"] in lie.methods]
        if lie.share < 1 and concerned:
            spared = self.random.random() >= lie.share
            concerned = [] if spared else [self.random.choice(concerned)]
        self.told += bool(concerned)
        for position in concerned:
            lie.spoil(exchange, position)

    def result(self, method: str, params: Any) -> Any:
        """What the node says to one question. Raises Refused."""
        return answer(self.node, method, params)

    def _answer(self, call: dict[str, Any]) -> dict[str, Any]:
        told = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            return told | {"result": self.result(call["method"], call.get("params", ()))}
        except Refused as refused:
            return told | {"error": refused.error}
        except LaggingNode:
            return told | {"error": {"code": -32000, "message": "header not found"}}
