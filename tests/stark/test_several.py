"""Proofs about several tables: merges by holder, and positions that follow from changes."""

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.concentration import hhi, top_share
from psephos.errors import CommandError, DataError
from psephos.stark.columns import AGAINST, FOR, ID, REAL, WEIGHT
from psephos.stark.field import P
from psephos.stark.prove import Proof, Table, prove, prove_tables
from psephos.stark.prove.link import link
from psephos.stark.prove.table import low_degree_root
from psephos.stark.prove.witness import check_true
from psephos.stark.verify import Accept, Refused, Verified, accepted, check_header
from psephos.stark.verify.header import Header
from tests.stark.both import verify, verify_link
from tests.stark.votes import Bench, cause

ACCEPT = Accept(accepted(), least_bits=0)
CREDIT, DEBIT = 1, 0
MERGE = ("several", "part@1", "part@2")
STEP = ("several", "part@1", "transition@2")


def held(positions: dict[int, int]) -> Table:
    return Table(list(positions.values()), ids=list(positions))


def summed(*tables: Table) -> Table:
    """Each holder's sum over tables, by rising id."""
    found: dict[int, int] = {}
    for table in tables:
        for holder, weight in zip(table.ids, table.weights, strict=True):
            found[holder] = found.get(holder, 0) + weight
    return held(dict(sorted(found.items())))


def parts(seed: int = 1, count: int = 40, bits: int = 120) -> tuple[Table, Table]:
    """Two tables that share holders; in each some stand twice."""
    random = Random(seed)
    ids = [random.getrandbits(160) for _ in range(count)]
    one, two = (
        Table([random.getrandbits(bits) for _ in range(count)], ids=random.choices(ids, k=count))
        for _ in range(2)
    )
    return one, two


def stepped(seed: int = 2, count: int = 30) -> tuple[Table, Table, Table]:
    """Positions after, positions before, and the changes between them."""
    random = Random(seed)
    now = {random.getrandbits(200): random.getrandbits(100) for _ in range(count)}
    before, rows = held(dict(now)), []
    for _ in range(3 * count):
        a, b = random.choice(list(now)), random.choice([*now, random.getrandbits(200)])
        moved = random.randint(0, now[a])
        now[a] -= moved
        now[b] = now.get(b, 0) + moved
        rows += [(moved, DEBIT, a), (moved, CREDIT, b)]
    kept = {holder: amount for holder, amount in now.items() if amount}
    weights, choices, ids = zip(*rows, strict=True)
    return held(kept), before, Table(weights, choices, ids)


@pytest.fixture(scope="module")
def merged() -> list[Table]:
    one, two = parts()
    return [summed(one, two), one, two]


@pytest.fixture(scope="module")
def moved() -> list[Table]:
    return list(stepped())


@dataclass(frozen=True, slots=True)
class Shown:
    """One proof about three tables, which several laws ask: made once."""

    tables: list[Table]
    made: Proof
    read: Verified
    roots: tuple[bytes, ...]


@pytest.fixture(scope="module")
def shown(merged: list[Table]) -> Shown:
    tables = [replace(table, row_root=bytes((i,)) * 32) for i, table in enumerate(merged)]
    names = ["several", "concentration", "top", "total"]
    told = [*((0, name) for name in names), (1, "part"), (1, "total"), (2, "part"), (2, "total")]
    made = prove_tables(tables, told, tops=[5], preset="test")
    roots = tuple(low_degree_root(table) for table in tables)
    return Shown(tables, made, verify(made.data, ACCEPT), roots)


def bench(tables: list[Table], names: tuple[str, ...]) -> Bench:
    return Bench(tables[0], names, more=tables[1:])


def test_figures_over_several_tables_are_those_of_the_merged_holders(shown):
    read, tables = shown.read, shown.tables
    assert read.claim.data[8] == 2
    placed = zip(read.combination.tapes, read.combination.about, strict=True)
    about = [f"{tape.name} {t}" for tape, t in placed]
    assert about.count("part/1 1") == about.count("part/1 2") == about.count("several/1 0") == 1
    totals = [told["total"] for name, told in read.publics if name == "total/1"]
    assert totals == [sum(table.weights) for table in tables]
    assert totals[0] == totals[1] + totals[2]
    publics = shown.made.publics
    weights = sorted(tables[0].weights, reverse=True)
    squares = publics["concentration of table 0"]["sum_of_squares"]
    assert Fraction(squares, totals[0] ** 2) == hhi(weights)
    share = Fraction(publics["top of table 0"]["held"], totals[0])
    assert share == top_share(weights, 5)
    assert read.low_degree_roots == shown.roots


def test_positions_follow_from_positions_and_changes(moved):
    made = prove_tables(
        moved, [(0, "several"), (0, "total"), (1, "part"), (2, "transition")], preset="test"
    )
    verify(made.data, ACCEPT)
    changes = made.publics["transition of table 2"]
    assert changes["credits"] == changes["debits"] > 0
    assert made.publics["total of table 0"]["total"] == sum(moved[1].weights)


WEIGHTS = st.one_of(st.integers(0, 3), st.integers(0, 2**126), st.just(2**32 - 1))
ROWS = st.lists(st.tuples(st.integers(0, 4), WEIGHTS), min_size=1, max_size=12)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, ROWS, st.integers(0, 2**32))
def test_any_tables_merge_and_any_changes_lead_on(one, two, seed):
    """Carries in both directions, holders of nothing, holders who stand often."""
    tables = [Table([w for _, w in rows], ids=[i for i, _ in rows]) for rows in (one, two)]
    for all_tables, names in (([summed(*tables), *tables], MERGE), (stepped(seed, 4), STEP)):
        made = bench(list(all_tables), names)
        check_true(made.stands, made.values)
        column, *_ = made.values[0].together
        assert column[0] == "rows"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_random_tables_merge_without_a_violation(seed):
    one, two = parts(seed, 1 + 9 * seed, 10 * seed + 8)
    assert bench([summed(one, two), one, two], MERGE).violations() == []
    assert bench(list(stepped(seed, 1 + seed)), STEP).violations() == []


# Ways to cheat, each of a statement's own table.


def another_weight(b: Bench) -> None:
    b.data[WEIGHT][3] ^= 1
    b.witness_again("rows")


def weight_moved_between_holders(b: Bench) -> None:
    b.data[WEIGHT + 2][3] -= 1
    b.data[WEIGHT + 2][4] += 1
    b.witness_again("rows")


def a_holder_left_out(b: Bench) -> None:
    last = len(b.table.weights) - 1
    b.data[REAL][last] = 0
    for code in (*range(WEIGHT, WEIGHT + 8), *range(ID, ID + 16)):
        b.data[code][last] = 0
    b.tables[0] = Table(b.table.weights[:-1], ids=b.table.ids[:-1])
    b.witness_again("rows", "distinct", "several")


def a_holder_split_in_two(b: Bench) -> None:
    """Half of the first holder under the same id in a further row."""
    more = len(b.table.weights)
    b.data[REAL][more] = 1
    for k in range(16):
        b.data[ID + k][more] = b.data[ID + k][0]
    for k in range(8):
        half = b.data[WEIGHT + k][0] >> np.uint64(1)
        b.data[WEIGHT + k][more] = half
        b.data[WEIGHT + k][0] -= half
    b.tables[0] = Table([*b.table.weights, 0], ids=[*b.table.ids, b.table.ids[0]])
    b.witness_again("rows", "distinct")


def a_carry_around_p(b: Bench) -> None:
    b.own("several", 1)[2] = P - 1
    b.own("several", 0)[2] += 1 << 10


def carries_in_padding(b: Bench) -> None:
    """Plus one in one row, minus one in another."""
    low, high = b.own("several", 0), b.own("several", 1)
    low[1000] += 1
    low[1001], high[1001] = 1023, high[1001] - 1
    b.count_again()


def a_row_counted_twice(b: Bench) -> None:
    """The part's table is another than the one that was merged."""
    b.columns_of[1][REAL][50] = 1
    for code in (*range(WEIGHT, WEIGHT + 8), *range(ID, ID + 16)):
        b.columns_of[1][code][50] = b.columns_of[1][code][0]
    b.witness["rows@1"].elements[0] += 1
    b.witness_again("rows")


def a_row_counted_to_another(b: Bench) -> None:
    b.columns_of[1][ID][0] ^= 1
    b.witness_again("rows")


def a_second_name_for_a_holder(b: Bench) -> None:
    ids = b.columns_of[1]
    row = int(np.flatnonzero(ids[ID + 1])[0])
    ids[ID][row] += 1 << 16
    ids[ID + 1][row] -= 1
    b.witness_again("rows")


def weight_of_padding(b: Bench) -> None:
    b.columns_of[1][WEIGHT][900] = 7
    b.witness_again("rows")


MERGE_CHEATS = {
    another_weight: "bus 4",
    weight_moved_between_holders: "bus 5",
    a_holder_left_out: "bus 4",
    a_holder_split_in_two: "rises 5",
    a_carry_around_p: "bus 1",
    carries_in_padding: "padding carries nothing 1",
    a_row_counted_twice: "bus 4",
    a_row_counted_to_another: "bus 4",
    a_second_name_for_a_holder: "bus 1",
    weight_of_padding: "weight 0 is padding",
}


def a_debit_as_a_credit(b: Bench) -> None:
    """In the table: then it is another table, and its sums are others."""
    row = int(np.flatnonzero(b.columns_of[2][AGAINST])[0])
    b.columns_of[2][AGAINST][row], b.columns_of[2][FOR][row] = 0, 1
    b.witness_again("transition@2")


def a_debit_counted_as_a_credit(b: Bench) -> None:
    row = int(np.flatnonzero(b.columns_of[2][AGAINST])[0])
    for j in range(4):
        b.own("transition@2", j)[row] = (P - int(b.own("transition@2", j)[row])) % P


def a_change_both_ways(b: Bench) -> None:
    b.columns_of[2][FOR][0] = b.columns_of[2][AGAINST][0] = 1
    b.witness_again("transition@2")


def a_change_of_minus_one(b: Bench) -> None:
    """Twice a credit, less a debit: one direction, as their sum says."""
    b.columns_of[2][FOR][0], b.columns_of[2][AGAINST][0] = 2, P - 1


def a_change_that_abstains(b: Bench) -> None:
    b.columns_of[2][11][0] = 1


def a_change_in_padding(b: Bench) -> None:
    b.columns_of[2][FOR][900] = 1


def a_change_left_out(b: Bench) -> None:
    for j in range(4):
        b.own("transition@2", j)[0] = 0


def more_debited_than_there_was(b: Bench) -> None:
    """The first position at M becomes minus one."""
    b.data[WEIGHT][0] = P - 1
    b.witness_again("rows")


def other_credits(b: Bench) -> None:
    b.witness["transition@2"].elements[0] += 1


STEP_CHEATS = {
    a_debit_as_a_credit: "bus 4",
    a_debit_counted_as_a_credit: "change 0",
    a_change_both_ways: "one direction a row",
    a_change_of_minus_one: "credit is a bit",
    a_change_that_abstains: "no third direction",
    a_change_in_padding: "one direction a row",
    a_change_left_out: "change 0",
    more_debited_than_there_was: "bus 1",
    other_credits: "credit 0",
}

DAILY = (a_carry_around_p, a_second_name_for_a_holder, a_debit_counted_as_a_credit)
"""Cheats that are looked for in every run; the long run looks for all, and proves them."""

CHEATS = [
    pytest.param(
        names, bend, label,
        id=bend.__name__, marks=() if bend in DAILY else pytest.mark.long,
    )
    for names, cheats in ((MERGE, MERGE_CHEATS), (STEP, STEP_CHEATS))
    for bend, label in cheats.items()
]  # fmt: skip


def bent(request: pytest.FixtureRequest, names: tuple[str, ...], bend) -> Bench:
    made = bench(request.getfixturevalue("merged" if names is MERGE else "moved"), names)
    bend(made)
    return made


@pytest.mark.parametrize(("names", "bend", "label"), CHEATS)
def test_a_cheat_with_several_tables_is_found_by_name(request, names, bend, label):
    found = bent(request, names, bend)
    assert any(told.startswith(label) for told in found.labels()), found.violations()[:5]


def test_a_forged_proof_about_several_tables_is_refused(request):
    assert cause(bent(request, MERGE, weight_moved_between_holders).proof()) == "rules"


@pytest.mark.long
@pytest.mark.parametrize(("names", "bend", "label"), CHEATS)
def test_every_forged_proof_about_several_tables_is_refused(request, names, bend, label):
    assert cause(bent(request, names, bend).proof()) == "rules"


def test_an_honest_witness_of_several_tables_breaks_nothing(moved):
    assert bench(moved, STEP).violations() == []


def test_tables_that_do_not_fit_are_refused_before_anything_is_proven(merged, moved):
    told = [(0, "several"), (1, "part"), (2, "part")]
    more = summed(merged[0], held({5: 7}))
    fewer = Table(merged[0].weights[:-1], ids=merged[0].ids[:-1])
    other = Table([merged[0].weights[0] + 1, *merged[0].weights[1:]], ids=merged[0].ids)
    for first, message in (
        (more, "is not the sum of its holder"),
        (fewer, "it does not hold the id 0x"),
        (other, "several is not true of table 0: row 0"),
    ):
        with pytest.raises(DataError, match=message):
            prove_tables([first, *merged[1:]], told)
    undirected = replace(moved[2], choices=[2, *moved[2].choices[1:]])
    with pytest.raises(DataError, match="row 0 is neither credit nor debit"):
        prove_tables([undirected, *moved[:2]], [(0, "transition"), (1, "several"), (2, "part")])
    with pytest.raises(DataError, match="decimal places"):
        prove_tables([replace(merged[0], scale=18), *merged[1:]], told)
    for wrong in (told[:2], [*told, (3, "part")]):
        with pytest.raises(CommandError, match="table"):
            prove_tables(merged, wrong)
    with pytest.raises(DataError, match="no top 3 of 2 rows"):
        prove(Table([1, 2]), ["top"], tops=[3])
    with pytest.raises(CommandError, match="how many rows"):
        prove(Table([1, 2]), ["top"])


def test_a_proof_about_several_tables_is_about_these_and_no_others(shown):
    """The claim is bound byte by byte; headers and links are of one of its tables."""
    tables, data = shown.tables, shown.made.data
    read = verify(data, ACCEPT)  # links are of the proof that both verified last
    second = 13 + 100 + 33 * (read.combination.about.index(1) + 1)
    for at, value, why in (
        (8, 1, "encoding"), (11, 3, "rules"), (12, 2, "encoding"), (12, 1, "encoding"),
        (12, 17, "encoding"), (13, 3, "rules"), (13, 4, "statement"), (14, 9, "rules"), 
        (13 + 99, 33, "encoding"), (13 + 100, 1, "statement"), (second, 2, "statement"),
    ):  # fmt: skip
        assert cause(data[:at] + bytes((value,)) + data[at + 1 :]) == why, (at, value)
    for i, table in enumerate(tables):
        header = Header(bytes(32), "d", "t", 0, len(table.weights), table.row_root, shown.roots[i])
        assert "is the proof's" in check_header(read, header)
        other = replace(header, prover_root=shown.roots[i - 1])
        with pytest.raises(Refused, match="another low-degree root"):
            check_header(read, other)
        with pytest.raises(Refused, match="rows"):
            check_header(read, replace(header, rows=1))
    with pytest.raises(Refused, match="another row root"):
        check_header(read, replace(header, row_root=b"\7" * 32))
    row = verify_link(link(tables[2], 4, "test"), read)
    assert (row.weight, row.id) == (tables[2].weights[4], tables[2].ids[4])
    with pytest.raises(Refused, match="another table"):
        verify_link(link(more_rows(tables[2]), 4, "test"), read)
    assert read.claim.log_rows == 16


def more_rows(table: Table) -> Table:
    return replace(table, weights=[*table.weights, 1], ids=[*table.ids, 1])
