"""A release of a generated house whose voters write what voters write, and the site over it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboards.app import create
from tests.simulated.house import publish
from tests.simulated.life import live

HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>",
    "<a href='https://evil.example/claim'>claim STRK</a>",
    "[click](javascript:document.title='taken')",
    "=HYPERLINK(\"https://evil.example\")",
    "\u202etsniaga",
    "{{7*7}} ${7*7}",
    "one very long reason, said again. " * 400,
    "wordwithoutanyspace" * 60,
    "e" + "\u0301" * 5000,
    "a\x00b\ufeffc",
)  # fmt: skip


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one generated release of some thousand rows, its texts hostile."""
    folder = tmp_path_factory.mktemp("releases")
    history = live(8_000, 1, 60, 600)
    votes = history.rows["gov_vote_cast"]
    history.rows["gov_vote_cast"] = [
        (*row[:-1], HOSTILE[place % len(HOSTILE)]) for place, row in enumerate(votes)
    ]
    for place, row in enumerate(history.rows["gov_proposal_created"]):
        if place % 2:
            row[4].title = HOSTILE[place % len(HOSTILE)]
    publish(folder, history)
    return folder


@pytest.fixture(scope="session")
def site(releases: Path) -> FlaskClient:
    return create(releases).test_client()
