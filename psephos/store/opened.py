"""A DuckDB file while it is open: its one connection, whole transactions, answers to queries."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import duckdb
import pyarrow as pa

from psephos.errors import PsephosError
from psephos.store.database import connect, explained, transaction

Answer = TypeVar("Answer")


class Opened:
    """The file at `path`. It is opened at its first use, and again after a failure closed it."""

    def __init__(self, path: Path, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._db: duckdb.DuckDBPyConnection | None = None
        self._kept: dict[tuple[str, ...], Any] = {}

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open database; opened again if a failure closed it."""
        if self._db is None:
            self._db = connect(self.path, read_only=self.read_only)
        return self._db

    def close(self) -> None:
        self._kept.clear()
        if self._db is not None:
            db, self._db = self._db, None
            with explained(self.path):
                db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def writing(self, *tables: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction, which changes `tables` of those that something is `kept` of (any, if
        none is named). A failure of the file closes it: the next use opens it again."""
        try:
            with explained(self.path), transaction(self.connection) as db:
                yield db
        except PsephosError as failure:
            if isinstance(failure.__cause__, duckdb.Error) and self._db is not None:
                self._db.close()
                self._db = None
            raise
        finally:
            for name in [name for name in self._kept if not tables or name[0] in tables]:
                del self._kept[name]

    def kept(self, name: tuple[str, ...], ask: Callable[[], Answer]) -> Answer:
        """What `ask` answers of the small table `name[0]`, kept until a transaction changes it.

        Nobody else can change it: one writer excludes all others. A statement costs DuckDB about
        a millisecond, however little it reads.
        """
        if name not in self._kept:
            self._kept[name] = ask()
        found: Answer = self._kept[name]
        return found

    def keep(self, name: tuple[str, ...], answer: Any) -> None:
        """What `kept` would ask, known from the transaction that has just changed it."""
        self._kept[name] = answer

    def query(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query as Python values."""
        with explained(self.path):
            return self.connection.execute(sql, list(params)).fetchall()

    def arrow(self, sql: str, params: Sequence[Any] = ()) -> pa.Table:
        """Rows of a query as Arrow."""
        with explained(self.path):
            return self.connection.sql(sql, params=list(params)).to_arrow_table()
