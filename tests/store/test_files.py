"""The file of an index: locked, damaged, on a full disk, in a folder that cannot be written."""

import os
import resource
import shutil
import signal
import subprocess
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path

import pytest

from psephos.errors import IndexBroken, IndexLocked, NewerIndex, ReadOnlyFolder, StorageFull
from psephos.store.database import said
from psephos.store.digest import digest
from psephos.store.index import Index
from tests.simulated.collected import TOKEN, chain, pieces, read

_context = get_context("forkserver")


def mounted(folder: Path, size: str) -> bool:
    """Mount a small file system of its own; needs root on Linux."""
    if os.geteuid() or not shutil.which("mount"):
        return False
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False,
        capture_output=True,
    )  # fmt: skip
    return done.returncode == 0


@contextmanager
def small_disk(folder: Path, size: str):
    if not mounted(folder, size):
        pytest.skip("needs root and Linux: a small file system has to be mounted")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def hold(path: Path, opened, done) -> None:
    with Index.open(path):
        opened.set()
        done.wait(600)


def test_a_second_collector_is_told_who_has_the_index(tmp_path):
    path = tmp_path / "i.duckdb"
    opened, done = _context.Event(), _context.Event()
    other = _context.Process(target=hold, args=(path, opened, done))
    other.start()
    assert opened.wait(600)
    try:
        for read_only in (False, True):
            with pytest.raises(IndexLocked, match=f"another process \\({other.pid}\\)") as caught:
                Index.open(path, read_only=read_only)
            assert caught.value.retry
    finally:
        done.set()
        other.join(600)
    Index.open(path).close()


def try_open(path: Path, found) -> None:
    try:
        Index.open(path).close()
    except IndexLocked:
        found.set()


def test_opening_it_twice_in_one_process_does_not_give_the_lock_away(tmp_path):
    """A POSIX lock is lost when its process closes any descriptor of the file."""
    path = tmp_path / "i.duckdb"
    with Index.open(path), Index.open(path):
        locked = _context.Event()
        other = _context.Process(target=try_open, args=(path, locked))
        other.start()
        other.join(600)
        assert locked.is_set()


def run_full(path: Path, limit: int) -> None:
    """In a process whose files cannot grow beyond `limit` bytes; then the limit is lifted."""
    told = chain(1, blocks=200)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    with pytest.raises(StorageFull):
        read(told, path, step=10)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@pytest.mark.parametrize("limit", [10_000, 270_000, 1_300_000])
def test_a_file_that_cannot_grow_is_a_full_disk_and_the_next_run_goes_on(limit, tmp_path):
    path = tmp_path / "i.duckdb"
    process = _context.Process(target=run_full, args=(path, limit))
    process.start()
    process.join(600)
    assert process.exitcode == 0
    told = chain(1, blocks=200)
    assert limit > 100_000 or list(tmp_path.iterdir()) == []  # not even the header was written
    assert read(told, path)[1] == read(told, tmp_path / "fresh.duckdb")[1]


@pytest.mark.parametrize("size", [0, 1, 4096, 8192])
def test_one_killed_while_it_made_the_file_leaves_nothing_that_is_in_the_way(size, tmp_path):
    """DuckDB writes three headers of 4096 bytes: what a kill leaves of them is no index yet."""
    path = tmp_path / "i.duckdb"
    Index.open(tmp_path / "whole").close()
    begun = (tmp_path / "whole").read_bytes()[:size]
    (tmp_path / "whole").unlink()
    for pid in (os.getpid(), 4_000_000):
        path.with_name(f".{path.name}.{pid}.new").write_bytes(begun)
    Index.open(path).close()
    assert [one.name for one in tmp_path.iterdir()] == ["i.duckdb"]


def born(path: Path, size: int) -> None:
    """Made by a process that dies as soon as it has written so many bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    Index.open(path).close()


@pytest.mark.parametrize("size", [4096, 8192])
def test_killed_between_the_headers_of_a_new_file_it_is_made_again(size, tmp_path):
    path = tmp_path / "i.duckdb"
    process = _context.Process(target=born, args=(path, size))
    process.start()
    process.join(600)
    assert process.exitcode == -signal.SIGXFSZ
    assert not path.exists()
    Index.open(path).close()


def fill(ballast: Path) -> None:
    """Take all the space there is."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def store(index, found):
    for piece in found:
        index.append(piece)


def test_the_same_process_goes_on_once_a_full_disk_has_space_again(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    told = chain(1, blocks=300)
    found = pieces(told, TOKEN, step=10)
    with small_disk(disk, "8m"), Index.open(disk / "i.duckdb") as index:
        index.register(TOKEN)
        ballast = disk / "ballast"
        fill(ballast)
        with pytest.raises(StorageFull, match="no space left") as caught:
            store(index, found * 50)
        assert caught.value.retry
        assert "free some space" in caught.value.hint
        ballast.unlink()
        store(index, found)
        after = digest(index)
    assert after == read(told, tmp_path / "fresh.duckdb")[1] | {"dataset": after["dataset"]}


def test_a_read_only_file_system_is_said_so(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, "8m"):
        Index.open(disk / "i.duckdb").close()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with pytest.raises(ReadOnlyFolder, match=r"(?i)read-only") as caught:
            Index.open(disk / "i.duckdb")
        assert "may write" in caught.value.hint
        with pytest.raises(ReadOnlyFolder):
            Index.open(disk / "new" / "i.duckdb")
        Index.open(disk / "i.duckdb", read_only=True).close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said_so(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ReadOnlyFolder):
        Index.open(tmp_path / "i.duckdb")


def test_a_folder_that_is_a_file_is_said_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReadOnlyFolder, match="cannot write"):
        Index.open(tmp_path / "file" / "i.duckdb")


def stored(path: Path) -> Path:
    read(chain(1, blocks=100), path)
    return path


@pytest.mark.parametrize("at", [0, 4096 + 8, 0.3, 0.6, 0.9])
def test_a_changed_byte_is_found_or_changes_nothing(at, tmp_path):
    """It may belong to a block that holds nothing now."""
    path = stored(tmp_path / "i.duckdb")
    with Index.open(path) as index:
        before = digest(index)
    content = bytearray(path.read_bytes())
    content[at if isinstance(at, int) else int(len(content) * at)] ^= 0xFF
    path.write_bytes(content)
    try:
        with Index.open(path) as index:
            assert digest(index) == before
    except IndexBroken:
        pass


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.9])
def test_a_file_cut_short_is_broken(share, tmp_path):
    path = stored(tmp_path / "i.duckdb")
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))
    if share == 0.0:
        path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(IndexBroken) as caught, Index.open(path) as index:
        digest(index)
    assert "keep the file" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Trying to read a database file with version number 99, but we can only read versions"
         " between 64 and 67.", NewerIndex),
        ("Could not set lock on file \"x\": Conflicting lock is held in python (PID 77)",
         IndexLocked),
        ("Could not write all bytes to file \"x\": wanted=4096 wrote=0: No space left on device",
         StorageFull),
        ("Cannot open file \"x\": Permission denied", ReadOnlyFolder),
        ("Failure while replaying WAL file \"x.wal\": checksum", IndexBroken),
    ],
)  # fmt: skip
def test_what_duckdb_says_is_said_in_our_words(text, error):
    found = said(Path("x"), Exception(text))
    assert type(found) is error
    assert found.hint
    assert "\n" not in str(found)


def test_nothing_of_a_failed_opening_stays_open(tmp_path):
    path = tmp_path / "i.duckdb"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(IndexBroken):
        Index.open(path)
    path.unlink()
    Index.open(path).close()
