"""The measured process of `bench_starknet_collect`.

    python -m tests.benchmarks.starknet_client index|fees|verify URL FOLDER BLOCKS

index   events decoded and stored in an index, verification off
fees    fees of every transaction of every block, verification off
verify  blocks recomputed whole, with one token watched

prints one JSON line: rows, blocks, CPU seconds of the whole process and of its imports, memory.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.cost import cpu, peak_mb

CHAIN, FIRST = 0x534E5F5345504F4C4941, 3_000_000
TOKEN = bytes.fromhex("04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938d")


def run(kind: str, url: str, folder: Path, blocks: int) -> dict[str, Any]:
    from psephos.chain.collect import collect
    from psephos.chain.dataset import Dataset
    from psephos.chain.starknet.node import StarknetNode
    from psephos.chain.verify import Verify
    from psephos.settings import Endpoint
    from psephos.store.index import Index

    source, contracts = ("starknet_fees", ()) if kind == "fees" else ("starknet_erc20", (TOKEN,))
    dataset = Dataset("told", CHAIN, contracts, (source,), FIRST)
    if kind != "index":
        from psephos.commit.starknet.hashes import compiled

        compiled().poseidon([(1, 2)])
        compiled().pedersen([(1, 2)])
    imports = cpu()
    node = StarknetNode([Endpoint(url, "replay", 100_000)])
    rule = Verify("all" if kind == "verify" else "none")
    rows = levels = 0
    with Index.open(folder / "index.duckdb", chain_id=CHAIN) as index:
        index.register(dataset)
        for piece in collect(node, [dataset], FIRST, FIRST + blocks - 1, verify=rule):
            index.append(piece)
            rows += sum(map(len, piece.tables["told"].values()))
            levels += piece.level == "whole"
    return {"rows": rows, "whole": levels, "imports": imports}


if __name__ == "__main__":
    kind, url, folder, blocks = sys.argv[1:]
    found = run(kind, url, Path(folder), int(blocks))
    print(json.dumps({**found, "blocks": int(blocks), "cpu": cpu(), "peak_mb": peak_mb()}))
