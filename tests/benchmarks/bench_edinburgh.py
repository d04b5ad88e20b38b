"""Ours against the Edinburgh index's own functions, on the same list.

    python -m tests.benchmarks.bench_edinburgh METRICS.PY [HOLDERS]

METRICS.PY is `tokenomics_decentralization/metrics.py` of Blockchain-Technology-Lab's
tokenomics-decentralization (d854a8d, MIT), which is no part of this project. Prints one JSON line:
CPU seconds of theirs (Gini, HHI, entropy, Theil, largest share and three τ) on a Python list that
falls already, as their functions ask for; of ours on the same amounts in the same order as an
array; of both from an unsorted one, sorting counted; and of ours on the unsorted Python list
itself. Ours are all measures in each case, exact. Each is the least of some rounds, in which they
take turns.
"""

import importlib.util
import json
import sys
from typing import Any

import numpy as np

from analytics.fast import measured
from tests.benchmarks.bench_measures import holders, least


def functions(path: str) -> Any:
    """The module of a file, as its authors wrote it."""
    spec = importlib.util.spec_from_file_location("edinburgh_metrics", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def theirs(of: Any, held: list[int]) -> None:
    """Every function of theirs, on a list that falls."""
    total = sum(held)
    of.compute_gini(held, total)
    of.compute_hhi(held, total)
    of.compute_shannon_entropy(held, total)
    of.compute_theil_index(held, total)
    of.compute_max_power_ratio(held, total)
    for threshold in (0.33, 0.5, 0.66):
        of.compute_tau(held, total, threshold)


def main(path: str, count: int) -> dict[str, Any]:
    of, amounts = functions(path), holders(count)
    measured(amounts[:9000])
    listed = amounts.tolist()
    falling = sorted(listed, reverse=True)
    ordered = np.array(falling, np.int64)
    rounds = [
        {
            "edinburgh": least(lambda: theirs(of, falling), 1),
            "sorting": least(lambda: sorted(listed, reverse=True), 1),
            "sorted": least(lambda: measured(ordered), 3),
            "array": least(lambda: measured(amounts), 3),
            "list": least(lambda: measured(listed), 1),
        }
        for _ in range(max(1, 1_000_000 // count))
    ]
    found = {name: min(one[name] for one in rounds) for name in rounds[0]}
    whole = found["edinburgh"] + found["sorting"]
    return {
        "benchmark": "edinburgh",
        "holders": count,
        "cpu": {name: round(spent, 5) for name, spent in found.items()},
        "times": {
            "sorted": round(found["edinburgh"] / found["sorted"]),
            "array": round(whole / found["array"]),
            "list": round(whole / found["list"], 1),
        },
    }


if __name__ == "__main__":
    given = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    print(json.dumps(main(sys.argv[1], given)))
