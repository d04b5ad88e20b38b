"""The pages of the measures say what the measures say."""

import importlib.util
from pathlib import Path

import pytest

from analytics import ALL, PARTICIPATION

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "method"


def pages() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("make_method_pages", FOLDER / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["measures", *ALL, *PARTICIPATION])
def test_each_measure_has_its_page_and_the_page_is_current(name: str) -> None:
    """When this fails: `python docs/method/make.py`."""
    assert (FOLDER / f"{name}.md").read_text(encoding="utf-8") == pages()[f"{name}.md"]


def test_no_page_tells_of_a_measure_that_is_gone() -> None:
    told = {
        path.stem
        for path in FOLDER.glob("*.md")
        if "- **Sensitive to**" in path.read_text(encoding="utf-8")
    }
    assert told == ALL.keys() | PARTICIPATION.keys()
