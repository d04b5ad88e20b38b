"""Creativity: who comes, what is deployed and declared, and how far use is spread.

Of Starknet's fee tables, which hold every transaction. What an account calls first stands for the
transaction; a call within a call is in no table. Who deployed a contract is told where that was the
first thing a transaction did: what later calls of one deploy is not.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.commit.starknet.felt import keccak_250
from psephos.results import reading

if TYPE_CHECKING:
    from psephos.store.reader import Release

DECLARE, DEPLOY_ACCOUNT = 1, 2
NOBODY = bytes(32)
DEPLOY = tuple(f"{keccak_250(name):064X}" for name in (b"deployContract", b"deploy_contract"))
BROUGHT = (
    f"NOT reverted AND (kind IN ({DECLARE}, {DEPLOY_ACCOUNT}) "
    f"OR hex(entrypoint) IN ({', '.join(repr(one) for one in DEPLOY)}))"
)
"""In SQL: a transaction that brings code. A class is declared, an account deploys itself, or one of
the universal deployers (the first and the present one) is called first."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Of a window: declared classes, new accounts, who paid, and who of them never had before.

    calls, fees: transactions and fri of each contract that was called first, most first
    brought: payer, transactions that brought code and their fri, most first
    """

    declared: int
    accounts: int
    payers: int
    entrants: int
    calls: list[int]
    fees: list[int]
    largest: list[tuple[bytes, int, int]]
    brought: list[tuple[bytes, int, int]]


def activity(release: "Release", name: str, first: int, last: int, block: int) -> Activity:
    """What happened from time `first` to before `last`, up to a block."""
    given = {"first": first, "last": last, "block": block}
    where = (
        f'FROM "{name}_fee_transaction" AS paid JOIN block ON block.number = paid.block_number '
        "WHERE timestamp >= $first AND timestamp < $last AND block_number <= $block"
    )
    done = f"count(*) FILTER (NOT reverted AND kind = {DECLARE}), count(*) FILTER "
    query = f"SELECT {done}(NOT reverted AND kind = {DEPLOY_ACCOUNT}) {where}"
    declared, accounts = map(int, reading.rows(release, query, given)[0])
    came = f"""
        SELECT count(*), count(*) FILTER (began >= $first) FROM (
            SELECT payer, min(timestamp) AS began, max(timestamp) AS seen
            FROM "{name}_fee_transaction" AS paid JOIN block ON block.number = paid.block_number
            WHERE timestamp < $last AND block_number <= $block AND payer <> $nobody
            GROUP BY payer) WHERE seen >= $first"""
    payers, entrants = map(int, reading.rows(release, came, {**given, "nobody": NOBODY})[0])
    query = (
        "SELECT called, count(*), coalesce(sum(amount) FILTER (in_fri), 0) "
        f"{where} AND called <> $nobody GROUP BY called ORDER BY 2 DESC, 1"
    )
    rows = [
        (bytes(called), int(count), int(fee))
        for called, count, fee in reading.rows(release, query, {**given, "nobody": NOBODY})
    ]
    fees = sorted((fee for *_, fee in rows), reverse=True)
    query = (
        "SELECT payer, count(*), coalesce(sum(amount) FILTER (in_fri), 0) "
        f"{where} AND {BROUGHT} GROUP BY payer ORDER BY 2 DESC, 1"
    )
    brought = [
        (bytes(who), int(count), int(fee))
        for who, count, fee in reading.rows(release, query, given)
    ]
    calls = [count for _, count, _ in rows]
    return Activity(declared, accounts, payers, entrants, calls, fees, rows[:20], brought)
