"""What it costs to verify a Starknet block of a stated shape, transaction hashes included.

    python -m tests.benchmarks.bench_starknet_block

The shape is 0.14, 200 transactions INVOKE 3 of 50 calldata felts, 400 events of 11 felts, 1,500
storage entries, in a node's JSON already decoded. CPU seconds of the process (both cores
together), the compiler's own time apart.
"""

import json
import sys
from time import process_time
from typing import Any

from psephos.evidence.starknet_block import verify_starknet_block
from tests.simulated.starknet_block import LARGE, simulated

BLOCKS, ROUNDS = 5, 4


def main() -> dict[str, Any]:
    """Blocks a CPU second, and where the time goes."""
    from psephos.commit.starknet.hashes import compiled

    started = process_time()
    hashes = compiled()
    hashes.poseidon([(1, 2)])
    hashes.pedersen([(1, 2)])
    warm = process_time() - started
    blocks = [simulated(seed, hashes, shape=LARGE) for seed in range(BLOCKS)]
    started = process_time()
    for _ in range(ROUNDS):
        for block, update in blocks:
            verdict = verify_starknet_block(block, update, None, chain=None, hashes=hashes)
            assert verdict.verified, verdict.checks
    spent = process_time() - started
    return {
        "starknet_blocks_a_cpu_second": round(BLOCKS * ROUNDS / spent, 2),
        "milliseconds_a_block": round(1000 * spent / (BLOCKS * ROUNDS), 1),
        "compiled_code_ready_cpu_seconds": round(warm, 2),
    }


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
    print()
