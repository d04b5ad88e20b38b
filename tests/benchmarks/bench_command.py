"""What the command costs: `psephos --help`, and the demo a first and a second time.

    python -m tests.benchmarks.bench_command

prints one JSON line: seconds on the clock, CPU seconds and peak memory of each process. Of the
help the best of five, since a busy machine only ever adds; the demo runs in an empty folder, with
everything downloaded before.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from tests.benchmarks.cost import ROOT


def run(args: Sequence[str]) -> dict[str, float]:
    """One command to its end."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "psephos", *args]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "cpu": round(used.ru_utime + used.ru_stime, 2),
        "peak_mb": round(used.ru_maxrss / unit),
    }


def main() -> dict[str, object]:
    helps = [run(["--help"]) for _ in range(5)]
    with tempfile.TemporaryDirectory() as folder:
        first, second = (run(["demo", "--no-serve", "--folder", folder]) for _ in range(2))
    best = min(helps, key=lambda found: found["seconds"])
    return {"benchmark": "command", "help": best, "demo_first": first, "demo_second": second}


if __name__ == "__main__":
    print(json.dumps(main()))
