"""What a page is made of: a release, a block of it, and how holders are counted.

A release never changes, so an answer about one is right for ever. The few releases that were asked
for last stay open in each process; one that is forgotten is closed when nobody uses it any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from dashboards.limits import QUERY
from dashboards.remember import Memory
from psephos.errors import NotCollected
from psephos.results import reading
from psephos.results.labels.entities import Entities, entities, sets
from psephos.results.labels.owners import ON, chosen, possible
from psephos.results.shown.text import number
from psephos.store import release as releases
from psephos.store.homes import holding
from psephos.store.reader import Release

OPEN = 4
SHORT = 2000


@dataclass(frozen=True, slots=True)
class Pin:
    """A release, by folder and whole id: what every answer is remembered by.

    `home` is the folder that is served: of several chains the one that theirs lie in.
    """

    folder: Path
    id: str
    home: Path

    @property
    def release(self) -> Release:
        return opened(self.folder, self.id)


class Kept(Release):
    """An open release that remembers short answers: the same question has the same answer."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._answers: Memory[pl.DataFrame] = Memory(256)

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> pl.DataFrame:
        key = f"{query} {params!r}"
        found = self._answers.get(key)
        if found is None:
            found = super().sql(query, params)
            if found.height <= SHORT:
                self._answers.set(key, found)
        return found


@lru_cache(maxsize=OPEN)
def opened(folder: Path, id: str) -> Kept:
    """An open release; one thread, since the pages of many readers are made side by side."""
    return Kept.open(folder, id, threads=1, memory=QUERY)  # type: ignore[return-value]


def pin(folder: Path, prefix: str = "") -> Pin:
    """The release whose id begins so; none given: the current one, of the first chain there is."""
    place = holding(folder, prefix or None)
    return Pin(place, releases.find(place, prefix or None), folder)


@dataclass(frozen=True, slots=True)
class View:
    """What a page is made of: a release, a block of it, and how holders are counted.

    `by` is the word of `psephos.results.labels.owners` that chooses the owners, where
    there are `owners`.
    """

    pin: Pin
    block: int
    owners: bool
    by: str = ON

    @property
    def release(self) -> Release:
        return self.pin.release

    @property
    def entities(self) -> Entities | None:
        return counted_by(self.pin, self.by, self.block) if self.owners else None


def view(pinned: Pin, block: str, by: str) -> View:
    """The view of an address; `NotCollected` for a block that the release does not have."""
    release = pinned.release
    asked = int(block) if block else release.final
    if asked > release.head:
        raise NotCollected(
            f"block {number(asked)} is after this release, which ends at block "
            f"{number(release.head)}",
            hint="ask for an earlier block",
        )
    first = min((entry.first for entry in release.datasets.values()), default=0)
    if asked < first:
        raise NotCollected(
            f"block {number(asked)} is before the first that was collected, {number(first)}",
            hint="ask for a later block",
        )
    if by in ("", "address"):
        return View(pinned, asked, owners=False)
    word = ON if by == "owner" else by.removeprefix("owner.")
    counted_by(pinned, word, asked)  # what there is none of is said before a page is made
    return View(pinned, asked, owners=True, by=word)


@lru_cache(maxsize=8)
def counted_by(pinned: Pin, by: str, block: int) -> Entities | None:
    """The owners that a word chooses; those of a hypothesis hold for a block."""
    release = pinned.release
    return labels(release.chain.id) if by == ON else chosen(release, by, block)


@lru_cache(maxsize=8)
def labels(chain: int) -> Entities:
    """The declared owners of a chain's addresses."""
    return entities(chain)


@lru_cache(maxsize=8)
def ways(pinned: Pin) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The other sets of labels there are, and the hypotheses that the release has rows for."""
    release = pinned.release
    return sets(release.chain.id), possible(release)


@lru_cache(maxsize=1024)
def when(pinned: Pin, block: int) -> int | None:
    """Seconds since 1970 of a block."""
    return reading.timestamp(pinned.release, block)


def iso(time: int) -> str:
    """`2026-11-14 09:30:00`, in UTC, for charts and files."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S")


def utc(time: int | None) -> str:
    """`14 Nov 2026, 09:30 UTC`."""
    if time is None:
        return "at a time that is not known"
    return datetime.fromtimestamp(time, UTC).strftime("%d %b %Y, %H:%M UTC").lstrip("0")
