"""What a million logs cost from a node into files: ours, cryo's, and a loop of web3's.

    python -m tests.benchmarks.bench_collect [BLOCKS]

prints one JSON line: CPU seconds (whole process, imports too) and peak memory of each client, on
one local server that answers from memory (`replay_server`), verification off. Each runs in a
process of its own, the best of two: a busy machine only ever adds. web3 reads a fortieth, which
counts as its fortieth part. cryo is measured where PSEPHOS_CRYO names a Python that has it.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.benchmarks.cost import ROOT, told

BLOCKS = 2_500
PER_BLOCK = 400
SHARE = 40
"""web3 reads one block in so many."""
ROUNDS = 2


@contextmanager
def server(blocks: int) -> Iterator[str]:
    """A running replay server; its address."""
    command = [sys.executable, "-m", "tests.benchmarks.replay_server", "0", str(blocks)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            _, port = process.stdout.readline().split()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def cost(kind: str, url: str, blocks: int, rounds: int = ROUNDS) -> dict[str, Any]:
    """The cheapest of some runs of a client, each into an empty folder."""
    runs = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            args = (url, folder, str(blocks))
            if kind == "cryo":
                runs.append(told("cryo_client", *args, python=os.environ["PSEPHOS_CRYO"]))
            else:
                runs.append(told("collect_client", kind, *args))
    assert all(run["logs"] == PER_BLOCK * blocks for run in runs), runs
    best = min(runs, key=lambda run: run["cpu"])
    return {name: round(value, 2) for name, value in best.items()}


def main(blocks: int = BLOCKS) -> dict[str, Any]:
    with server(blocks) as url:
        found = {kind: cost(kind, url, blocks) for kind in ("parquet", "index", "fetch")}
        few = blocks // SHARE
        web3 = cost("web3", url, few, 1)
        found["cryo"] = cost("cryo", url, blocks) if os.environ.get("PSEPHOS_CRYO") else {}
    worked = web3["cpu"] - web3["imports"]
    ours = found["parquet"]
    found["web3"] = {
        **web3,
        "cpu_for_all": round(web3["imports"] + worked * blocks / few, 1),
        "ratio": round((web3["imports"] + worked * blocks / few) / ours["cpu"], 1),
    }
    if found["cryo"]:
        for kind in ("parquet", "index"):
            found[kind]["times_cryo"] = round(found[kind]["cpu"] / found["cryo"]["cpu"], 2)
    return {"benchmark": "collect", "blocks": blocks, **found}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else BLOCKS)))
