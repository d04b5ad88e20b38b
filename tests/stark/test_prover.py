"""What the prover says is what exact mathematics says, on any number of cores."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.concentration import coalition, effective_number, hhi, top_share
from analytics.inequality import gini
from analytics.threshold import Threshold
from psephos.errors import CommandError, DataError
from psephos.stark.combination import Combination
from psephos.stark.presets import PRESETS, STANDARD
from psephos.stark.prove import Share, Table, check_security, prove, security
from psephos.stark.prove.table import low_degree_root
from psephos.stark.statements.registry import together
from psephos.stark.verify import Accept, accepted, read_tape, verify
from psephos.stark.verify.combination import combine
from psephos.stark.verify.presets import PRESETS as THEIRS
from tests.stark import both
from tests.stark.test_cheats import another_total, two_choices
from tests.stark.votes import ALL, EVERYTHING, Bench, votes

WEIGHTS = st.lists(
    st.one_of(st.integers(0, 3), st.integers(0, 2**128 - 1), st.integers(2**127, 2**128 - 1)),
    min_size=1,
    max_size=40,
)
SHARES = st.builds(
    lambda a, b, strict: Share(min(a, b - 1) if strict else max(1, min(a, b)), b, strict),
    st.integers(0, 50),
    st.integers(2, 50),
    st.booleans(),
)


def witnessed(table: Table, names: tuple[str, ...], share: Share) -> dict[str, dict[str, int]]:
    """Publics of an honest witness, from the elements that a proof would carry."""
    bench = Bench(table, names, share)
    values = bench.combination.values(bench.elements)
    return dict(zip((s.name for s in bench.statements), values, strict=True))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WEIGHTS, SHARES)
def test_publics_are_the_exact_figures(weights, share):
    table = Table(weights, [i % 3 for i in range(len(weights))])
    names = EVERYTHING[:5] if any(weights) else EVERYTHING[:2]
    found = witnessed(table, names, share)
    assert found["rows"]["count"] == len(weights)
    total, squares = found["total"]["total"], found["concentration"]["sum_of_squares"]
    assert total == sum(weights)
    for i, name in enumerate(("against", "for", "abstain")):
        assert found["tally"][name] == sum(weights[i::3])
        assert found["tally"][f"{name}_count"] == len(weights[i::3])
    if any(weights):
        held = sorted((w for w in weights if w), reverse=True)
        assert Fraction(squares, total**2) == hhi(held)
        assert Fraction(total**2, squares) == effective_number(held)
        threshold = Threshold(Fraction(share.numerator, share.denominator), strict=share.strict)
        assert found["coalition"]["coalition"] == coalition(weights, threshold)
        uneven, holders = found["inequality"], len(held)
        assert uneven["holders"] == holders
        above = (holders + 1) * total - 2 * uneven["rank_sum"]
        assert Fraction(above, holders * total) == gini(held)
        assert found["participation"] == {"cast": total, "cast_count": len(weights)}
        before = sum(held[: found["coalition"]["coalition"] - 1])
        assert found["coalition"]["before"] == before


@pytest.mark.parametrize(
    ("share", "size"), [((1, 2, True), 6), ((1, 2, False), 5), ((1, 3, True), 4)]
)
def test_ten_equal_holders_are_counted_by_the_sign_of_the_threshold(share, size):
    found = witnessed(Table([10**30] * 10), ("coalition",), Share(*share))
    assert found["coalition"]["coalition"] == size


def test_a_proof_says_what_its_verifier_reads():
    table = replace(votes(300), row_root=bytes(range(32)), scale=18)
    steps: list[str] = []
    made = prove(
        table,
        ALL,
        thresholds=[(1, 2, True)],
        preset="test",
        progress=lambda step, done, count: steps.append(f"{done}/{count} {step}"),
    )
    read = verify(made.data, Accept(accepted(), least_bits=0))
    assert {name.partition("/")[0]: values for name, values in read.publics} == made.publics
    assert (read.claim.row_root, read.claim.scale) == (table.row_root, 18)
    assert read.low_degree_root == low_degree_root(table)
    assert steps[0] == "0/7 columns"
    assert steps[-1] == "7/7 done"


def test_one_proof_holds_several_thresholds_and_several_tops():
    table, shares = votes(300), [(1, 3, True), (1, 2, False), (2, 3, True)]
    made = prove(table, ["top", "coalition"], thresholds=shares, tops=[1, 7, 300], preset="test")
    read = both.verify(made.data, Accept(accepted(), least_bits=0))
    told = [values for _, values in read.publics]
    assert told == list(made.publics.values())
    assert [one["coalition"] for one in told if "pivot" in one] == [
        coalition(table.weights, Threshold(Fraction(a, b), strict=strict))
        for a, b, strict in shares
    ]
    assert [Fraction(one["held"], sum(table.weights)) for one in told if "held" in one] == [
        top_share(table.weights, k) for k in (1, 7, 300)
    ]
    assert {"top", "top#2", "top#3", "coalition", "coalition#2", "coalition#3"} <= set(made.publics)
    with pytest.raises(CommandError, match="17 statements"):
        prove(table, ["top"], tops=range(1, 16))


@pytest.mark.long
@pytest.mark.parametrize(("preset", "most"), [("standard", 280_000), ("compact", 170_000)])
def test_a_proof_of_votes_has_a_hundred_proven_bits_and_its_size(preset, most):
    table = replace(votes(65_536), ids=None)
    made = prove(table, ALL, thresholds=[(1, 2, True)], preset=preset)
    assert verify(made.data, Accept(accepted(), least_bits=100)).security.bits >= 100
    assert len(made.data) <= most


SCRIPT = """
import os, sys, hashlib
if sys.argv[1] == "1":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
from tests.stark.votes import votes
from psephos.stark.prove import prove
made = prove(votes(100), ["total"], preset="test")
print(hashlib.sha256(made.data).hexdigest())
"""
GOLDEN = "5791c63e45a6c19bda6b38ce537c188e9cbefe8be49b843cb65d4a571199ebbb"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be chosen here")
def test_a_proof_has_the_same_bytes_on_one_core_and_on_all():
    alone = subprocess.run(
        [sys.executable, "-c", SCRIPT, "1"], capture_output=True, text=True, check=True
    )
    here = hashlib.sha256(prove(votes(100), ["total"], preset="test").data).hexdigest()
    assert alone.stdout.strip() == here == GOLDEN


WRONG = {
    "negative": ([1, -1], "weight in row 1 is negative"),
    "wide": ([1 << 128], "weight in row 0 is negative, or has more than 128 bits"),
    "float": ([1, 2.0], "weight in row 1 is no whole number"),
    "bool": ([True], "weight in row 0 is no whole number"),
    "empty": ([], "a table of 0 rows"),
    "over the limit": (range((1 << 22) + 1), "a table of 4194305 rows: a proof is of 1 to 4194304"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_table_that_cannot_be_proven_about_is_refused_by_row(name):
    weights, message = WRONG[name]
    with pytest.raises(DataError, match=message):
        prove(Table(weights), ["total"])


def test_what_cannot_be_proven_is_refused_with_a_reason():
    table = Table([5, 5])
    for names, options, message in (
        (["all"], {}, "no statement 'all'"),
        (["tally"], {}, "the table has not the columns"),
        (["coalition"], {}, "a coalition needs a threshold"),
        (["total"], {"preset": "fast"}, "no preset 'fast'"),
    ):
        with pytest.raises(CommandError, match=message):
            prove(table, names, **options)
    for given_table, share in ((Table([0, 0]), (1, 2, True)), (table, (1, 1, True))):
        with pytest.raises(DataError, match="no coalition"):
            prove(given_table, ["coalition"], thresholds=[share])
    with pytest.raises(DataError, match="choice in row 1"):
        prove(Table([1, 2], [0, 4]), ["tally"])
    with pytest.raises(DataError, match="tally is not true of this table: row 1 has no choice"):
        prove(Table([1, 2], [0, 3]), ["tally"])
    with pytest.raises(DataError, match="rows 1 and 3 have the same id"):
        prove(Table([1, 2, 3, 4], ids=[9, 7, 8, 7]), ["distinct"])
    with pytest.raises(DataError, match="1 ids of 2 rows"):
        prove(Table([1, 2], ids=[7]), ["total"])


@pytest.mark.parametrize("bend", [two_choices, another_total])
def test_the_prover_makes_no_proof_of_what_is_not_so(bend):
    bench = Bench(votes(50), ("tally", "total"))
    bend(bench)
    with pytest.raises(DataError, match="nothing to prove"):
        bench.proof(checked=True)


def test_too_few_proven_bits_are_refused_before_anything_is_done():
    combination = Combination.of([s.tape for s in together(EVERYTHING)])
    preset = STANDARD
    while security(combination, preset, 22).bits >= preset.promised:
        preset = replace(preset, queries=preset.queries - 1)
    with pytest.raises(DataError, match=r"proven bits for 2\^22 rows, fewer than 100"):
        check_security(combination, preset, 22)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
@pytest.mark.parametrize("k", [16, 20, 22])
def test_prover_and_verifier_count_the_same_bits(preset, k):
    chosen = together(EVERYTHING)
    mine = security(Combination.of([s.tape for s in chosen]), preset, k)
    known = {s.tape.id: read_tape(s.tape.to_bytes()) for s in chosen}
    theirs = combine([(0, s.tape.id) for s in chosen], known, k, [3])
    assert theirs.security(THEIRS[preset.id]) == mine


def test_any_row_changes_the_low_degree_root():
    random = Random(5)
    table = Table([random.getrandbits(100) for _ in range(20)])
    root = low_degree_root(table)
    assert low_degree_root(Table([*table.weights[:-1], table.weights[-1] ^ 1])) != root
    assert low_degree_root(Table([*table.weights, 0])) != root
