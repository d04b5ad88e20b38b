"""What the pages of a new release rest on is computed before somebody asks for them.

A page of a large release takes seconds the first time: histories, powers, cohorts. They are
remembered for as long as the release is read; so a thread of each worker makes every page of the
navigation once, at the newest block, as soon as a release is current, and forgets the page itself;
then the forms of pages that are slow the first time (`AHEAD`), as roots of every holding are.
It works a tenth of the time at most: a house that publishes often is not kept busy by it.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dashboards import pages
from dashboards.view import pin
from psephos.errors import PsephosError
from psephos.store.homes import chains

LOOK = 5.0
"""Seconds between two looks at which release is current."""
SHARE = 10
"""The rest after a walk, in times of what the walk took."""
Show = Callable[[str, str], object]


def forms() -> list[tuple[str, str]]:
    """(path, search) of the pages of the navigation, in its order; then their slow other forms."""
    entries = [entry for entry in pages.register() if entry.name]
    found = [(entry.home, search) for entry in entries for search in entry.ahead]
    return sorted(found, key=lambda form: form[1] != "")


def walk(folder: Path, show: Show, done: dict[Path, str], stop: threading.Event) -> int:
    """Make every page of each chain's current release that is not in `done`; how many were made.

    A chain whose release cannot be opened is left for the next look: its pages say what is wrong.
    """
    made = 0
    for home in chains(folder).values():
        with suppress(PsephosError):
            now = pin(home).id
            if done.get(home) == now:
                continue
            for path, search in forms():
                if stop.is_set():
                    return made
                show(path, "&".join(filter(None, (f"?release={now}", search))))
                made += 1
            done[home] = now
    return made


def start(folder: Path, show: Show, look: float = LOOK) -> threading.Event:
    """Walk in a thread of its own until the event is set, which is answered."""
    stop, done = threading.Event(), dict[Path, str]()

    def turn() -> None:
        rest = 0.0
        while not stop.wait(rest):
            began = time.monotonic()
            walk(folder, show, done, stop)
            rest = max(look, SHARE * (time.monotonic() - began))

    threading.Thread(target=turn, name="ahead", daemon=True).start()
    return stop
