"""How fast Starknet's events become rows: `python -m tests.benchmarks.bench_felts [events]` prints
one JSON line.

Whole rows into Arrow, key columns and every check included, in CPU seconds of this process (one
thread); the best of some rounds, since a busy machine only ever adds. `mixed` are transfers in both
layouts, changes of power and of stakes of two generations, interleaved; `rewards` are lists of
pools, `votes` carry users and strings: both are read by the exact reader, event by event. Fees are
blocks of 200 transactions from what a node tells, JSON already parsed.
"""

import json
import sys
from typing import Any

import numpy as np

from psephos.chain.decode import decode
from psephos.chain.event import FeltEvent
from psephos.chain.events import STARKNET
from psephos.chain.events.starknet_fees import rows
from psephos.chain.node import FeltLogs
from tests.benchmarks.bench_decode import speed
from tests.chain.events.test_starknet_fees import laid
from tests.chain.felt_entries import Entry, entry, logs

SOURCES = ("starknet_erc20", "starknet_votes", "starknet_staking")
EVENTS = [e for name in SOURCES for e in STARKNET[name].events if isinstance(e, FeltEvent)]
BY_TABLE = {event.table: event for event in EVENTS}
KEYED, PLAIN = (event for event in EVENTS if event.table == "transfer")
(VOTE,) = (e for e in STARKNET["snapshot_x_space"].events if e.table == "vote_cast")


def repeated(entries: list[Entry], count: int) -> FeltLogs:
    """`count` events in the order given, again and again; places ascend, felts are as written."""
    one, times = logs(entries), -(-count // len(entries))
    sizes = np.tile(np.diff(one.offsets), times)
    number = np.arange(times * len(entries))
    columns: dict[str, Any] = {
        name: np.tile(getattr(one, name), (times, 1) if getattr(one, name).ndim > 1 else times)
        for name in ("block_hash", "transaction_hash", "address", "felts", "key_count")
    }
    return FeltLogs(
        block=(number // 400).astype(np.uint64),
        transaction=(number % 400).astype(np.uint32),
        log=np.zeros(len(number), np.uint32),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        **columns,
    )


def mixed() -> list[Entry]:
    return [
        entry(PLAIN, 2**250, 5, 10**20),
        entry(KEYED, 2**250, 5, 10**20),
        entry(PLAIN, 3, 2**249, 7),
        entry(BY_TABLE["delegate_votes_changed"], 9, 10**24, 10**24 + 1),
        entry(BY_TABLE["stake_balance_changed"], 9, 1, 2, 3, 4),
        entry(BY_TABLE["stake_delegated_balance_changed"], 9, 8, 10**8, 10**9),
    ]


def main(count: int) -> dict[str, int]:
    few = max(6, count // 100)
    cases = {
        "transfers": (EVENTS, [entry(PLAIN, 2**250, 5, 10**20)], count),
        "mixed": (EVENTS, mixed(), count),
        "rewards": (
            EVENTS,
            [entry(BY_TABLE["staker_rewards_updated"], 9, 10**18, [(7, 5), (8, 6)])],
            few,
        ),
        "votes": ([VOTE], [entry(VOTE, 7, (0, 2**250), 1, 10**24, b"ipfs://" + b"q" * 59)], few),
    }
    found = {}
    for name, (events, entries, wanted) in cases.items():
        made = repeated(entries, wanted)
        found[f"{name}_per_cpu_second"] = speed(lambda e=events, m=made: decode(e, m), len(made))
    header, (one,) = laid()
    block = [one] * 200
    found["fee_blocks_per_cpu_second"] = speed(lambda: rows(header, block, ()), 1, 20)
    return {"events": count, **{name: round(value) for name, value in found.items()}}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)))
