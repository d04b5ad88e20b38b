"""docs/method/prover-format.md: its worked values are recomputed, its tables are the code's."""

import re
from hashlib import blake2s
from pathlib import Path

import pytest

from psephos.stark.combination import Combination
from psephos.stark.presets import PRESETS
from psephos.stark.prove import Table, prove, prove_tables
from psephos.stark.prove.table import low_degree_root
from psephos.stark.statements.registry import STATEMENTS
from psephos.stark.transcript import Transcript
from psephos.stark.verify import Accept, accepted
from psephos.stark.verify.combination import combine
from psephos.stark.verify.hash import leaf, node
from tests.stark.both import verify

PAGE = Path(__file__).parents[2] / "docs" / "method" / "prover-format.md"
VOTES = Table([3, 2, 1], [0, 1, 2])


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """What the page's last sections say."""
    text = PAGE.read_text().partition("## 11. Worked values")[2]
    return dict(re.findall(r"^\| (.+?) \| `([^`]+)` \|$", text, re.MULTILINE))


def taken(told: dict[str, str], start: str, *, exact: bool = False) -> str:
    (found,) = [
        v for name, v in told.items() if name == start or (not exact and name.startswith(start))
    ]
    return found


def test_the_transcript_is_as_written(told):
    said = Transcript()
    assert said.state.hex() == taken(told, "S at the start")
    said.absorb("publics", bytes(range(3)))
    assert said.state.hex() == taken(told, "S after absorb")
    (first,) = said.elements("deep", 1, 2)
    assert ", ".join(map(str, first)) == taken(told, "then draw(`deep`)")
    assert said.state.hex() == taken(told, "S after it")
    positions = said.positions("positions", 5, 32)
    assert ", ".join(map(str, positions)) == taken(told, "then draw(`positions`)")


def test_trees_and_roots_are_as_written(told):
    one, two = ((x).to_bytes(8, "little") for x in (1, 2))
    assert leaf(one + two).hex() == taken(told, "leaf(1, 2)")
    assert node(leaf(one) + leaf(two)).hex() == taken(told, "node(")
    assert low_degree_root(VOTES).hex() == taken(told, "low-degree root")


def test_ids_are_as_written(told):
    for statement in STATEMENTS.values():
        assert statement.tape.id.hex() == taken(told, f"id of {statement.tape.name}")
    pair = Combination.of([STATEMENTS[name].tape for name in ("rows", "total")])
    assert pair.id.hex() == taken(told, "id of the combination rows/1, total/1")


def test_a_proof_has_the_bytes_that_are_written(told):
    data = prove(VOTES, ["total"], preset="test").data
    assert blake2s(data).hexdigest() == taken(told, "BLAKE2s-256, no person")
    assert len(data) == int(taken(told, "its length", exact=True))


def test_a_proof_about_two_tables_has_the_bytes_that_are_written(told):
    """And both verifiers read it."""
    rows = STATEMENTS["rows"].tape
    assert Combination.of([rows, rows], [0, 1]).id.hex() == taken(
        told, "id of the combination rows/1 of"
    )
    tables = [Table([3, 2, 1]), Table([5, 4])]
    data = prove_tables(tables, [(0, "total"), (1, "total")], preset="test").data
    assert blake2s(data).hexdigest() == taken(
        told, "BLAKE2s-256 of the *test* proof of total/1 over table 0"
    )
    assert len(data) == int(taken(told, "its length in version 2"))
    read = verify(data, Accept(accepted(), least_bits=0))
    assert [told["total"] for name, told in read.publics if name == "total/1"] == [6, 9]
    pairs = [(0, rows.id), (1, rows.id)]
    theirs = combine(pairs, accepted(), 16, [0, 0])
    assert theirs.id == Combination.of([rows, rows], [0, 1]).id


def test_the_table_of_presets_is_that_of_the_code():
    rows = re.findall(
        r"^\| (\d) \| (\w+) \|((?: \d+ \|){6}) \w+ \|$", PAGE.read_text(), re.MULTILINE
    )
    assert len(rows) == len(PRESETS)
    for number, name, rest in rows:
        p = PRESETS[name]
        assert p.id == int(number)
        told = [int(x) for x in re.findall(r"\d+", rest)]
        assert told == [p.degree, p.log_blowup, p.queries, p.grinding, p.fold, p.last]


def test_every_statement_is_in_the_table():
    text = PAGE.read_text()
    for statement in STATEMENTS.values():
        required = ", ".join(s.name for s in statement.requires) or "–"
        assert f"| {statement.tape.name} | {required} |" in text
