"""What a browser needs to verify a proof, in verify.html as it opens from a disk.

    python -m tests.benchmarks.bench_browser [TURNS]

prints one JSON line: milliseconds on the clock inside the worker for a proof of 2^16 rows of tally,
concentration and coalition, *standard* and *compact*: the first of a page, with compiling, and the
middle of later ones. `python_ms` is Python's verifier on the same bytes.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from dashboards.verifier import FILE
from psephos.stark.verify import Accept, accepted, verify
from tests.benchmarks.bench_pages import opened
from tests.stark.votes import Bench, votes

ROWS = 60_000


def told(page: Any, proof: Path) -> float:
    """Milliseconds of one check of a page, and of no earlier one."""
    page.set_input_files("#verify-files", [])
    page.evaluate("delete document.querySelector('.verify-result').dataset.ms")
    page.set_input_files("#verify-files", [str(proof)])
    page.wait_for_selector(".verify-result[data-ms]")
    return float(page.locator(".verify-result").get_attribute("data-ms"))


def measured(proof: Path, turns: int) -> dict[str, float]:
    """The first check of fresh pages, and later ones of the same page; the middle of each."""
    first, later = [], []
    with opened() as browser:
        for _ in range(turns):
            page = browser.new_page()
            page.goto(FILE.as_uri())
            page.wait_for_selector("#verify-files")
            spent = [told(page, proof) for _ in range(4)]
            first.append(spent[0])
            later += spent[1:]
            page.close()
    data, start = proof.read_bytes(), time.process_time()
    verify(data, Accept(accepted()))
    spent_here = 1000 * (time.process_time() - start)
    return {
        "bytes": len(data),
        "first_ms": round(median(first), 1),
        "first_best_ms": round(min(first), 1),
        "later_ms": round(median(later), 1),
        "later_best_ms": round(min(later), 1),
        "python_ms": round(spent_here, 1),
    }


def main(turns: int = 5) -> dict[str, Any]:
    bench = Bench(votes(ROWS), ["tally", "concentration", "coalition"])
    found: dict[str, Any] = {"benchmark": "browser", "rows": ROWS}
    with tempfile.TemporaryDirectory() as folder:
        for preset in ("standard", "compact"):
            file = Path(folder) / f"{preset}.proof"
            file.write_bytes(bench.proof(preset))
            found[preset] = measured(file, turns)
    return found


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
