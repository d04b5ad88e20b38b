"""A study's figures in the API are those of the notebook and of the command, to the last digit."""

import pytest

import psephos as ps
from dashboards.app import create
from psephos.commands.measure_study import study_answer
from psephos.settings import Settings


@pytest.mark.parametrize("name", ["delegation", "economy", "foundation", "decisions"])
def test_a_study_is_the_notebooks_and_the_commands_to_the_last_digit(
    sample: Settings, name: str
) -> None:
    """Each figure of the API against `ps.open(...).study` and `psephos measure --json`."""
    site = create(sample.releases).test_client()
    found = site.get(f"/api/v1/studies/{name}?dataset=strk").json
    with ps.open(sample.releases) as r:
        figures = r.study(name, dataset="strk").figures
        cards = {measure: figures[measure].figure.json() for measure in figures}
        answer = study_answer(r.release, name, [], dataset="strk")
    command = {one["measure"]: one for one in answer.payload["figures"]}
    assert found["rows"]
    assert [one["measure"] for one in found["rows"]] == list(cards) == list(command)
    for one in found["rows"]:
        card, line = cards[one["measure"]], command[one["measure"]]
        assert one["value"] == card["value"] == line["value_text"]
        for field in ("id", "text", "unit", "block", "population", "definition", "undefined"):
            assert one[field] == card[field] == line[field], (one["measure"], field)
        assert one["level"] == card["evidence"]["level"] == line["evidence"]["level"]
    levels = {one["level"] for one in found["rows"]}
    assert found["level"] in levels
    assert found["blocks"]
    assert found["licence"]


def test_a_study_that_does_not_exist_is_a_problem_document(sample: Settings) -> None:
    answer = create(sample.releases).test_client().get("/api/v1/studies/love")
    assert (answer.status_code, answer.json["name"]) == (404, "TableError")
    assert answer.mimetype == "application/problem+json"
