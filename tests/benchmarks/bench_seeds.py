"""What a simulated seed costs: blocks made before, read through faults, and compared at its end.

    python -m tests.benchmarks.bench_seeds [SEEDS]

Worlds and the rows that their paths end in are made before the clock starts, as for thousands of
seeds they are. One process on one core; two processes share a thousand seeds.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from psephos.chain.dataset import Dataset
from psephos.store.index import Index
from tests.benchmarks.cost import cpu
from tests.simulated.seeds import ETHEREUM, WITH_FEES, Kind, live, tables
from tests.simulated.starknet_seeds import DATASETS, STARKNET

SEEDS = 60
KINDS: dict[str, tuple[Kind, tuple[Dataset, ...], float]] = {
    "ethereum": (ETHEREUM, WITH_FEES, 0.06),
    "starknet": (STARKNET, DATASETS, 0.15),
}
"""A kind, all that is read of it, and how often an answer is spoiled (as `tests/long` does)."""


def measure(kind: Kind, datasets: tuple[Dataset, ...], rate: float, seeds: int) -> dict[str, Any]:
    """CPU seconds a seed, and how the seeds ended."""
    for number in range(kind.worlds):
        for path in kind.world(number).branches:
            for some in {kind.datasets(seed) for seed in range(9)}:
                tables(kind, number, path.key, some)
    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder) / "index") as index:
        index.register(*datasets)
        live(index, kind, range(9), rate=rate)
        begun = cpu()
        tally = live(index, kind, range(1_000, 1_000 + seeds), rate=rate)
        spent = cpu() - begun
    lies = sum(tally.faults.values()) / seeds
    return {"cpu_a_seed": round(spent / seeds, 3), "ends": tally.ends, "faults_a_seed": lies}


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS
    found = {name: measure(*kind, seeds) for name, kind in KINDS.items()}
    print(json.dumps({"seeds": seeds, **found}))


if __name__ == "__main__":
    main()
