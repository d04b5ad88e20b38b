"""The measured process of `bench_collect`: a million logs from a node into Parquet or an index.

    python -m tests.benchmarks.collect_client parquet|index|web3|fetch URL FOLDER BLOCKS

Prints its CPU seconds after imports, so that the parent can tell the two apart.
"""

import resource
import sys
from pathlib import Path

FIRST = 15_000_000
TOKEN = bytes.fromhex("ca14007eff0db1f8135f4c25b34de49ab0d42766")


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def to_parquet(url: str, folder: Path, blocks: int) -> int:
    """Decoded tables with block hash and timestamp, one file a table."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from psephos.chain.collect import Verify, collect
    from psephos.chain.dataset import Dataset
    from psephos.chain.ethereum import EthereumNode
    from psephos.settings import Endpoint

    print(cpu(), flush=True)
    node = EthereumNode([Endpoint(url, "replay", 10_000)])
    dataset = Dataset("token", 31_337, (TOKEN,), ("erc20", "votes"), FIRST)
    writers: dict[str, pq.ParquetWriter] = {}
    rows = 0
    last = FIRST + blocks - 1
    for piece in collect(node, [dataset], FIRST, last, verify=Verify("none"), step=100):
        times = np.array([header.timestamp for header in piece.headers], np.uint64)
        for name, table in piece.tables["token"].items():
            if not len(table):
                continue
            numbers = table.column("block_number").to_numpy()
            timed = table.append_column("timestamp", pa.array(times[numbers - piece.first]))
            if name not in writers:
                path = folder / f"{name}.parquet"
                writers[name] = pq.ParquetWriter(path, timed.schema, compression="zstd")
            writers[name].write_table(timed)
            rows += len(table)
    for writer in writers.values():
        writer.close()
    return rows


def by_web3(url: str, folder: Path, blocks: int) -> int:
    """What one writes without an indexer: a loop of `w3.eth.get_logs`."""
    from web3 import HTTPProvider, Web3

    print(cpu(), flush=True)
    w3 = Web3(HTTPProvider(url))
    rows = 0
    for start in range(FIRST, FIRST + blocks, 25):
        end = min(start + 24, FIRST + blocks - 1)
        rows += len(w3.eth.get_logs({"fromBlock": start, "toBlock": end}))  # type: ignore[typeddict-item]
    return rows


def fetched(url: str, folder: Path, blocks: int) -> int:
    """Only the bytes: what any client pays for the transport."""
    from psephos.chain.answer import Call
    from psephos.chain.ethereum import EthereumNode
    from psephos.settings import Endpoint

    print(cpu(), flush=True)
    node = EthereumNode([Endpoint(url, "replay", 10_000)])
    size = 0
    for start in range(FIRST, FIRST + blocks, 100):
        asked = {"fromBlock": hex(start), "toBlock": hex(min(start + 99, FIRST + blocks - 1))}
        size += len(node._transports[0].post(Call("eth_getLogs", (asked,)).body(1)))
    return size


KINDS = {"parquet": to_parquet, "web3": by_web3, "fetch": fetched}

if __name__ == "__main__":
    kind, url, folder, blocks = sys.argv[1:]
    print(KINDS[kind](url, Path(folder), int(blocks)), flush=True)
