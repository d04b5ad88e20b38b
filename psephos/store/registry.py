"""Which chain an index is about, which datasets it holds, and the tables made for each of them."""

from collections.abc import Collection, Mapping
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


Identity = tuple[int, bytes | None]
"""A chain's id and the hash of its first block, as far as that is known."""


def identity_of(db: duckdb.DuckDBPyConnection) -> Identity | None:
    """The chain that an index is about; None until one is noted."""
    found = db.execute("SELECT chain_id, genesis FROM identity").fetchall()
    return (int(found[0][0]), found[0][1] and bytes(found[0][1])) if found else None


def is_news(known: Identity | None, name: str, chain_id: int, genesis: bytes | None) -> bool:
    """Whether the index `name` does not know this chain, or not yet its genesis block.

    Raises WrongChain if it is about another one.
    """
    if known is None:
        return True
    its_id, ours = known
    if its_id != chain_id:
        raise WrongChain(
            f"{name} is about chain {its_id}, not chain {chain_id}",
            hint="give every chain a folder of its own: `data` in psephos.toml",
        )
    if ours is None or genesis is None:
        return ours is None and genesis is not None
    if ours != genesis:
        raise WrongChain(
            f"{name} is about a chain of genesis 0x{ours.hex()}, not 0x{genesis.hex()}",
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


def pending(known: Mapping[str, Registered], broken: Collection[str], dataset: DatasetLike) -> bool:
    """Whether the dataset's tables are still to be made.

    Raises ConfigurationError if another dataset was collected under the name; one that broke
    may be redefined, and is made anew.
    """
    if dataset.name not in known:
        return True
    if known[dataset.name].id == dataset.id:
        return False
    if dataset.name not in broken:
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
