"""The index of one chain: everything a collector saw, in one DuckDB file with one writer.

    with Index.open(path, chain_id=1, genesis=None) as index:
        index.register(dataset)
        index.append(piece)            rows, blocks and cursor in one transaction
        index.spans("strk")            how far, and at which level

Killed at any moment it holds whole pieces only. After a failure to write (StorageFull) it closes
itself and opens again at its next use.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from psephos.errors import PsephosError
from psephos.store import spans as ranges
from psephos.store.append import add_blocks, add_rows, check_links
from psephos.store.cursors import ends, hashes, spans_of
from psephos.store.database import explained
from psephos.store.migrate import behind, migrate
from psephos.store.opened import Opened
from psephos.store.registry import (
    Registered,
    event_tables,
    identity_of,
    is_news,
    make,
    pending,
    registered,
)
from psephos.store.reorganise import Reorganisation, abandon
from psephos.store.shape import BLOCK, KEY, DatasetLike, PieceLike
from psephos.store.spans import Cursor, Span

NOW = "now() AT TIME ZONE 'UTC'"


class Index(Opened):
    """See the module. Make one with `Index.open`."""

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        chain_id: int | None = None,
        genesis: bytes | None = None,
        read_only: bool = False,
    ) -> Self:
        """Open, migrate, and check that the file is about this chain.

        Without `chain_id` any chain will do (to read what is there). Raises IndexLocked,
        IndexBroken, NewerIndex, ReadOnlyFolder, StorageFull, NotCollected or WrongChain.
        """
        index = cls(Path(path), read_only)
        try:
            with explained(index.path):
                if read_only and behind(index.connection):
                    index.close()
                    cls.open(path).close()  # brings it up to date, which needs the right to write
                elif not read_only:
                    migrate(index.connection)
            if chain_id is not None:
                index.identify(chain_id, genesis)
        except BaseException:
            index.close()
            raise
        return index

    # What the file is about

    def identify(self, chain_id: int, genesis: bytes | None) -> None:
        """Note the chain at first, compare with it later. Raises WrongChain."""
        with explained(self.path):
            known = self.kept(("identity",), lambda: identity_of(self.connection))
        if is_news(known, str(self.path), chain_id, genesis) and not self.read_only:
            with self.writing("identity") as db:
                db.execute("DELETE FROM identity")
                db.execute("INSERT INTO identity VALUES (?, ?)", [str(chain_id), genesis])

    def register(self, *datasets: DatasetLike) -> None:
        """Make the datasets' tables, once. A broken dataset that was redefined starts anew.

        Raises ConfigurationError if another dataset was collected under a name.
        """
        known, broken = self.datasets(), self.quarantined()
        new = [dataset for dataset in datasets if pending(known, broken, dataset)]
        if not new:
            return
        with self.writing() as db:
            for dataset in new:
                make(db, dataset)
        with explained(self.path):
            self.connection.execute("CHECKPOINT")

    def datasets(self) -> dict[str, Registered]:
        """Every registered dataset by name."""
        with explained(self.path):
            return dict(self.kept(("dataset",), lambda: registered(self.connection)))

    def tables(self) -> tuple[str, ...]:
        """Names of all event tables, as `dataset_table`."""
        with explained(self.path):
            return event_tables(self.connection)

    # What was read

    def append(self, piece: PieceLike) -> None:
        """Store a piece: rows, blocks, cursor and quarantine in one transaction.

        Rows of the piece's blocks that a dataset has already are replaced. Raises
        NodeContradiction, and stores nothing, if the piece does not fit the stored chain.
        """
        read = self._spans()
        before = {name: read.get(name, ()) for name in piece.tables}
        with self.writing("span", *(["quarantine"] if piece.broken else [])) as db:
            known = check_links(db, piece)
            add_blocks(db, piece, known)
            after = add_rows(db, piece, before)
            for name, error in piece.broken.items():
                self._quarantine(db, name, error)
            for found in piece.contradictions:
                db.execute(
                    f"INSERT INTO contradiction VALUES (?, ?, ?, ?, ?, {NOW})",
                    [
                        found.number,
                        found.hash,
                        list(found.missing),
                        list(found.added),
                        list(found.altered),
                    ],
                )
        self.keep(("span",), read | after)

    def spans(self, dataset: str) -> tuple[Span, ...]:
        """The ranges of blocks that were read, in order."""
        return self._spans().get(dataset, ())

    def _spans(self) -> dict[str, tuple[Span, ...]]:
        with explained(self.path):
            return self.kept(("span",), lambda: spans_of(self.connection))

    def gaps(
        self, dataset: str, first: int, last: int, level: str = ranges.SEEN
    ) -> tuple[tuple[int, int], ...]:
        """Ranges between `first` and `last` that were not read at `level` at least."""
        return ranges.gaps(self.spans(dataset), first, last, level)

    def sampled(self, dataset: str) -> tuple[int, int]:
        """How many blocks of a dataset were drawn to be recomputed, and how many were clean."""
        sql = "SELECT coalesce(sum(drawn), 0), coalesce(sum(clean), 0) FROM sample"
        drawn, clean = self.query(f"{sql} WHERE dataset = ?", [dataset])[0]
        return int(drawn), int(clean)

    def block(self, number: int) -> Cursor | None:
        """A stored block by its number."""
        found = self.hashes(number, number)
        return Cursor(number, found[number]) if found else None

    def hashes(self, first: int, last: int) -> dict[int, bytes]:
        """Hashes of the stored blocks from `first` to `last`, by number."""
        with explained(self.path):
            return hashes(self.connection, first, last)

    def ends(self, head: int) -> list[Cursor]:
        """The last block of every run of stored blocks that is not final, cut at `head`."""
        final = self.finalized
        with explained(self.path):
            return ends(self.connection, -1 if final is None else final.number, head)

    def top(self) -> Cursor | None:
        """The highest stored block."""
        found = self.query("SELECT number, hash FROM block ORDER BY number DESC LIMIT 1")
        return Cursor(found[0][0], bytes(found[0][1])) if found else None

    def blocks(self, first: int, last: int) -> pa.Table:
        """Stored blocks from `first` to `last` in order, in the shape of `shape.BLOCK`."""
        sql = "SELECT * FROM block WHERE number BETWEEN ? AND ? ORDER BY number"
        return self.arrow(sql, [first, last]).cast(BLOCK)

    def rows(self, dataset: str, table: str, first: int, last: int) -> pa.Table:
        """Rows of blocks `first` to `last` in order of their key, in their declared schema."""
        schema = self.datasets()[dataset].tables[table]
        sql = (
            f'SELECT * FROM "{dataset}_{table}" WHERE block_number BETWEEN ? AND ?'
            f" ORDER BY {', '.join(KEY)}"
        )
        return self.arrow(sql, [first, last]).cast(schema)

    # What went wrong

    def quarantine(self, dataset: str, error: PsephosError) -> None:
        """Stop a dataset, with its reason; the others go on."""
        with self.writing("quarantine") as db:
            self._quarantine(db, dataset, error)

    def _quarantine(self, db: duckdb.DuckDBPyConnection, name: str, error: PsephosError) -> None:
        db.execute(
            f"INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, {NOW})",
            [name, error.name, error.message],
        )

    def release_quarantine(self, dataset: str) -> None:
        """Let a dataset go on: its next sync tries again where it broke."""
        with self.writing("quarantine") as db:
            db.execute("DELETE FROM quarantine WHERE dataset = ?", [dataset])

    def quarantined(self) -> dict[str, tuple[str, str]]:
        """Name and message of the error that stopped a dataset, by dataset."""
        sql = "SELECT dataset, error, message FROM quarantine ORDER BY dataset"
        found = self.kept(("quarantine",), lambda: self.query(sql))
        return {dataset: (error, message) for dataset, error, message in found}

    def rollback(
        self, to: Any, reason: str, replaced_by: Mapping[int, bytes] | None = None
    ) -> Reorganisation | None:
        """Go back to block `to` (a number and a hash) in one transaction.

        What lies behind it moves to `abandoned_*`; `replaced_by` are hashes by number on the
        other branch. None if nothing lies behind it.
        """
        names = {name: self.spans(name) for name in self.datasets()}
        with self.writing("span") as db:
            return abandon(db, Cursor(to.number, to.hash), reason, replaced_by or {}, names)

    def contest(self, number: int, hash_: bytes, other: bytes) -> None:
        """Note that a final block was told otherwise; said once, nothing is deleted."""
        if (number, hash_, other) not in self.contested():
            with self.writing("contested") as db:
                db.execute(f"INSERT INTO contested VALUES (?, ?, ?, {NOW})", [number, hash_, other])

    def contested(self) -> tuple[tuple[int, bytes, bytes], ...]:
        """Number, our hash and the other hash of every final block that was contested."""
        sql = "SELECT number, hash, other_hash FROM contested ORDER BY number"
        found = self.kept(("contested",), lambda: self.query(sql))
        return tuple((number, bytes(ours), bytes(other)) for number, ours, other in found)

    # What is final, and what was sealed

    @property
    def finalized(self) -> Cursor | None:
        """The newest final block that a node named."""
        sql = "SELECT number, hash FROM final ORDER BY number DESC LIMIT 1"
        found = self.kept(("final",), lambda: self.query(sql))
        return Cursor(found[0][0], bytes(found[0][1])) if found else None

    def finalize(self, block: Any, endpoints: Sequence[str] = (), domains: int = 0) -> None:
        """Note a final block and who confirmed it; an older one than known is passed over."""
        known = self.finalized
        if known is not None and block.number <= known.number:
            return
        with self.writing("final") as db:
            db.execute(
                f"INSERT INTO final VALUES (?, ?, ?, ?, {NOW})",
                [block.number, block.hash, list(endpoints), domains],
            )
        self.keep(("final",), [(block.number, block.hash)])

    def note_seal(
        self, ledger_size: int, ledger_root: bytes, through: Mapping[str, int] | None = None
    ) -> None:
        """Note size and root of the ledger, and to which block each dataset was compared."""
        with self.writing("sealed") as db:
            db.execute("INSERT INTO sealed VALUES (?, ?)", [ledger_size, ledger_root])
            for dataset, last in (through or {}).items():
                db.execute("INSERT OR REPLACE INTO sealed_to VALUES (?, ?)", [dataset, last])

    def sealed_to(self, dataset: str) -> int | None:
        """The last block up to which batches were compared with the rows that are here now."""
        found = self.query("SELECT last FROM sealed_to WHERE dataset = ?", [dataset])
        return found[0][0] if found else None

    def last_seal(self) -> tuple[int, bytes] | None:
        """Size and root of the ledger at the last sealing this index knows."""
        found = self.query("SELECT * FROM sealed ORDER BY ledger_size DESC LIMIT 1")
        return (found[0][0], bytes(found[0][1])) if found else None
