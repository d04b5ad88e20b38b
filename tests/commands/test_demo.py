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
    command = (sys.executable, "-m", "psephos", "demo", "--no-serve", "--no-prove")
    found = subprocess.run(
        [*command, "--folder", str(folder), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


@pytest.fixture(scope="module")
def twice(tmp_path_factory) -> tuple[dict, dict]:
    """Two runs in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("a house") / "with rooms"
    return demo(folder), demo(folder)


BLOCKS = {"sample": 2_401, "starknet_sample": 720}


@pytest.mark.long
def test_every_block_of_both_chains_recomputes(twice):
    first, _ = twice
    assert {name: steps["sync"]["blocks"] for name, steps in first["chains"].items()} == BLOCKS
    for steps in first["chains"].values():
        assert steps["sync"]["complete"] is True
        assert steps["sync"]["contradictions"] == []
        assert steps["sync"]["quarantined"] == {}


@pytest.mark.long
def test_what_is_final_on_starknet_its_l1_said(twice):
    final = twice[0]["chains"]["starknet_sample"]["sync"]["final"]["number"]
    assert 0 < final < BLOCKS["starknet_sample"] - 1


@pytest.mark.long
def test_the_release_verifies(twice):
    for run in twice:
        for steps in run["chains"].values():
            assert len(steps["verify"]) > 20
            assert {check["status"] for check in steps["verify"]} == {"passed"}


@pytest.mark.long
def test_it_says_who_could_decide_alone(twice):
    first, _ = twice
    assert any("could decide alone" in sentence for sentence in first["findings"])


@pytest.mark.long
def test_the_second_run_reads_nothing_and_publishes_the_same_release(twice):
    first, second = twice
    for name, steps in second["chains"].items():
        assert steps["sync"]["blocks"] == 0
        assert steps["release"]["id"] == first["chains"][name]["release"]["id"]
        assert steps["release"]["new"] is False
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
