"""rows/1: these are the rows of a table, and nothing else adds up.

Says of the data columns: `real` is 0 or 1 and never rises again after it fell; where it is 0 the
weight is 0; every limb of a weight has 16 bits, so that a weight is the integer Σ limb·2^(16k)
below 2^128 and no sum of limbs over 2^22 rows reaches p. Public: `count`, the real rows.

The range table T is a column of its own: 0 in the first row, the same or one more in each next,
65535 in the last. Its multiplicities say how often a value is asked for on the bus; the bus
cancels only if every value asked for is in T, since fewer than p are asked for in all.

| way to cheat | what fails |
|---|---|
| a limb of 2^16 or more, or p - 1 for "minus one" | bus 1: no row of T has it |
| a multiplicity that wraps around p | fewer than p values are asked for in all |
| T skips a value, falls, starts or ends elsewhere | `table step`, `table begins`, `table ends` |
| weight in a padding row | `weight k is padding` |
| a row after padding began; rows moved past the end | `padding ends the table` (a transition) |
| `real` is 2, or a fraction | `real is a bit` |
| a count that is not the number of real rows | sum `count` |
"""

import numpy as np

from psephos.stark.air import Air
from psephos.stark.columns import LIMBS, RANGE_BUS, REAL, WEIGHT
from psephos.stark.statements.statement import Statement, Values, Witness
from psephos.stark.tape import NUMBER, Tape

TABLE = 1 << 16


def rules() -> Tape:
    air = Air("rows/1")
    count = air.public("count", NUMBER, [(32, 0)])
    real, later = air.now(REAL), air.after(REAL)
    weight = [air.now(WEIGHT + k) for k in range(LIMBS)]
    table, next_table = air.column()
    (times,) = air.columns(1)

    air.boolean("real is a bit", real)
    air.transition("padding ends the table", (1 - real) * later)
    for k in range(LIMBS):
        air.every(f"weight {k} is padding", (1 - real) * weight[k])
    air.first("table begins", table)
    step = next_table - table
    air.transition("table step", step * (step - 1))
    air.last("table ends", table - (TABLE - 1))
    for limb in weight:
        air.interact(RANGE_BUS, 1, limb)
    air.interact(RANGE_BUS, 0 - times, table)
    air.sum("count", real, count[0])
    return air.tape()


def witness(values: Values) -> Witness:
    """T and how often each value is asked for by all statements together."""
    size = len(values.data[REAL])
    table = np.minimum(np.arange(size, dtype=np.uint64), np.uint64(TABLE - 1))
    times = np.zeros(size, np.uint64)
    for column in values.asked:
        within = column[column < TABLE].astype(np.int64)
        found = np.bincount(within, minlength=TABLE)[: min(size, TABLE)]
        times[: len(found)] += found.astype(np.uint64)
    return Witness([table, times], [values.count])


STATEMENT = Statement(rules(), witness)
