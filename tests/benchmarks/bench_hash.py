"""What Starknet's hashes cost, compiled and by published libraries.

    python -m tests.benchmarks.bench_hash

prints one JSON line. Microseconds of CPU of the whole process, Python's part (ints in, ints out)
included, the least of some rounds: per permutation of Poseidon in pairs and in lists of 64 felts,
per Pedersen hash of pairs, per leaf of an ordered root. `cores` is CPU by the clock while a large
batch runs: how many cores were used. `made` and `loaded` are CPU seconds until both hashes are
ready, in a process that compiles them and in one that finds them kept.
"""

import json
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
from tests.benchmarks.cost import cpu, peak_mb, told

PAIRS, LISTS, LENGTH, LEAVES, ROUNDS = 10_000, 300, 64, 1_000, 5


def least(work: Callable[[], object], count: int, rounds: int = ROUNDS) -> float:
    """Microseconds of CPU for each of `count`, the least of some rounds."""
    found = []
    for _ in range(rounds):
        before = cpu()
        work()
        found.append(cpu() - before)
    return round(1e6 * min(found) / count, 2)


def used(work: Callable[[], object]) -> float:
    """Cores that were busy, the most of some rounds."""
    found = []
    for _ in range(ROUNDS):
        clock, before = time.perf_counter(), cpu()
        work()
        found.append((cpu() - before) / (time.perf_counter() - clock))
    return round(max(found), 2)


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
    few = pairs[:200]
    return {
        "benchmark": "hash",
        "poseidon_us": least(lambda: compiled.poseidon_pairs(pairs), PAIRS),
        "poseidon_in_lists_us": least(
            lambda: compiled.poseidon_lists(lists), LISTS * (LENGTH // 2 + 1)
        ),
        "pedersen_us": least(lambda: compiled.pedersen_pairs(pairs), PAIRS),
        "ordered_root_leaf_us": least(lambda: compiled.ordered_root(leaves, "poseidon"), LEAVES),
        "cores": cores(),
        "cores_used": {
            "poseidon": used(lambda: compiled.poseidon_pairs(pairs)),
            "pedersen": used(lambda: compiled.pedersen_pairs(pairs)),
        },
        "exact_us": {
            "poseidon": least(lambda: [poseidon_pair(a, b) for a, b in few], 200, 2),
            "pedersen": least(lambda: [pedersen(a, b) for a, b in few], 200, 2),
        },
        "libraries_us": {
            "poseidon-py": least(lambda: [poseidon_hash(a, b) for a, b in few], 200, 2),
            "fast-stark-crypto": least(lambda: [pedersen_hash(a, b) for a, b in few], 200, 2),
            "crypto-cpp-py": least(lambda: [cpp_hash(a, b) for a, b in few], 200, 2),
        },
        "made_cpu_s": made,
        "loaded_cpu_s": loaded,
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(ready() if sys.argv[1:] == ["ready"] else main()))
