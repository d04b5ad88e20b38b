"""What a proof costs: votes of 90-bit weights, and the plain shape that winterfell was measured on.

    python -m tests.benchmarks.bench_prove                     # all of it
    python -m tests.benchmarks.bench_prove votes 16 standard   # one: 2^16 votes, a preset
    python -m tests.benchmarks.bench_prove plain 20            # 2^20 rows of 8 columns
    python -m tests.benchmarks.bench_prove start               # first proofs, and commands

*votes* is tally, concentration and coalition with all range checks, in one proof that a verifier
then reads. *plain* is four columns of 16 bits, three running sums and one of squares, nothing
else: 8 columns, blowup 4, as in the reference on STARKs, 3. CPU seconds of all threads, compiled
code warm; `start` is a process of its own that finds the compiled code and proves a small table.
"""

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from psephos.stark import single
from tests.benchmarks.cost import ROOT, cpu, peak_mb, told

HALF = (1, 2, True)
NAMES = ("tally", "concentration", "coalition")


def main() -> dict[str, Any]:
    """Every measure in a process of its own."""
    found = {
        f"votes 2^{k} {preset}": told("bench_prove", "votes", str(k), preset)
        for k in (16, 20)
        for preset in ("standard", "compact")
    }
    found["plain 2^20"] = told("bench_prove", "plain", "20")
    return found | {"start": start(), "commands": commands()}


def start() -> dict[str, Any]:
    """The second of two processes, with its seconds by the clock: the first may have to compile."""
    told("bench_prove", "first")
    began = perf_counter()
    found = told("bench_prove", "first")
    return found | {"seconds": round(perf_counter() - began, 2)}


def commands() -> dict[str, Any]:
    """Processes from the shell, their compiled code kept: prove three votes, verify that, and
    verify it with the one file; CPU seconds, and seconds by the clock."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "votes.csv").write_text("power,vote\n3,for\n2,against\n1,abstain\n")
        (folder / "verify.py").write_text(single.text())
        asked = [word for name in NAMES for word in ("--statement", name)]
        columns = ["--table", f"{made}/votes.csv", "--weight", "power", "--choice", "vote"]
        out, psephos = f"{made}/votes.proof", ["-m", "psephos"]
        told_of = {
            "prove": [*psephos, "prove", *columns, *asked, "--threshold", ">1/2", "--out", out],
            "verify": [*psephos, "verify", "proof", out],
            "verify.py": ["-S", f"{made}/verify.py", out],
        }
        _spent(told_of["prove"])
        return {name: _spent(command) for name, command in told_of.items()}


def _spent(command: list[str]) -> dict[str, float]:
    used, began = getrusage(RUSAGE_CHILDREN), perf_counter()
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True)
    seconds, after = perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return {"cpu": round(spent, 2), "seconds": round(seconds, 2)}


def first() -> dict[str, Any]:
    """A proof of three votes in a process that has proven nothing yet."""
    from psephos.stark.prove import Table, prove

    prove(Table([3, 2, 1], [0, 1, 2]), NAMES, thresholds=[HALF])
    return {"cpu": round(cpu(), 2), "peak_mb": peak_mb()}


def votes(k: int, preset: str) -> dict[str, Any]:
    from psephos.stark.prove import Table, prove
    from psephos.stark.verify import Accept, accepted, verify

    random = Random(1)
    count = 1 << k
    weights = [random.getrandbits(90) for _ in range(count)]
    table = Table(weights, [random.randrange(3) for _ in range(count)])
    prove(Table([3, 2, 1], [0, 1, 2]), NAMES, thresholds=[HALF], preset=preset)
    began = cpu()
    made = prove(table, NAMES, thresholds=[HALF], preset=preset)
    proven = cpu()
    tapes = accepted()
    read = verify(made.data, Accept(tapes, least_bits=100))
    first_read = cpu()
    verify(made.data, Accept(tapes, least_bits=100))
    return {
        "cpu": round(proven - began, 2),
        "bytes": len(made.data),
        "verify_ms": round(1000 * (cpu() - first_read), 1),
        "bits": read.security.bits,
        "peak_mb": peak_mb(),
    }


def plain(k: int) -> dict[str, Any]:
    """Running sums of three columns, and of the squares of a fourth."""
    from psephos.stark.combination import Combination
    from psephos.stark.ntt import Array
    from psephos.stark.presets import STANDARD
    from psephos.stark.prove.proof import Claim, Committed, proof

    random = np.random.default_rng(1)
    free = [random.integers(0, 1 << 16, 1 << k).astype(np.uint64) for _ in range(4)]
    sums: list[Array] = [np.cumsum(column) for column in free[:3]]
    sums.append(np.cumsum(free[3] * free[3]))
    elements = [int(column[-1]) for column in sums]
    claim = Claim(STANDARD, k, 0, [Committed(0, [], bytes(32))])
    combination = Combination.of([_plain_rules()])
    proof(claim, combination, elements, [[]], [*free, *sums])
    began = cpu()
    made = proof(claim, combination, elements, [[]], [*free, *sums])
    return {"cpu": round(cpu() - began, 2), "bytes": len(made), "peak_mb": peak_mb()}


def _plain_rules() -> Any:
    from psephos.stark.air import Air

    air = Air("plain/1")
    told_sums = air.public("sums", 0, [(64, 0)] * 4)
    free = [air.column() for _ in range(4)]
    for i, (now, after) in enumerate(free):
        total, later = air.column()
        air.first(f"begins {i}", total - (now * now if i == 3 else now))
        air.transition(f"adds {i}", later - total - (after * after if i == 3 else after))
        air.last(f"ends {i}", total - told_sums[i])
    return air.tape()


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or [""]
    if what == "votes":
        print(json.dumps(votes(int(rest[0]), rest[1])))
    elif what == "plain":
        print(json.dumps(plain(int(rest[0]))))
    elif what == "start":
        print(json.dumps({"start": start(), "commands": commands()}))
    else:
        print(json.dumps(first() if what == "first" else main()))
