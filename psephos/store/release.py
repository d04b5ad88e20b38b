"""A folder of releases, and the one way to add to it.

    current               ids of the releases that are kept, newest first, one a line
    manifests/<id>.json   what a release is (psephos.store.manifest)
    segments/<hash>.parquet
    figures/<hash>.json
    proofs/<hash>.proof   proofs of sealed tables; the same file for every release that names it
    ledger.bin            the ledger so far; a release names how many of its bytes it stands on
    lock                  held by whoever publishes

Everything but `current`, `ledger.bin` and `lock` is written once and never changed. A
publication writes new files, each whole or not there, then replaces `current`: before that
rename the old release is the current one, after it the new one is, and at no moment is there
none. `ledger.bin` only grows, so its first bytes are the same for every release.

A reader holds a shared lock on the manifest it reads. A release is removed when it is not among
the last that are kept and nobody holds that lock; then the files that no manifest names any more
are removed. The kernel drops the locks of a dead process: there are no stale ones.
"""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from psephos.errors import NoRelease, ReleaseBroken, ReleaseLocked
from psephos.store import segment
from psephos.store.durable import (
    PART,
    Step,
    exclusive,
    place,
    quiet,
    storage,
    sync_file,
    sync_folder,
)
from psephos.store.faults import fault
from psephos.store.manifest import File, Manifest, encode, identity, parse
from psephos.store.segment import Segment

FOLDERS = ("manifests", "segments", "figures", "proofs")
ID = re.compile(r"[0-9a-f]{64}")


def kept(folder: Path) -> tuple[str, ...]:
    """Ids of the releases in a folder, newest first; none if there is no pointer.

    `ReleaseBroken` if the pointer is not a list of ids.
    """
    try:
        ids = (folder / "current").read_text("ascii").split()
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        ids = [""]
    if not ids or not all(ID.fullmatch(name) for name in ids):
        raise ReleaseBroken("`current` does not hold the ids of releases", hint=_HINT)
    return tuple(ids)


_HINT = "restore the file from a copy, or remove it and release anew"


_FIRST = "run `psephos release` first; `make demo` publishes into data/demo/releases (--releases)"


def find(folder: Path, name: str | None) -> str:
    """The id of a release: the current one, or the one whose id begins with `name`.

    `NoRelease` if there is none, or several that begin so.
    """
    ids = kept(folder)
    if not ids:
        raise NoRelease("nothing has been released yet", hint=_FIRST)
    if name is None:
        return ids[0]
    if ID.fullmatch(name):
        return name
    found = [
        known for known in ids if re.fullmatch("[0-9a-f]{8,}", name) and known.startswith(name)
    ]
    if len(found) != 1:
        raise NoRelease(
            f"no release is called {name[:64]!r}",
            hint="give at least 8 digits of an id; a release of long ago may have been removed",
        )
    return found[0]


def load(folder: Path, name: str) -> Manifest:
    """The manifest of a release, its bytes compared with its id."""
    file = f"manifests/{name}.json"
    try:
        content = (folder / file).read_bytes()
    except FileNotFoundError as error:
        raise ReleaseBroken(f"{file} is missing", hint=_HINT) from error
    if identity(content) != name:
        raise ReleaseBroken(f"{file} was changed: its bytes have another hash", hint=_HINT)
    return parse(content, file)


@dataclass(slots=True)
class Publication:
    """A publication under way; made by `publication`. `written` are the segments so far."""

    folder: Path
    previous: Manifest | None
    step: Step
    written: set[Segment]

    def segment(self, schema: pa.Schema, rows: Iterable[pa.RecordBatch]) -> Segment | None:
        """Write rows as a segment; None if there are none."""
        made = segment.write(self.folder / "segments", schema, rows, self.step)
        if made:
            self.written.add(made)
        return made

    @property
    def new(self) -> set[Segment]:
        """The segments written that the release before does not have."""
        return self.written - set(self.previous.segments if self.previous else ())

    def figures(self, content: bytes) -> File:
        """Write the file of figures."""
        name = identity(content)
        with storage(self.folder):
            place(self.folder / "figures" / f"{name}.json", content, self.step, "figures")
        return File(name, len(content))

    def proof(self, content: bytes) -> File:
        """Write a proof, which stays if it is there already."""
        name = identity(content)
        with storage(self.folder):
            place(self.folder / "proofs" / f"{name}.proof", content, self.step, "proof")
        return File(name, len(content))

    def has_proof(self, name: str, length: int) -> bool:
        """Whether this proof is there with its length; its bytes are not read."""
        file = File(name, length)
        return fault(self.folder / "proofs" / f"{name}.proof", file, whole=False) is None

    def ledger(self, content: bytes, start: int) -> None:
        """Let `ledger.bin` hold `content` from byte `start` on, and nothing after it.

        What is there already and equal is not touched, because readers may be reading it. What
        differs was left by a publication that was cut off, or is broken.
        """
        path = self.folder / "ledger.bin"
        with storage(self.folder):
            path.touch()
            with path.open("r+b") as file:
                file.seek(start)
                there = file.read()
                same = len(there) if content.startswith(there) else 0
                file.truncate(start + same)
                file.seek(start + same)
                file.write(content[same:])
            self.step("ledger written")
            sync_file(path)
            self.step("ledger synced")

    def publish(self, manifest: Manifest, keep: int) -> str:
        """Make a manifest the current release, then remove what nobody needs; its id."""
        content = encode(manifest)
        name = identity(content)
        before = kept(self.folder)
        ids = (name, *(known for known in before if known != name))[:keep]
        with storage(self.folder):
            if self.previous is None or manifest != self.previous:
                place(self.folder / "manifests" / f"{name}.json", content, self.step, "manifest")
                for sub in FOLDERS:
                    sync_folder(self.folder / sub)
                self.step("folders synced")
            if ids != before:
                pointer = "".join(f"{known}\n" for known in ids).encode()
                place(self.folder / "current", pointer, self.step, "pointer")
                sync_folder(self.folder)
                self.step("folder synced")
            sweep(self.folder, keep, self.step)
        return name


@contextmanager
def publication(folder: Path, step: Step = quiet) -> Iterator[Publication]:
    """The right to publish in a folder, which is made if it is not there.

    `ReleaseLocked` if another process publishes there, `ReadOnlyFolder` and `StorageFull` as the
    disk says. What an earlier publication left half written is removed first.
    """
    with storage(folder):
        for sub in FOLDERS:
            (folder / sub).mkdir(parents=True, exist_ok=True)
    taken = ReleaseLocked(
        "another process is publishing in this folder", hint="wait until it has finished"
    )
    lock = exclusive(folder / "lock", taken)
    try:
        for left in (*folder.glob(f"*{PART}"), *folder.glob(f"*/*{PART}")):
            left.unlink()
        yield Publication(folder, _previous(folder), step, set())
    finally:
        os.close(lock)


def _previous(folder: Path) -> Manifest | None:
    """The current release; None if it is broken, so that a new one repairs the folder."""
    ids = kept(folder)
    try:
        return load(folder, ids[0]) if ids else None
    except ReleaseBroken:
        return None


def sweep(folder: Path, keep: int, step: Step = quiet) -> None:
    """Remove releases beyond the last `keep` that nobody reads, and files that none names.

    The caller holds the right to publish. A manifest that cannot be read names nothing.
    """
    last = set(kept(folder)[:keep])
    named: set[str] = set()
    for path in sorted((folder / "manifests").glob("*.json")):
        if path.stem not in last and _remove_unread(path):
            step("manifest removed")
            continue
        with contextlib.suppress(ReleaseBroken):
            manifest = load(folder, path.stem)
            named |= {found.file for found in manifest.segments}
            named |= {f"{manifest.figures.hash}.json"} if manifest.figures else set()
            named |= {proof.file for proof in manifest.proofs}
    for sub in FOLDERS[1:]:
        for path in (folder / sub).iterdir() if (folder / sub).is_dir() else ():
            if path.name in named:
                continue
            path.unlink()
            step("garbage removed")


def _remove_unread(path: Path) -> bool:
    """Remove a manifest unless somebody reads its release."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def hold(folder: Path, name: str) -> int | None:
    """A descriptor whose shared lock keeps a release from being removed; None if it is gone.

    Close the descriptor to let go. Reading is enough: no right to write is needed.
    """
    path = folder / "manifests" / f"{name}.json"
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        # Removed between opening and locking: the lock would be on a file nobody finds.
        if path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
    os.close(descriptor)
    return None
