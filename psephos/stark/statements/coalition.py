"""coalition/1: how few rows together pass a threshold, exactly (Nakamoto coefficient).

Nothing is sorted. If v is the k-th largest weight, the k - 1 rows before it hold at least v each,
all others at most v; any division of the rows like that gives the largest sum of k - 1 weights. So
the statement marks k - 1 rows as `above`, one row that weighs exactly v as `pivot`, and shows for
every row that it stands on the right side of v:

    above: w - v = d        not above: v - w = d        d ≥ 0, eight limbs of 16 bits

in three pieces of 48, 48 and 32 bits with a borrow bit between them; a piece is an equation of
integers below 2^50, so it holds as it stands and not only modulo p.

Publics: `numerator`, `denominator`, `strict` (1 for >, 0 for ≥), `coalition` = k, `before` (what
k - 1 hold), `pivot` = v. Relations, on integers, with total T and θ = numerator/denominator:

    strict: before + v > θT and before ≤ θT      else: before + v ≥ θT and before < θT

| way to cheat | what fails |
|---|---|
| leave out a large holder, to make k larger | `side`: a row outside above has w ≤ v |
| take a small holder in, to make `before` smaller | `side`: a row in above has w ≥ v |
| d negative, as p - 1 or with a limb of 2^16 | bus 1 |
| a borrow of 2 or p - 1; a borrow out of the top | `borrow … is a bit`; the last piece has none |
| no pivot, two pivots, the pivot counted twice | sum `one pivot`; `pivot is not above` |
| a pivot value that no row has, or its limbs over 16 bits | `pivot k`; elements are bounded |
| k shifted by one, k = 0, k > n | sum `coalition` counts the marks; relations fail on either side |
| padding in the coalition | it weighs 0 ≥ v = 0, then k and k - 1 hold the same: a relation fails |
| denominator 0, threshold of another proof | relation `denominator`; publics are bound and shown |
| a fraction of another total | the total is the required statement's, over the same columns |
"""

import numpy as np
from numpy.typing import NDArray

from psephos.errors import CommandError, DataError
from psephos.stark.air import Air, Symbol
from psephos.stark.columns import LIMB_ELEMENTS, LIMBS, RANGE_BUS, SUM_OF_LIMBS, WEIGHT
from psephos.stark.ntt import Array
from psephos.stark.statements import rows, total
from psephos.stark.statements.order import PIECE, WEIGHT_PIECES, Order, by_weight, gaps, pieces
from psephos.stark.statements.statement import Share, Statement, Values, Witness, summed
from psephos.stark.tape import AMOUNT, FLAG, NUMBER, SHARE, Tape, Term

SHARE_BITS = 63
"""Of a threshold's numerator and denominator, as they stand in a proof."""


def rules() -> Tape:
    air = Air("coalition/1", requires=[rows.STATEMENT.tape, total.STATEMENT.tape])
    air.public("numerator", SHARE, [(SHARE_BITS, 0)])
    air.public("denominator", SHARE, [(SHARE_BITS, 0)])
    air.public("strict", FLAG, [(1, 0)])
    size = air.public("coalition", NUMBER, [(32, 0)])
    before = air.public("before", AMOUNT, SUM_OF_LIMBS)
    value = air.public("pivot", AMOUNT, LIMB_ELEMENTS)
    above, pivot, weight = marked(air, value)
    air.sum("coalition", above + pivot, size[0])
    air.sum("one pivot", pivot, 1)
    for k in range(LIMBS):
        air.sum(f"before {k}", above * weight[k], before[k])
    relate(air)
    return air.tape()


def marked(air: Air, value: list[Symbol]) -> tuple[Symbol, Symbol, list[Symbol]]:
    """Marks `above` and `pivot` of rows that are on the right side of a value, and the weight."""
    above, pivot, *borrows = air.columns(4)
    difference = air.columns(LIMBS)
    weight = [air.now(WEIGHT + k) for k in range(LIMBS)]

    air.boolean("above is a bit", above)
    air.boolean("pivot is a bit", pivot)
    air.every("pivot is not above", above * pivot)
    for k in range(LIMBS):
        air.every(f"pivot {k}", pivot * (weight[k] - value[k]))
    for j, borrow in enumerate(borrows, 1):
        air.boolean(f"borrow {j} is a bit", borrow)
    sides(air, above + above - 1, weight, value, difference, borrows)
    for limb in difference:
        air.interact(RANGE_BUS, 1, limb)
    return above, pivot, weight


def sides(
    air: Air,
    sign: Symbol,
    weight: list[Symbol],
    value: list[Symbol],
    difference: list[Symbol],
    borrows: list[Symbol],
) -> None:
    """sign·(w - v) = d, piece by piece: … = d + borrow in - 2^48·borrow out."""
    carried = [air.constant(0), *borrows, air.constant(0)]
    for j, piece in enumerate(WEIGHT_PIECES):
        gap, told = air.constant(0), air.constant(0)
        for place, k in enumerate(piece):
            gap = gap + (weight[k] - value[k]) * (1 << 16 * place)
            told = told + difference[k] * (1 << 16 * place)
        air.every(f"side {j}", sign * gap - told - carried[j] + carried[j + 1] * PIECE)


def relate(air: Air) -> None:
    total_, before, pivot = air.ref("total"), air.ref("before"), air.ref("pivot")
    numerator, denominator, strict = (
        air.ref(name) for name in ("numerator", "denominator", "strict")
    )
    air.not_negative(
        "the coalition passes",
        Term(1, (denominator, before)),
        Term(1, (denominator, pivot)),
        Term(-1, (numerator, total_)),
        Term(-1, (strict,)),
    )
    air.not_negative(
        "one fewer does not",
        Term(1, (numerator, total_)),
        Term(-1, (denominator, before)),
        Term(-1, ()),
        Term(1, (strict,)),
    )
    air.not_negative("denominator", Term(1, (denominator,)), Term(-1, ()))


def witness(values: Values) -> Witness:
    """CommandError without a threshold; DataError if no coalition passes it (or all do)."""
    if values.threshold is None:
        raise CommandError("a coalition needs a threshold", hint="--threshold '>1/2'")
    limbs, share = values.limbs, values.threshold
    order = by_weight(limbs)[::-1]
    size = smallest(limbs, order, share)
    columns, value = marks(limbs, order, size)
    elements = [share.numerator, share.denominator, int(share.strict), size]
    elements += [summed(columns[0] * limb) for limb in limbs]
    return Witness(columns, elements + value)


def marks(limbs: list[Array], order: Order, size: int) -> tuple[list[Array], list[int]]:
    """The columns of `marked` for the first `size` rows of an order, and the last one's limbs."""
    pivot_row = order[size - 1]
    above = np.zeros(len(order), np.uint64)
    above[order[: size - 1]] = 1
    mark = np.zeros(len(order), np.uint64)
    mark[pivot_row] = 1
    value = [limb[pivot_row] for limb in limbs]
    difference, borrows = differences(limbs, value, above.astype(bool))
    return [above, mark, *borrows, *difference], [int(v) for v in value]


def smallest(limbs: list[Array], order: Order, share: Share) -> int:
    """The size of the smallest coalition that passes."""
    sums = [np.cumsum(limb[order], dtype=np.uint64) for limb in limbs]

    def held(count: int) -> int:
        return sum(int(s[count - 1]) << 16 * k for k, s in enumerate(sums)) if count else 0

    whole = held(len(order))

    def passes(count: int) -> bool:
        gap = held(count) * share.denominator - share.numerator * whole
        return gap > 0 if share.strict else gap >= 0

    if passes(0) or not passes(len(order)):
        raise DataError("no coalition: the threshold is passed by nobody, or by nothing")
    low, high = 0, len(order)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(middle) else (middle, high)
    return high


def differences(
    limbs: list[Array], value: list[np.uint64], above: NDArray[np.bool_]
) -> tuple[list[Array], list[Array]]:
    """|w - v| as limbs of 16 bits, and the borrows between pieces."""
    weight = pieces(limbs, WEIGHT_PIECES)
    pivot = pieces([np.full(1, v, np.uint64) for v in value], WEIGHT_PIECES)
    more = [np.where(above, w, v) for w, v in zip(weight, pivot, strict=True)]
    less = [np.where(above, v, w) for w, v in zip(weight, pivot, strict=True)]
    return gaps(more, less, WEIGHT_PIECES)


STATEMENT = Statement(rules(), witness, (rows.STATEMENT, total.STATEMENT), given="threshold")
