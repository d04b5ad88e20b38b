"""The pages of the measures say what the measures say."""

import importlib.util
from functools import cache
from pathlib import Path

import pytest

from analytics import ALL, PARTICIPATION
from analytics.functions import ALIASES, FUNCTIONS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "method"


@cache
def pages() -> dict[str, str]:
    """Made once: each page is worked out by the functions that it is of."""
    spec = importlib.util.spec_from_file_location("make_method_pages", FOLDER / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["measures", *ALL, *PARTICIPATION, *FUNCTIONS])
def test_each_measure_has_its_page_and_the_page_is_current(name: str) -> None:
    """When this fails: `python docs/method/make.py`."""
    assert (FOLDER / f"{name}.md").read_text(encoding="utf-8") == pages()[f"{name}.md"]


def test_no_page_tells_of_a_measure_that_is_gone() -> None:
    told = {
        path.stem
        for path in FOLDER.glob("*.md")
        if "- **Sensitive to**" in path.read_text(encoding="utf-8")
    }
    assert told == ALL.keys() | PARTICIPATION.keys() | FUNCTIONS.keys()


def test_every_function_says_what_it_is_and_every_alias_names_one() -> None:
    for entry in FUNCTIONS.values():
        assert len(entry.definition) > 60, entry.name
        assert entry.latex.count("{") == entry.latex.count("}"), entry.name
        assert entry.reference
    assert set(ALIASES.values()) <= ALL.keys() | FUNCTIONS.keys()
    assert not ALIASES.keys() & (ALL.keys() | FUNCTIONS.keys())
