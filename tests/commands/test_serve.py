"""`psephos serve`: a site of its own process, which ends when it is asked to."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from psephos.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answered(address: str, within: float = 120.0) -> str:
    deadline = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_site_answers_and_ends_with_its_command(sample: Settings) -> None:
    """Asked by SIGTERM; Ctrl-C takes the same way (but is ignored under some shells' `&`)."""
    port = free_port()
    command = (sys.executable, "-m", "psephos", "serve", "--port", str(port))
    process = subprocess.Popen(
        [*command, "--releases", str(sample.releases)],
        cwd=ROOT,
        env=os.environ,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert "psephos" in answered(f"http://127.0.0.1:{port}/")
        for _ in range(4):
            assert "figures" in answered(f"http://127.0.0.1:{port}/api/v1/figures")
    finally:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=120)
    assert re.search(rf"http://127\.0\.0\.1:{port}/", err)
    assert len(err.splitlines()) == 1, "nothing is said but the address: no traceback, no leak"
    assert not listening(port)
