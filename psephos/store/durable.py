"""Files that are whole or not there, and what a full or read-only disk is called.

A file is written beside its place under a name that ends in `.part`, synced, then renamed; the
folder is synced afterwards, because a rename is an entry of the folder. Whoever is killed in
between leaves a `.part` file and nothing else.

Every step is told to a callback. Tests pass one that kills the process there.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from psephos.errors import CommandError, PsephosError, ReadOnlyFolder, StorageFull

Step = Callable[[str], None]
"""Called with the name of each step after it was done."""

PART = ".part"

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM}


def quiet(step: str) -> None:
    """The callback that does nothing."""


@contextmanager
def storage(folder: Path) -> Iterator[None]:
    """Turn the operating system's refusals to write into `StorageFull` and `ReadOnlyFolder`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                f"no space left for {folder.name or folder}",
                hint="free some space and repeat the command; what is published is untouched",
            ) from error
        if error.errno in _REFUSED:
            raise ReadOnlyFolder(
                f"{folder.name or folder} cannot be written",
                hint="check the folder's owner and permissions, or name another folder",
            ) from error
        raise


def exclusive(path: Path, taken: PsephosError) -> int:
    """A descriptor of the file `path`, made if need be, that alone holds its lock.

    Close it to let go; the kernel does so for a dead process. Raises `taken` if another has it.
    """
    with storage(path.parent):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise taken from error
    return descriptor


def sync_file(path: Path) -> None:
    """Make a file's bytes survive a power cut."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a folder's entries (new names, renames) survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def place(path: Path, content: bytes, step: Step = quiet, what: str = "file") -> None:
    """Write `content` to `path`, whole or not at all; the folder is not synced yet.

    Replaces a file of that name, so it also moves a pointer.
    """
    part = path.with_name(path.name + PART)
    part.write_bytes(content)
    step(f"{what} written")
    sync_file(part)
    step(f"{what} synced")
    part.replace(path)
    step(f"{what} placed")


def check_free(path: Path) -> None:
    """CommandError unless a file can stand there: before the work whose result goes into it.

    A folder, a device or a pipe of that name is not replaced; a file is.
    """
    hint = "name a file in a folder that is there"
    try:
        if not path.parent.is_dir():
            raise CommandError(f"there is no folder {path.parent}", hint=hint)
        if path.exists() and not path.is_file():
            raise CommandError(f"{path} is there and is no file", hint=hint)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}", hint=hint) from error


def put(path: Path, content: bytes, what: str = "file") -> None:
    """`place` for who named the path: whatever the system refuses is said, and nothing is left."""
    check_free(path)
    try:
        with storage(path.parent):
            place(path, content, what=what)
    except (OSError, PsephosError) as error:
        with suppress(OSError):
            path.with_name(path.name + PART).unlink()
        if isinstance(error, PsephosError):
            raise
        hint = "name a file in a folder that is there"
        raise CommandError(f"cannot write {path}: {error.strerror}", hint=hint) from error
