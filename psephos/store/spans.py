"""How far a dataset has been read: a list of closed ranges of blocks, as pure functions.

    | first | last | last_hash | level    |
    | 0     | 99   | 0x…       | complete |
    | 100   | 140  | 0x…       | seen     |     two levels, two spans
    | 500   | 900  | 0x…       | complete |     read newest first: 141 to 499 is a gap

Spans are sorted, do not overlap, and two that touch and have one level are one.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

SEEN, COMPLETE, WHOLE = "seen", "complete", "whole"
RANK = {SEEN: 0, COMPLETE: 1, WHOLE: 2}
"""What nodes said; what recomputes as far as event tables rest on it; what recomputes to every
root, transactions too."""

HashOf = Callable[[int], bytes]
"""The stored hash of a block by its number."""


class Cursor(NamedTuple):
    """A block's number and hash (32 bytes)."""

    number: int
    hash: bytes


class Span(NamedTuple):
    """Blocks `first` to `last` were read, all of them; `level` is the lowest among them."""

    first: int
    last: int
    last_hash: bytes
    level: str


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, with neighbours of one level made one."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and out[-1].last + 1 == span.first and out[-1].level == span.level:
            span = span._replace(first=out.pop().first)
        out.append(span)
    return tuple(out)


def without(spans: Iterable[Span], first: int, last: int, hash_of: HashOf) -> tuple[Span, ...]:
    """What is left of `spans` outside `first` to `last`."""
    out: list[Span] = []
    for span in spans:
        if span.last < first or span.first > last:
            out.append(span)
            continue
        if span.first < first:
            out.append(span._replace(last=first - 1, last_hash=hash_of(first - 1)))
        if span.last > last:
            out.append(span._replace(first=last + 1))
    return joined(out)


def with_span(spans: Iterable[Span], new: Span, hash_of: HashOf) -> tuple[Span, ...]:
    """`spans` after `new` was read: it replaces what it covers."""
    return joined([*without(spans, new.first, new.last, hash_of), new])


def gaps(
    spans: Sequence[Span], first: int, last: int, level: str = SEEN
) -> tuple[tuple[int, int], ...]:
    """Ranges between `first` and `last` that no span of at least `level` covers."""
    out: list[tuple[int, int]] = []
    start = first
    for span in spans:
        if RANK[span.level] < RANK[level]:
            continue
        if span.first > last:
            break
        if span.first > start:
            out.append((start, span.first - 1))
        start = max(start, span.last + 1)
    if start <= last:
        out.append((start, last))
    return tuple(out)


def covered(spans: Sequence[Span], first: int, last: int) -> bool:
    """Whether every block from `first` to `last` was read."""
    return not gaps(spans, first, last)
