"""total/1: the sum of all weights, as one integer.

Public: `total` = Σ w. Each limb is summed by itself; a limb's sum over 2^22 rows is below 2^38, so
equality in the field is equality of integers, and Σ sum_k·2^(16k) is the total exactly.

| way to cheat | what fails |
|---|---|
| another total, or its limbs shifted against each other | sum `total k` of each limb |
| a total that is right modulo p only | none can be: sums are below p, by `rows` |
| weight outside the table's rows | `rows` |
| an element of the public written as x + p | the verifier takes elements below p only |
"""

from psephos.stark.air import Air
from psephos.stark.columns import LIMBS, SUM_OF_LIMBS, WEIGHT
from psephos.stark.statements import rows
from psephos.stark.statements.statement import Statement, Values, Witness, summed
from psephos.stark.tape import AMOUNT, Tape


def rules() -> Tape:
    air = Air("total/1", requires=[rows.STATEMENT.tape])
    total = air.public("total", AMOUNT, SUM_OF_LIMBS)
    for k in range(LIMBS):
        air.sum(f"total {k}", air.now(WEIGHT + k), total[k])
    return air.tape()


def witness(values: Values) -> Witness:
    return Witness([], [summed(limb) for limb in values.limbs])


STATEMENT = Statement(rules(), witness, (rows.STATEMENT,))
