"""Ours against the Edinburgh index's own functions, on the same list.

    python -m tests.benchmarks.bench_edinburgh METRICS.PY [HOLDERS]

METRICS.PY is `tokenomics_decentralization/metrics.py` of Blockchain-Technology-Lab's
tokenomics-decentralization (d854a8d, MIT), which is no part of this project. Prints one JSON line:
CPU seconds of theirs (sorting, Gini, HHI, entropy, Theil, and three τ) on a Python list, of ours
on the same amounts as an array, and of ours on the list itself.
"""

import importlib.util
import json
import sys
from typing import Any

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


def theirs(of: Any, listed: list[int]) -> None:
    held = sorted(listed, reverse=True)
    total = sum(held)
    of.compute_gini(held, total)
    of.compute_hhi(held, total)
    of.compute_shannon_entropy(held, total)
    of.compute_theil_index(held, total)
    for threshold in (0.33, 0.5, 0.66):
        of.compute_tau(held, total, threshold)


def main(path: str, count: int) -> dict[str, Any]:
    of, amounts = functions(path), holders(count)
    measured(amounts[:9000])
    listed = amounts.tolist()
    found = {
        "edinburgh": least(lambda: theirs(of, listed), 1),
        "array": least(lambda: measured(amounts)),
        "list": least(lambda: measured(listed), 2),
    }
    return {
        "benchmark": "edinburgh",
        "holders": count,
        "cpu": {name: round(spent, 3) for name, spent in found.items()},
        "times": {
            "array": round(found["edinburgh"] / found["array"]),
            "list": round(found["edinburgh"] / found["list"], 1),
        },
    }


if __name__ == "__main__":
    given = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    print(json.dumps(main(sys.argv[1], given)))
