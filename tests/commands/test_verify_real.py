"""`psephos verify` walked over all of the real data: each object verifies by its own command, or is
*not possible* with a reason, and every file in another object's place is told apart from it.

What is not whole in the data, and why:

- three `latest_false.json` of ethereum-etl hold a real header whose transactions were left out;
- `latest.json` beside `latest.json` are not of one block, so each is given alone;
- pending blocks have no hash yet; a blob without commitment has nothing to be compared with.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from psephos.__main__ import main

Told = dict[str, Any]
Verify = Callable[..., tuple[int, Told]]

NAMES = {0: None, 3: "VerificationFailed", 4: "NotVerified"}
FORMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "block": (("block",), ()),
    "ethereum-block": (("ethereum-block",), ()),
    "light-client": (("light-client",), ()),
    "storage-proof": (("storage-proof",), ("--root", "0x1")),
    "blob": (("state-update", "--blob"), ()),
    "program output": (("state-update", "--program-output"), ()),
}
"""What stands before a file and behind it."""


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Verify:
    """A command's exit code and answer, once it is as it is documented for every subject."""

    def run(*arguments: str | Path) -> tuple[int, Told]:
        code = main(["verify", *map(str, arguments), "--json"])
        out, err = capsys.readouterr()
        found = json.loads(out)
        assert "Traceback" not in out + err
        assert (found["error"] or {}).get("name") == NAMES[code], (arguments, found)
        assert found["verified"] is (code == 0), (arguments, found)
        failed = [check for check in found["checks"] if check["status"] == "failed"]
        assert bool(failed) is (code == 3), (arguments, found)
        assert all(c["why"] for c in found["checks"] if c["status"] != "passed"), found
        return code, found

    return run


def blocks(real_data: Path) -> list[Path]:
    """Every file of the gateway's shape that holds a block."""
    kinds = ("block", "state_update_with_block", "madara", "pathfinder")
    files = (real_data / "starknet/feeder").rglob("*.json")
    return sorted(path for path in files if path.parent.name in kinds)


def test_every_block_of_the_gateway_verifies_with_what_lies_beside_it(
    real_data: Path, verify: Verify
) -> None:
    found = {path: verify("block", *beside(path)) for path in blocks(real_data)}
    assert len(found) >= 55
    opened = {path for path, (code, _) in found.items() if code}
    assert {path.name for path in opened} == {"pending.json"}
    assert {found[path][0] for path in opened} == {4}
    for path, (_, told) in found.items():
        if path not in opened:
            assert len(told["hash"]) > 60
            assert path.stem in ("latest", "mainnet_genesis") or str(told["number"]) in path.stem


def beside(block: Path) -> list[str | Path]:
    """A block's file, and those of its state update and signature where there are such."""
    found: list[str | Path] = [block]
    if block.parent.name != "block" or block.stem == "latest":
        return found
    for option, folder in (("--state-update", "state_update"), ("--signature", "signature")):
        file = block.parent.parent / folder / block.name
        if file.exists():
            found += [option, file]
    return found


def blocks_of_nodes(real_data: Path) -> list[Path]:
    """Blocks in the shape of Starknet's nodes, with transactions, their hashes or none."""
    rpc = real_data / "starknet/rpc"
    heads = [rpc / "block700000/block_header.json", rpc / "ws/sepoliaNewHeads.json"]
    return [*heads, *rpc.glob("blockWith*/*.json")]


def test_every_block_of_starknets_nodes_verifies(real_data: Path, verify: Verify) -> None:
    found = [verify("block", path) for path in blocks_of_nodes(real_data)]
    assert len(found) == 5
    assert {code for code, _ in found} == {0}
    assert {told["number"] for _, told in found} >= {700000, 3100000}


def blocks_of_ethereum(real_data: Path) -> list[Path]:
    folder = real_data / "ethereum"
    asked = folder.rglob("*eth_getBlockByNumber*.json")
    told = (folder / "execution_specs").glob("block_*.json")
    return [*asked, *told, folder / "helios/tests/testdata/rpc/block.json"]


def test_every_block_of_ethereum_verifies_but_those_whose_transactions_were_left_out(
    real_data: Path, verify: Verify
) -> None:
    found = {path: verify("ethereum-block", path) for path in blocks_of_ethereum(real_data)}
    assert len(found) >= 14
    for path, (code, told) in found.items():
        failed = {check["name"] for check in told["checks"] if check["status"] == "failed"}
        cut = path.name.endswith("latest_false.json")
        assert (code, failed) == ((3, {"transactions"}) if cut else (0, set())), path
    rpc = real_data / "ethereum/helios/tests/testdata/rpc"
    whole = verify("ethereum-block", rpc / "block.json", "--receipts", rpc / "receipts.json")
    assert (whole[0], whole[1]["number"]) == (0, 21925176)


def test_every_proof_state_update_and_light_client_verifies(
    real_data: Path, verify: Verify
) -> None:
    rpc = real_data / "ethereum/helios/tests/testdata/rpc"
    root = json.loads((rpc / "block.json").read_text())["stateRoot"]
    for name in ("proof.json", "block_miner_proof.json"):
        told = json.loads((rpc / name).read_text())
        keys = [part for slot in told["storageProof"] for part in ("--key", slot["key"])]
        asked = ("--root", root, "--contract", told["address"], *keys)
        assert verify("storage-proof", rpc / name, *asked)[0] == 0
    client = real_data / "ethereum/helios/ethereum/testdata"
    code, told = verify("light-client", client / "bootstrap.json", client / "updates_0_2.json")
    assert (code, told["number"]) == (0, 17892141)
    batches = real_data / "batches"
    whole = ("--program-output", batches / "program_output/20468828.txt")
    blob = ("--blob", batches / "blob_data/20468828.txt")
    assert verify("state-update", *whole, *blob)[0] == 0
    named = [("--blob", "data"), ("--commitment", "commitment"), ("--proof", "proof")]
    files = [x for o, f in named for x in (o, batches / f"blob_{f}/20462788.txt")]
    assert verify("state-update", *files)[0] == 0
    assert verify("state-update", "--blob", batches / "da_job/test_blob/178.txt")[0] == 4
    assert verify("state-update", "--program-output", batches / "snos_output.json")[0] == 4


def test_no_file_verifies_as_what_it_is_not(real_data: Path, verify: Verify) -> None:
    """Every file of both chains and of their batches in the place of every object."""
    folders = [real_data / name for name in ("starknet", "ethereum", "batches")]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    own = {
        "block": {*blocks(real_data), *blocks_of_nodes(real_data)},
        "ethereum-block": set(blocks_of_ethereum(real_data)),
        "light-client": {real_data / "ethereum/helios/ethereum/testdata/bootstrap.json"},
    }
    for form, (before, behind) in FORMS.items():
        for path in files:
            if path not in own.get(form, ()):
                assert verify(*before, path, *behind)[0], (form, path)
