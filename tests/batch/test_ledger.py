"""The ledger's file: killed, torn, cut, rewritten, rolled back, shared."""

import os
import signal
import tracemalloc
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from time import process_time

import pytest

from psephos.batch.history import MAGIC, Entry, History, record
from psephos.batch.ledger import Ledger
from psephos.errors import IndexLocked, LedgerBroken, ReadOnlyFolder
from tests.batch.test_header import sample


def entries(first: int, last: int) -> list[Entry]:
    return [Entry(sample(day=day, first=day, last=day)) for day in range(first, last)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.bin"


def test_what_was_appended_is_there_when_it_is_opened_again(path: Path) -> None:
    with Ledger.open(path) as ledger:
        assert ledger.size == 0
        assert ledger.append(entries(0, 1)[0]) == 0
        ledger.extend(entries(1, 5))
        root = ledger.root()
    with Ledger.open(path, read_only=True) as again:
        assert again.size == 5
        assert again.root() == root
        assert again.content() == path.read_bytes()
        assert again.content(3, again.length(2)) == record(entries(2, 3)[0])


def test_entries_are_appended_all_or_none(path: Path) -> None:
    with Ledger.open(path) as ledger:
        with pytest.raises(LedgerBroken):
            ledger.extend([*entries(0, 3), *entries(0, 1)])
        assert ledger.size == 0
        assert path.read_bytes() == MAGIC


def test_a_second_writer_is_refused_and_a_reader_is_not(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.extend(entries(0, 2))
        with pytest.raises(IndexLocked):
            Ledger.open(path)
        with Ledger.open(path, read_only=True) as reader:
            assert reader.size == 2
    Ledger.open(path).close()


def test_a_reader_does_not_write(path: Path) -> None:
    with Ledger.open(path, read_only=True) as reader:
        assert reader.size == 0
        with pytest.raises(ValueError, match="reading"):
            reader.append(entries(0, 1)[0])
    assert not path.exists()


def filled(path: Path, count: int = 4) -> bytes:
    with Ledger.open(path) as ledger:
        ledger.extend(entries(0, count))
        return ledger.root()


@pytest.mark.parametrize("cut", [1, 4, 40, 200, 0])
def test_a_torn_tail_that_was_never_acknowledged_is_cut_off(path: Path, cut: int) -> None:
    root = filled(path)
    whole = path.read_bytes()
    torn = record(entries(4, 5)[0])
    path.write_bytes(whole + (torn[:cut] or torn))
    with Ledger.open(path, read_only=True) as reader:
        assert reader.root() == root
    with Ledger.open(path) as ledger:
        assert ledger.root() == root
        ledger.extend(entries(4, 5))
    assert path.read_bytes() == whole + torn


def test_an_acknowledged_entry_that_is_missing_is_reported_never_repaired(path: Path) -> None:
    filled(path)
    whole = path.read_bytes()
    for length in [0, 3, 16, len(whole) // 2, len(whole) - 1]:
        path.write_bytes(whole[:length])
        for read_only in (True, False):
            with pytest.raises(LedgerBroken, match="acknowledged"):
                Ledger.open(path, read_only=read_only)
        assert path.read_bytes() == whole[:length]
    path.unlink()
    with pytest.raises(LedgerBroken, match="acknowledged"):
        Ledger.open(path)


def test_flipped_bits_of_the_file_are_noticed(path: Path) -> None:
    filled(path, 2)
    whole = path.read_bytes()
    for bit in range(0, 8 * len(whole), 5):  # all of them: test_history.py
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        with pytest.raises(LedgerBroken):
            Ledger.open(path, read_only=True)


def test_flipped_bits_of_the_head_are_noticed(path: Path) -> None:
    filled(path, 2)
    head = path.with_suffix(".head")
    whole = head.read_bytes()
    for bit in range(0, 8 * len(whole), 2):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        head.write_bytes(changed)
        with pytest.raises(LedgerBroken):
            Ledger.open(path, read_only=True)


def test_a_missing_head_is_reported(path: Path) -> None:
    filled(path)
    path.with_suffix(".head").unlink()
    with pytest.raises(LedgerBroken, match="missing"):
        Ledger.open(path)


def test_a_rewritten_entry_is_noticed(path: Path) -> None:
    filled(path)
    other = [*entries(0, 2), Entry(sample(day=2, first=2, last=2, rows=99)), *entries(3, 4)]
    path.write_bytes(MAGIC + b"".join(map(record, other)))
    with pytest.raises(LedgerBroken, match="history"):
        Ledger.open(path)


def test_p18_lengths_that_lie_are_refused_before_anything_is_made() -> None:
    honest = MAGIC + b"".join(map(record, entries(0, 3)))
    header = record(entries(0, 1)[0])[4:]
    lies = [
        honest + b"\xff\xff\xff\xff",
        honest + b"\x7f\xff\xff\xff" + header,
        MAGIC + len(header).to_bytes(4, "big") + header[:2] + b"\xff\xff" + header[4:],
        MAGIC + len(header).to_bytes(4, "big") + header[:4] + b"\xff\xff" + header[6:],
        MAGIC + bytes(2**24),
    ]
    tracemalloc.start()
    begun = process_time()
    for lie in lies:
        with pytest.raises(LedgerBroken):
            History.read(lie)
    assert process_time() - begun < 1
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(ReadOnlyFolder):
        Ledger.open(tmp_path / "ledger.bin")


# Stopped at every step, and killed with -9 at some


class Stop(Exception):
    """Stands for the process's end."""


def _append(path: Path, at: int, end: Callable[[], None]) -> None:
    count = 0

    def step(_: str) -> None:
        nonlocal count
        if count == at:
            end()
        count += 1

    with Ledger.open(path, step=step) as ledger:
        for day in range(ledger.size, 3):
            ledger.extend(entries(day, day + 1))


def _stop() -> None:
    raise Stop


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_stopped_at_any_step_it_ends_with_the_same_bytes(tmp_path: Path) -> None:
    whole = tmp_path / "ledger.bin"
    _append(whole, -1, _stop)
    at, stopped = 0, True
    while stopped:
        path = tmp_path / str(at) / "ledger.bin"
        path.parent.mkdir()
        try:
            _append(path, at, _stop)
            stopped = False
        except Stop:
            _append(path, -1, _stop)
        assert path.read_bytes() == whole.read_bytes()
        assert path.with_suffix(".head").read_bytes() == whole.with_suffix(".head").read_bytes()
        at += 1
    assert at > 20  # six steps an entry, four for the ledger's beginning


@pytest.mark.parametrize("at", [4, 8])
def test_killed_it_ends_with_the_same_bytes(tmp_path: Path, at: int) -> None:
    whole, path = tmp_path / "whole.bin", tmp_path / "ledger.bin"
    _append(whole, -1, _stop)
    process = get_context("forkserver").Process(target=_append, args=(path, at, _kill))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    _append(path, -1, _stop)
    assert path.read_bytes() == whole.read_bytes()
