"""participation/1: how much of what could vote did vote.

About a table of all who are entitled, where a row may have a choice or none. Publics: `cast`, the
weight of rows with a choice, and `cast_count`. Turnout is cast / total, both over the same rows.

| way to cheat | what fails |
|---|---|
| a row with two choices, to count it twice | `voted is a bit` on their sum |
| a choice of 2 or p - 1 | `… is a bit` |
| padding that votes | `padding does not vote` |
| cast weight of other rows than the total's | both are read from the same columns |
| leaving out who did not vote, to raise turnout | nothing here: compare `count` |
"""

from psephos.stark.air import Air
from psephos.stark.columns import ABSTAIN, AGAINST, FOR, LIMBS, REAL, SUM_OF_LIMBS, WEIGHT
from psephos.stark.statements import rows, total
from psephos.stark.statements.statement import Statement, Values, Witness, summed
from psephos.stark.tape import AMOUNT, NUMBER, Tape

CHOICES = (AGAINST, FOR, ABSTAIN)


def rules() -> Tape:
    air = Air("participation/1", requires=[rows.STATEMENT.tape, total.STATEMENT.tape])
    cast = air.public("cast", AMOUNT, SUM_OF_LIMBS)
    count = air.public("cast_count", NUMBER, [(32, 0)])
    for name, code in zip(("against", "for", "abstain"), CHOICES, strict=True):
        air.boolean(f"{name} is a bit", air.now(code))
    voted = air.now(AGAINST) + air.now(FOR) + air.now(ABSTAIN)
    air.boolean("voted is a bit", voted)
    air.every("padding does not vote", (1 - air.now(REAL)) * voted)
    for k in range(LIMBS):
        air.sum(f"cast {k}", voted * air.now(WEIGHT + k), cast[k])
    air.sum("cast count", voted, count[0])
    return air.tape()


def witness(values: Values) -> Witness:
    voted = sum((values.data[code] for code in CHOICES[1:]), values.data[AGAINST].copy())
    return Witness([], [*(summed(voted * limb) for limb in values.limbs), summed(voted)])


STATEMENT = Statement(rules(), witness, (rows.STATEMENT, total.STATEMENT))
