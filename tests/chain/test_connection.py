"""The way to an address: proxies, certificates and passwords as the environment has them."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.wire.exchange import Exchange, Failure
from psephos.chain.wire.patience import Clock, Patience

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Answers(BaseHTTPRequestHandler):
    """Answers every question, asked of it or through it, and notes it."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, str | None, str | None]]

    def note(self) -> None:
        told = self.headers["Authorization"], self.headers["Proxy-Authorization"]
        self.seen.append((f"{self.command} {self.path}", *told))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.note()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_CONNECT(self) -> None:
        self.note()
        host, port = self.path.split(":")
        with socket.create_connection((host, int(port))) as other:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=passed, args=(other, self.connection), daemon=True)
            back.start()
            passed(self.connection, other)
            back.join()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def passed(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[tuple[int, list[Any]]]:
    """A server; its port, and what it was asked."""
    handler = type("Handler", (Answers,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1], handler.seen  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *BUNDLES):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody signed."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes a certificate, is not here")
    folder = tmp_path_factory.mktemp("tls")
    words = "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([openssl, *words.split(), *names], cwd=folder, check=True, capture_output=True)
    return folder


def ask(url: str, times: int = 1) -> Exchange:
    exchange = Exchange(url, Patience(), 20, Clock())
    for _ in range(times):
        assert exchange.post(b"{}") == b"{}"
    return exchange


def refusal(url: str) -> str:
    with pytest.raises(Failure) as caught:
        ask(url)
    return f"{caught.value.kind}: {caught.value.message}"


def test_one_connection_carries_many_questions() -> None:
    with serving() as (port, seen):
        exchange = ask(f"http://127.0.0.1:{port}/v3/a b?k=1", times=3)
        assert exchange.opened == 1
        exchange.close()
    assert seen == [("POST /v3/a%20b?k=1", None, None)] * 3


def test_a_password_in_the_address_is_sent_and_is_no_part_of_the_question() -> None:
    with serving() as (port, seen):
        ask(f"http://me:pa%40ss@127.0.0.1:{port}/x").close()
    assert seen == [("POST /x", "Basic bWU6cGFAc3M=", None)]


def test_the_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as (port, seen):
        monkeypatch.setenv("HTTP_PROXY", f"http://u:w@127.0.0.1:{port}")
        ask("http://node.invalid/x").close()
    assert seen == [("POST http://node.invalid/x", None, "Basic dTp3")]


def test_an_address_that_needs_no_proxy_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as (port, seen):
        ask(f"http://127.0.0.1:{port}/").close()
    assert len(seen) == 1


def test_a_proxy_that_speaks_no_http_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    assert "no http proxy" in refusal("http://node.invalid/")


def test_a_certificate_nobody_signed_is_refused(certificate: Path) -> None:
    with serving(certificate) as (port, _):
        assert "certificate" in refusal(f"https://localhost:{port}/")


def test_a_certificate_is_believed_where_it_is_named_and_only_for_its_host(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate / "cert.pem"))
    with serving(certificate) as (port, seen):
        assert ask(f"https://localhost:{port}/", times=2).opened == 1
        assert "certificate" in refusal(f"https://127.0.0.1:{port}/")
    assert len(seen) == 2


def test_tls_goes_through_a_proxy_unread(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate / "cert.pem"))
    with serving(certificate) as (port, seen), serving() as (proxy, through):
        monkeypatch.setenv("HTTPS_PROXY", f"u:w@127.0.0.1:{proxy}")
        ask(f"https://me:x@localhost:{port}/x").close()
    assert through == [(f"CONNECT localhost:{port}", None, "Basic dTp3")]
    assert seen == [("POST /x", "Basic bWU6eA==", None)]


def test_a_bundle_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/at/all.pem")
    assert "names no certificates" in refusal("https://127.0.0.1:1/")


@pytest.mark.parametrize(
    "url", ["ftp://node.invalid/", "http://", "http://[::1", "http://x:99999/", "node", ""]
)
def test_what_is_no_address_is_said(url: str) -> None:
    assert refusal(url) == "unreachable: has an address that is no http or https address"


@pytest.mark.parametrize(
    "url", ["http://node.invalid/", "http://exämple.invalid/é", "http://[::1]:1/"]
)
def test_where_nobody_is_nothing_is_reached(url: str) -> None:
    assert refusal(url) == "unreachable: cannot be reached"
