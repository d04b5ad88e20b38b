"""transition/1: this table's credits count to their holders, its debits against them.

Positions at block N (`part`), this table of changes, and positions at block M (`several`) in one
proof: every holder's position at M is that at N with all credits and without all debits, for
ERC-20 balances and everything that is kept like them. A row is a change of one holder: `for` is a
credit, `against` a debit (a transfer is two rows; a mint or a burn is one). Publics: `credits` and
`debits`, the sums of their weights.

| way to cheat | what fails |
|---|---|
| a change that is credit and debit, or neither | `one direction a row` |
| a direction of 2, or of p - 1 | `… is a bit` |
| a change in padding | `one direction a row`: real is 0 there |
| a change that abstains | `no third direction` |
| a credit counted as a debit | `change j`: its sign is the row's |
| leave a change out, count it twice, or to somebody else | buses 4 to 7, as in `several` |
| an id in another form (a limb of 2^16) | bus 1 asks for its limbs |
| more debited than was there | positions at M have no negative weight |
| other credits or debits in the publics | sums of each limb |
| a change whose other half is missing | nothing here: compare `credits` with `debits` |
"""

import numpy as np

from psephos.stark.air import Air
from psephos.stark.columns import ABSTAIN, AGAINST, FOR, LIMBS, REAL, SUM_OF_LIMBS, WEIGHT
from psephos.stark.field import P
from psephos.stark.ntt import Array
from psephos.stark.statements import rows
from psephos.stark.statements.holders import (
    HALVES,
    TRANSITION,
    Signed,
    bound_ids,
    count_to_holder,
    halves,
    signs,
)
from psephos.stark.statements.order import pieces
from psephos.stark.statements.statement import Statement, Values, Witness, summed
from psephos.stark.tape import AMOUNT, Tape

DIRECTIONS = (("credit", FOR), ("debit", AGAINST))


def rules() -> Tape:
    air = Air(f"{TRANSITION}/1", requires=[rows.STATEMENT.tape])
    credit, debit = air.now(FOR), air.now(AGAINST)
    for name, code in DIRECTIONS:
        air.boolean(f"{name} is a bit", air.now(code))
        told = air.public(f"{name}s", AMOUNT, SUM_OF_LIMBS)
        for k in range(LIMBS):
            air.sum(f"{name} {k}", air.now(code) * air.now(WEIGHT + k), told[k])
    air.every("one direction a row", credit + debit - air.now(REAL))
    air.every("no third direction", air.now(ABSTAIN))
    changes = air.columns(len(HALVES))
    for j, (change, half) in enumerate(zip(changes, halves(air), strict=True)):
        air.every(f"change {j}", change - (credit - debit) * half)
    bound_ids(air)
    count_to_holder(air, changes)
    return air.tape()


def witness(values: Values) -> Witness:
    sign = signs(values)
    changes = [_modulo(half.astype(np.int64) * sign) for half in pieces(values.limbs, HALVES)]
    sums = [summed(values.data[code] * limb) for _, code in DIRECTIONS for limb in values.limbs]
    return Witness(changes, sums)


def _modulo(change: Signed) -> Array:
    """A number that may be negative as a field element."""
    return np.where(
        change < 0, np.uint64(P) - (-change).astype(np.uint64), change.astype(np.uint64)
    )


def fault(values: Values) -> str | None:
    """A row that is neither credit nor debit."""
    directed = (values.data[FOR] + values.data[AGAINST])[: values.count]
    without = np.flatnonzero(directed == 0)
    return f"row {without[0]} is neither credit nor debit" if len(without) else None


STATEMENT = Statement(rules(), witness, (rows.STATEMENT,), fault)
