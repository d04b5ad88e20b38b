"""Control, what-if, state updates and status in the API: what commands, pages and rows say."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboards.api import serve
from dashboards.app import create
from psephos.commands.control import run as control
from psephos.commands.whatif import run as whatif
from psephos.settings import Settings
from psephos.store.reader import Release
from tests.dashboards.test_site import shown


@pytest.fixture(scope="module")
def site(sample: Settings) -> FlaskClient:
    return create(sample.releases).test_client()


def told(site: FlaskClient, path: str) -> dict[str, Any]:
    answer = site.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


@pytest.mark.parametrize("system", ["openzeppelin", "starknet", "snip-33"])
def test_control_is_what_the_command_says(site: FlaskClient, sample: Settings, system: str) -> None:
    said = control(system=system, releases=sample.releases, entities="off", top=12).payload
    bodies = told(site, f"/control/{system}")
    assert bodies["level"] == said["evidence"]["level"]
    for row, one in zip(bodies["rows"], said["bodies"], strict=True):
        assert (row["body"], row["members"], row["power"]) == (
            one["name"], one["members"], one["power"],
        )  # fmt: skip
        assert (row["threshold"], row["base"], row["quorum"]) == (
            one["threshold"], one["base"], one["quorum"],
        )  # fmt: skip
        fewest = one["pass"]["against_everybody"]
        assert row["pass"] == (fewest and fewest["fewest"])
        assert row["block"] == (one["block"] and one["block"]["fewest"])
        assert row["undefined"] == one["undefined"]
        assert row["appointed_by"] == (one["appointed_by"] or None)
    ways = told(site, f"/control/{system}/ways")["rows"]
    assert [(row["to"], row["fewest"], row["not_before_hours"]) for row in ways] == [
        (one["to"], one["fewest"], one["not_before_hours"]) for one in said["ways"]
    ]
    votes = told(site, f"/control/{system}/votes")
    assert [(row["passed"], row["margin"], row["flip"]) for row in votes["rows"]] == [
        (one["passed"], one["margin"], one["flip_set"]) for one in said["votes"]
    ]
    members = told(site, f"/control/{system}/members?limit=50000")["rows"]
    for one in said["bodies"]:
        here = [row for row in members if row["body"] == one["name"]]
        largest = one["indices"]["largest"] if one["indices"] else []
        assert [float(row["shapley"]) for row in here[: len(largest)]] == [
            player["shapley"] for player in largest
        ]


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("change=cap&share=2", {"limit": "1/50"}),
        ("change=without&who=foundation", {"without": "foundation"}),
        ("change=none&threshold=2-3", {"threshold": ">2/3"}),
        ("change=quadratic&quorum=10", {"quadratic_votes": True, "quorum": ">=10/100"}),
    ],
)
def test_a_what_if_is_what_the_command_says(
    site: FlaskClient, sample: Settings, query: str, options: dict[str, Any]
) -> None:
    said = whatif(releases=sample.releases, dataset="strk", **options).payload
    measures = told(site, f"/whatif/measures?{query}")
    command = {one["name"]: one for one in said["measures"]}
    assert len(measures["rows"]) > 8
    assert all(row["unit"] for row in measures["rows"])
    for row in measures["rows"]:
        for when in ("before", "after"):
            number, text = command[row["measure"]][when], row[when]
            if number is None:
                assert text is None
            else:
                top, _, bottom = text.partition("/")
                assert int(top) / int(bottom or 1) == number if "." not in text else float(text)
    votes = told(site, f"/whatif/votes?{query}")
    assert [(row["dataset"], row["before"], row["after"]) for row in votes["rows"]] == [
        (one["dataset"], one["before"], one["after"]) for one in said["votes"]
    ]
    for answer in (measures, votes):
        assert answer["evidence"]["declared"][0].startswith("what if: ")


@pytest.mark.parametrize(
    "query",
    ["change=love", "change=cap&share=101", "change=none&threshold=1-3", "change=without&who=me",
     "change=cap&quorum=-1", "change=cap&colour=red"],
)  # fmt: skip
def test_a_what_if_that_is_not_understood_is_a_problem_document(
    site: FlaskClient, query: str
) -> None:
    for what in ("measures", "votes"):
        answer = site.get(f"/api/v1/whatif/{what}?{query}")
        assert answer.status_code in (400, 404), answer.text
        assert answer.mimetype == "application/problem+json"


def test_state_updates_are_the_rows_of_their_contracts(site: FlaskClient, sample: Settings) -> None:
    rows = told(site, "/updates?limit=50000")["rows"]
    with Release.open(sample.releases) as release:
        count = release.sql("SELECT count(*) AS n FROM core_state_update WHERE block_number <= ?",
                            (release.final,))["n"][0]  # fmt: skip
    starknet = [row for row in rows if row["system"] == "Starknet"]
    assert len(starknet) == count > 10
    assert {row["system"] for row in rows} == {"Starknet", "StarkEx"}
    assert starknet[0]["waited"] is None
    assert all(row["waited"] > 0 for row in starknet[1:])
    before = told(site, "/updates?block=3")
    assert before["rows"] == [], "before the first of them there is none, and no fault"


def test_status_tells_heights_gaps_and_who_says_so(site: FlaskClient, sample: Settings) -> None:
    rows = told(site, "/status")["rows"]
    with Release.open(sample.releases) as release:
        assert [(row["what"], row["first"]) for row in rows[:2]] == [
            ("final", release.final), ("head", release.head),
        ]  # fmt: skip
    assert {row["by"] for row in rows} <= {"release", "house", "server"}
    assert "0 at fault" in rows[-1]["words"]


def test_a_table_of_a_study_is_the_one_on_its_page(site: FlaskClient) -> None:
    rows = told(site, "/studies/foundation/recipients?limit=50000")["rows"]
    page, _ = shown(site, "/foundation")
    assert rows
    assert str(next(iter(rows[0].values())))[:6] in page
    plain = re.sub("[\u2009\u202f]", "", page)
    assert all(cell in plain for row in rows for cell in row.values() if isinstance(cell, str))
    assert site.get("/api/v1/studies/foundation/love").status_code == 404


def test_every_folder_that_declares_is_in_the_tag() -> None:
    assert all(serve.shipped(kind).is_dir() for kind in serve.DECLARED)
    kinds = {folder.name for folder in serve.shipped("rules").parent.iterdir() if folder.is_dir()}
    others = {"sample", "scenarios", "backtest", "demo", "index", "releases", "__pycache__"}
    assert kinds - others <= {*serve.DECLARED}
