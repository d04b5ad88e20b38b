"""The ledger's file: appended to, never changed, by one process at a time.

    ledger.bin    the entries (layout: psephos.batch.history)
    ledger.head   how much of it was acknowledged: entries, bytes, root; replaced by one rename
    ledger.lock   held while a process writes

An append writes the entries and syncs them, then replaces the head: from then on they are
acknowledged. Whoever dies in between leaves bytes behind the head, which nobody was told of:
they are cut off at the next writing. Anything else that does not fit the head (bytes missing,
another root, no head) is no accident of writing, and is LedgerBroken.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from psephos.batch.history import MAGIC, Entry, History, record
from psephos.batch.proven import Proven
from psephos.errors import IndexLocked, LedgerBroken
from psephos.store.durable import Step, exclusive, place, quiet, storage, sync_file, sync_folder

HEAD = re.compile(rb"psephos ledger head 1\nentries (\d+)\nbytes (\d+)\nroot ([0-9a-f]{64})\n")
HINT = "restore ledger.bin and ledger.head from a copy, or from the newest release"


class Ledger:
    """An open ledger. Make one with `Ledger.open`, close it or use it in a `with`."""

    def __init__(self, path: Path, read_only: bool, step: Step) -> None:
        self.path = path
        self.read_only = read_only
        self.history = History()
        self._step = step
        self._lock: int | None = None

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False, step: Step = quiet) -> Self:
        """Open and check the whole ledger; a new one is empty.

        IndexLocked if another process writes it; LedgerBroken if its bytes are not the history
        that its head names. For reading only, a tail that was not acknowledged is passed over.
        """
        ledger = cls(Path(path), read_only, step)
        try:
            if not read_only:
                ledger._take_lock()
            ledger._load()
        except BaseException:
            ledger.close()
            raise
        return ledger

    @property
    def head_path(self) -> Path:
        return self.path.with_suffix(".head")

    def close(self) -> None:
        """Let go of the lock."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    # What it says

    @property
    def size(self) -> int:
        """Number of entries."""
        return self.history.size

    @property
    def entries(self) -> list[Entry | Proven]:
        return self.history.entries

    def at(self, index: int) -> Entry:
        """An entry about a batch."""
        return self.history.at(index)

    @property
    def latest(self) -> dict[tuple[str, str, int], int]:
        """Index of the entry that holds, by dataset, table and day."""
        return self.history.latest

    def root(self, size: int | None = None) -> bytes:
        return self.history.root(size)

    def length(self, size: int | None = None) -> int:
        return self.history.length(size)

    def content(self, size: int | None = None, start: int = 0) -> bytes:
        """The file's bytes from `start` to the end of entry `size`."""
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(max(self.length(size) - start, 0))

    # Writing

    def append(self, entry: Entry | Proven) -> int:
        """Append one entry; when this returns it is on the disk. Its index."""
        self.extend([entry])
        return self.size - 1

    def extend(self, entries: Sequence[Entry | Proven]) -> None:
        """Append entries, all or none of them. LedgerBroken if one breaks a law of the ledger."""
        if self.read_only:
            raise ValueError("this ledger was opened for reading only")
        if not entries:
            return
        start, grown = self.length(), _copy(self.history)
        for entry in entries:
            grown.add(entry)
        with storage(self.path.parent):
            with self.path.open("r+b") as file:
                file.seek(start)
                file.write(b"".join(map(record, entries)))
                file.truncate()
            self._step("entries written")
            sync_file(self.path)
            self._step("entries synced")
            self._write_head(grown)
        self.history = grown

    def _write_head(self, history: History) -> None:
        text = (
            f"psephos ledger head 1\nentries {history.size}\nbytes {history.length()}\n"
            f"root {history.root().hex()}\n"
        )
        place(self.head_path, text.encode(), self._step, "head")
        sync_folder(self.path.parent)
        self._step("head acknowledged")

    def _take_lock(self) -> None:
        folder = self.path.parent
        with storage(folder):
            folder.mkdir(parents=True, exist_ok=True)
        taken = IndexLocked(
            "another process is writing the ledger", hint="wait until it has finished"
        )
        self._lock = exclusive(self.path.with_suffix(".lock"), taken)

    def _load(self) -> None:
        head = self.head_path.read_bytes() if self.head_path.exists() else None
        content = self.path.read_bytes() if self.path.exists() else b""
        if head is None and content not in (b"", MAGIC):
            raise LedgerBroken(f"{self.head_path.name} is missing", hint=HINT)
        if head is None:
            return self._create()
        named = HEAD.fullmatch(head)
        if named is None:
            raise LedgerBroken(f"{self.head_path.name} is not as it was written", hint=HINT)
        size, length, root = int(named[1]), int(named[2]), bytes.fromhex(named[3].decode())
        if len(content) < length:
            raise LedgerBroken(
                f"{self.path.name} has {len(content)} bytes, {length} were acknowledged", hint=HINT
            )
        self.history = History.read(content[:length])
        if (self.size, self.root()) != (size, root):
            raise LedgerBroken(f"{self.path.name} is not the history its head names", hint=HINT)
        if len(content) > length and not self.read_only:
            self._cut(length)
        return None

    def _create(self) -> None:
        if self.read_only:
            return
        with storage(self.path.parent):
            self.path.write_bytes(MAGIC)
            sync_file(self.path)
            self._write_head(self.history)

    def _cut(self, length: int) -> None:
        """Remove what an append left behind that was never acknowledged."""
        with storage(self.path.parent):
            with self.path.open("r+b") as file:
                file.truncate(length)
            sync_file(self.path)


def _copy(history: History) -> History:
    """A history that can grow while the other stays: entries themselves never change."""
    return History(
        list(history.entries),
        list(history.leaves),
        list(history.ends),
        dict(history.latest),
        dict(history.proven),
        list(history.peaks),
    )
