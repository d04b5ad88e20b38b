"""What a process cost: CPU seconds and peak memory. Standard library only: peers run it, too."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def cpu() -> float:
    """User and system seconds of this process, all of its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mb() -> int:
    """Megabytes that this process had in memory at most.

    `ru_maxrss` of a child begins with what its parent had when it started it, so where Linux
    tells the high-water mark of the program itself, that is taken.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) // 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20


def told(module: str, *args: str, python: str = sys.executable, **env: str) -> dict[str, Any]:
    """The JSON line that a benchmark prints last, run in a process of its own.

    Python keeps what it compiled, as it does for every user: where it is told not to, each start
    would cost as much as the first.
    """
    command = [python, "-m", f"tests.benchmarks.{module}", *args]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        command, cwd=ROOT, env={**kept, **env}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
