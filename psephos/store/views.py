"""A release's files as views of an in-memory DuckDB that sees nothing else of this machine.

The files are listed one by one, so what is published meanwhile is not seen; the folder of
segments is the only place the database may read; its configuration is locked.
"""

from pathlib import Path

import duckdb

from psephos.errors import ReleaseBroken
from psephos.store.manifest import Manifest, Table


def database(
    folder: Path, manifest: Manifest, threads: int | None, memory: int | None = None
) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with the release's views, shut off from everything else.

    A query that needs more than `memory` bytes is refused: nothing is put off to a disk.
    """
    segments = folder / "segments"
    settings: dict[str, object] = {
        "allowed_directories": [str(segments)],
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "allow_persistent_secrets": False,
        "allow_community_extensions": False,
        "temp_directory": "",  # or it would be one more folder that may be read
        "max_temp_directory_size": "0KB",
        "parquet_metadata_cache": True,
        "allocator_background_threads": True,  # what a query needed goes back to the system
        "enable_external_access": False,
    }
    made = duckdb.connect(":memory:", config={"threads": str(threads)} if threads else {})
    if memory:
        settings["memory_limit"] = f"{memory}B"
    for name, value in settings.items():
        made.execute(f"SET GLOBAL {name} = {_literal(value)}")  # of every cursor, not of this one
    for name, table in manifest.tables.items():
        if table.role == "rows":
            number = "number" if name == "block" else "block_number"
            last = f"{number} > {manifest.final.number} AS provisional"
            made.execute(
                f'CREATE VIEW "{name}" AS SELECT *, {last} FROM {_source(segments, table)}'
            )
    for role, view in (("changes", "position"), ("checkpoints", "checkpoint")):
        made.execute(f"CREATE VIEW {view} AS {_positions(segments, manifest, role)}")
    _check_types(made, manifest)
    made.execute("SET lock_configuration = true")
    return made


def _check_types(made: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Columns are of the types the manifest says: a decimal that is a double would round."""
    found = {
        (view, column): kind
        for view, column, kind in made.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
    }
    for name, table in manifest.tables.items():
        for column, kind in table.columns if table.role == "rows" else ():
            if (is_ := found.get((name, column))) != kind:
                raise ReleaseBroken(
                    f"{name}.{column} is {is_} in its file, its manifest says {kind}",
                    hint="do not use this release",
                )
    for view in ("position", "checkpoint"):
        for column, kind in _EMPTY.items():
            if found.get((view, column), kind) != kind:
                raise ReleaseBroken(
                    f"{view}.{column} is {found[view, column]} in a file, not {kind}",
                    hint="do not use this release",
                )


def _literal(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(_literal, value))}]"
        case _:
            return "'" + str(value).replace("'", "''") + "'"


def _source(segments: Path, table: Table) -> str:
    """The rows of a table, as what may stand after FROM; with no file, no row of its columns."""
    files = [str(segments / found.file) for found in table.segments]
    if files:
        names = ", ".join(f'"{name}"' for name, _ in table.columns)
        return f"(SELECT {names} FROM read_parquet({_literal(files)}))"
    empty = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in table.columns)
    return f"(SELECT {empty} WHERE false)"


POSITION = {
    "changes": "kind, dataset, key, holder, block_number, transaction_index, log_index, amount",
    "checkpoints": "kind, dataset, block_number, key, holder, amount",
}
_EMPTY = {
    "kind": "VARCHAR",
    "dataset": "VARCHAR",
    "key": "BLOB",
    "holder": "BLOB",
    "block_number": "UBIGINT",
    "transaction_index": "UINTEGER",
    "log_index": "UINTEGER",
    "amount": "DECIMAL(38,0)",
}


def _positions(segments: Path, manifest: Manifest, role: str) -> str:
    """One SELECT over all kinds and datasets; both are constants, so a filter skips the others."""
    names = POSITION[role].split(", ")
    last = f", block_number > {manifest.final.number} AS provisional" if role == "changes" else ""
    empty = ", ".join(f"NULL::{_EMPTY[name]} AS {name}" for name in names)
    selects = [f"SELECT {empty}{', false AS provisional' if last else ''} WHERE false"]
    for table in manifest.tables.values():
        if table.role == role:
            given = {"kind": f"'{table.kind}'", "dataset": f"'{table.dataset}'"}
            listed = ", ".join(f"{given[n]} AS {n}" if n in given else n for n in names)
            selects.append(f"SELECT {listed}{last} FROM {_source(segments, table)}")
    return " UNION ALL ".join(selects)
