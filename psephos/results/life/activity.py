"""Creativity: who comes, what is deployed and declared, and how far use is spread.

Of Starknet's fee tables, which hold every transaction. What an account calls first stands for the
transaction; a call within a call is in no table. Who deployed a contract is told where that was the
first thing a transaction did; where the universal deployers' own events were read, of all that
they deployed (`makers`), which is what use and fees of contracts are held against.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.commit.starknet.felt import keccak_250
from psephos.results import reading

if TYPE_CHECKING:
    from psephos.store.reader import Release

DECLARE, DEPLOY_ACCOUNT = 1, 2
NOBODY = bytes(32)
DEPLOYER = "starknet_deployer"
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


@dataclass(frozen=True, slots=True)
class Maker:
    """Who had contracts deployed: how many in the window, how often all that it ever deployed was
    called first there, and the fri that was paid for it."""

    deployer: bytes
    contracts: int
    calls: int
    fees: int


def makers(release: "Release", name: str, first: int, last: int, block: int) -> list[Maker] | None:
    """Everybody who deployed in the window or whose contracts were called in it, most called first.

    None where no event of a universal deployer was read. A contract deployed twice at one address
    (it cannot be) counts for the first.
    """
    tables = [
        f"{one}_contract_deployed"
        for one in reading.datasets(release, DEPLOYER)
        if reading.has(release, f"{one}_contract_deployed")
    ]
    if not tables:
        return None
    told = " UNION ALL ".join(
        f'SELECT deployed, deployer, block_number FROM "{table}" WHERE block_number <= $block'
        for table in tables
    )
    query = f"""
        WITH made AS (
            SELECT deployed, arg_min(deployer, block_number) AS deployer,
                min(block_number) AS block_number FROM ({told}) GROUP BY deployed),
        used AS (
            SELECT called, count(*) AS calls, coalesce(sum(amount) FILTER (in_fri), 0) AS fees
            FROM "{name}_fee_transaction" AS paid JOIN block ON block.number = paid.block_number
            WHERE timestamp >= $first AND timestamp < $last AND block_number <= $block
            GROUP BY called)
        SELECT deployer, count(*) FILTER (timestamp >= $first AND timestamp < $last) AS new,
            coalesce(sum(calls), 0) AS calls, coalesce(sum(fees), 0)
        FROM made JOIN block ON block.number = made.block_number
        LEFT JOIN used ON called = deployed
        GROUP BY deployer HAVING new > 0 OR calls > 0 ORDER BY calls DESC, new DESC, deployer"""
    rows = reading.rows(release, query, {"first": first, "last": last, "block": block})
    return [Maker(bytes(who), int(new), int(calls), int(fees)) for who, new, calls, fees in rows]
