"""What stood at the snapshots of many proposals: supply, delegated power, delegates, quorum.

One query each for all snapshots: a proposal's figures must not cost a walk through history.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.changes import kinds
from psephos.results.voting.rules import Rules

if TYPE_CHECKING:
    from psephos.store.reader import Dataset, Release


@dataclass(frozen=True, slots=True)
class Snapshot:
    """At a block: supply and delegated power in the token's smallest unit, delegates by heads.

    Each is None where it is undefined: the token is not known or not read up to the block.
    """

    block: int
    supply: int | None = None
    delegated: int | None = None
    delegates: int | None = None
    quorum: int | None = None


def snapshots(release: "Release", rules: Rules, blocks: Collection[int]) -> dict[int, Snapshot]:
    """What stood at each of these blocks. The quorum is ⌊supply · numerator / denominator⌋."""
    wanted = sorted(set(blocks))
    supply: Mapping[int, int] = {}
    delegated: Mapping[int, int] = {}
    delegates: Mapping[int, int] = {}
    if rules.token is not None:
        entry = reading.dataset(release, rules.token)
        known = [block for block in wanted if reading.backfill(entry, block) is None]
        there = {kind for kind in kinds(entry.sources) if _told(release, kind, entry, known)}
        if "supply" in there:
            supply = _totals(release, "supply", rules.token, known)
        if "delegated" in there:
            delegated = _totals(release, "delegated", rules.token, known)
        if "power" in there:
            delegates = _heads(release, rules.token, known)
    numerators = _numerators(release, rules.governor, wanted)
    return {
        block: Snapshot(
            block,
            supply.get(block),
            delegated.get(block),
            delegates.get(block),
            _quorum(rules, supply.get(block), numerators.get(block)),
        )
        for block in wanted
    }


def _told(release: "Release", kind: str, entry: "Dataset", blocks: Sequence[int]) -> bool:
    return bool(blocks) and reading.broken(release, kind, entry, blocks[0]) is None


def _quorum(rules: Rules, supply: int | None, numerator: int | None) -> int | None:
    if rules.quorum is not None:
        return rules.quorum
    if supply is None or numerator is None:
        return None
    return supply * numerator // rules.denominator


def _totals(release: "Release", kind: str, name: str, blocks: Collection[int]) -> dict[int, int]:
    """The one amount of a kind with one holder, at each block; 0 before the first."""
    query = """
        SELECT wanted.block, coalesce(change.amount, 0) AS amount
        FROM (SELECT unnest($blocks::UBIGINT[]) AS block) AS wanted
        ASOF LEFT JOIN (
            SELECT block_number, amount FROM position WHERE kind = $kind AND dataset = $dataset
        ) AS change ON wanted.block >= change.block_number"""
    given = {"blocks": list(blocks), "kind": kind, "dataset": name}
    return {int(block): amount for block, amount in reading.rows(release, query, given)}


def _heads(release: "Release", name: str, blocks: Collection[int]) -> dict[int, int]:
    """How many delegates had power at each block."""
    query = """
        WITH step AS (
            SELECT block_number,
                   (amount > 0)::INTEGER - coalesce((lag(amount) OVER (
                       PARTITION BY holder ORDER BY block_number) > 0)::INTEGER, 0) AS more
            FROM position
            WHERE kind = 'power' AND dataset = $dataset AND block_number <= $last
        ), change AS (
            SELECT block_number, (sum(sum(more)) OVER (ORDER BY block_number))::BIGINT AS heads
            FROM step GROUP BY block_number
        )
        SELECT wanted.block, coalesce(change.heads, 0)
        FROM (SELECT unnest($blocks::UBIGINT[]) AS block) AS wanted
        ASOF LEFT JOIN change ON wanted.block >= change.block_number"""
    given = {"blocks": list(blocks), "dataset": name, "last": max(blocks)}
    return {int(block): int(heads) for block, heads in reading.rows(release, query, given)}


def _numerators(release: "Release", name: str, blocks: Collection[int]) -> dict[int, int]:
    """The quorum's numerator at each block; left out before it was first set, or not read."""
    table = f"{name}_quorum_numerator_updated"
    if not reading.has(release, table):
        return {}
    found = reading.rows(
        release,
        f'SELECT block_number, new_quorum_numerator FROM "{table}" '
        "ORDER BY block_number, transaction_index, log_index",
    )
    entry = reading.dataset(release, name)
    values: dict[int, int] = {}
    for block in blocks:
        earlier = [number for at, number in found if at <= block]
        if earlier and reading.backfill(entry, block) is None:
            values[block] = int.from_bytes(earlier[-1], "big")
    return values
