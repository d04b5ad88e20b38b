"""`psephos check` and `sync`: a token is compared with its rows as soon as a day is sealed."""

import json

import pytest

from psephos.__main__ import main

DAY = 86_400
CONFIGURATION = """\
data = "index"
releases = "releases"
[chain]
name = "anvil"
id = 31337
[[chain.endpoint]]
url = "{url}"
rate = 10000
[[dataset]]
name = "strk"
sources = ["erc20"]
contracts = ["0x{token}"]
"""


@pytest.fixture
def house(anvil, tmp_path, monkeypatch):
    """A token on a real node, some transfers, one finished day."""
    token = anvil.deploy("Token", "Stark", "STRK", 10**28)
    for i in range(5):
        token.send("transfer", (0xB000 + i).to_bytes(20, "big"), 10**20 * (i + 1))
    anvil.mine(6, interval=DAY // 3)
    anvil.mine(70)
    text = CONFIGURATION.format(url=anvil.url, token=token.address.hex())
    (tmp_path / "psephos.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    for name in ("PSEPHOS_CONFIG", "PSEPHOS_DATA", "PSEPHOS_RELEASES"):
        monkeypatch.delenv(name, raising=False)
    return anvil, token


def say(capsys, *arguments):
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.anvil
def test_a_sealed_day_is_compared_with_the_token_and_status_shows_it(house, capsys):
    code, found = say(capsys, "sync")
    assert code == 0, found
    assert [c["status"] for c in found["conservation"]] == ["passed", "passed"]
    code, status = say(capsys, "status")
    assert code == 0, status
    assert status["conservation"][0]["status"] == "passed"
    code, found = say(capsys, "check")
    assert (code, found["verified"]) == (0, True), found
    names = {check["name"] for check in found["checks"]}
    assert names == {"nobody below zero strk", "supply strk", "balances strk"}


@pytest.mark.anvil
def test_a_token_whose_rows_are_not_whole_fails_with_exit_3(house, capsys, tmp_path):
    from psephos.store.index import Index

    say(capsys, "sync")
    with Index.open(tmp_path / "index" / "index.duckdb") as index, index.writing() as db:
        db.execute("UPDATE strk_transfer SET amount = amount + 10 ::DECIMAL(38, 0)")
    code, found = say(capsys, "check")
    assert (code, found["verified"]) == (3, False)
    assert "failed" in {check["status"] for check in found["checks"]}


@pytest.mark.anvil
def test_before_anything_is_sealed_there_is_nothing_to_check(house, capsys):
    code, found = say(capsys, "check")
    assert (code, found["error"]["name"]) == (4, "NotCollected")
