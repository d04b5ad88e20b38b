"""The fixed tables of an index: `.sql` files, each applied once, in order of their names.

Each runs in a transaction of its own together with its record. A file that was applied is
never edited; a change is a new file.
"""

from dataclasses import dataclass
from importlib.resources import files

import duckdb

from psephos.errors import IndexBroken, NewerIndex
from psephos.store.database import transaction


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    sql: str


def migrations() -> tuple[Migration, ...]:
    """The migrations of this version, in order."""
    found = (f for f in files("psephos.store").joinpath("migrations").iterdir())
    return tuple(
        Migration(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8"))
        for f in sorted(found, key=lambda f: f.name)
        if f.name.endswith(".sql")
    )


def migrate(
    db: duckdb.DuckDBPyConnection, known: tuple[Migration, ...] | None = None
) -> tuple[str, ...]:
    """Apply what is pending and return its names. `NewerIndex` if a record is unknown to us.

    A CHECKPOINT follows: DuckDB's known failures to replay a write-ahead log are in changes of
    tables, so none is left in one.
    """
    known = migrations() if known is None else known
    if not db.execute("FROM duckdb_tables() LIMIT 1").fetchall():
        db.execute("CREATE TABLE migration (name VARCHAR PRIMARY KEY, applied TIMESTAMP)")
    done = check(db, known)
    pending = [migration for migration in known if migration.name not in done]
    for migration in pending:
        with transaction(db):
            db.execute(migration.sql)
            db.execute(
                "INSERT INTO migration VALUES (?, now() AT TIME ZONE 'UTC')", [migration.name]
            )
    if pending:
        db.execute("CHECKPOINT")
    return tuple(migration.name for migration in pending)


def check(
    db: duckdb.DuckDBPyConnection, known: tuple[Migration, ...] | None = None
) -> frozenset[str]:
    """The names applied; `NewerIndex` if one of them is unknown to this version.

    IndexBroken if the file has tables, but no record of ours.
    """
    names = {migration.name for migration in (migrations() if known is None else known)}
    try:
        found = db.execute("SELECT name FROM migration").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as cause:
        raise IndexBroken(
            "the file is a DuckDB database, but no index of psephos", hint="name another file"
        ) from cause
    done = frozenset(name for (name,) in found)
    if unknown := sorted(done - names):
        raise NewerIndex(
            f"the index has tables this version does not know: {', '.join(unknown)}",
            hint="upgrade psephos, or collect into another folder",
        )
    return done


def behind(db: duckdb.DuckDBPyConnection) -> bool:
    """Whether the file lacks a migration of this version; errors as of `check`."""
    return len(check(db)) < len(migrations())
