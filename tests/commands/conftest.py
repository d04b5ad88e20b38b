"""Commands asked about the sample's release."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from psephos.__main__ import main
from psephos.settings import Settings


@pytest.fixture
def ask(
    capsys: pytest.CaptureFixture[str], sample: Settings
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Run a command with --json on the sample's releases; its exit code and its document."""

    def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main([*arguments, "--releases", str(sample.releases), "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, json.loads(out)

    return run
