"""Commands run for their JSON, by themselves or about the sample's release."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from psephos.__main__ import main
from psephos.settings import Settings

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with --json; its exit code and its document."""

    def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main([*arguments, "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, json.loads(out)

    return run


@pytest.fixture
def ask(run: Run, sample: Settings) -> Run:
    """The same on the sample's releases."""
    return lambda *arguments: run(*arguments, "--releases", str(sample.releases))
