"""State updates of an L2 on L1: when each came, and how long nobody heard anything."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from dashboards.view import View, utc
from psephos.results import reading
from psephos.results.shown.text import number

SHOWN = 400
TABLES = ("state_update", "state_update_early")


@dataclass(frozen=True, slots=True)
class Settled:
    """Times of the updates (seconds), and the minutes between each two."""

    times: tuple[int, ...]

    @property
    def waits(self) -> list[int]:
        """Seconds between one and the next."""
        return [b - a for a, b in zip(self.times, self.times[1:], strict=False)]

    @property
    def at(self) -> list[str]:
        """When each wait ended, the last of them."""
        shown = self.times[1:][-SHOWN:]
        return [datetime.fromtimestamp(one, UTC).isoformat(" ") for one in shown]

    @property
    def gaps(self) -> list[float]:
        """Minutes of the last waits."""
        return [wait / 60 for wait in self.waits[-SHOWN:]]

    @property
    def longest_text(self) -> str:
        hours, rest = divmod(max(self.waits), 3600)
        return f"{number(hours)} hours and {rest // 60} minutes"

    @property
    def rows(self) -> list[tuple[str, str]]:
        waits = sorted(self.waits)
        middle = waits[(len(waits) - 1) // 2]
        return [
            ("state updates", number(len(self.times))),
            ("the last of them", utc(self.times[-1])),
            ("median wait, minutes", number(middle // 60)),
        ]


@lru_cache(maxsize=8)
def settled(of: View) -> Settled | None:
    """Every state update up to the view's block; None where no core contract is watched."""
    found: list[int] = []
    there = False
    for name in reading.datasets(of.release, "starknet_core"):
        for table in TABLES:
            if reading.has(of.release, f"{name}_{table}"):
                there = True
                query = (
                    f'SELECT block.timestamp FROM "{name}_{table}" AS told JOIN block '
                    "ON block.number = told.block_number WHERE told.block_number <= ?"
                )
                found += [int(time) for (time,) in reading.rows(of.release, query, (of.block,))]
    return Settled(tuple(sorted(found))) if there else None
