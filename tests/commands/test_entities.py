"""Counting by owner, wherever figures are asked for: commands, notebook, site."""

import json
from pathlib import Path
from typing import Any

import pytest

import psephos as ps
from dashboards.app import create
from psephos.commands.console import execute
from psephos.commands.control import run as control
from psephos.commands.measure import run as measure
from psephos.errors import CommandError
from psephos.results.labels.entities import entities
from psephos.settings import Settings
from tests.dashboards.test_site import shown

CHAIN = 31337


def said(capsys: pytest.CaptureFixture[str], function: Any, *line: str) -> dict[str, Any]:
    execute("measure", function, [*line, "--json"])
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def folder(sample: Settings) -> Path:
    return sample.releases


def test_measure_counts_by_owner_and_by_hypothesis(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--releases", str(folder), "--kind", "balance", "--measure", "holders")
    found = {
        word: said(capsys, measure, *asked, "--entities", word) for word in ("on", "same-funder")
    }
    counts = {word: one["figures"][0]["value"] for word, one in found.items()}
    assert counts["on"] >= counts["same-funder"] > 0
    labels = entities(CHAIN)
    assert found["on"]["figures"][0]["entities"] == found["on"]["entities"]["id"] == labels.id
    assert found["on"]["entities"]["conflicts"] == []
    (declared,) = (
        text
        for text in found["same-funder"]["figures"][0]["evidence"]["declared"]
        if text.startswith("entities")
    )
    assert "hypothesis same-funder" in declared


def test_a_word_that_chooses_nothing_is_refused_everywhere(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (measure, control):
        told = said(capsys, command, "--releases", str(folder), "--entities", "everybody")
        assert told["error"]["name"] == "CommandError"
        assert "same-funder" in told["error"]["hint"]
    with pytest.raises(CommandError):
        ps.open(folder, entities="everybody")
    site = create(folder).test_client()
    assert "there are no entities" in shown(site, "/holders", "?by=owner.everybody")[0].lower()


def test_a_notebook_counts_as_it_was_opened(folder: Path) -> None:
    with ps.open(folder) as plain, ps.open(folder, entities="on") as by_owner:
        address = plain.figures.balance.holders.figure
        owner = by_owner.figures.balance.holders.figure
        assert plain.figures.balance("holders", by_owner=True).figure == owner
        assert by_owner.figures.balance("holders", by_owner=False).figure == address
        assert by_owner.counted("off").figures.balance.holders.figure == address
        assert owner.value < address.value
        supposed = plain.counted("same-funder")
        assert "hypothesis" in supposed.entities.words
        assert len(supposed.at(600).positions.balance.frame) > 0


def test_the_site_counts_by_the_word_in_its_address(folder: Path) -> None:
    site = create(folder).test_client()
    plain, owner, supposed = (
        shown(site, "/holders", search)[0] for search in ("", "?by=owner", "?by=same-funder")
    )
    assert "supposing same funder" in plain
    assert "supposing same reward" not in plain
    assert "A hypothesis, no fact:" in supposed
    assert "A hypothesis, no fact:" not in owner
    assert len({plain, owner, supposed}) == 3
