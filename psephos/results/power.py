"""Who delegates to whom: the edges of delegation at a block, one step deep as the token counts.

An edge is the last `DelegateChanged` of a delegator up to the block; its weight is the delegator's
balance there, since ERC20Votes moves exactly that. So the edges into a delegate add up to its
voting power; where they do not, the token counts otherwise, and `unexplained` says by how much.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from analytics.delegation import Delegations, one_level
from psephos.errors import NotCollected, TableError
from psephos.results import reading
from psephos.results.history import changes_at
from psephos.results.kinds import NOBODY, tells
from psephos.results.positions import positions

if TYPE_CHECKING:
    from psephos.store.reader import Release

EDGE = {
    "delegator": pl.Binary,
    "delegate": pl.Binary,
    "amount": pl.Decimal(38, 0),
    "since": pl.UInt64,
}


def delegations(release: "Release", *, dataset: str, block: int | None = None) -> pl.DataFrame:
    """The edges at a block: delegator, delegate, amount (smallest unit), block it holds since.

    Heaviest first. Who delegates to nobody (the zero address), or never did, has no edge; who
    holds nothing has an edge of 0. `NotCollected` while blocks before `block` were not read.
    """
    block = reading.the_block(release, block)
    if why := reading.backfill(reading.dataset(release, dataset), block):
        raise NotCollected(f"delegations of {dataset} at block {block} are undefined: {why}")
    event = "(block_number, transaction_index, log_index)"
    query = f"""
        SELECT delegator, arg_max(to_delegate, {event}) AS delegate, max(block_number) AS since
        FROM "{dataset}_delegate_changed" WHERE block_number <= ?
        GROUP BY delegator HAVING arg_max(to_delegate, {event}) NOT IN ({NOBODY})"""
    edges = release.sql(query, (block,))
    held = positions(release, "balance", dataset=dataset, block=block)
    amounts = dict(zip(held.holders, held.amounts, strict=True))
    weights = (amounts.get(delegator, 0) for delegator in edges["delegator"])
    return (
        edges.with_columns(reading.exact("amount", weights))
        .select(list(EDGE))
        .cast(EDGE)  # type: ignore[arg-type]
        .sort("amount", "delegator", descending=[True, False])
    )


def unexplained(
    release: "Release",
    *,
    dataset: str,
    block: int | None = None,
    edges: pl.DataFrame | None = None,
) -> dict[bytes, int]:
    """Voting power less what is delegated, of each delegate for whom it is not 0.

    Empty for every token that moves votes with balances, as OpenZeppelin's and Compound's do.
    edges: `delegations` at that block, if read already
    """
    block = reading.the_block(release, block)
    if edges is None:
        edges = delegations(release, dataset=dataset, block=block)
    held = positions(release, "power", dataset=dataset, block=block)
    left = dict(zip(held.holders, held.amounts, strict=True))
    for delegate, amount in edges.select("delegate", "amount").rows():
        left[delegate] = left.get(delegate, 0) - int(amount)
    return {delegate: rest for delegate, rest in left.items() if rest}


def delegation_graph(
    release: "Release", dataset: str, block: int, edges: pl.DataFrame | None = None
) -> Delegations[bytes]:
    """Who holds what and delegates to whom, as pure functions take it; `edges` if read already.

    `TableError` where the token tells no balances, or moves votes otherwise than with balances.
    """
    if not tells("balance", reading.dataset(release, dataset).sources):
        raise TableError(f"{dataset} tells no balances: what each delegator gives is not known")
    listed = delegations(release, dataset=dataset, block=block) if edges is None else edges
    if left := unexplained(release, dataset=dataset, block=block, edges=listed):
        raise TableError(
            f"the power of {len(left)} delegates of {dataset} is not what is delegated to them",
            hint="this token moves votes otherwise: use a change of power alone, such as --cap",
        )
    held = positions(release, "balance", dataset=dataset, block=block)
    return Delegations(
        dict(zip(held.holders, held.amounts, strict=True)),
        dict(listed.select("delegator", "delegate").rows()),
    )


def delegation_graphs(
    release: "Release", dataset: str, powers: Mapping[int, Mapping[bytes, int]]
) -> dict[int, Delegations[bytes]]:
    """`delegation_graph` at several blocks (ascending), from one pass over what changed.

    powers: by block, the voting power there, which the delegations are held against
    """
    entry = reading.dataset(release, dataset)
    if not tells("balance", entry.sources):
        raise TableError(f"{dataset} tells no balances: what each delegator gives is not known")
    blocks = list(powers)
    if blocks and (why := reading.backfill(entry, blocks[-1])):
        raise NotCollected(f"delegations of {dataset} at block {blocks[-1]} are undefined: {why}")
    found: dict[int, Delegations[bytes]] = {}
    for block, held, to in _walked(release, dataset, blocks):
        found[block] = graph = Delegations(held, to)
        told = {who: amount for who, amount in one_level(graph).items() if amount}
        if told != powers[block]:
            differ = {who for who, _ in told.items() ^ powers[block].items()}
            raise TableError(
                f"the power of {len(differ)} delegates of {dataset} is not what is delegated to "
                "them",
                hint="this token moves votes otherwise: use a change of power alone, such as --cap",
            )
    return found


def _walked(
    release: "Release", dataset: str, blocks: list[int]
) -> Iterator[tuple[int, dict[bytes, int], dict[bytes, bytes]]]:
    """At each block: who holds how much, and to whom it delegates, heaviest first."""
    held: dict[bytes, int] = {}
    to: dict[bytes, bytes] = {}
    balances = changes_at(release, "balance", dataset, blocks, None)
    edges = _edges_at(release, dataset, blocks)
    ahead, past = next(balances, None), 0
    for block in blocks:
        while ahead is not None and ahead[0] <= block:
            _, holder, amount = ahead
            held[holder] = amount
            ahead = next(balances, None)
        while past < len(edges) and edges[past][0] <= block:
            _, holder, delegate = edges[past]
            to[holder] = delegate
            past += 1
        has = {holder: amount for holder, amount in held.items() if amount}
        some = [(holder, one) for holder, one in to.items() if one.strip(b"\0")]
        some.sort(key=lambda edge: (-has.get(edge[0], 0), edge[0]))
        yield block, has, dict(some)


def _edges_at(
    release: "Release", dataset: str, blocks: list[int]
) -> list[tuple[int, bytes, bytes]]:
    """(block asked for, delegator, delegate): the last change of each before each block."""
    event = "(block_number, transaction_index, log_index)"
    query = f"""
        WITH wanted AS (SELECT unnest($blocks::UBIGINT[]) AS block),
        change AS (
            SELECT wanted.block, change.*
            FROM (
                SELECT delegator, to_delegate, block_number, transaction_index, log_index
                FROM "{dataset}_delegate_changed" WHERE block_number <= $last
            ) AS change ASOF JOIN wanted ON change.block_number <= wanted.block
        )
        SELECT block, delegator, arg_max(to_delegate, {event}) AS delegate
        FROM change GROUP BY block, delegator ORDER BY block"""
    given = {"blocks": blocks, "last": blocks[-1]}
    return [(b, who, to) for b, who, to in reading.rows(release, query, given)] if blocks else []
