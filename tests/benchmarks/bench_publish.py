"""What a release costs after ten days and after a thousand, when one day is new.

    python -m tests.benchmarks.bench_publish

prints one JSON line. The chain has six blocks a day, a token and a governor, so that what is new
is small and what depends on the history would show. Counted are CPU seconds of `release` alone:
a release with a day more (both histories in turn, the median of seven), and one with nothing new.
Index and ledger are open.
"""

import json
import resource
import tempfile
import time
from pathlib import Path
from statistics import median

from psephos.publish.release import release
from tests.publish.conftest import House

DAYS = (10, 1000)
REPEATS = 7


def histories(folder: Path) -> list[House]:
    """A house of so many days each, everything synced."""
    houses = [House(folder / str(days)) for days in DAYS]
    for house, days in zip(houses, DAYS, strict=True):
        house.live(6 * days)
        house.sync()
    return houses


def grown(house: House) -> float:
    """CPU seconds of a release of a day more."""
    house.live(6)
    house.sync()
    return _cost(house)


def _manifest(house: House) -> int:
    found = (house.settings.releases / "manifests").iterdir()
    return max(path.stat().st_size for path in found)


def _cost(house: House) -> float:
    with house.open() as (index, ledger):
        before = time.process_time()
        release(index, ledger, house.settings.releases, house.settings)
        return round(time.process_time() - before, 3)


def main() -> dict[str, object]:
    """What the JSON line says."""
    with tempfile.TemporaryDirectory() as folder:
        houses = histories(Path(folder))
        first = [_cost(house) for house in houses]
        # In turn, so that a slow moment of the machine is a moment of both.
        days = [[grown(house) for house in houses] for _ in range(REPEATS)]
        manifests = [_manifest(house) for house in houses]
        nothing = [_cost(house) for house in houses]
    return {
        "benchmark": "publish",
        "days": list(DAYS),
        "cpu_seconds_first_release": first,
        "cpu_seconds_a_day_more": [median(column) for column in zip(*days, strict=True)],
        "ratio_a_day_more": round(median(many / few for few, many in days), 2),
        "cpu_seconds_nothing_new": nothing,
        "manifest_bytes": manifests,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(main()))
