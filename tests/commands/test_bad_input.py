"""Bad input at the command line: one line that says what to do, its exit code and its name."""

import json
import lzma
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from psephos.errors import MalformedEvent
from psephos.store.index import Index

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"

Say = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def say(run: Say, tmp_path, monkeypatch) -> Say:
    """Run a command with --json in an empty folder; its exit code and its document."""
    monkeypatch.chdir(tmp_path)
    for name in ("PSEPHOS_CONFIG", "PSEPHOS_DATA", "PSEPHOS_RELEASES"):
        monkeypatch.delenv(name, raising=False)

    return run


@pytest.fixture(scope="session")
def first_days(tmp_path_factory) -> Path:
    """The sample's first 220 blocks, as if the chain ended there."""
    file = tmp_path_factory.mktemp("recording") / "answers.xz"
    with lzma.open(SAMPLE / "answers.xz", "rt") as full, lzma.open(file, "wt", preset=0) as short:
        for line in full:
            said = json.loads(line)
            if "head" in said:
                nothing = {"code": "0x", "address": f"0x{'77' * 20}", "since": "0x0"}
                line = (
                    json.dumps(nothing)
                    + "\n"
                    + json.dumps({"head": hex(220), "finalized": hex(156)})
                    + "\n"
                )
            elif "call" in said or int(said.get("block", {}).get("number", "0x0"), 16) > 220:
                continue
            short.write(line)
    return file


@pytest.fixture
def house(tmp_path, first_days) -> Path:
    """The sample's configuration in a folder of its own; change `psephos.toml` at will."""
    shutil.copy(first_days, tmp_path)
    text = (SAMPLE / "psephos.toml").read_text()
    (tmp_path / "psephos.toml").write_text(f'data = "index"\nreleases = "releases"\n{text}')
    return tmp_path


def change(house: Path, old: str, new: str) -> None:
    file = house / "psephos.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def told(found: tuple[int, dict[str, Any]], code: int, name: str) -> str:
    """The message of the error that was expected."""
    exit_code, document = found
    assert document["error"] is not None, document
    assert (exit_code, document["error"]["name"]) == (code, name), document["error"]
    assert document["ok"] is False
    assert "\n" not in document["error"]["message"]
    assert document["error"]["hint"]
    return str(document["error"]["message"])


def test_a_part_of_the_sample_is_collected(say, house):
    code, document = say("sync", "--to", "40")
    assert code == 0, document
    assert document["complete"] is True
    assert document["blocks"] == 41
    code, document = say("status")
    assert code == 0, document
    assert document["datasets"]["strk"]["spans"] == [{"first": 1, "last": 40, "level": "whole"}]


def test_no_configuration(say):
    assert "no configuration file" in told(say("sync"), 2, "ConfigurationError")


def test_a_malformed_configuration_names_key_and_line(say, house):
    change(house, "decimals = 18", "decimal = 18")
    assert "`dataset.decimal` is not a key" in told(say("sync"), 2, "ConfigurationError")


def test_an_unknown_source_is_named(say, house):
    change(house, '"erc20", "votes"', '"erc20", "votez"')
    assert "no source 'votez'" in told(say("sync"), 2, "ConfigurationError")


def test_an_unreachable_node(say, house):
    change(house, 'url = "replay:answers.xz"', 'url = "http://127.0.0.1:9/key-canary"\ntimeout = 1')
    found = say("sync")
    assert "key-canary" not in json.dumps(found[1])
    told(found, 5, "NodeUnreachable")


def test_what_was_collected_is_published_while_no_node_answers(say, house):
    told(say("release"), 4, "NotCollected")
    assert not (house / "index").exists(), "asking for a release made an index"
    assert say("sync", "--to", "40")[0] == 0
    change(house, 'url = "replay:answers.xz"', 'url = "http://127.0.0.1:9/"\ntimeout = 1')
    told(say("sync", "--to", "60"), 5, "NodeUnreachable")
    code, document = say("release")
    assert (code, document["head"]) == (0, 40), document


def test_an_index_of_another_chain_is_not_published(say, house):
    assert say("sync", "--to", "9")[0] == 0
    change(house, "id = 31337", "id = 1")
    told(say("release"), 5, "WrongChain")
    assert not (house / "releases").exists()


def test_a_node_of_another_chain(say, house):
    change(house, "id = 31337", "id = 1")
    told(say("sync"), 5, "WrongChain")


def test_a_genesis_of_another_chain(say, house):
    change(house, 'genesis = "0x937840', 'genesis = "0x037840')
    told(say("sync"), 5, "WrongChain")


def test_a_contract_that_is_not_there(say, house):
    change(
        house, '["0xd13ff7e92b58c0b221a612abbd33960e6f2d4d72"]\nfirst', f'["0x{"77" * 20}"]\nfirst'
    )
    assert "77777777" in told(say("sync", "--to", "10"), 5, "MissingContract")


def test_a_range_beyond_the_head(say, house):
    for side in ("--from", "--to"):
        for number in ("999999", str(10**30)):
            assert number in told(say("sync", side, number), 5, "BeyondHead")


def test_a_head_that_no_chain_has(say):
    for number in ("-5", str(10**40)):
        told(say("init", "x.toml", "--head", number), 2, "CommandError")
    assert not Path("x.toml").exists()


def test_a_range_that_ends_before_it_begins(say, house):
    told(say("sync", "--from", "9", "--to", "3"), 2, "CommandError")


def test_a_wrong_verify_rule(say, house):
    told(say("sync", "--verify", "perhaps"), 2, "CommandError")


def test_a_second_collector_on_the_same_index(say, house):
    say("sync", "--to", "3")
    code = (
        "import sys, pathlib; from psephos.store.index import Index;"
        "held = Index.open(pathlib.Path(sys.argv[1]), chain_id=31337); held.spans('strk');"
        "print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(house / "index" / "index.duckdb")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        told(say("sync", "--to", "5"), 1, "IndexLocked")
    finally:
        holder.communicate()
    code, _ = say("sync", "--to", "5")
    assert code == 0


def test_an_index_of_a_newer_version(say, house):
    say("sync", "--to", "3")
    with duckdb.connect(str(house / "index" / "index.duckdb")) as db:
        db.execute(
            "INSERT INTO migration SELECT * REPLACE ('9999_future.sql' AS name)"
            " FROM migration ORDER BY name LIMIT 1"
        )
    told(say("sync", "--to", "5"), 1, "NewerIndex")


def test_a_file_that_is_no_index(say, house):
    (house / "index").mkdir()
    (house / "index" / "index.duckdb").write_bytes(b"not a database" * 1000)
    told(say("sync", "--to", "5"), 1, "IndexBroken")


def test_a_folder_that_cannot_be_made(say, house):
    (house / "index").write_text("a file stands where the folder should be")
    told(say("sync", "--to", "3"), 1, "ReadOnlyFolder")


def test_a_full_disk_is_said_and_the_same_folder_goes_on(say, house):
    """A limit on the size of files is what a full disk looks like to a process, without root."""
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_200_000, 1_200_000));"
        "from psephos.__main__ import main; sys.exit(main(['sync', '--json']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ran.stderr
    told((ran.returncode, json.loads(ran.stdout)), 1, "StorageFull")
    code, document = say("sync")
    assert code == 0, document
    assert document["complete"] is True


def test_an_index_older_than_its_ledger_is_said_and_made_good(say, house):
    say("sync", "--to", "60")
    shutil.copytree(house / "index", house / "old")
    say("sync", "--to", "200")
    for newer in (house / "index").glob("ledger.*"):
        shutil.copy(newer, house / "old")
    shutil.rmtree(house / "index")
    (house / "old").rename(house / "index")
    code, document = say("sync", "--to", "200")
    assert code == 0, document
    assert document["behind"]


def test_a_quarantined_dataset_is_told_and_can_be_retried(say, house):
    say("sync", "--to", "20")
    with Index.open(house / "index" / "index.duckdb") as index:
        index.quarantine("grants", MalformedEvent("a log of grants did not decode"))
    assert "grants" in told(say("sync", "--to", "40"), 4, "Quarantined")
    code, document = say("status")
    assert code == 4
    assert document["datasets"]["grants"]["quarantined"]["name"] == "MalformedEvent"
    assert document["datasets"]["strk"]["spans"][-1]["last"] == 40
    told(say("sync", "--retry", "strk"), 2, "CommandError")
    code, document = say("sync", "--to", "40", "--retry", "grants")
    assert code == 0, document
    assert document["complete"] is True


def test_nothing_released(say, house):
    told(say("measure"), 1, "NoRelease")
    told(say("verify", "release"), 1, "NoRelease")


def test_status_before_the_first_sync(say, house):
    told(say("status"), 4, "NotCollected")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["verify", "everything"], "CommandError"),
        (["verify", "batch"], "CommandError"),
        (["measure", "--weight", "x"], "CommandError"),
        (["measure", "--table", "x.csv"], "CommandError"),
        (["init", "--example", "moon"], "CommandError"),
    ],
)
def test_a_wrong_command_line_is_exit_code_2(say, arguments, name):
    told(say(*arguments), 2, name)


@pytest.mark.parametrize(
    ("cell", "why"), [("-2", "is negative"), ("x2", "is not a number"), ("", ""), ("NaN", "")]
)
def test_a_table_with_a_bad_weight_names_column_and_row(say, tmp_path, cell, why):
    (tmp_path / "t.csv").write_text(f"holder,weight\na,1\nb,{cell}\n")
    message = told(say("measure", "--table", "t.csv", "--weight", "weight"), 1, "TableError")
    assert message.startswith("column 'weight', row 2: ")
    assert why in message


def test_init_does_not_replace_a_file(say, tmp_path):
    (tmp_path / "psephos.toml").write_text("mine")
    told(say("init"), 2, "CommandError")
    assert (tmp_path / "psephos.toml").read_text() == "mine"


def test_doctor_names_what_is_wrong(say, house):
    change(house, "id = 31337", "id = 1")
    code, document = say("doctor")
    assert code == 1
    (bad,) = [f for f in document["findings"] if f["status"] == "fail"]
    assert bad["name"] == "node"


def test_doctor_is_content_with_a_good_house(say, house):
    say("sync", "--to", "3")
    code, document = say("doctor")
    assert code == 0, document


def test_the_index_is_whole_after_every_error(say, house):
    say("sync", "--to", "30")
    say("sync", "--to", "999999")
    with Index.open(house / "index" / "index.duckdb", read_only=True) as index:
        assert [(s.first, s.last) for s in index.spans("strk")] == [(1, 30)]
