"""`psephos verify` asks about the house that was named, wherever it is called from."""

import json
from pathlib import Path

import pytest

from psephos.__main__ import main
from tests.evidence.house import build

SAMPLE = Path(__file__).parents[2] / "data/sample/psephos.toml"
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


def verify(capsys, *arguments):
    code = main(["verify", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def named(sample, tmp_path, monkeypatch):
    """Options that name the sample's releases and its recorded node."""
    monkeypatch.chdir(tmp_path)
    for name in ("PSEPHOS_CONFIG", "PSEPHOS_DATA", "PSEPHOS_RELEASES"):
        monkeypatch.delenv(name, raising=False)
    return ["--releases", str(sample.releases), "--config", str(SAMPLE)]


def test_without_a_node_every_check_of_the_sample_passes_and_says_what_rests_on_receipts(
    named, capsys
):
    code, found = verify(capsys, "release", *named)
    checks = {check["name"]: check for check in found["checks"]}
    assert (code, found["verified"]) == (0, True), found
    assert "only receipts can prove" in checks["coverage strk"]["why"]
    assert "receipts" not in checks


@pytest.mark.long
def test_with_a_node_the_receipts_of_the_sample_are_recomputed(named, capsys):
    code, found = verify(capsys, "release", "--node", *named)
    checks = {check["name"]: check for check in found["checks"]}
    assert (code, found["verified"]) == (0, True), found
    assert checks["receipts"]["status"] == "passed"


def test_a_sample_of_the_receipts_is_said_to_be_one(named, capsys):
    code, found = verify(capsys, "release", "--node", "--sample", "5", *named)
    (receipts,) = [check for check in found["checks"] if check["name"] == "receipts"]
    assert code == 0
    assert receipts["why"].startswith("5, drawn from the ")


@pytest.mark.parametrize(
    "arguments", [("ledger", "--node"), ("release", "--sample", "5")], ids=["ledger", "sample"]
)
def test_an_option_that_would_do_nothing_is_refused(arguments, named, capsys):
    code, found = verify(capsys, *arguments, *named)
    assert (code, found["error"]["name"]) == (2, "CommandError")
