"""`psephos measure --kind STUDY`: one document with figures and tables."""

import pytest

from psephos.__main__ import main
from psephos.settings import Settings


def test_a_study_is_figures_with_evidence_and_tables(ask) -> None:
    code, found = ask("measure", "--kind", "delegation", "--measure", "ghost", "--measure", "churn")
    assert (code, found["ok"]) == (0, True)
    assert found["study"]["kind"] == "delegation"
    assert found["study"]["tables"]
    assert [one["measure"] for one in found["figures"]] == ["ghost", "churn"]
    assert all(one["evidence"]["columns"] for one in found["figures"])
    assert {one["kind"] for one in found["figures"]} == {"delegation"}


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--kind", "economy", "--measure", "luck"), 2, "has no figure 'luck'"),
        (("--kind", "delegation", "--dataset", "gold"), 1, "no dataset 'gold'"),
        (("--kind", "users", "--beside", "x"), 2, "--beside belongs to --kind economy, fees, life"),
        (("--kind", "alignment", "--block", "999999"), 4, "block 999999 is not in this release"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(ask, options, code, words) -> None:
    found, document = ask("measure", *options)
    assert found == code
    assert words in document["error"]["message"]


def test_life_is_told_with_the_release_beside_and_says_which(ask, sample: Settings) -> None:
    code, found = ask("measure", "--kind", "life", "--beside", str(sample.releases))
    assert code == 0
    lag = next(one for one in found["figures"] if one["measure"] == "update_gap_core_median")
    assert "beside this one" in lag["evidence"]["declared"][0]


def test_a_text_for_people_shows_figures_and_tables(sample: Settings, capsys) -> None:
    assert main(["measure", "--kind", "delegation", "--releases", str(sample.releases)]) == 0
    out = capsys.readouterr().out
    assert "Power of delegates who never voted" in out
    assert "largest source" in out
