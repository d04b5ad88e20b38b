"""A logged state update from Ethereum's header to every L2 block and to the registered fact."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from psephos.chain.ethereum import EthereumNode
from psephos.commit.header import header_hash, header_rlp
from psephos.commit.l1.fact import is_valid_call, sharp_fact, state_transition_fact
from psephos.commit.l1.inclusion import ReceiptProof, receipt_proof
from psephos.commit.l1.logs import SIGNATURES, StateUpdate
from psephos.commit.l1.output import read_output
from psephos.commit.starknet.felt import PRIME
from psephos.commit.starknet.hashes import EXACT
from psephos.commit.starknet.recompute import recompute
from psephos.commit.starknet.shapes import read_document
from psephos.errors import NodeUnreachable
from psephos.evidence.check import Verdict
from psephos.evidence.settlement import Given, check_registration, verify_settlement
from psephos.settings import Endpoint
from tests.anvil.chain import Anvil
from tests.commit.starknet.headers import REAL
from tests.simulated.settlement import header, log, output_words, receipts

CORE = b"\xc6" * 20
UPDATE, EARLY, FACT, FIRST, BATCHED, ROLLUP, PERPETUAL = SIGNATURES


def statuses(verdict: Verdict) -> dict[str, str]:
    return {check.name: check.status for check in verdict.checks}


def block(number: int, parent: int, root: int) -> dict[str, Any]:
    """A header of 0.13.2 that recomputes to its own hash."""
    told = dict(REAL[0])
    told |= {"block_number": number, "parent_hash": hex(parent), "new_root": hex(root)}
    found = recompute(read_document(told).block, None, None, EXACT)
    assert found.hash is not None
    return told | {"block_hash": hex(found.hash)}


def chain(first: int, last: int, parent: int) -> list[dict[str, Any]]:
    blocks = []
    for number in range(first, last + 1):
        blocks.append(block(number, parent, 1000 + number))
        parent = int(blocks[-1]["block_hash"], 16)
    return blocks


BLOCKS = chain(100, 104, 77)
BEFORE = StateUpdate(999, 99, 77)
LAST = (1104, 104, int(BLOCKS[-1]["block_hash"], 16))


def settled(*logs: Any, count: int = 6, at: int = 4) -> tuple[ReceiptProof, bytes]:
    told = receipts([list(logs) if i == at else [] for i in range(count)])
    encoded, hash_ = header(20468828, told)
    return receipt_proof(encoded, told, at), hash_


def test_a_log_leads_to_every_block_of_its_update() -> None:
    proof, hash_ = settled(log(CORE, UPDATE, *LAST))
    verdict = verify_settlement(proof, CORE, hash_, Given(blocks=BLOCKS, before=BEFORE))
    assert verdict.verified
    assert statuses(verdict) == {"log": "passed", "blocks": "passed"}
    facts = verdict.facts
    assert (facts["l1_block"], facts["number"]) == (20468828, 104)
    assert facts["hash"] == BLOCKS[-1]["block_hash"]


def test_without_an_anchored_hash_nothing_is_compared() -> None:
    proof, _ = settled(log(CORE, UPDATE, *LAST))
    verdict = verify_settlement(proof, CORE, None)
    assert statuses(verdict) == {"log": "passed"}
    assert not verdict.recomputed


LIES: dict[str, Any] = {
    "a block left out": BLOCKS[:2] + BLOCKS[3:],
    "a block of another chain": [*BLOCKS[:2], block(102, 5, 1102), *BLOCKS[3:]],
    "a block with another parent": [block(100, 78, 1100), *BLOCKS[1:]],
    "an altered block": [*BLOCKS[:2], {**BLOCKS[2], "timestamp": 5}, *BLOCKS[3:]],
    "a root that was altered": [*BLOCKS[:4], {**BLOCKS[4], "new_root": "0x5"}],
    "a whole forged ending": [*BLOCKS[:4], block(104, int(BLOCKS[3]["block_hash"], 16), 7)],
    "no block at all": ["nothing"],
}


@pytest.mark.parametrize("name", LIES)
def test_a_walk_over_lies_fails(name: str) -> None:
    proof, hash_ = settled(log(CORE, UPDATE, *LAST))
    verdict = verify_settlement(proof, CORE, hash_, Given(blocks=LIES[name], before=BEFORE))
    assert statuses(verdict)["blocks"] == "failed"
    assert not verdict.verified


def test_a_block_that_cannot_be_recomputed_links_nothing() -> None:
    proof, hash_ = settled(log(CORE, UPDATE, *LAST))
    told = [{**one, "starknet_version": "9.9.9"} for one in BLOCKS]
    verdict = verify_settlement(proof, CORE, hash_, Given(blocks=told, before=BEFORE))
    assert statuses(verdict)["blocks"] == "not_possible"


def test_an_output_is_that_of_its_log_and_of_its_fact() -> None:
    words = output_words([[1, 2, 3]])
    output = read_output(words)
    fact = int.from_bytes(state_transition_fact(output), "big")
    update = log(CORE, UPDATE, output.root, output.number, output.hash)
    proof, hash_ = settled(log(CORE, FACT, fact), update)
    assert verify_settlement(proof, CORE, hash_, Given(output)).verified
    lies = (
        (log(CORE, FACT, fact + 1), update),
        (update,),
        (log(CORE, FACT, fact), log(CORE, FACT, fact), update),
        (log(CORE, FACT, fact), log(CORE, UPDATE, output.root + 1, output.number, output.hash)),
        (log(CORE, FACT, fact), log(CORE, UPDATE, output.root, output.number + 1, output.hash)),
        (log(CORE, FACT, fact), log(CORE, UPDATE, output.root, output.number, output.hash + 1)),
        (log(b"\2" * 20, FACT, fact), update),
        (log(CORE, BATCHED, 1, 2, 3, 4),),
    )
    for told in lies:
        proof, hash_ = settled(*told)
        verdict = verify_settlement(proof, CORE, hash_, Given(output))
        assert statuses(verdict)["program output"] == "failed"


@pytest.mark.parametrize(
    ("signature", "words", "facts"),
    [
        (FIRST, (1, 2, 3), {"sequence": 1, "batch": None, "vault_root": "0x2"}),
        (BATCHED, (1, 2, 3, 4), {"batch": 2, "vault_root": "0x3", "order_root": "0x4"}),
        (ROLLUP, (1, 2, 3, 4, 5), {"rollup_vault_root": "0x4", "order_root": "0x5"}),
        (PERPETUAL, (1, 2), {"sequence": 1, "batch": 2, "order_root": None}),
        (EARLY, (1, 2), {"number": 2, "root": "0x1", "hash": None}),
    ],
)
def test_every_shape_is_tied_to_its_header(
    signature: str, words: tuple[int, ...], facts: dict[str, Any]
) -> None:
    proof, hash_ = settled(log(b"\2" * 20, signature, *words), log(CORE, signature, *words))
    verdict = verify_settlement(proof, CORE, hash_)
    assert verdict.verified
    assert facts.items() <= verdict.facts.items()


def test_another_contracts_log_or_two_or_none_is_no_settlement() -> None:
    update = log(CORE, UPDATE, *LAST)
    for logs in ((), (log(b"\2" * 20, UPDATE, *LAST),), (update, update), (log(CORE, FACT, 1),)):
        proof, hash_ = settled(*logs)
        assert statuses(verify_settlement(proof, CORE, hash_)) == {"log": "failed"}
    proof, _ = settled(update)
    assert statuses(verify_settlement(proof, CORE, bytes(32))) == {"log": "failed"}
    lied = replace(proof, index=3)
    assert statuses(verify_settlement(lied, CORE, None)) == {"log": "failed"}
    broken, hash_ = settled(log(CORE, UPDATE, PRIME, 1, 1))
    assert statuses(verify_settlement(broken, CORE, hash_)) == {"log": "failed"}


class Registry:
    """A registry that answers what it is told to."""

    def __init__(self, answer: bytes | Exception) -> None:
        self.answer = answer
        self.asked: list[tuple[bytes, bytes, int]] = []

    def call(self, to: bytes, data: bytes, block: int) -> bytes:
        self.asked.append((to, data, block))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (bytes(31) + b"\1", "passed"),
        (bytes(32), "failed"),
        (b"", "failed"),
        (b"\1" * 32, "failed"),
        (NodeUnreachable("no endpoint answered"), "not_possible"),
    ],
)
def test_the_registry_is_asked_for_the_programs_fact(answer: Any, status: str) -> None:
    registry, fact = Registry(answer), b"\7" * 32
    check = check_registration(registry, b"\1" * 20, 5, fact, 99)
    assert (check.name, check.status) == ("registration", status)
    assert registry.asked == [(b"\1" * 20, is_valid_call(sharp_fact(5, fact)), 99)]


def test_real_blocks_of_sepolia_are_walked(real_data: Path) -> None:
    folder = real_data / "starknet/feeder/sepolia/block"
    blocks = [json.loads((folder / f"{number}.json").read_text()) for number in range(7)]
    last = blocks[-1]
    root = int(last["state_root"], 16)
    proof, hash_ = settled(log(CORE, UPDATE, root, 6, int(last["block_hash"], 16)))
    assert verify_settlement(proof, CORE, hash_, Given(blocks=blocks)).verified
    before = StateUpdate(1, 2, int(blocks[2]["block_hash"], 16))
    assert verify_settlement(proof, CORE, hash_, Given(blocks=blocks[3:], before=before)).verified
    lied = Given(blocks=[*blocks[:3], *blocks[4:]])
    assert not verify_settlement(proof, CORE, hash_, lied).verified


@pytest.mark.anvil
def test_on_a_real_node_log_header_fact_and_registry_agree(anvil: Anvil) -> None:
    core = anvil.deploy("CoreEmitter")
    words = output_words([[1, 2, 3]])
    output = read_output(words)
    receipt = core.send("settle", 5, words)
    number, fact = int(receipt["blockNumber"], 16), state_transition_fact(output)
    node = EthereumNode([Endpoint(anvil.url, "anvil", 10_000)])
    (told,) = node.headers(number, number)
    encoded = header_rlp(told.fields)
    assert header_hash(encoded) == told.hash
    proof = receipt_proof(encoded, anvil.receipts(number), int(receipt["transactionIndex"], 16))
    verdict = verify_settlement(proof, core.address, told.hash, Given(output))
    assert verdict.verified
    assert statuses(verdict) == {"log": "passed", "program output": "passed"}
    assert verdict.facts["number"] == output.number
    assert check_registration(node, core.address, 5, fact, number).status == "passed"
    assert check_registration(node, core.address, 6, fact, number).status == "failed"
