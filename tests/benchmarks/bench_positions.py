"""How soon positions are known from a release of ten million events.

    python -m tests.benchmarks.bench_positions [ROWS]

prints one JSON line. One token with 25,000 holders, in 50,000 blocks of 120 days, each a sealed
batch. The release is made once, in a temporary folder (340 MB), and asked in processes of their
own, opened and asked once before: the balances of everybody at the ends of 20 batches, and at 20
blocks anywhere, none twice. Counted is `positions`, which gives Python integers, largest first:
median and longest, in milliseconds by the clock and of CPU, of the better of two rounds.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa

from tests.benchmarks.cost import peak_mb, told

ROWS, HOLDERS, BLOCKS, DAYS, ASKED, ROUNDS = 10_000_000, 25_000, 50_000, 120, 20, 2


def make(folder: Path, rows: int) -> None:
    """Publish `rows` transfers; everybody is given enough at first to pay all that follows."""
    from psephos.chain.dataset import Dataset
    from tests.simulated.house import CHAIN, TOKEN, Tables, amounts, octets, publish
    from tests.simulated.life import START, History

    random = np.random.default_rng(5)
    gaps = random.integers(1, 1000, BLOCKS)
    times = START * 86_400 + 12 + np.cumsum(gaps) * (DAYS * 86_400) // int(gaps.sum() + 1)
    history = History(times, seed=5, holders=HOLDERS)
    token = Dataset("strk", CHAIN, (TOKEN,), ("erc20",), 0)

    class Made(Tables):
        def events(self, dataset: Dataset, table: str, schema: pa.Schema) -> pa.Table:
            if table != "transfer":
                return schema.empty_table()
            given = min(HOLDERS, rows)
            block = np.sort(random.integers(1, BLOCKS, rows))
            block[:given] = 0
            log = np.arange(rows) - np.searchsorted(block, block)
            sender, recipient = (
                (random.random(rows) ** 1.5 * HOLDERS).astype(np.int64) for _ in range(2)
            )
            sender[:given], recipient[:given] = -1, np.arange(given)
            amount = random.integers(1, 100, rows)
            amount[:given] = 1_000_000
            contract = np.frombuffer(dataset.contracts[0], np.uint8)
            arrays = [
                pa.array(block, pa.uint64()), octets(self.hashes[block]),
                pa.array(log // 2, pa.uint32()), pa.array(log, pa.uint32()),
                octets(self.hashes[block]), octets(np.broadcast_to(contract, (rows, 20))),
                octets(self.people[sender]), octets(self.people[recipient]), amounts(amount),
            ]  # fmt: skip
            return pa.Table.from_arrays(arrays, schema=schema)

    publish(folder, history, datasets=(token,), tables=Made(history))


def ask(folder: Path) -> dict[str, Any]:
    """The measured process: what positions cost."""
    from psephos.results.positions import positions
    from psephos.store.reader import Release

    random = np.random.default_rng(6)
    with Release.open(folder) as release:
        blocks = release.sql("SELECT max(number) AS b FROM block GROUP BY timestamp // 86400")
        ends = sorted(blocks["b"].to_list())[1:-2]
        positions(release, "balance", block=1)
        asked = {
            "end_of_batch": random.choice(ends, ASKED, replace=False).tolist(),
            "any_block": random.choice(release.final, ASKED, replace=False).tolist(),
        }
        events = release.sql("SELECT count(*) AS n FROM strk_transfer")["n"][0]
        found: dict[str, Any] = {"events": events}
        for name, numbers in asked.items():
            wall, cpu, holders = [], [], []
            for number in numbers:
                before = time.perf_counter(), _cpu()
                holders.append(len(positions(release, "balance", block=number)))
                wall.append(1000 * (time.perf_counter() - before[0]))
                cpu.append(1000 * (_cpu() - before[1]))
            found[name] = {
                "ms": round(median(wall), 1), "longest_ms": round(max(wall), 1),
                "cpu_ms": round(median(cpu), 1), "holders": max(holders),
            }  # fmt: skip
    return {**found, "peak_mb": peak_mb()}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(rows: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = _cpu()
        make(folder, rows)
        made = round(_cpu() - before, 1)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        runs = [told("bench_positions", "ask", name) for _ in range(ROUNDS)]
    best = min(runs, key=lambda run: run["end_of_batch"]["cpu_ms"])
    return {"benchmark": "positions", "made_in_cpu_s": made, "release_mb": size // 10**6, **best}


if __name__ == "__main__":
    if sys.argv[1:2] == ["ask"]:
        print(json.dumps(ask(Path(sys.argv[2]))))
    else:
        print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)))
