"""What storing costs: a million full keyed transfers of 2,500 blocks into an index.

    python -m tests.benchmarks.bench_store

prints one JSON line. Counted is `Index.append` and closing (the last checkpoint), not the making
of the rows. Rows are as hard to compress as real ones: random hashes, 5,000 holders.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from psephos.chain.collect import Piece
from psephos.chain.dataset import Dataset
from psephos.chain.node import Header
from psephos.store.index import Index

ROWS, BLOCKS, PIECE = 1_000_000, 2_500, 325
EACH = ROWS // BLOCKS
HOLDERS = np.random.default_rng(0).integers(0, 256, (5_000, 20), np.uint8)
TOKEN = Dataset("token", 1, (b"\x70" * 20,), ("erc20",), 0)


def cells(values: np.ndarray) -> pa.Array:
    """Rows of bytes (n, k) as fixed binary, without copying."""
    flat = pa.py_buffer(np.ascontiguousarray(values))
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(values.shape[1]), len(values), [None, flat]
    )


def headers(draw: np.random.Generator) -> list[Header]:
    hashes = [bytes(32), *(draw.bytes(32) for _ in range(BLOCKS))]
    return [
        Header(n, hashes[n + 1], hashes[n], 1_700_000_000 + 12 * n, draw.bytes(600), {})
        for n in range(BLOCKS)
    ]


def transfers(blocks: list[Header], draw: np.random.Generator) -> pa.Table:
    n = len(blocks) * EACH
    place = np.arange(n) % EACH
    amounts = np.zeros((n, 2), np.uint64)
    amounts[:, 0] = draw.integers(0, 2**63, n)
    amounts[:, 1] = draw.integers(0, 2**20, n)
    hashes = np.frombuffer(b"".join(b.hash for b in blocks), np.uint8).reshape(-1, 32)
    columns = {
        "block_number": pa.array(np.repeat([b.number for b in blocks], EACH), pa.uint64()),
        "block_hash": cells(np.repeat(hashes, EACH, axis=0)),
        "transaction_index": pa.array((place // 100).astype(np.uint32)),
        "log_index": pa.array(place.astype(np.uint32)),
        "transaction_hash": cells(
            np.repeat(draw.integers(0, 256, (n // 100, 32), np.uint8), 100, axis=0)
        ),
        "contract": cells(np.full((n, 20), 0x70, np.uint8)),
        "sender": cells(HOLDERS[draw.integers(0, 5_000, n)]),
        "recipient": cells(HOLDERS[draw.integers(0, 5_000, n)]),
        "amount": pa.Array.from_buffers(pa.decimal128(38, 0), n, [None, pa.py_buffer(amounts)]),
    }
    return pa.table(columns, schema=TOKEN.tables()["transfer"])


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run(path: Path) -> dict[str, float | int]:
    """Store everything; CPU seconds per million rows, bytes of the file, peak memory."""
    draw = np.random.default_rng(1)
    chain = headers(draw)
    used, began, rows = 0.0, time.perf_counter(), 0
    index = Index.open(path)
    index.register(TOKEN)
    for first in range(0, BLOCKS, PIECE):
        blocks = tuple(chain[first : first + PIECE])
        table = transfers(list(blocks), draw)
        piece = Piece(
            first, first + len(blocks) - 1, blocks, {"token": {"transfer": table}}, "complete"
        )
        before = spent()
        index.append(piece)
        used += spent() - before
        rows += len(table)
    before = spent()
    index.close()
    used += spent() - before
    return {
        "rows": rows,
        "cpu_seconds_per_million_rows": round(used * 1_000_000 / rows, 2),
        "wall_seconds": round(time.perf_counter() - began, 2),
        "file_megabytes": round(path.stat().st_size / 1e6, 1),
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        json.dump({"benchmark": "store", **run(Path(folder) / "index.duckdb")}, sys.stdout)
        print()
