"""A rule about stakes: how much a foundation delegates to each staker beside what it has itself.

Members of a staker's pools are replayed from their events; who of them is the foundation's is a
declared label of this chain.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.promises.promise import Judged, Question, Result, Row, missing
from psephos.results.shown.text import address
from psephos.results.shown.wording import tokens
from psephos.results.stakes import stakes
from psephos.results.staking import STRK

if TYPE_CHECKING:
    from psephos.store.reader import Release

EVENT = "(block_number, transaction_index, log_index)"
DECIMALS = 18


def matched_stakes(of: Question, most: int, role: str, name: str) -> Judged:
    """Of each staker: what members of this role delegate to its STRK pools is at most its own
    stake, and at most so many whole STRK."""
    there = reading.datasets(of.release, "starknet_pool")
    ours = of.entities.with_role(role, block=of.block)
    if not there:
        return missing("no dataset of this release has pools' members")
    if not ours:
        return missing(f"no address is declared to be of the {role} on this chain")
    owners = _pools(of.release, name, of.block)
    own = stakes(of.release, name, of.block).own
    given: dict[bytes, int] = {}
    for (pool, member), amount in _members(of.release, there[0], of.block).items():
        if member in ours and pool in owners and amount:
            staker = owners[pool]
            given[staker] = given.get(staker, 0) + amount
    rows = []
    for staker, amount in sorted(given.items(), key=lambda one: (-one[1], one[0])):
        allowed = min(own.get(staker, 0), most * 10**DECIMALS)
        result = Result.KEPT if amount <= allowed else Result.BROKEN
        told = f"{tokens(amount, DECIMALS)} STRK delegated by the {role}"
        asked = (
            f"at most {tokens(allowed, DECIMALS)}: its own stake, no more than {tokens(most, 0)}"
        )
        rows.append(Row(f"{name}: {address(staker)}", told, asked, result, of.block, of.now))
    uses = ((name, "stake"), (there[0], "member"))
    declared = (f"entities with the role {role}, set {of.entities.id[:16]}",)
    if not rows:
        return Judged(why=f"the {role} delegates to nobody", uses=uses, declared=declared)
    return Judged(tuple(rows), uses, declared)


def _pools(release: "Release", name: str, block: int) -> Mapping[bytes, bytes]:
    """The staker of each STRK pool; the first pools named no token."""
    parts = []
    for table, only in (
        ("new_delegation_pool", "AND token = $strk"),
        ("new_delegation_pool_early", ""),
    ):
        if reading.has(release, f"{name}_{table}"):
            parts.append(
                f'SELECT pool, staker FROM "{name}_{table}" WHERE block_number <= $block {only}'
            )
    if not parts:
        return {}
    found = reading.rows(release, " UNION ALL ".join(parts), {"block": block, "strk": STRK})
    return {bytes(pool): bytes(staker) for pool, staker in found}


def _members(release: "Release", name: str, block: int) -> Mapping[tuple[bytes, bytes], int]:
    """What each member last had in each pool, by (pool, member)."""
    tables = {"new_pool_member": "amount", "pool_member_balance_changed": "new_delegated_stake"}
    parts = [
        f"SELECT contract AS pool, pool_member, ({column})::DECIMAL(38,0) AS amount, block_number, "
        f'transaction_index, log_index FROM "{name}_{table}" WHERE block_number <= $block'
        for table, column in tables.items()
        if reading.has(release, f"{name}_{table}")
    ]
    query = (
        f"SELECT pool, pool_member, arg_max(amount, {EVENT}) FROM ({' UNION ALL '.join(parts)}) "
        "GROUP BY pool, pool_member"
    )
    found = reading.rows(release, query, {"block": block}) if parts else []
    return {(bytes(pool), bytes(member)): int(amount) for pool, member, amount in found}
