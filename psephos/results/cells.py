"""The cells of one or two columns of a file, row by row, as written: CSV and Parquet.

The standard library reads CSV: it hands over every cell as the text it is, says when a row is
ragged or a quote is never closed, and holds one row at a time.
"""

import csv
from collections.abc import Callable, Hashable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO, TypeVar

from psephos.errors import TableError

Weight = str | int | Decimal
Cell = tuple[int, Weight | None, Hashable]
"""Row (the first after the header is 1), weight as written, group (`None` if there is none)."""

LINE = 1 << 20
"""The longest line of a CSV file that is read, in characters."""

T = TypeVar("T")

ROWS = 1 << 16
"""Rows of a Parquet file that are in memory at a time."""


def cells(path: Path, weight: str, group: str | None) -> Iterator[Cell]:
    """The rows of `path`: `weight` as written, and `group`.

    A file that begins as Parquet is Parquet, whatever its name; every other is CSV in UTF-8, with
    commas and a header, with or without a byte order mark. Raises `TableError` for a file that is
    missing, unreadable or empty, a column that is missing or there twice, a row with more or
    fewer cells than the header, an empty group, and weights that are not exact (floating point).
    """
    yield from _read(
        path, lambda: _parquet(path, weight, group), lambda text: _csv(path, text, weight, group)
    )


def names(path: Path) -> list[str]:
    """What a file calls its columns, in their order; TableError as `cells`."""
    return list(_read(path, lambda: _parquet_names(path), lambda text: _csv_names(path, text)))


def _read(
    path: Path, of_parquet: Callable[[], Iterator[T]], of_text: Callable[[TextIO], Iterator[T]]
) -> Iterator[T]:
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise TableError(
                f"{path} is no file", hint="write the table to a file: it is read twice"
            )
        with path.open("rb") as file:
            begins = file.read(4)
        if begins == b"PAR1":
            yield from of_parquet()
        elif path.suffix.lower() == ".parquet":
            raise TableError(f"{path} is not a Parquet file", hint="its first bytes are not PAR1")
        else:
            with path.open(encoding="utf-8-sig", newline="") as text:
                yield from of_text(text)
    except OSError as error:
        raise TableError(
            f"cannot read {path}: {error.strerror or 'not readable'}", hint="check the path"
        ) from None
    except UnicodeDecodeError:
        raise TableError(
            f"{path} is not text in UTF-8", hint="export it as CSV (UTF-8), or as Parquet"
        ) from None


def _csv(path: Path, file: TextIO, weight: str, group: str | None) -> Iterator[Cell]:
    reader = csv.reader(_lines(path, file), strict=True)
    try:
        header = next(reader, None)
        if not header:
            raise TableError(f"{path} is empty", hint="the first line names the columns")
        at = _position(header, weight)
        by = None if group is None else _position(header, group)
        for row, line in enumerate(_rows(reader, len(header)), start=1):
            yield row, line[at], None if by is None else _group(line[by], header[by], row)
    except csv.Error as error:
        raise TableError(
            f"{path}, line {reader.line_num}: {error}", hint="is a quotation mark left open?"
        ) from None


def _csv_names(path: Path, file: TextIO) -> Iterator[str]:
    try:
        yield from next(csv.reader(_lines(path, file), strict=True), ())
    except csv.Error as error:
        raise TableError(f"{path}, line 1: {error}", hint="is this a CSV file?") from None


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    """Lines of bounded length: a file without line ends must not fill the memory."""
    number = 0
    while line := file.readline(LINE):
        number += 1
        if len(line) == LINE:
            raise TableError(f"{path}, line {number} is too long", hint="is this a CSV file?")
        yield line


def _rows(reader: Iterator[list[str]], width: int) -> Iterator[list[str]]:
    """Rows as wide as the header. Blank lines may only end the file: others may be a cell."""
    blank = False
    for row, line in enumerate(reader, start=1):
        if not line:
            blank = True
            continue
        if blank:
            raise TableError(f"row {row - 1} is blank", hint="blank lines may only end the file")
        if len(line) != width:
            raise TableError(
                f"row {row} has {len(line)} cells, the header has {width}",
                hint="a cell with a comma in it must be quoted",
            )
        yield line


def _position(names: list[str], wanted: str) -> int:
    """Where a column is; it must be there exactly once."""
    if (times := names.count(wanted)) == 1:
        return names.index(wanted)
    if times:
        raise TableError(
            f"column {wanted!r} is there {times} times", hint="rename all but one of them"
        )
    shown = ", ".join(repr(name[:40]) for name in names[:12])
    raise TableError(f"there is no column {wanted!r}", hint=f"the columns are {shown}")


def _group(value: Hashable, column: str, row: int) -> Hashable:
    if value is None or value == "":
        raise TableError(
            f"column {column!r}, row {row}: the group is empty",
            hint="name a group in every row: rows without one are not one holder",
        )
    return value


def _parquet(path: Path, weight: str, group: str | None) -> Iterator[Cell]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            wanted = [weight] if group is None else list(dict.fromkeys((weight, group)))
            types = {name: schema.field(_position(schema.names, name)).type for name in wanted}
            _refuse_inexact(weight, types[weight])
            if group is not None:
                _refuse_nameless(group, types[group])
            row = 0
            for batch in file.iter_batches(ROWS, columns=wanted):
                weights = batch.column(weight).to_pylist()
                groups = weights if group is None else batch.column(group).to_pylist()
                for written, by in zip(weights, groups, strict=True):
                    row += 1
                    yield row, written, None if group is None else _group(by, group, row)
    except (pa.ArrowException, OSError, KeyError) as error:
        said = str(error).partition("\n")[0][:120]
        raise TableError(f"{path} is broken: {said}", hint="write the file again") from None


def _parquet_names(path: Path) -> Iterator[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        yield from pq.read_schema(path).names
    except (pa.ArrowException, OSError) as error:
        said = str(error).partition("\n")[0][:120]
        raise TableError(f"{path} is broken: {said}", hint="write the file again") from None


def _refuse_inexact(column: str, kind: Any) -> None:
    """Weights are whole numbers, decimals or text."""
    import pyarrow.types as t

    kind = kind.value_type if t.is_dictionary(kind) else kind
    if t.is_floating(kind):
        raise TableError(
            f"column {column!r} is floating point ({kind}): its weights are already rounded",
            hint="write it as text, as whole numbers or as decimals",
        )
    if not (t.is_integer(kind) or t.is_decimal(kind) or _is_text(kind)):
        raise TableError(
            f"column {column!r} is {kind}, not a number",
            hint="a weight is text, a whole number or a decimal",
        )


def _refuse_nameless(column: str, kind: Any) -> None:
    """A group is a name: text, a whole number or bytes."""
    import pyarrow.types as t

    kind = kind.value_type if t.is_dictionary(kind) else kind
    binary = t.is_binary(kind) or t.is_large_binary(kind) or t.is_fixed_size_binary(kind)
    if not (t.is_integer(kind) or binary or _is_text(kind)):
        raise TableError(
            f"column {column!r} is {kind}, not a name", hint="group by text, whole numbers or bytes"
        )


def _is_text(kind: Any) -> bool:
    import pyarrow.types as t

    return bool(t.is_string(kind) or t.is_large_string(kind) or t.is_string_view(kind))
