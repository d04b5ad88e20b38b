"""How much of what was read stands at which level of evidence, block by block."""

from typing import TYPE_CHECKING

from psephos.evidence.anchor import raised
from psephos.evidence.level import Level
from psephos.results import reading
from psephos.results.evidence import LEVELS, declared_ties

if TYPE_CHECKING:
    from psephos.store.reader import Release

MISSING = "missing"


def standing(release: "Release", name: str, last: int) -> dict[str, int]:
    """How many blocks of a dataset, from its first to `last`, stand at each level.

    The highest level first (*whole* blocks are *complete* here), then those that were not read
    (`missing`); together they are all of them. Blocks before the dataset's first are none of it;
    `last` before it gives zeros.

    Raises `TableError` for a dataset that the release has not.
    """
    entry = reading.dataset(release, name)
    found = dict.fromkeys((*reversed(LEVELS), MISSING), 0)
    for span in raised(entry.spans, declared_ties(release.manifest.anchors)):
        found[str(Level.named(span.level))] += max(
            min(span.last, last) - max(span.first, entry.first) + 1, 0
        )
    whole = max(last - entry.first + 1, 0)
    return found | {MISSING: whole - sum(found.values())}
