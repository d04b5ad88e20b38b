"""What a notebook gets of the prover: `ps.prove`, `ps.verify`."""

from pathlib import Path

import pytest

import psephos as ps
from psephos.errors import CommandError

COLUMNS = {"weight": "power", "id": "who"}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text("who,power\na,5\nb,3.5\nc,1\n")
    return path


def test_a_table_is_proven_verified_compared_and_bent(table: Path) -> None:
    proof = ps.prove(table, statements=["concentration"], preset="test", **COLUMNS)
    assert proof.says["total"] == 95
    assert not ps.verify(proof), "hardly any security is not accepted unless asked for"
    held = ps.verify(proof.save(table.with_suffix(".proof")), least_bits=5)
    assert held
    assert (held.publics["sum_of_squares"], held.data_link) == (
        50**2 + 35**2 + 10**2,
        "not checked",
    )
    assert ps.verify(proof.data, table=table, least_bits=5, **COLUMNS).data_link == "compared"
    bent = ps.verify(proof.bent(len(proof.data) - 1), least_bits=5)
    assert not bent
    assert "refused: opening" in repr(bent)
    table.write_text(table.read_text().replace("c,1", "c,2"))
    other = ps.verify(proof, table=table, least_bits=5, **COLUMNS)
    assert (other.accepted, other.data_link) == (False, "failed")


def test_a_table_needs_its_column_of_weights(table: Path) -> None:
    with pytest.raises(CommandError):
        ps.prove(table)
