"""`psephos lab`: JupyterLab on the notebooks, on loopback, without a network.

A notebook server runs code for whoever reaches it, so its address carries a token made anew at
every start; other users of this machine do not have it.
"""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from psephos.commands.console import Answer, Json
from psephos.errors import CommandError

ROOT = Path(__file__).resolve().parents[2]


def run(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8888,
    folder: Annotated[Path | None, typer.Option(help="Folder of the notebooks.")] = None,
    releases: Annotated[Path | None, typer.Option(help="Folder of the releases.")] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    json: Json = False,
) -> Answer:
    """Open JupyterLab on the notebooks."""
    home = folder or ROOT / "notebooks"
    if not home.is_dir():
        raise CommandError(f"there is no folder {home}", hint="name one with --folder")
    pair(home)
    token = secrets.token_urlsafe(16)
    process = start(home, port, releases, token, browser=browser)
    print(f"JupyterLab: {address(port, token)}", file=sys.stderr)
    try:
        process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
    return Answer({"address": f"http://127.0.0.1:{port}/lab"})


def address(port: int, token: str) -> str:
    return f"http://127.0.0.1:{port}/lab?token={token}"


def pair(home: Path) -> list[Path]:
    """Make each notebook from its percent script, unless the notebook is newer.

    The `.py` file is the source: it can be read in a diff and never holds outputs.
    """
    import jupytext

    made = []
    for script in sorted(home.glob("[0-9]*.py")):
        notebook = script.with_suffix(".ipynb")
        if not notebook.exists() or notebook.stat().st_mtime < script.stat().st_mtime:
            jupytext.write(jupytext.read(script), notebook)
        made.append(notebook)
    return made


def start(
    home: Path, port: int, releases: Path | None, token: str, *, browser: bool
) -> subprocess.Popen[bytes]:
    """JupyterLab as a process of its own, on loopback only, announcing nothing to anybody."""
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(ROOT), environment.get("PYTHONPATH", "")])
    )
    if releases:
        environment["PSEPHOS_RELEASES"] = str(releases.resolve())
    command = [
        *(sys.executable, "-m", "jupyterlab", f"--port={port}", "--ip=127.0.0.1"),
        *(f"--IdentityProvider.token={token}", "--ServerApp.allow_root=True"),
        *(f"--ServerApp.root_dir={home}", "--LabApp.news_url="),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *(() if browser else ("--no-browser",)),
    ]
    return subprocess.Popen(command, env=environment)
