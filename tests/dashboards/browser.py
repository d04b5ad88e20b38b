"""A browser, the site as it is published, and a tab that remembers what went wrong in it."""

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from psephos.commands import serve

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, NARROW = {"width": 1240, "height": 900}, {"width": 390, "height": 844}
PAPER = {"light": "rgb(250, 248, 243)", "dark": "rgb(19, 21, 25)"}


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

    def shade(self, size: dict[str, int], scheme: str) -> None:
        """The same page in another size and scheme, once it is drawn so."""
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=scheme)
        self.until(
            "shade => getComputedStyle(document.body).backgroundColor === shade", PAPER[scheme]
        )


@contextmanager
def served(releases: Path) -> Iterator[str]:
    """The address of the site as it is published: gunicorn, in a process of its own."""
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
