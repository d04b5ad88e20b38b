"""Which chain an index is about, which datasets it holds, and the tables made for each of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from psephos.errors import ConfigurationError, WrongChain
from psephos.store.shape import DatasetLike, create, create_abandoned


@dataclass(frozen=True, slots=True)
class Registered:
    """A dataset of the index: `tables` holds the Arrow schema of each of its tables."""

    name: str
    id: bytes
    first: int
    tables: Mapping[str, pa.Schema]


def unknown_of(
    db: duckdb.DuckDBPyConnection, name: str, chain_id: int, genesis: bytes | None
) -> bool:
    """Whether the index `name` does not know this chain, or not yet its genesis block.

    Raises WrongChain if it is about another one.
    """
    found = db.execute("SELECT chain_id, genesis FROM identity").fetchall()
    if not found:
        return True
    known, ours = int(found[0][0]), found[0][1]
    if known != chain_id:
        raise WrongChain(
            f"{name} is about chain {known}, not chain {chain_id}",
            hint="give every chain a folder of its own: `data` in psephos.toml",
        )
    if ours is None or genesis is None:
        return ours is None and genesis is not None
    if bytes(ours) != genesis:
        raise WrongChain(
            f"{name} is about a chain of genesis 0x{bytes(ours).hex()}, not 0x{genesis.hex()}",
            hint="is it another network with the same chain id?",
        )
    return False


def registered(db: duckdb.DuckDBPyConnection) -> dict[str, Registered]:
    """Every dataset by name."""
    shapes: dict[str, dict[str, pa.Schema]] = {}
    found = db.execute("SELECT dataset, name, shape FROM dataset_table ORDER BY rowid").fetchall()
    for dataset, table, shape in found:
        shapes.setdefault(dataset, {})[table] = pa.ipc.read_schema(pa.py_buffer(shape))
    datasets = db.execute("SELECT name, id, first FROM dataset ORDER BY name").fetchall()
    return {
        name: Registered(name, bytes(id_), first, shapes.get(name, {}))
        for name, id_, first in datasets
    }


def event_tables(db: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Names of all tables of events, as `dataset_table`."""
    found = db.execute("SELECT dataset || '_' || name FROM dataset_table ORDER BY 1").fetchall()
    return tuple(name for (name,) in found)


def pending(db: duckdb.DuckDBPyConnection, dataset: DatasetLike) -> bool:
    """Whether the dataset's tables are still to be made.

    Raises ConfigurationError if another dataset was collected under the name; one that broke
    may be redefined, and is made anew.
    """
    known = db.execute("SELECT id FROM dataset WHERE name = ?", [dataset.name]).fetchall()
    if not known:
        return True
    if bytes(known[0][0]) == dataset.id:
        return False
    broke = db.execute("SELECT 1 FROM quarantine WHERE dataset = ?", [dataset.name]).fetchall()
    if not broke:
        raise ConfigurationError(
            f"dataset `{dataset.name}` was collected with other contracts or event shapes",
            hint="give what was added a [[dataset]] of its own, with a name of its own",
        )
    return True


def make(db: duckdb.DuckDBPyConnection, dataset: DatasetLike) -> None:
    """Record the dataset and make its tables, in place of a broken one of the same name."""
    forget(db, dataset.name)
    db.execute("INSERT INTO dataset VALUES (?, ?, ?)", [dataset.name, dataset.id, dataset.first])
    for table, schema in dataset.tables().items():
        name = f"{dataset.name}_{table}"
        db.execute(create(name, schema))
        db.execute(create_abandoned(name, schema))
        db.execute(
            "INSERT INTO dataset_table VALUES (?, ?, ?)",
            [dataset.name, table, schema.serialize().to_pybytes()],
        )


def forget(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop a dataset with its rows, its cursor and its quarantine; blocks stay."""
    tables = db.execute("SELECT name FROM dataset_table WHERE dataset = ?", [name]).fetchall()
    for (table,) in tables:
        db.execute(f'DROP TABLE "{name}_{table}"')
        db.execute(f'DROP TABLE "abandoned_{name}_{table}"')
    for fixed in ("dataset_table", "span", "quarantine", "sealed_to"):
        db.execute(f"DELETE FROM {fixed} WHERE dataset = ?", [name])
    db.execute("DELETE FROM dataset WHERE name = ?", [name])
