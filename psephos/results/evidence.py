"""The evidence under a figure: the lowest level of every block and column that it rests on.

A figure rests on all blocks from its dataset's first to its own, also those without rows: absence
counts only where the block recomputes. A column that a receipt commits to has the level of its
block; one that only a transaction binds, or nothing, is *seen* whatever its block is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.chain.events import SOURCES
from psephos.results import reading

if TYPE_CHECKING:
    from psephos.store.reader import Release, Span

LEVELS = ("seen", "complete", "anchored")
RECEIPT = ("receipt", "header")

COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "balance": (("transfer", "sender"), ("transfer", "recipient"), ("transfer", "amount")),
    "supply": (("transfer", "sender"), ("transfer", "recipient"), ("transfer", "amount")),
    "power": (
        ("delegate_votes_changed", "delegate"),
        ("delegate_votes_changed", "new_votes"),
    ),
    "delegated": (
        ("delegate_votes_changed", "old_votes"),
        ("delegate_votes_changed", "new_votes"),
    ),
    "vote": (
        ("vote_cast", "voter"),
        ("vote_cast", "proposal_id"),
        ("vote_cast", "support"),
        ("vote_cast", "weight"),
    ),
    "locked": (
        ("grant_created", "beneficiary"),
        ("grant_created", "amount"),
        ("grant_created", "start"),
        ("grant_created", "cliff"),
        ("grant_created", "finish"),
        ("grant_released", "amount"),
    ),
}
"""The columns a kind of position is made of, by event table."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What stands under a figure.

    level       the lowest over blocks `first` to `last` and over `columns`; None if some block
                was not read
    complete    how many of the `blocks` recomputed to their own commitments, or better
    declared    what was only declared: labels, links, a trusted checkpoint
    release     the release it was read from
    recomputed  the figure was computed from event rows on this machine
    proven      a STARK over the sealed table was verified; where it was not, it says so
    """

    level: str | None
    first: int
    last: int
    blocks: int
    complete: int
    columns: tuple[str, ...]
    declared: tuple[str, ...] = ()
    release: str = ""
    recomputed: bool = False
    proven: bool = False

    @property
    def words(self) -> str:
        """One line for a footer."""
        level = self.level or "not read completely"
        parts = [f"{level}, {self.complete} of {self.blocks} blocks recompute to their commitments"]
        parts.append("recomputed here" if self.recomputed else "as published")
        parts.append("proven" if self.proven else "not proven")
        return " · ".join(parts)


def evidence(
    release: "Release",
    uses: Iterable[tuple[str, str]],
    last: int,
    *,
    declared: Sequence[str] = (),
    recomputed: bool = False,
) -> Evidence:
    """The evidence of what uses these (dataset, kind) up to block `last`."""
    used = tuple(dict.fromkeys(uses))
    entries = [reading.dataset(release, name) for name, _ in used]
    first = min((entry.first for entry in entries), default=0)
    levels = [level(entry.spans, entry.first, last) for entry in entries]
    levels += [
        column_level(entry.sources, kind) for entry, (_, kind) in zip(entries, used, strict=True)
    ]
    complete = min((covered(entry.spans, first, last) for entry in entries), default=0)
    return Evidence(
        lowest(levels),
        first,
        last,
        max(last - first + 1, 0),
        complete,
        tuple(f"{name}_{t}.{c}" for name, kind in used for t, c in COLUMNS.get(kind, ())),
        tuple(declared),
        release.id,
        recomputed,
    )


def level(spans: Sequence["Span"], first: int, last: int) -> str | None:
    """The lowest level of blocks `first` to `last`; None if one of them was not read."""
    wanted, found = first, "anchored"
    for span in sorted(spans):
        if span.last < wanted or span.first > last:
            continue
        if span.first > wanted:
            return None
        found = min(found, span.level, key=LEVELS.index)
        wanted = span.last + 1
    return found if wanted > last else None


def covered(spans: Sequence["Span"], first: int, last: int) -> int:
    """How many of the blocks `first` to `last` are *complete* or better."""
    inside = [(max(s.first, first), min(s.last, last)) for s in spans if s.level != "seen"]
    return sum(max(end - start + 1, 0) for start, end in inside)


def column_level(sources: Sequence[str], kind: str) -> str:
    """The highest level that the columns of a kind can have."""
    wanted = set(COLUMNS.get(kind, ()))
    shapes = [shape for name in sources if name in SOURCES for shape in SOURCES[name].shapes]
    bounds = {
        column.bound_by
        for shape in shapes
        for column in shape.columns
        if (shape.table, column.name) in wanted
    }
    return "anchored" if bounds <= set(RECEIPT) else "seen"


def lowest(levels: Iterable[str | None]) -> str | None:
    """The lowest of several levels; None if one of them is missing."""
    found = list(levels)
    known = [one for one in found if one is not None]
    return min(known, key=LEVELS.index) if known and len(known) == len(found) else None
