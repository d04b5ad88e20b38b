"""Positions after, as positions before and the moves between them: three tables of one proof.

The positions after stand first, about which all statements are; then the positions before and the
moves, as they stand. `several` and `transition` tie them (docs/method/prover.md, section 3).
A move is one side of a transfer: a credit to its holder or a debit; a holder may have many.
"""

from collections.abc import Sequence
from pathlib import Path

from psephos.results.cells import cells
from psephos.results.proofs.merged import scaled
from psephos.results.proofs.provable import (
    Provable,
    id_of,
    numbered,
    read_provable,
    weights_in,
)

DIRECTIONS = {"debit": 0, "credit": 1}
"""How a move's direction is written, and the choice it is kept as."""


def read_moved(
    paths: Sequence[Path], weight: str, holder: str, direction: str
) -> tuple[Provable, tuple[Provable, Provable]]:
    """The positions after, and (before, moves), of three files in this order, with one scale.

    TableError as `read_provable`, for a direction that is none, and where a weight of the common
    scale has more than 128 bits. Whether the three fit is the prover's to say.
    """
    after, before, moves = paths
    read = [read_provable(path, weight, holder) for path in (after, before)]
    read.append(_moves(moves, weight, holder, direction))
    scale = max(part.scale for part in read)
    made = [scaled(part, scale, path) for part, path in zip(read, paths, strict=True)]
    return made[0], (made[1], made[2])


def _moves(path: Path, weight: str, holder: str, direction: str) -> Provable:
    """The moves in the file's order: of no roll, as a holder may be there more than once."""
    weights, scale = weights_in(path, weight)
    ids = [id_of(who) for _, _, who in cells(path, weight, holder)]
    directed = numbered(path, weight, direction, DIRECTIONS, "direction", "credit or debit")
    return Provable(weights, ids, directed, scale, bytes(32))
