"""`psephos simulate`: one document by seed, and what is wrong said with file, line and key."""

from pathlib import Path

import pytest

from psephos.results.shipped import shipped

STARKNET = str(shipped("scenarios") / "starknet.toml")


def test_the_same_seed_gives_the_same_document_and_another_gives_another(ask) -> None:
    line = ("simulate", "--scenario", STARKNET, "--runs", "5", "--seed")
    code, one = ask(*line, "7")
    assert (code, one["ok"], one["command"], one["seed"], one["runs"]) == (
        0,
        True,
        "simulate",
        7,
        5,
    )
    assert ask(*line, "7") == (0, one)
    assert ask(*line, "8")[1]["bands"] != one["bands"]
    assert one["evidence"] is None, "nothing of it is from a chain"
    assert len(one["bands"]["supply"]) == len(one["days"]) == 60
    supply = one["bands"]["supply"][-1]
    assert int(supply["quantiles"][0]) <= int(supply["expected"]) <= int(supply["quantiles"][-1])


def test_what_is_indexed_carries_the_evidence_of_its_release(ask) -> None:
    path = str(shipped("scenarios") / "sample.toml")
    code, found = ask("simulate", "--scenario", path, "--runs", "3", "--seed", "1")
    assert code == 0
    assert found["indexed"].keys() == {"supply", "locked", "treasury"}
    assert found["evidence"]["level"] == "anchored"
    assert "strk_transfer.amount" in found["evidence"]["columns"]
    _, early = ask("simulate", "--scenario", path, "--runs", "3", "--block", "2300")
    assert early["indexed"]["locked"] > found["indexed"]["locked"]


@pytest.mark.parametrize(
    ("line", "name", "says"),
    [
        (("--scenario", "nowhere.toml"), "CommandError", "there is no file nowhere.toml"),
        (("--scenario", STARKNET, "--seed", "-1"), "CommandError", "--seed -1"),
        (("--scenario", STARKNET, "--runs", "0"), "CommandError", "--runs 0"),
        (("--scenario", STARKNET, "--seed", "nan"), "CommandError", "--seed"),
        (("--scenario", STARKNET, "--schedules", "nowhere"), "CommandError", "no folder nowhere"),
        ((), "CommandError", "--scenario"),
    ],
)
def test_a_wrong_command_line_is_one_error(ask, line, name: str, says: str) -> None:
    code, found = ask("simulate", *line)
    assert code in (1, 2)
    assert found["error"]["name"] == name
    assert says in found["error"]["message"]


def test_a_wrong_file_is_named_with_line_and_key(ask, tmp_path: Path) -> None:
    text = Path(STARKNET).read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text.replace('btc = "25 %"', 'btc = "26 %"'), "utf-8")
    code, found = ask("simulate", "--scenario", str(tmp_path / "mine.toml"))
    assert code == 2
    assert found["error"]["name"] == "ConfigurationError"
    assert "mine.toml, line 23: `rates.rewards` adds up to 101 %" in found["error"]["message"]


def test_measure_tells_the_economy_as_a_study(ask) -> None:
    code, found = ask("measure", "--kind", "economy")
    assert code == 0
    assert {one["measure"] for one in found["figures"]} > {"supply_missing", "velocity"}
    assert found["study"]["kind"] == "economy"
    code, one = ask("measure", "--kind", "economy", "--measure", "velocity", "--block", "1000")
    assert [figure["measure"] for figure in one["figures"]] == ["velocity"]
    assert one["figures"][0]["block"] == 1000
