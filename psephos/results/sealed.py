"""The ledger of a release by day: what was sealed, what was corrected since, and why."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from psephos.batch.header import BatchHeader
from psephos.batch.history import CONTESTED, History

if TYPE_CHECKING:
    from psephos.store.reader import Release

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Day:
    """One sealed day of a dataset: its blocks, tables and rows, as they hold now."""

    dataset: str
    day: str
    first: int
    last: int
    tables: int
    rows: int

    @property
    def name(self) -> str:
        """How commands call it."""
        return f"{self.dataset}/{self.day}"


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry that took the place of another, or contests one, and why."""

    entry: int
    kind: str
    table: str
    day: str
    reason: str


def history(release: "Release") -> History:
    """The ledger; empty where nothing is sealed."""
    if not release.manifest.ledger.entries:
        return History()
    return History.read(release.ledger())


def days(release: "Release") -> tuple[Day, ...]:
    """Every sealed day of every dataset, oldest first; of a corrected table what holds."""
    found: dict[tuple[int, str], list[BatchHeader]] = {}
    latest = {
        (one.header.dataset, one.header.table, one.header.day): one.header
        for one in history(release).entries
        if isinstance(one.header, BatchHeader)
    }
    for header in latest.values():
        found.setdefault((header.day, header.dataset), []).append(header)
    return tuple(
        Day(
            name,
            day_text(day),
            min(one.first for one in some),
            max(one.last for one in some),
            len(some),
            sum(one.rows for one in some),
        )
        for (day, name), some in sorted(found.items())
    )


def corrections(release: "Release") -> tuple[Correction, ...]:
    """Entries that supersede or contest, the newest first; proofs that were added are none."""
    return tuple(
        Correction(
            place,
            one.kind,
            f"{one.header.dataset}_{one.header.table}",
            day_text(one.header.day),
            one.reason,
        )
        for place, one in reversed(list(enumerate(history(release).entries)))
        if isinstance(one.header, BatchHeader)
        and (one.kind == CONTESTED or one.supersedes is not None)
    )


def proofs(release: "Release") -> int:
    """How many entries name proofs."""
    return sum(one.kind not in ("sealed", CONTESTED) for one in history(release).entries)


def day_text(day: int) -> str:
    """A day since 1970 as `2026-06-01`."""
    return (EPOCH + timedelta(days=day)).date().isoformat()
