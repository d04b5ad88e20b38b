"""Rows of a release against their batch headers: the same rows give the same root."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from psephos.batch import tree
from psephos.batch.batches import AT_ONCE
from psephos.batch.header import BatchHeader
from psephos.batch.leaves import leaves
from psephos.batch.rowbytes import ORDER, check_order, fields, schema_hash
from psephos.chain.abi import text
from psephos.chain.dataset import Dataset
from psephos.errors import ConfigurationError, ReleaseBroken, VerificationFailed
from psephos.evidence.check import NotPossible
from psephos.store.reader import Release

NO_CONTRACT = (bytes(20), bytes(32))
"""The contract of a row that is of no log, by the width of the chain's addresses."""


def definition(release: Release, name: str) -> Dataset:
    """The dataset as this version defines it, which must be as the release names it.

    NotPossible if the release has a source that is not known here; VerificationFailed if
    contracts and event shapes do not hash to the dataset's id.
    """
    told = release.datasets.get(name)
    if told is None:
        raise VerificationFailed(f"the release has no dataset {name}")
    try:
        dataset = Dataset(name, release.chain.id, told.contracts, told.sources, told.first)
    except ConfigurationError as error:
        raise NotPossible(f"dataset {name} is not known to this version: {error}") from error
    if dataset.id != told.id:
        raise NotPossible(
            f"dataset {name} has the id {told.id.hex()[:16]}…; its contracts and event shapes are"
            f" {dataset.id.hex()[:16]}… to this version"
        )
    return dataset


def read(
    release: Release, name: str, schema: pa.Schema, first: int, last: int, told: int
) -> pa.Table:
    """The rows of a table from block `first` to `last`, in their order and declared schema.

    told: how many the headers say there are. VerificationFailed, and nothing is read, for more
    than AT_ONCE beyond it: a small file can unfold to any number of rows.
    """
    inside = "block_number BETWEEN ? AND ?"
    found = release.sql(f'SELECT count(*) FROM "{name}" WHERE {inside}', [first, last]).row(0)[0]
    if found > told + AT_ONCE:
        raise VerificationFailed(
            f"{name} has {found} rows of blocks {first}-{last}, its headers have {told}"
        )
    return _read(release, name, schema, inside, [first, last])


def read_at(release: Release, dataset: Dataset, numbers: Sequence[int]) -> dict[str, pa.Table]:
    """The rows of every table of a dataset in these blocks, as `read` gives them."""
    inside, asked = "block_number IN (SELECT unnest(?))", [list(numbers)]
    return {
        table: _read(release, f"{dataset.name}_{table}", schema, inside, asked)
        for table, schema in dataset.tables().items()
    }


def _read(
    release: Release, name: str, schema: pa.Schema, where: str, params: Sequence[Any]
) -> pa.Table:
    columns = ", ".join(f'"{column}"' for column in schema.names)
    keys = ", ".join(key for key in ORDER if key in schema.names)
    sql = f'SELECT {columns} FROM "{name}" WHERE {where} ORDER BY {keys}'
    try:
        with release.cursor() as cursor:
            found = cursor.sql(sql, params=list(params)).to_arrow_table()
            return found.cast(schema)
    except (duckdb.Error, pa.ArrowException, ValueError) as error:
        line = str(error).replace(str(release.folder), "").splitlines()[0]
        raise ReleaseBroken(f"rows of {name} cannot be read: {line}") from error


def check_rows(
    release: Release, dataset: Dataset, table: str, batches: Sequence[BatchHeader]
) -> Iterator[tuple[BatchHeader, str]]:
    """Each batch of one table with what is wrong with its rows; "" where nothing is.

    The rows' root must be the header's, so must their number, their schema, and the block
    hashes that the rows name must be those of the blocks of the release.
    """
    schema = dataset.tables()[table]
    expected = (dataset.id, schema_hash(schema))
    for some in _together(batches):
        first, last, told = some[0].first, some[-1].last, sum(batch.rows for batch in some)
        rows = read(release, f"{dataset.name}_{table}", schema, first, last, told)
        _check_texts(rows, schema)
        hashes, blocks = leaves(rows, schema), rows.column("block_number").to_numpy()
        for batch in some:
            a, b = np.searchsorted(blocks, [batch.first, batch.last + 1])
            if (batch.dataset_id, batch.schema) != expected:
                yield batch, "the header is about other columns or another dataset"
            elif batch.rows != b - a:
                yield batch, f"there are {b - a} rows, the header has {batch.rows}"
            elif tree.root(hashes[a:b]) != batch.row_root:
                yield batch, "the rows do not give the header's row root"
            else:
                check_order(rows.slice(a, b - a))
                yield batch, ""


def _together(batches: Sequence[BatchHeader]) -> Iterator[list[BatchHeader]]:
    """Batches in order of their blocks, as many at a time as have AT_ONCE rows."""
    some: list[BatchHeader] = []
    rows = 0
    for batch in sorted(batches, key=lambda batch: batch.first):
        if some and rows + batch.rows > AT_ONCE:
            yield some
            some, rows = [], 0
        some.append(batch)
        rows += batch.rows
    if some:
        yield some


def _check_texts(rows: pa.Table, schema: pa.Schema) -> None:
    """Where raw bytes are kept, the text beside them is what they show: rows seal the bytes."""
    for field in fields(schema):
        if field.raw is None or rows.column(field.raw).null_count == len(rows):
            continue
        texts, raws = rows.column(field.name).to_pylist(), rows.column(field.raw).to_pylist()
        for shown, raw in zip(texts, raws, strict=True):
            if raw is not None and shown != _shown(raw):
                raise VerificationFailed(f"column {field.name} shows other text than its bytes")


def _shown(raw: bytes | Sequence[bytes]) -> str | list[str]:
    """What a text column shows of raw bytes."""
    return text(raw)[0] if isinstance(raw, bytes) else [text(part)[0] for part in raw]


def check_all_places(release: Release, dataset: Dataset) -> str:
    """That all rows of a dataset name the hash of their block, and only watched contracts."""
    contracts = [*dataset.contracts, *NO_CONTRACT]
    total = 0
    for table in dataset.tables():
        name = f"{dataset.name}_{table}"
        sql = (
            f"SELECT count(*), min(r.block_number) FILTER (b.hash IS DISTINCT FROM r.block_hash),"
            f' min(r.block_number) FILTER (NOT list_contains(?, r.contract)) FROM "{name}" r'
            f" LEFT JOIN block b ON b.number = r.block_number"
        )
        rows, misplaced, strange = release.sql(sql, [contracts]).row(0)
        if misplaced is not None:
            raise VerificationFailed(f"a row of {name} names another hash than block {misplaced}")
        if strange is not None:
            raise VerificationFailed(f"a row of {name} in block {strange} is of another contract")
        total += rows
    return f"{total} rows name their blocks' hashes and watched contracts"


def check_places(rows: pa.Table, blocks: Mapping[int, bytes], contracts: Sequence[bytes]) -> None:
    """That rows name the hashes of their blocks, and only watched contracts."""
    numbers, hashes = rows.column("block_number").to_pylist(), rows.column("block_hash").to_pylist()
    for number, hash_ in zip(numbers, hashes, strict=True):
        if blocks.get(number) != hash_:
            raise VerificationFailed(f"a row of block {number} names another block's hash")
    allowed = {*contracts, *NO_CONTRACT}
    for contract in rows.column("contract").to_pylist():
        if contract not in allowed:
            raise VerificationFailed(f"a row is of contract 0x{contract.hex()}, not watched")
