"""Clients that are slow on purpose keep no thread of a worker for themselves."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from dashboards.patience import Worker
from tests.commands.test_serve import answered, free_port
from tests.conftest import ROOT

THREADS = 2
LONG = b"." * 50_000_000


class Quick(Worker):
    """With less patience, so that the test need not have much."""

    HEAD, WHOLE = 1.0, 2.0


def application(environ, start):
    """Something short at /, something that no socket takes at once elsewhere."""
    content = b"here" if environ["PATH_INFO"] == "/" else LONG
    start("200 OK", [("Content-Length", str(len(content)))])
    return [content]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    found = free_port()
    here = "tests.dashboards.test_patience"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{found}", f"--threads={THREADS}",
         "--log-level=critical", f"--worker-class={here}.Quick", f"{here}:application"],
        cwd=ROOT,
    )  # fmt: skip
    try:
        assert answered(f"http://127.0.0.1:{found}/") == "here"
        yield found
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.parametrize(
    "sent",
    [b"GET / HTTP/1.1\r\nHost: a", b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n"],
    ids=["who never ends a question", "who reads no answer"],
)
def test_slow_clients_as_many_as_threads_shut_nobody_out(port: int, sent: bytes) -> None:
    with ExitStack() as held:
        slow = [
            held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            for _ in range(2 * THREADS)
        ]
        for one in slow:
            one.sendall(sent)
        time.sleep(0.5)
        assert answered(f"http://127.0.0.1:{port}/") == "here"
