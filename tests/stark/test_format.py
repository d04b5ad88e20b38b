"""docs/method/prover-format.md: its worked values are recomputed, its tables are the code's."""

import re
from hashlib import blake2s
from pathlib import Path

import pytest

from psephos.stark.combination import Combination
from psephos.stark.presets import PRESETS
from psephos.stark.prove import Table, prove
from psephos.stark.prove.table import low_degree_root
from psephos.stark.statements.registry import STATEMENTS
from psephos.stark.transcript import Transcript
from psephos.stark.verify.hash import leaf, node

PAGE = Path(__file__).parents[2] / "docs" / "method" / "prover-format.md"
VOTES = Table([3, 2, 1], [0, 1, 2])


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    """What the page's last section says."""
    text = PAGE.read_text().partition("## 11. Worked values")[2]
    return dict(re.findall(r"^\| (.+?) \| `([^`]+)` \|$", text, re.MULTILINE))


def taken(told: dict[str, str], start: str) -> str:
    (found,) = [value for name, value in told.items() if name.startswith(start)]
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
    assert pair.id.hex() == taken(told, "id of the combination")


def test_a_proof_has_the_bytes_that_are_written(told):
    data = prove(VOTES, ["total"], preset="test").data
    assert blake2s(data).hexdigest() == taken(told, "BLAKE2s-256")
    assert len(data) == int(taken(told, "its length"))


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
