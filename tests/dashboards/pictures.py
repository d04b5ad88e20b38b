"""The pictures of the README: pages of a demo's releases, as a browser shows them.

    make demo ARGS=--no-serve
    .venv/bin/python -m tests.dashboards.pictures [data/demo/releases]

writes docs/pictures/*.png anew. Each tab is watched as in the tests: an error of the console or a
question to another host ends it.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from psephos.store.homes import chains
from psephos.store.reader import Release
from tests.conftest import ROOT
from tests.dashboards.browser import FLAGS, WIDE, Watch, served

FOLDER = ROOT / "docs" / "pictures"
PICTURES = (
    ("overview", "sample", "/", "light"),
    ("votes", "sample", "/votes", "light"),
    ("control", "sample", "/control", "dark"),
    ("stake", "starknet_sample", "/stake", "light"),
)
"""Name of the picture, chain, page, scheme."""


def take(browser: Browser, address: str, path: str, scheme: str, file: Path) -> None:
    """One page, as high as its window."""
    tab = browser.new_page(viewport=WIDE, color_scheme=scheme)
    watch = Watch(tab, address).listen()
    watch.go(path)
    watch.shade(WIDE, scheme)
    tab.screenshot(path=file)
    tab.close()
    assert not watch.wrong, watch.wrong


def main(releases: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    there = chains(releases)
    with served(releases) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable, args=FLAGS)
        for name, chain, page, scheme in PICTURES:
            with Release.open(there[chain]) as found:
                path = f"{page}?release={found.id}"
            take(browser, address, path, scheme, FOLDER / f"{name}.png")
            print(FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data" / "demo" / "releases")
