"""The demo: the embedded sample from recorded answers to a verified release, twice."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from psephos.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


def demo(folder: Path) -> dict:
    command = (sys.executable, "-m", "psephos", "demo", "--no-serve", "--folder", str(folder))
    found = subprocess.run(
        [*command, "--json"], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


@pytest.fixture(scope="module")
def twice(tmp_path_factory) -> tuple[dict, dict]:
    """Two runs in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("a house") / "with rooms"
    return demo(folder), demo(folder)


def test_every_block_of_the_sample_recomputes(twice):
    first, _ = twice
    assert first["sync"]["complete"] is True
    assert first["sync"]["blocks"] >= 2000
    assert first["sync"]["contradictions"] == []
    assert first["sync"]["quarantined"] == {}


def test_the_release_verifies(twice):
    for run in twice:
        assert len(run["verify"]) > 20
        assert {check["status"] for check in run["verify"]} == {"passed"}


def test_it_says_who_could_decide_alone(twice):
    first, _ = twice
    assert any("could decide alone" in sentence for sentence in first["findings"])


def test_the_second_run_reads_nothing_and_publishes_the_same_release(twice):
    first, second = twice
    assert second["sync"]["blocks"] == 0
    assert second["release"]["id"] == first["release"]["id"]
    assert second["release"]["new"] is False
    assert second["findings"] == first["findings"]


@pytest.mark.parametrize(("option", "other"), [("--port", "--lab-port"), ("--lab-port", "--port")])
def test_a_port_in_use_is_said_before_anything_is_done(option, other, tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        wanted = (option, str(port), other, "0")  # 0: any that is free
        code = main(["demo", "--folder", str(tmp_path / "house"), *wanted, "--json"])
    error = json.loads(capsys.readouterr().out)["error"]
    assert (code, error["name"]) == (2, "CommandError")
    assert f"{option} {port + 1}" in error["hint"]
    assert not (tmp_path / "house").exists()
