"""What the page of supply asks about time: the course of the supply, and of what is locked."""

from fractions import Fraction
from functools import lru_cache

from analytics.unlocks import still_locked
from dashboards.view import View, when
from psephos.results import reading
from psephos.results.economy import token as economy
from psephos.results.history import Point

POINTS = 72


@lru_cache(maxsize=16)
def supplied(of: View, name: str) -> tuple[Point, ...]:
    """(block, time, supply in whole tokens) after each block that changed it, and at this one."""
    unit = 10 ** reading.dataset(of.release, name).decimals
    query = """
        SELECT block_number, arg_max(amount, (transaction_index, log_index))
        FROM position WHERE kind = 'supply' AND dataset = ? AND block_number <= ?
        GROUP BY block_number ORDER BY block_number"""
    found = reading.rows(of.release, query, (name, of.block))
    step = max(len(found) // 400, 1)
    some = [*found[::step], *found[-1:]] if step > 1 else found
    times = reading.times(of.release, [int(block) for block, _ in some])
    points = [(int(b), times.get(int(b)), Fraction(int(amount), unit)) for b, amount in some]
    return (*points, (of.block, when(of.pin, of.block), points[-1][2])) if points else ()


def locked(of: View, name: str) -> int:
    """What grants still lock at the view's block and time, in the smallest unit."""
    found = economy.tranches(of.release, name, of.block)
    return still_locked(found, when(of.pin, of.block) or 0)


@lru_cache(maxsize=16)
def course(of: View, name: str) -> tuple[Point, ...]:
    """(block, time, still locked in whole tokens): from the first grant's start to the last end.

    The block is that of the view: what grants it knows. Empty without grants.
    """
    unit = 10 ** reading.dataset(of.release, name).decimals
    found = economy.tranches(of.release, name, of.block)
    ends = [edge for one in found for edge in (getattr(one, "start", 0), getattr(one, "finish", 0))]
    if not ends or min(ends) >= max(ends):
        return ()
    first, last = min(ends), max(ends)
    at = sorted({first + (last - first) * n // POINTS for n in range(POINTS + 1)})
    return tuple((of.block, time, Fraction(still_locked(found, time), unit)) for time in at)
