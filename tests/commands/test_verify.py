"""`psephos verify` asks about the house that was named, wherever it is called from."""

import json

from psephos.__main__ import main
from tests.evidence.house import build

CONFIGURATION = """\
data = "."
releases = "releases"
[chain]
name = "simulated"
id = 1
[[chain.endpoint]]
url = "replay:not-needed.xz"
"""


def test_the_ledger_of_a_named_configuration_is_compared_with_its_own_index(
    tmp_path, monkeypatch, capsys
):
    """Elsewhere there is another house, or none: its index and checkpoints say nothing here."""
    house = build(tmp_path / "house", blocks=20)
    file = house.folder / "psephos.toml"
    file.write_text(CONFIGURATION)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for name in ("PSEPHOS_CONFIG", "PSEPHOS_DATA", "PSEPHOS_RELEASES"):
        monkeypatch.delenv(name, raising=False)
    code = main(["verify", "ledger", "--config", str(file), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert code == 0, found
    assert {"file", "corrections", "index"} <= {check["name"] for check in found["checks"]}
