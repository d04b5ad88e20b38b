"""several/1: this table says what each holder has in all the tables that count to holders.

For a proof about several tables: `part` and `transition` put weights on four buses by id, this
statement takes off, for each row, its weight. So the table holds each holder of the others with
the sum, whatever stands how often in which. Other statements in the same proof (HHI, Gini,
Nakamoto …) are then about holders merged over all tables; with `transition` it says that
positions at M follow from those at N. No public.

A sum of pieces of 32 bits need not be the piece of the sum. With carries c_j, |c| < 2^26,

    piece_j + 2^32·c_(j+1) - c_j        c_0 = c_4 = 0,  c = low + 2^10·high - 2^25

is what is taken off bus 4 + j; over the four buses that is the weight, whatever the carries are.
One holder may have 2^25 rows in all, each of any weight.

| way to cheat | what fails |
|---|---|
| another weight of a holder, or a holder left out | buses 4 to 7 do not cancel for that id |
| a holder who is in none of the tables | the same, unless of weight 0: see `holders` |
| one holder in two rows, to look smaller | `distinct`, which is required |
| an id in another form | `distinct`: limbs of 16 bits |
| a carry out of its bounds, to wrap around p | bus 1 |
| carries in padding, which add up under the id 0 | `padding carries nothing` |
| a carry out of the top | there is none: a sum of 2^128 is in no table |
| a further table taken off twice | its holders would have to be there twice: ids are distinct |
"""

import numpy as np

from psephos.stark.air import Air, Symbol
from psephos.stark.columns import RANGE_BUS, REAL
from psephos.stark.ntt import Array
from psephos.stark.statements import distinct, rows
from psephos.stark.statements.holders import (
    HALF,
    HALVES,
    Signed,
    by_holder,
    count_to_holder,
    halves,
    id_limbs,
    moved,
    places,
)
from psephos.stark.statements.order import ID_PIECES, pieces
from psephos.stark.statements.statement import Statement, Values, Witness
from psephos.stark.tape import Tape

STEP, LEAST = 1 << 10, 1 << 25
"""A carry is low + STEP·high - LEAST."""


def rules() -> Tape:
    air = Air("several/1", requires=[rows.STATEMENT.tape, distinct.STATEMENT.tape])
    real = air.now(REAL)
    carries: list[Symbol] = [air.constant(0)]
    for j in range(1, len(HALVES)):
        low, high = air.columns(2)
        carry = low + high * STEP - LEAST
        air.every(f"padding carries nothing {j}", (1 - real) * carry)
        air.interact(RANGE_BUS, 1, low)
        air.interact(RANGE_BUS, 1, high)
        carries.append(carry)
    carries.append(air.constant(0))
    pairs = zip(halves(air), carries, carries[1:], strict=False)
    count_to_holder(air, [carry - half - out * HALF for half, carry, out in pairs])
    return air.tape()


def witness(values: Values) -> Witness:
    """Of a table that does not say what the others do it is no honest one."""
    columns = []
    for carry in carried(values)[:-1]:
        high = np.clip(carry + LEAST, 0, STEP * 0xFFFF) // STEP
        columns += [(carry + LEAST - high * STEP).astype(np.uint64), high.astype(np.uint64)]
    return Witness(columns, [])


def carried(values: Values) -> list[Signed]:
    """c_1 to c_4 of each row; c_4 is 0 if the table is what the others say."""
    sums = merged(values)
    carry, found = np.zeros(len(values.data[REAL]), np.int64), []
    for total, half in zip(sums, pieces(values.limbs, HALVES), strict=True):
        carry = (total - half.astype(np.int64) + carry) >> 32
        found.append(carry)
    return found


def merged(values: Values) -> list[Signed]:
    """What the other tables count to the holder of each row, in pieces; 0 in padding."""
    ids, sums = by_holder(*moved(values))
    mine = [piece[: values.count] for piece in pieces(id_limbs(values), ID_PIECES)]
    at = places(mine, ids)
    size = len(values.data[REAL])
    found = []
    for total in sums:
        column = np.zeros(size, np.int64)
        there = at >= 0
        column[: values.count][there] = total[at[there]]
        found.append(column)
    return found


def fault(values: Values) -> str | None:
    """A holder of whom the tables say something else."""
    ids, sums = by_holder(*moved(values))
    missing = _missing(values, ids, sums)
    if missing is not None:
        return f"it does not hold the id {missing:#x}, which the others do"
    wrong = np.zeros(len(values.data[REAL]), np.bool_)
    carry = np.zeros(len(wrong), np.int64)
    for total, half in zip(merged(values), pieces(values.limbs, HALVES), strict=True):
        gap = total - half.astype(np.int64) + carry
        wrong |= (gap & (HALF - 1)) != 0
        carry = gap >> 32
    rows_wrong = np.flatnonzero(wrong | (carry != 0))
    return f"row {rows_wrong[0]} is not the sum of its holder" if len(rows_wrong) else None


def _missing(values: Values, ids: list[Array], sums: list[Signed]) -> int | None:
    """An id that has something in the other tables and is not in this one."""
    mine = [piece[: values.count] for piece in pieces(id_limbs(values), ID_PIECES)]
    absent = places(ids, mine) < 0
    some = np.zeros(len(ids[0]), np.bool_)
    for total in sums:
        some |= total != 0
    found = np.flatnonzero(absent & some)
    if not len(found):
        return None
    return sum(int(piece[found[0]]) << 48 * j for j, piece in enumerate(ids))


STATEMENT = Statement(rules(), witness, (rows.STATEMENT, distinct.STATEMENT), fault)
