"""tally/1: what was voted against, for and abstained, and by how many.

Each choice is a column of zeros and ones of the table; a real row has exactly one, a padding row
none. Publics: `against`, `for`, `abstain` (sums of weight) and `against_count`, `for_count`,
`abstain_count`.

| way to cheat | what fails |
|---|---|
| a row with two choices, or with none | `one choice a row` |
| a choice of 2, or of p - 1, to count a vote twice or negatively | `… is a bit` |
| a choice in padding | `one choice a row`: real is 0 there |
| weight moved from one choice to another in the publics | sums of each limb of each choice |
| counts that do not fit the sums | sums of the choices themselves |
"""

import numpy as np

from psephos.stark.air import Air
from psephos.stark.columns import ABSTAIN, AGAINST, FOR, LIMBS, REAL, SUM_OF_LIMBS, WEIGHT
from psephos.stark.statements import rows
from psephos.stark.statements.statement import Statement, Values, Witness, summed
from psephos.stark.tape import AMOUNT, NUMBER, Tape

CHOICES = (("against", AGAINST), ("for", FOR), ("abstain", ABSTAIN))


def rules() -> Tape:
    air = Air("tally/1", requires=[rows.STATEMENT.tape])
    weight = [air.now(WEIGHT + k) for k in range(LIMBS)]
    for name, code in CHOICES:
        choice = air.now(code)
        air.boolean(f"{name} is a bit", choice)
        power = air.public(name, AMOUNT, SUM_OF_LIMBS)
        count = air.public(f"{name}_count", NUMBER, [(32, 0)])
        for k in range(LIMBS):
            air.sum(f"{name} {k}", choice * weight[k], power[k])
        air.sum(f"{name} count", choice, count[0])
    chosen = air.now(AGAINST) + air.now(FOR) + air.now(ABSTAIN)
    air.every("one choice a row", chosen - air.now(REAL))
    return air.tape()


def witness(values: Values) -> Witness:
    elements = []
    for _, code in CHOICES:
        choice = values.data[code]
        elements += [summed(choice * limb) for limb in values.limbs]
        elements.append(summed(choice))
    return Witness([], elements)


def fault(values: Values) -> str | None:
    """A row of the table without a choice."""
    chosen = sum((values.data[code] for _, code in CHOICES), np.zeros(1, np.uint64))
    without = np.flatnonzero(chosen[: values.count] == 0)
    return f"row {without[0]} has no choice" if len(without) else None


STATEMENT = Statement(rules(), witness, (rows.STATEMENT,), fault)
