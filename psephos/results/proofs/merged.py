"""Several tables as one: each holder's sum over all of them, and the tables that it is the sum of.

A proof about them has the sums first, about which all statements are, then each table as it
stands; `several` ties them (docs/method/prover.md, section 3).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from psephos.batch import roll
from psephos.batch.roll import NO_CHOICE, Row
from psephos.errors import TableError
from psephos.results.proofs.provable import BITS, Provable, read_provable


def read_merged(
    paths: Sequence[Path], weight: str, holder: str
) -> tuple[Provable, tuple[Provable, ...]]:
    """The holders of all files with their sums, and the files: all with one scale.

    TableError as `read_provable`, and where a sum or a weight of the common scale has more than
    128 bits.
    """
    read = [read_provable(path, weight, holder) for path in paths]
    scale = max(part.scale for part in read)
    parts = tuple(scaled(part, scale, path) for part, path in zip(read, paths, strict=True))
    held: dict[int, int] = {}
    for row in (row for part in parts for row in part.rows()):
        held[row.id] = held.get(row.id, 0) + row.weight
    if any(amount >> BITS for amount in held.values()):
        raise TableError(f"a holder has over {BITS} bits in all tables, scaled by 10^{scale}")
    rows = sorted(Row(who, amount, NO_CHOICE) for who, amount in held.items())
    weights, ids = [row.weight for row in rows], [row.id for row in rows]
    return Provable(weights, ids, None, scale, roll.root(rows)), parts


def scaled(part: Provable, scale: int, path: Path) -> Provable:
    """The same amounts with more decimal places; TableError where one has then over 128 bits."""
    if part.scale == scale:
        return part
    weights = [amount * 10 ** (scale - part.scale) for amount in part.weights]
    if any(amount >> BITS for amount in weights):
        raise TableError(f"{path.name}: over {BITS} bits when scaled by 10^{scale}")
    made = replace(part, weights=weights, scale=scale)
    return replace(made, row_root=roll.root(made.rows())) if any(part.row_root) else made
