"""Who delegates to whom: the edges of delegation at a block, one step deep as the token counts.

An edge is the last `DelegateChanged` of a delegator up to the block; its weight is the delegator's
balance there, since ERC20Votes moves exactly that. So the edges into a delegate add up to its
voting power; where they do not, the token counts otherwise, and `unexplained` says by how much.
"""

from typing import TYPE_CHECKING

import polars as pl

from analytics.delegation import Delegations
from psephos.errors import NotCollected, TableError
from psephos.results import reading
from psephos.results.kinds import NOBODY
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


def unexplained(release: "Release", *, dataset: str, block: int | None = None) -> dict[bytes, int]:
    """Voting power less what is delegated, of each delegate for whom it is not 0.

    Empty for every token that moves votes with balances, as OpenZeppelin's and Compound's do.
    """
    block = reading.the_block(release, block)
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
    if "erc20" not in reading.dataset(release, dataset).sources:
        raise TableError(f"{dataset} tells no balances: what each delegator gives is not known")
    if left := unexplained(release, dataset=dataset, block=block):
        raise TableError(
            f"the power of {len(left)} delegates of {dataset} is not what is delegated to them",
            hint="this token moves votes otherwise: use a change of power alone, such as --cap",
        )
    held = positions(release, "balance", dataset=dataset, block=block)
    listed = delegations(release, dataset=dataset, block=block) if edges is None else edges
    return Delegations(
        dict(zip(held.holders, held.amounts, strict=True)),
        dict(listed.select("delegator", "delegate").rows()),
    )
