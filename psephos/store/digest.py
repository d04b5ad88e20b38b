"""One digest a table of what the index says about the chain: two indexes that tell the same
chain have the same digests, however they were collected.

    digest(table) = BLAKE2s-256 over the rows in the order of all their columns; a row is the
                    text of its values (Python's `repr`, exact for every type stored)

Left out: testimony (what was abandoned, contradicted or contested, quarantine) and times.
"""

from hashlib import blake2s
from pathlib import Path
from typing import Protocol

import duckdb

from psephos.store.database import explained

FIXED = ("block", "dataset", "span")
CHUNK = 10_000


class Digestible(Protocol):
    @property
    def path(self) -> Path: ...
    @property
    def connection(self) -> duckdb.DuckDBPyConnection: ...
    def tables(self) -> tuple[str, ...]: ...


def digest(index: Digestible) -> dict[str, str]:
    """Hexadecimal digests by table: `block`, `dataset`, `span` and every table of events."""
    names = (*FIXED, *index.tables())
    with explained(index.path):
        return {
            name: digest_of(index.connection, f'SELECT * FROM "{name}" ORDER BY ALL')
            for name in names
        }


def digest_of(db: duckdb.DuckDBPyConnection, query: str) -> str:
    """The digest of a query's rows, in the query's order."""
    hasher = blake2s()
    found = db.cursor().execute(query)
    while rows := found.fetchmany(CHUNK):
        hasher.update("\n".join(map(repr, rows)).encode() + b"\n")
    return hasher.hexdigest()
