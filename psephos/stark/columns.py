"""The data columns of a table: docs/method/prover-format.md, section 5."""

from psephos.errors import CommandError

REAL = 0
WEIGHT = 1
LIMBS = 8
AGAINST, FOR, ABSTAIN = 9, 10, 11
ID = 12
ID_LIMBS = 16
LIMB_BITS = 16

CHOICE_BIT, ID_BIT = 1, 2
RANGE_BUS = 1
"""Values of 16 bits: supplied by `rows`, asked for by everybody."""
ID_BUS = 2
"""`real` and a table's ids in pieces: table and sorted view."""
WEIGHT_BUS = 3
"""A table's ranks and weights, in pieces: table and sorted view."""
HOLDER_BUS = 4
"""Four of them: weights by id, all tables of a proof; 32 bits of the weight each."""

LEAST_LOG_ROWS = 16
"""The range table has 2^16 rows."""
MOST_LOG_ROWS = 22

SUM_OF_LIMBS = tuple((64, 16 * k) for k in range(LIMBS))
"""Elements of a public that is Σ over rows of a weight: each limb's own sum."""
SUM_OF_PRODUCTS = tuple((64, 16 * k) for k in range(2 * LIMBS - 1))
LIMB_ELEMENTS = tuple((16, 16 * k) for k in range(LIMBS))
"""Elements of a public that is one weight: its limbs."""


def layout_codes(layout: int) -> list[int]:
    """The codes of a layout's columns, in order."""
    if not 0 <= layout <= CHOICE_BIT | ID_BIT:
        raise CommandError(f"no layout {layout}")
    found = [REAL, *range(WEIGHT, WEIGHT + LIMBS)]
    if layout & CHOICE_BIT:
        found += [AGAINST, FOR, ABSTAIN]
    if layout & ID_BIT:
        found += range(ID, ID + ID_LIMBS)
    return found
