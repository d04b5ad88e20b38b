"""Starknet blocks of public chains verify; what was altered in them does not."""

import json
from pathlib import Path
from typing import Any

import pytest

from psephos.commit.starknet.hashes import EXACT
from psephos.errors import CommandError
from psephos.evidence.check import Verdict
from psephos.evidence.starknet_block import verify_starknet_block
from tests.commit.starknet.headers import REAL
from tests.commit.starknet.published import PUBLISHED
from tests.simulated.starknet_block import as_gateway, simulated

NAMES = [
    "shape",
    "transactions",
    "transaction commitment",
    "event commitment",
    "receipt commitment",
    "state diff commitment",
    "block hash",
    "signature",
    "state root",
]
OPEN = {"pending.json"}
"""Blocks that were still open when they were told: they have no hash of their own."""
ELSEWHERE = {"latest.json", "pending.json"}
"""Files of one name that were written at different times: block, signature and state update of
`latest` are not of one block."""


def told(path: Path) -> Any:
    return json.loads(path.read_text()) if path.is_file() else None


def verify(block: Any, update: Any = None, signature: Any = None, **named: Any) -> Verdict:
    return verify_starknet_block(
        block, update, signature, **{"chain": None, "hashes": PUBLISHED, **named}
    )


def status(verdict: Verdict) -> dict[str, str]:
    return {check.name: check.status for check in verdict.checks}


def why(verdict: Verdict, name: str) -> str:
    return next(check.why for check in verdict.checks if check.name == name)


def real_blocks(starknet: Path) -> list[Path]:
    found = sorted(starknet.glob("feeder/*/block/*.json"))
    found += sorted(starknet.glob("feeder/*/state_update_with_block/*.json"))
    found += sorted(starknet.glob("feeder/madara/*.json"))
    found += sorted(starknet.glob("feeder/pathfinder/*.json"))
    found += sorted(starknet.glob("feeder/pathfinder/*/block/*.json"))
    return found + sorted(starknet.glob("rpc/block*/*3100000.json"))


def test_every_real_block_signature_and_state_update_verifies(real_data: Path) -> None:
    blocks = real_blocks(real_data / "starknet")
    assert len(blocks) >= 60
    signed = replayed = 0
    for path in blocks:
        beside = path.parent.parent if path.name not in ELSEWHERE else Path("/nowhere")
        update = told(beside / "state_update" / path.name)
        signature = told(beside / "signature" / path.name)
        verdict = verify(told(path), update, signature)
        found = status(verdict)
        assert "failed" not in found.values(), (path, verdict.checks)
        assert verdict.verified is (path.name not in OPEN), (path, verdict.checks)
        if path.parent.name != "blockWithTxns" and "WithHashes" not in path.parent.name:
            assert found["transactions"] == "passed", (path, verdict.checks)
        assert (found["signature"] == "passed") is (signature is not None), path
        if update is not None and signature is not None:
            assert found["state diff commitment"] == "passed", (path, verdict.checks)
        signed += found["signature"] == "passed"
        replayed += found["state root"] == "passed"
    assert signed >= 35
    assert replayed >= 5


def test_every_real_transaction_of_the_gateway_has_its_hash(real_data: Path) -> None:
    """Single transactions, told without their block."""
    from psephos.commit.starknet.claims import wrong_hashes
    from psephos.commit.starknet.reading import Part
    from psephos.commit.starknet.shape_transaction import read_transaction
    from psephos.commit.starknet.versions import CHAINS

    checked = 0
    for chain, network in (("SN_MAIN", "mainnet"), ("SN_GOERLI", "integration")):
        for path in sorted((real_data / "starknet/feeder" / network / "transaction").iterdir()):
            answer = told(path)
            if "transaction" not in answer:
                continue  # a receipt
            part = Part(answer["transaction"], "transaction")
            tx = read_transaction(part, part.felt("transaction_hash"))
            assert wrong_hashes([tx], CHAINS[chain], PUBLISHED, old=True) == [], path
            checked += 1
    assert checked >= 24


def test_a_full_answer_of_a_node_passes_every_check_but_those_it_gives_nothing_for(
    real_data: Path,
) -> None:
    rpc = real_data / "starknet/rpc"
    update = told(rpc / "stateUpdate/sepolia3100000.json")
    verdict = verify(told(rpc / "blockWithReceipts/sepolia3100000.json"), update)
    assert verdict.verified
    assert list(status(verdict)) == NAMES
    assert [name for name, of in status(verdict).items() if of != "passed"] == [
        "signature",
        "state root",
    ]
    assert verdict.facts == {
        "number": 3100000,
        "hash": "0x1640b846e71502526539c32c8420cd7cb0f28d83ece2e6e71aeaf7c97960bb2",
        "chain": "SN_SEPOLIA",
        "version": "0.14.1",
    }


@pytest.mark.parametrize("header", REAL, ids=lambda h: f"{h['starknet_version']}")
def test_a_header_alone_is_verified_and_says_what_is_only_told(header: dict[str, Any]) -> None:
    verdict = verify(header)
    assert verdict.verified
    assert verdict.facts["hash"] == header["block_hash"]
    assert status(verdict)["transactions"] == "not_possible"
    assert "as told" in why(verdict, "event commitment")


def test_a_subscriptions_header_is_taken_out_of_its_envelope() -> None:
    header = REAL[-1]
    assert verify({"jsonrpc": "2.0", "params": {"result": header}}).verified
    assert verify({"jsonrpc": "2.0", "result": header, "id": 1}).verified
    wrong = verify({"jsonrpc": "2.0", "error": {"code": 24}, "id": 1})
    assert status(wrong) == {"shape": "failed"}


@pytest.mark.parametrize("version", ["0.13.2", "0.13.3", "0.13.4", "0.14.0", "0.14.2"])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_simulated_block_verifies_in_both_shapes(seed: int, version: str) -> None:
    block, update = simulated(seed, PUBLISHED, version=version)
    for told_block, told_update in ((block, update), as_gateway(block, update)):
        verdict = verify(told_block, told_update)
        assert verdict.verified
        assert list(status(verdict).values()) == ["passed"] * 7 + ["not_possible"] * 2


@pytest.mark.parametrize("version", ["0.10.1", "0.11.1", "0.12.3", "0.13.1"])
def test_a_simulated_block_before_0_13_2_verifies_in_both_shapes(version: str) -> None:
    """It commits to neither receipts nor a state diff: those checks are not possible."""
    block, update = simulated(9, PUBLISHED, version=version)
    for told_block, told_update in ((block, update), as_gateway(block, update)):
        verdict = verify(told_block, told_update)
        assert verdict.verified
        found = status(verdict)
        assert [name for name in NAMES if found[name] == "passed"] == [*NAMES[:4], "block hash"]
        wrong = {**told_block, "timestamp": told_block["timestamp"] + 1}
        assert status(verify(wrong, told_update))["block hash"] == "failed"


def test_exact_hashes_give_the_same_verdict() -> None:
    block, update = simulated(3, PUBLISHED)
    assert verify(block, update, hashes=EXACT) == verify(block, update)


def test_a_node_that_tells_no_commitments_needs_its_state_update() -> None:
    """Nodes of 0.8 and 0.9."""
    block, update = simulated(4, PUBLISHED)
    bare = {k: v for k, v in block.items() if not k.endswith(("_commitment", "_count", "_length"))}
    assert verify(bare, update).verified
    alone = verify(bare)
    assert not alone.verified
    assert status(alone)["block hash"] == "not_possible"
    assert "state diff" in why(alone, "block hash")


def test_an_open_block_is_not_possible_and_not_wrong() -> None:
    block, update = simulated(5, PUBLISHED)
    opened = {k: v for k, v in block.items() if k not in ("block_hash", "new_root")}
    verdict = verify({**opened, "status": "PRE_CONFIRMED"})
    assert not verdict.verified
    assert "failed" not in status(verdict).values()
    assert status(verdict)["transactions"] == "passed"
    assert "still open" in why(verdict, "block hash")
    assert update["block_hash"]


def test_an_unknown_version_lowers_the_level_and_stops_nothing() -> None:
    block, update = simulated(6, PUBLISHED)
    verdict = verify({**block, "starknet_version": "0.15.0"}, update)
    assert not verdict.verified
    assert "failed" not in status(verdict).values()
    assert status(verdict)["transactions"] == "passed"
    assert "0.15.0" in why(verdict, "block hash")


def test_a_named_chain_that_is_not_the_blocks_own_is_a_failed_check() -> None:
    block, update = simulated(7, PUBLISHED)
    assert verify(block, update, chain="SN_SEPOLIA").verified
    assert verify(block, update, chain="0x534e5f5345504f4c4941").verified
    assert status(verify(block, update, chain="SN_MAIN"))["transactions"] == "failed"
    for wrong in ("é", "0xzz", "x" * 32):
        with pytest.raises(CommandError):
            verify(block, update, chain=wrong)


def test_genesis_is_replayed_to_its_state_root() -> None:
    from psephos.commit.starknet.shapes import read_state_update
    from psephos.evidence.starknet_checks import replayed
    from tests.simulated.starknet_block import seal

    block, update = simulated(8, PUBLISHED, number=0, old_root=0, root=0)
    diff = read_state_update(update)
    root = replayed(diff, since_0_14=True, hashes=PUBLISHED)
    block, update = seal({**block, "new_root": hex(root)}, update, "SN_SEPOLIA", PUBLISHED)
    assert status(verify(block, update))["state root"] == "passed"
    wrong = seal({**block, "new_root": hex(root + 1)}, update, "SN_SEPOLIA", PUBLISHED)
    assert status(verify(*wrong))["state root"] == "failed"
