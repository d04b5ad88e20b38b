"""Every notebook runs from its first cell to its last, on the sample, without a network."""

import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

from psephos.settings import Settings
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
FIRST, *OTHERS = NOTEBOOKS
RUN = [FIRST, *(pytest.param(path, marks=pytest.mark.long) for path in OTHERS)]
NAMES = [path.stem for path in NOTEBOOKS]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("script", RUN, ids=NAMES)
def test_a_notebook_runs_and_draws(
    script: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first needs one chain only, the others may ask for both, side by side.
    told: Settings = request.getfixturevalue("sample" if script == FIRST else "starknet_sample")
    home = told.releases.parent
    monkeypatch.setenv("PSEPHOS_RELEASES", str(home))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = jupytext.read(script)
    NotebookClient(notebook, timeout=900, resources={"metadata": {"path": home}}).execute()
    nbformat.validate(notebook)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output["output_type"] == "error"]
    shown = [kind for output in outputs for kind in output.get("data", {})]
    assert "application/vnd.plotly.v1+json" in shown
    assert "cdn" not in str(outputs).lower()
    pages = [output["data"].get("text/html", "") for output in outputs if "data" in output]
    frames = [page for page in pages if 'class="dataframe"' in page]
    heads = {head for page in frames for head in re.findall(r"<th>([^<]*)</th>", page)}
    assert frames
    assert [head for head in heads if not re.fullmatch(r"[a-z][a-z0-9_]*", head)] == []


@pytest.mark.parametrize("script", NOTEBOOKS, ids=NAMES)
def test_a_notebook_opens_a_release_and_explains_a_figure(script: Path) -> None:
    """Its first cell of code that does something has `import psephos as ps`; the source is kept
    without what it once put out.
    """
    cells = jupytext.read(script).cells
    first = next(c.source for c in cells if c.cell_type == "code" and not c.metadata.get("tags"))
    assert "import psephos as ps" in first
    assert "ps.open(" in first
    assert any(cell.source.endswith(".explain()") for cell in cells)
    assert all(not cell.get("outputs") for cell in cells)
    assert jupytext.read(script).metadata["jupytext"]["formats"] == "ipynb,py:percent"


@pytest.mark.parametrize("script", NOTEBOOKS, ids=NAMES)
def test_a_notebook_has_its_parameters_in_a_cell_of_their_own(script: Path) -> None:
    tagged = [cell for cell in jupytext.read(script).cells if cell.metadata.get("tags")]
    assert [cell.metadata["tags"] for cell in tagged] == [["parameters"]]
