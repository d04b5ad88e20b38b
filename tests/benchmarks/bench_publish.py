"""What a release costs after ten days and after a thousand, when one day is new.

    python -m tests.benchmarks.bench_publish

prints one JSON line. The chain has six blocks a day, a token and a governor, so that what is new
is small and what depends on the history would show. Counted are CPU seconds of `release` alone:
a release with a day more (median of five), and one with nothing new. Index and ledger are open.
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
REPEATS = 5


def costs(folder: Path, days: int) -> dict[str, float]:
    """CPU seconds of releases on top of so many days, and the size of the manifest."""
    house = House(folder)
    house.live(6 * days)
    house.sync()
    first = _cost(house)
    grown = []
    for _ in range(REPEATS):
        house.live(6)
        house.sync()
        grown.append(_cost(house))
    manifest = max(path.stat().st_size for path in (folder / "releases/manifests").iterdir())
    return {"first": first, "day": median(grown), "nothing": _cost(house), "manifest": manifest}


def _cost(house: House) -> float:
    with house.open() as (index, ledger):
        before = time.process_time()
        release(index, ledger, house.settings.releases, house.settings)
        return round(time.process_time() - before, 3)


def main() -> dict[str, object]:
    """What the JSON line says."""
    found = {}
    for days in DAYS:
        with tempfile.TemporaryDirectory() as folder:
            found[days] = costs(Path(folder), days)
    few, many = (found[days] for days in DAYS)
    return {
        "benchmark": "publish",
        "days": list(DAYS),
        "cpu_seconds_first_release": [few["first"], many["first"]],
        "cpu_seconds_a_day_more": [few["day"], many["day"]],
        "ratio_a_day_more": round(many["day"] / few["day"], 2),
        "cpu_seconds_nothing_new": [few["nothing"], many["nothing"]],
        "manifest_bytes": [few["manifest"], many["manifest"]],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(main()))
