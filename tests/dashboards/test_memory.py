"""What a worker holds once every page and every route of the API were asked for."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dashboards.api.openapi import document
from dashboards.app import PAGES, create
from dashboards.guard import CALLBACK
from psephos.settings import Settings
from tests.conftest import ROOT

BAR = 400
"""Megabytes in memory, of the site's whole process."""


def walked(releases: str) -> tuple[int, int]:
    """Ask for everything there is; megabytes in memory at the end, and how many answers."""
    from tests.dashboards.test_site import body

    site = create(releases).test_client()
    waiting, seen, kinds = [entry.home for entry in PAGES if entry.name], 0, set()
    while waiting:
        path, _, search = waiting.pop().partition("?")
        answer = site.post(CALLBACK, json=body(path, f"?{search}"))
        assert answer.status_code == 200, path
        assert "could not be made" not in answer.text, path
        seen += 1
        for link in re.findall(r'"href": "(/[^"]*)"', json.dumps(answer.json)):
            there = link.partition("?")[0]
            kind = re.sub(r"0x[0-9a-f]+|[0-9]+", "", link)
            page = any(entry.path.fullmatch(there) for entry in PAGES)
            if page and kind not in kinds and len(kinds) < 300:
                kinds.add(kind)
                waiting.append(link)
    for path, told in document("")["paths"].items():
        words = {one["name"]: one["example"] for one in told["get"]["parameters"]}
        there = re.sub(r"\{([a-z]+)\}", lambda found, words=words: words[found[1]], path)
        assert site.get(f"/api/v1{there}").status_code in (200, 400, 404), there
        seen += 1
    told = Path("/proc/self/status").read_text()
    return int(told.split("VmRSS:")[1].split()[0]) * 1024 // 10**6, seen


@pytest.mark.long
def test_a_worker_that_showed_everything_keeps_below_400_mb(sample: Settings) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell what a process holds")
    code = f"from {__name__} import walked; print(*walked({str(sample.releases)!r}))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    megabytes, answers = map(int, found.stdout.split())
    assert answers > 150
    assert megabytes <= BAR
