"""What verification costs, by the block: the sample collected with all, some and no checks.

    python -m tests.benchmarks.bench_verify

prints one JSON line. Counted are the CPU seconds of `collect` from the sample's recorded answers
(2,401 blocks, few of them without a log of ours), the best of two; `none` is what reading costs
anyway. `receipts` is one block of `RECEIPTS` typed receipts with two logs each, about what a
mainnet block holds: its root and bloom recomputed, as the verification of one busy block.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from psephos.chain.collect import collect
from psephos.chain.open import open_node
from psephos.chain.verify import Verify
from psephos.commands.house import configured
from psephos.commit.receipts import receipts_bloom, receipts_root
from psephos.configuration import load
from tests.benchmarks.cost import ROOT, cpu, peak_mb

RECEIPTS = 200


def receipt(number: int) -> dict[str, Any]:
    """A receipt of type 2 with two transfers, as a node writes it."""
    log = {
        "address": "0x" + f"{number % 7:040x}",
        "topics": ["0x" + f"{n * 7919 + number:064x}" for n in range(3)],
        "data": "0x" + f"{number:064x}",
    }
    places = [{**log, "logIndex": hex(2 * number + n)} for n in range(2)]
    return {
        "type": "0x2",
        "status": "0x1",
        "cumulativeGasUsed": hex(60_000 * (number + 1)),
        "transactionIndex": hex(number),
        "logs": [{**p, "transactionIndex": hex(number)} for p in places],
        "logsBloom": "0x" + "00" * 256,
    }


def least(work: Callable[[], object], rounds: int) -> float:
    """CPU seconds of some work, the least of some rounds."""
    found = []
    for _ in range(rounds):
        before = cpu()
        work()
        found.append(cpu() - before)
    return min(found)


def main() -> dict[str, Any]:
    settings = load(ROOT / "data" / "sample" / "psephos.toml")
    node = open_node(settings.chain)
    watched = [d for d in configured(settings) if d.events and not d.rows]  # fees need receipts
    last = node.head().number

    def read(mode: Any) -> int:
        return sum(len(p.headers) for p in collect(node, watched, 0, last, verify=Verify(mode)))

    began = time.perf_counter()
    spent = {mode: least(lambda m=mode: read(m), 2) for mode in ("none", "headers", "all")}
    blocks = last + 1
    receipts = [receipt(number) for number in range(RECEIPTS)]
    block = least(lambda: (receipts_root(receipts), receipts_bloom(receipts)), 3)
    return {
        "benchmark": "verify",
        "blocks": blocks,
        "ms_a_block": {mode: round(1000 * used / blocks, 2) for mode, used in spent.items()},
        "receipts": RECEIPTS,
        "ms_a_block_of_so_many_receipts": round(1000 * block, 1),
        "seconds": round(time.perf_counter() - began, 1),
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(main()))
