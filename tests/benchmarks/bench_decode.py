"""How fast logs become rows: `python -m tests.benchmarks.bench_decode [rows]` prints one JSON line.

Whole rows into Arrow, key columns and every check included, in CPU seconds of this process (one
thread); the best of five, since a busy machine only ever adds. `eth_abi` is its `decode` of the
same transfers, three calls a log as web3 makes them, without building rows. `decode_peak_mb` is
what decoding the transfers allocates beside the logs themselves, rows included.
"""

import json
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from eth_abi.abi import decode as abi_decode

from psephos.chain.decode import decode
from psephos.chain.event import EventType, topic0
from psephos.chain.events import SOURCES
from psephos.chain.node import Logs
from tests.chain.entries import entry, logs

EVENTS = tuple(dict.fromkeys(e for name in ("erc20", "votes") for e in SOURCES[name].events))
TRANSFER = SOURCES["erc20"].events[0]
VOTES = SOURCES["votes"].events[1]
CAST = next(event for event in SOURCES["governor"].events if event.table == "vote_cast")


def made(event: EventType, count: int, seed: int = 1) -> Logs:
    """`count` logs of a static event, 400 a block; addresses and amounts are random."""
    random = np.random.default_rng(seed)
    topics = np.zeros((count, 4, 32), np.uint8)
    topics[:, 0] = np.frombuffer(topic0(event), np.uint8)
    topics[:, 1 : event.topics, 12:] = random.integers(
        0, 256, (count, event.topics - 1, 20), np.uint8
    )
    data = np.zeros((count, event.head // 32, 32), np.uint8)
    data[:, :, 20:] = random.integers(0, 256, (count, event.head // 32, 12), np.uint8)
    numbers = np.arange(count)
    return Logs(
        block=(numbers // 400).astype(np.uint64),
        block_hash=random.integers(0, 256, (count, 32), np.uint8),
        transaction=np.zeros(count, np.uint32),
        log=(numbers % 400).astype(np.uint32),
        transaction_hash=random.integers(0, 256, (count, 32), np.uint8),
        address=random.integers(0, 256, (count, 20), np.uint8),
        topics=topics,
        topic_count=np.full(count, event.topics, np.uint8),
        data=data.reshape(-1),
        offsets=np.arange(count + 1) * event.head,
    )


def mixed(count: int) -> Logs:
    """Three transfers to one change of votes, interleaved: no run of rows can be taken as it is."""
    parts = made(TRANSFER, count), made(VOTES, count)
    kind = (np.arange(count) % 4 == 3).astype(int)
    sizes = np.where(kind, VOTES.head, TRANSFER.head)
    columns = {
        name: np.stack([getattr(part, name) for part in parts])[kind, np.arange(count)]
        for name in Logs.__dataclass_fields__
        if name not in ("data", "offsets")
    }
    data = np.zeros((int(sizes.sum()) // 32, 32), np.uint8)
    data[:, 20:] = 7
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    return Logs(**columns, data=data.reshape(-1), offsets=offsets)


def speed(work: Callable[[], object], count: int, rounds: int = 5) -> float:
    """Rows a CPU second, the best of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


def peak(work: Callable[[], object]) -> float:
    """Megabytes that some work allocates at most."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 2**20


def by_eth_abi(found: Logs, count: int) -> None:
    for row in range(count):
        abi_decode(["address"], found.topics[row, 1].tobytes())
        abi_decode(["address"], found.topics[row, 2].tobytes())
        start, end = found.offsets[row : row + 2]
        abi_decode(["uint256"], found.data[start:end].tobytes())


def main(count: int) -> dict[str, int]:
    transfers, interleaved = made(TRANSFER, count), mixed(count)
    few = max(1, count // 500)
    votes = logs([entry(CAST, b"\xa1" * 20, 2**255, 1, i, "because" * 5) for i in range(few)])
    found = {
        "transfers_per_cpu_second": speed(lambda: decode([TRANSFER], transfers), count),
        "mixed_per_cpu_second": speed(lambda: decode(EVENTS, interleaved), count),
        "votes_with_reason_per_cpu_second": speed(lambda: decode([CAST], votes), few),
        "eth_abi_per_cpu_second": speed(lambda: by_eth_abi(transfers, few), few, 2),
    }
    found["times_eth_abi"] = found["transfers_per_cpu_second"] / found["eth_abi_per_cpu_second"]
    found["decode_peak_mb"] = peak(lambda: decode([TRANSFER], transfers))
    unit = 2**20 if sys.platform == "darwin" else 2**10
    found["process_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return {"rows": count, **{name: round(value) for name, value in found.items()}}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)))
