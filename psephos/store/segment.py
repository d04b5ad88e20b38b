"""A segment: sorted rows in one Parquet file that is named by the hash of its bytes.

The same rows give the same bytes, whichever way they came together: row groups of fixed size,
one compression, no time, no machine, no Arrow schema beside Parquet's own. So a segment that was
merged equals one that was written at once, and two houses with the same rows publish the same
file.

Amounts are DECIMAL(38,0) and ids are bytes. Wider integers and floats are refused: Parquet
writers of 128-bit integers round them to doubles without a word.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from psephos.errors import ReleaseBroken
from psephos.store.durable import PART, Step, quiet, storage, sync_file
from psephos.store.shape import sql_type

GROUP = 122_880  # rows of a row group: DuckDB's own unit of parallel work
SUFFIX = ".parquet"
Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Columns = tuple[tuple[str, str], ...]
"""Names and SQL types of a table's columns, in order."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of rows: BLAKE2s-256 of its bytes in hex, number of rows, length in bytes."""

    hash: Hash
    rows: Count
    bytes: Count

    @property
    def file(self) -> str:
        return self.hash + SUFFIX


def columns(schema: pa.Schema) -> Columns:
    """Names and SQL types of a schema's columns."""
    return tuple((field.name, sql_type(field.type)) for field in schema)


def digest(path: Path) -> str:
    """BLAKE2s-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.blake2s).hexdigest()


def write(
    folder: Path, schema: pa.Schema, rows: Iterable[pa.RecordBatch], step: Step = quiet
) -> Segment | None:
    """Write rows, in the order given, as a segment of `folder`; None if there are none.

    Memory holds one row group. A segment that exists already is left as it is. The folder is
    not synced: a publication does that once, before it names its segments.
    """
    columns(schema)
    part = folder / f"rows{PART}"
    filled = (batch for batch in rows if batch.num_rows)
    if (first := next(filled, None)) is None:
        return None
    with storage(folder):
        with part.open("wb") as file:
            writer = pq.ParquetWriter(file, schema, **_FORMAT)
            count = _write_groups(writer, schema, chain([first], filled))
        step("segment written")
        sync_file(part)
        step("segment synced")
        segment = Segment(digest(part), count, part.stat().st_size)
        part.replace(folder / segment.file)
        step("segment placed")
    return segment


_FORMAT = {
    "version": "2.6",
    "compression": "zstd",
    "compression_level": 3,
    "data_page_version": "1.0",
    "store_schema": False,
}


def _write_groups(
    writer: pq.ParquetWriter, schema: pa.Schema, rows: Iterable[pa.RecordBatch]
) -> int:
    """Write row groups of exactly `GROUP` rows; how the rows were cut before leaves no trace."""
    count, waiting = 0, pa.table([[]] * len(schema), schema=schema)
    with writer:
        for batch in rows:
            count += batch.num_rows
            waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch]).cast(schema)])
            while waiting.num_rows >= GROUP:
                writer.write_table(waiting.slice(0, GROUP).combine_chunks(), GROUP)
                waiting = waiting.slice(GROUP)
        if waiting.num_rows:
            writer.write_table(waiting.combine_chunks(), GROUP)
    return count


def read(folder: Path, segment: Segment) -> Iterator[pa.RecordBatch]:
    """The rows of a segment, after its hash was checked; `ReleaseBroken` names the file."""
    path = folder / segment.file
    if problem := fault(path, segment):
        raise ReleaseBroken(
            problem, hint="restore the file from a copy, or remove it and release anew"
        )
    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(GROUP)


def fault(path: Path, segment: Segment, *, whole: bool = True) -> str | None:
    """What is wrong with a segment's file, or None. Without `whole` only existence and length."""
    name = f"segments/{segment.file}"
    if path.is_symlink() or not path.is_file():
        return f"{name} is missing" if not path.is_symlink() else f"{name} is a link, not a file"
    if (length := path.stat().st_size) != segment.bytes:
        return f"{name} has {length:,} bytes, its release names {segment.bytes:,}"
    if whole and digest(path) != segment.hash:
        return f"{name} was changed: its bytes have another hash"
    return None
