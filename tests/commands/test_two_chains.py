"""A chain and the L1 that it settles on, each with a house of its own, driven by one process."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.starknet.settled import HASH, NUMBER
from psephos.commands import check, doctor, status, sync
from psephos.commands.console import execute
from tests.simulated.chain import SimulatedChain
from tests.simulated.proxy import Proxy
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import TOKEN
from tests.simulated.starknet_view import View

CORE, DAY = bytes.fromhex("c0" * 20), 86_400

BELOW = f"""\
data = "below"
releases = "releases/below"
[chain]
name = "below"
id = {SimulatedChain.CHAIN}
[[chain.endpoint]]
url = "BELOW"
[[dataset]]
name = "token"
sources = ["votes"]
contracts = ["0x{SimulatedChain.TOKEN.hex()}"]
"""
ABOVE = f"""\
data = "above"
releases = "releases/above"
[chain]
name = "above"
kind = "starknet"
id = "SN_SEPOLIA"
[[chain.endpoint]]
url = "ABOVE"
[chain.l1]
configuration = "below.toml"
contract = "0x{CORE.hex()}"
[[dataset]]
name = "strk"
sources = ["starknet_erc20"]
contracts = ["{TOKEN:#066x}"]
"""


class Below(SimulatedChain):
    """An Ethereum whose core contract knows a block of the chain above."""

    above: StarknetChain
    settled_to = 3

    def code(self, address: bytes, block: int) -> bytes:
        return super().code(self.TOKEN if address == CORE else address, block)

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        if to == CORE and data in (NUMBER, HASH):
            own = self.above.blocks[self.settled_to]
            return (self.settled_to if data == NUMBER else own.hash).to_bytes(32, "big")
        return super().call(to, data, block)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Path]:
    with housed(tmp_path, 12) as found:
        yield found


@contextmanager
def housed(tmp_path: Path, interval: int) -> Iterator[Path]:
    """The upper configuration; both nodes answer meanwhile, that of L1 with so many seconds a
    block."""
    below, above = Below(5, interval=interval), StarknetChain(seed=5, share=0.5, interval=DAY // 2)
    below.grow(10)
    above.grow(6)
    below.above = above
    with Proxy(below) as lower, Server(View(above)) as upper:
        (tmp_path / "below.toml").write_text(BELOW.replace("BELOW", lower.url))
        (tmp_path / "above.toml").write_text(ABOVE.replace("ABOVE", upper.url))
        yield tmp_path / "above.toml"


def told(capsys: Any, command: Any, name: str, file: Path) -> tuple[int, dict[str, Any]]:
    code = execute(name, command.run, ["--json", "--config", str(file)])
    return code, json.loads(capsys.readouterr().out)


def test_one_process_follows_both_and_commands_say_both(house: Path, capsys: Any) -> None:
    command = [sys.executable, "-m", "psephos", "sync", "--follow", "--json"]
    process = subprocess.Popen(
        [*command, "--config", str(house)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        lines = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert all(line["ok"] for line in lines), said
    assert sorted(line["blocks"] for line in lines) == [7, 12]
    ((final,),) = ([line["final"]["number"] for line in lines if line["blocks"] == 7],)
    assert final == Below.settled_to  # what is final above, the chain below says

    code, found = told(capsys, status, "status", house)
    assert (code, found["chain"], found["l1"]["chain"]) == (0, "above", "below")
    assert (found["head"], found["l1"]["head"]) == (6, 11)
    assert (list(found["datasets"]), list(found["l1"]["datasets"])) == (["strk"], ["token"])

    code, found = told(capsys, check, "check", house)
    assert code == 0, found
    names = {one["name"] for one in found["checks"]}
    assert "above: nobody below zero strk" in names
    assert {name.partition(":")[0] for name in names} <= {"above", "below"}
    assert found["l1"]["conservation"] == []  # a day of the chain below has not ended

    _, found = told(capsys, doctor, "doctor", house)
    nodes = [one["what"] for one in found["findings"] if one["name"] == "node"]
    assert [what.partition(":")[0] for what in nodes] == ["below", "above"]


def test_a_chain_that_was_not_collected_yet_is_said_beside_the_other(
    house: Path, capsys: Any
) -> None:
    code, found = told(capsys, status, "status", house)
    assert (code, found["error"]["name"]) == (4, "NotCollected")
    assert (found["chain"], found["l1"]["chain"]) == ("above", "below")


CROSSING = f"""\
[[dataset]]
name = "fees"
sources = ["starknet_fees"]
contracts = ["{TOKEN:#066x}"]
"""
SETTLING = f"""\
[[dataset]]
name = "core"
sources = ["starknet_core"]
contracts = ["0x{CORE.hex()}"]
"""


def test_a_sync_says_what_crosses_between_the_chains(tmp_path: Path, capsys: Any) -> None:
    """Of each dataset that was sealed, as `check` says of all: also what could not be compared, and
    also of the L1, which is read when there is nothing of the other chain yet."""
    with housed(tmp_path, DAY // 2) as house:
        for file, more in ((house, CROSSING), (house.with_name("below.toml"), SETTLING)):
            file.write_text(file.read_text() + more)
        code, found = told(capsys, sync, "sync", house)
        assert code == 0, found
        _, checked = told(capsys, check, "check", house)
    for chain, name, dataset, said in (
        ("above", "messages were sent", "fees", found),
        ("below", "updates settle", "core", found["l1"]),
    ):
        assert said["sealed"][dataset]
        (one,) = (one for one in said["conservation"]
                  if one["dataset"] == dataset and one["name"] != "rows are counted")  # fmt: skip
        assert (one["name"], one["level"]) == (name, "seen")
        (same,) = (c for c in checked["checks"] if c["name"] == f"{chain}: {name} {dataset}")
        assert (same["status"], same["why"]) == (one["status"], one["why"])
