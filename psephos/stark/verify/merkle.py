"""Multiproofs: many leaves of one tree, with only the digests that cannot be computed."""

from collections.abc import Sequence

from psephos.stark.verify.hash import SIZE, node
from psephos.stark.verify.reader import Reader
from psephos.stark.verify.refused import Refused


def open_at(
    reader: Reader, root: bytes, size: int, positions: Sequence[int], leaves: Sequence[bytes]
) -> None:
    """That leaves with these digests stand at `positions`, ascending, in a tree of `size` leaves.

    Level by level from the leaves: a neighbour that is not known is read next, so how many are
    read follows from the positions. Refused as "opening" if they lead to another root.
    """
    level, digests = list(positions), list(leaves)
    while size > 1:
        above: list[int] = []
        found: list[bytes] = []
        i, count = 0, len(level)
        while i < count:
            at, own = level[i], digests[i]
            i += 1
            if at & 1:
                pair = reader.take(SIZE) + own
            elif i < count and level[i] == at + 1:
                pair = own + digests[i]
                i += 1
            else:
                pair = own + reader.take(SIZE)
            above.append(at >> 1)
            found.append(node(pair))
        level, digests, size = above, found, size >> 1
    if level != [0] or digests != [root]:
        raise Refused("opening", f"{reader.name}: opened values do not lead to their root")
