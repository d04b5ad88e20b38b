"""`psephos control`: one JSON document, exit codes, and what is wrong said in one line."""

import pytest

from psephos.__main__ import main
from psephos.results.shipped import shipped
from psephos.settings import Settings


def test_the_governor_of_a_release_says_which_rules_are_meant(ask) -> None:
    code, found = ask("control", "--top", "2")
    assert (code, found["ok"], found["command"]) == (0, True, "control")
    assert found["system"]["name"] == "openzeppelin"
    (body,) = found["bodies"]
    assert (
        body["pass"]["against_everybody"]["fewest"]
        >= body["pass"]["if_nobody_else_comes"]["fewest"]
    )
    assert int(body["pass"]["if_nobody_else_comes"]["needs"]) == int(body["quorum"])
    assert len(body["pass"]["against_everybody"]["who"]) == 2
    assert found["evidence"]["columns"]


def test_an_earlier_block_has_other_members(ask) -> None:
    _, late = ask("control", "--top", "1")
    code, early = ask("control", "--top", "1", "--block", "344")
    assert code == 0
    assert early["block"] == 344
    assert early["bodies"][0]["power"] != late["bodies"][0]["power"]


def test_what_the_contracts_allow_needs_no_vote(ask) -> None:
    code, found = ask("control", "--system", "starknet-contracts")
    assert code == 0
    (game,) = found["games"]
    assert game["merged"]["largest"][0] == {
        "name": "foundation",
        "weight": "12",
        "banzhaf": 1.0,
        "banzhaf_normalised": 1.0,
        "shapley": 1.0,
    }


def test_rules_are_those_that_hold_on_the_day_of_the_block(ask, tmp_path) -> None:
    """The sample's blocks are of June to September 2026."""
    whole = (shipped("rules") / "openzeppelin.toml").read_text(encoding="utf-8")
    later = whole.replace("since = 2021-08-17", "since = 2026-08-01")
    (tmp_path / "later.toml").write_text(later, encoding="utf-8")
    code, found = ask("control", "--top", "1", "--rules", str(tmp_path))
    assert (code, found["system"]["since"]) == (0, "2026-08-01")
    code, found = ask("control", "--top", "1", "--rules", str(tmp_path), "--block", "344")
    assert code == 2
    assert "no rule file of openzeppelin holds on 2026-06-15" in found["error"]["message"]


@pytest.mark.parametrize(
    ("arguments", "code", "name", "words"),
    [
        (("--system", "nowhere"), 2, "CommandError", "there is no rule file of 'nowhere'"),
        (("--block", "-5"), 2, "CommandError", "greater than or equal to 0"),
        (("--block", "999999"), 4, "NotCollected", "block 999999 is not in this release"),
        (("--dataset", "gold"), 1, "TableError", "no dataset 'gold'"),
        (("--top", "0"), 2, "CommandError", "--top 0"),
        (("--rules", "/no/such/folder"), 2, "CommandError", "there is no folder"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(ask, arguments, code, name, words) -> None:
    found, document = ask("control", *arguments)
    assert (found, document["error"]["name"]) == (code, name)
    assert words in document["error"]["message"]
    assert document["error"]["hint"]


def test_a_text_for_people_names_bodies_sources_and_assumptions(sample: Settings, capsys) -> None:
    assert main(["control", "--releases", str(sample.releases), "--top", "2"]) == 0
    out = capsys.readouterr().out
    assert "source: OpenZeppelin Contracts" in out
    assert "assumed: quorum_share" in out
    assert "fewest who pass against everybody else" in out


def test_whom_no_way_asks_is_told_with_what_is_unknown(ask, sample: Settings, capsys) -> None:
    _, found = ask("control", "--system", "starknet-contracts")
    parties = {one["name"]: one for one in found["parties"]}
    assert (parties["minority"]["members"], parties["minority"]["threshold"]) == (12, ">=1/4")
    verifier = parties["verifier"]
    assert [verifier[key] for key in ("members", "threshold", "delay_hours")] == [None] * 3
    asked = ["control", "--releases", str(sample.releases), "--system", "starknet-contracts"]
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert "Multisig of the shared verifier (SHARP) (declared; no way asks them)" in out
    assert "members unknown; threshold unknown; delay unknown" in out
