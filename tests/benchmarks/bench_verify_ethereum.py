"""What verifying Ethereum costs: whole blocks, and what it adds to a sync.

    python -m tests.benchmarks.bench_verify_ethereum

prints one JSON line. `blocks_a_cpu_second`: a block of 200 fee-market transactions, each with a
receipt of two logs, verified from its decoded JSON: header, ommers, transactions root, hashes and
senders, withdrawals, receipts root, bloom, and what receipts tell of payers. `added`: the share
that the default verification adds to a sync of the sample (collected, stored and sealed) beside
one that verifies nothing, the least of `ROUNDS` runs each, taken in turn.
"""

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from psephos.batch.sync import sync
from psephos.chain.verify import Verify
from psephos.commands.house import opened
from psephos.configuration import load
from psephos.evidence.ethereum_block import verify_ethereum_block
from tests.benchmarks.bench_verify import least
from tests.benchmarks.cost import ROOT, cpu, peak_mb
from tests.commit.signed import block, told, wishes

TRANSACTIONS, ROUNDS = 200, 3


def busy() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A block of so many fee-market transactions, each signed, with two logs each."""
    wish = wishes()[4] | {"accessList": [], "data": "0xa9059cbb" + "11" * 64}
    made = [told(wish | {"nonce": n}) for n in range(TRANSACTIONS)]
    return block([one | {"transactionIndex": hex(n)} for n, one in enumerate(made)])


def synced(verify: Verify | None) -> tuple[float, set[str]]:
    """CPU seconds of a sync of the sample into a fresh index, and the levels it reached."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        settings = load(ROOT / "data" / "sample" / "psephos.toml")
        fresh = replace(settings, data=home / "index", releases=home / "releases")
        with opened(fresh) as house:
            began = cpu()
            sync(house.node, house.index, house.datasets, verify=verify, ledger=house.ledger)
            spent = cpu() - began
            levels = {s.level for d in house.datasets for s in house.index.spans(d.name)}
    return spent, levels


def main() -> dict[str, Any]:
    whole, receipts = busy()
    assert verify_ethereum_block(whole, receipts).verified
    one = least(lambda: verify_ethereum_block(whole, receipts), 25)
    plain, checked = [], []
    levels: set[str] = set()
    for _ in range(ROUNDS):
        plain.append(synced(Verify("none"))[0])
        spent, levels = synced(None)
        checked.append(spent)
    return {
        "benchmark": "verify_ethereum",
        "transactions": TRANSACTIONS,
        "ms_a_block": round(1000 * one, 1),
        "blocks_a_cpu_second": round(1 / one, 1),
        "sync_cpu_seconds": {"none": round(min(plain), 2), "default": round(min(checked), 2)},
        "added": round(min(checked) / min(plain) - 1, 3),
        "levels": sorted(levels),
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(main()))
