"""A DuckDB file: opened, its failures said in our words, its transactions whole.

DuckDB lets one process write and then nobody else even read. A failure to write (a full disk)
invalidates the database for the process; it is closed then, and opened again at the next use:
everything that was committed is there.
"""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from psephos.errors import (
    IndexBroken,
    IndexLocked,
    NewerIndex,
    NotCollected,
    PsephosError,
    ReadOnlyFolder,
    StorageFull,
    StoreError,
)

# Measured in docs/decisions/0030: one thread, fewer checkpoints, and row groups that are not
# merged at each of them store a million rows for half of the processor time.
SETTINGS = {
    "threads": "1",
    "checkpoint_threshold": "64MB",
    "max_vacuum_tasks": "0",
    "memory_limit": "512MB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}

OURS = (duckdb.ProgrammingError, duckdb.DataError, duckdb.IntegrityError)
"""Wrong SQL or a value that does not fit: no failure of the file."""

FULL = re.compile(r"no space left|file too large|disk quota exceeded|not enough disk", re.I)
LOCKED = re.compile(r"could not set lock", re.I)
NEWER = re.compile(r"newer version of duckdb|can only read version|storage version", re.I)
REFUSED = re.compile(r"permission denied|read-only file system|operation not permitted", re.I)
BROKEN = re.compile(
    r"checksum|corrupt|not a valid duckdb|failure while replaying|serializ|deserializ"
    r"|internal error|failed to read|could not read|truncated|invalid magic|block id",
    re.I,
)


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the database; its folder is made if it is missing.

    Raises IndexLocked, IndexBroken, NewerIndex, ReadOnlyFolder or StorageFull; NotCollected if
    there is nothing to read.
    """
    if read_only and not path.exists():
        raise NotCollected(f"there is no index at {path}", hint="run `psephos sync` first")
    if not read_only:
        _writable(path)
    with explained(path):
        if not path.exists():
            _made(path)
        db = duckdb.connect(str(path), read_only=read_only, config=dict(SETTINGS))
    if not read_only:
        for left in path.parent.glob(f".{path.name}.*"):  # by who was killed: we hold the lock now
            left.unlink(missing_ok=True)
    return db


def _made(path: Path) -> None:
    """An empty database appears whole: who is killed between two of its headers leaves none.

    A link never replaces what another process has made meanwhile. Where there are no links, DuckDB
    makes the file itself.
    """
    begun = path.with_name(f".{path.name}.{os.getpid()}.new")
    begun.unlink(missing_ok=True)
    try:
        duckdb.connect(str(begun), config=dict(SETTINGS)).close()
        with suppress(OSError):
            os.link(begun, path)
    finally:
        begun.unlink(missing_ok=True)


def _writable(path: Path) -> None:
    """Try the folder by writing to it: permissions do not tell the whole truth (root, mounts).

    The database itself is not opened for that: DuckDB's lock is POSIX's, which a process loses
    when it closes any descriptor of the file.
    """
    probe = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_bytes(b"psephos")
        finally:
            probe.unlink(missing_ok=True)
    except OSError as cause:
        if cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise _full(path) from cause
        raise _refused(path, cause.strerror or str(cause)) from cause
    if path.exists() and not os.access(path, os.W_OK):
        raise _refused(path, "no permission to write the file")


def _refused(path: Path, why: str) -> ReadOnlyFolder:
    return ReadOnlyFolder(
        f"cannot write {path}: {why}",
        hint="give a folder that you may write: `data` in psephos.toml or PSEPHOS_DATA",
    )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise DuckDB's errors about `path` as ours; what is none of the file's passes."""
    try:
        yield
    except OURS:
        raise
    except (duckdb.Error, UnicodeDecodeError, OSError) as cause:
        raise said(path, cause) from cause


def said(path: Path, cause: Exception) -> PsephosError:
    """DuckDB's failure in our words; the first line of its own is kept."""
    text = str(cause)
    line = text.splitlines()[0] if text else type(cause).__name__
    if FULL.search(text):
        return _full(path)
    if LOCKED.search(text):
        pid = re.search(r"PID (\d+)", text)
        return IndexLocked(
            f"another process{f' ({pid[1]})' if pid else ''} has {path} open",
            hint="wait for it to end, or end it; one collector writes an index",
        )
    if NEWER.search(text):
        return NewerIndex(
            f"{path} was written by a newer DuckDB", hint="upgrade psephos, or collect anew"
        )
    if REFUSED.search(text):
        return _refused(path, line)
    if BROKEN.search(text):
        return IndexBroken(
            f"{path} is damaged: {line}",
            hint="keep the file for inspection, move it away, and run `psephos sync` again",
        )
    return StoreError(f"{path}: {line}")


def _full(path: Path) -> StorageFull:
    return StorageFull(
        f"no space left for {path}",
        hint="free some space and run it again: what was stored is safe",
    )


@contextmanager
def transaction(db: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """All or nothing. A rollback that fails too is no news: the file keeps what was committed."""
    db.execute("BEGIN")
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        with suppress(duckdb.Error):
            db.execute("ROLLBACK")
        raise
