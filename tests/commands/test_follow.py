"""`psephos sync --follow --json`: every report as it comes, one document a line."""

import json
import signal
import subprocess
import sys

from psephos.chain.replay import record
from tests.simulated.chain import SimulatedChain

CONFIGURATION = f"""\
data = "."
[chain]
name = "simulated"
id = {SimulatedChain.CHAIN}
[[chain.endpoint]]
url = "replay:answers.xz"
[[dataset]]
name = "token"
sources = ["votes"]
contracts = ["0x{SimulatedChain.TOKEN.hex()}"]
"""


def test_each_report_is_one_json_document_on_one_line(tmp_path):
    chain = SimulatedChain(5)
    chain.grow(10)
    record(chain, tmp_path / "answers.xz", contracts=[SimulatedChain.TOKEN])
    (tmp_path / "psephos.toml").write_text(CONFIGURATION)
    command = [sys.executable, "-m", "psephos", "sync", "--follow", "--json"]
    process = subprocess.Popen(
        [*command, "--config", str(tmp_path / "psephos.toml")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest, said = process.communicate(timeout=60)
    document = json.loads(line)
    assert (document["ok"], document["command"], document["blocks"]) == (True, "sync", 12), said
    assert rest == ""
    assert process.returncode == 0, said
