"""What pages weigh and how soon they are there, on a generated release.

    python -m tests.benchmarks.bench_pages [RELEASES]

prints one JSON line. Every page of the site's navigation and the newest proposal's is opened in
headless Chromium with an empty cache, scripts and fonts included (bytes), then again warm: the
first content drawn (*first_content*), and until its heading stands, its charts are drawn and the
browser has had nothing to do for a moment (*interactive*), in milliseconds from the navigation,
the middle of three. Without a folder a release of a million rows is made.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.bench_site import SITE, serve
from tests.dashboards.browser import FLAGS

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_PAGES = ("/embed", "/api", "/releases", "/feeds", "/csv")
"""What is linked to and is no page of its own."""
LINKS = "all => all.map(a => [a.pathname, a.search])"


def visited(page: Any, address: str) -> tuple[int, dict[str, str]]:
    """Bytes of one first visit, and the pages of the site that it links to: path, and the rest."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector("#main h1")
    page.wait_for_load_state("networkidle")
    links = page.eval_on_selector_all("a[href^='/']:not([download])", LINKS)
    return round(sum(sizes)), dict(reversed(links))


READY = """() => document.querySelector('#main h1')
    && [...document.querySelectorAll('.chart')].every(one => one.querySelector('.main-svg'))
    && new Promise(done => requestIdleCallback(() => done(performance.now()), {timeout: 5000}))"""
PAINTED = """() => new Promise(done => {
    const look = () => {
        const found = performance.getEntriesByName('first-contentful-paint')[0];
        if (found) { done(found.startTime); } else { setTimeout(look, 5); }
    };
    look();
})"""
"""What is drawn is told a moment after it was."""


@contextmanager
def opened() -> Iterator[Any]:
    """Headless Chromium."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


def ready(page: Any) -> float:
    """Milliseconds from the navigation until a page can be used."""
    for _ in range(3000):
        if found := page.evaluate(READY):
            return float(found)
        page.wait_for_timeout(10)
    raise SystemExit(f"{page.url} is never ready")


def times(address: str, paths: Iterable[str]) -> dict[str, dict[str, float]]:
    """By path: first content and interactive of warm visits, the middle of three."""
    found = {}
    with opened() as browser:
        context = browser.new_context()
        for path in paths:
            visits = []
            for _ in range(4):
                page = context.new_page()
                page.goto(address + path)
                visits.append((ready(page), float(page.evaluate(PAINTED))))
                page.close()
            later = visits[1:]
            found[path] = {
                "interactive": round(median(visit[0] for visit in later)),
                "first_content": round(median(visit[1] for visit in later)),
            }
    return found


def weights(address: str) -> dict[str, int]:
    """Bytes by address: every page that is linked to, and one of many (a proposal, an address)."""
    found: dict[str, int] = {}
    with opened() as browser:
        waiting, known = ["/"], {"/"}
        while waiting:
            path = waiting.pop(0)
            context = browser.new_context()
            found[path], links = visited(context.new_page(), address + path)
            context.close()
            for link, search in links.items():
                kind = "/".join(link.split("/")[:2] + ["…"] * (link.count("/") > 1))
                if kind not in known and "." not in link and not link.startswith(NO_PAGES):
                    known.add(kind)
                    waiting.append(link + search)
    return found


def main(folder: Path) -> dict[str, Any]:
    process, port = serve(SITE, folder)
    try:
        found = weights(f"http://127.0.0.1:{port}")
        visits = times(f"http://127.0.0.1:{port}", found)
    finally:
        process.terminate()
        process.wait()
    return {
        "benchmark": "pages",
        "bytes": found,
        "first": found["/"],
        "most": max(found.values()),
        "first_content_ms": visits["/"]["first_content"],
        "interactive_ms": {path: visit["interactive"] for path, visit in visits.items()},
        "slowest_ms": max(visit["interactive"] for visit in visits.values()),
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(main(Path(sys.argv[1]))))
    else:
        from tests.simulated.house import make_release

        with tempfile.TemporaryDirectory() as place:
            make_release(Path(place), rows=1_000_000)
            print(json.dumps(main(Path(place))))
