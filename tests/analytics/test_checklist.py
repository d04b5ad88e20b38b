"""The checklist of the field: each row names functions that are there, or says why it is not."""

from importlib import import_module
from inspect import isfunction
from pathlib import Path
from re import findall

import pytest

from analytics import ALL, PARTICIPATION
from analytics.functions import EXAMPLES, FUNCTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "method" / "checklist.md"
ROWS = [
    tuple(cell.strip() for cell in line.strip("| ").split(" | ", 1))
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| what")
]


@pytest.mark.parametrize(("what", "where"), ROWS, ids=[what for what, _ in ROWS])
def test_each_row_names_what_is_there_or_a_reason(what: str, where: str) -> None:
    names = findall(r"`((?:analytics|psephos)[\w.]*)`", where)
    assert names or where.startswith("not here: "), what
    for name in names:
        module, _, function = name.rpartition(".")
        assert getattr(import_module(module), function, None) is not None, name


def test_no_row_is_there_twice_and_reasons_are_few() -> None:
    assert len({what for what, _ in ROWS}) == len(ROWS) > 45
    assert sum(where.startswith("not here") for _, where in ROWS) <= 3


NO_MEASURES = {"population", "measured"}
"""What makes a population of amounts, and the fast twin of many measures at once."""


def test_every_function_that_is_named_has_its_page_and_its_worked_example() -> None:
    names = findall(r"`(analytics[\w.]*)`", PAGE.read_text(encoding="utf-8"))
    for name in sorted(set(names)):
        module, _, function = name.rpartition(".")
        if isfunction(getattr(import_module(module), function)) and function not in NO_MEASURES:
            assert function in ALL | PARTICIPATION | FUNCTIONS, name
            assert function in EXAMPLES or function in ALL, name
