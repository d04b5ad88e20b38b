"""What a Starknet node costs to collect from: events, fees, and blocks recomputed whole.

    python -m tests.benchmarks.bench_starknet_collect

prints one JSON line. CPU seconds are the whole process's without its imports and finding compiled
code, which come once; making an index and closing it count. Each runs in a process of its own,
against a server in another one, the best of two: a busy machine only ever adds.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.benchmarks.cost import ROOT, told

EVENTS, WHOLE, PER_BLOCK, ROUNDS = 500, 48, 400, 2


@contextmanager
def server(blocks: int, *kind: str) -> Iterator[str]:
    """A running replay server; its address."""
    module = "tests.benchmarks.starknet_replay_server"
    command = [sys.executable, "-m", module, "0", str(blocks), *kind]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            _, port = process.stdout.readline().split()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def cost(kind: str, url: str, blocks: int) -> dict[str, Any]:
    """The cheapest of some runs of the client, each into an empty folder."""
    runs = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            runs.append(told("starknet_client", kind, url, folder, str(blocks)))
    return min(runs, key=lambda run: run["cpu"])


def main() -> dict[str, Any]:
    with server(EVENTS) as url:
        events = cost("index", url, EVENTS)
    assert events["rows"] == EVENTS * PER_BLOCK, events
    with server(WHOLE, "whole") as url:
        fees, whole = cost("fees", url, WHOLE), cost("verify", url, WHOLE)
    assert whole["whole"], whole
    runs = {"events": events, "fees": fees, "all": whole}
    worked = {name: run["cpu"] - run["imports"] for name, run in runs.items()}
    return {
        "benchmark": "starknet_collect",
        "events_a_cpu_second": round(events["rows"] / worked["events"]),
        "events": events,
        "fee_blocks_a_cpu_second": round(WHOLE / worked["fees"], 1),
        "verified_blocks_a_cpu_second": round(WHOLE / worked["all"], 1),
        "share_of_a_core_at_2_3_seconds": round(worked["all"] / WHOLE / 2.3, 3),
        "fees": fees,
        "verify": whole,
    }


if __name__ == "__main__":
    print(json.dumps(main()))
