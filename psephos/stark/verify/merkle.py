"""Multiproofs: many leaves of one tree, with only the digests that cannot be computed."""

from collections.abc import Sequence

from psephos.stark.verify.hash import NODE
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.refused import Refused


def open_at(
    reader: Reader, root: bytes, size: int, positions: Sequence[int], leaves: Sequence[bytes]
) -> None:
    """That leaves with these digests stand at `positions`, ascending, in a tree of `size` leaves.

    Level by level from the leaves: a neighbour that is not known is read next, so how many are
    read follows from the positions. Refused as "opening" if they lead to another root. `node` is
    written out, since most of the time goes there.
    """
    level, digests, begin = list(positions), list(leaves), NODE.copy
    while size > 1:
        pairs: dict[int, list[bytes | None]] = {}
        for at, own in zip(level, digests, strict=True):
            pairs.setdefault(at >> 1, [None, None])[at & 1] = own
        beside = iter(reader.digests(2 * len(pairs) - len(level)))
        level = list(pairs)
        digests = []
        for left, right in pairs.values():
            state = begin()
            state.update(left or next(beside))
            state.update(right or next(beside))
            digests.append(state.digest())
        size >>= 1
    if level != [0] or digests != [root]:
        raise Refused("opening", f"{reader.name}: opened values do not lead to their root")
