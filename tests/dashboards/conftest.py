"""A release of a generated house whose voters write what voters write, and the site over it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboards.app import create
from psephos.results.positions import positions
from psephos.results.voting.proposals import proposals
from psephos.store.reader import Release
from tests.conftest import made_once, missing
from tests.dashboards.browser import FLAGS, WIDE, Watch, served
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

    def make(folder: Path) -> None:
        history = live(8_000, 1, 60, 600)
        votes = history.rows["gov_vote_cast"]
        history.rows["gov_vote_cast"] = [
            (*row[:-1], HOSTILE[place % len(HOSTILE)]) for place, row in enumerate(votes)
        ]
        for place, row in enumerate(history.rows["gov_proposal_created"]):
            if place % 2:
                row[4].title = HOSTILE[place // 2 % len(HOSTILE)]
        publish(folder, history)

    return made_once(tmp_path_factory, "hostile", make)


@pytest.fixture(scope="session")
def site(releases: Path) -> FlaskClient:
    return create(releases).test_client()


@pytest.fixture(scope="session")
def address(releases: Path) -> Iterator[str]:
    with served(releases) as found:
        yield found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def profile(browser: Any) -> Iterator[Any]:
    """One reader's browser: what it has loaded once, as scripts of megabytes, it keeps."""
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(120_000)
    yield context
    context.close()


@pytest.fixture
def tab(profile: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """A tab with the size and scheme of the test, of a reader who has chosen nothing yet; what
    went wrong in it fails the test.
    """
    size, scheme = getattr(request, "param", (WIDE, "light"))
    page = profile.new_page()
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    watch = Watch(page, address).listen()
    yield watch
    if page.url.startswith(address):  # a file from a disk, or a blank page, keeps nothing
        page.evaluate("() => localStorage.clear()")
    page.close()
    assert watch.wrong == []


@pytest.fixture(scope="session")
def axe(node_modules: Path) -> str:
    file = node_modules / "axe-core" / "axe.min.js"
    if not file.is_file():
        missing("axe-core", "run `npm ci` in tests/anvil (Node.js 18 or later)")
    return file.read_text("utf-8")


@pytest.fixture(scope="session")
def paths(releases: Path) -> list[str]:
    with Release.open(releases) as release:
        found = proposals(release)
        id = release.id[:16]
    chosen = [found[0], max(found, key=lambda one: one.tally.voters)]
    votes = [f"/votes/gov/0x{one.number:x}" for one in chosen]
    figure = f"/evidence?release={id}&dataset=strk&kind=power&measure=nakamoto_one_half"
    with Release.open(releases) as release:
        top = "0x" + positions(release, "power").holders[0].hex()
    more = ["/delegation", "/whatif?change=without", f"/delegates/{top}", f"/address?a={top}",
            "/supply", "/foundation", "/fees", "/batches", "/life", "/studies",
            "/status", "/rows/strk_transfer"]  # fmt: skip
    return ["/", "/votes", *votes, "/delegates", "/holders", *more, "/method/gini", figure]
