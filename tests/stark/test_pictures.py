"""The pictures of prover.md are computed, current, and show what the page says."""

import importlib.util
from types import ModuleType

import pytest

from psephos.stark.field import root
from psephos.stark.prove.domain import geometric
from psephos.stark.verify.field import GENERATOR
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def drawn() -> ModuleType:
    at = ROOT / "docs" / "method" / "pictures.py"
    spec = importlib.util.spec_from_file_location("pictures", at)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pictures_of_the_prover_are_current(drawn: ModuleType) -> None:
    """When this fails: `python docs/method/pictures.py`."""
    for name, content in drawn.pictures().items():
        assert (ROOT / "docs" / "pictures" / name).read_text(encoding="utf-8") == content
        assert name in (ROOT / "docs" / "method" / "prover.md").read_text(encoding="utf-8")


def test_the_places_of_the_pictures_are_those_of_a_proof(drawn: ModuleType) -> None:
    assert drawn.places() == geometric(GENERATOR, root(6), drawn.PLACES).tolist()


def test_a_changed_row_changes_every_committed_value(drawn: ModuleType) -> None:
    before = drawn.extended(drawn.COLUMN)
    for row in range(drawn.ROWS):
        changed = list(drawn.COLUMN)
        changed[row] += 1
        after = drawn.extended(changed)
        assert all(a != b for a, b in zip(before, after, strict=True))


def test_folds_of_a_polynomial_end_in_one_number_and_of_what_is_none_do_not(
    drawn: ModuleType,
) -> None:
    assert len(set(drawn.layers(drawn.extended(drawn.COLUMN))[-1])) == 1
    assert len(set(drawn.layers(drawn.forged())[-1])) == drawn.PLACES >> len(drawn.BETAS)
