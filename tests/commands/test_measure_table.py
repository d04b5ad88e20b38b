"""The half of `psephos measure` that measures a table."""

import json
from pathlib import Path

import pytest

from analytics import ALL, PARTICIPATION
from analytics.functions import ALIASES, FUNCTIONS
from psephos.commands.console import Answer, Json, execute
from psephos.commands.measure_explain import explain_answer
from psephos.commands.measure_table import (
    Above,
    Group,
    Table,
    Thresholds,
    Weight,
    decimal_text,
    table_answer,
)
from psephos.errors import CommandError
from psephos.results.bases import OF_BASES


def run(
    table: Table = None,
    weight: Weight = None,
    group: Group = None,
    above: Above = None,
    threshold: Thresholds = None,
    as_json: Json = False,
) -> Answer:
    assert table is not None
    return table_answer(table, weight, group, above, threshold)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a table.csv"
    path.write_text("who,amount\na,3.5\nb,1\na,0.5\nc,0\n")
    return path


def test_the_options_reach_the_table(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["--table", str(path), "--weight", "amount", "--group", "who", "--above", "0"]
    line += ["--threshold", ">51/100", "--threshold", ">=4/5", "--json"]
    assert execute("measure", run, line) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is True
    assert (said["population"], said["zeros"], said["total"], said["decimals"]) == (2, 1, "50", 1)
    assert said["measures"]["nakamoto"] == {">51/100": 1, ">=4/5": 1}


def test_people_read_every_measure_by_its_title(path: Path) -> None:
    text = table_answer(path, "amount", "who", None, [">51/100"]).text
    assert all(measure.title in text for measure in ALL.values())
    assert "Fewest who hold >51/100" in text
    assert "1 with nothing" in text


def test_people_read_undefined_not_none_or_zero(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("amount\n")
    text = table_answer(empty, "amount").text
    assert text.count("undefined") == len(ALL)
    assert "None" not in text


def test_a_table_without_a_weight_column_is_a_wrong_command_line(path: Path) -> None:
    with pytest.raises(CommandError, match="needs --weight"):
        table_answer(path, None)


@pytest.mark.parametrize(("options", "code", "name"), [
    (["--weight", "none"], 1, "TableError"), (["--weight", "who"], 1, "TableError"),
    (["--weight", "amount", "--above", "much"], 2, "CommandError"),
    (["--weight", "amount", "--threshold", "1/2"], 2, "CommandError"), ([], 2, "CommandError"),
])  # fmt: skip
def test_what_is_wrong_has_a_name_and_an_exit_code(
    path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, name: str
) -> None:
    assert execute("measure", run, ["--table", str(path), *options, "--json"]) == code
    assert f'"name": "{name}"' in capsys.readouterr().out


@pytest.mark.parametrize(("amount", "decimals", "text"), [
    (207435083, 2, "2,074,350.83"), (100, 2, "1"), (1, 3, "0.001"), (0, 0, "0"), (1500, 3, "1.5"),
    (10**28 + 1, 18, "10,000,000,000.000000000000000001"),
])  # fmt: skip
def test_totals_are_written_in_full(amount: int, decimals: int, text: str) -> None:
    assert decimal_text(amount, decimals) == text


@pytest.mark.parametrize("name", [*ALL, *PARTICIPATION, *OF_BASES, *FUNCTIONS, *ALIASES])
def test_every_measure_explains_itself(name: str) -> None:
    answer = explain_answer(name)
    told = json.loads(json.dumps(answer.payload, allow_nan=False))
    keys = ("name", "title", "formula", "latex", "domain", "unit", "definition", "reference")
    for key in keys if name not in OF_BASES else keys[:3]:
        assert told[key], key
    assert told["formula"] in answer.text
    assert told["reference"] in answer.text
    if told["edges"]:
        assert told["edges"][0] == {"case": "nobody", "value": None, "text": "undefined"}


def test_who_asks_for_no_measure_is_told_the_nearest() -> None:
    with pytest.raises(CommandError, match="no measure 'ginni'") as refused:
        explain_answer("ginni")
    assert "gini" in refused.value.hint
