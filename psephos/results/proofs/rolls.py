"""Positions as a roll: a file of under a kilobyte shows that a holder is there, or nobody."""

from psephos.batch.roll import Row, root, witness
from psephos.errors import TableError
from psephos.results.positions import Positions
from psephos.results.proofs.provable import id_of


def roll_of(held: Positions) -> list[Row]:
    """One row a holder, in the order of ids; `TableError` where the positions are undefined.

    The same rows as `psephos prove row --table positions.csv --weight amount --id …` makes of the
    file of these positions, and so the same root.
    """
    if held.undefined or not held.amounts:
        raise TableError(f"there is no roll: {held.undefined or 'nobody holds anything'}")
    pairs = zip(held.holders, held.amounts, strict=True)
    return sorted(Row(id_of(who), amount) for who, amount in pairs)


def shown_in(held: Positions, who: bytes) -> bytes:
    """The witness that `who` has what it has, or has nothing."""
    return witness(roll_of(held), id_of(who)).to_bytes()


def root_of(held: Positions) -> bytes:
    """The root that everybody who has all positions computes."""
    return root(roll_of(held))
