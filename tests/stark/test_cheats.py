"""Ways to cheat with a table or a witness, by name: found row by row, and refused when proven.

Every cheat of a statement's own table stands here. The witness is bent and goes through the real
prover, whose own check is off; each is refused for the reason expected. That the eight queries of
the `test` preset are few does not matter: these break rules, which one random point shows.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from psephos.stark.columns import ABSTAIN, AGAINST, FOR, ID, REAL, WEIGHT
from psephos.stark.field import P
from psephos.stark.prove import Share
from psephos.stark.statements.coalition import marks
from psephos.stark.statements.order import by_weight
from psephos.stark.statements.registry import STATEMENTS
from tests.stark.votes import EVERYTHING, Bench, cause, votes

SMALL = 50
PADDING = 1000
"""A row behind the last."""

ABOVE, PIVOT, BORROW, DIFFERENCE = 0, 1, 2, 4
TABLE, TIMES = 0, 1


def a_limb_of_seventeen_bits(b: Bench) -> None:
    b.data[WEIGHT][3] = 1 << 16
    b.witness_again("total")


def a_negative_weight(b: Bench) -> None:
    b.data[WEIGHT + 2][3] = P - 1
    limb = int(sum(int(x) for x in b.data[WEIGHT + 2])) % P
    b.witness["total"].elements[2] = limb


def weight_in_padding(b: Bench) -> None:
    b.data[WEIGHT][PADDING] = 7
    b.witness_again("total", "rows")


def a_row_after_padding(b: Bench) -> None:
    b.data[REAL][PADDING] = 1
    b.witness["rows"].elements[0] += 1


def half_a_row_twice(b: Bench) -> None:
    b.data[REAL][SMALL - 1] = 2
    b.witness["rows"].elements[0] += 1


def another_count(b: Bench) -> None:
    b.witness["rows"].elements[0] += 1


def another_total(b: Bench) -> None:
    b.witness["total"].elements[0] += 1


def limbs_shifted_against_each_other(b: Bench) -> None:
    """The same integer, other sums."""
    b.witness["total"].elements[0] += 1 << 16
    b.witness["total"].elements[1] -= 1


def a_range_table_with_a_gap(b: Bench) -> None:
    b.own("rows", TABLE)[70:] += 1
    b.own("rows", TABLE)[-1] = 65535


def a_range_table_that_goes_on(b: Bench) -> None:
    b.own("rows", TABLE)[-1] = 65536


def a_multiplicity_forged_by_p(b: Bench) -> None:
    b.data[WEIGHT][3] = 1 << 16
    b.own("rows", TIMES)[0] = P - 1
    b.witness_again("total")


ROWS = {
    a_limb_of_seventeen_bits: "bus 1: 65536",
    a_negative_weight: f"bus 1: {P - 1}",
    weight_in_padding: "weight 0 is padding",
    a_row_after_padding: "padding ends the table",
    half_a_row_twice: "real is a bit",
    another_count: "count",
    another_total: "total 0",
    limbs_shifted_against_each_other: "total 1",
    a_range_table_with_a_gap: "table step",
    a_range_table_that_goes_on: "table ends",
    a_multiplicity_forged_by_p: "bus 1: 65536",
}


def two_choices(b: Bench) -> None:
    b.data[FOR][:] = b.data[REAL]
    b.witness_again("tally")


def no_choice(b: Bench) -> None:
    for code in (AGAINST, FOR, ABSTAIN):
        b.data[code][4] = 0
    b.witness_again("tally")


def a_vote_counted_twice_and_one_taken_back(b: Bench) -> None:
    b.data[FOR][4], b.data[AGAINST][4], b.data[ABSTAIN][4] = 2, P - 1, 0


def a_choice_in_padding(b: Bench) -> None:
    b.data[FOR][PADDING] = 1
    b.witness_again("tally")


def weight_moved_from_against_to_for(b: Bench) -> None:
    elements = b.witness["tally"].elements
    elements[0] -= 1
    elements[9] += 1


def one_vote_more(b: Bench) -> None:
    b.witness["tally"].elements[17] += 1


def another_sum_of_squares(b: Bench) -> None:
    b.witness["concentration"].elements[4] += 1


FIGURES = {
    two_choices: "one choice a row",
    no_choice: "one choice a row",
    a_vote_counted_twice_and_one_taken_back: "for is a bit",
    a_choice_in_padding: "one choice a row",
    weight_moved_from_against_to_for: "for 0",
    one_vote_more: "for count",
    another_sum_of_squares: "squares 4",
}


def _largest(b: Bench) -> int:
    return max(range(SMALL), key=lambda row: b.table.weights[row])


def a_large_holder_left_out(b: Bench) -> None:
    """A coalition of all others that passes, larger than need be; every public number fits."""
    row, whole = _largest(b), sum(b.table.weights)
    kept = [int(b.data[WEIGHT + k][row]) for k in range(8)]
    for k in range(8):
        b.data[WEIGHT + k][row] = 0
    b.threshold = Share(whole, 2 * (whole - b.table.weights[row]), True)
    b.witness_again("coalition")
    b.witness["coalition"].elements[:2] = [1, 2]
    for k in range(8):
        b.data[WEIGHT + k][row] = kept[k]
    b.witness["rows"].columns[TIMES][:] = _counted(b)


def a_small_holder_taken_in(b: Bench) -> None:
    row, w = min(range(SMALL), key=lambda r: b.table.weights[r]), b.witness["coalition"]
    w.columns[ABOVE][row] = 1
    w.elements[3] += 1
    for k in range(8):
        w.elements[4 + k] += int(b.data[WEIGHT + k][row])


def a_difference_below_zero(b: Bench) -> None:
    a_small_holder_taken_in(b)
    row, w = min(range(SMALL), key=lambda r: b.table.weights[r]), b.witness["coalition"]
    value = sum(e << 16 * k for k, e in enumerate(w.elements[12:]))
    gap = b.table.weights[row] - value
    for column in w.columns[BORROW:]:
        column[row] = 0
    pieces = [(0, 48), (48, 96), (96, 128)]
    for (low, high), k in zip(pieces, (0, 3, 6), strict=True):
        mask = (1 << high - low) - 1
        told, weight = value >> low & mask, b.table.weights[row] >> low & mask
        w.columns[DIFFERENCE + k][row] = (weight - told) % P
    assert gap < 0
    b.witness["rows"].columns[TIMES][:] = _counted(b)


def _counted(b: Bench) -> np.ndarray:
    asked = [b.data[WEIGHT + k] for k in range(8)] + b.witness["coalition"].columns[DIFFERENCE:]
    inside = [column[column < 1 << 16].astype(np.int64) for column in asked]
    return sum(np.bincount(c, minlength=1 << 16) for c in inside).astype(np.uint64)


def a_borrow_of_two(b: Bench) -> None:
    b.witness["coalition"].columns[BORROW][3] = 2


def two_pivots(b: Bench) -> None:
    w = b.witness["coalition"]
    row = int(np.flatnonzero(w.columns[ABOVE])[0])
    w.columns[PIVOT][row] = 1
    w.elements[3] += 1


def no_pivot(b: Bench) -> None:
    w = b.witness["coalition"]
    w.columns[PIVOT][:] = 0
    w.elements[3] -= 1


def a_pivot_that_no_row_has(b: Bench) -> None:
    b.witness["coalition"].elements[12] ^= 1


COALITION = {
    a_large_holder_left_out: "side 0",
    a_small_holder_taken_in: "side 0",
    a_difference_below_zero: "bus 1",
    a_borrow_of_two: "borrow 1 is a bit",
    two_pivots: "pivot is not above",
    no_pivot: "one pivot",
    a_pivot_that_no_row_has: "pivot 0",
}


def one_more_in_the_coalition(b: Bench) -> None:
    """All marks as if k were larger by one: every row is on its side, only θT is passed before."""
    b.threshold = b.threshold._replace(numerator=2, denominator=3)
    b.witness_again("coalition", "rows")
    b.threshold = b.threshold._replace(numerator=1, denominator=2)
    b.witness["coalition"].elements[:2] = [1, 2]


def a_limb_of_the_pivot_too_large(b: Bench) -> None:
    w = b.witness["coalition"]
    w.elements[12] += 1 << 16
    w.elements[13] -= 1


def no_denominator(b: Bench) -> None:
    b.witness["coalition"].elements[:2] = [0, 0]


def strict_is_neither(b: Bench) -> None:
    b.witness["coalition"].elements[2] = 2


def padding_that_passes_the_threshold(b: Bench) -> None:
    """Every row and one of padding, as if the last of them were needed."""
    w, limbs = b.witness["coalition"], b.values[0].limbs
    w.columns[:], value = marks(limbs, by_weight(limbs)[::-1], SMALL + 1)
    held = [int(limb.sum()) for limb in limbs]
    w.elements[3:] = [SMALL + 1, *held, *value]
    b.count_again()


PUBLICS = {
    padding_that_passes_the_threshold: ("one fewer does not", "relation"),
    one_more_in_the_coalition: ("one fewer does not", "relation"),
    a_limb_of_the_pivot_too_large: ("pivot is too large", "publics"),
    no_denominator: ("denominator", "relation"),
    strict_is_neither: ("strict is too large", "publics"),
}


def a_rank_exchanged(b: Bench) -> None:
    """The two largest exchange ranks, and the sum is made to fit."""
    w = b.witness["inequality"]
    rank = w.columns[0]
    first, second = (int(np.flatnonzero(rank == r)[0]) for r in (1, 2))
    rank[first], rank[second] = 2, 1
    for k in range(8):
        limb = b.data[WEIGHT + k]
        w.elements[1 + k] = int((rank * limb).sum())


def a_view_out_of_order(b: Bench) -> None:
    """The view follows the exchanged ranks: then it does not fall."""
    a_rank_exchanged(b)
    for column in b.witness["inequality"].columns[4:7]:
        column[[0, 1]] = column[[1, 0]]


def a_number_left_out(b: Bench) -> None:
    b.witness["inequality"].columns[3][10:] += 1


def a_holder_of_nothing(b: Bench) -> None:
    b.witness["inequality"].columns[1][PADDING] = 1
    b.witness["inequality"].elements[0] += 1


def a_holder_not_counted(b: Bench) -> None:
    b.witness["inequality"].columns[1][0] = 0
    b.witness["inequality"].elements[0] -= 1


def another_rank_sum(b: Bench) -> None:
    b.witness["inequality"].elements[3] += 1


INEQUALITY = {
    a_rank_exchanged: "bus 3",
    a_view_out_of_order: "order 0",
    a_number_left_out: "number steps",
    a_holder_of_nothing: "holder weighs something",
    a_holder_not_counted: "nobody 0",
    another_rank_sum: "rank sum 2",
}


def the_same_id_twice(b: Bench) -> None:
    for k in range(16):
        b.data[ID + k][7] = b.data[ID + k][31]
    b.witness_again("distinct", "rows")


def an_id_in_another_form(b: Bench) -> None:
    """2^16 in one limb for 1 in the next: a second name for the same number."""
    the_same_id_twice(b)
    b.data[ID][7] += 1 << 16
    b.data[ID + 1][7] -= 1
    b.witness_again("distinct", "rows")


def a_row_marked_as_padding_in_the_view(b: Bench) -> None:
    the_same_id_twice(b)
    b.witness["distinct"].columns[0][SMALL - 1] = 0


def a_mark_packed_into_a_piece(b: Bench) -> None:
    """What would pass if `real` were the seventeenth bit of the last piece."""
    a_row_marked_as_padding_in_the_view(b)
    b.witness["distinct"].columns[6][SMALL - 1] += 1 << 16


def a_view_that_repeats_a_row(b: Bench) -> None:
    for column in b.witness["distinct"].columns[1:7]:
        column[5] = column[4]


def an_id_in_padding(b: Bench) -> None:
    b.data[ID][PADDING] = 1


def padding_inside_the_view(b: Bench) -> None:
    for column in b.witness["distinct"].columns[:7]:
        column[[SMALL - 2, PADDING]] = column[[PADDING, SMALL - 2]]


DISTINCT = {
    the_same_id_twice: "rises 5",
    an_id_in_another_form: "bus 1",
    a_row_marked_as_padding_in_the_view: "bus 2",
    a_mark_packed_into_a_piece: "bus 2",
    a_view_that_repeats_a_row: "bus 2",
    an_id_in_padding: "id 0 is padding",
    padding_inside_the_view: "padding ends the view",
}


def a_vote_for_two_things(b: Bench) -> None:
    row = int(np.flatnonzero(b.data[FOR])[0])
    b.data[AGAINST][row] = 1
    b.witness_again("participation")


def a_vote_in_padding(b: Bench) -> None:
    b.data[FOR][PADDING] = 1
    b.witness_again("participation")


def a_vote_not_cast(b: Bench) -> None:
    b.witness["participation"].elements[0] += 1


PARTICIPATION = {
    a_vote_for_two_things: "voted is a bit",
    a_vote_in_padding: "padding does not vote",
    a_vote_not_cast: "cast 0",
}


def a_large_holder_left_out_of_the_top(b: Bench) -> None:
    b.own("top", ABOVE)[_largest(b)] = 0
    b.witness["top"].elements[0] -= 1


def one_more_in_the_top(b: Bench) -> None:
    b.witness["top"].elements[0] += 1


def more_held_by_the_top(b: Bench) -> None:
    b.witness["top"].elements[3] += 1


def nobody_is_the_least_of_the_top(b: Bench) -> None:
    b.own("top", PIVOT)[:] = 0


def the_least_is_counted_twice(b: Bench) -> None:
    pivot = b.own("top", PIVOT)
    b.own("top", ABOVE)[int(np.flatnonzero(pivot)[0])] = 1
    b.witness["top"].elements[0] += 1


def a_least_weight_that_no_row_has(b: Bench) -> None:
    b.witness["top"].elements[9] ^= 1


TOP = {
    a_large_holder_left_out_of_the_top: "side 0",
    one_more_in_the_top: "top",
    more_held_by_the_top: "held 2",
    nobody_is_the_least_of_the_top: "one pivot",
    the_least_is_counted_twice: "pivot is not above",
    a_least_weight_that_no_row_has: "pivot 0",
}

CHEATS = (
    [(("total",), bend, label, "rules") for bend, label in ROWS.items()]
    + [(("tally", "concentration"), bend, label, "rules") for bend, label in FIGURES.items()]
    + [(("coalition",), bend, label, "rules") for bend, label in COALITION.items()]
    + [(("coalition",), bend, label, why) for bend, (label, why) in PUBLICS.items()]
    + [(("inequality",), bend, label, "rules") for bend, label in INEQUALITY.items()]
    + [(("distinct",), bend, label, "rules") for bend, label in DISTINCT.items()]
    + [(("participation",), bend, label, "rules") for bend, label in PARTICIPATION.items()]
    + [(("top",), bend, label, "rules") for bend, label in TOP.items()]
)


@pytest.fixture(scope="module")
def table():
    return votes(SMALL)


NAMES = [cheat[1].__name__ for cheat in CHEATS]
PROVEN = (a_limb_of_seventeen_bits, a_small_holder_taken_in)
"""Cheats that are proven in every run; the long run proves them all."""


@pytest.mark.parametrize(("names", "bend", "label", "why"), CHEATS, ids=NAMES)
def test_a_cheat_is_found_by_name(table, names, bend, label, why):
    bench = Bench(table, names)
    bend(bench)
    assert any(found.startswith(label) for found in bench.labels()), bench.violations()[:5]


@pytest.mark.parametrize(("names", "bend", "label", "why"), [c for c in CHEATS if c[1] in PROVEN])
def test_the_proof_of_a_cheat_is_refused(table, names, bend, label, why):
    bench = Bench(table, names)
    bend(bench)
    assert cause(bench.proof()) == why


@pytest.mark.long
@pytest.mark.parametrize(("names", "bend", "label", "why"), CHEATS, ids=NAMES)
def test_the_proof_of_every_cheat_is_refused(table, names, bend, label, why):
    bench = Bench(table, names)
    bend(bench)
    assert cause(bench.proof()) == why


def test_a29_nobody_stands_twice_and_views_are_sorted(table):
    for names, bend, label in (
        (("distinct",), the_same_id_twice, "rises 5"),
        (("inequality",), a_view_out_of_order, "order 0"),
    ):
        bench = Bench(table, names)
        bend(bench)
        assert label in bench.labels()


def test_a30_the_coalition_cannot_be_shifted_by_one(table):
    bench = Bench(table, ("coalition",))
    one_more_in_the_coalition(bench)
    assert "one fewer does not" in bench.labels()


def test_each_of_the_thirty_eight_attacks_has_a_test_of_its_name():
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    names = re.findall(r"^def test((?:_a\d+)+)_", text, re.MULTILINE)
    found = {int(number) for name in names for number in name.split("_a")[1:]}
    assert found == set(range(1, 39))


def test_every_statement_with_rules_of_its_own_is_cheated_with():
    """Those about several tables stand in test_several.py; `total` and `rows` are one cheat."""
    cheated = {name for names, *_ in CHEATS for name in names} | {"rows"}
    assert cheated | {"part", "several", "transition"} == set(STATEMENTS)


def test_an_honest_witness_breaks_nothing(table):
    bench = Bench(table, EVERYTHING)
    assert bench.violations() == []
    assert cause(bench.proof()) == ""


def test_every_violation_is_listed_with_its_row(table):
    bench = Bench(table, ("total",))
    bench.data[WEIGHT][[60, 70, 80]] = 1
    found = [v for v in bench.violations() if v.label == "weight 0 is padding"]
    assert [(v.statement, v.row) for v in found] == [("rows/1", 60), ("rows/1", 70), ("rows/1", 80)]
