"""Every L2 block of a state update, tied to the one block hash that Ethereum knows of it.

    logged     LogStateUpdate names the last block of an update: its number and hash
    linked     a block's hash commits to its parent's; so the last hash fixes all before it
    closed     the walk ends at the last block of the update before, whose hash was logged too

Hashes are recomputed by `psephos.commit.starknet` before they come here; a block whose hash
cannot be recomputed is no link. The first update of a chain ends at block 0, whose parent is 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psephos.commit.l1.logs import StateUpdate
from psephos.errors import VerificationFailed


@dataclass(frozen=True, slots=True)
class Link:
    """A Starknet block as its own header, recomputed, says it is: felts, and the new state root."""

    number: int
    hash: int
    parent: int
    root: int


def walked(links: Sequence[Link], update: StateUpdate, before: StateUpdate | None) -> str:
    """That `links` are all blocks of an update, from the one after `before` to the logged one.

    `before` is the update that preceded it, None for the first. Returns what was found, in one
    line. VerificationFailed if a block is missing, superfluous, or not its neighbours' neighbour.
    """
    if update.hash is None:
        raise VerificationFailed("the log of before 0.11.1 names no block hash to walk from")
    first = before.number + 1 if before else 0
    wanted = range(first, update.number + 1)
    if len(links) != len(wanted) or not links:
        raise VerificationFailed(
            f"the update covers blocks {first} to {update.number}, {len(links)} were given"
        )
    child, name = update.hash, "the log on Ethereum"
    for number, link in zip(reversed(wanted), reversed(links), strict=True):
        if link.number != number:
            raise VerificationFailed(f"block {link.number} stands where block {number} must")
        if link.hash != child:
            raise VerificationFailed(f"block {number} is {link.hash:#x}, {name} names {child:#x}")
        child, name = link.parent, f"block {number}"
    if links[-1].root != update.root:
        raise VerificationFailed(f"block {update.number} has another state root than the log")
    if before is None and child:
        raise VerificationFailed(f"block 0 follows {child:#x}, and must follow nothing")
    if before is not None and before.hash is not None and child != before.hash:
        raise VerificationFailed(
            f"block {first} follows {child:#x}, the update before ended in {before.hash:#x}"
        )
    return f"blocks {first} to {update.number} lead to {update.hash:#x}"
