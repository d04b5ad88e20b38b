"""What one client, one request and one worker may take, so that nobody keeps the others out.

    Rate      so many requests a second for each address, and a store of more at once
    Deadline  a request that is under way too long ends its worker; gunicorn starts another
    memory    what a worker may have; beyond it, a page fails and the worker lives

Each worker counts by itself: with two workers a client may have up to twice the rate. Requests from
this machine itself are not counted: behind a proxy that was not declared (`serve --proxies`) they
would be everybody's.
"""

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from flask import Flask

log = logging.getLogger("psephos.site")
RATE, STORE, CLIENTS = 10.0, 120.0, 10_000
"""Requests a second, requests at once, and how many clients are remembered."""

FREE = (
    "/assets/",
    "/_dash-component-suites/",
    "/verifier/",
    "/_dash-layout",
    "/_dash-dependencies",
)
"""Files that a browser asks for by the dozen, and that cost nothing to send."""

SECONDS, MEMORY = 60.0, 3 << 30
"""How long a request may take, and how many bytes of its own a worker may have."""

QUERY = 2 << 30
"""Bytes that the queries of one release may take: less than the worker's, so that it is they that
are refused."""

ENDED = 70


class Rate:
    """A store of requests for each client, filled again at a steady rate."""

    def __init__(
        self,
        rate: float = RATE,
        store: float = STORE,
        clients: int = CLIENTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rate, self.store, self.clients, self.clock = rate, store, clients, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, client: str) -> float:
        """0 and one request less in the store, or the seconds until there is one again."""
        now = self.clock()
        with self._lock:
            left, before = self._left.pop(client, (self.store, now))
            left = min(self.store, left + (now - before) * self.rate)
            taken = left >= 1
            self._left[client] = (left - taken, now)
            if len(self._left) > self.clients:
                self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / self.rate


def client(address: str | None) -> str:
    """What is counted as one: an IPv4 address, the 64-bit network of an IPv6 one, "" for here.

    What is no address at all is one client, called "?".
    """
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    if found.is_loopback:
        return ""
    if isinstance(found, IPv6Address):
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(found)


class Deadline:
    """Watches requests of a server; `end` is called once if one takes longer than `seconds`."""

    def __init__(self, seconds: float = SECONDS, end: Callable[[], None] | None = None) -> None:
        self.seconds = seconds
        self.end = end or ended
        self._since: dict[int, float] = {}

    def watch(self, server: Flask, every: float = 1.0) -> None:
        """Begin; the watching thread ends with the process."""
        app = server.wsgi_app

        def timed(environ, start):  # type: ignore[no-untyped-def]
            self._since[threading.get_ident()] = time.monotonic()
            try:
                return app(environ, start)
            finally:
                self._since.pop(threading.get_ident(), None)

        server.wsgi_app = timed  # type: ignore[method-assign]
        threading.Thread(target=self._look, args=(every,), daemon=True).start()

    def late(self) -> bool:
        """Whether a request has been under way too long."""
        last = time.monotonic() - self.seconds
        return any(since < last for since in list(self._since.values()))

    def _look(self, every: float) -> None:
        while not self.late():
            time.sleep(every)
        log.error("a request took more than %s seconds: this worker ends", self.seconds)
        self.end()


def ended() -> None:
    """The hard way, since a thread that computes cannot be stopped from outside."""
    os._exit(ENDED)


def limit_memory(most: int = MEMORY) -> None:
    """Let this process have no more than `most` bytes of its own, where the system can say so."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, hard))
