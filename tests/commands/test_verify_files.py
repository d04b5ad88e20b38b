"""`psephos verify` on a file: whatever is wrong inside it is a failed check and exit code 3."""

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from psephos.__main__ import main
from psephos.chain.wire.answer import object_bytes, strict_json

SUBJECTS = {
    "block": (),
    "ethereum-block": (),
    "light-client": (),
    "storage-proof": ("--root", "0x1"),
    "votes": (),
}
CONTENTS = {
    "nothing": b"",
    "no JSON": b"not json",
    "a name twice": b'{"number": 1, "number": 2}',
    "not a number": b'{"number": NaN}',
    "no text": b"\xff\xfe",
    "a list": b"[]",
    "another object": b'{"block_hash": 5}',
    "deep": b"[" * 5000 + b"]" * 5000,
}


def verify(capsys, *arguments: str):
    code = main(["verify", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("content", CONTENTS)
def test_what_is_wrong_inside_a_file_is_a_failed_check(subject, content, tmp_path, capsys):
    file = tmp_path / "file.json"
    file.write_bytes(CONTENTS[content])
    code, found = verify(capsys, subject, str(file), *SUBJECTS[subject])
    assert (code, found["verified"], found["ok"]) == (3, False, False), found
    assert "failed" in {check["status"] for check in found["checks"]}
    assert found["error"]["name"] == "VerificationFailed"


def test_a_program_output_of_no_words_is_a_failed_check(tmp_path, capsys):
    file = tmp_path / "output.txt"
    file.write_bytes(b"not words")
    code, found = verify(capsys, "state-update", "--program-output", str(file))
    assert (code, found["verified"]) == (3, False)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_file_that_cannot_be_read_is_a_wrong_command_line(subject, tmp_path, capsys):
    for place in (tmp_path / "none", tmp_path):
        code, found = verify(capsys, subject, str(place), *SUBJECTS[subject])
        assert (code, found["error"]["name"]) == (2, "CommandError")


@pytest.mark.parametrize("root", ["zz", "1", "0x", "0x" + "f" * 65])
def test_a_root_that_is_none_is_a_wrong_command_line(root, tmp_path, capsys):
    file = tmp_path / "proof.json"
    file.write_text("{}")
    code, found = verify(capsys, "storage-proof", str(file), "--root", root)
    assert (code, found["error"]["name"]) == (2, "CommandError")


def test_real_objects_of_both_chains_verify_with_number_and_hash(real_data: Path, capsys):
    """Mainnet 21925176 and Sepolia 3100000, as their nodes told them."""
    rpc = real_data / "ethereum/helios/tests/testdata/rpc"
    receipts = ("--receipts", str(rpc / "receipts.json"))
    code, found = verify(capsys, "ethereum-block", str(rpc / "block.json"), *receipts)
    assert (code, found["verified"], found["number"]) == (0, True, 21925176)
    assert found["hash"].startswith("0x92dabfa3f61ff1c3")
    starknet = real_data / "starknet/rpc"
    update = str(starknet / "stateUpdate/sepolia3100000.json")
    block = str(starknet / "blockWithReceipts/sepolia3100000.json")
    code, found = verify(capsys, "block", block, "--state-update", update)
    assert (code, found["verified"], found["number"]) == (0, True, 3100000)
    assert found["hash"].startswith("0x1640b846e71502526539c32c8420cd7c")


def test_an_open_block_is_neither_verified_nor_wrong(real_data: Path, capsys):
    feeder = real_data / "starknet/feeder/mainnet"
    update = str(feeder / "state_update/pending.json")
    code, found = verify(
        capsys, "block", str(feeder / "block/pending.json"), "--state-update", update
    )
    assert (code, found["verified"], found["error"]["name"]) == (4, False, "NotVerified")


@pytest.mark.parametrize(
    ("subject", "option"),
    [("block", "--state-update"), ("block", "--signature"), ("ethereum-block", "--receipts")],
)
def test_null_in_a_file_beside_a_block_is_not_taken_for_no_file(subject, option, tmp_path, capsys):
    block, other = tmp_path / "block.json", tmp_path / "other.json"
    block.write_text("{}")
    for told in ("null", '{"jsonrpc": "2.0", "id": 1, "result": null}'):
        other.write_text(told)
        code, found = verify(capsys, subject, str(block), option, str(other))
        assert (code, found["verified"]) == (3, False)
        assert "other.json: null" in found["error"]["message"]


def test_a_figure_named_by_what_no_file_and_no_id_can_be_is_an_error_in_one_line(tmp_path, capsys):
    for name in ("x" * 5_000, "a\0b"):
        code, found = verify(capsys, "figure", name, "--releases", str(tmp_path))
        assert (code, found["error"]["name"]) == (1, "NoRelease"), found


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_file_too_large_to_be_read_is_neither_verified_nor_wrong(subject, tmp_path, capsys):
    """None of its bytes is read: it is all hole."""
    file = tmp_path / "file.json"
    file.touch()
    os.truncate(file, 10**12)
    code, found = verify(capsys, subject, str(file), *SUBJECTS[subject])
    wanted = 3 if subject == "votes" else 4
    assert (code, found["verified"], found["ok"]) == (wanted, False, False)
    assert len(found["error"]["message"].splitlines()) == 1


def test_bytes_beyond_any_proof_or_blob_are_not_read(tmp_path, capsys):
    file = tmp_path / "file"
    file.touch()
    os.truncate(file, 10**12)
    for asked in (("proof", str(file)), ("row", str(file)), ("state-update", "--blob", str(file))):
        code, found = verify(capsys, *asked)
        assert (code, found["verified"]) == (3, False), asked
        assert "nothing of its kind" in found["error"]["message"]


@pytest.mark.parametrize(
    "part",
    [b"{}", b"[]", b"[{}]", b'{"a":0}', b'{"a":[]}', b"300", b'"ab"', b"1.5", b'{"":{"":""}}'],
)
def test_json_takes_no_more_memory_than_is_counted_before_it_is_read(part, tmp_path):
    body = b"[" + b",".join([part] * 20_000) + b"]"
    tracemalloc.start()
    told = strict_json(body)
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(told) == 20_000
    assert taken <= object_bytes(body)


def test_names_and_wide_characters_are_counted_too():
    names = json.dumps({f"name{i:x}": [] for i in range(50_000)}, separators=(",", ":")).encode()
    wide = json.dumps("a" * 10**6 + "\U0001f5f3", ensure_ascii=False).encode()
    for body in (names, wide):
        tracemalloc.start()
        told = strict_json(body)
        taken = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert told
        assert taken <= object_bytes(body)


def test_json_that_would_unfold_is_not_read(tmp_path, capsys):
    file = tmp_path / "file.json"
    file.write_bytes(b"[" + b",".join([b"{}"] * 10**6) + b"]")
    code, found = verify(capsys, "block", str(file))
    assert (code, found["verified"]) == (4, False)
    assert "too large to be read here" in found["error"]["message"]
