"""How a chain lived day by day, and by which versions of its protocol."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from psephos.results import exactly, reading
from psephos.results.life.blocks import gaps, missed_slots
from psephos.results.life.versions import age, versions
from psephos.results.studies.shape import Cell, Listing, Values

DAY = 86_400
UNBOUND = "not bound by the hash"


def days(found: Mapping[int, Sequence[tuple[int, int]]], slots: bool) -> Listing:
    """Each day's blocks and the times between them, newest first; slots without a block where some
    day's blocks keep to slots."""
    missed = {day: missed_slots(told) for day, told in found.items()} if slots else {}
    rows: list[tuple[Cell, ...]] = []
    for day, told in sorted(found.items(), reverse=True):
        of, none = gaps([gap for _, gap in told]), missed.get(day)
        waits = (None, None) if of is None else (of.median, of.longest)
        rows.append((exactly.day_of(day * DAY).isoformat(), len(told), *waits, none and none[0]))
    columns = ("day", "blocks", "median wait, s", "longest wait, s", "slots without a block")
    keep = len(columns) - (not any(missed.values()))
    return Listing("days", "Blocks of each day", columns[:keep], tuple(row[:keep] for row in rows))


def versioned(values: Values) -> Listing:
    """How old the present version of the protocol is, and all that made blocks, newest first."""
    of = values.of
    found = versions(of.release, of.block)
    now = reading.timestamp(of.release, of.block)
    old = None if now is None else age(found, now)
    values.tell(
        "version_age", "Since the present version of the protocol made its first block",
        None if old is None else Fraction(old, DAY), "days", "t(block) − t(its first block)",
        why="no header binds it, or the block before its first one was not read",
        population=f"every block that was read up to block {of.block}",
    )  # fmt: skip
    rows = tuple(
        (one.name or UNBOUND, one.first, exactly.day_of(one.since).isoformat(), one.blocks)
        for one in reversed(found)
    )
    columns = ("version", "first block", "day", "blocks")
    return Listing("versions", "Versions of the protocol that made blocks", columns, rows)
