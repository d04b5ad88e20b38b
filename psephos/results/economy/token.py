"""A token's economy at a block: its books, what circulates, what unlocks, how fast it moves.

Everything is read from event rows and positions of one release, in the token's smallest unit. A
day is 86,400 seconds from midnight UTC; time is that of blocks. What is not known (blocks that
were not read, a time without a header) makes the answer `None`, never 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analytics.cohorts import Cohorts, cohorts
from analytics.supply import (
    Identity,
    Pressure,
    circulating,
    mean_over_time,
    supply_identity,
    unlock_pressure,
    velocity,
)
from analytics.unlocks import Linear, Period, Tranche, unlock_calendar
from psephos.results import reading
from psephos.results.economy.grants import accounts, grants
from psephos.results.labels.entities import Entities
from psephos.results.positions import SOURCES, positions, supply

if TYPE_CHECKING:
    from psephos.store.reader import Release

DAY = 86_400
OUTSIDE = ("foundation", "treasury")
"""Declared roles whose balances do not circulate."""

AGES = (7, 30, 90, 365)
"""Edges of the ages of cohorts, in days."""

SIZES = (1, 100, 10_000, 1_000_000, 100_000_000)
"""Edges of the sizes of cohorts, in whole tokens."""


ZERO = "ltrim(hex({}), '0') = ''"
"""Whether an address of any width is the zero address, in SQL."""


def tokens(release: "Release") -> tuple[str, ...]:
    """The datasets that are tokens with a supply."""
    return reading.datasets(release, *SOURCES["supply"])


def locks(release: "Release", token: str) -> tuple[str, ...]:
    """The datasets of grants of a token; those that name none belong to every token."""
    every = reading.datasets(release, *SOURCES["locked"])
    return tuple(n for n in every if release.datasets[n].links.get("token", token) == token)


def books(release: "Release", token: str, block: int) -> Identity | None:
    """What was minted and burned up to a block, by transfers, beside what holders have.

    The three sums come by different ways: the events, and the positions.
    """
    held = positions(release, "balance", dataset=token, block=block)
    if held.undefined:
        return None
    return supply_identity(*_created(release, token, block), held.amounts)


def _created(release: "Release", token: str, block: int) -> tuple[int, int]:
    """(minted, burned) by transfers from and to the zero address, up to a block."""
    ways = (("sender", "recipient"), ("recipient", "sender"))
    minted, burned = (
        reading.rows(
            release,
            f'SELECT coalesce(sum(amount), 0) FROM "{token}_transfer" WHERE block_number <= ? '
            f"AND {ZERO.format(none)} AND NOT {ZERO.format(other)}",
            (block,),
        )[0][0]
        for none, other in ways
    )
    return int(minted), int(burned)


@dataclass(frozen=True, slots=True)
class Float:
    """What circulates of a supply, and what is outside by name."""

    supply: int
    outside: dict[str, int]

    @property
    def circulating(self) -> int:
        return circulating(self.supply, self.outside)


def floating(release: "Release", token: str, block: int, labels: Entities) -> Float | None:
    """Supply, locked grants, and what addresses labelled foundation or treasury hold.

    An address that is outside by its label holds no grant of its own that would count twice:
    locked tokens lie in the grants' contract.
    """
    whole = supply(release, token, block)
    held = positions(release, "balance", dataset=token, block=block)
    if whole is None or held.undefined:
        return None
    locked = 0
    for name in locks(release, token):
        found = accounts(release, name, block)
        if found is None:
            return None
        locked += sum(account.locked for account in found)
    outside: dict[str, int] = {"locked": locked}
    for role in OUTSIDE:
        ours = labels.with_role(role, block=block)
        pairs = zip(held.holders, held.amounts, strict=True)
        outside[role] = sum(amount for holder, amount in pairs if holder in ours)
    return Float(whole, outside)


def tranches(release: "Release", token: str, block: int) -> list[Tranche]:
    """Every grant known at a block as a schedule, by the dataset it is of."""
    return [
        Linear(name, one.amount, one.start, max(one.start, min(one.cliff, one.finish)), one.finish)
        for name in locks(release, token)
        for one in grants(release, name, block)
    ]


def coming(
    release: "Release", token: str, block: int, edges: Sequence[int]
) -> tuple[Period, ...] | None:
    """What the grants known at a block unlock between each two of these times (seconds)."""
    if any(accounts(release, name, block) is None for name in locks(release, token)):
        return None
    return unlock_calendar(tranches(release, token, block), edges)


def volumes(release: "Release", token: str, block: int, days: int) -> dict[int, int] | None:
    """Transfers of each of the last full days before a block's day, minting and burning left out.

    Keys are the first seconds of days; a day without a transfer has 0. Days before the dataset's
    first block are not there. None where blocks or times are missing.
    """
    now = reading.timestamp(release, block)
    entry = reading.dataset(release, token)
    began = _began(release, token)
    if now is None or began is None or reading.backfill(entry, block):
        return None
    last = now // DAY * DAY
    first = max(last - days * DAY, -(-began // DAY) * DAY)
    query = f"""
        SELECT block.timestamp // {DAY} * {DAY} AS day, sum(amount)
        FROM "{token}_transfer" AS moved JOIN block ON block.number = moved.block_number
        WHERE block.timestamp >= $first AND block.timestamp < $last AND block_number <= $block
            AND NOT {ZERO.format("sender")} AND NOT {ZERO.format("recipient")}
        GROUP BY day"""
    given = {"first": first, "last": last, "block": block}
    found = {int(day): int(amount) for day, amount in reading.rows(release, query, given)}
    return {day: found.get(day, 0) for day in range(first, last, DAY)}


def _began(release: "Release", token: str) -> int | None:
    """The time of the first block of a dataset that the release knows."""
    first = reading.dataset(release, token).first
    query = "SELECT min(timestamp) FROM block WHERE number >= ?"
    found = reading.rows(release, query, (first,))[0][0]
    return None if found is None else int(found)


def supply_steps(release: "Release", token: str, block: int) -> list[tuple[int, int]]:
    """(time, supply from then on) of each block that changed it; the last of equal times counts."""
    query = """
        SELECT block.timestamp, arg_max(amount, (transaction_index, log_index))
        FROM position JOIN block ON block.number = position.block_number
        WHERE kind = 'supply' AND dataset = ? AND block_number <= ?
        GROUP BY block_number, block.timestamp ORDER BY block_number"""
    return list(dict(reading.rows(release, query, (token, block))).items())


@dataclass(frozen=True, slots=True)
class Turnover:
    """Volume of `days` full days, the mean supply in them, and one over the other."""

    days: int
    volume: int
    mean: Fraction | None
    velocity: Fraction | None


def turnover(release: "Release", token: str, block: int, days: int) -> Turnover | None:
    """How often the supply changed hands in the last full days before a block's day."""
    moved = volumes(release, token, block, days)
    if not moved:
        return None
    first, last = min(moved), max(moved) + DAY
    steps = supply_steps(release, token, block)
    if not steps or steps[0][0] > first:
        steps = [(first, 0), *[step for step in steps if step[0] > first]]
    volume = sum(moved.values())
    mean = mean_over_time(steps, first, last)
    return Turnover(len(moved), volume, mean, velocity(volume, mean))


def pressure(
    release: "Release", token: str, block: int, days: int, labels: Entities
) -> Pressure | None:
    """What unlocks in the next days, of what circulates and of the median of the last 30 days."""
    now = reading.timestamp(release, block)
    found, moved = floating(release, token, block, labels), volumes(release, token, block, 30)
    if now is None or found is None or moved is None:
        return None
    calendar = coming(release, token, block, [now, now + days * DAY])
    if calendar is None:
        return None
    return unlock_pressure(calendar[0].amount, found.circulating, list(moved.values()))


def issued(release: "Release", token: str, block: int, days: int) -> int | None:
    """What was minted in the last full days before a block's day; None where it is not known."""
    moved = volumes(release, token, block, days)
    if not moved or len(moved) < days:
        return None
    query = f"""
        SELECT coalesce(sum(amount), 0)
        FROM "{token}_transfer" AS moved JOIN block ON block.number = moved.block_number
        WHERE block.timestamp >= ? AND block.timestamp < ? AND block_number <= ?
            AND {ZERO.format("sender")} AND NOT {ZERO.format("recipient")}"""
    given = (min(moved), max(moved) + DAY, block)
    return int(reading.rows(release, query, given)[0][0])


def since(release: "Release", token: str, block: int) -> dict[bytes, int]:
    """The block at which each holder last began to hold anything."""
    query = """
        WITH told AS (
            SELECT holder, block_number, amount, lag(amount, 1, 0) OVER (
                PARTITION BY holder ORDER BY block_number, transaction_index, log_index
            ) AS before
            FROM position WHERE kind = 'balance' AND dataset = ? AND block_number <= ?
        )
        SELECT holder, max(block_number) FROM told
        WHERE amount > 0 AND before <= 0 GROUP BY holder"""
    found = reading.rows(release, query, (token, block))
    return {bytes(holder): int(number) for holder, number in found}


def holders_by_age(
    release: "Release",
    token: str,
    block: int,
    ages: Sequence[int] = AGES,
    sizes: Sequence[int] = SIZES,
    labels: Entities | None = None,
) -> Cohorts | None:
    """Holders by age (edges in days) and size (edges in whole tokens) at a block.

    By address, or by owner: an owner is as old as the oldest of its addresses. Who held nothing
    between two blocks begins anew.
    """
    held = positions(release, "balance", dataset=token, block=block)
    now = reading.timestamp(release, block)
    if held.undefined or now is None:
        return None
    began = since(release, token, block)
    when = reading.times(release, sorted(set(began.values())))
    if any(began[holder] not in when for holder in held.holders):
        return None
    rows: Mapping[bytes | str, tuple[int, int]] = _joined(
        held.holders, held.amounts, {h: when[began[h]] for h in held.holders}, labels, block
    )
    unit = 10**held.decimals
    return cohorts(rows.values(), now, [age * DAY for age in ages], [size * unit for size in sizes])


def _joined(
    holders: Sequence[bytes],
    amounts: Sequence[int],
    began: Mapping[bytes, int],
    labels: Entities | None,
    block: int,
) -> dict[bytes | str, tuple[int, int]]:
    """(amount, since when) by holder, or by owner where labels are given."""
    found: dict[bytes | str, tuple[int, int]] = {}
    for holder, amount in zip(holders, amounts, strict=True):
        owner = labels.of(holder, block) if labels else None
        who = owner.name if owner else holder
        before, start = found.get(who, (0, began[holder]))
        found[who] = (before + amount, min(start, began[holder]))
    return found
