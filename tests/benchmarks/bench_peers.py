"""What other provers cost for the same: bb.js (UltraHonk of a Noir circuit), o1js and winterfell.

    PSEPHOS_PEERS=/some/where python -m tests.benchmarks.bench_peers

The folder has `node_modules` with @aztec/bb.js 5.0.0, @noir-lang/noir_js and @noir-lang/noir_wasm
1.0.0-beta.26, and o1js 2.15.0; Node.js is found by name. `bin/winterfell_plain` in it is what cargo
made of peers/winterfell. Nothing of it is a dependency, and what is not there is not measured.

winterfell proves the plain shape of bench_prove, 2^20 rows of 8 columns. The others' statement:
private votes of 64-bit weights under one public hash give these totals of for, against and abstain,
and this sum of squares (tally and concentration). CPU seconds of all threads of a process that only
proves: circuits are compiled and keys made before it, ours has its machine code. bb wants points
of a ceremony; where it has none of its own, they are made here, of the secret 2: as good for
proving, worth nothing as security, and bb's verifier refuses them.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.cost import cpu, peak_mb, told

HERE = Path(__file__).parent / "peers"
BB = Path("@aztec/bb.js/build/amd64-linux/bb")
PLAIN = Path("bin/winterfell_plain")
OF_BB, OF_O1JS = 4_096, 1_024
"""Votes: what each is asked for."""
CURVE = 21888242871839275222246405745257275088696311157297823662689037894645226208583
"""The prime of BN254; its generator is (1, 2) on y² = x³ + 3."""

Found = dict[str, Any]


def main(folder: Path | None) -> Found:
    """None of a peer that is not there."""
    found: Found = {"bb": None, "o1js": None, "winterfell": None}
    if folder is None:
        return found
    if (folder / PLAIN).exists():
        found["winterfell"] = winterfell(folder / PLAIN)
    modules = folder / "node_modules"
    if not shutil.which("node"):
        return found
    if (modules / BB).exists():
        found["bb"] = _beside(OF_BB, lambda: bb(modules, OF_BB))
    if (modules / "o1js").exists():
        found["o1js"] = _beside(OF_O1JS, lambda: _last_line(_node("o1js.mjs", modules, OF_O1JS)))
    return found


def winterfell(program: Path) -> Found:
    """The plain shape, between two proofs of ours, of which the dearer counts."""
    first = told("bench_prove", "plain", "20")
    peer = _last_line(_run(str(program), "20"))
    last = told("bench_prove", "plain", "20")
    dearer = max(first, last, key=lambda cost: cost["cpu"])
    ratio = round(peer["cpu"] / dearer["cpu"], 2)
    return {"rows": peer["rows"], "peer": peer, "ours": dearer, "times_ours": ratio}


def _beside(count: int, measure: Callable[[], Found]) -> Found:
    """The peer between two proofs of ours, of which the dearer counts; all say the same numbers."""
    first, peer, last = (
        told("bench_peers", "ours", str(count)),
        measure(),
        told("bench_peers", "ours", str(count)),
    )
    dearer = max(first, last, key=lambda cost: cost["cpu"])
    if peer["says"] != dearer["says"]:
        raise AssertionError(f"of the same votes {peer['says']} and {dearer['says']}")
    ratio = round(peer["cpu"] / dearer["cpu"], 1)
    return {"votes": count, "peer": peer, "ours": dearer, "times_ours": ratio}


def ours(count: int) -> Found:
    """A proof by psephos, its machine code loaded before."""
    from psephos.stark.prove import Table, prove

    rows = votes(count)
    directed = zip(rows["yes"], rows["no"], strict=True)
    choices = [1 if yes else 0 if no else 2 for yes, no in directed]
    table = Table([int(weight) for weight in rows["weights"]], choices)
    names = ("tally", "concentration")
    prove(Table([3, 2, 1], [0, 1, 2]), names)
    began = cpu()
    made = prove(table, names)
    spent, told_of = cpu() - began, made.publics
    says = [str(told_of["tally"][name]) for name in ("for", "against", "abstain")]
    says.append(str(told_of["concentration"]["sum_of_squares"]))
    return {"cpu": round(spent, 2), "bytes": len(made.data), "peak_mb": peak_mb(), "says": says}


def votes(count: int) -> dict[str, list[Any]]:
    """Decimal text of weights, and of each vote whether it is for, whether against."""
    random = Random(1)
    chosen = [random.randrange(3) for _ in range(count)]
    weights = [str(random.getrandbits(64)) for _ in range(count)]
    return {"weights": weights, "yes": [c == 1 for c in chosen], "no": [c == 0 for c in chosen]}


def bb(modules: Path, count: int) -> Found:
    """UltraHonk: the circuit compiled and solved by Noir, the key written, then proven."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        publics = _last_line(_node("noir.mjs", modules, count, str(folder)))
        crs = os.environ.get("CRS_PATH") or str(_points(folder, 1 << 18))
        circuit = ("-b", str(folder / "votes.json"), "-c", crs)
        tool = str(modules / BB)
        _run(tool, "write_vk", *circuit, "-o", made)
        began = _children()
        _run(tool, "prove", *circuit, "-w", f"{made}/votes.gz", "-k", f"{made}/vk", "-o", made)
        spent = _children() - began
        size = sum((folder / name).stat().st_size for name in ("proof", "public_inputs"))
    return {"cpu": round(spent, 2), "bytes": size, "says": [str(int(x, 16)) for x in publics[1:]]}


def _points(folder: Path, count: int) -> Path:
    """2^i times the generator, i below `count`, as bb keeps them: x and y of 32 bytes each."""
    point, jacobian = (1, 2, 1), []
    for _ in range(count):
        jacobian.append(point)
        x, y, z = point
        square = y * y % CURVE
        distance, slope = 4 * x * square, 3 * x * x
        after = (slope * slope - 2 * distance) % CURVE
        y_after = (slope * (distance - after) - 8 * square * square) % CURVE
        point = after, y_after, 2 * y * z % CURVE
    products = [1]
    for _, _, z in jacobian:
        products.append(products[-1] * z % CURVE)
    inverse, written = pow(products[-1], -1, CURVE), []
    for (x, y, z), before in zip(reversed(jacobian), products[-2::-1], strict=True):
        own = inverse * before % CURVE
        inverse = inverse * z % CURVE
        flat = x * own * own % CURVE, y * own * own * own % CURVE
        written.append(b"".join(number.to_bytes(32, "big") for number in flat))
    (folder / "crs").mkdir()
    (folder / "crs" / "bn254_g1.dat").write_bytes(b"".join(reversed(written)))
    return folder / "crs"


def _node(script: str, modules: Path, count: int, *more: str) -> str:
    command = ("node", str(HERE / script), str(modules), *more)
    return _run(*command, said=json.dumps(votes(count)))


def _run(*command: str, said: str = "") -> str:
    done = subprocess.run(command, input=said, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def _last_line(text: str) -> Any:
    return json.loads(text.splitlines()[-1])


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    if sys.argv[1:2] == ["ours"]:
        print(json.dumps(ours(int(sys.argv[2]))))
    else:
        named = os.environ.get("PSEPHOS_PEERS")
        print(json.dumps(main(Path(named) if named else None)))
