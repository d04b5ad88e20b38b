"""The way to one address: TCP or TLS, straight or through the proxy of the environment.

    http   plain, or by asking a proxy for the whole address
    https  TLS 1.2 or newer, the host's name and certificate checked, through a proxy by CONNECT

Certificates are those of `certifi`, or of REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE; proxies those of
HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (on macOS also of the system). A password in the
address is sent as Basic authorization; ~/.netrc is not read.
"""

import io
import os
import select
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

SAFE = "/?:@!$&'()*+,;=%-._~"
"""What of an address is sent as it is."""


class Unusable(ValueError):
    """An address, or a proxy, that cannot be asked. The message does not repeat it."""


@dataclass(frozen=True, slots=True)
class Way:
    """How an address is reached: a connection not open yet, what is asked of it, with what."""

    connection: HTTPConnection
    target: str
    headers: Mapping[str, str]


def way(url: str, connect: float) -> Way:
    """The way to `url`; connecting may take `connect` seconds. Raises Unusable."""
    parts = _parts(url)
    host, port = str(parts.hostname), parts.port
    target = quote(parts.path or "/", SAFE) + (
        f"?{quote(parts.query, SAFE)}" if parts.query else ""
    )
    headers = _authorization("Authorization", parts)
    proxy = _proxy(parts)
    if proxy is None:
        return Way(_connection(parts.scheme, host, port, connect), target, headers)
    if proxy.scheme != "http":
        raise Unusable("is to be reached through a proxy that is no http proxy")
    asked = _authorization("Proxy-Authorization", proxy)
    if parts.scheme == "http":
        whole = f"http://{parts.netloc.rpartition('@')[2]}{target}"
        to_proxy = HTTPConnection(str(proxy.hostname), proxy.port or 80, timeout=connect)
        return Way(to_proxy, whole, {**headers, **asked})
    tunnel = _connection("https", str(proxy.hostname), proxy.port or 80, connect)
    tunnel.set_tunnel(host, port or 443, asked)
    return Way(tunnel, target, headers)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Unusable("has an address that is no http or https address")
    return parts


def _connection(scheme: str, host: str, port: int | None, connect: float) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=connect)
    return HTTPSConnection(host, port, timeout=connect, context=_trust())


def _trust() -> ssl.SSLContext:
    """The certificates that are believed."""
    named = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if not named:
        import certifi

        named = certifi.where()
    try:
        if Path(named).is_dir():
            return ssl.create_default_context(capath=named)
        return ssl.create_default_context(cafile=named)
    except OSError:
        raise Unusable("cannot be trusted: REQUESTS_CA_BUNDLE names no certificates") from None


def _proxy(parts: SplitResult) -> SplitResult | None:
    """The proxy that the environment names for an address."""
    from urllib.request import getproxies, proxy_bypass

    found = getproxies()
    named = found.get(parts.scheme) or found.get("all")
    if not named or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return urlsplit(named if "://" in named else f"http://{named}")


def _authorization(name: str, parts: SplitResult) -> dict[str, str]:
    """User and password of an address, as a header."""
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {name: "Basic " + b64encode(pair.encode()).decode()}


def alive(connection: HTTPConnection) -> bool:
    """Whether an open connection may be asked again: the other side neither closed it nor sent
    anything that nobody asked for."""
    if connection.sock is None:
        return False
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return not poll.poll(0)


class Timed(io.RawIOBase):
    """What a connection answers, while there is time: `left` are the seconds until the end.

    http.client waits so long for every piece; an answer that drips would never end.
    """

    def __init__(self, sock: socket.socket, left: Callable[[], float]) -> None:
        self._sock = sock
        self._raw: Any = sock.makefile("rb", buffering=0)
        self._left = left

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client asks of a socket."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._left()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        read: int | None = self._raw.readinto(buffer)
        return read

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def within(connection: HTTPConnection, left: Callable[[], float]) -> None:
    """Let the connection's next answer take no longer than what is `left`."""

    def timed(sock: socket.socket, *args: Any, **options: Any) -> HTTPResponse:
        timed: Any = Timed(sock, left)
        return HTTPResponse(timed, *args, **options)

    made: Any = timed
    connection.response_class = made
