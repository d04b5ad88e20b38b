"""`make` itself, from a folder with a space in its name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ("tests/anvil", "dashboards/programs")
"""Folders whose packages npm brings."""
MADE = (
    ".venv/.run",
    ".venv/.dev",
    *(f"{folder}/node_modules/.package-lock.json" for folder in PROGRAMS),
)
"""What targets wait for; as if it were there and new."""


@pytest.fixture
def spaced(tmp_path: Path) -> Path:
    """A checkout at a path with a space, whose Python is the one that runs the tests."""
    if shutil.which("make") is None:
        if os.environ.get("CI"):
            pytest.fail("make is missing on CI")
        pytest.skip("make is not here")
    folder = tmp_path / "a check out"
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("psephos", "analytics"):
        (folder / name).symlink_to(ROOT / name)
    for packages in PROGRAMS:
        (folder / packages / "node_modules").mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / packages / name, folder / packages)
    python = folder / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    # a script and no link: a link to an environment's Python loses the environment
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    for name in MADE:
        (folder / name).touch()
    return folder


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("target", ["demo", "test", "test-long", "campaign", "benchmark", "lab"])
def test_every_target_is_understood_at_a_path_with_a_space(spaced: Path, target: str) -> None:
    done = make(spaced, "-n", target)
    assert done.returncode == 0, done.stderr
    assert ".venv/bin/python -m" in done.stdout
    assert str(spaced) not in done.stdout, "paths are relative: a space would cut them in two"


def test_the_command_is_run_at_a_path_with_a_space(spaced: Path) -> None:
    done = make(spaced, "demo", "ARGS=--help")
    assert done.returncode == 0, done.stderr
    assert "demo" in done.stdout


def test_make_alone_says_what_there_is(spaced: Path) -> None:
    done = make(spaced)
    assert done.returncode == 0, done.stderr
    assert "make demo" in done.stdout
