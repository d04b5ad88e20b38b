"""What cannot be proven or verified: an exit code, one sentence, and nothing is written."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from psephos.__main__ import main
from psephos.evidence.history import history_of
from psephos.store.reader import Release

ROOT = Path(__file__).resolve().parents[2]
FEW = ("--least-bits", "5")
TABLES = {
    "float": (None, "already rounded"),
    "wide": (f"who,power,vote\na,{2**128},for\n", "over 128 bits"),
    "negative": ("who,power,vote\na,-1,for\n", "negative"),
    "twice": ("who,power,vote\na,1,for\na,2,for\n", "there twice"),
    "empty": ("who,power,vote\n", "0 rows"),
    "choice": ("who,power,vote\na,1,maybe\n", "is no choice"),
    "words": ("who,power,vote\na,much,for\n", "not a number"),
    "column": ("who,weight,vote\na,1,for\n", "power"),
}

Refuse = Callable[..., str]


def held(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes."""
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.fixture
def refuse(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Refuse:
    """Run a command for scripts and for people, into a folder in which nothing may appear; its
    sentence. `watched` are further folders in which nothing may change."""

    def refuse(code: int, *command: str, watched: tuple[Path, ...] = ()) -> str:
        folders = (tmp_path, *watched)
        before = [held(folder) for folder in folders]
        out = ("--out", str(tmp_path / "out")) if command[0] == "prove" else ()
        capsys.readouterr()
        assert main([*command, *out, "--json"]) == code
        said, errors = capsys.readouterr()
        told = json.loads(said)
        sentence = told["error"]["message"]
        assert sentence.isprintable()
        assert not told["ok"]
        assert errors == ""
        assert main([*command, *out]) == code
        shown, errors = capsys.readouterr()
        assert "Traceback" not in shown + errors
        first, *hint = errors.splitlines()
        assert first.startswith(f"psephos {command[0]}")
        assert first.endswith(sentence)
        assert len(hint) <= 1, errors
        assert [held(folder) for folder in folders] == before
        return sentence

    return refuse


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tables, a proof and a link of the first, a witness of a row, a header of neither."""
    from tests.batch.test_header import sample as header

    made = tmp_path_factory.mktemp("refused")
    (made / "votes.csv").write_text("who,power,vote\n0x1,2.5,for\n0x5,1,against\n")
    (made / "other.csv").write_text("who,power,vote\n0x1,2.5,for\n0x5,2,against\n")
    (made / "header").write_bytes(header().to_bytes())
    few = ("--preset", "test", "--out")
    for name in ("votes", "other"):
        table = ("--table", f"{made}/{name}.csv", "--weight", "power", "--id", "who")
        asked = ("--choice", "vote", "--statement", "total", *few)
        assert main(["prove", *table, *asked, f"{made}/{name}.proof"]) == 0
        row = ("prove", "row", "0x5", *table, "--choice", "vote")
        assert main([*row, "--link", *few, f"{made}/{name}.link"]) == 0
        assert main([*row, "--out", f"{made}/{name}.row"]) == 0
    return made


def table_of(folder: Path, name: str) -> tuple[str, ...]:
    text, _ = TABLES[name]
    path = folder / ("t.csv" if text is not None else "t.parquet")
    if text is None:
        pl.DataFrame({"who": ["a"], "power": [1.5], "vote": ["for"]}).write_parquet(path)
    else:
        path.write_text(text)
    return ("--table", str(path), "--weight", "power", "--id", "who", "--choice", "vote")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_cannot_be_proven_about(name, folder, refuse, tmp_path):
    """By `prove`, by both kinds of `prove row`, and as one of several."""
    table, why = table_of(tmp_path, name), TABLES[name][1]
    assert why in refuse(1, "prove", *table, "--statement", "tally", "--statement", "total")
    for link in ((), ("--link",)):
        assert why in refuse(1, "prove", "row", "a", *table, *link)
    if name != "choice":
        merged = ("--table", str(folder / "votes.csv"), *table[:-2], "--statement", "total")
        assert why in refuse(1, "prove", *merged)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--statement", "everything"), "no statement 'everything'"),
        (("--statement", "total", "--preset", "fast"), "no preset 'fast'"),
        (("--statement", "coalition"), "needs a number"),
        (("--statement", "coalition", "--threshold", "half"), "half"),
        (("--statement", "top", "--top", "0"), "no top 0"),
        (("--statement", "top", "--top", "3"), "no top 3 of 2 rows"),
        (("--statement", "coalition", "--threshold", ">1/1"), "met by nobody"),
        (("--statement", "several"), "ties several tables"),
    ],
)
def test_a_statement_that_cannot_be_proven(options, why, folder, refuse):
    code = 4 if why.startswith("no top") else 2
    table = ("--table", str(folder / "votes.csv"), "--weight", "power")
    assert why in refuse(code, "prove", *table, *options)


PROOFS = {
    "nothing": (lambda data: b"", "encoding"),
    "no proof": (lambda data: b"{}" * 100, "encoding"),
    "another version": (lambda data: data[:8] + b"\3" + data[9:], "encoding"),
    "another preset": (lambda data: data[:9] + b"\1" + data[10:], "rules"),
    "no preset": (lambda data: data[:9] + b"\7" + data[10:], "encoding"),
    "another statement": (lambda data: data[:50] + b"\0" + data[51:], "statement"),
    "half": (lambda data: data[: len(data) // 2], "encoding"),
    "one byte less": (lambda data: data[:-1], "encoding"),
    "one byte more": (lambda data: data + b"\0", "encoding"),
    "one byte changed": (lambda data: data[:-1] + bytes((data[-1] ^ 1,)), "opening"),
}


@pytest.mark.parametrize("name", PROOFS)
def test_a_file_that_is_not_the_proof(name, folder, refuse, tmp_path):
    """By `verify proof`, and by `verify row` of a row in its table."""
    bend, cause = PROOFS[name]
    bent = tmp_path / "bent"
    bent.write_bytes(bend((folder / "votes.proof").read_bytes()))
    said = refuse(3, "verify", "proof", str(bent), *FEW)
    assert said.startswith(f"proof: {cause}: "), said
    row = str(folder / "votes.row")
    assert f"{cause}: " in refuse(3, "verify", "row", row, "--proof", str(bent), *FEW)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "security"),
        (("--regime", "unique"), "security"),
        ((*FEW, "--header", "header"), "header"),
        ((*FEW, "--header", "votes.csv"), "header"),
        ((*FEW, "--table", "other.csv"), "data link"),
        ((*FEW, "--link", "other.link"), "header"),
        ((*FEW, "--link", "votes.row"), "encoding"),
        ((*FEW, "--regime", "any"), None),
    ],
    ids=str,
)
def test_a_proof_of_something_else_than_was_asked_for(options, why, folder, refuse, capsys):
    """A header of another batch, another table, another row's link; fewer bits than are asked."""
    files = [str(folder / word) if (folder / word).exists() else word for word in options]
    command = ("verify", "proof", str(folder / "votes.proof"), *files)
    if why is None:
        assert main([*command]) == 0, capsys.readouterr()
        return
    assert why in refuse(3, *command, watched=(folder,))


def test_a_witness_of_another_table_or_version_or_cut_off(folder, refuse, tmp_path):
    proof, bent = ("--proof", str(folder / "votes.proof"), *FEW), tmp_path / "bent"
    none = "no witness of a row in a roll, version 1"
    for name, said in (
        ("votes.row", (none, "of 48 bytes", "of 50 bytes", none, "another roll")),
        (
            "votes.link",
            (none, "cut off", "left over", "no link of a row, version 1", "another table"),
        ),
    ):
        data = (folder / name).read_bytes()
        bends = (b"", data[:-1], data + b"\0", data[:8] + b"\2" + data[9:])
        for other, why in zip(bends, said, strict=False):
            bent.write_bytes(other)
            assert why in refuse(3, "verify", "row", str(bent), *proof)
        other = str(folder / name.replace("votes", "other"))
        assert said[-1] in refuse(3, "verify", "row", other, *proof)


@pytest.fixture
def house(sample, tmp_path_factory, monkeypatch) -> Path:
    """A copy of the sample's house, which the configuration names by its folders."""
    made = tmp_path_factory.mktemp("house")
    for folder in (sample.data, sample.releases):
        shutil.copytree(folder, made / folder.name)
    monkeypatch.setenv("PSEPHOS_DATA", str(made / sample.data.name))
    monkeypatch.setenv("PSEPHOS_RELEASES", str(made / sample.releases.name))
    monkeypatch.setenv("PSEPHOS_CONFIG", str(ROOT / "data" / "sample" / "psephos.toml"))
    return made


def test_a_sealed_day_is_proven_into_the_ledger_or_leaves_it_as_it_is(
    house, sample, refuse, capsys, tmp_path
):
    ledger, releases = house / sample.data.name / "ledger.bin", house / sample.releases.name
    with Release.open(releases) as release:
        headers = [entry.header for entry in history_of(release).entries]
    votes = next(header for header in headers if header.table == "vote_cast" and header.rows)
    empty = next(header for header in headers if not header.rows)
    name = f"{votes.dataset}/{votes.date}/vote_cast"
    total, weight = ("--statement", "total"), ("--weight", "weight")
    into = ("--ledger", "--header", str(tmp_path / "header"))
    for code, named, options in (
        (2, f"{name}s", (*weight, *total)),
        (1, f"{empty.dataset}/{empty.date}/{empty.table}", ("--weight", "amount", *total)),
        (1, name, ("--weight", "voter", *total)),
        (2, name, (*weight, "--statement", "everything")),
        (2, name, (*weight, *total, "--preset", "fast")),
        (2, name, (*weight, *total, "--preset", "test")),
        (2, name, (*weight, *total, "--config", str(tmp_path / "absent.toml"))),
    ):
        refuse(code, "prove", "batch", named, *options, *into, watched=(house,))
    kept = ledger.read_bytes()
    done = main(["prove", "batch", name, *weight, *total, *into, "--out", str(tmp_path / "proof")])
    assert done == 0, capsys.readouterr()
    assert ledger.read_bytes()[: len(kept)] == kept
    assert len(ledger.read_bytes()) > len(kept)
    other = (*weight, "--id", "voter", "--statement", "total", *into)
    assert "second root" in refuse(3, "prove", "batch", name, *other, watched=(house,))
    ledger.unlink()
    ledger.with_suffix(".head").unlink()
    assert "no ledger" in refuse(
        4, "prove", "batch", name, *weight, *total, *into, watched=(house,)
    )


def test_a_figure_that_no_proof_is_of(refuse, sample):
    releases = ("--releases", str(sample.releases))
    with Release.open(sample.releases) as release:
        told = {one["measure"]: one["id"] for one in release.figures() if one["value"]}
    for why, id_, more in (
        ("no statement is about shannon", told["shannon"], ()),
        ("there is no preset 'fast'", told["hhi"], ("--preset", "fast")),
        ("there is no such figure", "0" * 64, ()),
    ):
        command = ("prove", "figure", id_, *more, *releases)
        assert why in refuse(2, *command, watched=(sample.releases,))
