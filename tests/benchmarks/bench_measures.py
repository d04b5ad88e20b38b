"""What the measures of millions of holders cost, in times of one `numpy.sort` of the same run.

    python -m tests.benchmarks.bench_measures [HOLDERS]

prints one JSON line. Counted are CPU seconds of this process, all threads, the best of some
rounds; compiling is done before. `sort` is `numpy.sort` of the amounts as 64-bit integers (as
floats for `float64`). `wide` are amounts of 96 bits as two words, exact; `integers` are a million
Python integers, of 96 and of 255 bits. `over_input_mb` is what the process had in memory at most,
over what it had with its input. `peer` is a plain loop over a sorted Python list for Gini, HHI,
entropy and Theil, as published indices compute them, on a tenth of the holders, against ours on
the same. `day` is a day of the incremental series: ten thousand changes among a million holders.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from math import log, log2
from typing import Any

import numpy as np

from analytics.fast import Limbs, measured
from tests.benchmarks.cost import cpu, peak_mb


def least(work: Callable[[], object], rounds: int = 3) -> float:
    """CPU seconds of some work, the least of some rounds."""
    found = []
    for _ in range(rounds):
        before = cpu()
        work()
        found.append(cpu() - before)
    return min(found)


def holders(count: int, seed: int = 1) -> Any:
    """Amounts with a heavy tail (Pareto, α = 1.1), as 64-bit integers."""
    random_ = np.random.default_rng(seed)
    return (random_.pareto(1.1, count) * 1e6).astype(np.int64) + 1


def wide(x: Any) -> Limbs:
    """The same in units of 10^-18 and a bit: up to 96 bits, low digits random."""
    low = np.random.default_rng(2).integers(0, 2**64, len(x), dtype=np.uint64)
    return Limbs(low, np.minimum(x.astype(np.uint64) >> np.uint64(8), np.uint64(2**32 - 1)))


def plain(held: list[int]) -> tuple[float, ...]:
    """Gini, HHI, entropy and Theil in plain loops over a list, sorted in place."""
    held = sorted(held, reverse=True)
    total, n = sum(held), len(held)
    area, share = 0.0, 0.0
    for amount in reversed(held):
        share += amount / total
        area += (2 * share - amount / total) / n
    hhi = 0.0
    for amount in held:
        hhi += (amount / total * 100) ** 2
    entropy, theil = 0.0, 0.0
    for amount in held:
        entropy -= amount / total * log2(amount / total)
    mean = total / n
    for amount in held:
        theil += amount / mean * log(amount / mean)
    return 1 - area, hhi, entropy, theil / n


def day() -> dict[str, Any]:
    """CPU milliseconds of a day with ten thousand changes among a million holders."""
    from analytics.fast.daily import Daily

    random_ = np.random.default_rng(3)
    amounts = wide(holders(1_000_000))
    series = Daily(amounts)
    spent = []
    for _ in range(6):
        places = random_.choice(1_000_000, 10_000, replace=False)
        before = [series.amount(int(place)) for place in places]
        now = [
            max(x + int(d), 0)
            for x, d in zip(before, random_.integers(-(2**60), 2**60, 10_000), strict=True)
        ]
        began = cpu()
        series.change(places, Limbs.of_integers(now))
        found = series.measured()
        spent.append(cpu() - began)
        assert found is not None
    return {"ms": round(1000 * min(spent[1:]), 1)}


def against_sort(x: Any) -> tuple[float, float]:
    """CPU seconds of `numpy.sort`, and of all measures, of one array."""
    return least(lambda: np.sort(x)), least(lambda: measured(x))


def of_wide(x: Any) -> float:
    limbs = wide(x)
    return least(lambda: measured(limbs), 2)


def main(count: int) -> dict[str, Any]:
    x = holders(count)
    for kind in (np.int64, np.float64):
        measured(x[:9000].astype(kind))
    measured(wide(x[:9000]))
    began, before = time.perf_counter(), peak_mb()
    sort, ours = against_sort(x)
    over = peak_mb() - before
    sort_floats, ours_floats = against_sort(x.astype(np.float64))
    ours_wide = of_wide(x)
    few = x[: count // 10]
    listed = few.tolist()
    peer, ours_few = least(lambda: plain(listed), 1), least(lambda: measured(few), 5)
    random.seed(1)
    integers = {}
    for bits in (96, 255):
        amounts = [random.getrandbits(bits) for _ in range(1_000_000)]
        integers[str(bits)] = round(least(lambda a=amounts: measured(a)), 2)  # type: ignore[misc]
    return {
        "benchmark": "measures",
        "holders": count,
        "sort": {"int64": round(sort, 3), "float64": round(sort_floats, 3)},
        "int64": {"cpu": round(ours, 3), "times_sort": round(ours / sort, 2)},
        "float64": {
            "cpu": round(ours_floats, 3),
            "times_sort": round(ours_floats / sort_floats, 2),
        },
        "wide": {"cpu": round(ours_wide, 2), "times_sort": round(ours_wide / sort, 1)},
        "integers_cpu": integers,
        "over_input_mb": over,
        "times_peer": round(peer / ours_few),
        "day": day(),
        "seconds": round(time.perf_counter() - began, 1),
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)))
