"""`psephos promises`: results with rows, what is due, and what is wrong said in one line."""

import pytest

from psephos.__main__ import main
from psephos.settings import Settings


def test_every_version_has_its_result_and_its_rows(ask) -> None:
    code, found = ask("promises", "--promise", "sample-votes")
    assert (code, found["ok"], found["command"]) == (0, True, "promises")
    assert [one["result"] for one in found["promises"]] == ["kept", "broken"]
    assert all(one["rows"] and one["words"] and one["source"] for one in found["promises"])
    _, early = ask("promises", "--promise", "sample-votes", "--block", "700")
    assert [one["result"] for one in early["promises"]] == ["open", "not checkable"]  # a vote runs


def test_what_is_due_is_not_decided_yet(ask) -> None:
    code, found = ask("promises", "--due")
    assert code == 0
    assert [one["promise"] for one in found["promises"]] == ["services-decentralised"]
    assert all(one["due"] for one in found["promises"])


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--promise", "world-peace"), 2, "there is no promise 'world-peace'"),
        (("--promises", "/no/such/folder"), 2, "there is no folder"),
        (("--block", "999999"), 4, "block 999999 is not in this release"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(ask, options, code, words) -> None:
    found, document = ask("promises", *options)
    assert found == code
    assert words in document["error"]["message"]
    assert document["error"]["hint"]


def test_a_text_for_people_shows_both_versions(sample: Settings, capsys) -> None:
    assert main(["promises", "--releases", str(sample.releases)]) == 0
    out = capsys.readouterr().out
    assert "KEPT\n    “A vote is open for a day at least.”" in out
    assert "BROKEN\n    “A vote is open for four weeks.”" in out
    assert "NOT CHECKABLE: it is about chain" in out
