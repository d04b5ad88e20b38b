"""Every notebook runs from first cell to last, on the sample, without a network, in time."""

import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from psephos.settings import Settings
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
FIRST, *OTHERS = NOTEBOOKS
RUN = [FIRST, *(pytest.param(path, marks=pytest.mark.long) for path in OTHERS)]
NAMES = [path.stem for path in NOTEBOOKS]
LONGEST = 60
"""Seconds of the processor that a notebook may take, its kernel's start and children included: on
an idle machine the clock's are fewer."""
ALONE = """
import socket, sys

def refuse(event, args):
    far = event == "socket.connect" and args[0].family != socket.AF_UNIX
    asks = event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")
    if far or asks:
        raise PermissionError(f"the notebook asked the network: {event} {args[1:]}")

sys.addaudithook(refuse)
"""
"""The first cell: from here on whoever asks a network fails."""
SPENT = """
import resource

spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print("spent", sum(one.ru_utime + one.ru_stime for one in spent))
"""
"""The last cell: seconds of the processor."""
MOST = """
with open("/proc/self/status") as told:  # what getrusage says began with the process before it
    print(next(line for line in told if line.startswith("VmHWM")))
"""
"""Where the system tells it: the most memory that the kernel had at once."""
MEMORY = MOST if Path("/proc/self/status").exists() else ""


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
    first, last = nbformat.v4.new_code_cell(ALONE), nbformat.v4.new_code_cell(SPENT + MEMORY)
    notebook.cells = [first, *notebook.cells, last]
    NotebookClient(notebook, timeout=900, resources={"metadata": {"path": home}}).execute()
    nbformat.validate(notebook)
    _, seconds, *memory = notebook.cells.pop()["outputs"][0]["text"].split()
    print(f"{script.stem}: {float(seconds):.1f} s of the processor,", *memory)
    assert float(seconds) < LONGEST
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


def test_a_notebook_that_asks_a_network_fails() -> None:
    """Or the guard above would guard nothing."""
    asks = "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:9/')"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text) for text in (ALONE, asks)]
    )
    with pytest.raises(CellExecutionError, match="asked the network"):
        NotebookClient(notebook, timeout=900, kernel_name="python3").execute()


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
