"""`psephos init`: what the estimate rests on is said."""

import json

from psephos.__main__ import main
from psephos.chain.replay import record
from psephos.configuration import load
from tests.simulated.chain import SimulatedChain

CONFIGURATION = """\
[chain]
name = "ethereum"
id = {id}
[[chain.endpoint]]
url = "replay:answers.xz"
label = "ours"
[[dataset]]
name = "fees"
sources = ["fees"]
first = 3
"""


def estimated(folder, capsys, id: int) -> dict:
    node = SimulatedChain(1)
    node.grow(9)
    record(node, folder / "answers.xz")
    file = folder / "psephos.toml"
    file.write_text(CONFIGURATION.format(id=id))
    assert main(["init", str(file), "--estimate", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_estimate_ends_at_the_nodes_newest_block(tmp_path, capsys):
    found = estimated(tmp_path, capsys, SimulatedChain.CHAIN)
    assert found["head_source"] == "node"
    (row,) = found["estimate"]
    assert row["blocks"] == found["head"] - 3 + 1
    assert row["calls"] == 2 + 2 * row["blocks"], "headers, logs; receipts and transactions of each"


def test_a_node_of_another_chain_is_not_called_silent(tmp_path, capsys):
    """An assumed head is named as one, with the reason why no node told it."""
    found = estimated(tmp_path, capsys, SimulatedChain.CHAIN + 1)
    assert found["head_source"].startswith("assumed: ours: recorded on chain")


def test_the_local_example_has_a_dataset_to_complete_and_promises_no_cost(tmp_path, capsys):
    file = tmp_path / "psephos.toml"
    assert main(["init", str(file), "--example", "local", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["estimate"], told["reason"]) == (None, "no dataset is configured")
    assert main(["init", str(file), "--estimate", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["name"] == "ConfigurationError"
    lines = file.read_text().splitlines()
    start = lines.index("# [[dataset]]")
    whole = "\n".join(lines[:start] + [line.removeprefix("# ") for line in lines[start:]])
    file.write_text(whole)
    (dataset,) = load(file).datasets
    assert (dataset.name, len(dataset.contracts)) == ("token", 1)


def test_a_first_configuration_needs_no_node_yet(tmp_path, capsys, monkeypatch):
    """Whoever has not set the address is told so, and has a file and an estimate all the same."""
    monkeypatch.delenv("ETHEREUM_RPC", raising=False)
    file = tmp_path / "psephos.toml"
    assert main(["init", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["head_source"].startswith("assumed: ")
    assert "ETHEREUM_RPC is not set" in told["head_source"]
    assert {row["dataset"] for row in told["estimate"]} == {one.name for one in load(file).datasets}
    assert main(["init", str(file)]) == 2, "an existing file is not replaced"
    assert "--estimate" in capsys.readouterr().err
    assert main(["init", str(file), "--force"]) == 0
    assert capsys.readouterr().out.startswith(f"wrote {file}\n")
