"""Conservation of what an index holds: replayed from its rows, compared at sealed blocks, noted.

Run after every sealing, while the node still proves the state of the day's last block.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from psephos.chain.dataset import Dataset
from psephos.chain.node import BlockId, Node
from psephos.commit.told import state_root
from psephos.errors import AmountTooLarge, VerificationFailed
from psephos.results.conservation.token import LARGEST, Conserved, Held, conserved
from psephos.results.positions import SOURCES
from psephos.store.index import Index

MOVED = """
    WITH told AS (FROM "{table}" WHERE contract = ? AND block_number <= ?),
    moved AS (
        SELECT recipient AS holder, amount FROM told
        UNION ALL
        SELECT sender, -amount FROM told
    )"""

LARGEST_FIRST = f"""{MOVED}
    SELECT holder, sum(amount) AS amount FROM moved WHERE holder <> ?
    GROUP BY holder HAVING sum(amount) <> 0 ORDER BY amount DESC, holder LIMIT ?"""

SUPPLY = f"{MOVED} SELECT -sum(amount) FROM moved WHERE holder = ?"

OVERDRAWN = f"""{MOVED}
    SELECT holder, sum(amount) FROM moved WHERE holder <> ?
    GROUP BY holder HAVING sum(amount) < 0 ORDER BY holder"""

STATUS = {"failed": 0, "not_possible": 1, "passed": 2}


def held_at(index: Index, dataset: Dataset, block: BlockId, largest: int = LARGEST) -> list[Held]:
    """What the rows say of each token of a dataset at the end of a stored block.

    AmountTooLarge where a sum needs more than 38 digits. The caller sees to it that every block
    of the dataset up to this one was read.
    """
    header = index.query("SELECT header FROM block WHERE number = ?", [block.number])
    root = state_root(header[0][0]) if header and header[0][0] else None
    table = f"{dataset.name}_transfer"
    found = []
    for token in dataset.contracts:
        asked = [token, block.number, bytes(len(token))]
        try:
            ((supply,),) = index.query(SUPPLY.format(table=table), asked)
            most = index.query(LARGEST_FIRST.format(table=table), [*asked, largest])
        except duckdb.OutOfRangeException as error:
            raise AmountTooLarge(f"{dataset.name}: transfers add up to over 38 digits") from error
        holders = tuple((holder, int(amount)) for holder, amount in most)
        found.append(Held(token, block, root, int(supply or 0), holders))
    return found


def conserve(
    index: Index, node: Node, datasets: Iterable[Dataset], *, again: bool = False
) -> dict[str, list[Conserved]]:
    """Check each token at its newest sealed block, once or `again`, and note what came of it.

    A proven difference stops the dataset (quarantine): its balances are not what it holds. One
    that a call tells is noted and shown, for a node may lie.
    """
    stopped = index.quarantined()
    found: dict[str, list[Conserved]] = {}
    for dataset in datasets:
        last = index.sealed_to(dataset.name)
        if last is None or not _due(index, dataset, last, stopped, again):
            continue
        cursor = index.block(last)
        if cursor is None:
            continue
        block = BlockId(cursor.number, cursor.hash)
        outcomes = [conserved(held, node) for held in held_at(index, dataset, block)]
        for outcome in outcomes:
            _note(index, dataset.name, outcome)
            if outcome.failed and outcome.level == "complete":
                why = next(c.why for c in outcome.checks if c.status == "failed")
                index.quarantine(dataset.name, VerificationFailed(f"conservation: {why}"))
        found[dataset.name] = outcomes
    return found


def _due(
    index: Index, dataset: Dataset, last: int, stopped: Mapping[str, object], again: bool
) -> bool:
    """Whether a dataset has balances, all of their blocks, and no outcome at this block yet."""
    if dataset.name in stopped or not set(dataset.sources) & set(SOURCES["balance"]):
        return False
    if last < dataset.first or index.gaps(dataset.name, dataset.first, last):
        return False
    if again:
        return True
    sql = "SELECT count(*) FROM conservation WHERE dataset = ? AND block_number = ?"
    return bool(index.query(sql, [dataset.name, last])[0][0] == 0)


def overdrawn(index: Index, dataset: Dataset, block: int) -> list[tuple[bytes, bytes, int]]:
    """Token, holder and balance of who has less than nothing by the rows."""
    query = OVERDRAWN.format(table=f"{dataset.name}_transfer")
    return [
        (token, holder, int(amount))
        for token in dataset.contracts
        for holder, amount in index.query(query, [token, block, bytes(len(token))])
    ]


def noted(index: Index) -> list[dict[str, Any]]:
    """The newest outcome of each token, for status; none in an index of before there were any."""
    there = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'conservation'"
    if not index.query(there)[0][0]:
        return []
    sql = """SELECT dataset, token, block_number, level, holders, status, why FROM conservation
        QUALIFY row_number() OVER (PARTITION BY dataset, token ORDER BY noted DESC) = 1
        ORDER BY dataset, token"""
    names = ("dataset", "token", "block", "level", "holders", "status", "why")
    rows = [dict(zip(names, row, strict=True)) for row in index.query(sql)]
    return [row | {"token": "0x" + row["token"].hex()} for row in rows]


def _note(index: Index, dataset: str, outcome: Conserved) -> None:
    worst = min(outcome.checks, key=lambda check: STATUS[check.status])
    held = outcome.held
    row = [dataset, held.token, held.block.number, held.block.hash]
    row += [outcome.level, len(held.largest), worst.status, worst.why]
    with index.writing() as db:
        db.execute(
            "INSERT INTO conservation VALUES (?, ?, ?, ?, ?, ?, ?, ?, now() AT TIME ZONE 'UTC')",
            row,
        )
