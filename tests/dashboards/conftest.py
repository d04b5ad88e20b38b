"""A release of a generated house, and the site over it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboards.app import create
from tests.simulated.house import make_release


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one generated release of some thousand rows."""
    folder = tmp_path_factory.mktemp("releases")
    make_release(folder, rows=8_000, days=60)
    return folder


@pytest.fixture(scope="session")
def site(releases: Path) -> FlaskClient:
    return create(releases).test_client()
