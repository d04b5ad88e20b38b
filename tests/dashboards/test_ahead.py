"""Pages of a release are made once before somebody asks, and again when another is current."""

import threading
import time
from pathlib import Path

from dashboards.ahead import forms, start, walk
from dashboards.app import PAGES, create, shown
from dashboards.queries import walked
from dashboards.remember import Memory
from dashboards.view import pin
from tests.simulated.house import publish
from tests.simulated.life import live


def test_every_page_of_the_navigation_is_made_once_for_a_release(tmp_path: Path) -> None:
    history = live(400, 1, 10, 100)
    first = publish(tmp_path / "one", history, final=80)
    publish(tmp_path / "two", history, final=70)
    asked: list[tuple[str, str]] = []
    done: dict[Path, str] = {}
    stop = threading.Event()

    def show(path: str, search: str) -> None:
        asked.append((path, search))

    named = [entry.home for entry in PAGES if entry.name]
    assert forms() == [*((path, "") for path in named), ("/whatif", "change=quadratic")]
    assert walk(tmp_path, show, done, stop) == 2 * len(forms())
    assert asked[: len(named)] == [(path, f"?release={first}") for path in named]
    assert asked[len(named)] == ("/whatif", f"?release={first}&change=quadratic")
    assert walk(tmp_path, show, done, stop) == 0
    later = publish(tmp_path / "two", history, final=90)
    asked.clear()
    assert walk(tmp_path, show, done, stop) == len(forms())
    assert {search for _, search in asked[:-1]} == {f"?release={later}"}
    assert pin(tmp_path, later[:16]).id == later
    stop.set()
    done.clear()
    assert walk(tmp_path, show, done, stop) == 0
    assert not done


def test_a_chain_that_cannot_be_opened_is_looked_at_again(tmp_path: Path) -> None:
    history = live(400, 1, 10, 100)
    publish(tmp_path / "one", history, final=80)
    publish(tmp_path / "two", history, final=80)
    current = tmp_path / "one" / "current"
    whole = current.read_bytes()
    current.write_bytes(b"broken")
    done: dict[Path, str] = {}
    stop = threading.Event()
    assert walk(tmp_path, lambda path, search: None, done, stop) == len(forms())
    current.write_bytes(whole)
    assert walk(tmp_path, lambda path, search: None, done, stop) == len(forms())
    assert set(done) == {tmp_path / "one", tmp_path / "two"}


def test_what_was_made_ahead_is_not_computed_again(tmp_path: Path) -> None:
    """A walk makes real pages; a reader's takes what they rest on from memory."""
    publish(tmp_path, live(400, 1, 10, 100), final=80)
    create(tmp_path)
    seen: list[tuple[str, int]] = []

    def show(path: str, search: str) -> None:
        _, title, status = shown(tmp_path, path, search, Memory(1))
        seen.append((title, status))

    stop = start(tmp_path, show, look=0.01)
    for _ in range(1000):
        if len(seen) == len(forms()):
            break
        time.sleep(0.02)
    stop.set()
    for thread in threading.enumerate():
        if thread.name == "ahead":
            thread.join(60)
    assert len(seen) == len(forms())
    assert not any(status for _, status in seen), seen
    before = walked.cache_info()
    shown(tmp_path, "/holders", "", Memory(1))
    after = walked.cache_info()
    assert after.misses == before.misses
    assert after.hits > before.hits
