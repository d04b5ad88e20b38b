"""The roll of a table of holders: the row tree in which a row, or its absence, has one short proof.

    row   = id (32 bytes), next id (32), weight (16), choice (1; ff where there is none)
    leaf, node, root as in psephos.batch.tree, over the rows in strictly ascending order of id

Numbers are big-endian. *Next* is the id of the following row, and in the last row that of the
first: so a single row shows that nobody stands between its id and the next, and 20 digests do for
a million rows. What a witness of absence rests on besides the root: that the rows are in order,
which whoever recomputes the root has seen.

    witness = "PSEPHOSV" (8), version 01 (1), root (32), asked id (32), row (81), inclusion

Standard library only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, Self

from psephos.batch import tree
from psephos.batch.tree import Inclusion, climb, include, leaf
from psephos.errors import VerificationFailed

MAGIC = b"PSEPHOSV\1"
NO_CHOICE = 255
ROW = 32 + 32 + 16 + 1
LIMIT = 4096


class Row(NamedTuple):
    """One row: who, how much, and what was chosen (0 against, 1 for, 2 abstain, 255 nothing)."""

    id: int
    weight: int
    choice: int = NO_CHOICE


def encoded(rows: Sequence[Row]) -> list[bytes]:
    """The bytes of each row; ValueError unless ids ascend strictly and everything fits."""
    if any(a.id >= b.id for a, b in pairwise(rows)):
        raise ValueError("the rows of a roll ascend by id, and no id is there twice")
    following = [row.id for row in (*rows[1:], *rows[:1])]
    return [
        row.id.to_bytes(32, "big")
        + after.to_bytes(32, "big")
        + row.weight.to_bytes(16, "big")
        + bytes((row.choice,))
        for row, after in zip(rows, following, strict=True)
    ]


def root(rows: Sequence[Row]) -> bytes:
    """The root of the roll."""
    return tree.root([leaf(row) for row in encoded(rows)])


@dataclass(frozen=True, slots=True)
class Witness:
    """One row of a roll, and the id that was asked for: that row's, or one that nobody has."""

    root: bytes
    asked: int
    row: bytes
    inclusion: Inclusion

    def to_bytes(self) -> bytes:
        start = MAGIC + self.root + self.asked.to_bytes(32, "big")
        return start + self.row + self.inclusion.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Strict: VerificationFailed unless this is the one encoding of a possible witness."""
        start = 9 + 32 + 32
        if len(data) > LIMIT or data[:9] != MAGIC or len(data) < start + ROW:
            raise VerificationFailed("these bytes are no witness of a row in a roll, version 1")
        inclusion = Inclusion.from_bytes(data[start + ROW :])
        asked = int.from_bytes(data[41:start], "big")
        return cls(data[9:41], asked, data[start : start + ROW], inclusion)

    @property
    def told(self) -> Row:
        """The row that is shown."""
        number = int.from_bytes
        return Row(number(self.row[:32], "big"), number(self.row[64:80], "big"), self.row[80])

    @property
    def present(self) -> bool:
        return self.told.id == self.asked


def witness(rows: Sequence[Row], asked: int) -> Witness:
    """The witness for an id: its row, or the row whose id and next leave no room for it."""
    data = encoded(rows)
    before = [i for i, row in enumerate(rows) if row.id <= asked]
    index = before[-1] if before else len(rows) - 1
    return Witness(
        tree.root([leaf(row) for row in data]),
        asked,
        data[index],
        include([leaf(row) for row in data], index),
    )


def verify_roll(witness: Witness, row_root: bytes, rows: int | None = None) -> str:
    """What a witness shows under this root, in words; VerificationFailed if nothing.

    `rows` is the number of rows where it is known apart.
    """
    told, after = witness.told, int.from_bytes(witness.row[32:64], "big")
    inclusion = witness.inclusion
    if witness.root != row_root:
        raise VerificationFailed("the witness is about another roll: its root is not this one's")
    if rows is not None and inclusion.count != rows:
        raise VerificationFailed(f"a witness in a roll of {inclusion.count} rows, there are {rows}")
    if climb(leaf(witness.row), inclusion.index, inclusion.count, inclusion.neighbours) != row_root:
        raise VerificationFailed(f"row {inclusion.index} does not lead to the root of the roll")
    if witness.present:
        return f"row {inclusion.index} of {inclusion.count} is in the roll"
    last = inclusion.index == inclusion.count - 1
    between = told.id < witness.asked < after
    beyond = last and after <= told.id and (witness.asked > told.id or witness.asked < after)
    if not between and not beyond:
        raise VerificationFailed("the row shown leaves room for the id that was asked for")
    return f"nobody with this id is among the {inclusion.count} rows of the roll"
