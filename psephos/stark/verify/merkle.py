"""Multiproofs: many leaves of one tree, with only the digests that cannot be computed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from psephos.stark.verify.hash import NODE, SIZE
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.refused import Refused

Digests = Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Route:
    """The ways from some leaves to the root, the same in every tree of that size.

    A step is how many digests are read, and what puts those that are known and then those that
    were read in order: neighbours beside each other, so that two by two they are hashed.
    """

    steps: tuple[tuple[int, Callable[[Digests], Digests]], ...]
    ends: tuple[int, ...]
    """Where it leads to: (0,), unless a position was not in the tree."""


def route(size: int, positions: Sequence[int]) -> Route:
    """From leaves at `positions`, ascending, in a tree of `size` leaves, a power of two."""
    level, steps = list(positions), []
    while size > 1:
        order: list[int] = []
        parents: list[int] = []
        missing = len(level)
        for i, at in enumerate(level):
            if parents and parents[-1] == at >> 1:
                order[-1], missing = i, missing - 1
                continue
            parents.append(at >> 1)
            order += (missing, i) if at & 1 else (i, missing)
            missing += 1
        steps.append((missing - len(level), itemgetter(*order)))
        level, size = parents, size >> 1
    return Route(tuple(steps), tuple(level))


def open_at(reader: Reader, root: bytes, way: Route, leaves: Digests) -> None:
    """That leaves with these digests stand where the way begins, in the tree under `root`.

    Level by level from the leaves: a neighbour that is not known is read next, so how many are
    read follows from the positions. Refused as "opening" if they lead to another root. `node` is
    written out, since most of the time goes there.
    """
    digests, begin, pair = leaves, NODE.copy, 2 * SIZE
    for missing, ordered in way.steps:
        joined = b"".join(ordered([*digests, *reader.digests(missing)]))
        digests = []
        for at in range(0, len(joined), pair):
            state = begin()
            state.update(joined[at : at + pair])
            digests.append(state.digest())
    if way.ends != (0,) or digests != [root]:
        raise Refused("opening", f"{reader.name}: opened values do not lead to their root")
