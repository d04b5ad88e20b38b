"""part/1: the rows of this table count to their holders, together with other tables.

For a proof about several tables. Each row's weight is put on four buses (`holders`) under the row's
id; `several` about a further table takes off what each holder has in all. Rows may be of the
same holder. No public: `count` of rows/1 and `total` say what the table is.

| way to cheat | what fails |
|---|---|
| count a row twice, or not at all | buses 4 to 7 do not cancel: the table's columns stand on them |
| count a row to another holder | its id stands on the bus |
| a weight of padding | padding weighs 0 by `rows`, and 0 of anybody is nothing |
| an id in another form (a limb of 2^16), to have two names | bus 1 asks for its limbs |
| leave the statement out for a table | nothing here: the proof says which tables have it |
"""

from psephos.stark.air import Air
from psephos.stark.statements import rows
from psephos.stark.statements.holders import PART, bound_ids, count_to_holder, halves
from psephos.stark.statements.statement import Statement, Values, Witness
from psephos.stark.tape import Tape


def rules() -> Tape:
    air = Air(f"{PART}/1", requires=[rows.STATEMENT.tape])
    bound_ids(air)
    count_to_holder(air, halves(air))
    return air.tape()


def witness(values: Values) -> Witness:
    return Witness([], [])


STATEMENT = Statement(rules(), witness, (rows.STATEMENT,))
