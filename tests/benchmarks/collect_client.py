"""The measured process of `bench_collect`: logs from a node into Parquet or an index.

    python -m tests.benchmarks.collect_client parquet|index|web3|fetch URL FOLDER BLOCKS

prints one JSON line: logs, CPU seconds of the whole process and of its imports, peak memory.
No library is imported before the clock runs.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from psephos.__main__ import start_alone
from tests.benchmarks.cost import cpu, peak_mb

FIRST = 15_000_000
TOKEN = bytes.fromhex("ca14007eff0db1f8135f4c25b34de49ab0d42766")


class Imported:
    """CPU seconds at the end of the imports."""

    at = 0.0


def pieces(url: str, blocks: int) -> Iterator[Any]:
    """The token's transfers and changes of votes; links are checked, nothing is recomputed."""
    from psephos.chain.collect import collect
    from psephos.chain.ethereum import EthereumNode
    from psephos.chain.verify import Verify
    from psephos.settings import Endpoint

    node = EthereumNode([Endpoint(url, "replay", 10_000)])
    last = FIRST + blocks - 1
    return collect(node, [dataset()], FIRST, last, verify=Verify("none"), step=100)


def dataset() -> Any:
    from psephos.chain.dataset import Dataset

    return Dataset("token", 31_337, (TOKEN,), ("erc20", "votes"), FIRST)


def to_parquet(url: str, folder: Path, blocks: int) -> int:
    """Decoded tables with block hash and timestamp, one file a table."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = pieces(url, blocks)
    Imported.at = cpu()
    writers: dict[str, pq.ParquetWriter] = {}
    rows = 0
    for piece in found:
        times = np.array([header.timestamp for header in piece.headers], np.uint64)
        for name, table in piece.tables["token"].items():
            if not len(table):
                continue
            numbers = table.column("block_number").to_numpy()
            timed = table.append_column("timestamp", pa.array(times[numbers - piece.first]))
            if name not in writers:
                path = folder / f"{name}.parquet"
                # amounts seldom repeat, so a dictionary of them costs time and bytes; nobody looks
                # for the least and the greatest hash. The codec is cryo's.
                numbers = [
                    f.name for f in timed.schema if not pa.types.is_fixed_size_binary(f.type)
                ]
                repeated = [f.name for f in timed.schema if not pa.types.is_decimal(f.type)]
                writers[name] = pq.ParquetWriter(
                    path,
                    timed.schema,
                    compression="lz4",
                    use_dictionary=repeated,
                    write_statistics=numbers,
                )
            writers[name].write_table(timed)
            rows += len(table)
    for writer in writers.values():
        writer.close()
    return rows


def to_index(url: str, folder: Path, blocks: int) -> int:
    """Rows, blocks and cursor into an index, as `sync` stores them; closing it counts."""
    from psephos.store.index import Index

    found = pieces(url, blocks)
    Imported.at = cpu()
    with Index.open(folder / "index.duckdb", chain_id=31_337) as index:
        index.register(dataset())
        for piece in found:
            index.append(piece)
        rows = sum(
            index.query(f'SELECT count(*) FROM "token_{table}"')[0][0]
            for table in dataset().tables()
        )
    return int(rows)


def by_web3(url: str, folder: Path, blocks: int) -> int:
    """What one writes without an indexer: a loop of `w3.eth.get_logs`, nothing decoded or kept."""
    from web3 import HTTPProvider, Web3

    w3 = Web3(HTTPProvider(url))
    Imported.at = cpu()
    rows = 0
    for start in range(FIRST, FIRST + blocks, 25):
        end = min(start + 24, FIRST + blocks - 1)
        rows += len(w3.eth.get_logs({"fromBlock": start, "toBlock": end}))  # type: ignore[typeddict-item]
    return rows


def fetched(url: str, folder: Path, blocks: int) -> int:
    """Only the bytes, counted: what any client pays for the transport."""
    from psephos.chain.ethereum import EthereumNode
    from psephos.chain.wire.answer import Call
    from psephos.settings import Endpoint

    node = EthereumNode([Endpoint(url, "replay", 10_000)])
    Imported.at = cpu()
    logs = 0
    for start in range(FIRST, FIRST + blocks, 100):
        asked = {"fromBlock": hex(start), "toBlock": hex(min(start + 99, FIRST + blocks - 1))}
        answer = node._transports[0].post(Call("eth_getLogs", (asked,)).body(1))
        logs += answer.count(b'"logIndex"')
    return logs


KINDS = {"parquet": to_parquet, "index": to_index, "web3": by_web3, "fetch": fetched}

if __name__ == "__main__":
    start_alone()  # as every command of ours does
    kind, url, folder, blocks = sys.argv[1:]
    rows = KINDS[kind](url, Path(folder), int(blocks))
    found = {"logs": rows, "cpu": cpu(), "imports": Imported.at, "peak_mb": peak_mb()}
    print(json.dumps(found), flush=True)
