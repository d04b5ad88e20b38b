"""`psephos prove` and `psephos verify proof`, `row`: one file there, its numbers back."""

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from analytics import Threshold, coalition, gini, hhi
from psephos.__main__ import main
from psephos.batch.header import BatchHeader
from psephos.batch.history import Entry
from psephos.errors import VerificationFailed
from psephos.evidence.history import history_of
from psephos.results.proofs.proven_figure import agrees
from psephos.results.proofs.proving import gini as gini_of
from psephos.stark.statements.registry import STATEMENTS
from psephos.stark.verify import Accept, accepted
from psephos.stark.verify import verify as verified
from psephos.stark.verify.claim import PROOF_MAGIC
from psephos.store.reader import Release
from tests.commands import keys

Run = Callable[..., tuple[int, dict[str, Any]]]

WEIGHTS = ["10.5", "7", "0.25", "3", "3", "0", "12", "1000000000000000000000.5"]
VOTES = ["for", "against", "abstain", "For", "1", "0", "2", "against"]
COLUMNS = ("--weight", "power", "--id", "who", "--choice", "vote")
PROVE = tuple(
    word
    for name in ("tally", "concentration", "coalition", "inequality", "distinct", "participation")
    for word in ("--statement", name)
)
NUMBERS = ("--threshold", ">1/2", "--threshold", ">=2/3", "--statement", "top", "--top", "3")
SCALED = [int(Fraction(weight) * 100) for weight in WEIGHTS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of eight votes, and a proof with hardly any security of all that it adds up to."""
    folder = tmp_path_factory.mktemp("proof")
    rows = [
        f"0x{i * 7 + 1:040X},{w},{v}" for i, (w, v) in enumerate(zip(WEIGHTS, VOTES, strict=True))
    ]
    (folder / "votes.csv").write_text("\n".join(["who,power,vote", *rows]) + "\n")
    asked = ["--table", str(folder / "votes.csv"), *COLUMNS, *PROVE, *NUMBERS]
    assert main(["prove", *asked, "--preset", "test", "--out", str(folder / "votes.proof")]) == 0
    return folder


def test_what_was_proven_is_what_analytics_computes(folder, run):
    code, found = run("verify", "proof", str(folder / "votes.proof"), "--least-bits", "5")
    told = {name: int(value) for name, value in found["publics"].items()}
    assert (code, found["verified"], found["data_link"]) == (0, True, "not checked")
    assert told["total"] == sum(SCALED)
    assert Fraction(told["sum_of_squares"], told["total"] ** 2) == hhi(SCALED)
    assert told["coalition"] == coalition(SCALED, Threshold.parse(">1/2"))
    assert told["coalition#2"] == coalition(SCALED, Threshold.parse(">=2/3"))
    assert (told["top"], told["held"]) == (3, sum(sorted(SCALED)[-3:]))
    assert told["count"] == 8
    assert gini_of(told) == gini(SCALED)
    assert (told["cast"], told["cast_count"]) == (sum(SCALED), 8)
    assert (told["for"], told["against"], told["abstain"]) == (
        SCALED[0] + SCALED[3] + SCALED[4],
        SCALED[1] + SCALED[5] + SCALED[7],
        SCALED[2] + SCALED[6],
    )
    assert found["scale"] == 2


def test_the_answer_has_the_documented_keys_and_no_others_also_when_refused(folder, run):
    code, found = run("verify", "proof", str(folder / "votes.proof"))
    assert code == 3, "a test proof is refused unless fewer bits are asked for"
    assert (set(found), set(found["error"])) == (keys.VERIFIED, keys.ERROR)
    assert (found["verified"], found["checks"][0]["name"]) == (False, "security")
    assert not any(found[key] for key in keys.SAYS), "what was refused says nothing"
    code, found = run("verify", "proof", str(folder / "votes.proof"), "--least-bits", "5")
    assert set(found) == keys.VERIFIED
    assert (found["pow_bits"], found["regime"], found["binding_term"]) == (4, "unique", "QUERY")
    assert {frozenset(check) for check in found["checks"]} == {frozenset(keys.CHECK)}
    twice = {f"{name}#2" for name in keys.COALITION}
    alone = set(keys.PUBLICS) - {"part", "several", "transition"}
    assert set(found["publics"]) == twice.union(*(keys.PUBLICS[name] for name in alone))
    assert all(isinstance(v, str) and v.isdecimal() for v in found["publics"].values())


def test_the_numbers_of_every_statement_are_these():
    told = {name: {p.name for p in one.tape.publics} for name, one in STATEMENTS.items()}
    assert told == keys.PUBLICS


def test_rows_are_compared_whole(folder, run, tmp_path):
    proof, options = str(folder / "votes.proof"), ("--least-bits", "5", *COLUMNS)
    lines = (folder / "votes.csv").read_text().splitlines()
    for name, text, same in (
        ("same.csv", lines, True),
        ("turned.csv", [lines[0], *lines[:0:-1]], True),
        ("other.csv", [*lines[:-1], lines[-1].replace("0.5", "0.4")], False),
        ("fewer.csv", lines[:-1], False),
    ):
        (tmp_path / name).write_text("\n".join(text) + "\n")
        code, found = run("verify", "proof", proof, "--table", str(tmp_path / name), *options)
        assert (code, found["data_link"]) == ((0, "compared") if same else (3, "failed")), name
        assert found["verified"] is same


def test_whoever_has_the_file_need_not_know_which_columns_were_proven(folder, run, tmp_path):
    proof = ("verify", "proof", str(folder / "votes.proof"), "--least-bits", "5")
    lines = (folder / "votes.csv").read_text().splitlines()
    more = [f"{line},{'code,weight' if i == 0 else f'{i % 2},{i}'}" for i, line in enumerate(lines)]
    (tmp_path / "more.csv").write_text("\n".join(more) + "\n")
    table = ("--table", str(tmp_path / "more.csv"))
    for named in ((), ("--weight", "power"), ("--id", "who"), ("--choice", "vote")):
        code, found = run(*proof, *table, *named)
        assert (code, found["data_link"]) == (0, "compared"), found
        assert found["checks"][-1]["why"].endswith("weight 'power', id 'who', choice 'vote'")
    for named in (("--weight", "weight"), ("--choice", "code")):
        code, found = run(*proof, *table, *named)
        assert (code, found["data_link"], found["verified"]) == (3, "failed", False)
    assert run(*proof, "--table", str(tmp_path / "absent.csv"))[0] == 1


def test_a_changed_proof_says_why_it_is_refused(folder, run, tmp_path):
    data = (folder / "votes.proof").read_bytes()
    for at, why in ((8, "encoding"), (60, "statement"), (len(data) - 1, "opening")):
        (tmp_path / "bent").write_bytes(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])
        code, found = run("verify", "proof", str(tmp_path / "bent"), "--least-bits", "5")
        assert (code, found["checks"][-1]["name"]) == (3, why)
    (tmp_path / "empty").write_bytes(b"")
    assert run("verify", "proof", str(tmp_path / "empty"))[0] == 3
    assert run("verify", "proof", str(tmp_path / "absent"))[0] == 2


def test_a_proof_of_another_version_is_one_line_and_compares_nothing(folder, run, tmp_path):
    """Of the file's format, and of a statement: the id of another tape is on no list."""
    data = (folder / "votes.proof").read_bytes()
    version = len(PROOF_MAGIC)
    proof = verified(data, Accept(accepted(), 5))
    statement = data.index(proof.combination.tapes[0].id)
    for at, why in ((version, "encoding"), (statement, "statement")):
        (tmp_path / "other").write_bytes(data[:at] + bytes((data[at] ^ 2,)) + data[at + 1 :])
        table = ("--table", str(folder / "votes.csv"))
        code, found = run("verify", "proof", str(tmp_path / "other"), "--least-bits", "5", *table)
        assert (code, found["verified"], found["data_link"]) == (3, False, "not checked")
        assert found["error"]["message"].startswith(f"proof: {why}:")
        assert "\n" not in found["error"]["message"]
        assert (found["publics"], found["statements"]) == ({}, [])
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_voter_finds_the_own_row_and_a_stranger_none(folder, run, tmp_path):
    table = ("--table", str(folder / "votes.csv"), *COLUMNS)
    proof = ("--proof", str(folder / "votes.proof"), "--least-bits", "5")
    row = str(tmp_path / "row")
    code, made = run("prove", "row", f"0x{15:x}", *table, "--out", row)
    assert (code, set(made), made["bytes"] < 1024) == (0, keys.MADE_ROW, True)
    code, found = run("verify", "row", row, *proof)
    assert (code, found["present"], found["weight"], found["choice"]) == (0, True, "25", "abstain")
    assert (set(found), found["scale"]) == (keys.ROW, 2)
    for who in ("0x0", "0x99", "0x2", "somebody else"):
        code, made = run("prove", "row", who, *table, "--out", row)
        assert (code, made["bytes"] < 1024) == (0, True)
        code, found = run("verify", "row", row, *proof)
        assert (code, found["present"]) == (0, False), who
        assert set(found) == keys.ABSENT_ROW
    assert run("prove", "row", "0xf", *table, "--link", "--preset", "test", "--out", row)[0] == 0
    code, found = run("verify", "row", row, *proof)
    assert (code, found["weight"], found["data_link"]) == (0, "25", "linked row")
    assert set(found) == keys.LINKED_ROW
    code, found = run(
        "verify", "proof", str(folder / "votes.proof"), "--least-bits", "5", "--link", row
    )
    assert (code, found["data_link"], set(found)) == (0, "linked row", keys.VERIFIED)
    nobody = run("prove", "row", "0x99", *table, "--link", "--preset", "test", "--out", row)
    assert nobody[0] == 2
    assert run("prove", "row", "0xf", *table, "--out", row)[0] == 0
    assert run("verify", "row", row, "--root", "0x" + "11" * 32)[0] == 3
    assert run("verify", "row", row)[0] == 2


def test_a_row_of_a_sealed_day_leads_to_the_ledger(ask, sample, tmp_path):
    with Release.open(sample.releases) as release:
        entries = [entry.header for entry in history_of(release).entries]
    header = max(entries, key=lambda header: header.rows)
    name = f"{header.dataset}/{header.date}/{header.table}"
    row = str(tmp_path / "row")
    assert ask("prove", "row", name, "--index", "1", "--out", row)[0] == 0
    assert Path(row).stat().st_size < 1024
    code, found = ask("verify", "row", row)
    assert (code, found["table"], found["present"]) == (0, name, True)
    assert set(found) == keys.SEALED_ROW
    for place in (f"{header.first}/0/4294967295", "0/0/0", f"{header.last}/4294967295/0"):
        assert ask("prove", "row", name, "--absent", place, "--out", row)[0] == 0
        code, found = ask("verify", "row", row)
        assert (code, found["present"], set(found)) == (0, False, keys.SEALED_ROW)
    bent = bytearray(Path(row).read_bytes())
    bent[-1] ^= 1
    bent[200] ^= 1
    Path(row).write_bytes(bent)
    assert ask("verify", "row", row)[0] == 3
    assert ask("prove", "row", f"{name}s", "--index", "0", "--out", row)[0] == 2
    assert ask("prove", "row", name, "--index", "9999999", "--out", row)[0] == 2


def test_holders_of_several_tables_are_merged_and_every_table_is_compared(run, tmp_path):
    """HHI and Nakamoto of the sums; a part of the tables is not said to be all of them."""
    (tmp_path / "a.csv").write_text("who,power\nx,5\ny,3.5\n")
    (tmp_path / "b.csv").write_text("who,power\ny,4\nz,1\n")
    a, b, proof = (str(tmp_path / name) for name in ("a.csv", "b.csv", "both.proof"))
    both, columns = ("--table", a, "--table", b), ("--weight", "power", "--id", "who")
    asked = ("--statement", "concentration", "--statement", "coalition", "--threshold", ">1/2")
    code, made = run("prove", *both, *columns, *asked, "--preset", "test", "--out", proof)
    held = [50, 75, 10]
    told = {name: int(value) for name, value in made["publics"].items()}
    assert (code, made["rows"], made["scale"]) == (0, 3, 1), made
    assert set(made) == keys.MADE_OF_TABLE
    assert (told["total"], told["total#2"], told["total#3"]) == (135, 85, 50)
    assert Fraction(told["sum_of_squares"], told["total"] ** 2) == hhi(held)
    assert told["coalition"] == coalition(held, Threshold.parse(">1/2"))
    verify = ("verify", "proof", proof, "--least-bits", "5")
    code, found = run(*verify, *both, *columns)
    assert (code, found["data_link"]) == (0, "compared"), found
    assert set(found) == keys.VERIFIED
    for tables in (("--table", a), ("--table", a, "--table", b, "--table", b)):
        assert run(*verify, *tables, *columns)[0] == 2
    assert run(*verify, *both)[0] == 2
    assert run("prove", *both, "--weight", "power", *asked, "--out", proof)[0] == 2
    turned = ("--table", b, "--table", a)
    code, found = run(*verify, *turned, *columns)
    assert (code, found["data_link"], found["verified"]) == (3, "failed", False)


BAD = [
    ("who,power\na,1.5\nb,-2\n", "negative"),
    ("who,power\na,1e40\n", "over 128 bits"),
    ("who,power\na,1\nb,1\nA,1\na,2\n", "there twice"),
    ("who,power\n", "0 rows"),
    ("who,power\na,many\n", "not a number"),
    ("who,power\n,1\n", "empty"),
]


@pytest.mark.parametrize(("text", "why"), BAD)
def test_a_table_that_cannot_be_proven_about_is_one_line_and_nothing_is_written(
    text, why, run, tmp_path
):
    (tmp_path / "t.csv").write_text(text)
    out = tmp_path / "t.proof"
    code, found = run(
        "prove", "--table", str(tmp_path / "t.csv"), "--weight", "power", "--id", "who",
        "--statement", "total", "--out", str(out),
    )  # fmt: skip
    assert code == 1, found
    assert why in found["error"]["message"]
    assert "\n" not in found["error"]["message"]
    assert list(tmp_path.iterdir()) == [tmp_path / "t.csv"]


def test_floats_are_not_proven_about(run, tmp_path):
    import polars as pl

    pl.DataFrame({"power": [1.5, 2.0]}).write_parquet(tmp_path / "t.parquet")
    code, found = run(
        "prove", "--table", str(tmp_path / "t.parquet"), "--weight", "power",
        "--statement", "total", "--out", str(tmp_path / "out"),
    )  # fmt: skip
    assert code == 1, found
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--statement", "everything"),
        ("--statement", "coalition"),
        ("--statement", "coalition", "--threshold", "1/2"),
        ("--statement", "total", "--threshold", ">1/2"),
        ("--statement", "coalition", "--threshold", ">1/2", "--threshold", ">0.5"),
        ("--statement", "top"),
        ("--statement", "top", "--top", "3", "--top", "3"),
        ("--statement", "total", "--top", "3"),
        ("--statement", "coalition", "--threshold", f">1/{2**63}"),
        ("--statement", "tally"),
        ("--statement", "several"),
        ("--statement", "part", "--statement", "total"),
        ("--statement", "total", "--preset", "fast"),
        (),
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_is_a_wrong_command_line(options, folder, run, tmp_path):
    out = tmp_path / "out"
    table = str(folder / "votes.csv")
    code, _ = run("prove", "--table", table, "--weight", "power", *options, "--out", str(out))
    assert code == 2
    assert not out.exists()


@pytest.mark.parametrize(
    "out", ["folder", "absent/proof", "pipe", "votes.csv/proof", "", "a" * 252]
)
def test_where_no_file_can_stand_nothing_is_written_and_nothing_replaced(out, run, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "votes.csv").write_text("who,power\na,1\n")
    os.mkfifo(tmp_path / "pipe")
    before = {path.name: path.stat().st_mode for path in tmp_path.iterdir()}
    table = ("--table", str(tmp_path / "votes.csv"), "--weight", "power", "--id", "who")
    for command in (
        ("prove", *table, "--statement", "rows", "--preset", "test"),
        ("prove", "row", "a", *table),
    ):
        place = str(tmp_path / out) if out else ""
        code, found = run(*command, "--out", place)
        assert code == 2, found
        assert "\n" not in found["error"]["message"]
        assert {path.name: path.stat().st_mode for path in tmp_path.iterdir()} == before


def test_what_is_no_file_is_not_waited_for(folder, run, tmp_path):
    pipe, proof = str(tmp_path / "pipe"), str(folder / "votes.proof")
    os.mkfifo(pipe)
    few, weight = ("--least-bits", "5"), ("--weight", "power")
    for command in (
        ("verify", "proof", pipe),
        ("verify", "proof", proof, *few, "--header", pipe),
        ("verify", "proof", proof, *few, "--link", pipe),
        ("verify", "proof", proof, *few, "--table", pipe, *weight),
        ("verify", "row", pipe),
        ("prove", "--table", pipe, *weight, "--statement", "total", "--out", str(tmp_path / "o")),
    ):
        code, found = run(*command)
        assert code in (1, 2), found
        assert "no file" in found["error"]["message"]


def test_no_option_is_passed_over_in_silence(folder, run, tmp_path):
    """Whoever gives a root, columns or a place wants it looked at."""
    proof, table = str(folder / "votes.proof"), ("--table", str(folder / "votes.csv"), *COLUMNS)
    row, few = str(tmp_path / "row"), ("--least-bits", "5")
    assert run("prove", "row", "0xf", *table, "--out", row)[0] == 0
    for command in (
        ("verify", "row", row, "--proof", proof, *few, "--root", "0x" + "11" * 32),
        ("verify", "proof", proof, *few, *COLUMNS),
        ("verify", "proof", proof, "--least-bits", "-1"),
        ("verify", "proof", proof, "--least-bits", "nan"),
        ("verify", "row", row, "--proof", proof, "--least-bits", "-1"),
        ("prove", "row", "0xf", *table, "--index", "0", "--out", row),
        ("prove", "row", "0xf", *table, "--absent", "1/1/1", "--out", row),
        ("prove", "row", "gov/2026-06-01/vote_cast", "--index", "0", "--link", "--out", row),
    ):
        assert run(*command)[0] == 2, command
    assert run("prove", "row", "\udcff", *table, "--out", row)[0] == 0


def test_a_figure_is_compared_with_the_coalition_of_its_own_threshold(folder):
    proof = verified((folder / "votes.proof").read_bytes(), Accept(accepted(), 5))
    told = {"measure": "nakamoto_one_half", "dataset": "votes", "block": 1, "text": "1"}
    assert agrees(proof, told | {"value": str(coalition(SCALED, Threshold.parse(">1/2")))})
    with pytest.raises(VerificationFailed, match="the figure nakamoto_one_half says 7"):
        agrees(proof, told | {"value": "7"})
    with pytest.raises(VerificationFailed, match="another threshold"):
        agrees(proof, told | {"measure": "nakamoto_two_thirds", "value": "1"})


def test_a_header_of_another_batch_is_refused(folder, run, tmp_path):
    from tests.batch.test_header import sample as example

    (tmp_path / "header").write_bytes(example().to_bytes())
    proof = str(folder / "votes.proof")
    code, found = run(
        "verify", "proof", proof, "--least-bits", "5", "--header", str(tmp_path / "header")
    )
    assert code == 3
    assert found["error"]["message"].startswith("proof: header:")


def test_a_published_figure_is_proven_and_compared_with_its_release(ask, sample, tmp_path):
    with Release.open(sample.releases) as release:
        told = {
            (one["measure"], one["kind"], bool(one["entities"])): one for one in release.figures()
        }
    nakamoto, hhi_told = told["nakamoto_one_half", "power", False], told["hhi", "power", False]
    out, accept = str(tmp_path / "figure.proof"), ("--least-bits", "5")
    code, found = ask("prove", "figure", nakamoto["id"][:16], "--out", out, "--preset", "test")
    assert (code, found["publics"]["coalition"]) == (0, nakamoto["value"])
    assert set(found) == keys.MADE_OF_FIGURE
    code, found = ask("verify", "proof", out, *accept, "--figure", nakamoto["id"])
    assert (code, found["verified"], found["data_link"]) == (0, True, "compared")
    assert set(found) == keys.VERIFIED
    code, found = ask("verify", "proof", out, *accept, "--figure", hhi_told["id"])
    assert code == 3
    assert "says nothing of hhi" in found["error"]["message"]
    other = told["nakamoto_one_third", "power", False]
    assert ask("verify", "proof", out, *accept, "--figure", other["id"])[0] == 3
    shannon = told["shannon", "power", False]
    assert ask("prove", "figure", shannon["id"], "--out", str(tmp_path / "no"))[0] == 2
    assert not (tmp_path / "no").exists()


def test_a_sealed_table_is_proven_with_its_header(ask, run, sample, tmp_path):
    """Its row root is the header's, its low-degree root the header's second root."""
    with Release.open(sample.releases) as release:
        history = history_of(release)
    headers = [entry.header for entry in history.entries if entry.header.table == "vote_cast"]
    header = max(headers, key=lambda header: header.rows)
    assert header.rows > 1
    name, proof = f"{header.dataset}/{header.date}/vote_cast", str(tmp_path / "day.proof")
    columns = ("--weight", "weight", "--id", "voter", "--choice", "support")
    asked = ("--statement", "tally", "--out", proof, "--header", str(tmp_path / "header"))
    code, found = ask("prove", "batch", name, *columns, *asked)
    assert (code, found["publics"]["count"]) == (0, str(header.rows)), found
    assert set(found) == keys.MADE_OF_DAY
    assert found["row_root"] == f"0x{header.row_root.hex()}"
    code, found = ask("verify", "proof", proof, "--batch", name, *columns)
    assert (code, found["data_link"], set(found)) == (0, "compared", keys.VERIFIED)
    code, found = run("verify", "proof", proof, "--header", str(tmp_path / "header"))
    assert (code, found["data_link"]) == (0, "not checked")
    assert any("is the proof's" in check["why"] for check in found["checks"])
    added = BatchHeader.from_bytes((tmp_path / "header").read_bytes())
    assert (added.row_root, added.rows) == (header.row_root, header.rows)
    entry = Entry(added, history.latest[header.key], "root added")
    assert history.add(entry) == history.size - 1
    other = min(headers, key=lambda header: header.rows)
    (tmp_path / "header").write_bytes(other.to_bytes())
    assert run("verify", "proof", proof, "--header", str(tmp_path / "header"))[0] == 3
    assert ask("prove", "batch", name, "--weight", "voter", *asked)[0] == 1
