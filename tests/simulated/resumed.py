"""A collector in a process of its own that is killed with -9 wherever it happens to be.

The chain follows from a seed and a phase, so that every process sees the same one; a later phase
is the chain after another reorganisation. The collector reads it a few blocks at a time: many
small transactions, a fork to roll back at the start of a phase, and a sealing at each end.
"""

import random
import signal
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from psephos.batch.ledger import Ledger
from psephos.batch.sync import sync
from psephos.chain.dataset import Dataset
from psephos.store.index import Index
from tests.simulated.collected import TOKEN, Told, at_once

DATASETS: tuple[Dataset, ...] = (TOKEN,)
STEP = 3  # blocks in one transaction
STRETCH = 4 * STEP  # blocks between two sealings
PATIENCE = 600  # seconds; a machine that is busy is not wrong

_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.simulated.resumed"])


def chain_at(seed: int, phase: int) -> Told:
    """The chain after `phase` reorganisations; a day has sixty of its blocks."""
    chain = Told(seed, lag=20, interval=24 * 60)
    chain.grow(80)
    for _ in range(phase):
        chain.reorg(chain.random.randrange(2, 18), longer=2)
    return chain


def collect_on(folder: Path, seed: int, phase: int, started: Any) -> None:
    """Read the chain to its end, a few blocks at a time, and seal its finished days."""
    chain = chain_at(seed, phase)
    started.set()
    with Index.open(folder / "index.duckdb") as index, Ledger.open(folder / "ledger.bin") as ledger:
        head = chain.head().number
        for last in [*range(STRETCH, head, STRETCH), head]:
            sync(chain, index, DATASETS, last=last, step=STEP, ledger=ledger, pause=at_once)


def killed(folder: Path, seed: int, phase: int, after: float) -> bool:
    """Collect, and be killed `after` seconds from the start of work; whether it came to that."""
    started = _context.Event()
    process = _context.Process(target=collect_on, args=(folder, seed, phase, started))
    process.start()
    assert started.wait(PATIENCE)
    process.join(after)
    process.kill()  # SIGKILL; nothing if it has ended
    process.join(PATIENCE)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == -signal.SIGKILL


def whole(folder: Path, seed: int, phase: int) -> float:
    """Collect without being disturbed; how many seconds it took."""
    began = time.monotonic()
    collect_on(folder, seed, phase, _context.Event())
    return time.monotonic() - began


def moments(seed: int, longest: float) -> Any:
    """Seconds after which to kill: anywhere in a run, most often early."""
    draw = random.Random(seed)
    while True:
        yield draw.random() ** 2 * longest
