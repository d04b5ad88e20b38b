"""What the page Status asks, remembered by release: whole files, gaps, the house's testimony."""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dashboards.view import Pin, View
from psephos.publish.testimony import read
from psephos.results import reading
from psephos.store.faults import faults


@dataclass(frozen=True, slots=True)
class Checked:
    """When the files of a release were read and hashed here, how many, and what was wrong."""

    time: int
    files: int
    faults: tuple[str, ...]


@lru_cache(maxsize=8)
def checked(pinned: Pin) -> Checked:
    """Every file of the release against its hash, once for each process."""
    manifest = pinned.release.manifest
    found = faults(pinned.folder, manifest)
    files = len({one.hash for one in manifest.segments}) + (manifest.figures is not None)
    return Checked(int(time.time()), files, tuple(found))


def gaps(of: View, name: str) -> list[tuple[int, int]]:
    """(first, last) of each run of blocks that a dataset has not read, up to the view's block."""
    entry = reading.dataset(of.release, name)
    found, wanted = [], entry.first
    for span in sorted(entry.spans):
        if span.first > wanted and wanted <= of.block:
            found.append((wanted, min(span.first - 1, of.block)))
        wanted = max(wanted, span.last + 1)
    if wanted <= of.block:
        found.append((wanted, of.block))
    return found


def testified(pinned: Pin) -> dict[str, Any] | None:
    """What the publishing house saw; None where it told nothing, or not in this form."""
    told = read(pinned.folder)
    known = ("reorganisations", "contradictions", "contested")
    return told if told is not None and all(key in told for key in known) else None
