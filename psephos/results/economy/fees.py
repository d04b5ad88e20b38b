"""Fees that a release knows of, by period: what those who use a system paid for it.

On Ethereum: of the transactions that touched a watched contract, burned and paid out together, in
wei. On Starknet: of all transactions, what the receipts say was paid in fri; what was paid in wei
(before version 3) is left out and counted by nobody here, since the two have no common unit. A
period is a day, seven days or thirty days, counted back from the midnight (UTC) before a block.
"""

from typing import TYPE_CHECKING

from psephos.results import reading

if TYPE_CHECKING:
    from psephos.store.reader import Release

PAID = {
    "fees": "sum(base_fee_burned + priority_fee + blob_fee)",
    "starknet_fees": "coalesce(sum(amount) FILTER (WHERE in_fri), 0)",
}
"""What was paid, in SQL over `fee_transaction`, by the source that tells it."""

FEES = tuple(PAID)
"""Sources of datasets that tell fees."""

PERIOD = {"day": 86_400, "week": 7 * 86_400, "month": 30 * 86_400}
"""Seconds of a period."""


def fees_paid(release: "Release", block: int, period: str, name: str | None = None) -> list[int]:
    """Fees of each full period before a block's day, oldest first; 0 where nobody paid.

    Of the dataset named, or of the only one. Empty where the release has none, where blocks are
    missing, or where no full period passed since the dataset's first block.
    """
    found = reading.datasets(release, *FEES)
    name = name or (found[0] if len(found) == 1 else None)
    now = reading.timestamp(release, block)
    if name is None or now is None or reading.backfill(release.datasets[name], block):
        return []
    source = next(one for one in FEES if one in release.datasets[name].sources)
    length, last = PERIOD[period], now // PERIOD["day"] * PERIOD["day"]
    first = "SELECT min(timestamp) FROM block WHERE number >= ?"
    began = reading.rows(release, first, (release.datasets[name].first,))[0][0]
    if began is None or (count := (last - int(began)) // length) < 1:
        return []
    query = f"""
        SELECT ($last - 1 - block.timestamp) // $length AS back,
            {PAID[source]}
        FROM "{name}_fee_transaction" AS paid JOIN block ON block.number = paid.block_number
        WHERE block.timestamp < $last AND block.timestamp >= $last - $length * $count
            AND paid.block_number <= $block
        GROUP BY back"""
    given = {"last": last, "length": length, "count": count, "block": block}
    sums = {int(back): int(amount) for back, amount in reading.rows(release, query, given)}
    return [sums.get(back, 0) for back in reversed(range(count))]
