"""How positions change: the SQL that turns event rows into who holds how much after each block.

A kind of position is one entry of `psephos.results.kinds`: which source emits it, and a SELECT over
its event tables. Everything else (running totals, cost of what is new, checks) is written here.
`locked` moves with the clock and not with events: it is in `psephos.results.economy.grants`.
"""

from collections.abc import Collection

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from psephos.errors import AmountTooLarge, Quarantined
from psephos.results.kinds import KINDS

AMOUNT = pa.decimal128(38, 0)
LIMIT = 10**38

POSITION = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("dataset", pa.string(), nullable=False),
        pa.field("key", pa.binary()),
        pa.field("holder", pa.binary(), nullable=False),
        pa.field("block_number", pa.uint64(), nullable=False),
        pa.field("transaction_index", pa.uint32(), nullable=False),
        pa.field("log_index", pa.uint32(), nullable=False),
        pa.field("amount", AMOUNT, nullable=False),
    ]
)
PREVIOUS = pa.schema(
    [
        pa.field("key", pa.binary()),
        pa.field("holder", pa.binary(), nullable=False),
        pa.field("amount", AMOUNT, nullable=False),
    ]
)


def kinds(sources: Collection[str]) -> tuple[str, ...]:
    """The kinds of position that a dataset with these sources has, in the order of `KINDS`."""
    return tuple(k.name for k in KINDS.values() if any(s in sources for s in k.sources))


def rows(tables: Collection[str], dataset: str, kind: str) -> str:
    """The SELECT of a kind's rows over those of the dataset's tables that exist."""
    selects = [
        select.format_map({table: f'"{dataset}_{table}"'})
        for table, select in KINDS[kind].rows
        if f"{dataset}_{table}" in tables
    ]
    if not selects:
        raise KeyError(f"dataset {dataset} has no table that tells {kind}")
    return " UNION ALL ".join(selects)


def touched(
    con: duckdb.DuckDBPyConnection, dataset: str, kind: str, after_block: int, upto_block: int
) -> pa.Table:
    """(key, holder) of every position with an event in blocks `after_block` < b ≤ `upto_block`."""
    query = rows(tables(con), dataset, kind)
    return con.sql(
        f"SELECT DISTINCT key, holder FROM ({query}) WHERE block_number > ? AND block_number <= ?",
        params=[after_block, upto_block],
    ).to_arrow_table()


def position_changes(
    con: duckdb.DuckDBPyConnection,
    dataset: str,
    kind: str,
    after_block: int,
    upto_block: int,
    previous: pa.Table | None = None,
) -> pa.Table:
    """Positions after each block that changed them, blocks `after_block` < b ≤ `upto_block`.

    con: a DuckDB connection with the dataset's event tables (or views) by name.
    previous: (key, holder, amount) at `after_block`, at least of every holder that `touched`
        names; none: nobody held anything. Kinds told as amounts (power) do not need it.

    Returns a table of schema `POSITION`, one row a (key, holder, block): the amount after the
    block's last event of that holder, ordered by block, transaction, log. A cost of what is new:
    only rows of the blocks asked for are read.

    Raises `AmountTooLarge` for a total of 10^38 or more, `Quarantined` for one below zero: the
    events then do not tell the whole truth about this contract.
    """
    before = PREVIOUS.empty_table() if previous is None else previous.select(PREVIOUS.names)
    query = _changes(rows(tables(con), dataset, kind), adds=KINDS[kind].adds)
    con.register("psephos_previous", before)
    try:
        found = con.sql(query, params=[kind, dataset, after_block, upto_block]).to_arrow_table()
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        raise AmountTooLarge(
            f"dataset {dataset}: a sum of {kind} in blocks {after_block + 1} to {upto_block} "
            "is 10^38 or more",
            hint="the dataset cannot be measured exactly; remove it from psephos.toml",
        ) from error
    finally:
        con.unregister("psephos_previous")
    changes = found.cast(POSITION)
    _check(changes, dataset, kind)
    return changes


def tables(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Names of the tables and views of a connection."""
    return {
        name
        for (name,) in con.execute("SELECT table_name FROM information_schema.tables").fetchall()
    }


def _changes(query: str, *, adds: bool) -> str:
    """Last event of each block and holder; running totals where the events are differences."""
    amount = (
        "sum(total) OVER (PARTITION BY block.key, block.holder ORDER BY block_number) "
        "+ coalesce(previous.amount, 0)"
        if adds
        else "last_amount"
    )
    return f"""
        WITH event AS (
            SELECT * FROM ({query}) WHERE block_number > $3 AND block_number <= $4
        ), block AS (
            SELECT key, holder, block_number,
                   max((transaction_index, log_index)) AS last_event,
                   sum(amount) AS total,
                   arg_max(amount, (transaction_index, log_index)) AS last_amount
            FROM event GROUP BY key, holder, block_number
        )
        SELECT $1 AS kind, $2 AS dataset, block.key, block.holder, block_number,
               last_event[1] AS transaction_index, last_event[2] AS log_index,
               ({amount})::DECIMAL(38,0) AS amount
        FROM block LEFT JOIN psephos_previous AS previous
          ON previous.holder = block.holder AND previous.key IS NOT DISTINCT FROM block.key
        ORDER BY block_number, transaction_index, log_index, block.key, block.holder"""


def _check(changes: pa.Table, dataset: str, kind: str) -> None:
    """No amount below zero, none of 10^38 or more."""
    if not len(changes):
        return
    bounds = pc.min_max(changes.column("amount")).as_py()
    if bounds["min"] < 0:
        row = changes.filter(pc.less(changes.column("amount"), 0)).slice(0, 1).to_pylist()[0]
        raise Quarantined(
            f"dataset {dataset}: {kind} of 0x{row['holder'].hex()} is {row['amount']} "
            f"at block {row['block_number']}",
            hint="its contract moves amounts without the events of the standard: "
            "its positions cannot be told from events",
        )
    if bounds["max"] >= LIMIT:
        raise AmountTooLarge(f"dataset {dataset}: a {kind} is 10^38 or more")
