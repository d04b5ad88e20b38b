"""Killed with -9 at every step of a sealing, the ledger ends as if nothing had happened."""

import os
import shutil
import signal
from multiprocessing import get_context
from pathlib import Path

import pytest

from psephos.batch.ledger import Ledger
from psephos.batch.seal import seal
from psephos.store.index import Index
from tests.batch.test_seal import EVENTS, House


def _seal(folder: Path, at: int) -> None:
    """Seal, and be killed after step `at`."""
    count = 0

    def step(_: str) -> None:
        nonlocal count
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        count += 1

    with (
        Index.open(folder / "index.duckdb") as index,
        Ledger.open(folder / "ledger.bin", step=step) as ledger,
    ):
        seal(index, ledger, EVENTS)


def killed(folder: Path, at: int) -> bool:
    process = get_context("forkserver").Process(target=_seal, args=(folder, at))
    process.start()
    process.join(600)
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


@pytest.mark.long
def test_killed_at_every_step_it_ends_with_the_same_ledger(tmp_path: Path) -> None:
    house = House(tmp_path / "whole")
    house.folder.mkdir()
    house.chain.grow(200)  # more than a month: several appends
    with house.open() as (index, _):
        house.collect(index)
    collected = tmp_path / "collected"
    shutil.copytree(house.folder, collected)
    _seal(house.folder, -1)
    wanted = (house.folder / "ledger.bin").read_bytes()
    at = 0
    while True:
        folder = tmp_path / str(at)
        shutil.copytree(collected, folder)
        if not killed(folder, at):
            break
        if at % 3 == 0:
            killed(folder, 2)  # and once more while it resumes
        _seal(folder, -1)
        assert (folder / "ledger.bin").read_bytes() == wanted
        shutil.rmtree(folder)
        at += 1
    assert at >= 12
