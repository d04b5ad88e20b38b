"""A part of a table in each format: JSON, CSV, Parquet, Arrow.

JSON is an object with `rows` and what they rest on. The other formats hold the rows alone; what
they rest on stands in the answer's headers and, in Parquet and Arrow, in the schema's metadata.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dashboards.api.table import Cell, Column, Kind, Row
from dashboards.download import written

AMOUNT = pa.decimal128(38, 0)
ARROW: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "whole": pa.int64(),
    "amount": AMOUNT,
    "share": pa.string(),
    "decimal": pa.string(),
    "flag": pa.bool_(),
}
Written = Callable[[tuple[Column, ...], Sequence[Row], Mapping[str, Any]], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its media type and how a part of a table is written in it."""

    media: str
    write: Written


def told(cell: Cell, kind: Kind) -> str | int | bool | None:
    """A cell as JSON has it: amounts and shares as text, so that no reader rounds them."""
    if cell is None or isinstance(cell, bool | str):
        return cell
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell) if kind in ("amount", "share") else int(cell)


def as_json(columns: tuple[Column, ...], rows: Sequence[Row], about: Mapping[str, Any]) -> bytes:
    """`about`, the columns, and each row as an object."""
    document = {
        **about,
        "columns": [{"name": c.name, "kind": c.kind, "words": c.words} for c in columns],
        "rows": [
            {c.name: told(cell, c.kind) for c, cell in zip(columns, row, strict=True)}
            for row in rows
        ],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def as_csv(columns: tuple[Column, ...], rows: Sequence[Row], about: Mapping[str, Any]) -> bytes:
    """A line of names, then a line a row; an undefined cell is empty."""
    cells = ([_plain(cell) for cell in row] for row in rows)
    return b"".join(written([[c.name for c in columns], *cells]))


def _plain(cell: Cell) -> str | int | Decimal | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell) if isinstance(cell, Fraction) else cell


def arrow(columns: tuple[Column, ...], rows: Sequence[Row], about: Mapping[str, Any]) -> pa.Table:
    """The rows as an Arrow table; `about` as JSON in the metadata under `psephos`."""
    arrays = [
        pa.array([_typed(row[at], c.kind) for row in rows], ARROW[c.kind])
        for at, c in enumerate(columns)
    ]
    fields = [pa.field(c.name, ARROW[c.kind], metadata={"words": c.words}) for c in columns]
    metadata = {"psephos": json.dumps(about, ensure_ascii=False)}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata))


def _typed(cell: Cell, kind: Kind) -> Cell:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return str(cell) if cell is not None and kind in ("text", "share") else cell


def as_parquet(columns: tuple[Column, ...], rows: Sequence[Row], about: Mapping[str, Any]) -> bytes:
    """One file; amounts are DECIMAL(38,0)."""
    paper = io.BytesIO()
    pq.write_table(arrow(columns, rows, about), paper, compression="zstd")
    return paper.getvalue()


def as_arrow(columns: tuple[Column, ...], rows: Sequence[Row], about: Mapping[str, Any]) -> bytes:
    """An Arrow IPC stream; amounts are decimal128(38,0)."""
    table = arrow(columns, rows, about)
    paper = io.BytesIO()
    with pa.ipc.new_stream(paper, table.schema) as stream:
        stream.write_table(table)
    return paper.getvalue()


FORMATS: dict[str, Format] = {
    "json": Format("application/json", as_json),
    "csv": Format("text/csv; charset=utf-8", as_csv),
    "parquet": Format("application/vnd.apache.parquet", as_parquet),
    "arrow": Format("application/vnd.apache.arrow.stream", as_arrow),
}
