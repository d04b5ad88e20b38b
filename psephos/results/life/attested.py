"""In how many of the epochs in which it could each validator attested.

A validator owes an attestation for every epoch in which its own stake acts: what was told `delay`
epochs before, or earlier (`psephos.results.staking`, where the replay from events is the
definition; here by SQL). Who attested to none of them has 0 of them. Epochs count that begin and
end within the window, from the attestation contract's own first block on.

How a contract counts epochs is told by no event, but declared (`psephos.results.stakes`). Where
it is not, or stakes are not known, the second best is told, and said to be it: of the epochs for
which anybody attested those since a validator's first one, so that who attested to none is not
there, and an epoch in which nobody did counts for nobody.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from psephos.results import reading
from psephos.results.stakes import EVENT, GONE, OWN, Counting, counting
from psephos.results.staking import Epochs, epoch_of, epochs, last_block

if TYPE_CHECKING:
    from psephos.store.reader import Release

Row = tuple[bytes, int, int]
"""Validator, epochs it attested, epochs it could have; none of no epoch."""


@dataclass(frozen=True, slots=True)
class Attested:
    """Validators, least share first; `exact`, whether epochs and stakes are known."""

    rows: Sequence[Row]
    exact: bool

    @property
    def share(self) -> Fraction | None:
        """Of all epochs that they owed; None where they owed none."""
        whole = sum(row[2] for row in self.rows)
        return Fraction(sum(row[1] for row in self.rows), whole) if whole else None


def attested(
    release: "Release", name: str, first: int, last: int, block: int | None = None
) -> Attested:
    """Attestations of a dataset from time `first` to before `last`, up to and with a block."""
    block = release.final if block is None else block
    staking = next(iter(reading.datasets(release, "starknet_staking")), None)
    how = counting(release.chain.id)
    if staking and how and not reading.backfill(reading.dataset(release, staking), block):
        rows = _owed(release, name, staking, how, (first, last, block))
        return Attested(_ordered(rows), exact=True)
    return Attested(_ordered(_since_first(release, name, first, last, block)), exact=False)


def counted(release: "Release", staking: str, how: Counting, block: int) -> tuple[Epochs, ...]:
    """All lengths that epochs had up to a block, by the events of a dataset."""
    table, told = f"{staking}_epoch_info_changed", {}
    if reading.has(release, table):
        query = f'SELECT * FROM "{table}" WHERE block_number <= ?'
        told["epoch_info_changed"] = release.sql(query, (block,)).to_arrow()
    return epochs(how.first, told)


def _owed(
    release: "Release", name: str, staking: str, how: Counting, window: tuple[int, int, int]
) -> Iterable[Row]:
    """Every validator with what it attested of the window's whole epochs, and what it owed."""
    found = counted(release, staking, how, window[2])
    query = """
        SELECT min(number), max(number) FROM block
        WHERE timestamp >= ? AND timestamp < ? AND number <= ?"""
    begins, ends = next(iter(reading.rows(release, query, window)))
    if begins is None:
        return ()
    begins = max(int(begins), reading.dataset(release, name).first)
    span = _whole(found, begins, int(ends))
    query = f"""
        SELECT DISTINCT staker, epoch FROM "{name}_staker_attestation"
        WHERE epoch BETWEEN ? AND ? AND block_number <= ?"""
    done: dict[bytes, set[int]] = {}
    given = (span.start, span.stop - 1, window[2])
    for staker, epoch in reading.rows(release, query, given):
        done.setdefault(bytes(staker), set()).add(int(epoch))
    upto = [last_block(found, epoch - how.delay) for epoch in span]
    rows = []
    told = _own(release, staking, window[2])
    for staker in {*told, *done}:
        mine = done.get(staker, set())
        owed = mine | {
            epoch
            for epoch, at in zip(span, upto, strict=True)
            if at is not None and _at(told.get(staker, []), at)
        }
        if owed:
            rows.append((staker, len(mine), len(owed)))
    return rows


def _whole(found: Sequence[Epochs], begins: int, ends: int) -> range:
    """The epochs that lie in a span of blocks from their first block to their last."""
    first, last = (epoch_of(found, at) for at in (begins, ends))
    if last is None:
        return range(0)
    if first is None:
        first = found[0].epoch
    elif (last_block(found, first - 1) or found[0].block - 1) + 1 < begins:
        first += 1
    end = last_block(found, last)
    return range(first, last + (end == ends))


def _own(release: "Release", staking: str, block: int) -> dict[bytes, list[tuple[int, int]]]:
    """Of each staker (block, own stake from its end on), in order."""
    parts = [
        f"SELECT staker, block_number, ({amount})::DECIMAL(38,0) AS amount, {EVENT} AS place "
        f'FROM "{staking}_{table}" WHERE block_number <= $block'
        for table, amount in {**OWN, **GONE}.items()
        if reading.has(release, f"{staking}_{table}")
    ]
    found: dict[bytes, list[tuple[int, int]]] = {}
    if not parts:
        return found
    query = (
        "SELECT staker, block_number, arg_max(amount, place) "
        f"FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL ORDER BY block_number"
    )
    for staker, at, amount in reading.rows(release, query, {"block": block}):
        found.setdefault(bytes(staker), []).append((int(at), int(amount)))
    return found


def _at(told: Sequence[tuple[int, int]], block: int) -> int:
    """The stake at the end of a block, of those told in order; 0 before the first."""
    place = bisect_right(told, block, key=lambda one: one[0])
    return told[place - 1][1] if place else 0


def _since_first(release: "Release", name: str, first: int, last: int, block: int) -> Iterable[Row]:
    """Epochs attested, of those since its first one for which anybody attested."""
    query = f"""
        SELECT DISTINCT staker, epoch FROM "{name}_staker_attestation" AS one
        JOIN block ON block.number = one.block_number
        WHERE block.timestamp >= ? AND block.timestamp < ? AND one.block_number <= ?"""
    rows = [(bytes(who), int(epoch)) for who, epoch in
            reading.rows(release, query, (first, last, block))]  # fmt: skip
    began: dict[bytes, int] = {}
    for who, epoch in rows:
        began[who] = min(epoch, began.get(who, epoch))
    every = sorted({epoch for _, epoch in rows})
    done = Counter(who for who, _ in rows)
    return [(who, done[who], sum(epoch >= at for epoch in every)) for who, at in began.items()]


def _ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda one: (Fraction(one[1], one[2]), one[0])))
