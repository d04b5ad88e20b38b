"""Releases are published while readers click: nobody sees an error, or two generations at once."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from urllib.parse import urlsplit

import pytest
from flask import Flask

from dashboards.app import create
from dashboards.guard import CALLBACK
from tests.dashboards.test_site import body
from tests.simulated.house import publish
from tests.simulated.life import live

CLIENTS, MOST, AFTER = 20, 1_000, 5
PAUSE = 0.2
"""Seconds between two clicks of a reader: the publisher has to come to its turn, too."""
PATHS = ("/", "/holders", "/votes", "/delegates")


def clicks(server: Flask, number: int, begin: Barrier, over: Event) -> list[tuple[str, set[str]]]:
    """For each click the release that the address names, and all that the page's links name.

    Half of the clients follow the current release, half stay with the one they came in with.
    """
    site, stays, seen = server.test_client(), number % 2 == 0, []
    search, last = "", 0
    begin.wait(60)
    for click in range(MOST):
        path = PATHS[(number + click) % len(PATHS)]
        if not search or not stays:
            sent = site.get(path)
            assert sent.status_code == 302, sent.text
            search = f"?{urlsplit(sent.headers['Location']).query}"
        answer = site.post(CALLBACK, json=body(path, search))
        assert answer.status_code == 200, answer.text
        assert answer.json["response"]["title"]["data"] != "psephos", answer.text[:300]
        named = set(re.findall(r"release=([0-9a-f]{8,64})", answer.text))
        seen.append((search.partition("release=")[2], named))
        if over.is_set():
            last += 1
        if last == AFTER:
            break
        time.sleep(PAUSE)
    return seen


@pytest.mark.long
def test_two_releases_are_published_while_twenty_readers_click(tmp_path: Path) -> None:
    history = live(2_000, 1, 30, 500)
    ids = [publish(tmp_path, history, final=400)[:16]]
    server, begin, over = create(tmp_path), Barrier(CLIENTS + 1), Event()
    with ThreadPoolExecutor(CLIENTS) as pool:
        found = [pool.submit(clicks, server, n, begin, over) for n in range(CLIENTS)]
        begin.wait(60)
        ids += [publish(tmp_path, history, final=final)[:16] for final in (200, 64)]
        over.set()
        seen = [one for future in found for one in future.result()]
    assert len(set(ids)) == 3
    assert len(seen) >= CLIENTS * AFTER
    assert {asked for asked, _ in seen} == set(ids)
    assert all(named == {asked} for asked, named in seen)
