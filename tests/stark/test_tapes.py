"""Statements as data: their ids, their degrees, and the same arithmetic on both sides."""

import hashlib
from pathlib import Path
from random import Random

import numpy as np
import pytest

from psephos.commit.starknet import compiled
from psephos.errors import CommandError
from psephos.stark import grind, merkle, ntt, program
from psephos.stark import presets as ours
from psephos.stark.air import Air
from psephos.stark.combination import Combination
from psephos.stark.field import P, lift
from psephos.stark.lowering import Lowering
from psephos.stark.prove import auxiliary, deep, domain, lower
from psephos.stark.prove.commit import Places, trace
from psephos.stark.statements.registry import STATEMENTS, TAPES, together
from psephos.stark.tape import degrees
from psephos.stark.verify import air, read_tape
from psephos.stark.verify import presets as theirs
from psephos.stark.verify.combination import combine
from psephos.stark.verify.wellformed import check_tape

GOLDEN = {
    "rows": "9b1b1987c68c766c097b1a35b639fa1f8919a3495bcbc9c451d5d1a1b4f902b0",
    "total": "2b10e7415c779f2c920c1b81d12ee08c0b96a29be72f659fd6d381107f7326fa",
    "tally": "c56a20164639f50cf68cf4a0edf1264b2b82668a681f6e3119395b67cc96b25e",
    "concentration": "c614016c0f243d59fc77152d2a5452588699aad0f5a09b26d7ccdac618077ba0",
    "coalition": "6bc6344df781cb92c399bb88c69c80a6caba105768ada1831185d1ea0a25c52e",
    "inequality": "4f4f1484fbc3009dca2e3af73eb584c0f0d47ce8d07577a66fd011c1be25727f",
    "participation": "8bb1d8c574cfe1045edfc8525279178c8ff354bc63b0e02699e3cee2344e13b0",
    "distinct": "5c8266f71420bf8e77211ea0c8ee4979fd7138d3db47c9f1a03d04a34efd6f40",
    "top": "d307e0de40e7717ceb207180cf04fa9bee06194cccf3b997f0da5aa79561f3b1",
    "part": "7c810ef04a106a7aa44af4f4744c8559cf8efb632612395354c742324b377655",
    "several": "027e5d3f2388118548d03b9708dd7dd2320b150679865b0fc4555058d255262b",
    "transition": "35a835322b7babb9923115549bd1e6117e68c0fc7d8703218e06b5d317a44171",
}
"""Ids of the statements: a change of one byte of a tape is another statement, with another name."""


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_is_its_tracked_tape(name):
    """When this fails: `python -m psephos.stark.statements`, and the statement's next version."""
    tape = STATEMENTS[name].tape
    assert (TAPES / f"{name}.tape").read_bytes() == tape.to_bytes()
    assert tape.id.hex() == GOLDEN[name]


def test_there_is_no_other_tape():
    assert {path.stem for path in TAPES.iterdir()} == set(STATEMENTS) == set(GOLDEN)


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_tape_reads_the_same_on_both_sides(name):
    mine = STATEMENTS[name].tape
    read = read_tape(mine.to_bytes())
    check_tape(read)
    assert (read.id, read.operations, read.own) == (mine.id, mine.operations, mine.own)
    assert max(degrees(mine.operations)) <= 3


def test_presets_of_prover_and_verifier_are_one():
    mine = {preset.to_bytes() for preset in ours.PRESETS.values()}
    assert mine == {preset.to_bytes() for preset in theirs.PRESETS.values()}


@pytest.mark.parametrize("degree", [2, 3])
def test_every_constraint_is_the_same_for_prover_and_verifier(degree):
    """At random values of all columns, publics and challenges: interpreter against integers."""
    random = Random(degree)
    statements = together([*STATEMENTS])
    combination = Combination.of([s.tape for s in statements])
    codes = list(range(28))
    elements = [random.randrange(P) for _ in range(combination.elements)]
    rows = 8
    places = Places(rows, (28,), combination.own, combination.auxiliary * degree, 2 * degree)
    scene = lower.Scene(combination, elements, [codes], places, degree)
    widths = places.widths[:3]
    columns = [[[random.randrange(P) for _ in range(rows)] for _ in range(w)] for w in widths]
    traces = np.concatenate([trace([np.array(c, np.uint64) for c in t], rows) for t in columns])

    def element() -> tuple[int, ...]:
        return tuple(random.randrange(P) for _ in range(degree))

    beta = {bus: element() for bus in combination.buses}
    drawn = lower.Challenges(element(), beta, [element() for _ in combination.sums])
    low = Lowering(degree)
    nodes = lower.constraints(low, scene, drawn)
    flat = [node for _, value in nodes for node in value]
    found = execute_all(low, flat, traces, rows)

    known = {s.tape.id: read_tape(s.tape.to_bytes()) for s in statements}
    theirs_ = combine([(0, id_) for id_ in combination.ids], known, 3, [3])
    lookups = air.Lookups(drawn.alpha, beta, drawn.gamma)
    for row in (0, rows - 1):
        at = [rows_at(columns, (row + step) % rows, degree) for step in (0, 1)]
        right = air.constraints(theirs_, *at, elements, lookups)
        assert [kind for kind, _ in right] == [kind for kind, _ in nodes]
        values = [int(x) for x in found[:, row]]
        split = [tuple(values[i : i + degree]) for i in range(0, len(values), degree)]
        assert split == [value for _, value in right]


def execute_all(low: Lowering, nodes: list[int], traces: np.ndarray, rows: int) -> np.ndarray:
    made = program.program(low, nodes)
    nothing = np.zeros(8 * rows, np.uint64)
    return program.execute(made, nothing, traces.reshape(len(traces), 1, -1))


def rows_at(columns: list[list[list[int]]], row: int, degree: int) -> air.Rows:
    data, own, wide = ([column[row] for column in tree] for tree in columns)
    return air.Rows(
        [{code: lift(x, degree) for code, x in enumerate(data)}],
        [lift(x, degree) for x in own],
        [tuple(wide[i : i + degree]) for i in range(0, len(wide), degree)],
    )


def test_what_no_tape_may_say_is_refused():
    wild = Air("wild/1")
    x = wild.now(1)
    wild.every("fourth power", x * x * x * x)
    with pytest.raises(ValueError, match="fourth power: degree 4"):
        wild.tape()
    late = Air("late/1")
    late.interact(1, 1, late.after(1))
    with pytest.raises(ValueError, match="bus 1"):
        late.tape()


def test_what_is_required_stands_first():
    names = [s.name for s in together(["coalition", "tally"])]
    assert names.index("rows") < names.index("total") < names.index("coalition")
    with pytest.raises(CommandError, match="does not stand before it"):
        Combination.of([STATEMENTS["total"].tape])
    with pytest.raises(CommandError, match="no statement 'everything'"):
        together(["everything"])


def test_kernels_carry_a_digest_of_their_parts():
    """numba keeps machine code by the file of a kernel: parts in other files are named in it."""
    stark = Path(ntt.__file__).parent
    machine = Path(compiled.__file__).parent / "machine.py"

    def digest(*parts: str) -> str:
        text = b"".join((stark / f"{part}.py").read_bytes() for part in parts)
        return hashlib.sha256(text + machine.read_bytes()).hexdigest()[:16]

    assert digest("butterflies", "lanes") == ntt.PARTS
    for module in (auxiliary, deep, domain):
        assert digest("lanes") == module.PARTS, module.__name__
    assert digest("lanes", "lowering") == program.PARTS
    for module in (merkle, grind):
        assert digest("blake") == module.PARTS, module.__name__
