"""Transparency: how much of a chain is checked, and whether upgrades were told before they came."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from psephos.results import reading

if TYPE_CHECKING:
    from psephos.store.reader import Release

STEPS = (
    ("starknet_core", "implementation_added", "implementation_upgraded", "implementation"),
    ("starknet_upgrades", "implementation_added", "implementation_replaced", "class_hash"),
)
"""By source: what announces an implementation, what puts it in force, and the column it is in."""

UPGRADES = tuple(done for _, _, done, _ in STEPS)
"""Event tables of upgrades that are in force."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """An upgrade that came into force, and when it was announced; None where it never was.

    Announced in the same second, as in one transaction, is not before.
    """

    dataset: str
    table: str
    contract: bytes
    block: int
    time: int
    announced: int | None

    @property
    def before(self) -> int | None:
        """Seconds from announcement to force; None where nobody could know."""
        ahead = None if self.announced is None else self.time - self.announced
        return ahead or None


def upgrades(release: "Release", block: int) -> list[Upgrade]:
    """Every upgrade that the release's datasets tell up to a block, in order."""
    found = []
    for source, added, done, column in STEPS:
        for name in reading.datasets(release, source):
            told, held = f"{name}_{added}", f"{name}_{done}"
            if reading.has(release, told) and reading.has(release, held):
                found += [
                    Upgrade(name, done, *row)
                    for row in _upgrades(release, told, held, column, block)
                ]
    return sorted(found, key=lambda one: (one.block, one.dataset, one.contract))


def announced(found: Sequence[Upgrade]) -> Fraction | None:
    """The share of upgrades that were told before they were in force; None of none."""
    told = sum(one.before is not None for one in found)
    return Fraction(told, len(found)) if found else None


def _upgrades(
    release: "Release", added: str, done: str, column: str, block: int
) -> list[tuple[bytes, int, int, int | None]]:
    """Contract, block, time, and the time of the last announcement of the same up to then."""
    query = f"""
        SELECT now.contract, now.block_number, held.timestamp, max(was.timestamp)
        FROM "{done}" AS now JOIN block AS held ON held.number = now.block_number
        LEFT JOIN (
            SELECT contract, "{column}" AS what, block_number, block.timestamp
            FROM "{added}" AS one JOIN block ON block.number = one.block_number
        ) AS was ON was.contract = now.contract AND was.what = now."{column}"
            AND was.block_number <= now.block_number
        WHERE now.block_number <= ?
        GROUP BY now.contract, now.block_number, now.log_index, held.timestamp"""
    return [
        (bytes(who), int(at), int(time), None if was is None else int(was))
        for who, at, time, was in reading.rows(release, query, (block,))
    ]


def program_since(release: "Release", core: str, block: int) -> int | None:
    """Seconds since the core's program last changed; None where no change was seen."""
    table, now = f"{core}_program_hash_changed", reading.timestamp(release, block)
    if now is None or not reading.has(release, table):
        return None
    query = (
        f'SELECT max(timestamp) FROM "{table}" AS told '
        "JOIN block ON block.number = told.block_number WHERE block_number <= ?"
    )
    found = reading.rows(release, query, (block,))[0][0]
    return None if found is None else now - int(found)


def levels(release: "Release", name: str, block: int) -> dict[str, int]:
    """Blocks of a dataset at each level it was read with, up to a block; those not read apart."""
    entry = reading.dataset(release, name)
    found: dict[str, int] = {}
    for span in entry.spans:
        size = min(span.last, block) - span.first + 1
        if size > 0:
            found[span.level] = found.get(span.level, 0) + size
    if missing := block - entry.first + 1 - sum(found.values()):
        found["not read"] = missing
    return found
