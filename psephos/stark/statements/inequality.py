"""inequality/1: the weights summed by rank, and how many of them are not zero: Gini exactly.

A second view of the table holds the weights from the largest to the smallest, numbered from 1. Each
row of the table has a rank; (rank, weight) of all rows and (number, weight) of the view are the
same multiset, on bus 3. So ranks are a sorting of the rows, whatever ties do. In the view a weight
is three pieces of 48, 48 and 32 bits, and each row is d ≥ 0 above the next, eight limbs of 16 bits.

Publics: `holders`, rows whose weight is not zero, and `rank_sum` = Σ rank·w. With total T

    Gini = ((holders + 1)·T - 2·rank_sum) / (holders·T)

where rows of no weight count neither here nor there: their ranks are multiplied by zero. A rank is
at most 2^22, so that Σ rank·limb stays below 2^60.

| way to cheat | what fails |
|---|---|
| a rank twice, or a rank of another row | bus 3 does not cancel: numbers of the view differ |
| numbers of the view that jump, or begin elsewhere | `number steps`, `number begins` |
| a view that is not sorted | `order j` with d from bus 1: no difference below zero |
| a weight in the view that is not in the table | bus 3 |
| equal neighbours exchanged | nothing: the sum is the same |
| a row of no weight counted as a holder | `holder weighs something`: 0 has no inverse |
| a holder not counted | `nobody k`: its limbs would have to be zero |
| ranks that count padding first | padding weighs 0 and stands last, or is worth nothing |
"""

import numpy as np

from psephos.stark.air import Air
from psephos.stark.columns import LIMBS, RANGE_BUS, SUM_OF_LIMBS, WEIGHT, WEIGHT_BUS
from psephos.stark.field import P
from psephos.stark.ntt import Array
from psephos.stark.statements import rows, total
from psephos.stark.statements.order import (
    PIECE,
    WEIGHT_PIECES,
    by_weight,
    gaps,
    packed,
    pieces,
)
from psephos.stark.statements.statement import Statement, Values, Witness, summed
from psephos.stark.tape import AMOUNT, NUMBER, Tape


def rules() -> Tape:
    air = Air("inequality/1", requires=[rows.STATEMENT.tape, total.STATEMENT.tape])
    holders = air.public("holders", NUMBER, [(32, 0)])
    by_rank = air.public("rank_sum", AMOUNT, SUM_OF_LIMBS)
    weight = [air.now(WEIGHT + k) for k in range(LIMBS)]
    rank, holds, inverse = air.columns(3)
    number, next_number = air.column()
    view = [air.column() for _ in WEIGHT_PIECES]
    difference = air.columns(LIMBS)
    borrows = air.columns(len(WEIGHT_PIECES) - 1)

    air.boolean("holder is a bit", holds)
    some = weight[0]
    for k in range(LIMBS):
        air.every(f"nobody {k}", (1 - holds) * weight[k])
        some = some + weight[k] if k else some
    air.every("holder weighs something", some * inverse - holds)
    air.first("number begins", number - 1)
    air.transition("number steps", next_number - number - 1)
    carried = [air.constant(0), *borrows, air.constant(0)]
    for j, borrow in enumerate(borrows, 1):
        air.boolean(f"borrow {j} is a bit", borrow)
    for j, piece in enumerate(WEIGHT_PIECES):
        here, later = view[j]
        told = packed(difference, piece)
        air.transition(f"order {j}", here - later - told - carried[j] + carried[j + 1] * PIECE)
    for limb in difference:
        air.interact(RANGE_BUS, 1, limb)
    air.interact(WEIGHT_BUS, 1, rank, *(packed(weight, piece) for piece in WEIGHT_PIECES))
    air.interact(WEIGHT_BUS, P - 1, number, *(here for here, _ in view))
    air.sum("holders", holds, holders[0])
    for k in range(LIMBS):
        air.sum(f"rank sum {k}", rank * weight[k], by_rank[k])
    return air.tape()


def witness(values: Values) -> Witness:
    limbs = values.limbs
    order = by_weight(limbs)[::-1]
    size = len(order)
    rank = np.empty(size, np.uint64)
    rank[order] = np.arange(1, size + 1, dtype=np.uint64)
    view = [piece[order] for piece in pieces(limbs, WEIGHT_PIECES)]
    following = [np.append(piece[1:], np.uint64(0)) for piece in view]
    difference, borrows = gaps(view, following, WEIGHT_PIECES)
    some = sum(limbs[1:], limbs[0].copy())
    holds = (some != 0).astype(np.uint64)
    number = np.arange(1, size + 1, dtype=np.uint64)
    columns = [rank, holds, _inverses(some), number, *view, *difference, *borrows]
    by_rank = [summed(rank * limb) for limb in limbs]
    return Witness(columns, [summed(holds), *by_rank])


def _inverses(some: Array) -> Array:
    """1 / x of small numbers, 0 of 0."""
    table = np.zeros(LIMBS << 16, np.uint64)
    for x in np.unique(some).tolist():
        table[x] = pow(x, P - 2, P)
    return table[some]


STATEMENT = Statement(rules(), witness, (rows.STATEMENT, total.STATEMENT))
