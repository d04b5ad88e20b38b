"""An event of Starknet in no known shape stops its dataset, with its felts; the others publish."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from psephos.commands import release, status, sync
from psephos.commands.console import execute
from psephos.commit.starknet.felt import keccak_250
from tests.simulated.starknet import StarknetChain
from tests.simulated.starknet_books import emitted
from tests.simulated.starknet_rpc import Server
from tests.simulated.starknet_scene import STAKING, TOKEN
from tests.simulated.starknet_view import View

DAY, ODD = 86_400, 5
CONFIGURATION = f"""\
data = "index"
releases = "releases"
[chain]
name = "above"
kind = "starknet"
id = "SN_SEPOLIA"
[[chain.endpoint]]
url = "URL"
[[dataset]]
name = "staking"
sources = ["starknet_staking"]
contracts = ["{STAKING:#066x}"]
[[dataset]]
name = "strk"
sources = ["starknet_erc20"]
contracts = ["{TOKEN:#066x}"]
"""


class Odd(StarknetChain):
    """In its block `ODD` the staking contract says NewStaker with one key and one felt."""

    def _mine(self, done: list[Any], diff: Any = None) -> None:
        if len(self.blocks) == ODD:
            *before, last = done
            odd = emitted(STAKING, "NewStaker", (0xAB,), 0xCD)
            done = [*before, replace(last, events=[*last.events, odd])]
        super()._mine(done, diff)


def told(capsys: Any, command: Any, name: str, file: Path) -> tuple[int, dict[str, Any]]:
    code = execute(name, command.run, ["--json", "--config", str(file)])
    return code, json.loads(capsys.readouterr().out)


def test_an_unknown_shape_stops_its_dataset_with_block_event_and_felts_and_no_other(
    tmp_path: Path, capsys: Any
) -> None:
    chain, file = Odd(seed=5, share=0.5, interval=DAY // 2, lag=1), tmp_path / "psephos.toml"
    chain.grow(10)
    with Server(View(chain)) as server:
        file.write_text(CONFIGURATION.replace("URL", server.url))
        code, found = told(capsys, sync, "sync", file)
        assert (code, found["error"]["name"]) == (4, "Quarantined"), found
        assert found["sealed"]["strk"] > 0
        assert found["quarantined"].keys() == {"staking"}
        _, shown = told(capsys, status, "status", file)
        code, published = told(capsys, release, "release", file)
    why = shown["datasets"]["staking"]["quarantined"]["message"]
    assert f"at block {ODD}, transaction " in why
    assert f"keys [{keccak_250(b'NewStaker'):#x}, 0xab], data [0xcd]" in why
    assert shown["datasets"]["strk"]["quarantined"] is None
    assert published["ok"], published
