"""Releases, and what the one asked for is made of: datasets, tables and their rows, batches."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from dashboards.api.asked import Asked
from dashboards.api.resources import Resource
from dashboards.api.resources.figures import FIGURE, lasting, row
from dashboards.api.table import Column, Row, Table, listed, lowest
from dashboards.under import KEY, cell, resting, shape_of, table_of
from dashboards.view import pin
from psephos.batch.header import BatchHeader
from psephos.batch.history import History
from psephos.chain.event import Shape
from psephos.evidence.level import Level, column_level, columns, wholly
from psephos.results import reading
from psephos.results.evidence import LEVELS, Evidence, evidence
from psephos.results.standing import MISSING, standing
from psephos.store import release as releases
from psephos.store.homes import chains
from psephos.store.reader import Dataset, Release


def every_release(asked: Asked) -> Table:
    """Ids of the releases that are kept, of every chain there is, newest first."""
    there = chains(asked.view.pin.home)
    return listed(
        (
            Column("release", "text", "Its id: the hash of its manifest."),
            Column("current", "flag", "Whether it is the newest of its chain."),
            Column("chain", "text", "Its chain."),
        ),
        [
            (id, at == 0, pin(place).release.chain.name)
            for place in there.values()
            for at, id in enumerate(releases.kept(place))
        ],
    )


def every_dataset(asked: Asked) -> Table:
    """The datasets of the release, and how many of their blocks stand at each level."""
    release = asked.view.release
    levels = (*reversed(LEVELS), MISSING)
    rows = []
    for name, entry in release.datasets.items():
        found = standing(release, name, release.final)
        rows.append(
            (
                name, entry.id.hex(), ", ".join(entry.sources),
                ", ".join(f"0x{one.hex()}" for one in entry.contracts), entry.first,
                entry.decimals, entry.symbol, *(found[level] for level in levels),
                entry.stopped or None,
            )
        )  # fmt: skip
    counts = tuple(
        Column(level, "whole", f"Final blocks that are {level} and not better.") for level in levels
    )
    return listed(
        (
            Column("dataset", "text", "Its name."),
            Column("id", "text", "The hash of its contracts, events and schema."),
            Column("sources", "text", "The events it reads."),
            Column("contracts", "text", "The contracts it watches."),
            Column("first", "whole", "Its first block."),
            Column("decimals", "whole", "Decimals of its token's amounts."),
            Column("symbol", "text", "Its token."),
            *counts,
            Column("stopped", "text", "Why it is quarantined or contested; null if it is not."),
        ),
        rows,
    )


def every_table(asked: Asked) -> Table:
    """The event tables of the release."""
    tables = asked.view.release.manifest.tables
    return listed(
        (
            Column("table", "text", "Its name."),
            Column("dataset", "text", "The dataset it is of."),
            Column("rows", "whole", "How many rows it has."),
            Column("columns", "text", "Its columns with their types."),
        ),
        [
            (name, entry.dataset, entry.rows, ", ".join(f"{c} {kind}" for c, kind in entry.columns))
            for name, entry in tables.items()
            if entry.role == "rows" and entry.dataset
        ],
    )


def rows_of(asked: Asked) -> Table:
    """The rows of an event table, in the order of the chain."""
    release, name = asked.view.release, asked.words["table"]
    entry, watched = table_of(asked.view.pin, name)
    first, last = asked.whole("first") or 0, asked.whole("last")
    span = (first, release.head if last is None else last)
    where = f'FROM "{name}" WHERE block_number BETWEEN ? AND ?'
    names = [*(column for column, _ in entry.columns), "provisional"]
    # Names and order are the manifest's and ours; only numbers come from outside.
    query = (
        f"SELECT {', '.join(_quoted(c) for c in names)} {where}"
        f" ORDER BY {', '.join(KEY)} LIMIT ? OFFSET ?"
    )

    def part(offset: int, limit: int) -> Sequence[Row]:
        found = reading.rows(release, query, (*span, limit, offset))
        return [[cell(value) for value in row] for row in found]

    count = int(reading.rows(release, f"SELECT count(*) {where}", span)[0][0])
    kinds = dict(entry.columns)
    shape = shape_of(watched, name)
    return Table(
        tuple(_column(c, kinds.get(c, "BOOLEAN"), shape) for c in names),
        count,
        part,
        _rests(release, watched, shape, min(span[1], release.head)),
        decimals=watched.decimals,
        symbol=watched.symbol,
    )


def _quoted(name: str) -> str:
    return f'"{name}"'


def _rests(release: Release, watched: Dataset, shape: Shape | None, last: int) -> Evidence:
    """The evidence of whole rows: the lowest of their blocks and of every column."""
    found = evidence(release, [(watched.name, "")], last)
    if shape is None or found.level is None:
        return replace(found, level=None if found.level is None else str(Level.SEEN))
    whole = wholly(watched.spans, watched.first, last)
    level = min(Level.named(found.level), column_level(shape, columns(shape), whole=whole))
    return replace(found, level=str(level), columns=tuple(columns(shape)))


def _column(name: str, kind: str, shape: Shape | None) -> Column:
    words = "Whether its block is not final yet and may disappear."
    if name != "provisional":
        bound = columns(shape).get(name.removesuffix("_raw")) if shape else None
        words = f"Bound by: {bound or 'not known'}."
    if kind.startswith("DECIMAL") and not kind.endswith("]"):
        return Column(name, "amount", words)
    if kind in ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"):
        return Column(name, "whole", words)
    return Column(name, "flag" if kind == "BOOLEAN" else "text", words)


def figures_on(asked: Asked) -> Table:
    """The published figures that rest on a table: the way up from its rows."""
    found = resting(asked.view.pin, asked.words["table"])
    rests = lowest(lasting(asked.view.release.id, one["evidence"]) for one in found)
    rows = [row(one, asked.view.release) for one in found]
    return listed(FIGURE, rows, rests=rests, definition="/method",
                  undefined=None if found else "no published figure rests on it")  # fmt: skip


def batches(asked: Asked) -> Table:
    """The ledger of the release: every sealed table of every day, and what superseded it."""
    release = asked.view.release
    sealed = release.manifest.ledger.entries > 0
    history = History.read(release.ledger()) if sealed else History()
    told = (
        Column("entry", "whole", "Its place in the ledger."),
        Column("kind", "text", "What the entry says."),
        Column("dataset", "text", "The dataset."),
        Column("table", "text", "The table."),
        Column("day", "text", "The UTC day."),
        Column("first", "whole", "Its first block; null of a derived table."),
        Column("last", "whole", "Its last block."),
        Column("rows", "whole", "How many rows; none counts too."),
        Column("row_root", "text", "Root of the tree of its rows."),
        Column("id", "text", "Hash of the batch header."),
        Column("supersedes", "whole", "The entry it corrects; null if none."),
        Column("reason", "text", "Why."),
    )

    def part(offset: int, limit: int) -> Sequence[Row]:
        rows = []
        for at, one in enumerate(history.entries[offset : offset + limit], start=offset):
            header = one.header
            first = header.first if isinstance(header, BatchHeader) else None
            last = header.last if isinstance(header, BatchHeader) else header.block
            day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=header.day)
            rows.append(
                (
                    at, one.kind, header.dataset, header.table, day.date().isoformat(),
                    first, last, header.rows, header.row_root.hex(), header.id.hex(),
                    one.supersedes, one.reason or None,
                )
            )  # fmt: skip
        return rows

    return Table(told, len(history.entries), part)


RESOURCES = (
    Resource("/releases", "Releases", "The releases that are kept, of each chain the newest "
             "first.", every_release, lasts=False),
    Resource("/datasets", "Datasets", "What is collected, and how well.", every_dataset),
    Resource("/tables", "Tables", "The event tables of the release.", every_table),
    Resource("/tables/{table}", "Rows", "The rows of an event table, in the order of the chain.",
             rows_of, ("first", "last")),
    Resource("/tables/{table}/figures", "Figures on a table", "The published figures that rest on "
             "a table.", figures_on),
    Resource("/batches", "Batches", "The ledger: each sealed table of each day.", batches),
)  # fmt: skip
