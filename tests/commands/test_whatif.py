"""`psephos whatif`: one change, measures and votes before and after, and what is wrong said."""

import pytest

from psephos.__main__ import main
from psephos.settings import Settings


@pytest.mark.parametrize(
    "options",
    [
        ("--quadratic",),
        pytest.param(("--redelegate", "foundation"), marks=pytest.mark.long),
    ],
)
def test_each_change_spreads_power_and_says_what_it_was(ask, options) -> None:
    code, found = ask("whatif", *options)
    assert (code, found["ok"], found["command"]) == (0, True, "whatif")
    assert len(found["changes"]) == 1
    rows = {row["name"]: row for row in found["measures"]}
    assert rows["hhi"]["after"] < rows["hhi"]["before"]
    assert rows["shapley_most"]["after"] < rows["shapley_most"]["before"]
    assert rows["pass"]["after"] >= rows["pass"]["before"]
    assert len(found["votes"]) >= 8
    assert found["evidence"]["level"] == "anchored"
    columns = " ".join(found["evidence"]["columns"])
    assert "vote_cast.weight" in columns
    declared = " ".join(found["evidence"]["declared"])
    assert "rules openzeppelin" in declared
    assert ("role foundation" in declared) == ("foundation" in options)


def test_measures_are_of_addresses_or_of_owners_as_asked(ask) -> None:
    """Whose labels they are is said; of whoever they join, there are not more holders."""
    found = {way: ask("whatif", "--cap", "1/100", "--entities", way) for way in ("off", "on")}
    assert [code for code, _ in found.values()] == [0, 0]
    off, on = (document for _, document in found.values())
    holders = [one["measures"][0]["before"] for one in (off, on)]
    assert 0 < holders[1] <= holders[0]
    assert len(on["entities"]) == 64
    assert off["entities"] == ""
    assert f"entities {on['entities'][:16]}" in " ".join(on["evidence"]["declared"])
    assert "entities" not in " ".join(off["evidence"]["declared"])
    assert on["votes"] == off["votes"], "votes are cast by addresses"
    code, refused = ask("whatif", "--cap", "1/2", "--entities", "nowhere")
    assert code == 2
    assert "there are no entities 'nowhere'" in refused["error"]["message"]


def test_thresholds_and_quorums_go_with_a_change_or_alone(ask) -> None:
    code, found = ask("whatif", "--threshold", ">2/3", "--quorum", ">=1/2")
    assert code == 0
    assert found["changes"] == ["threshold >2/3", "quorum >=1/2 of the supply"]
    assert any(one["before"] and not one["after"] for one in found["votes"])
    code, found = ask("whatif", "--square-root", "--threshold", ">=1/2")
    assert code == 0
    assert len(found["changes"]) == 2


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ((), 2, "nothing would change"),
        (("--cap", "1/2", "--quadratic"), 2, "two changes at once: cap and quadratic"),
        (("--cap", "0"), 2, "--cap 0: no share"),
        (("--cap", "a lot"), 2, "--cap a lot: no share"),
        (("--delegate-cap", "nan"), 2, "--delegate-cap nan: no share"),
        (("--without", "nobody"), 2, "'nobody' is no address and no declared role"),
        (("--without", "pool"), 2, "nobody is labelled pool"),
        (("--redelegate", "foundation", "--to", "0x12"), 2, "'0x12' is no address"),
        (("--quorum", ">1/2"), 2, "a quorum of >1/2 is passed, not reached"),
        (("--cap", "1/2", "--system", "nowhere"), 2, "there is no rule file of 'nowhere'"),
        (("--cap", "1/2", "--block", "999999"), 4, "block 999999 is not in this release"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(ask, options, code, words) -> None:
    found, document = ask("whatif", *options)
    assert found == code
    assert words in document["error"]["message"]
    assert document["error"]["hint"]


def test_a_text_for_people_shows_before_and_after(sample: Settings, capsys) -> None:
    assert main(["whatif", "--cap", "1/50", "--releases", str(sample.releases)]) == 0
    out = capsys.readouterr().out
    assert "nobody votes with more than 1/50 of all power" in out
    assert "votes would have come out otherwise" in out
