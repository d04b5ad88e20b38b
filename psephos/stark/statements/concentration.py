"""concentration/1: the sum of squared weights; with total and count, HHI and effective number.

Public: `sum_of_squares` = Σ w². The product of two weights is Σ_d 2^(16d) Σ_(j+k=d) w_j·w_k; each
of the 15 inner sums is summed over all rows by itself: at most 8·2^22·2^32 < p, so it is exact.
HHI = Σw² / (Σw)², the effective number of holders its inverse; both are fractions of publics.

| way to cheat | what fails |
|---|---|
| another sum of squares | sums `squares d` |
| squares of some weights, the total of others | both are read from the same columns |
| a sum that wraps around p | none can: `most` is 22 |
"""

from psephos.stark.air import Air
from psephos.stark.columns import LIMBS, SUM_OF_PRODUCTS, WEIGHT
from psephos.stark.statements import rows, total
from psephos.stark.statements.statement import Statement, Values, Witness, summed
from psephos.stark.tape import SQUARE, Tape

PAIRS = [[(j, d - j) for j in range(LIMBS) if j <= d - j < LIMBS] for d in range(2 * LIMBS - 1)]
"""Pairs (j, k), j <= k, of limbs with j + k = d: those with j < k count twice."""


def rules() -> Tape:
    air = Air("concentration/1", requires=[rows.STATEMENT.tape, total.STATEMENT.tape])
    squares = air.public("sum_of_squares", SQUARE, SUM_OF_PRODUCTS)
    for d, pairs in enumerate(PAIRS):
        term = air.constant(0)
        for j, k in pairs:
            product = air.now(WEIGHT + j) * air.now(WEIGHT + k)
            term = term + (product if j == k else product + product)
        air.sum(f"squares {d}", term, squares[d])
    return air.tape()


def witness(values: Values) -> Witness:
    limbs = values.limbs
    elements = [
        sum((1 if j == k else 2) * summed(limbs[j] * limbs[k]) for j, k in pairs) for pairs in PAIRS
    ]
    return Witness([], elements)


STATEMENT = Statement(rules(), witness, (rows.STATEMENT, total.STATEMENT))
