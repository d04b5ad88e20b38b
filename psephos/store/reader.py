"""Reading a release: SQL over its files, and over nothing else of this machine.

A release is opened as views of an in-memory DuckDB (psephos.store.views). A statement that is not
a single SELECT is refused before it runs.

Views: `block`; each event table as `<dataset>_<table>`; `position`, a row for each change of who
holds how much; `checkpoint`, everybody's position at the end of some blocks, so that a position
at any block is the last checkpoint before it and the changes since. Event tables, blocks and
changes have a column `provisional`: the block is not final yet and may disappear.
"""

import os
import re
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import msgspec
import polars as pl

from psephos.errors import AmountTooLarge, CommandError, NoRelease, ReleaseBroken
from psephos.store import release
from psephos.store.answer import exact, refuse_all_but_select, refuse_too_large
from psephos.store.faults import faults
from psephos.store.homes import holding
from psephos.store.manifest import Chain, Manifest, identity
from psephos.store.manifest import Dataset as Watched
from psephos.store.views import database

PATH = re.compile(r'"/[^"]*"|/[^\s"]+')


class Span(NamedTuple):
    """Blocks `first` to `last` were read; the lowest evidence level among them."""

    first: int
    last: int
    level: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset of a release. `stopped` says why it is quarantined; empty if it is not. `sampled`:
    how many blocks were drawn to be recomputed, and how many of them were clean."""

    name: str
    id: bytes
    contracts: tuple[bytes, ...]
    sources: tuple[str, ...]
    first: int
    decimals: int
    symbol: str
    links: Mapping[str, str]
    spans: tuple[Span, ...]
    sealed: tuple[tuple[int, int], ...]
    stopped: str
    sampled: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, name: str, watched: Watched) -> "Dataset":
        return cls(
            name,
            bytes.fromhex(watched.id),
            tuple(bytes.fromhex(contract[2:]) for contract in watched.contracts),
            watched.sources,
            watched.first,
            watched.decimals,
            watched.symbol,
            watched.links,
            tuple(Span(*span) for span in watched.coverage),
            watched.sealed,
            watched.stopped,
            watched.sampled,
        )


class Release:
    """An open release. Several threads may ask it at once; close it, or use it in a `with`.

    While it is open its files are kept, whatever is published meanwhile.
    """

    def __init__(
        self, folder: Path, id: str, manifest: Manifest, lock: int | None, threads: int | None,
        memory: int | None = None,
    ) -> None:  # fmt: skip
        """Use `Release.open`; with `lock` None it is a release that is being made."""
        self.folder = folder
        self.id = id
        self.manifest = manifest
        self._guard = threading.Lock()
        self._checkpoints: dict[tuple[str, str], tuple[int, ...]] = {}
        self._database = database(folder, manifest, threads, memory)
        self._free = weakref.finalize(self, os.close, lock) if lock is not None else None

    @classmethod
    def open(
        cls, folder: Path | str, id: str | None = None, *, threads: int | None = None,
        memory: int | None = None,
    ) -> "Release":  # fmt: skip
        """Open the current release, or the one whose id begins with `id`.

        Of a folder of several chains (psephos.store.homes) the first one's current release.
        A query may use so many `threads` and bytes of `memory`; without them, the machine's.
        `NoRelease` if there is none; `ReleaseBroken` names the file that is missing, of another
        length, or whose manifest was changed. Whether a file of the right length holds the right
        bytes is what `check` says.
        """
        folder = holding(Path(folder).resolve(), id)
        for _ in range(100):  # A release may be removed between being named and being held.
            name = release.find(folder, id)
            if (lock := release.hold(folder, name)) is not None:
                break
            if id is not None and name not in release.kept(folder):
                raise NoRelease(
                    f"release {name[:16]} is not kept any more", hint="open the current one"
                )
        else:
            raise ReleaseBroken(f"manifests/{name}.json is missing", hint="release anew")
        try:
            manifest = release.load(folder, name)
            if found := faults(folder, manifest, whole=False, proofs=False):
                raise ReleaseBroken(
                    found[0], hint="restore the file from a copy, or run `psephos release`"
                )
            return cls(folder, name, manifest, lock, threads, memory)
        except duckdb.Error as error:
            os.close(lock)
            raise ReleaseBroken(
                f"manifests/{name}.json does not describe its files", hint="release anew"
            ) from error
        except BaseException:
            os.close(lock)
            raise

    def __enter__(self) -> "Release":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database and of the files."""
        self._database.close()
        if self._free:
            self._free()

    @property
    def chain(self) -> Chain:
        return self.manifest.chain

    @property
    def final(self) -> int:
        """Number of the newest block that the chain calls final and that was read."""
        return self.manifest.final.number

    @property
    def head(self) -> int:
        """Number of the newest block that was read; blocks after `final` are provisional."""
        return self.manifest.head.number

    @cached_property
    def datasets(self) -> Mapping[str, Dataset]:
        return {name: Dataset.of(name, found) for name, found in self.manifest.datasets.items()}

    @cached_property
    def positions(self) -> frozenset[tuple[str, str]]:
        """Which positions are published, as (kind, dataset); of others nothing is known."""
        return frozenset(
            (table.kind, table.dataset)
            for table in self.manifest.tables.values()
            if table.role == "changes"
        )

    def checkpoints(self, kind: str, dataset: str) -> tuple[int, ...]:
        """The blocks at whose end everybody's position of a kind is published, in order. Looked
        up once: a release does not change."""
        if (kind, dataset) not in self._checkpoints:
            query = "SELECT DISTINCT block_number FROM checkpoint WHERE kind = ? AND dataset = ?"
            found = self.sql(f"{query} ORDER BY block_number", (kind, dataset))
            self._checkpoints[kind, dataset] = tuple(found["block_number"].to_list())
        return self._checkpoints[kind, dataset]

    def tables(self) -> list[str]:
        """Names of the views."""
        rows = [name for name, table in self.manifest.tables.items() if table.role == "rows"]
        return [*rows, "position", "checkpoint"]

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of the database itself, for functions that pass tables in."""
        with self._guard:
            cursor = self._database.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> pl.DataFrame:
        """The answer to one SELECT over the release's views; `?` or `$name` stand for `params`.

        Amounts are exact: DECIMAL(38,0), a sum beyond it is `AmountTooLarge`, wider integers
        come as text. Whoever divides by a float asked for a float. `CommandError` for anything
        that is not one SELECT, or that DuckDB does not understand.
        """
        with self.cursor() as cursor:
            try:
                refuse_all_but_select(cursor, query)
                answer: pl.DataFrame = exact(cursor.sql(query, params=params or None)).pl()
            except (duckdb.Error, pl.exceptions.PolarsError) as error:
                raise self._explained(error, query) from error
        refuse_too_large(answer)
        return answer

    def figures(self) -> list[dict[str, Any]]:
        """The figures published with the release, in their order; none while it is being made."""
        if self.manifest.figures is None:
            return []
        path = self.folder / "figures" / f"{self.manifest.figures.hash}.json"
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise ReleaseBroken(f"figures/{path.name} is missing", hint="release anew") from error
        if identity(content) != self.manifest.figures.hash:
            raise ReleaseBroken(f"figures/{path.name} was changed", hint="release anew")
        found: list[dict[str, Any]] = msgspec.json.decode(content)
        return found

    def proof(self, hash: str) -> bytes:
        """The bytes of a proof; `ReleaseBroken` if its file is missing or was changed."""
        path = self.folder / "proofs" / f"{hash}.proof"
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ReleaseBroken(
                f"proofs/{path.name} is missing", hint="restore it from a copy, or release anew"
            ) from error
        if identity(content) != hash:
            raise ReleaseBroken(f"proofs/{path.name} was changed", hint="release anew")
        return content

    def ledger(self) -> bytes:
        """The bytes of the ledger the release stands on; checking them is the ledger's matter."""
        try:
            with (self.folder / "ledger.bin").open("rb") as file:
                return file.read(self.manifest.ledger.bytes)
        except FileNotFoundError as error:
            raise ReleaseBroken("ledger.bin is missing", hint="restore it from a copy") from error

    def check(self) -> list[str]:
        """What is wrong with the release's files, every byte read; empty if nothing is."""
        return faults(self.folder, self.manifest)

    def _explained(self, error: Exception, query: str) -> Exception:
        """An error in one line, without a path of this machine that was not in the query."""
        text = (str(error).strip().splitlines() or [""])[0]
        text = PATH.sub(lambda found: found[0] if found[0] in query else '"…"', text)
        if isinstance(error, duckdb.OutOfRangeException):
            return AmountTooLarge(
                "a number of the answer does not fit in 38 digits", hint="sum fewer rows at once"
            )
        if isinstance(error, duckdb.IOException):
            found = faults(self.folder, self.manifest, whole=False)
            if found:
                return ReleaseBroken(found[0], hint="restore the file from a copy, or release anew")
        return CommandError(
            f"the query is not understood: {text}", hint="`.tables()` lists what can be asked"
        )
