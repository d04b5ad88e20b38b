"""What pages weigh: bytes over the wire of a first visit, on a generated release.

    python -m tests.benchmarks.bench_pages [RELEASES]

prints one JSON line. Every page of the site's navigation and the newest proposal's is opened in
headless Chromium with an empty cache, scripts and fonts included. Without a folder a release of a
million rows is made.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.bench_site import SITE, serve

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def visited(page: Any, address: str) -> tuple[int, list[str]]:
    """Bytes of one first visit, and the addresses of the site that the page links to."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector("#main h1")
    page.wait_for_load_state("networkidle")
    links = page.eval_on_selector_all("a[href^='/']", "all => all.map(a => a.pathname)")
    return round(sum(sizes)), links


def weights(address: str) -> dict[str, int]:
    """Bytes by path."""
    from playwright.sync_api import sync_playwright

    found: dict[str, int] = {}
    chromium = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        waiting = ["/"]
        while waiting:
            path = waiting.pop(0)
            context = browser.new_context()
            found[path], links = visited(context.new_page(), address + path)
            context.close()
            proposals = [link for link in links if link.startswith("/votes/")][:1]
            known = {*found, *waiting}
            pages = [link for link in links if link.count("/") == 1 and "." not in link]
            waiting += [link for link in dict.fromkeys(pages + proposals) if link not in known]
            if any(link.startswith("/votes/") for link in found):
                waiting = [link for link in waiting if not link.startswith("/votes/")]
        browser.close()
    return found


def main(folder: Path) -> dict[str, Any]:
    process, port = serve(SITE, folder)
    try:
        found = weights(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()
    return {"benchmark": "pages", "bytes": found, "first": found["/"], "most": max(found.values())}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(main(Path(sys.argv[1]))))
    else:
        from tests.simulated.house import make_release

        with tempfile.TemporaryDirectory() as place:
            make_release(Path(place), rows=1_000_000)
            print(json.dumps(main(Path(place))))
