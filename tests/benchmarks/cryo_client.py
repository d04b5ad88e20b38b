"""The peer of `bench_collect`: cryo 0.3.2 writes the same logs to Parquet. Run by cryo's Python:

    $PSEPHOS_CRYO -m tests.benchmarks.cryo_client URL FOLDER BLOCKS

Ranges are those at which cryo spends least (chunks of 500 blocks, 100 a request). Its files hold
raw topics and data, no timestamp and no block hash: less than what it is compared with.
"""

import json
import sys

from tests.benchmarks.cost import cpu, peak_mb

FIRST = 15_000_000
TOKEN = "0xca14007eff0db1f8135f4c25b34de49ab0d42766"


def main(url: str, folder: str, blocks: int) -> dict[str, float]:
    import cryo

    imports = cpu()
    cryo.freeze(
        "logs",
        rpc=url,
        blocks=[f"{FIRST}:{FIRST + blocks}"],
        address=[TOKEN],
        chunk_size=500,
        inner_request_size=100,
        output_dir=folder,
        no_verbose=True,
    )
    return {"logs": 400 * blocks, "cpu": cpu(), "imports": imports, "peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], int(sys.argv[3]))), flush=True)
