"""What Starknet's hashes cost, compiled and by published libraries.

    python -m tests.benchmarks.bench_hash

prints one JSON line. Microseconds of CPU of the process on one core, Python's part (ints in, ints
out) included, the least of some rounds: per permutation of Poseidon in pairs and in lists of 64
felts, per Pedersen hash of pairs, per leaf of an ordered root. `cores_used` is CPU by the clock
while a large batch runs on all cores: how many were busy; `times` is what that batch gains on the
clock over one core. `made` and `loaded` are CPU seconds until both hashes are ready, in a process
that compiles them and in one that finds them kept.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from crypto_cpp_py.cpp_bindings import cpp_hash
from fast_stark_crypto import pedersen_hash
from poseidon_py.poseidon_hash import poseidon_hash

from psephos.commit.starknet import compiled
from psephos.commit.starknet.compiled.machine import cores
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.pedersen import pedersen
from psephos.commit.starknet.poseidon import poseidon_pair
from psephos.commit.starknet.roots import ordered_roots
from tests.benchmarks.cost import cpu, peak_mb, told

PAIRS, LISTS, LENGTH, LEAVES, ROUNDS = 1_000, 40, 64, 1_000, 60
MANY = 20_000


def least(work: Callable[[], object], count: int, rounds: int = ROUNDS) -> float:
    """Microseconds of CPU for each of `count`, the least of some rounds."""
    found = []
    for _ in range(rounds):
        before = cpu()
        work()
        found.append(cpu() - before)
    return round(1e6 * min(found) / count, 2)


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and cores that were busy, the best of some rounds."""
    found = []
    for _ in range(5):
        clock, before = time.perf_counter(), cpu()
        work()
        spent = time.perf_counter() - clock
        found.append((spent, (cpu() - before) / spent))
    return min(found)


def alone(cores: set[int]) -> None:
    """Keep this process on these cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def ready() -> dict[str, Any]:
    """CPU seconds until one hash of each kind is there."""
    before = cpu()
    compiled.poseidon_pairs([(1, 2)])
    compiled.pedersen_pairs([(1, 2)])
    return {"seconds": round(cpu() - before, 2)}


def main() -> dict[str, Any]:
    chance = random.Random(7)
    pairs = [(chance.randrange(PRIME), chance.randrange(PRIME)) for _ in range(PAIRS)]
    lists = [[chance.randrange(PRIME) for _ in range(LENGTH)] for _ in range(LISTS)]
    leaves = [a for a, _ in pairs[:LEAVES]]
    with tempfile.TemporaryDirectory() as folder:
        made, loaded = (
            told("bench_hash", "ready", NUMBA_CACHE_DIR=folder)["seconds"] for _ in range(2)
        )
    ready()
    few, many = pairs[:200], pairs * (MANY // PAIRS)
    all_cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    both, busy = clocked(lambda: compiled.poseidon_pairs(many))
    alone(set(list(all_cores)[:1]))
    one, _ = clocked(lambda: compiled.poseidon_pairs(many))
    found = {
        "poseidon_us": least(lambda: compiled.poseidon_pairs(pairs), PAIRS),
        "poseidon_in_lists_us": least(
            lambda: compiled.poseidon_lists(lists), LISTS * (LENGTH // 2 + 1)
        ),
        "pedersen_us": least(lambda: compiled.pedersen_pairs(pairs), PAIRS),
        "ordered_root_leaf_us": least(lambda: ordered_roots([leaves], "poseidon"), LEAVES),
        "exact_us": {
            "poseidon": least(lambda: [poseidon_pair(a, b) for a, b in few], 200, 3),
            "pedersen": least(lambda: [pedersen(a, b) for a, b in few], 200, 3),
        },
        "libraries_us": {
            "poseidon-py": least(lambda: [poseidon_hash(a, b) for a, b in few], 200, 5),
            "fast-stark-crypto": least(lambda: [pedersen_hash(a, b) for a, b in few], 200, 5),
            "crypto-cpp-py": least(lambda: [cpp_hash(a, b) for a, b in few], 200, 5),
        },
    }
    alone(all_cores)
    return {
        "benchmark": "hash",
        **found,
        "cores": cores(),
        "cores_used": round(busy, 2),
        "times": round(one / both, 2),
        "made_cpu_s": made,
        "loaded_cpu_s": loaded,
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(ready() if sys.argv[1:] == ["ready"] else main()))
