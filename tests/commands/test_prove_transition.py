"""`psephos prove transition`: positions before and moves give the positions after, or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.commands import keys

Run = Callable[..., tuple[int, dict[str, Any]]]

BEFORE = "who,amount\nx,5\ny,3.5\n"
MOVES = "who,amount,direction\nx,5,debit\ny,2,credit\nz,3,Credit\ny,0.25,debit\nz,.25,credit\n"
AFTER = "who,amount\nz,3.25\ny,5.25\n"
COLUMNS = ("--weight", "amount", "--id", "who")
FEW = ("--least-bits", "5")


def asked(folder: Path, before: str = BEFORE, moves: str = MOVES, after: str = AFTER) -> list[str]:
    """The command over three files that have these rows."""
    options = []
    for name, text in (("before", before), ("moves", moves), ("after", after)):
        (folder / name).write_text(text)
        options += [f"--{name}", str(folder / name)]
    out = ("--preset", "test", "--out", str(folder / "proof"))
    return ["prove", "transition", *options, *COLUMNS, *out]


def test_moves_lead_from_positions_to_positions_and_all_three_tables_are_compared(run, tmp_path):
    code, made = run(*asked(tmp_path))
    assert (code, made["rows"], made["moves"], made["scale"]) == (0, 2, 5, 2), made
    assert set(made) == keys.MADE_OF_MOVES
    told = {name: int(value) for name, value in made["publics"].items()}
    assert (told["total"], told["total#2"]) == (850, 850), "after, before"
    assert (told["credits"], told["debits"]) == (525, 525)
    after, before, moves = (str(tmp_path / name) for name in ("after", "before", "moves"))
    verify = ("verify", "proof", str(tmp_path / "proof"), *FEW, *COLUMNS)
    tables = ("--table", after, "--table", before, "--table", moves)
    code, found = run(*verify, "--choice", "direction", *tables)
    assert (code, found["verified"], found["data_link"]) == (0, True, "compared"), found
    assert set(found) == keys.VERIFIED
    (tmp_path / "moves").write_text(MOVES.replace("y,2,", "y,3,"))
    code, found = run(*verify, "--choice", "direction", *tables)
    assert (code, found["verified"], found["data_link"]) == (3, False, "failed")
    assert run(*verify, "--choice", "direction", *tables[:4])[0] == 2
    assert run(*verify[:3], *FEW)[1]["data_link"] == "not checked"


def test_figures_of_the_positions_after_stand_in_the_same_proof(run, tmp_path):
    more = ("--statement", "concentration", "--statement", "coalition", "--threshold", ">1/2")
    code, made = run(*asked(tmp_path), *more)
    told = {name: int(value) for name, value in made["publics"].items()}
    assert (code, told["sum_of_squares"], told["coalition"]) == (0, 525**2 + 325**2, 1), made


WRONG = [
    ({"after": "who,amount\nz,3.25\ny,5\n"}, "is not the sum"),
    ({"after": AFTER + "w,1\n"}, "is not the sum"),
    ({"after": "who,amount\ny,5.25\n"}, "does not hold the id"),
    ({"moves": MOVES.replace("z,.25,credit\n", "")}, "is not the sum"),
    ({"moves": MOVES.replace("Credit", "gift")}, "'gift' is no direction"),
    ({"moves": "who,amount,direction\n"}, "0 rows"),
    ({"moves": MOVES.replace("2,credit", "-2,credit")}, "negative"),
    ({"before": "who,amount\nx,5\nx,3.5\n"}, "there twice"),
    ({"before": f"who,amount\nx,{2**128}\n"}, "over 128 bits"),
]
THEMSELVES = ("'gift' is no direction", "0 rows", "negative", "there twice", "over 128 bits")
"""What is wrong with one table by itself."""


@pytest.mark.parametrize(("files", "why"), WRONG, ids=[why for _, why in WRONG])
def test_tables_that_do_not_lead_to_each_other_are_one_line_and_nothing_is_written(
    files, why, run, tmp_path
):
    code, found = run(*asked(tmp_path, **files))
    assert code == 1, found
    assert why in found["error"]["message"]
    assert "\n" not in found["error"]["message"]
    assert why in THEMSELVES or "before and moves do not give after" in found["error"]["message"]
    assert {path.name for path in tmp_path.iterdir()} == {"before", "moves", "after"}


@pytest.mark.parametrize("more", [("--statement", "transition"), ("--statement", "tally")])
def test_what_is_not_said_of_positions_is_a_wrong_command_line(more, run, tmp_path):
    assert run(*asked(tmp_path), *more)[0] == 2
    assert not (tmp_path / "proof").exists()
