"""What it costs to verify a Starknet block of a stated shape, transaction hashes included.

    python -m tests.benchmarks.bench_starknet_block

The shape is 0.14, 200 transactions INVOKE 3 of 50 calldata felts, 400 events of 11 felts, 1,500
storage entries, in a node's JSON already decoded, its state update beside it. CPU seconds of
the process, all cores together; finding the compiled code apart.
"""

import json
from collections.abc import Sequence
from typing import Any

from psephos.commit.starknet.hashes import compiled
from psephos.evidence.starknet_block import verify_starknet_block
from tests.benchmarks.cost import cpu, peak_mb
from tests.simulated.starknet_block import LARGE, simulated

BLOCKS, ROUNDS = 5, 4


def main() -> dict[str, Any]:
    """Blocks a CPU second, the best of some rounds; and what it costs to begin."""
    started = cpu()
    hashes = compiled()
    hashes.poseidon([(1, 2)])
    hashes.pedersen([(1, 2)])
    ready = cpu() - started
    blocks = [simulated(seed, hashes, shape=LARGE) for seed in range(BLOCKS)]
    rounds = [_round(blocks) for _ in range(ROUNDS)]
    return {
        "blocks_a_cpu_second": round(BLOCKS / min(rounds), 1),
        "ms_a_block": round(1000 * min(rounds) / BLOCKS, 1),
        "ms_a_block_worst_round": round(1000 * max(rounds) / BLOCKS, 1),
        "compiled_code_ready_cpu": round(ready, 2),
        "peak_mb": peak_mb(),
    }


def _round(blocks: Sequence[tuple[Any, Any]]) -> float:
    started = cpu()
    for block, update in blocks:
        verdict = verify_starknet_block(block, update, None, chain=None)
        assert verdict.verified, verdict.checks
    return cpu() - started


if __name__ == "__main__":
    print(json.dumps(main()))
