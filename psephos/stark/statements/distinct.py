"""distinct/1: no id stands in two rows.

An id is a number below 2^256, sixteen limbs of 16 bits, so it has one form. A second view of the
table holds the ids in rising order, real rows first, on bus 2 the same multiset as the table's
own; from each real row to the next real one the id rises by at least one: the difference less one
is d ≥ 0, sixteen limbs. No public: `count` of rows/1 says how many there are.

In the view an id is five pieces of 48 bits and one of 16. On the bus `real` goes with them as a
member of its own: packed into a piece, it could be exchanged for a piece that is too large, since
nothing else bounds the view's pieces. Padding has the id 0.

| way to cheat | what fails |
|---|---|
| the same id twice | somewhere in the view two neighbours are equal: `rises j` with d = -1 |
| the same id in another form: a limb of 2^16 or more | bus 1 asks for the table's limbs |
| a view that leaves a row out, or has one twice | bus 2 |
| a view with a row marked as padding, to break the chain | bus 2: `real` goes with the id |
| real rows after padding in the view, unordered | `padding ends the view` |
| ids in padding that look like rows | `id k is padding` |
| a borrow of 2, or out of the top | `borrow j is a bit`; the last piece has none |
"""

import numpy as np

from psephos.stark.air import Air
from psephos.stark.columns import ID, ID_BUS, ID_LIMBS, RANGE_BUS, REAL
from psephos.stark.field import P
from psephos.stark.statements import rows
from psephos.stark.statements.order import ID_PIECES, PIECE, by_weight, gaps, packed, pieces
from psephos.stark.statements.statement import Statement, Values, Witness
from psephos.stark.tape import Tape


def rules() -> Tape:
    air = Air("distinct/1", requires=[rows.STATEMENT.tape])
    ids = [air.now(ID + k) for k in range(ID_LIMBS)]
    real = air.now(REAL)
    there, later = air.column()
    view = [air.column() for _ in ID_PIECES]
    difference = air.columns(ID_LIMBS)
    borrows = air.columns(len(ID_PIECES) - 1)

    for k in range(ID_LIMBS):
        air.every(f"id {k} is padding", (1 - real) * ids[k])
        air.interact(RANGE_BUS, 1, ids[k])
    air.boolean("real in the view is a bit", there)
    air.transition("padding ends the view", (1 - there) * later)
    carried = [air.constant(0), *borrows, air.constant(0)]
    for j, borrow in enumerate(borrows, 1):
        air.boolean(f"borrow {j} is a bit", borrow)
    for j, piece in enumerate(ID_PIECES):
        here, following = view[j]
        gap = later * (following - here - (0 if j else 1))
        told = packed(difference, piece)
        air.transition(f"rises {j}", gap - told - carried[j] + carried[j + 1] * PIECE)
    for limb in difference:
        air.interact(RANGE_BUS, 1, limb)
    air.interact(ID_BUS, 1, real, *(packed(ids, piece) for piece in ID_PIECES))
    air.interact(ID_BUS, P - 1, there, *(here for here, _ in view))
    return air.tape()


def witness(values: Values) -> Witness:
    """Of ids that are not distinct it is no honest one: a row's difference is below zero."""
    ids, count = [values.data[ID + k] for k in range(ID_LIMBS)], values.count
    size = len(ids[0])
    order = np.append(by_weight([limb[:count] for limb in ids]), np.arange(count, size))
    view = [piece[order] for piece in pieces(ids, ID_PIECES)]
    following = [np.append(piece[1:], np.uint64(0)) for piece in view]
    difference, borrows = gaps(following, view, ID_PIECES, besides=1)
    for column in (*difference, *borrows):
        column[count - 1 :] = 0
    there = (np.arange(size) < count).astype(np.uint64)
    return Witness([there, *view, *difference, *borrows], [])


def fault(values: Values) -> str | None:
    """Two rows with one id."""
    ids = np.stack([values.data[ID + k][: values.count] for k in range(ID_LIMBS)])
    order = by_weight(list(ids))
    same = np.flatnonzero((ids[:, order[1:]] == ids[:, order[:-1]]).all(axis=0))
    if not len(same):
        return None
    first, second = sorted(int(row) for row in order[same[0] : same[0] + 2])
    return f"rows {first} and {second} have the same id"


STATEMENT = Statement(rules(), witness, (rows.STATEMENT,), fault)
