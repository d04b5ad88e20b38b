"""Every page in a real browser: each input a reader can change, both schemes, wide and narrow.

No error in the console, no request to anywhere else, nothing wider than the screen, and whatever
voters write stays text.
"""

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from psephos.commands import serve
from psephos.results.proposals import proposals
from psephos.store.reader import Release

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, NARROW = {"width": 1240, "height": 900}, {"width": 390, "height": 844}


@dataclass
class Watch:
    """A tab, and what went wrong in it."""

    page: object
    address: str
    wrong: list[str] = field(default_factory=list)
    sent: int = 0

    def listen(self) -> "Watch":
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        return self

    def _console(self, said) -> None:
        if said.type in ("error", "warning"):
            self.wrong.append(f"{said.type}: {said.text[:200]}")

    def _request(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(f"foreign: {request.url}")

    def _response(self, response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.ready()

    def ready(self) -> None:
        """Wait until the page is there and its charts are drawn."""
        self.page.wait_for_selector("#main h1")
        self.until(
            "() => [...document.querySelectorAll('.chart')]"
            ".every(chart => chart.querySelector('.main-svg'))"
        )

    def until(self, script: str, arg: object = None) -> None:
        """Wait until a function of the page is true.

        Asked again and again from here, because the page's own policy forbids evaluating text.
        """
        for _ in range(2400):
            if self.page.evaluate(script, arg):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never became true: {script} {arg}")

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()


@pytest.fixture(scope="module")
def address(releases: Path) -> Iterator[str]:
    """The site as it is published: gunicorn, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = serve.start(releases, port, workers=1)
    try:
        for _ in range(1200):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/"):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[object]:
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def tab(browser, address: str, request: pytest.FixtureRequest) -> Iterator[Watch]:
    """A tab with the size and scheme of the test; what went wrong in it fails the test."""
    size, scheme = getattr(request, "param", (WIDE, "light"))
    context = browser.new_context(viewport=size, color_scheme=scheme)
    context.set_default_timeout(120_000)
    watch = Watch(context.new_page(), address).listen()
    yield watch
    context.close()
    assert watch.wrong == []


@pytest.fixture(scope="module")
def paths(releases: Path) -> list[str]:
    with Release.open(releases) as release:
        found = proposals(release)
        id = release.id[:16]
    votes = [f"/votes/gov/0x{one.number:x}" for one in found[:2]]
    figure = f"/evidence?release={id}&dataset=strk&kind=power&measure=nakamoto_one_half"
    return ["/", "/votes", *votes, "/delegates", "/holders", "/method/gini", figure]


def test_every_page_fits_in_both_schemes_and_is_quiet(tab: Watch, paths: list[str]) -> None:
    for path in paths:
        tab.go(path)
        for size, scheme in ((WIDE, "light"), (WIDE, "dark"), (NARROW, "dark"), (NARROW, "light")):
            tab.page.set_viewport_size(size)
            tab.page.emulate_media(color_scheme=scheme)
            tab.until("shade => getComputedStyle(document.body).backgroundColor === shade",
                      "rgb(250, 248, 243)" if scheme == "light" else "rgb(19, 21, 25)")  # fmt: skip
            tab.until("() => document.documentElement.scrollWidth <= window.innerWidth")
        tab.page.set_viewport_size(WIDE)
        assert "taken" not in tab.page.title()
        assert tab.page.locator("#main a[href*='evil'], #main script, #main img").count() == 0


def test_the_block_in_the_header_goes_into_the_address(tab: Watch) -> None:
    tab.go("/")
    field_ = tab.page.locator("#block")
    for typed, said in (("300", "block 300"), ("1 0 0", "block 100"), ("abc", "whole number"),
                        ("99999999", "after this release"), ("", "decide alone")):  # fmt: skip
        field_.fill(typed)
        field_.press("Enter")
        tab.until(
            "said => document.querySelector('#main').textContent.toLowerCase().includes(said)",
            said,
        )
        digits = typed.replace(" ", "")
        assert (f"block={digits}" in tab.page.url) == bool(digits)
    assert tab.page.url.count("release=") == 1


def test_switches_go_into_the_address(tab: Watch) -> None:
    tab.go("/delegates")
    tab.page.get_by_text("by declared owner", exact=True).first.click()
    tab.page.wait_for_url("**by=owner**")
    tab.ready()
    tab.page.go_back()
    tab.until("() => !location.search.includes('by=owner')")
    tab.go("/")
    for label, measure in (("Gini", "gini"), ("HHI", "hhi"), ("more than a third", "one_third")):
        tab.page.locator(".choice").get_by_text(label, exact=True).click()
        tab.until("name => location.search.includes(name)", measure)
        tab.ready()


def test_links_keep_release_and_block(tab: Watch) -> None:
    tab.go("/?block=300")
    release = tab.page.evaluate("new URLSearchParams(location.search).get('release')")
    for name in ("Votes", "Delegates", "Holders", "Overview"):
        tab.page.locator("header .pages").get_by_text(name, exact=True).click()
        tab.until("name => document.querySelector('header .here')?.textContent === name", name)
        tab.ready()
        assert f"release={release}" in tab.page.url
        assert "block=300" in tab.page.url
    tab.page.locator(".links a", has_text="evidence").first.click()
    tab.page.wait_for_url("**/evidence**")
    tab.page.wait_for_selector(".thread")
    tab.page.go_back()
    tab.page.locator(".links a", has_text="definition").first.click()
    tab.page.wait_for_selector(".formula")


@pytest.mark.parametrize("tab", [(WIDE, "light"), (WIDE, "dark")], indirect=True)
def test_the_scheme_follows_the_system_until_it_is_chosen(tab: Watch) -> None:
    tab.go("/")
    shade = "getComputedStyle(document.body).backgroundColor"
    first = tab.page.evaluate(shade)
    tab.page.locator("#scheme").click()
    assert tab.page.evaluate(shade) != first
    tab.page.reload()
    tab.ready()
    assert tab.page.evaluate(shade) != first
    tab.page.locator("#scheme").click()
    assert tab.page.evaluate(shade) == first


def test_a_table_sorts_and_turns_its_pages(tab: Watch) -> None:
    tab.go("/holders")
    cells = ".ag-center-cols-container [row-index='0'] [col-id='part']"
    tab.page.wait_for_selector(cells)
    largest = tab.text(cells)
    head = tab.page.locator(".ag-header-cell[col-id='part']").first
    head.click()
    tab.until(
        "([cells, was]) => document.querySelector(cells).textContent !== was",
        [cells, largest],
    )
    head.click()
    tab.until(
        "([cells, was]) => document.querySelector(cells).textContent === was",
        [cells, largest],
    )
    tab.page.locator("[aria-label='Next Page']").first.click()
    tab.until(
        "() => document.querySelector('.ag-paging-row-summary-panel').textContent.includes('21')"
    )


def test_a_file_is_downloaded(tab: Watch) -> None:
    tab.go("/")
    with tab.page.expect_download() as waiting:
        tab.page.locator(".links a", has_text="CSV").first.click()
    found = waiting.value
    assert found.suggested_filename.startswith("psephos-positions-")
    assert Path(found.path()).read_text("utf-8").startswith("rank,")


@pytest.mark.parametrize("tab", [(WIDE, "light"), (NARROW, "light")], indirect=True)
def test_the_coalition_and_its_line_are_in_sight(tab: Watch) -> None:
    tab.go("/")
    row = tab.page.locator(".pebble-row").bounding_box()
    inside = [tab.page.locator(".pebble-row .pebble.full").last, tab.page.locator(".pebble-line")]
    for mark in inside:
        box = mark.bounding_box()
        assert box["y"] < row["y"] + row["height"]
        assert box["x"] + box["width"] <= row["x"] + row["width"]
    assert tab.page.locator(".pebble.full").first.bounding_box()["width"] >= 8


def test_pages_are_light_enough(browser, address: str, paths: list[str]) -> None:
    for path in (paths[0], paths[-3]):
        context = browser.new_context(viewport=WIDE)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []
        session.on(
            "Network.loadingFinished", lambda event, s=sizes: s.append(event["encodedDataLength"])
        )
        page.goto(address + path)
        page.wait_for_selector("#main h1")
        page.wait_for_load_state("networkidle")
        weight = sum(sizes)
        context.close()
        assert weight < (3_000_000 if path == "/" else 3_500_000), (path, weight)
