"""What browsers load of plotly: the small build where it is installed, which draws every chart."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs_version

from dashboards import pages
from dashboards.app import create
from dashboards.plotting import BASIC, DRAWN, PROGRAM, basic, mount
from dashboards.view import pin
from psephos.settings import Settings
from tests.dashboards.test_site import shown

HERE = BASIC.parents[1]
WHOLE = 4_000_000
"""The whole of plotly has more bytes, the small build a third of them."""


@pytest.fixture(scope="module")
def installed() -> bytes:
    program = basic()
    if program is None:
        assert "CI" not in os.environ, "the small build is not there: make programs"
        pytest.skip("the small build of plotly is not installed: make programs")
    return program


def test_it_is_held_by_its_hash_in_the_version_that_the_forms_are_valid_for() -> None:
    lock = (HERE / "package-lock.json").read_text()
    assert "://" not in lock
    assert "resolved" not in lock
    packages = json.loads(lock)["packages"]
    assert set(packages) == {"", f"node_modules/{BASIC.name}"}
    held = packages[f"node_modules/{BASIC.name}"]
    assert held["version"] == get_plotlyjs_version()
    assert held["integrity"].startswith("sha512-")
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    assert wanted == {BASIC.name: get_plotlyjs_version()}
    assert "ignore-scripts=true" in (HERE / ".npmrc").read_text().splitlines()


def test_the_site_sends_it_in_the_place_of_the_whole_one(
    installed: bytes, sample: Settings
) -> None:
    answer = create(sample.releases).test_client().get(PROGRAM)
    assert answer.status_code == 200
    assert answer.data == installed
    assert answer.mimetype.endswith("javascript")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert len(installed) < WHOLE / 3
    licence = (BASIC / "LICENSE").read_text()
    assert licence.startswith("MIT")


def made(folder: Path, version: str | None, program: bytes | None) -> Path:
    folder.mkdir()
    if version is not None:
        (folder / "package.json").write_text(json.dumps({"version": version}))
    if program is not None:
        (folder / "plotly-basic.min.js").write_bytes(program)
    return folder


def test_without_it_or_in_another_version_the_whole_one_is_sent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = get_plotlyjs_version()
    assert basic(made(tmp_path / "right", now, b"draw")) == b"draw"
    assert basic(tmp_path / "nothing") is None
    assert basic(made(tmp_path / "half", now, None)) is None
    assert basic(made(tmp_path / "unnamed", None, b"draw")) is None
    junk = made(tmp_path / "junk", None, b"draw")
    for words in ("[", "[]", "{}", '"4"'):
        (junk / "package.json").write_text(words)
        assert basic(junk) is None
    assert not caplog.records
    with caplog.at_level(logging.WARNING):
        assert basic(made(tmp_path / "old", "1.2.3", b"draw")) is None
    assert f"plotly.js 1.2.3 in dashboards/programs is not the {now}" in caplog.text
    for name, status in (("old", 404), ("right", 200)):
        server = Flask(name)
        mount(server, tmp_path / name)
        assert server.test_client().get(PROGRAM).status_code == status


def charts(node: Any) -> Iterator[dict[str, Any]]:
    """Every figure that a page draws by plotly."""
    if isinstance(node, list):
        for part in node:
            yield from charts(part)
    elif isinstance(node, dict):
        if node.get("type") == "Graph":
            yield node["props"]["figure"]
        for part in node.values():
            yield from charts(part)


def drawn(site: FlaskClient, release: str) -> int:
    """How many charts all pages of the navigation have; each of kinds that the build draws."""
    found = 0
    for entry in pages.register():
        path = entry.home
        if not entry.name:
            continue
        text, title = shown(site, path, f"?release={release}")
        assert title != "psephos", path
        for figure in charts(json.loads(text)):
            assert {trace["type"] for trace in figure["data"]} <= DRAWN, path
            found += 1
    return found


def test_every_chart_of_a_page_is_of_kinds_that_it_draws(sample: Settings) -> None:
    assert drawn(create(sample.releases).test_client(), pin(sample.releases).id[:16]) >= 8


@pytest.mark.long
def test_so_is_every_chart_of_starknet(starknet_sample: Settings) -> None:
    release = pin(starknet_sample.releases).id[:16]
    assert drawn(create(starknet_sample.releases).test_client(), release) >= 8
