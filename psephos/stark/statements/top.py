"""top/1: what the k rows with the most weight hold together: top-k shares for any k.

As in `coalition`, nothing is sorted: k - 1 rows are marked `above`, one that weighs exactly v is
the `pivot`, and every row is shown to stand on its side of v. Publics: `top` = k, `held` = their
weight together, `least` = v. The share is held / total, over the same rows. Where fewer than k
rows weigh something, v is 0 and the share is 1.

| way to cheat | what fails |
|---|---|
| leave out a large holder, take in a small one | `side`, with a difference from bus 1 |
| another k, or a mark that is not counted | sum `top` counts the marks |
| another weight of them | sums `held k` |
| no pivot, two, or one that is also above | sum `one pivot`; `pivot is not above` |
| a least weight that no row has | `pivot k`; elements are bounded |
| a share of another total | the total is the required statement's, over the same columns |
"""

from psephos.errors import CommandError, DataError
from psephos.stark.air import Air
from psephos.stark.columns import LIMB_ELEMENTS, LIMBS, SUM_OF_LIMBS
from psephos.stark.statements import rows, total
from psephos.stark.statements.coalition import marked, marks
from psephos.stark.statements.order import by_weight
from psephos.stark.statements.statement import Statement, Values, Witness, summed
from psephos.stark.tape import AMOUNT, NUMBER, Tape


def rules() -> Tape:
    air = Air("top/1", requires=[rows.STATEMENT.tape, total.STATEMENT.tape])
    size = air.public("top", NUMBER, [(32, 0)])
    held = air.public("held", AMOUNT, SUM_OF_LIMBS)
    value = air.public("least", AMOUNT, LIMB_ELEMENTS)
    above, pivot, weight = marked(air, value)
    inside = above + pivot
    air.sum("top", inside, size[0])
    air.sum("one pivot", pivot, 1)
    for k in range(LIMBS):
        air.sum(f"held {k}", inside * weight[k], held[k])
    return air.tape()


def witness(values: Values) -> Witness:
    """CommandError without a number of rows; DataError if the table has not so many."""
    size = values.top
    if size is None:
        raise CommandError("how many rows are the top?", hint="--top 10")
    if not 1 <= size <= values.count:
        raise DataError(f"there is no top {size} of {values.count} rows")
    limbs = values.limbs
    columns, value = marks(limbs, by_weight(limbs)[::-1], size)
    inside = columns[0] + columns[1]
    return Witness(columns, [size, *(summed(inside * limb) for limb in limbs), *value])


STATEMENT = Statement(rules(), witness, (rows.STATEMENT, total.STATEMENT), given="top")
